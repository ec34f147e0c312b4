"""`ledger check funding`: a rate that does not follow, and whoever pays too much or not at all."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from ledger.coverage.case import NOW
from ledger.events import (
    AccountClosed,
    AccountOpened,
    Draft,
    Event,
    FundingIntervalSettled,
    FundingRateFixed,
    FundingRuleSet,
    FundingSettled,
    InstrumentSpecified,
    MarkPriceComputed,
    PremiumSampled,
)
from ledger.instants import SECOND, Instant
from ledger.numbers import amount
from ledger.reasons import Flag
from tests.cli.forged_day import Forgery, Told, place, sound, twice, without, writing
from tests.cli.forging import breach_of, figure_of
from tests.cli.shell import Shell

SAMPLE, RATE, PAID = PremiumSampled, FundingRateFixed, FundingSettled
INTERVAL = FundingIntervalSettled


def test_rates_and_payments_that_follow_are_counted(sqlite: Shell) -> None:
    said = figure_of("funding", sqlite, writing(sound()))
    assert said == "1 rates, 3 payments in 1 intervals"


FIXED = {
    "a premium": Forgery(SAMPLE, 0, {"premium": amount("0.0016")}, "premium is 0.0016, due 0.0015"),
    "a bid": Forgery(SAMPLE, 0, {"bid": amount("60030")}, "premium is 0.0015, due 0.0005"),
    "a sample of another interval": Forgery(
        SAMPLE, 0, {"until": Instant(NOW + 28_800 * SECOND)}, "it counts for another interval"
    ),
    "no index": Forgery(SAMPLE, 0, {"index": 31}, "it cites 31, which is no index before it"),
    "an index price": Forgery(
        SAMPLE, 0, {"index_price": amount("59999")}, "index_price is 59999, due 60000"
    ),
    "a number of samples": Forgery(RATE, 0, {"samples": 3}, "samples is 3, due 2"),
    "an average": Forgery(RATE, 0, {"premium": amount("0.0018")}, "premium is 0.0018, due 0.00175"),
    "a rate": Forgery(RATE, 0, {"rate": amount("0.0013")}, "rate is 0.0013, due 0.00125"),
    "no rule": Forgery(RATE, 0, {"rule": 9}, "it cites the rule 9, in force was 10"),
    "a rule to come": Forgery(
        FundingRuleSet, 0, {"effective_from": Instant(NOW + 1)}, "no rule was in force"
    ),
    "a longer interval": Forgery(
        RATE, 0, {"since": Instant(NOW - 57_600 * SECOND)}, "is not one of 28800 seconds"
    ),
    "a rule of hours": Forgery(
        FundingRuleSet, 0, {"interval": 3_600}, "its interval is not one of 3600 seconds"
    ),
    "no mark": Forgery(RATE, 0, {"mark": 36}, "it cites 36, which is no mark before it"),
    "another mark": Forgery(
        MarkPriceComputed, 2, {"instrument": "E"}, "it is paid at the mark of E"
    ),
    "a mark price": Forgery(
        RATE, 0, {"mark_price": amount("60001")}, "mark_price is 60001, due 60000"
    ),
    "what an index grows by": Forgery(RATE, 0, {"accrued": amount("76")}, "accrued is 76, due 75"),
    "a flag": Forgery(
        RATE, 0, {"flags": (Flag.SAMPLES_MISSING,)}, "its flags do not say what is irregular"
    ),
    "a flag that is due": Forgery(
        FundingRuleSet, 0, {"samples_min": 3}, "premium is 0.00175, due 0.001166666666666667"
    ),
    "another moment": Forgery(
        RATE, 0, {}, "it is dated otherwise than at the end", Instant(NOW + SECOND)
    ),
}
SETTLED = {
    "too little": Forgery(PAID, 0, {"amount": amount("-224.99")}, "amount is -224.99, due -225"),
    "another quantity": Forgery(PAID, 0, {"quantity": amount("2")}, "A: quantity is 2, due 3"),
    "another rate": Forgery(PAID, 1, {"rate": amount("0.001")}, "E: rate is 0.001, due 0.00125"),
    "at another mark": Forgery(
        PAID, 2, {"mark_price": amount("1")}, "H: mark_price is 1, due 60000"
    ),
    "another interval": Forgery(PAID, 0, {"until": NOW + 1}, "A is paid for another interval"),
    "in coins": Forgery(PAID, 0, {"asset": "BTC"}, "A is paid in BTC"),
    "to somebody else": Forgery(PAID, 0, {"account": "X"}, "X held nothing"),
    "what longs paid": Forgery(INTERVAL, 0, {"paid": amount("1")}, "paid is 1, due 225"),
    "what shorts received": Forgery(
        INTERVAL, 0, {"received": amount("1")}, "received is 1, due 225"
    ),
    "what is left": Forgery(INTERVAL, 0, {"residual": amount("1")}, "residual is 1, due 0"),
    "how many": Forgery(INTERVAL, 0, {"accounts": 2}, "accounts is 2, due 3"),
    "what waits": Forgery(
        INTERVAL, 0, {"suspended_amount": amount("1")}, "suspended_amount is 1, due 0"
    ),
    "who waits": Forgery(INTERVAL, 0, {"suspended": amount("1")}, "suspended_amount is 0, due -75"),
    "no rate": Forgery(INTERVAL, 0, {"fixed": 37}, "it cites the rate 37, due 38"),
    "another date": Forgery(
        INTERVAL, 0, {"until": Instant(1)}, "no rate of this interval is still to be paid"
    ),
    "no terms": Forgery(
        InstrumentSpecified, 0, {"effective_from": Instant(2**62)}, "BTC-PERP has no terms"
    ),
}
FORGERIES = {**FIXED, **SETTLED}


@pytest.mark.parametrize("what", FORGERIES)
def test_funding_that_does_not_follow_is_found(sqlite: Shell, what: str) -> None:
    forgery = FORGERIES[what]
    assert forgery.breach in breach_of("funding", sqlite, writing(forgery.told()))


def extra(**said: Any) -> Told:
    """Let another account be paid beside the three, which held nothing."""
    told = without(INTERVAL)
    last = max(n for n, draft in enumerate(told) if isinstance(draft.event, PAID))
    other = replace(told[last], event=replace(told[last].event, **said), stream="account-X")
    return (*told[: last + 1], other, sound()[place(INTERVAL)], *told[last + 1 :])


def instead(kind: type[Event]) -> Told:
    """Let something else stand in the place of one record."""
    told = list(sound())
    told[place(kind)] = Draft("account-X", AccountOpened(account="X"))
    return tuple(told)


def nobody_paid() -> Told:
    """Let an interval be closed with nobody named, as if nobody held the contract."""
    nothing = {"accounts": 0, "paid": amount("0"), "received": amount("0")}
    rest = [draft for draft in sound() if not isinstance(draft.event, PAID)]
    return tuple(
        replace(d, event=replace(d.event, **nothing)) if isinstance(d.event, INTERVAL) else d
        for d in rest
    )


def late(*, once_more: bool = False) -> Told:
    """Let an interval be closed with nobody named, and all be paid afterwards."""
    paid = [draft for draft in sound() if isinstance(draft.event, PAID | INTERVAL)]
    before = nobody_paid()
    closed = next(n for n, draft in enumerate(before) if isinstance(draft.event, INTERVAL))
    return (*before[: closed + 1], *paid, *(paid if once_more else ()))


def test_whoever_was_left_out_and_is_paid_later_is_no_breach(sqlite: Shell) -> None:
    said = figure_of("funding", sqlite, writing(late()))
    assert said == "1 rates, 3 payments in 1 intervals"


def closed_since(suspended: str) -> Told:
    """Let account H be closed before the others are paid late, and its part wait in suspense."""
    *before, of_a, of_e, _, interval = late()
    closed = Draft("account-H", AccountClosed(account="H"))
    waits = {"suspended": amount(suspended), "suspended_amount": amount("135")}
    said = {**waits, "accounts": 2, "received": amount("90")}
    told = replace(interval, event=replace(interval.event, **said))
    return (*before, closed, of_a, of_e, told)


def test_the_part_of_an_account_that_is_closed_since_waits_in_suspense(sqlite: Shell) -> None:
    said = figure_of("funding", sqlite, writing(closed_since(suspended="-1.8")))
    assert said == "1 rates, 2 payments in 1 intervals"


@pytest.mark.parametrize(
    ("told", "breach"),
    [
        pytest.param(lambda: without(PAID, 2), "accounts is 3, due 2", id="one too few"),
        pytest.param(
            lambda: closed_since("-1.7"), "suspended_amount is 135, due 127.5", id="another part"
        ),
        pytest.param(nobody_paid, "A held 3 and is left out of the interval", id="left out"),
        pytest.param(lambda: late(once_more=True), "A held nothing, or was paid", id="late, twice"),
        pytest.param(lambda: instead(SAMPLE), "samples is 2, due 1", id="a sample gone"),
        pytest.param(lambda: without(INTERVAL), "belong to no interval", id="no interval"),
        pytest.param(
            lambda: without(INTERVAL)[:-3], "a payment at the end belongs to no interval", id="end"
        ),
        pytest.param(lambda: twice(PAID, 1), "E is paid twice", id="paid twice"),
        pytest.param(lambda: twice(INTERVAL), "it pays nobody once more", id="settled twice"),
        pytest.param(lambda: extra(account="X"), "X held nothing", id="held nothing"),
    ],
)
def test_whoever_is_left_out_or_paid_twice_is_found(
    sqlite: Shell, told: Callable[[], Told], breach: str
) -> None:
    assert breach in breach_of("funding", sqlite, writing(told()))

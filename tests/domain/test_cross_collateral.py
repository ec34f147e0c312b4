"""One account of cash, coins and listed securities: what all of it counts for together."""

from msgspec.structs import replace

from ledger.chart import Segregation
from ledger.commands import EvaluateMargin, ReleaseCollateral
from ledger.coverage.case import NOW, History, Refused, refusal_in
from ledger.coverage.in_order import DORA, ENGINE, ask
from ledger.coverage.market import CASH
from ledger.coverage.priced_market import (
    HAIRCUTS,
    PLEDGED,
    THEN,
    WORTH,
    WORTH_METHOD,
    held,
    priced,
)
from ledger.decider import decide
from ledger.events import (
    AssetKind,
    AssetRegistered,
    CashDeposited,
    CashWithdrawn,
    CollateralPledged,
    Event,
    HaircutTier,
    MarginEvaluated,
)
from ledger.instants import write_instant
from ledger.numbers import Amount, amount
from ledger.reasons import Reason

SHARES = "HK-0005"
LISTED = AssetRegistered(asset=SHARES, scale=0, kind=AssetKind.SECURITY)
SHARE_METHOD = replace(WORTH_METHOD, name=SHARES, asset=SHARES)
SHARE_PRICE = replace(WORTH, name=SHARES, price=amount("10"))
SHARE_HAIRCUTS = replace(
    HAIRCUTS,
    asset=SHARES,
    tiers=(
        HaircutTier(floor=amount("0"), haircut=amount("30")),
        HaircutTier(floor=amount("100"), haircut=amount("50")),
    ),
)
SHARES_DEPOSITED = CashDeposited("A", SHARES, amount("200"), source="broker")
SHARES_PLEDGED = CollateralPledged(
    account="A",
    asset=SHARES,
    amount=amount("200"),
    pledged=amount("200"),
    authority="AUTH-1",
    segregation=Segregation.CLIENT_TRUST,
)
OWED = CashWithdrawn(
    account="A",
    asset="USD",
    amount=amount("10400"),
    destination="bank",
    segregation=Segregation.CLIENT_TRUST,
)
"""Leaves 400 USD less than nothing of the 10,000 that came."""


def secured(*, haircuts: Event = SHARE_HAIRCUTS) -> History:
    """Let 3 coins at 1,000 and 200 shares at 10 USD secure 5 contracts, and 400 USD be owed."""
    return held(
        priced()
        .then(f"asset-{SHARES}", LISTED)
        .then(f"collateral-{SHARES}", SHARE_METHOD)
        .then(f"collateral-{SHARES}", SHARE_PRICE, at=THEN)
        .then(f"haircut-{SHARES}", haircuts)
        .then("account-A", PLEDGED, SHARES_DEPOSITED, SHARES_PLEDGED)
    ).then("account-A", OWED)


def evaluated(history: History) -> MarginEvaluated:
    """Evaluate account A now."""
    command = ask(ENGINE, EvaluateMargin, account="A", at=write_instant(NOW))
    (draft,) = decide(history.situation(NOW), command)
    assert isinstance(draft.event, MarginEvaluated), draft.event
    return draft.event


def counted(event: MarginEvaluated) -> dict[str, tuple[Amount, Amount]]:
    """Give what each asset is worth, and what of that counts."""
    return {value.asset: (value.pre_haircut, value.post_haircut) for value in event.collateral}


def test_cash_coins_and_shares_count_together_each_by_its_haircut() -> None:
    event = evaluated(secured())
    # 3 x 1,000 less 20 %; 100 x 10 less 30 % and 100 x 10 less 50 %; 400 USD are owed, uncut.
    assert counted(event) == {
        "USD": (amount("-400"), amount("-400")),
        "BTC": (amount("3000"), amount("2400")),
        SHARES: (amount("2000"), amount("1200")),
    }
    # 5 x 1,000 at 33.34 % initially and 20 % to be maintained.
    assert (event.equity, event.initial, event.maintenance) == (
        amount("3200"),
        amount("1667"),
        amount("1000"),
    )
    assert event.available == amount("1533")
    assert event.ratio == amount("320")


def test_what_is_owed_is_never_cut() -> None:
    event = evaluated(secured())
    (owed,) = (value for value in event.collateral if value.asset == "USD")
    assert owed.cash == owed.pre_haircut == owed.post_haircut == amount("-400")


def test_a_share_counts_for_no_more_than_its_part_of_all() -> None:
    # All that is there is worth 3,000 + 2,000: 10 percent of it are 500, and the shares cut 1,200.
    event = evaluated(secured(haircuts=replace(SHARE_HAIRCUTS, concentration=amount("10"))))
    assert counted(event)[SHARES] == (amount("2000"), amount("500"))
    assert event.equity == amount("2500")


def test_a_share_that_is_not_eligible_counts_for_nothing() -> None:
    event = evaluated(secured(haircuts=replace(SHARE_HAIRCUTS, tiers=())))
    assert counted(event)[SHARES] == (amount("2000"), amount("0"))


def test_shares_are_released_as_far_as_the_rest_secures_the_position() -> None:
    # Without coins 1,200 + 10,000 - 10,400 = 800 are there for 1,667; with all of them 3,200.
    release = {"account": "A", "authority": "AUTH-1"}
    shares = ask(DORA, ReleaseCollateral, asset=SHARES, amount="200", **release)
    coins = ask(DORA, ReleaseCollateral, asset="BTC", amount="3", **release)
    situation = secured().situation(NOW)
    assert refusal_in([draft.event for draft in decide(situation, shares)]) is None
    assert refusal_in([draft.event for draft in decide(situation, coins)]) == Refused(
        Reason.MARGIN_SHORT, "0", "-867"
    )


def test_cash_that_settles_counts_without_a_pledge_and_coins_do_not() -> None:
    history = held(priced()).then("account-A", replace(CASH, asset="BTC", amount=amount("9")))
    assert counted(evaluated(history)) == {"USD": (amount("10000"), amount("10000"))}

"""The law of funding: rates follow from samples, payments from rates, and nobody is left out.

Positions are followed from the fills alone, as they are posted.
"""

from collections import defaultdict

import msgspec

from ledger.chart import Segregation
from ledger.contract import worth
from ledger.events import (
    FillBusted,
    FillCorrected,
    FundingIntervalSettled,
    FundingRateFixed,
    FundingRuleSet,
    FundingSettled,
    IndexPriceComputed,
    InstrumentSpecified,
    MarkPriceComputed,
    OrderFilled,
    PremiumSampled,
    Recorded,
)
from ledger.funding import Funding, end_of
from ledger.funding import evolve as evolve_funding
from ledger.funding_rate import NO_SAMPLES, accrual, average, payment, premium_of, rate_of
from ledger.instants import SECOND
from ledger.instrument import Instrument
from ledger.instrument import evolve as evolve_instrument
from ledger.journal import Legs
from ledger.laws.figures import Cited, reckoned, said
from ledger.log.batch import CompleteRow
from ledger.log.log import Log
from ledger.log.reader import Head
from ledger.numbers import FINEST, ZERO, Amount, add, negate, total, write_amount
from ledger.reasons import Flag


class _Terms(msgspec.Struct, frozen=True, gc=False):
    """By what an interval is paid: the rate, its rule, and the contract."""

    fixed: Recorded
    rate: FundingRateFixed
    rule: FundingRuleSet
    contract: InstrumentSpecified

    def due(self, quantity: Amount) -> Amount:
        """Give what a holder of so much pays or receives."""
        if not quantity:
            return ZERO
        whole = worth(self.contract, quantity, self.rate.mark_price)
        unit, rounding = self.contract.value_unit, self.rule.rounding
        return payment(quantity, whole, self.rate.rate, unit, rounding)


class FundingPaid:
    """`funding`: rates are made again from their samples, and every holder pays or is paid once.

    What is paid, what waits in suspense and what rounding leaves sum to nothing.
    """

    def __init__(self, log: Log, head: Head) -> None:
        del head
        self._funding: defaultdict[str, Funding] = defaultdict(Funding)
        self._instruments: defaultdict[str, Instrument] = defaultdict(Instrument)
        self._held: defaultdict[str, dict[str, Amount]] = defaultdict(dict)
        self._paid: list[FundingSettled] = []
        self._command: str | None = None
        self._marks = Cited(log, MarkPriceComputed)
        self._indices = Cited(log, IndexPriceComputed)
        self._rates = self._intervals = self._payments = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, legs
        breach = self._unsettled(recorded) or reckoned(lambda: self._breach(recorded))
        self._note(recorded)
        return breach

    def conclude(self) -> tuple[str, str | None]:
        figure = f"{self._rates} rates, {self._payments} payments in {self._intervals} intervals"
        return figure, "a payment at the end belongs to no interval" if self._paid else None

    def _note(self, recorded: Recorded) -> None:
        """Keep rules, samples and rates, terms, positions, and the prices that are cited."""
        stream, event = recorded.stream, recorded.event
        self._marks.note(recorded)
        self._indices.note(recorded)
        if isinstance(event, OrderFilled | FillBusted | FillCorrected):
            if event.position_quantity is not None and event.segregation is not _WAITING:
                self._held[event.instrument][event.account] = event.position_quantity
                if not event.position_quantity:
                    del self._held[event.instrument][event.account]
        elif stream.startswith("funding-"):
            self._funding[stream] = evolve_funding(self._funding[stream], recorded)
        elif stream.startswith("instrument-"):
            self._instruments[stream] = evolve_instrument(self._instruments[stream], recorded)

    def _unsettled(self, recorded: Recorded) -> str | None:
        """Payments stand in one command with the interval that they belong to."""
        if not self._paid or recorded.command == self._command:
            return None
        self._paid.clear()
        return "the payments before it belong to no interval"

    def _breach(self, recorded: Recorded) -> str | None:
        match recorded.event:
            case PremiumSampled() as sampled:
                return self._missampled(recorded, sampled)
            case FundingRateFixed() as fixed:
                self._rates += 1
                return self._misfixed(recorded, fixed)
            case FundingSettled() as settled:
                self._payments += 1
                self._paid.append(settled)
                self._command = recorded.command
                return None
            case FundingIntervalSettled() as settled:
                self._intervals += 1
                paid, self._paid = self._paid, []
                return self._missettled(recorded, settled, paid)
            case _:
                return None

    def _missampled(self, recorded: Recorded, event: PremiumSampled) -> str | None:
        rule = self._funding[recorded.stream].rule(recorded.at)
        if rule is None:
            return "no rule was in force"
        assert isinstance(rule.event, FundingRuleSet)
        if event.until != end_of(rule.event, recorded.at):
            return "it counts for another interval than its own"
        index = self._indices.find(event.index, recorded)
        if index is None:
            return f"it cites {event.index}, which is no index before it"
        assert isinstance(index.event, IndexPriceComputed)
        due = premium_of(event.bid, event.ask, event.index_price)
        return said("index_price", event.index_price, index.event.price) or said(
            "premium", event.premium, due
        )

    def _misfixed(self, recorded: Recorded, event: FundingRateFixed) -> str | None:
        """Make a rate anew of the samples since the last one, by the rule in force."""
        state = self._funding[recorded.stream]
        record = state.rule(event.until)
        if record is None or record.sequence != event.rule:
            return (
                f"it cites the rule {event.rule}, in force was {record.sequence if record else 0}"
            )
        rule = record.event
        assert isinstance(rule, FundingRuleSet)
        if event.until - event.since != rule.interval * SECOND or event.until % (
            rule.interval * SECOND
        ):
            return f"its interval is not one of {rule.interval} seconds"
        if recorded.at != event.until:
            return "it is dated otherwise than at the end of its interval"
        samples = state.samples.get(event.until, NO_SAMPLES)
        premium = average(rule.averaging, samples, rule.samples_min)
        if event.samples != samples.count:
            return f"samples is {event.samples}, due {samples.count}"
        return (
            said("premium", event.premium, premium)
            or said("rate", event.rate, rate_of(rule, premium))
            or self._mismarked(recorded, event)
            or _misflagged(event, state, rule)
        )

    def _mismarked(self, recorded: Recorded, event: FundingRateFixed) -> str | None:
        mark = self._marks.find(event.mark, recorded)
        if mark is None:
            return f"it cites {event.mark}, which is no mark before it"
        assert isinstance(mark.event, MarkPriceComputed)
        if mark.event.instrument != event.instrument:
            return f"it is paid at the mark of {mark.event.instrument}"
        due = accrual(event.mark_price, event.rate, 1, 1, FINEST)
        return said("mark_price", event.mark_price, mark.event.price) or said(
            "accrued", event.accrued, due
        )

    def _missettled(
        self, recorded: Recorded, event: FundingIntervalSettled, paid: list[FundingSettled]
    ) -> str | None:
        """Hold an interval against its rate, who held the contract, and what each had to pay."""
        state = self._funding[recorded.stream]
        fixed = state.unpaid.get(event.until)
        if fixed is None:
            return "no rate of this interval is still to be paid"
        if fixed.sequence != event.fixed:
            return f"it cites the rate {event.fixed}, due {fixed.sequence}"
        terms = self._terms(recorded, state, fixed)
        if terms is None:
            return f"{event.instrument} has no terms by which it could be paid"
        held = self._held[event.instrument]
        return (
            _misheld(paid, held)
            or next((breach for each in paid if (breach := _mispaid(each, terms, held))), None)
            or _missummed(event, paid, terms, held)
        )

    def _terms(self, recorded: Recorded, state: Funding, fixed: Recorded) -> _Terms | None:
        rate, rule = fixed.event, state.rule(fixed.at)
        known = self._instruments[recorded.stream.replace("funding-", "instrument-", 1)]
        contract = known.specification(recorded.recorded_at)
        if rule is None or contract is None:
            return None
        assert isinstance(rate, FundingRateFixed)
        assert isinstance(rule.event, FundingRuleSet)
        return _Terms(fixed, rate, rule.event, contract.terms)


_WAITING = Segregation.SUSPENSE


def _misflagged(event: FundingRateFixed, state: Funding, rule: FundingRuleSet) -> str | None:
    """Too few samples and an interval without a rate are told by a flag, and nothing else is."""
    before = state.fixed
    skipped = before is not None and before.at < event.since
    few = event.samples < rule.samples_min
    due = (Flag.SAMPLES_MISSING,) * few + (Flag.INTERVAL_SKIPPED,) * skipped
    return None if event.flags == due else "its flags do not say what is irregular"


def _misheld(paid: list[FundingSettled], held: dict[str, Amount]) -> str | None:
    """Whoever holds the contract stands there, once, and nobody else."""
    named = [each.account for each in paid]
    twice = (
        {name for name in named if named.count(name) > 1} if len(set(named)) < len(named) else ()
    )
    for name in sorted(twice):
        return f"{name} is paid twice"
    for name in sorted(held.keys() - named):
        return f"{name} held {write_amount(held[name])} and is left out"
    for name in sorted(set(named) - held.keys()):
        return f"{name} held nothing"
    return None


def _mispaid(event: FundingSettled, terms: _Terms, held: dict[str, Amount]) -> str | None:
    """One payment is by what was held, at the rate and the mark of the interval."""
    cited = (event.fixed, event.instrument, event.until)
    if cited != (terms.fixed.sequence, terms.rate.instrument, terms.rate.until):
        return f"{event.account} is paid for another interval"
    if event.asset != terms.contract.settlement:
        return f"{event.account} is paid in {event.asset}"
    breach = (
        said("quantity", event.quantity, held[event.account])
        or said("mark_price", event.mark_price, terms.rate.mark_price)
        or said("rate", event.rate, terms.rate.rate)
        or said("amount", event.amount, terms.due(event.quantity))
    )
    return breach and f"{event.account}: {breach}"


def _missummed(
    event: FundingIntervalSettled,
    paid: list[FundingSettled],
    terms: _Terms,
    held: dict[str, Amount],
) -> str | None:
    """All that is paid sums to nothing, with what waits in suspense and what rounding leaves."""
    if event.accounts != len(paid):
        return f"accounts is {event.accounts}, due {len(paid)}"
    amounts = [each.amount for each in paid]
    waiting = terms.due(event.suspended)
    return (
        said("suspended", event.suspended, negate(total(held.values())))
        or said("suspended_amount", event.suspended_amount, waiting)
        or said("paid", event.paid, negate(total(a for a in amounts if a < ZERO)))
        or said("received", event.received, total(a for a in amounts if a > ZERO))
        or said("residual", event.residual, negate(add(total(amounts), waiting)))
    )

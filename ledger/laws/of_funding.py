"""The law of funding: rates follow from samples, payments from rates, and nobody is left out.

Positions are followed from the fills alone, as they are posted.
"""

from collections import defaultdict

from ledger.chart import Segregation
from ledger.events import (
    AccountClosed,
    FundingIntervalSettled,
    FundingRateFixed,
    FundingRuleSet,
    FundingSettled,
    IndexPriceComputed,
    MarkPriceComputed,
    PremiumSampled,
    Recorded,
)
from ledger.funding import Funding, end_of
from ledger.funding import evolve as evolve_funding
from ledger.funding_rate import NO_SAMPLES, accrual, average, premium_of, rate_of
from ledger.instants import SECOND, Instant, write_instant
from ledger.instrument import Instrument
from ledger.instrument import evolve as evolve_instrument
from ledger.journal import Legs, Positioned
from ledger.laws.figures import Cited, Moments, reckoned, said
from ledger.laws.of_payments import Terms, mispaid, missummed, owed, pay_off, without_closed
from ledger.log.batch import CompleteRow
from ledger.log.log import Log
from ledger.log.reader import Head
from ledger.numbers import FINEST, Amount, write_amount
from ledger.reasons import Flag


class FundingPaid:
    """`funding`: rates are made again from their samples, and every holder pays or is paid once.

    What is paid, what waits in suspense and what rounding leaves sum to nothing.
    """

    def __init__(self, log: Log, head: Head) -> None:
        del head
        self._funding: defaultdict[str, Funding] = defaultdict(Funding)
        self._instruments: defaultdict[str, Instrument] = defaultdict(Instrument)
        self._held: defaultdict[str, dict[str, Amount]] = defaultdict(dict)
        self._owed: dict[tuple[str, Instant], dict[str, Amount]] = {}
        self._closed: set[str] = set()
        self._paid: list[FundingSettled] = []
        self._command: str | None = None
        self._marks = Cited(log, MarkPriceComputed)
        self._moments: defaultdict[str, Moments] = defaultdict(Moments)
        self._indices = Cited(log, IndexPriceComputed)
        self._rates = self._intervals = self._payments = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, legs
        breach = self._unsettled(recorded) or reckoned(lambda: self._breach(recorded))
        self._note(recorded)
        return breach

    def conclude(self) -> tuple[str, str | None]:
        figure = f"{self._rates} rates, {self._payments} payments in {self._intervals} intervals"
        return figure, self._open_at_the_end()

    def _open_at_the_end(self) -> str | None:
        if self._paid:
            return "a payment at the end belongs to no interval"
        for (instrument, until), left_out in self._owed.items():
            for name, held in without_closed(left_out, self._closed).items():
                interval = f"the interval of {instrument} until {write_instant(until)}"
                return f"{name} held {write_amount(held)} and is left out of {interval}"
        return None

    def _note(self, recorded: Recorded) -> None:
        """Keep rules, samples and rates, terms, positions, and the prices that are cited."""
        stream, event = recorded.stream, recorded.event
        self._marks.note(recorded)
        if isinstance(event, AccountClosed):
            self._closed.add(event.account)
        if isinstance(event, MarkPriceComputed):
            self._moments[event.instrument].note(recorded)
        self._indices.note(recorded)
        if isinstance(event, Positioned):
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
                self._intervals += settled.until in self._funding[recorded.stream].unpaid
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
        later = self._moments[event.instrument].of(event.until, recorded.recorded_at)
        if later is not None and (later > event.mark or mark.at > event.until):
            return f"it is paid at the mark {event.mark}, of its moment is {later}"
        due = accrual(event.mark_price, event.rate, 1, 1, FINEST)
        return said("mark_price", event.mark_price, mark.event.price) or said(
            "accrued", event.accrued, due
        )

    def _missettled(
        self, recorded: Recorded, event: FundingIntervalSettled, paid: list[FundingSettled]
    ) -> str | None:
        """Hold an interval against its rate, who held the contract, and what each had to pay."""
        state = self._funding[recorded.stream]
        before = state.paid.get(event.until)
        fixed = state.unpaid.get(event.until) if before is None else before.rate
        if fixed is None:
            return "no rate of this interval is still to be paid"
        if fixed.sequence != event.fixed:
            return f"it cites the rate {event.fixed}, due {fixed.sequence}"
        terms = self._terms(recorded, state, fixed)
        if terms is None:
            return f"{event.instrument} has no terms by which it could be paid"
        return (
            self._misnamed(event, paid, first=event.until in state.unpaid)
            or next((breach for each in paid if (breach := mispaid(each, terms))), None)
            or missummed(event, paid, terms)
        )

    def _misnamed(
        self, event: FundingIntervalSettled, paid: list[FundingSettled], *, first: bool
    ) -> str | None:
        """Whoever holds the contract is paid once, and nobody else, if later than all others."""
        held, key = self._held[event.instrument], (event.instrument, event.until)
        if first:
            self._owed[key] = owed(held)
        elif not paid and not event.suspended:
            return "it pays nobody once more"
        breach = pay_off(self._owed.get(key, {}), event, paid)
        if not self._owed.get(key):
            self._owed.pop(key, None)
        return breach

    def _terms(self, recorded: Recorded, state: Funding, fixed: Recorded) -> Terms | None:
        rate, rule = fixed.event, state.rule(fixed.at)
        known = self._instruments[recorded.stream.replace("funding-", "instrument-", 1)]
        contract = known.specification(recorded.recorded_at)
        if rule is None or contract is None:
            return None
        assert isinstance(rate, FundingRateFixed)
        assert isinstance(rule.event, FundingRuleSet)
        return Terms(fixed, rate, rule.event, contract.terms)


_WAITING = Segregation.SUSPENSE


def _misflagged(event: FundingRateFixed, state: Funding, rule: FundingRuleSet) -> str | None:
    """Too few samples and an interval without a rate are told by a flag, and nothing else is."""
    before = state.fixed
    skipped = before is not None and before.at < event.since
    few = event.samples < rule.samples_min
    due = (Flag.SAMPLES_MISSING,) * few + (Flag.INTERVAL_SKIPPED,) * skipped
    return None if event.flags == due else "its flags do not say what is irregular"

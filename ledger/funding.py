"""Funding of an instrument: its rule by date, the samples of an interval, and the rate fixed."""

from typing import NamedTuple

from msgspec.structs import replace

from ledger.commands import FixFundingRate, SamplePremium, SetFundingRule
from ledger.contract import is_spot
from ledger.events import (
    Draft,
    FundingIntervalSettled,
    FundingRateFixed,
    FundingRuleSet,
    IndexPriceComputed,
    MarkMethodSet,
    MarkPriceComputed,
    PremiumSampled,
    Recorded,
    Unit,
)
from ledger.funding_rate import NO_SAMPLES, Samples, accrual, average, premium_of, rate_of
from ledger.holding import INTERVALS
from ledger.instants import DAY, SECOND, Instant, write_instant
from ledger.instrument import Instrument
from ledger.numbers import FINEST
from ledger.parameters import Parameters
from ledger.price import Index, Price
from ledger.reasons import Flag, Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation, State
from ledger.timeline import Timeline, in_force, with_value

RARENESS = "perpetual.funding"
"""How many days an interval may last at most."""


class Paid(NamedTuple):
    """An interval that was paid: its rate, and the record that says so first."""

    rate: Recorded
    settled: Recorded


class Funding(State, frozen=True):
    """All that a decision may know of funding: rules by date, what is sampled, fixed and paid.

    `samples` are those of each interval whose rate is still to be fixed, by its end; `unpaid` the
    rates that are fixed and not paid yet, and `paid` the latest that were; `fixed` is the last.
    """

    STREAM = "funding"

    rules: Timeline[Recorded] = ()
    samples: dict[Instant, Samples] = {}
    sampled_at: Instant = Instant(0)
    unpaid: dict[Instant, Recorded] = {}
    paid: dict[Instant, Paid] = {}
    fixed: Recorded | None = None

    def rule(self, at: Instant) -> Recorded | None:
        """Give the record of the rule in force; None before the first."""
        return in_force(self.rules, at)

    @property
    def fixed_until(self) -> Instant:
        """Say when the last interval ended whose rate is fixed; 0 for none."""
        if self.fixed is None:
            return Instant(0)
        assert isinstance(self.fixed.event, FundingRateFixed)
        return self.fixed.event.until


def evolve(state: Funding, recorded: Recorded) -> Funding:
    """Transcribe an event into the state; a rate ends the samples of its interval."""
    match recorded.event:
        case FundingRuleSet(effective_from=effective_from):
            return replace(state, rules=with_value(state.rules, effective_from, recorded))
        case PremiumSampled(until=until, premium=premium):
            more = state.samples.get(until, NO_SAMPLES).with_sample(premium)
            samples = {**state.samples, until: more}
            return replace(state, samples=samples, sampled_at=recorded.at)
        case FundingRateFixed(until=until):
            later = {end: known for end, known in state.samples.items() if end > until}
            unpaid = {**state.unpaid, until: recorded}
            return replace(state, fixed=recorded, samples=later, unpaid=unpaid)
        case FundingIntervalSettled(until=until):
            return _settled(state, recorded, until)
        case _:
            return state


def _settled(state: Funding, recorded: Recorded, until: Instant) -> Funding:
    """Remember the latest intervals: whoever was left out of one may be paid for it later."""
    rate = state.unpaid.get(until)
    if rate is None:
        return state
    unpaid = {end: known for end, known in state.unpaid.items() if end != until}
    paid = {**state.paid, until: Paid(rate, recorded)}
    latest = {end: paid[end] for end in sorted(paid)[-INTERVALS:]}
    return replace(state, unpaid=unpaid, paid=latest)


def end_of(rule: FundingRuleSet, at: Instant) -> Instant:
    """Say when the interval ends to which a moment belongs: its end is still of it."""
    interval = rule.interval * SECOND
    return Instant(-(-at // interval) * interval)


@upholds("R32", "R82")
def set_rule(situation: Situation, command: SetFundingRule) -> list[Draft]:
    """Set the rule from a date on; an interval is never longer than the regulator allows."""
    assert situation.approval is not None
    known = situation.of(Instrument, command.instrument).specification(situation.now)
    if known is None or is_spot(known.terms):
        return refuse(command, Reason.INSTRUMENT_UNKNOWN, attempted=command.instrument)
    date = situation.effective_from(command)
    days = situation.the(Parameters).count(RARENESS, Unit.DAYS, date)
    if days is None:
        return refuse(command, Reason.PARAMETER_MISSING, attempted=RARENESS)
    if command.interval * SECOND > days * DAY:
        limit = days * DAY // SECOND
        return refuse(command, Reason.FUNDING_TOO_RARE, limit=limit, attempted=command.interval)
    if refusal := _between_intervals(situation, command, date):
        return refusal
    event = FundingRuleSet(
        instrument=command.instrument,
        interval=command.interval,
        period=command.period,
        averaging=command.averaging,
        samples_min=command.samples_min,
        interest=command.interest,
        damper=command.damper,
        cap=command.cap,
        rate_unit=command.rate_unit,
        rounding=command.rounding,
        effective_from=date,
        approval=situation.approval,
    )
    return [situation.change(command, event)]


def _between_intervals(situation: Situation, command: SetFundingRule, date: Instant) -> list[Draft]:
    """Refuse another interval from within one: what was sampled by two rules would be mixed.

    An interval of both rules ends when the later one takes effect.
    """
    rules = situation.of(Funding, command.instrument).rules
    before = in_force(rules, Instant(date - 1))
    after = next((dated for dated in rules if dated.effective_from > date), None)
    meets = [] if before is None else [(date, before)]
    meets += [] if after is None else [(after.effective_from, after.value)]
    for moment, other in meets:
        assert isinstance(other.event, FundingRuleSet)
        intervals = {command.interval, other.event.interval}
        if len(intervals) > 1 and any(moment % (each * SECOND) for each in intervals):
            limit, attempted = max(intervals), write_instant(moment)
            return refuse(command, Reason.NO_INTERVAL_ENDS, limit=limit, attempted=attempted)
    return []


def sample(situation: Situation, command: SamplePremium) -> list[Draft]:
    """Record how far the book stands from the index that serves."""
    method = situation.of(Price, command.instrument).method(command.at)
    funding = situation.of(Funding, command.instrument)
    rule = funding.rule(command.at)
    if method is None or rule is None:
        return refuse(command, Reason.METHOD_MISSING, attempted=command.instrument)
    assert isinstance(rule.event, FundingRuleSet)
    until = end_of(rule.event, command.at)
    if command.at < funding.sampled_at or until <= funding.fixed_until:
        limit = write_instant(max(funding.sampled_at, funding.fixed_until))
        attempted = write_instant(command.at)
        return refuse(command, Reason.SAMPLE_TOO_LATE, limit=limit, attempted=attempted)
    assert isinstance(method.event, MarkMethodSet)
    prices = situation.of(Index, method.event.index)
    served = prices.serving(command.at)
    if served is None:
        return refuse(command, prices.absence, attempted=method.event.index)
    index = served.event
    assert isinstance(index, IndexPriceComputed)
    event = PremiumSampled(
        instrument=command.instrument,
        until=until,
        premium=premium_of(command.bid, command.ask, index.price),
        bid=command.bid,
        ask=command.ask,
        index=served.sequence,
        index_price=index.price,
    )
    return [Draft(command.stream(), event, at=command.at)]


@upholds("R82")
def fix_rate(situation: Situation, command: FixFundingRate) -> list[Draft]:
    """Fix the rate of an interval that has ended, once, by its samples and the mark at its end."""
    funding = situation.of(Funding, command.instrument)
    rule = funding.rule(command.at)
    if rule is None:
        return refuse(command, Reason.METHOD_MISSING, attempted=command.instrument)
    terms = rule.event
    assert isinstance(terms, FundingRuleSet)
    interval, at = terms.interval * SECOND, write_instant(command.at)
    if command.at % interval:
        return refuse(command, Reason.NO_INTERVAL_ENDS, limit=terms.interval, attempted=at)
    if command.at <= funding.fixed_until:
        limit = write_instant(funding.fixed_until)
        return refuse(command, Reason.FUNDING_FIXED, limit=limit, attempted=at)
    prices = situation.of(Price, command.instrument)
    served = prices.serving(command.at) or _cited(situation, command, prices)
    if served is None or not isinstance(served.event, MarkPriceComputed):
        return refuse(command, prices.absence, attempted=command.instrument)
    mark = served.event.price
    samples = funding.samples.get(command.at, NO_SAMPLES)
    premium = average(terms.averaging, samples, terms.samples_min)
    rate = rate_of(terms, premium)
    event = FundingRateFixed(
        instrument=command.instrument,
        since=Instant(command.at - interval),
        until=command.at,
        samples=samples.count,
        premium=premium,
        rate=rate,
        rule=rule.sequence,
        mark=served.sequence,
        mark_price=mark,
        accrued=accrual(mark, rate, 1, 1, FINEST),
        flags=_irregular(terms, funding, samples, Instant(command.at - interval)),
    )
    return [Draft(command.stream(), event, at=command.at)]


def _cited(situation: Situation, command: FixFundingRate, prices: Price) -> Recorded | None:
    """Give the mark that is cited, if it could be that of the moment: the law says if it is."""
    method = prices.method(command.at)
    record = None if command.mark is None else situation.cited[command.mark]
    if record is None or method is None or record.stream != f"price-{command.instrument}":
        return None
    assert isinstance(method.event, MarkMethodSet)
    forgotten = bool(prices.marks) and record.at <= prices.marks[0].at
    serves = record.at <= command.at <= record.at + method.event.lasts * SECOND
    return record if forgotten and serves else None


def _irregular(
    terms: FundingRuleSet, funding: Funding, samples: Samples, since: Instant
) -> tuple[Flag, ...]:
    """Flag too few samples, and an interval before this one for which no rate was fixed."""
    few = samples.count < terms.samples_min
    skipped = funding.fixed is not None and funding.fixed_until < since
    return (Flag.SAMPLES_MISSING,) * few + (Flag.INTERVAL_SKIPPED,) * skipped


RULES: Rules = {SetFundingRule: set_rule, SamplePremium: sample, FixFundingRate: fix_rate}

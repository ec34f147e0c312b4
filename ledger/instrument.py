"""An instrument: its terms by date, each change by two people."""

import msgspec
from msgspec.structs import replace

from ledger.asset import Asset
from ledger.commands import SpecifyInstrument
from ledger.events import Draft, InstrumentSpecified, Recorded
from ledger.instants import Instant
from ledger.numbers import decimals
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation, State
from ledger.timeline import Timeline, in_force, with_value


class Specification(msgspec.Struct, frozen=True, gc=False):
    """The terms of an instrument, and the record that says so, with its version."""

    version: int
    terms: InstrumentSpecified
    record: Recorded


class Instrument(State, frozen=True):
    """All that a decision may know of an instrument: what its terms said, by date."""

    STREAM = "instrument"

    timeline: Timeline[Specification] = ()

    def first(self, now: Instant) -> Specification | None:
        """Give the first terms that ever took effect by a moment; None if none did."""
        return next((d.value for d in self.timeline if d.effective_from <= now), None)

    def specification(self, now: Instant) -> Specification | None:
        """Give what is in force; None before the first terms take effect."""
        return in_force(self.timeline, now)


def evolve(state: Instrument, recorded: Recorded) -> Instrument:
    """Transcribe an event into the state."""
    match recorded.event:
        case InstrumentSpecified() as terms:
            said = Specification(recorded.version, terms, recorded)
            return replace(state, timeline=with_value(state.timeline, terms.effective_from, said))
        case _:
            return state


@upholds("R32")
def specify(situation: Situation, command: SpecifyInstrument) -> list[Draft]:
    """Set the terms of an instrument, or change them; what is counted in them never changes."""
    assert situation.approval is not None
    effective_from = situation.effective_from(command)
    event = InstrumentSpecified(
        instrument=command.instrument,
        kind=command.kind,
        quote=command.quote,
        settlement=command.settlement,
        reference=command.reference,
        multiplier=command.multiplier,
        tick=command.tick,
        lot=command.lot,
        value_unit=command.value_unit,
        value_rounding=command.value_rounding,
        fee_unit=command.fee_unit,
        fee_rounding=command.fee_rounding,
        maker_fee=command.maker_fee,
        taker_fee=command.taker_fee,
        band=command.band,
        quantity_max=command.quantity_max,
        value_max=command.value_max,
        position_max=command.position_max,
        open_orders_max=command.open_orders_max,
        effective_from=effective_from,
        base=command.base,
        contract_unit=command.contract_unit,
        approval=situation.approval,
    )
    return _unfounded(situation, command, event) or [situation.change(command, event)]


def _unfounded(
    situation: Situation, command: SpecifyInstrument, event: InstrumentSpecified
) -> list[Draft]:
    """Refuse, in the order of `reasons`, terms that cannot hold."""
    instrument = situation.of(Instrument, command.instrument)
    first = instrument.timeline[0].value.terms if instrument.timeline else event
    for name in ("kind", "base", "quote", "settlement", "reference", "multiplier"):
        before, after = getattr(first, name), getattr(event, name)
        if before != after:
            return refuse(command, Reason.CONTRACT_FIXED, limit=before, attempted=after)
    known = instrument.specification(event.effective_from)
    if known is not None and _content(known.terms) == _content(event):
        return refuse(command, Reason.INSTRUMENT_UNCHANGED, attempted=command.instrument)
    if situation.of(Asset, command.instrument).scale is not None:
        return refuse(command, Reason.ASSET_EXISTS, attempted=command.instrument)
    named = (command.base, command.quote, command.settlement, command.reference)
    for name in filter(None, named):
        if situation.of(Asset, name).scale is None:
            return refuse(command, Reason.ASSET_UNKNOWN, attempted=name)
    return _too_fine(situation, command)


def _too_fine(situation: Situation, command: SpecifyInstrument) -> list[Draft]:
    """Refuse units of money or of delivery that are finer than their asset has."""
    scale = situation.of(Asset, command.settlement).scale or 0
    steps = [(unit, scale) for unit in (command.value_unit, command.fee_unit)]
    if command.base is not None:
        steps.append((command.lot, situation.of(Asset, command.base).scale or 0))
    for unit, limit in steps:
        if decimals(unit) > limit:
            return refuse(command, Reason.FINER_THAN_SCALE, limit=limit, attempted=unit)
    return []


def _content(terms: InstrumentSpecified) -> InstrumentSpecified:
    """Give terms without when and by whom they were set."""
    return replace(terms, effective_from=Instant(0), approval=None)


RULES: Rules = {SpecifyInstrument: specify}

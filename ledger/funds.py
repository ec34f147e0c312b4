"""What an account is free to spend: its cash, less what orders reserve and what positions need."""

from ledger.events import Unit
from ledger.holding import Account
from ledger.instants import Instant
from ledger.instrument import Instrument
from ledger.numbers import (
    PERCENT,
    ZERO,
    Amount,
    Rounding,
    add,
    magnitude,
    round_to,
    share,
    subtract,
)
from ledger.parameters import Parameters
from ledger.situation import Situation

INITIAL_MARGIN = "margin.initial"


def margin_rate(situation: Situation, instrument: str, now: Instant) -> Amount:
    """Give the initial margin of an instrument in percent of value; all of it where unrecorded."""
    said = situation.the(Parameters).amount(INITIAL_MARGIN, Unit.PERCENT, now, instrument)
    return PERCENT if said is None else said


def free(situation: Situation, account: Account, asset: str) -> Amount:
    """Give what an account may spend of an asset: below zero where it lacks already."""
    return subtract(account.unreserved(asset), needed(situation, account, asset))


def needed(situation: Situation, account: Account, asset: str) -> Amount:
    """Give what the positions that are settled in an asset need: their cost at initial margin."""
    total = ZERO
    for instrument, position in account.positions.items():
        if not position.cost:
            continue
        known = situation.of(Instrument, instrument).specification(situation.now)
        if known is not None and known.terms.settlement == asset:
            rate = margin_rate(situation, instrument, situation.now)
            part = share(magnitude(position.cost), rate, PERCENT)
            total = add(total, round_to(part, known.terms.value_unit, Rounding.UP))
    return total

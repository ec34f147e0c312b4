"""What an account is free to spend: its cash, less what orders reserve and what positions need."""

from decimal import Decimal

from ledger.client import Client
from ledger.events import ClientClass, Unit
from ledger.holding import Account
from ledger.instants import Instant
from ledger.instrument import Instrument
from ledger.numbers import (
    ZERO,
    Amount,
    Rounding,
    add,
    magnitude,
    round_to,
    subtract,
)
from ledger.owner import owner_of
from ledger.parameters import Parameters
from ledger.reservation import backing
from ledger.situation import Situation

INITIAL_MARGIN = "margin.initial"
LEVERAGE_CAP = "leverage.cap"


def class_of(client: Client, now: Instant) -> ClientClass:
    """Give the class whose cap binds: whoever is no institution trades as a professional."""
    institutional = client.classification(now) is ClientClass.INSTITUTIONAL
    return ClientClass.INSTITUTIONAL if institutional else ClientClass.PROFESSIONAL


def initial_margin(situation: Situation, instrument: str) -> Amount | None:
    """Give the initial margin of an instrument in percent; None where none is in force."""
    parameters = situation.the(Parameters)
    return parameters.amount(INITIAL_MARGIN, Unit.PERCENT, situation.now, instrument)


def leverage_cap(situation: Situation, client: Client, instrument: str) -> Amount | None:
    """Give the most leverage that a client's class may have; None where no cap is in force."""
    scope = f"{instrument}/{class_of(client, situation.now)}"
    return situation.the(Parameters).amount(LEVERAGE_CAP, Unit.RATIO, situation.now, scope)


def free(situation: Situation, account: Account, asset: str) -> Amount:
    """Give what an account may spend of an asset: below zero where it lacks already."""
    return subtract(account.unreserved(asset), needed(situation, account, asset))


def needed(situation: Situation, account: Account, asset: str) -> Amount:
    """Give what the positions that are settled in an asset need, by what they cost."""
    total = ZERO
    for instrument, position in account.positions.items():
        known = situation.of(Instrument, instrument).specification(situation.now)
        if known is not None and known.terms.settlement == asset:
            behind = _backing(situation, account, instrument, magnitude(position.cost))
            total = add(total, round_to(behind, known.terms.value_unit, Rounding.UP))
    return total


def _backing(situation: Situation, account: Account, instrument: str, cost: Amount) -> Decimal:
    """Give the initial margin of a cost, or one part in the leverage cap, whichever is more.

    All of it where no margin is recorded.
    """
    margin = initial_margin(situation, instrument)
    if margin is None:
        return cost
    cap = leverage_cap(situation, owner_of(situation, account), instrument)
    return backing(cost, margin, cap)

"""How much leverage a client may have, by his class; no cap recorded means no trading."""

from ledger.client import Client
from ledger.events import ClientClass, Unit
from ledger.instants import Instant
from ledger.numbers import Amount
from ledger.parameters import Parameters
from ledger.situation import Situation

LEVERAGE_CAP = "leverage.cap"


def class_of(client: Client, now: Instant) -> ClientClass:
    """Give the class whose cap binds: whoever is no institution trades as a professional."""
    institutional = client.classification(now) is ClientClass.INSTITUTIONAL
    return ClientClass.INSTITUTIONAL if institutional else ClientClass.PROFESSIONAL


def cap_scope(client: Client, instrument: str, at: Instant) -> str:
    """Name the scope of the cap that binds a client in an instrument."""
    return f"{instrument}/{class_of(client, at)}"


def leverage_cap(situation: Situation, client: Client, instrument: str) -> Amount | None:
    """Give the most leverage that a client's class may have; None where no cap is in force."""
    scope = cap_scope(client, instrument, situation.now)
    return situation.the(Parameters).amount(LEVERAGE_CAP, Unit.RATIO, situation.now, scope)

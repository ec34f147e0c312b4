"""Clients of a founded platform, and the figures that bind them: short ways to say it."""

from ledger.events import (
    AccountAssigned,
    AccountOpened,
    ClientAdmitted,
    ClientCeased,
    ClientClass,
    ClientClassified,
    ClientKind,
    Event,
    ParameterChanged,
    Unit,
)
from ledger.instants import Instant
from tests.domain.officers import APPROVAL, FOUNDED
from tests.domain.scenario import NOW, Scenario, given

PAPER = "e" * 64
"""The digest of some document."""


def admitted(kind: ClientKind = ClientKind.INDIVIDUAL, client: str = "C") -> ClientAdmitted:
    return ClientAdmitted(client=client, kind=kind, identity="f" * 64)


C_ADMITTED = admitted()
C_CEASED = ClientCeased(client="C", reason="moved abroad")


def founded(*history: Event) -> Scenario:
    """Begin with a founded platform and what happened on it."""
    return given(*FOUNDED, *history)


def owned(account: str, client: str = "C", parent: str | None = None) -> tuple[Event, Event]:
    """Tell that an account was opened for a client, as his one or as a part of it."""
    opened = AccountOpened(account=account, client=client, parent=parent)
    return opened, AccountAssigned(client=client, account=account, parent=parent)


def figure(name: str, value: str, unit: Unit, scope: str = "") -> ParameterChanged:
    """Tell that a parameter has a value, from the beginning on."""
    return ParameterChanged(
        name=name,
        after=value,
        unit=unit,
        source="Guidelines",
        verified=True,
        effective_from=Instant(0),
        scope=scope,
        approval=APPROVAL,
    )


def classified(classification: ClientClass, until: Instant | None = None) -> ClientClassified:
    """Tell that client C is classified from now on."""
    return ClientClassified(
        client="C",
        classification=classification,
        legal_basis="Cap. 571D",
        evidence=PAPER,
        valid_from=NOW,
        valid_until=until,
    )

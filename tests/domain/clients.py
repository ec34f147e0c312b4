"""Clients of a founded platform, and the figures that bind them: short ways to say it."""

from ledger.events import (
    ClientAdmitted,
    ClientCeased,
    ClientClass,
    ClientClassified,
    ClientKind,
    ParameterChanged,
    Unit,
)
from ledger.instants import Instant
from tests.domain.officers import APPROVAL
from tests.domain.scenario import NOW

PAPER = "e" * 64
"""The digest of some document."""

C_ADMITTED = ClientAdmitted(client="C", kind=ClientKind.INDIVIDUAL, identity="f" * 64)
C_CEASED = ClientCeased(client="C", reason="moved abroad")


def figure(name: str, value: str, unit: Unit) -> ParameterChanged:
    """Tell that a parameter has a value, from the beginning on."""
    return ParameterChanged(
        name=name,
        after=value,
        unit=unit,
        source="Guidelines",
        verified=True,
        effective_from=Instant(0),
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

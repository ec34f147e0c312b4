"""Restrictions, by example: each is placed once with its ground, and lifted by itself."""

import pytest

from ledger.client import Client
from ledger.commands import Command
from ledger.events import ClientRestricted, Extent, Ground, RestrictionLifted
from ledger.reasons import Reason
from tests.domain.clients import C_ADMITTED, C_CEASED
from tests.domain.officers import FOUNDED, RITA, ask_as
from tests.domain.scenario import given

SUSPENDED = ClientRestricted(
    client="C",
    restriction="R1",
    extent=Extent.SUSPENDED,
    ground=Ground.SANCTIONS,
    legal_basis="Cap. 537 s.3",
)
LIFTED = RestrictionLifted(client="C", restriction="R1", reason="another person of that name")


def restrict(name: str = "R1", extent: Extent = Extent.SUSPENDED) -> Command:
    basis = {"ground": "sanctions", "legal_basis": "Cap. 537 s.3"}
    said = {"client": "C", "restriction": name, "extent": extent.value, **basis}
    return ask_as(RITA, "RestrictClient", **said)


def lift(name: str = "R1") -> Command:
    said = {"client": "C", "restriction": name, "reason": "another person of that name"}
    return ask_as(RITA, "LiftRestriction", **said)


def test_a_restriction_says_its_ground_and_legal_basis_and_stands_until_it_is_lifted() -> None:
    scenario = given(*FOUNDED, C_ADMITTED).when(restrict()).then(SUSPENDED)
    assert scenario.situation().of(Client, "C").restricted_to(Extent.SUSPENDED) == "R1"
    scenario.when(lift()).then(LIFTED)
    assert scenario.situation().of(Client, "C").restricted_to(Extent.SUSPENDED) is None


def test_a_restriction_is_placed_once_even_after_it_was_lifted() -> None:
    exists = (Reason.RESTRICTION_EXISTS, None, "R1")
    given(*FOUNDED, C_ADMITTED, SUSPENDED).when(restrict()).then_refused(*exists)
    given(*FOUNDED, C_ADMITTED, SUSPENDED, LIFTED).when(restrict()).then_refused(*exists)


def test_lifting_one_restriction_leaves_another_in_force() -> None:
    scenario = given(*FOUNDED, C_ADMITTED, SUSPENDED).when(restrict("R2"))
    scenario.happen(*scenario.drafts).when(lift()).then(LIFTED)
    assert scenario.situation().of(Client, "C").restricted_to(Extent.SUSPENDED) == "R2"


def test_only_a_restriction_in_force_is_lifted() -> None:
    unknown = (Reason.RESTRICTION_UNKNOWN, None, "R1")
    given(*FOUNDED, C_ADMITTED).when(lift()).then_refused(*unknown)
    given(*FOUNDED, C_ADMITTED, SUSPENDED, LIFTED).when(lift()).then_refused(*unknown)


@pytest.mark.parametrize("command", [restrict(), lift()], ids=["restrict", "lift"])
def test_nobody_is_restricted_who_is_not_here(command: Command) -> None:
    given(*FOUNDED).when(command).then_refused(Reason.CLIENT_UNKNOWN, None, "C")
    left = given(*FOUNDED, C_ADMITTED, SUSPENDED, C_CEASED)
    left.when(command).then_refused(Reason.CLIENT_CEASED, None, "C")

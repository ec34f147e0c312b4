"""A client who is related to the platform, and what is stamped of him: short ways to say it."""

from ledger.client import Client
from ledger.events import (
    AffiliationDeclared,
    ClientAdmitted,
    ClientKind,
    Effect,
    EligibilityConfirmed,
    Relation,
)
from ledger.instants import Instant
from tests.domain.officers import APPROVAL
from tests.domain.scenario import NOW, Scenario

C1 = ClientAdmitted(client="C1", kind=ClientKind.CORPORATION, identity="vault-1")


def declared(
    effective_from: Instant = NOW, relation: Relation = Relation.AFFILIATE
) -> AffiliationDeclared:
    return AffiliationDeclared(
        client="C1",
        relation=relation,
        party="group-co",
        basis="a subsidiary of the operator's parent",
        effective_from=effective_from,
        approval=APPROVAL,
    )


def confirmed(
    client: str = "C1", *, affiliate: bool = False, employee: bool = False
) -> EligibilityConfirmed:
    return EligibilityConfirmed(
        account="A",
        client=client,
        product="P",
        effect=Effect.INCREASE,
        solicited=False,
        affiliate=affiliate,
        employee=employee,
    )


def client_of(scenario: Scenario) -> Client:
    client = scenario.states["client-C1"]
    assert isinstance(client, Client)
    return client

"""Openings, by example: whoever reads what is sealed leaves his name and his reason."""

from ledger.commands import Command
from ledger.events import ClientKeyDestroyed, SealedOpened
from ledger.reasons import Reason
from tests.domain.clients import C_ADMITTED, C_CEASED, founded
from tests.domain.officers import APPROVAL, CAROL, DORA, Actor, ask_as
from tests.domain.scenario import NOW, given

ITEM = "a" * 64
SHUT = ClientKeyDestroyed(client="C", retained_until=NOW, approval=APPROVAL)


def look(actor: Actor = CAROL, subject: str = "client-C") -> Command:
    said = {"subject": subject, "item": ITEM, "reason": "the court asks"}
    return ask_as(actor, "OpenSealed", **said)


def opened(subject: str = "client-C") -> SealedOpened:
    return SealedOpened(subject=subject, item=ITEM, reason="the court asks")


def test_an_opening_is_recorded_with_its_reason_each_time() -> None:
    founded(C_ADMITTED).when(look()).then(opened()).when(look()).then(opened())


def test_whoever_has_no_business_with_it_opens_nothing() -> None:
    founded(C_ADMITTED).when(look(DORA)).then_refused(
        Reason.ROLE_LACKING, "audit or compliance or operations", "dora as dealing"
    )


def test_nothing_of_a_client_is_opened_once_his_key_is_to_be_destroyed() -> None:
    shut = founded(C_ADMITTED, C_CEASED, SHUT)
    shut.when(look()).then_refused(Reason.KEY_DESTROYED, None, "client-C")
    shut.when(look(subject="client-D")).then(opened("client-D"))


def test_plain_books_leave_a_record_of_who_read_their_lines_too() -> None:
    given().when(look(subject="account-A")).then(opened("account-A"))

"""Retention, by example: nothing is destroyed too early, while a hold stands, or twice."""

import pytest

from ledger.commands import Command
from ledger.events import (
    ClientKeyDestroyed,
    LegalHoldPlaced,
    LegalHoldReleased,
    Unit,
)
from ledger.instants import Instant, read_instant
from ledger.reasons import Reason
from tests.domain.clients import C_ADMITTED, C_CEASED, figure
from tests.domain.officers import APPROVAL, CAROL, FOUNDED, MAX, ask_as
from tests.domain.scenario import NOW, given

SEVEN_YEARS = figure("client.retention", "7", Unit.YEARS)
OVER = read_instant("2033-02-11T08:00:00Z")
"""Seven years after the client left, who leaves at `NOW`."""

HELD = LegalHoldPlaced(client="C", hold="H1", authority="SFC", notice="N-7")
RELEASED = LegalHoldReleased(client="C", hold="H1", reason="case closed", approval=APPROVAL)
DESTROYED = ClientKeyDestroyed(client="C", retained_until=OVER, approval=APPROVAL)


def place(hold: str = "H1") -> Command:
    said = {"client": "C", "hold": hold, "authority": "SFC", "notice": "N-7"}
    return ask_as(CAROL, "PlaceLegalHold", **said)


def release(hold: str = "H1") -> Command:
    return ask_as(CAROL, "ReleaseLegalHold", client="C", hold=hold, reason="case closed")


DESTROY = ask_as(CAROL, "DestroyClientKey", client="C")


def test_a_hold_is_placed_once_also_on_a_client_who_left() -> None:
    given(*FOUNDED, C_ADMITTED).when(place()).then(HELD)
    left = given(*FOUNDED, C_ADMITTED, C_CEASED).when(place()).then(HELD)
    left.when(place()).then_refused(Reason.HOLD_EXISTS, None, "H1")
    released = given(*FOUNDED, C_ADMITTED, HELD, RELEASED)
    released.when(place()).then_refused(Reason.HOLD_EXISTS, None, "H1")


def test_a_hold_that_stands_is_released_by_two_people_and_once() -> None:
    held = given(*FOUNDED, C_ADMITTED, HELD)
    held.when(release()).then_refused(Reason.FOUR_EYES_REQUIRED)
    held.when_approved(release("H2"), APPROVAL).then_refused(Reason.HOLD_UNKNOWN, None, "H2")
    held.when_approved(release(), APPROVAL).then(RELEASED)
    held.when_approved(release(), APPROVAL).then_refused(Reason.HOLD_UNKNOWN, None, "H1")


def test_there_is_no_hold_on_nobody() -> None:
    unknown = (Reason.CLIENT_UNKNOWN, None, "C")
    given(*FOUNDED).when(place()).then_refused(*unknown)
    given(*FOUNDED).when_approved(release(), APPROVAL).then_refused(*unknown)
    given(*FOUNDED, SEVEN_YEARS).when_approved(DESTROY, APPROVAL).then_refused(*unknown)


def test_a_key_is_destroyed_from_the_moment_at_which_retention_ends() -> None:
    left = given(*FOUNDED, SEVEN_YEARS, C_ADMITTED, C_CEASED)
    left.when_approved(DESTROY, APPROVAL, now=Instant(OVER - 1)).then_refused(
        Reason.RETENTION_RUNNING,
        "2033-02-11T08:00:00.000000000Z",
        "2033-02-11T07:59:59.999999999Z",
    )
    left.when_approved(DESTROY, APPROVAL, now=OVER).then(DESTROYED)


def test_a_key_is_destroyed_once() -> None:
    destroyed = given(*FOUNDED, SEVEN_YEARS, C_ADMITTED, C_CEASED, DESTROYED)
    destroyed.when_approved(DESTROY, APPROVAL, now=OVER).then_refused(Reason.KEY_DESTROYED)


def test_the_key_of_a_client_who_has_not_left_is_kept_without_limit() -> None:
    here = given(*FOUNDED, SEVEN_YEARS, C_ADMITTED)
    here.when_approved(DESTROY, APPROVAL, now=OVER).then_refused(Reason.RETENTION_RUNNING)


@pytest.mark.parametrize("now", [NOW, OVER], ids=["during retention", "after retention"])
def test_a_hold_goes_before_every_end_of_retention(now: Instant) -> None:
    held = given(*FOUNDED, SEVEN_YEARS, C_ADMITTED, C_CEASED, HELD)
    held.when_approved(DESTROY, APPROVAL, now=now).then_refused(Reason.UNDER_LEGAL_HOLD, "H1")


def test_with_one_hold_released_another_still_forbids_it() -> None:
    second = LegalHoldPlaced(client="C", hold="H2", authority="court", notice="N-8")
    held = given(*FOUNDED, SEVEN_YEARS, C_ADMITTED, C_CEASED, HELD, second)
    held.when_approved(release(), APPROVAL).then(RELEASED)
    held.when_approved(DESTROY, APPROVAL, now=OVER).then_refused(Reason.UNDER_LEGAL_HOLD, "H2")
    held.when_approved(release("H2"), APPROVAL).happen(*held.drafts)
    held.when_approved(DESTROY, APPROVAL, now=OVER).then(DESTROYED)


def test_a_period_that_nobody_recorded_never_ends() -> None:
    left = given(*FOUNDED, C_ADMITTED, C_CEASED)
    left.when_approved(DESTROY, APPROVAL, now=OVER).then_refused(
        Reason.PARAMETER_MISSING, None, "client.retention"
    )


def test_one_person_alone_destroys_nothing() -> None:
    left = given(*FOUNDED, SEVEN_YEARS, C_ADMITTED, C_CEASED)
    left.when(DESTROY, now=OVER).then_refused(Reason.FOUR_EYES_REQUIRED)
    by_management = ask_as(MAX, "DestroyClientKey", client="C")
    left.when(by_management, now=OVER).then_refused(
        Reason.ROLE_LACKING, "compliance or technology", "max as management"
    )

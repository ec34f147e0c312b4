"""Overrides, by example: one waivable control, one client, two people, and an end in time."""

import pytest

from ledger.client import Client
from ledger.commands import Command
from ledger.controls import CONTROLS
from ledger.events import OverrideGranted, Unit
from ledger.instants import DAY, Instant, write_instant
from ledger.reasons import Reason
from tests.domain.clients import C_ADMITTED, C_CEASED, figure
from tests.domain.officers import APPROVAL, FOUNDED, RITA, ask_as
from tests.domain.scenario import NOW, given

FIVE_DAYS = figure("override.duration", "5", Unit.DAYS)
LATEST = Instant(NOW + 5 * DAY)
WAIVABLE = [control.name for control in CONTROLS if control.waivable]
BINDING = [control.name for control in CONTROLS if not control.waivable]


def grant(until: int = LATEST, effective_from: int | None = None, **said: object) -> Command:
    fields = {"client": "C", "override": "O1", "control": "exposure", "reason": "hedge", **said}
    if effective_from is not None:
        fields["effective_from"] = write_instant(effective_from)
    return ask_as(RITA, "GrantOverride", until=write_instant(until), **fields)


def granted(until: int = LATEST, effective_from: int = NOW) -> OverrideGranted:
    return OverrideGranted(
        client="C",
        override="O1",
        control="exposure",
        reason="hedge",
        effective_from=Instant(effective_from),
        until=Instant(until),
        approval=APPROVAL,
    )


PLATFORM = (*FOUNDED, FIVE_DAYS, C_ADMITTED)


def test_an_override_needs_four_eyes() -> None:
    given(*PLATFORM).when(grant()).then_refused(Reason.FOUR_EYES_REQUIRED)


def test_an_override_lasts_as_long_as_one_may_and_not_a_nanosecond_longer() -> None:
    given(*PLATFORM).when_approved(grant(), APPROVAL).then(granted())
    given(*PLATFORM).when_approved(grant(LATEST + 1), APPROVAL).then_refused(
        Reason.OVERRIDE_TOO_LONG, write_instant(LATEST), write_instant(LATEST + 1)
    )


def test_an_override_that_begins_later_is_measured_from_its_beginning() -> None:
    begin, end = NOW + 3 * DAY, NOW + 8 * DAY
    later = given(*PLATFORM).when_approved(grant(end, begin), APPROVAL).then(granted(end, begin))
    term = later.situation().of(Client, "C").overrides["O1"].term
    covered = [term.covers(Instant(moment)) for moment in (begin - 1, begin, end - 1, end)]
    assert covered == [False, True, True, False]
    given(*PLATFORM).when_approved(grant(end + 1, begin), APPROVAL).then_refused(
        Reason.OVERRIDE_TOO_LONG, write_instant(end), write_instant(end + 1)
    )


@pytest.mark.parametrize(("begin", "until"), [(None, NOW), (NOW + DAY, NOW + DAY)])
def test_an_override_that_would_be_over_before_it_begins_is_none(
    begin: int | None, until: int
) -> None:
    given(*PLATFORM).when_approved(grant(until, begin), APPROVAL).then_refused(
        Reason.ENDS_BEFORE_IT_BEGINS, write_instant(begin or NOW), write_instant(until)
    )


def test_an_override_of_one_nanosecond_is_one() -> None:
    given(*PLATFORM).when_approved(grant(NOW + 1), APPROVAL).then(granted(NOW + 1))


def test_an_override_is_granted_once_even_after_it_ended() -> None:
    over = given(*PLATFORM, granted(NOW + 1))
    over.when_approved(grant(), APPROVAL, now=Instant(NOW + DAY)).then_refused(
        Reason.OVERRIDE_EXISTS, None, "O1"
    )


@pytest.mark.parametrize("control", WAIVABLE)
def test_a_control_that_can_be_waived_is_overridden(control: str) -> None:
    scenario = given(*PLATFORM).when_approved(grant(control=control), APPROVAL)
    assert [type(draft.event) for draft in scenario.drafts] == [OverrideGranted]


@pytest.mark.parametrize("control", BINDING)
def test_a_control_that_binds_everybody_is_never_overridden(control: str) -> None:
    given(*PLATFORM).when_approved(grant(control=control), APPROVAL).then_refused(
        Reason.CONTROL_NOT_WAIVABLE, None, control
    )


def test_what_is_no_control_cannot_be_overridden() -> None:
    given(*PLATFORM).when_approved(grant(control="everything"), APPROVAL).then_refused(
        Reason.CONTROL_UNKNOWN, None, "everything"
    )


def test_there_is_no_override_while_nobody_recorded_how_long_one_lasts() -> None:
    given(*FOUNDED, C_ADMITTED).when_approved(grant(), APPROVAL).then_refused(
        Reason.PARAMETER_MISSING, None, "override.duration"
    )


def test_there_is_no_override_for_a_client_who_is_not_here() -> None:
    nobody = given(*FOUNDED, FIVE_DAYS).when_approved(grant(), APPROVAL)
    nobody.then_refused(Reason.CLIENT_UNKNOWN, None, "C")
    left = given(*PLATFORM, C_CEASED).when_approved(grant(), APPROVAL)
    left.then_refused(Reason.CLIENT_CEASED, None, "C")

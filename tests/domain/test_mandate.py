"""Standing authorities, by example: given for a term, renewed with notice, revoked at once."""

import pytest

from ledger.client import Client
from ledger.commands import Command
from ledger.events import (
    AuthorityGiven,
    AuthorityRenewed,
    AuthorityRevoked,
    ClientClass,
    ConsentSigned,
    Unit,
)
from ledger.instants import DAY, Instant, read_instant, write_instant
from ledger.reasons import Reason
from tests.domain.clients import C_ADMITTED, C_CEASED, PAPER, classified, figure
from tests.domain.officers import FOUNDED, OTTO, ask_as
from tests.domain.scenario import NOW, Scenario, given

TERM = figure("client.authority.term", "12", Unit.MONTHS)
NOTICE = figure("client.authority.notice", "14", Unit.DAYS)
PLATFORM = (*FOUNDED, TERM, NOTICE, C_ADMITTED)
CONSENTED = ConsentSigned(client="C", document=PAPER)
IN_A_YEAR = read_instant("2027-02-11T08:00:00Z")
LAST_CALL = read_instant("2027-01-28T08:00:00Z")
"""Fourteen days before that."""
RENEWED_AT = read_instant("2027-02-01T08:00:00Z")
A_YEAR_ON = read_instant("2028-02-01T08:00:00Z")
PROFESSIONALS = [ClientClass.PROFESSIONAL, ClientClass.INSTITUTIONAL]


def give(until: int | None = IN_A_YEAR) -> Command:
    said: dict[str, object] = {"authority": "S1", "scope": "margin", "document": PAPER}
    if until is not None:
        said["valid_until"] = write_instant(until)
    return ask_as(OTTO, "GiveAuthority", client="C", **said)


def renew(notified_at: int = LAST_CALL, until: int = A_YEAR_ON) -> Command:
    times = {"notified_at": write_instant(notified_at), "valid_until": write_instant(until)}
    return ask_as(OTTO, "RenewAuthority", client="C", authority="S1", **times)


def revoke() -> Command:
    return ask_as(OTTO, "RevokeAuthority", client="C", authority="S1")


def given_until(until: Instant | None = IN_A_YEAR) -> AuthorityGiven:
    return AuthorityGiven(
        client="C",
        authority="S1",
        scope="margin",
        document=PAPER,
        valid_from=NOW,
        valid_until=until,
    )


def renewed(notified_at: int = LAST_CALL, until: int = A_YEAR_ON) -> AuthorityRenewed:
    return AuthorityRenewed(
        client="C",
        authority="S1",
        notified_at=Instant(notified_at),
        valid_until=Instant(until),
    )


REVOKED = AuthorityRevoked(client="C", authority="S1")


def in_force(scenario: Scenario, now: int) -> bool:
    term = scenario.situation().of(Client, "C").authorities["S1"].term
    return term.covers(Instant(now))


def test_an_authority_is_in_force_until_the_nanosecond_at_which_it_ends() -> None:
    scenario = given(*PLATFORM).when(give()).then(given_until())
    moments = (NOW - 1, NOW, IN_A_YEAR - 1, IN_A_YEAR)
    assert [in_force(scenario, now) for now in moments] == [False, True, True, False]


def test_an_authority_is_given_once_even_after_it_ended() -> None:
    exists = (Reason.AUTHORITY_EXISTS, None, "S1")
    given(*PLATFORM, given_until()).when(give()).then_refused(*exists)
    given(*PLATFORM, given_until(), REVOKED).when(give()).then_refused(*exists)


def test_the_authority_of_a_client_who_is_no_professional_lasts_a_year_at_most() -> None:
    limit = write_instant(IN_A_YEAR)
    too_long = given(*PLATFORM).when(give(IN_A_YEAR + 1))
    too_long.then_refused(Reason.AUTHORITY_TOO_LONG, limit, write_instant(IN_A_YEAR + 1))
    endless = given(*PLATFORM).when(give(None))
    endless.then_refused(Reason.AUTHORITY_TOO_LONG, limit)
    retail = given(*PLATFORM, classified(ClientClass.RETAIL)).when(give(None))
    retail.then_refused(Reason.AUTHORITY_TOO_LONG, limit)


@pytest.mark.parametrize("kind", PROFESSIONALS)
def test_a_professional_may_give_authority_without_end(kind: ClientClass) -> None:
    client = given(*FOUNDED, C_ADMITTED, classified(kind), CONSENTED)
    client.when(give(None)).then(given_until(None))


def test_a_professional_who_does_not_consent_is_treated_as_any_other() -> None:
    client = given(*PLATFORM, classified(ClientClass.PROFESSIONAL)).when(give(None))
    client.then_refused(Reason.AUTHORITY_TOO_LONG, write_instant(IN_A_YEAR))


def test_a_professional_is_free_one_nanosecond_before_his_status_lapses_and_not_after() -> None:
    lapses = Instant(NOW + DAY)
    client = given(*PLATFORM, classified(ClientClass.PROFESSIONAL, lapses), CONSENTED)
    client.when(give(None), now=Instant(lapses - 1))
    assert [type(draft.event) for draft in client.drafts] == [AuthorityGiven]
    limit = write_instant(IN_A_YEAR + DAY)
    client.when(give(None), now=lapses).then_refused(Reason.AUTHORITY_TOO_LONG, limit)


def test_an_authority_that_would_be_over_at_once_is_none() -> None:
    over = (Reason.ENDS_BEFORE_IT_BEGINS, write_instant(NOW), write_instant(NOW))
    given(*PLATFORM).when(give(NOW)).then_refused(*over)
    given(*PLATFORM, given_until()).when(renew(until=NOW)).then_refused(*over)
    given(*PLATFORM).when(give(NOW + 1)).then(given_until(Instant(NOW + 1)))


def test_an_authority_is_renewed_when_the_client_was_reminded_at_the_last_call() -> None:
    scenario = given(*PLATFORM, given_until()).when(renew(), now=RENEWED_AT).then(renewed())
    moments = (IN_A_YEAR, A_YEAR_ON - 1, A_YEAR_ON)
    assert [in_force(scenario, now) for now in moments] == [True, True, False]


def test_a_reminder_one_nanosecond_after_the_last_call_is_too_late() -> None:
    given(*PLATFORM, given_until()).when(renew(LAST_CALL + 1), now=RENEWED_AT).then_refused(
        Reason.AUTHORITY_NOTICE_MISSING, write_instant(LAST_CALL), write_instant(LAST_CALL + 1)
    )


def test_a_reminder_that_is_only_planned_is_none() -> None:
    now = Instant(NOW + DAY)
    given(*PLATFORM, given_until()).when(renew(now + 1, now + DAY), now=now).then_refused(
        Reason.AUTHORITY_NOTICE_MISSING, write_instant(now), write_instant(now + 1)
    )


def test_a_reminder_of_an_earlier_end_does_not_serve_again() -> None:
    before = given(*PLATFORM, given_until()).when(renew(NOW - 1), now=RENEWED_AT)
    limit = write_instant(LAST_CALL)
    before.then_refused(Reason.AUTHORITY_NOTICE_MISSING, limit, write_instant(NOW - 1))
    given(*PLATFORM, given_until()).when(renew(NOW), now=RENEWED_AT).then(renewed(NOW))


def test_a_renewal_begins_a_term_that_is_no_longer_than_the_first() -> None:
    scenario = given(*PLATFORM, given_until()).when(renew(until=A_YEAR_ON + 1), now=RENEWED_AT)
    limit, attempted = write_instant(A_YEAR_ON), write_instant(A_YEAR_ON + 1)
    scenario.then_refused(Reason.AUTHORITY_TOO_LONG, limit, attempted)


def test_an_authority_without_end_needs_no_reminder_to_get_one() -> None:
    professional = classified(ClientClass.PROFESSIONAL, Instant(NOW + DAY))
    lapsed = given(*PLATFORM, professional, given_until(None))
    lapsed.when(renew(NOW), now=RENEWED_AT).then(renewed(NOW))


def test_only_an_authority_in_force_is_renewed_or_revoked() -> None:
    unknown = (Reason.AUTHORITY_UNKNOWN, None, "S1")
    for command in (renew(), revoke()):
        given(*PLATFORM).when(command).then_refused(*unknown)
        given(*PLATFORM, given_until(), REVOKED).when(command).then_refused(*unknown)
        given(*PLATFORM, given_until()).when(command, now=IN_A_YEAR).then_refused(*unknown)
    last = given(*PLATFORM, given_until())
    last.when(revoke(), now=Instant(IN_A_YEAR - 1)).then(REVOKED)


def test_a_revoked_authority_ends_at_once() -> None:
    scenario = given(*PLATFORM, given_until()).when(revoke()).then(REVOKED)
    assert not in_force(scenario, NOW)


@pytest.mark.parametrize("name", ["client.authority.term", "client.authority.notice"])
def test_without_its_parameters_no_authority_is_renewed(name: str) -> None:
    figures = [figure for figure in (TERM, NOTICE) if figure.name != name]
    scenario = given(*FOUNDED, *figures, C_ADMITTED, given_until()).when(renew(), now=RENEWED_AT)
    scenario.then_refused(Reason.PARAMETER_MISSING, None, name)


def test_without_a_term_on_record_only_a_professional_gives_authority() -> None:
    missing = (Reason.PARAMETER_MISSING, None, "client.authority.term")
    given(*FOUNDED, C_ADMITTED).when(give()).then_refused(*missing)


@pytest.mark.parametrize("command", [give(), renew(), revoke()], ids=["give", "renew", "revoke"])
def test_a_client_who_is_not_here_has_no_authorities(command: Command) -> None:
    nobody = given(*FOUNDED, TERM, NOTICE).when(command)
    nobody.then_refused(Reason.CLIENT_UNKNOWN, None, "C")
    left = given(*PLATFORM, given_until(), C_CEASED).when(command)
    left.then_refused(Reason.CLIENT_CEASED, None, "C")

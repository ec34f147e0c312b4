"""Mandates: a client's standing authority to use his assets, in the ways and for the time he says.

A professional investor may give one without end; any other client's ends within a term, and goes
on only if he was reminded in time.
"""

from ledger.client import Client, absent
from ledger.commands import GiveAuthority, RenewAuthority, RevokeAuthority
from ledger.events import (
    AuthorityGiven,
    AuthorityRenewed,
    AuthorityRevoked,
    Draft,
    Unit,
)
from ledger.instants import days_after, months_after, write_instant
from ledger.parameters import Parameters
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation
from ledger.standing import Authority

TERM = "client.authority.term"
"""For how many months the authority of a client who is no professional may last."""
NOTICE = "client.authority.notice"
"""How many days before an authority ends its client must be reminded, if it is to go on."""
UNITS = {TERM: Unit.MONTHS, NOTICE: Unit.DAYS}


@upholds("R48")
def give(situation: Situation, command: GiveAuthority) -> list[Draft]:
    """Note a standing authority, from now on."""
    client = situation.of(Client, command.client)
    if refusal := _unlimited(situation, command, client):
        return refusal
    if reason := absent(client):
        return refuse(command, reason, attempted=command.client)
    if command.authority in client.authorities:
        return refuse(command, Reason.AUTHORITY_EXISTS, attempted=command.authority)
    if refusal := _too_long(situation, command, client):
        return refusal
    event = AuthorityGiven(
        client=command.client,
        authority=command.authority,
        scope=command.scope,
        document=command.document,
        valid_from=situation.now,
        valid_until=command.valid_until,
    )
    return [Draft(command.stream(), event)]


@upholds("R48")
def renew(situation: Situation, command: RenewAuthority) -> list[Draft]:
    """Let an authority in force go on, if its client was reminded in time; its term begins anew."""
    client = situation.of(Client, command.client)
    if refusal := (
        _unlimited(situation, command, client, NOTICE)
        or _not_in_force(situation, command, client)
        or _too_long(situation, command, client)
        or _unreminded(situation, command, client.authorities[command.authority])
    ):
        return refusal
    event = AuthorityRenewed(
        client=command.client,
        authority=command.authority,
        notified_at=command.notified_at,
        valid_until=command.valid_until,
    )
    return [Draft(command.stream(), event)]


@upholds("R48")
def revoke(situation: Situation, command: RevokeAuthority) -> list[Draft]:
    """End an authority in force, at once."""
    client = situation.of(Client, command.client)
    if refusal := _not_in_force(situation, command, client):
        return refusal
    event = AuthorityRevoked(client=command.client, authority=command.authority)
    return [Draft(command.stream(), event)]


def _unlimited(
    situation: Situation, command: GiveAuthority | RenewAuthority, client: Client, *names: str
) -> list[Draft]:
    """Refuse what would be over at once, and what no recorded parameter limits."""
    now, until = situation.now, command.valid_until
    if until is not None and until <= now:
        limit, attempted = write_instant(now), write_instant(until)
        return refuse(command, Reason.ENDS_BEFORE_IT_BEGINS, limit=limit, attempted=attempted)
    for name in names if client.treated_as_professional(now) else (TERM, *names):
        if situation.the(Parameters).count(name, UNITS[name], now) is None:
            return refuse(command, Reason.PARAMETER_MISSING, attempted=name)
    return []


def _not_in_force(
    situation: Situation, command: RenewAuthority | RevokeAuthority, client: Client
) -> list[Draft]:
    """Refuse for a client who is not here, and for an authority that is not in force."""
    if reason := absent(client):
        return refuse(command, reason, attempted=command.client)
    known = client.authorities.get(command.authority)
    if known is None or not known.term.covers(situation.now):
        return refuse(command, Reason.AUTHORITY_UNKNOWN, attempted=command.authority)
    return []


def _too_long(
    situation: Situation, command: GiveAuthority | RenewAuthority, client: Client
) -> list[Draft]:
    """Refuse an end that is none, or too far away, to a client who is no professional."""
    if client.treated_as_professional(situation.now):
        return []
    months = situation.the(Parameters).count(TERM, UNITS[TERM], situation.now)
    assert months is not None
    latest, until = months_after(situation.now, months), command.valid_until
    if until is not None and until <= latest:
        return []
    attempted = None if until is None else write_instant(until)
    limit = write_instant(latest)
    return refuse(command, Reason.AUTHORITY_TOO_LONG, limit=limit, attempted=attempted)


def _unreminded(situation: Situation, command: RenewAuthority, authority: Authority) -> list[Draft]:
    """Refuse without a reminder of this very end: one already given, in time, and no earlier one.

    An authority without an end needs none.
    """
    ends, now = authority.term.until, situation.now
    if ends is None:
        return []
    days = situation.the(Parameters).count(NOTICE, UNITS[NOTICE], now)
    assert days is not None
    latest = min(now, days_after(ends, -days))
    if authority.agreed_at <= command.notified_at <= latest:
        return []
    limit, attempted = write_instant(latest), write_instant(command.notified_at)
    return refuse(command, Reason.AUTHORITY_NOTICE_MISSING, limit=limit, attempted=attempted)


RULES: Rules = {GiveAuthority: give, RenewAuthority: renew, RevokeAuthority: revoke}

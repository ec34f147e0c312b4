"""Controls of the client's standing: his account, his agreement, what restricts or relates him."""

from ledger.account import unusable
from ledger.controls.attempt import Attempt, Breach
from ledger.disclosure import Document
from ledger.events import Activity, Extent, Relation, Unit
from ledger.instants import months_after, write_instant
from ledger.legal_entity import LegalEntity
from ledger.mandate import TERM
from ledger.parameters import Parameters
from ledger.reasons import Reason
from ledger.requirements import upholds


@upholds("R69")
def account_usable(attempt: Attempt) -> Breach | None:
    """The account is open, and a client's.

    Whoever left has no such account: he leaves once all of his are closed, none opens again, and no
    other is opened for him.
    """
    reason = unusable(attempt.account)
    if reason is None and attempt.account.client is None:
        reason = Reason.ACCOUNT_WITHOUT_CLIENT
    return None if reason is None else Breach(reason, attempted=attempt.account_id)


@upholds("R37")
def not_suspended(attempt: Attempt) -> Breach | None:
    """The client is not suspended."""
    restriction = attempt.client.restricted_to(Extent.SUSPENDED)
    return None if restriction is None else Breach(Reason.CLIENT_SUSPENDED, restriction)


@upholds("R37")
def not_restricted(attempt: Attempt) -> Breach | None:
    """The client is not restricted to reducing."""
    restriction = attempt.client.restricted_to(Extent.REDUCE_ONLY)
    return None if restriction is None else Breach(Reason.CLIENT_RESTRICTED, restriction)


@upholds("R59")
def agreement_signed(attempt: Attempt) -> Breach | None:
    """The client has signed an agreement."""
    return None if attempt.client.agreed else Breach(Reason.AGREEMENT_MISSING)


@upholds("R68")
def disclosures_acknowledged(attempt: Attempt) -> Breach | None:
    """Every document of the product was acknowledged since it last became materially different."""
    for name in attempt.terms.documents if attempt.terms else ():
        version = attempt.situation.of(Document, name).version(attempt.now)
        if version is None:
            return Breach(Reason.DOCUMENT_UNKNOWN, attempted=name)
        acknowledged = attempt.client.acknowledged.get(name, 0)
        if acknowledged < version.asked_since:
            needed, had = f"{name} {version.asked_since}", f"{name} {acknowledged}"
            return Breach(Reason.DISCLOSURE_MISSING, needed, had)
    return None


@upholds("R48")
def authority_given(attempt: Attempt) -> Breach | None:
    """The standing authority that the product needs is in force.

    Only a professional's lasts without end. Once he is treated as none, it serves no longer than
    the authority of any other client would, counted from when he last agreed.
    """
    scope, now = attempt.terms.authority if attempt.terms else None, attempt.now
    known = attempt.client.authorities.values()
    given = [a for a in known if a.scope == scope and a.term.covers(now)]
    if scope is None or (given and attempt.client.treated_as_professional(now)):
        return None
    if not given:
        return Breach(Reason.AUTHORITY_MISSING, attempted=scope)
    months = attempt.situation.the(Parameters).count(TERM, Unit.MONTHS, now)
    if months is None:
        return Breach(Reason.PARAMETER_MISSING, attempted=TERM)
    ends = max(months_after(a.agreed_at, months) for a in given)
    return None if now < ends else Breach(Reason.AUTHORITY_MISSING, write_instant(ends), scope)


@upholds("R110")
def affiliate_appointed(attempt: Attempt) -> Breach | None:
    """An affiliate trades only as a market maker, appointed for it under a permission in force."""
    if not attempt.client.is_a(Relation.AFFILIATE, attempt.now):
        return None
    return None if program_of(attempt) else Breach(Reason.MARKET_MAKER_NOT_APPOINTED)


def program_of(attempt: Attempt) -> str | None:
    """Name the program under which the client makes a market in the product; None without one."""
    for name, program in attempt.client.programs.items():
        entity = attempt.situation.of(LegalEntity, program.entity)
        activity = Activity.AFFILIATED_MARKET_MAKING
        if (
            attempt.product_id in program.products
            and program.term.covers(attempt.now)
            and entity.permits(program.permission, activity, attempt.now)
        ):
            return name
    return None

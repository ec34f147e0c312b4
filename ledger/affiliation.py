"""Affiliates and employees: declared from a date on, and appointed to make a market.

What such a client does is stamped by the ledger, from what was declared. A declaration that comes
late changes no record: it opens a sweep over what was stamped before it was known.
"""

from ledger.client import Client
from ledger.commands import (
    AppointMarketMaker,
    DeclareAffiliation,
    EndAffiliation,
    TerminateMarketMaker,
)
from ledger.events import (
    Activity,
    AffiliationDeclared,
    AffiliationEnded,
    CorrectionSweepOpened,
    Draft,
    MarketMakerAppointed,
    MarketMakerTerminated,
    Relation,
)
from ledger.instants import Instant
from ledger.legal_entity import LegalEntity
from ledger.product import Product
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation
from ledger.timeline import Term


@upholds("R110", "R111", "R115")
def declare(situation: Situation, command: DeclareAffiliation) -> list[Draft]:
    """Declare a client an affiliate or an employee; late, this opens a sweep."""
    assert situation.approval is not None
    client = situation.of(Client, command.client)
    effective_from = situation.effective_from(command)
    if client.kind is None:
        return refuse(command, Reason.CLIENT_UNKNOWN, attempted=command.client)
    if client.is_a(command.relation, effective_from):
        return refuse(command, Reason.AFFILIATION_EXISTS, attempted=command.relation)
    event = AffiliationDeclared(
        client=command.client,
        relation=command.relation,
        party=command.party,
        basis=command.basis,
        effective_from=effective_from,
        approval=situation.approval,
    )
    return _with_sweep(situation, client, situation.change(command, event))


@upholds("R111", "R115")
def end(situation: Situation, command: EndAffiliation) -> list[Draft]:
    """Declare that a client is no affiliate or no employee; late, this opens a sweep as well."""
    assert situation.approval is not None
    client = situation.of(Client, command.client)
    effective_from = situation.effective_from(command)
    if client.kind is None:
        return refuse(command, Reason.CLIENT_UNKNOWN, attempted=command.client)
    if not client.is_a(command.relation, effective_from):
        return refuse(command, Reason.AFFILIATION_UNKNOWN, attempted=command.relation)
    event = AffiliationEnded(
        client=command.client,
        relation=command.relation,
        reason=command.reason,
        effective_from=effective_from,
        approval=situation.approval,
    )
    return _with_sweep(situation, client, situation.change(command, event))


def _with_sweep(situation: Situation, client: Client, declaration: Draft) -> list[Draft]:
    declared = declaration.event
    assert isinstance(declared, AffiliationDeclared | AffiliationEnded)
    opened = sweep_after(client, declared, situation.now)
    return [declaration] if opened is None else [declaration, Draft(declaration.stream, opened)]


def sweep_after(
    client: Client, declared: AffiliationDeclared | AffiliationEnded, now: Instant
) -> CorrectionSweepOpened | None:
    """Say what must be gone over because of a declaration; None where it does not come late.

    That is what was stamped from then on up to this very moment, or up to where another
    declaration, known before, begins to apply.
    """
    since = declared.effective_from
    if since >= now:
        return None
    known = client.relations.get(declared.relation, ())
    later = (dated.effective_from for dated in known if dated.effective_from > since)
    return CorrectionSweepOpened(
        client=declared.client,
        sweep=declared.approval.proposal,
        relation=declared.relation,
        since=since,
        until=min([Instant(now + 1), *later]),
        holds=isinstance(declared, AffiliationDeclared),
    )


@upholds("R110")
def appoint(situation: Situation, command: AppointMarketMaker) -> list[Draft]:
    """Appoint an affiliate to make a market, under a permission for exactly that."""
    assert situation.approval is not None
    client = situation.of(Client, command.client)
    effective_from = situation.effective_from(command)
    if Term(effective_from, command.until).is_over(effective_from):
        return refuse(command, Reason.ENDS_BEFORE_IT_BEGINS)
    for product in command.products:
        if not situation.of(Product, product).timeline:
            return refuse(command, Reason.PRODUCT_UNKNOWN, attempted=product)
    entity = situation.of(LegalEntity, command.entity)
    if not entity.permits(command.permission, Activity.AFFILIATED_MARKET_MAKING, effective_from):
        return refuse(command, Reason.PERMISSION_MISSING, attempted=command.permission)
    if client.kind is None:
        return refuse(command, Reason.CLIENT_UNKNOWN, attempted=command.client)
    if not client.is_a(Relation.AFFILIATE, effective_from):
        return refuse(command, Reason.AFFILIATION_UNKNOWN, attempted=Relation.AFFILIATE)
    if _runs(client, command.program, situation.now):
        return refuse(command, Reason.PROGRAM_EXISTS, attempted=command.program)
    event = MarketMakerAppointed(
        client=command.client,
        program=command.program,
        products=command.products,
        obligations=command.obligations,
        fee_terms=command.fee_terms,
        permission=command.permission,
        entity=command.entity,
        effective_from=effective_from,
        until=command.until,
        approval=situation.approval,
    )
    return [situation.change(command, event)]


def _runs(client: Client, program: str, now: Instant) -> bool:
    """Tell whether a program is in force, or will be."""
    known = client.programs.get(program)
    return known is not None and not known.term.is_over(now)


@upholds("R110")
def terminate(situation: Situation, command: TerminateMarketMaker) -> list[Draft]:
    """End an appointment as market maker, also one that begins only later."""
    assert situation.approval is not None
    client = situation.of(Client, command.client)
    effective_from = situation.effective_from(command)
    if not _runs(client, command.program, effective_from):
        return refuse(command, Reason.PROGRAM_UNKNOWN, attempted=command.program)
    event = MarketMakerTerminated(
        client=command.client,
        program=command.program,
        reason=command.reason,
        effective_from=effective_from,
        approval=situation.approval,
    )
    return [situation.change(command, event)]


RULES: Rules = {
    DeclareAffiliation: declare,
    EndAffiliation: end,
    AppointMarketMaker: appoint,
    TerminateMarketMaker: terminate,
}

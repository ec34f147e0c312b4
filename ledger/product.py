"""A product: who may offer it, on whose price, and what its traders must have."""

import msgspec
from msgspec.structs import replace

from ledger.asset import Asset
from ledger.commands import ApproveProduct, WithdrawProduct
from ledger.disclosure import Document
from ledger.events import (
    Activity,
    Draft,
    ProductApproved,
    ProductKind,
    ProductWithdrawn,
    Recorded,
)
from ledger.instants import Instant
from ledger.legal_entity import LegalEntity
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation, State
from ledger.timeline import Timeline, in_force, with_end, with_value

ACTIVITY = {ProductKind.SPOT: Activity.SPOT, ProductKind.PERPETUAL: Activity.PERPETUALS}
"""The activity that must be permitted to offer a kind of product."""


class Terms(msgspec.Struct, frozen=True, gc=False):
    """What a product's approval says; `open` is False from where it was withdrawn."""

    kind: ProductKind
    entity: str
    permission: str
    references: tuple[str, ...]
    specification: str
    documents: tuple[str, ...]
    authority: str | None
    open: bool = True


class Product(State, frozen=True):
    """All that a decision may know of a product: what its approvals said, by date."""

    STREAM = "product"

    name: str = ""
    timeline: Timeline[Terms] = ()

    def terms(self, now: Instant) -> Terms | None:
        """Give what is in force; None before the first approval takes effect."""
        return in_force(self.timeline, now)


def evolve(state: Product, recorded: Recorded) -> Product:
    """Transcribe an event into the state."""
    match recorded.event:
        case ProductApproved() as approved:
            timeline = with_value(state.timeline, approved.effective_from, _terms(approved))
            return replace(state, name=approved.product, timeline=timeline)
        case ProductWithdrawn() as withdrawn:
            terms_then = in_force(state.timeline, withdrawn.effective_from)
            if terms_then is None:
                return state
            closed = replace(terms_then, open=False)
            timeline = with_end(state.timeline, withdrawn.effective_from, closed)
            return replace(state, timeline=timeline)
        case _:
            return state


def _terms(said: ApproveProduct | ProductApproved) -> Terms:
    return Terms(
        kind=said.kind,
        entity=said.entity,
        permission=said.permission,
        references=said.references,
        specification=said.specification,
        documents=said.documents,
        authority=said.authority,
    )


@upholds("R32", "R80", "R125")
def approve(situation: Situation, command: ApproveProduct) -> list[Draft]:
    """Approve a product, or other terms of it, once it has all that its traders will need."""
    assert situation.approval is not None
    if refusal := _unready(situation, command):
        return refusal
    event = ProductApproved(
        product=command.product,
        kind=command.kind,
        entity=command.entity,
        permission=command.permission,
        references=command.references,
        specification=command.specification,
        effective_from=situation.effective_from(command),
        documents=command.documents,
        authority=command.authority,
        approval=situation.approval,
    )
    return [situation.change(command, event)]


def _unready(situation: Situation, command: ApproveProduct) -> list[Draft]:
    """Refuse, in the order of `reasons`, what could not be traded from its date on."""
    now = situation.effective_from(command)
    entity = situation.of(LegalEntity, command.entity)
    if entity.role is None:
        return refuse(command, Reason.ENTITY_UNKNOWN, attempted=command.entity)
    if situation.of(Product, command.product).terms(now) == _terms(command):
        return refuse(command, Reason.PRODUCT_EXISTS, attempted=command.product)
    activity = ACTIVITY[command.kind]
    if not entity.permits(command.permission, activity, now):
        limit = command.permission
        return refuse(command, Reason.PERMISSION_MISSING, limit=limit, attempted=activity)
    for document in command.documents:
        if situation.of(Document, document).version(now) is None:
            return refuse(command, Reason.DOCUMENT_UNKNOWN, attempted=document)
    for reference in command.references:
        if (reason := _unadmitted(situation.of(Asset, reference), command.kind, now)) is not None:
            return refuse(command, reason, attempted=reference)
    return []


def _unadmitted(asset: Asset, kind: ProductKind, now: Instant) -> Reason | None:
    """Say why a product cannot follow an asset; a perpetual follows only what retail may trade."""
    if asset.scale is None:
        return Reason.ASSET_UNKNOWN
    admitted = asset.admitted(now, retail=kind is ProductKind.PERPETUAL)
    return None if admitted else Reason.ASSET_NOT_ADMITTED


@upholds("R32", "R80")
def withdraw(situation: Situation, command: WithdrawProduct) -> list[Draft]:
    """Withdraw a product; what was approved for later falls away with it."""
    assert situation.approval is not None
    effective_from = situation.effective_from(command)
    product = situation.of(Product, command.product)
    terms = product.terms(effective_from)
    if terms is None:
        reason = Reason.PRODUCT_NOT_YET if product.timeline else Reason.PRODUCT_UNKNOWN
        return refuse(command, reason, attempted=command.product)
    if not terms.open:
        return refuse(command, Reason.PRODUCT_WITHDRAWN, attempted=command.product)
    event = ProductWithdrawn(
        product=command.product,
        reason=command.reason,
        effective_from=effective_from,
        approval=situation.approval,
    )
    return [situation.change(command, event)]


RULES: Rules = {ApproveProduct: approve, WithdrawProduct: withdraw}

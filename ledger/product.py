"""A product: who may offer it, on whose price, and what its traders must have."""

import msgspec
from msgspec.structs import replace

from ledger.events import Activity, ProductApproved, ProductKind, ProductWithdrawn, Recorded
from ledger.instants import Instant
from ledger.situation import State
from ledger.timeline import Timeline, in_force, with_value

ACTIVITY = {ProductKind.SPOT: Activity.SPOT, ProductKind.PERPETUAL: Activity.PERPETUALS}
"""The activity that must be permitted to offer a kind of product."""


class Terms(msgspec.Struct, frozen=True, gc=False):
    """What a product's approval says; `open` is False from where it was withdrawn."""

    kind: ProductKind
    entity: str
    permission: str
    references: tuple[str, ...]
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
            terms = Terms(
                kind=approved.kind,
                entity=approved.entity,
                permission=approved.permission,
                references=approved.references,
                documents=approved.documents,
                authority=approved.authority,
            )
            timeline = with_value(state.timeline, approved.effective_from, terms)
            return replace(state, name=approved.product, timeline=timeline)
        case ProductWithdrawn() as withdrawn:
            terms_then = in_force(state.timeline, withdrawn.effective_from)
            if terms_then is None:
                return state
            closed = replace(terms_then, open=False)
            timeline = with_value(state.timeline, withdrawn.effective_from, closed)
            return replace(state, timeline=timeline)
        case _:
            return state

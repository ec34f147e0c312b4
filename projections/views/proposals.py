"""Every change that was proposed: what waits for another person, and what became of the rest.

A proposal waits until its `expires_at`, from which on nobody can approve it any more.
"""

from collections.abc import Iterator

import msgspec
from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from ledger.events import ChangeApproved, ChangeDeclined, ChangeProposed, Recorded
from projections.change import Change, put
from projections.exact import Nanoseconds
from projections.projection import Projection

table = Table(
    "proposals",
    MetaData(),
    Column("proposal", Text, primary_key=True),
    Column("status", Text),
    Column("sequence", BigInteger),
    Column("entity", Text),
    Column("change_type", Text),
    Column("change", Text),
    Column("digest", Text),
    Column("rationale", Text),
    Column("proposer", Text),
    Column("proposer_kind", Text),
    Column("proposer_function", Text),
    Column("proposed_at", Nanoseconds),
    Column("expires_at", Nanoseconds),
    Column("closed_at", Nanoseconds),
    Column("approver", Text),
    Column("approver_function", Text),
    Column("reason", Text),
)


def project(recorded: Recorded) -> Iterator[Change]:
    """Show a proposal as it is made, and again as it is closed."""
    match recorded.event:
        case ChangeProposed() as proposed:
            yield put(
                table,
                proposal=proposed.proposal,
                status="waiting",
                sequence=recorded.sequence,
                entity=proposed.entity,
                change_type=proposed.change_type,
                change=msgspec.json.encode(proposed.change, order="sorted").decode(),
                digest=proposed.digest,
                rationale=proposed.rationale,
                proposer=proposed.proposer,
                proposer_kind=proposed.proposer_kind.value,
                proposer_function=proposed.function,
                proposed_at=recorded.at,
                expires_at=proposed.expires_at,
            )
        case ChangeApproved(approval=approval):
            yield put(
                table,
                proposal=approval.proposal,
                status="approved",
                closed_at=recorded.at,
                approver=approval.approver,
                approver_function=approval.approver_function,
            )
        case ChangeDeclined() as declined:
            yield put(
                table,
                proposal=declined.proposal,
                status="declined",
                closed_at=recorded.at,
                reason=declined.reason,
            )


view = Projection("proposals", table, version=1, project=project)

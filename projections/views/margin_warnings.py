"""Who was warned that his margin runs short, since when, and whether that is over.

`instrument` is the isolated position that it is about, empty for all the others. A warning is open
until it is lifted, or a margin call takes its place.
"""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from ledger.events import MarginCallIssued, MarginWarningIssued, MarginWarningLifted, Recorded
from projections.change import Change, put
from projections.exact import ExactAmount, Nanoseconds
from projections.projection import Projection

table = Table(
    "margin_warnings",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("instrument", Text, primary_key=True),
    Column("status", Text),
    Column("client", Text),
    Column("warned_at", Nanoseconds),
    Column("evaluation", BigInteger),
    Column("currency", Text),
    Column("equity", ExactAmount),
    Column("maintenance", ExactAmount),
    Column("level", ExactAmount),
    Column("ended_at", Nanoseconds),
    Column("sequence", BigInteger),
)


def project(recorded: Recorded) -> Iterator[Change]:
    """Show a warning as it is given, and again as it ends."""
    match recorded.event:
        case MarginWarningIssued() as warned:
            yield put(
                table,
                account=warned.account,
                instrument=warned.instrument or "",
                status="open",
                client=warned.client,
                warned_at=recorded.at,
                evaluation=warned.evaluation,
                currency=warned.currency,
                equity=warned.equity,
                maintenance=warned.maintenance,
                level=warned.level,
                ended_at=None,
                sequence=recorded.sequence,
            )
        case MarginWarningLifted() as lifted:
            yield _ended(lifted.account, lifted.instrument, "lifted", recorded)
        case MarginCallIssued() as called:
            yield _ended(called.account, called.instrument, "called", recorded)


def _ended(account: str, instrument: str | None, status: str, recorded: Recorded) -> Change:
    key = {"account": account, "instrument": instrument or ""}
    return put(table, **key, status=status, ended_at=recorded.at)


view = Projection("margin_warnings", table, version=1, project=project)

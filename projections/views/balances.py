"""What every account holds of every asset, in its holder's favour; zero is a balance too."""

from sqlalchemy import Column, MetaData, Table, Text

from ledger.chart import in_holders_favour
from ledger.events import Recorded
from ledger.journal import postings
from projections.change import Change, adding
from projections.exact import ExactAmount
from projections.projection import Projection

table = Table(
    "balances",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("amount", ExactAmount, nullable=False),
)

moved = adding(table, "amount")


def project(recorded: Recorded) -> list[Change]:
    """Add every leg to the balance of its account."""
    return [
        moved((leg.account, leg.asset), (in_holders_favour(leg.segregation, leg.amount),))
        for leg in postings(recorded.event)
    ]


view = Projection("balances", table, version=1, project=project)

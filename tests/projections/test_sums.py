"""Sums over the books may be larger than any balance, and are as exact."""

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import MetaData, Table, select

from ledger.events import Recorded
from ledger.log.database import connect
from ledger.numbers import as_total
from projections.change import Change, add, put
from projections.projection import Projection
from projections.replay import AsKnown, as_of
from projections.runner import Runner
from projections.tables import looking, published
from projections.views import balances, stored_views
from tests.projections.log_of import Log, deposited

HUGE = "999999999999999999.999999999999999999"


def test_sums_far_beyond_any_balance_are_stored_exactly(database_url: str) -> None:
    engine, log = connect(database_url), Log(page=50)
    for number in range(130):
        log.record(deposited(f"A{number}", HUGE))
    large = as_total(Decimal("9" * 37 + "." + "9" * 18))
    far = Table("far", MetaData(), *(c._copy() for c in balances.table.columns))  # noqa: SLF001 - the same columns under another name

    def project(recorded: Recorded) -> Iterator[Change]:
        yield add(far, account="sum", asset="USD", amount=large)
        yield put(far, account=f"{recorded.sequence}", asset="USD", amount=large)

    runner, sums = Runner(engine, log), dict[str, dict[object, str]]()
    for view in (*stored_views(), Projection("far", far, version=1, project=project)):
        runner.catch_up(view)
        with looking(engine) as connection:
            rows = connection.execute(select(published(view.tables[0], engine.dialect.name)))
            stored = sorted(tuple(row) for row in rows)
        assert stored == list(as_of(log, view, AsKnown()))
        sums[view.name] = {row[0]: str(row[2]) for row in stored}
        assert runner.check(view).holds
    assert sums["balances"]["EXTERNAL:bank"] == "129999999999999999999.99999999999999987"
    assert sums["far"]["sum"] == "1299999999999999999999999999999999999999.99999999999999987"
    assert sums["far"]["1"] == str(large)
    engine.dispose()

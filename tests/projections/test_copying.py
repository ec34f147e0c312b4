"""Changes copied from records, tallies that remember in their own rows, and hidden rows."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text

from ledger.events import Recorded
from ledger.log.database import connect
from ledger.numbers import Amount, add, amount
from projections.ask import ask
from projections.change import Change, Key, put
from projections.copying import copying
from projections.exact import ExactAmount
from projections.replay import AsKnown, as_of
from projections.runner import Runner
from projections.store import _statements
from projections.tally import Tally
from tests.projections.log_of import Log, day, deposited, log_of
from tests.projections.traded import received

table = Table(
    "copies",
    MetaData(),
    Column("order_id", Text, primary_key=True),
    Column("reduces", Text),
    Column("side", Text),
    Column("quantity", ExactAmount),
    Column("total", ExactAmount, nullable=False),
    Column("status", Text),
    Column("seen_at", Integer),
)
sums = Table(
    "sums",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("sum", ExactAmount, nullable=False),
    Column("records", Integer, nullable=False),
)
State = tuple[Amount, int]


def parts(recorded: Recorded) -> list[tuple[Key, Amount]]:
    event = recorded.event
    return [((getattr(event, "account"),), getattr(event, "amount"))]  # noqa: B009 - only deposits come here


def step(state: State | None, part: Amount) -> tuple[State, tuple[Change, ...]]:
    return ((part, 1) if state is None else (add(state[0], part), state[1] + 1)), ()


summed = Tally(
    "sums", sums, 1, memory=sums, parts=parts, step=step, shows=lambda row: row[1] != amount("5")
)


def test_what_a_record_says_is_copied_in_whatever_order_it_is_named() -> None:
    copy = copying(
        table,
        ("event.order_id",),
        {"seen_at": "at", "quantity": "event.quantity", "side": "event.side.value"},
        flags={"reduces": "event.reduce_only"},
        constants={"status": "new"},
        adds={"total": "event.quantity"},
    )
    (recorded,) = log_of(received(reduce_only=True)).records
    change = copy(recorded)
    assert change.key == ("o-1",)
    assert change.onto(None) == ("yes", "buy", 10, 10, "new", day(1))
    assert copy(recorded).onto(change.onto(None))[3] == 20


def test_one_column_alone_is_copied_or_put_as_it_is() -> None:
    (recorded,) = log_of(received()).records
    copied = copying(table, ("event.order_id",), {"quantity": "event.quantity"})(recorded)
    assert copied == put(table, order_id="o-1", quantity=amount("10"))
    fixed = copying(table, ("event.order_id",), {}, constants={"status": "new"})(recorded)
    assert fixed == put(table, order_id="o-1", status="new")


def test_a_column_that_is_not_there_is_not_copied() -> None:
    with pytest.raises(ValueError, match="colour"):
        copying(table, ("event.order_id",), {"colour": "event.quantity"})


def test_a_tally_may_remember_in_its_own_rows(database_url: str) -> None:
    log = Log(page=2)
    for account, figure in (("A", "1"), ("B", "5"), ("A", "2"), ("A", "3.5")):
        log.record(deposited(account, figure))
    assert summed.tables == (sums,)
    engine = connect(database_url)
    runner = Runner(engine, log)
    assert list(ask(engine, log, summed, AsKnown(), {})) == [("A", amount("6.5"), 3)]
    assert list(as_of(log, summed, AsKnown(3))) == [("A", amount("3"), 2)]
    verdict = runner.check(summed)
    assert verdict.holds
    assert verdict.rows == 2, "what is hidden is kept"
    engine.dispose()


def test_two_shapes_of_a_wide_table_never_share_a_temporary_table() -> None:
    wide = Table(
        "wide",
        MetaData(),
        Column("number", Integer, primary_key=True),
        *(Column(f"column_{'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}", Text) for n in range(40)),
    )
    names = [column.name for column in wide.columns][1:]
    shapes = [
        put(wide, number=1, **dict.fromkeys(chosen)).shape for chosen in (names[:-1], names[:-2])
    ]
    pages = {_statements(wide, shape)[0] for shape in shapes}
    assert len(pages) == 2
    assert all(len(page) < 63 for page in pages)

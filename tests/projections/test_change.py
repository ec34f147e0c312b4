"""The algebra of changes: its laws first, then what each of them means on a row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, Text

from ledger.numbers import Amount, amount, from_minor
from projections.change import Change, Value, add, by_shape, changing, compact, put, put_rest
from projections.exact import ExactAmount
from projections.replay import Memory

table = Table(
    "holdings",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("amount", ExactAmount, nullable=False),
    Column("fees", ExactAmount, nullable=False),
    Column("orders", Integer, nullable=False),
    Column("note", Text),
)
other = Table(
    "notes",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("note", Text),
)

amounts = st.integers(-(10**35), 10**35).map(lambda units: from_minor(units, 18))
columns: dict[str, st.SearchStrategy[Value]] = {
    "amount": amounts,
    "fees": amounts,
    "orders": st.integers(-9, 9),
}
keys = st.fixed_dictionaries(
    {"account": st.sampled_from(["A1", "A2"]), "asset": st.sampled_from(["USD", "XBT"])}
)
texts = st.none() | st.sampled_from(["new", "old"])

both_at_once = changing(table, ("note",), ("fees", "orders"))


@st.composite
def changes(draw: st.DrawFn) -> Change:
    if draw(st.integers(0, 5)) == 0:
        return put(other, account=draw(st.sampled_from(["A1", "A2"])), note=draw(texts))
    key: dict[str, Value] = dict(draw(keys))
    if draw(st.integers(0, 3)) == 0:
        return both_at_once(
            tuple(key.values()), (draw(texts), draw(amounts), draw(columns["orders"]))
        )
    summable = draw(st.fixed_dictionaries({}, optional=columns))
    if draw(st.booleans()):
        return add(table, **key, **summable)
    return put(
        table, **key, **summable, **draw(st.fixed_dictionaries({}, optional={"note": texts}))
    )


def rows_after(*runs: list[Change]) -> list[object]:
    """Apply runs of changes to empty tables and read all rows."""
    memory = Memory((table, other))
    for run in runs:
        memory.apply(run)
    return [*memory.rows(table), *memory.rows(other)]


@given(st.lists(changes(), max_size=40))
def test_compacting_changes_nothing(run: list[Change]) -> None:
    assert rows_after(compact(run)) == rows_after(run)


@given(st.lists(changes(), max_size=30), st.lists(changes(), max_size=30))
def test_it_does_not_matter_where_a_run_is_cut(first: list[Change], second: list[Change]) -> None:
    together = compact(first + second)
    assert compact(compact(first) + compact(second)) == together
    assert rows_after(compact(first), compact(second)) == rows_after(together)


@given(st.lists(changes(), max_size=40))
def test_a_compacted_run_has_one_change_per_row(run: list[Change]) -> None:
    rows = [(change.shape.table.name, change.key) for change in compact(run)]
    assert len(rows) == len(set(rows))


@given(st.lists(changes(), max_size=40))
def test_changes_of_one_shape_come_together(run: list[Change]) -> None:
    runs = list(by_shape(compact(run)))
    assert len({shape for shape, _ in runs}) == len(runs)
    assert all(change.shape is shape for shape, same in runs for change in same)


@given(st.lists(amounts, max_size=30), st.randoms())
def test_adds_may_come_in_any_order(values: list[Amount], chance: object) -> None:
    run = [add(table, account="A1", asset="USD", amount=value) for value in values]
    shuffled = sorted(run, key=lambda change: hash((str(chance), change.values)))
    assert rows_after(shuffled) == rows_after(run)


def usd(verb: str, **values: Value) -> Change:
    """Change the dollars of A1."""
    return (put if verb == "put" else add)(table, account="A1", asset="USD", **values)


def test_a_later_put_wins() -> None:
    assert usd("put", note="old").then(usd("put", note="new")) == usd("put", note="new")


def test_two_adds_sum_exactly() -> None:
    first, later = amount("999999999999999999.000000000000000001"), amount("0.000000000000000001")
    summed = amount("999999999999999999.000000000000000002")
    assert usd("add", amount=first).then(usd("add", amount=later)) == usd("add", amount=summed)


def test_a_put_and_then_an_add_on_one_column_is_a_put_of_the_sum() -> None:
    after = usd("put", amount=amount("1.5")).then(usd("add", amount=amount("0.5")))
    assert after == usd("put", amount=amount("2"))
    assert str(after.values[0]) == "2"


def test_an_add_is_forgotten_when_its_column_is_put() -> None:
    after = usd("add", amount=amount("7")).then(usd("put", amount=amount("2")))
    assert after == usd("put", amount=amount("2"))


def test_a_put_of_one_column_and_an_add_of_another_stay_apart() -> None:
    after = usd("put", note="new").then(usd("add", orders=1)).then(usd("add", orders=2))
    assert (after.shape.puts, after.shape.adds, after.values) == (
        ("note",),
        ("orders",),
        ("new", 3),
    )


def test_a_prepared_change_puts_and_adds_in_the_order_of_the_table() -> None:
    change = both_at_once(("A1", "USD"), ("new", amount("2"), 3))
    assert change == usd("put", note="new").then(usd("add", fees=amount("2"), orders=3))
    assert change.onto((amount("1"), amount("1"), 1, "old")) == (1, 3, 4, "new")
    for puts, adds in ((("note", "amount"), ()), ((), ("orders", "fees")), (("colour",), ())):
        with pytest.raises(ValueError, match="order"):
            changing(table, puts, adds)


def test_what_only_puts_is_picked_out_of_the_row_and_the_values() -> None:
    change = usd("put", amount=amount("5"), note="new")
    assert change.shape.pick is not None
    assert change.onto((amount("1"), amount("2"), 3, "old")) == (5, 2, 3, "new")
    assert usd("add", orders=1).shape.pick is None


def test_the_order_in_which_columns_are_named_does_not_matter() -> None:
    first = put(table, note="n", orders=1, asset="USD", account="A1")
    assert first == put(table, account="A1", asset="USD", orders=1, note="n")


def test_changes_of_two_rows_do_not_compose() -> None:
    with pytest.raises(ValueError, match="another row"):
        usd("add", orders=1).then(add(table, account="A2", asset="USD", orders=1))


def test_a_new_row_begins_with_zeros_and_nothing() -> None:
    assert rows_after([usd("add", orders=1)]) == [("A1", "USD", 0, 0, 1, None)]


def test_a_whole_row_is_put_in_the_order_of_the_table() -> None:
    whole = put_rest(table, ("A1", "USD"), (amount("1"), amount("2"), 3, "note"))
    assert whole == usd("put", amount=amount("1"), fees=amount("2"), orders=3, note="note")


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"account": "A1", "orders": 1}, "lacks"),
        ({"account": "A1", "asset": "USD", "colour": 1}, "no column"),
        ({"account": "A1", "asset": "USD", "note": "x"}, "may be empty"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(values: dict[str, Value], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        add(table, **values)


def test_a_new_row_must_have_what_is_never_empty() -> None:
    strict = Table(
        "strict",
        MetaData(),
        Column("account", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("orders", Integer, nullable=False),
    )
    with pytest.raises(ValueError, match="lacks"):
        add(strict, account="A1", orders=1).onto(None)


def test_an_amount_is_never_added_to_a_count() -> None:
    with pytest.raises(TypeError):
        usd("add", orders=1).then(usd("add", orders=amount("1")))

"""The views of orders and trades in both databases: what is kept, shown and rebuilt."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, select

from ledger.events import Liquidity, OrderRejected, OrderStatus, Side
from ledger.log.database import connect
from ledger.numbers import ZERO, amount
from ledger.reasons import Reason
from projections.ask import ask
from projections.replay import as_of, columns_of
from projections.runner import Runner
from projections.tables import looking, published
from projections.views import book_at, holds, stored_views
from tests.projections.inspected import NOW, record
from tests.projections.log_of import Log, day
from tests.projections.traded import (
    accepted,
    busted,
    canceled,
    change_asked,
    changed_to,
    executed_at_venue,
    filled,
    received,
    righted,
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Open an empty database."""
    opened = connect(database_url)
    yield opened
    opened.dispose()


def the_day() -> Log:
    """Tell of orders at 9 and 100, changed, filled, canceled, busted and corrected."""
    log = Log(page=3)
    sold: dict[str, Any] = {"account": "B", "side": Side.SELL, "order_id": "o-9"}
    for event in (
        *(received(leverage=amount("2.5")), accepted(), change_asked(), changed_to("12", "9.5")),
        *(received("o-2", price=amount("9")), accepted("o-2"), canceled("o-2")),
        *(received("o-3"), OrderRejected("A", "o-3", "BTC-PERP", Reason.PRICE_OFF_TICK)),
        *(received("o-4", price=amount("100")), accepted("o-4")),
        *(received("o-5", price=amount("10")), accepted("o-5")),
        executed_at_venue("1.5", "0.3"),
    ):
        record(log, event)
    buyer = filled("3", "9.5", fee=amount("0.1"), liquidity=Liquidity.TAKER)
    seller = filled("3", "9.5", **sold)
    bought = log.record(buyer).sequence
    log.record(seller)
    log.record(righted(buyer, "2", "9.25"), at=day(bought), corrects=bought)
    done = filled("4", "9.5", status=OrderStatus.FILLED, leaves_quantity=ZERO, trade_id="t-2")
    log.record(done)
    log.record(busted(done), corrects=log.head().size)
    return log


def test_what_is_stored_is_what_a_replay_gives_and_hidden_rows_are_kept(engine: Engine) -> None:
    log = the_day()
    runner = Runner(engine, log)
    for view in stored_views():
        runner.catch_up(view)
        assert runner.check(view).holds
        assert list(ask(engine, log, view, NOW, {})) == list(as_of(log, view, NOW))
        runner.rebuild(view)
        assert runner.check(view).holds
    for view, shown in ((holds.view, 4), (book_at.view, 3)):
        with looking(engine) as connection:
            table = published(view.tables[0], engine.dialect.name)
            assert len(connection.execute(select(table)).all()) > shown
        assert len(list(ask(engine, log, view, NOW, {}))) == shown


def test_prices_are_sorted_as_numbers_also_where_they_are_kept_as_text(engine: Engine) -> None:
    rows = list(ask(engine, the_day(), book_at.view, NOW, {"side": "buy"}))
    assert [str(row[2]) for row in rows] == ["9.5", "10", "100"]
    price = amount("10")
    assert [row[2] for row in ask(engine, the_day(), book_at.view, NOW, {"price": price})] == [10]


def test_no_row_is_shown_that_its_view_hides_whatever_is_asked_for() -> None:
    log = the_day()
    place = columns_of(holds.view).index("amount")
    assert all(row[place] for row in as_of(log, holds.view, NOW))
    assert list(as_of(log, holds.view, NOW, {"order_id": "o-2"})) == []

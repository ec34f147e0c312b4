"""What the views of trades show: executions, the blotter, positions by average and by lot, fees."""

from typing import Any

from ledger.chart import Segregation
from ledger.events import CorrectionKind, ExecutionKind, Liquidity, OrderFilled, OrderStatus, Side
from ledger.numbers import ZERO, amount
from ledger.reasons import Flag
from projections.replay import AsOf
from tests.projections.inspected import part, record, rows, told
from tests.projections.log_of import Log, day
from tests.projections.traded import busted, executed_at_venue, filled, kept, righted

BUYER: dict[str, Any] = {"fee": amount("0.5"), "liquidity": Liquidity.TAKER}
SELLER: dict[str, Any] = {
    "order_id": "o-2",
    "account": "B",
    "side": Side.SELL,
    "fee": amount("-0.2"),
    "affiliate": True,
    "realized_profit": amount("7"),
    "flags": (Flag.LATE,),
}
SUSPENDED: dict[str, Any] = {
    "status": None,
    "cumulative_quantity": None,
    "leaves_quantity": None,
    "held_asset": None,
    "position_quantity": None,
    "position_cost": None,
    "segregation": Segregation.SUSPENSE,
    "flags": (Flag.ORDER_UNKNOWN,),
}


def both() -> tuple[OrderFilled, OrderFilled]:
    """A takes 3 at 100 from B."""
    return filled("3", "100", **BUYER), filled("3", "100", **SELLER)


def put_right(log: Log, *events: Any) -> Log:
    """Put both sides of the trade of the first two records right, as of when they were."""
    for corrects, event in enumerate(events, start=1):
        record(log, event, at=day(corrects), corrects=corrects)
    return log


def test_a_trade_has_one_row_for_both_sides() -> None:
    (row,) = rows(told(*both()), "trade_blotter")
    assert part(row, "trade_id", "status", "version", "instrument", "price", "quantity") == [
        "t-1",
        "LIVE",
        1,
        "BTC-PERP",
        100,
        3,
    ]
    assert part(row, "notional", "cost", "asset", "on_off_platform", "venue") == [
        300,
        300,
        "USD",
        "ON",
        None,
    ]
    names = ("account", "order_id", "affiliate", "liquidity")
    assert part(row, *(f"buyer_{name}" for name in names)) == ["A", "o-1", "no", "taker"]
    assert part(row, *(f"seller_{name}" for name in names)) == ["B", "o-2", "yes", "maker"]
    assert part(row, "aggressor_side", "taker_order_id", "maker_order_id") == ["buy", "o-1", "o-2"]
    fees = ("fee_buyer", "fee_seller", "flags", "bust_reason", "approved_by")
    assert part(row, *fees) == [amount("0.5"), amount("-0.2"), "late", None, None]


def test_nobody_is_the_aggressor_of_an_auction() -> None:
    buyer, _ = both()
    seller = filled("3", "100", **{**SELLER, "liquidity": Liquidity.TAKER})
    (row,) = rows(told(buyer, seller), "trade_blotter")
    assert part(row, "aggressor_side", "taker_order_id", "maker_order_id") == [None, None, None]
    assert part(row, "buyer_order_id", "seller_order_id") == ["o-1", "o-2"]


def test_a_seller_may_be_the_aggressor_and_his_contract_inverse() -> None:
    inverse: dict[str, Any] = {"cost": amount("-0.03"), "asset": "BTC"}
    buyer = filled("3", "100", **{**BUYER, **inverse, "liquidity": Liquidity.MAKER})
    sold: dict[str, Any] = {
        **SELLER,
        "cost": amount("0.03"),
        "asset": "BTC",
        "liquidity": Liquidity.TAKER,
    }
    (row,) = rows(told(buyer, filled("3", "100", **sold)), "trade_blotter")
    assert part(row, "aggressor_side", "taker_order_id", "maker_order_id") == ["sell", "o-2", "o-1"]
    assert part(row, "notional", "cost") == [amount("0.03"), amount("-0.03")]


def test_a_corrected_trade_is_of_another_version_and_a_busted_one_shows_what_it_was() -> None:
    buyer, seller = both()
    log = put_right(
        told(buyer, seller),
        righted(buyer, "2", "101", fee=amount("-0.1")),
        righted(seller, "2", "101"),
    )
    (row,) = rows(log, "trade_blotter")
    names = ("status", "version", "quantity", "price", "notional", "fee_buyer", "approved_by")
    assert part(row, *names) == ["CORRECTED", 2, 2, 101, 202, amount("0.4"), "max"]
    rest = busted(buyer, quantity=amount("2"), price=amount("101"), fee=amount("-0.4"))
    put_right(log, rest, busted(seller, fee=amount("0.2")))
    (row,) = rows(log, "trade_blotter")
    assert part(row, *names) == ["BUSTED", 3, 2, 101, 202, 0, "max"]
    assert part(row, "fee_seller", "bust_reason", "executed_at") == [0, "fat finger", day(2)]


def test_a_trade_of_a_mirror_is_off_the_platform_and_a_settlement_is_none() -> None:
    settled = executed_at_venue("1", "90", kind=ExecutionKind.SETTLEMENT, execution_id="x-2")
    log = told(executed_at_venue("2", "100"), settled)
    (row,) = rows(log, "trade_blotter")
    assert part(row, "trade_id", "on_off_platform", "venue", "buyer_account", "seller_account") == [
        "bitmex:M:x-1",
        "OFF",
        "bitmex",
        "M",
        None,
    ]
    shown = rows(log, "executions")
    names = ("execution_id", "kind", "venue", "order_id", "exec_type", "last_quantity")
    assert [part(row, *names) for row in shown] == [
        ["x-1", "trade", "bitmex", "v-1", None, 2],
        ["x-2", "settlement", "bitmex", "v-1", None, 1],
    ]


def test_executions_add_up_to_what_still_stands() -> None:
    buyer, seller = both()
    log = told(buyer, seller)
    record(log, righted(buyer, "2", "101"), at=day(1), corrects=1)
    record(log, busted(seller), at=day(2), corrects=2)
    names = ("execution_id", "exec_type", "corrects", "last_quantity", "last_price", "cost", "fee")
    assert [part(row, *names) for row in rows(log, "executions")] == [
        ["t-1/buy", "F", None, 3, 100, 300, amount("0.5")],
        ["t-1/sell", "F", None, 3, 100, -300, amount("-0.2")],
        ["t-1/buy", "G", 1, -1, 101, -98, 0],
        ["t-1/sell", "H", 2, -3, 100, 300, amount("0.2")],
    ]
    said = ("liquidity", "liquidity_code", "affiliate", "flags", "reason", "proposal")
    assert [part(row, *said) for row in rows(log, "executions")][1:3] == [
        ["maker", "1", "yes", "late", None, None],
        [None, None, None, None, "fat finger", "p-1"],
    ]
    assert rows(log, "executions")[0]["segregation"] == "CLIENT_TRUST"


def test_a_position_is_the_sum_of_what_was_booked() -> None:
    log = told(
        filled("3", "100", fee=amount("0.3")),
        filled("1", "130", fee=amount("0.1")),
        filled("2", "120", side=Side.SELL, realized_profit=amount("25"), fee=amount("0.2")),
    )
    assert kept(log, "positions") == [
        ("A", "BTC-PERP", 2, 215, amount("107.5"), "USD", 25, amount("0.6"), 3)
    ]


def test_what_is_flat_has_no_average_and_a_third_is_cut_half_even() -> None:
    log = told(filled("3", "100", cost=amount("1")))
    assert kept(log, "positions")[0][4] == amount("0.333333333333333333")
    record(log, filled("3", "100", side=Side.SELL, cost=amount("-1")))
    assert kept(log, "positions")[0][2:5] == (0, 0, None)


def test_spot_trades_and_what_waits_in_suspense_leave_no_position() -> None:
    spot = filled("3", "100", base="BTC", position_quantity=None, position_cost=None)
    stray = filled("3", "100", **SUSPENDED)
    not_ours = executed_at_venue("1", "1", segregation=Segregation.SUSPENSE)
    log = told(spot, stray, not_ours, executed_at_venue("2", "100"))
    assert [row[:4] for row in kept(log, "positions")] == [("M", "XBTUSD", 2, 200)]
    assert [row[:2] for row in kept(log, "positions_fifo")] == [("M", "XBTUSD")]


def test_a_late_fill_counts_in_a_position_from_its_own_day() -> None:
    log = told(filled("3", "100", position_quantity=amount("3"), position_cost=amount("300")))
    log.record(filled("5", "100", position_quantity=amount("8")), recorded_at=day(4), at=day(2))
    log.record(filled("1", "90", position_quantity=amount("4")), recorded_at=day(3), at=day(3))
    at_day = [rows(log, "positions", AsOf(day(d)))[0]["quantity"] for d in (1, 2, 3, 4)]
    assert at_day == [3, 8, 9, 9]


def test_the_first_lot_in_is_the_first_out() -> None:
    log = told(
        filled("3", "100"),
        filled("2", "110"),
        filled("4", "120", side=Side.SELL),
        filled("3", "130", side=Side.SELL),
    )
    assert kept(log, "positions_fifo") == [
        ("A", "BTC-PERP", 1, day(1), "USD", 3, 0, 0, 60),
        ("A", "BTC-PERP", 2, day(2), "USD", 2, 0, 0, 30),
        ("A", "BTC-PERP", 4, day(4), "USD", -2, -2, -260, 0),
    ]


def test_the_last_part_of_a_cost_takes_the_rest() -> None:
    one: dict[str, Any] = {"side": Side.SELL, "cost": ZERO}
    log = told(filled("3", "1", cost=amount("1")), *(filled("1", "1", **one),) * 3)
    thirds = []
    for sequence in (2, 3, 4):
        log_then = Log(records=log.records[:sequence])
        thirds.append(str(kept(log_then, "positions_fifo")[0][7]))
    assert thirds == ["0.666666666666666667", "0.333333333333333334", "0"]
    assert kept(log, "positions_fifo")[0][8] == -1


def test_a_bust_closes_its_own_lot_before_the_oldest() -> None:
    second = filled("2", "110")
    log = told(filled("3", "100"), second)
    record(log, busted(second), at=day(2), corrects=2)
    assert [row[2:] for row in kept(log, "positions_fifo")] == [
        (1, day(1), "USD", 3, 3, 300, 0),
        (2, day(2), "USD", 2, 0, 0, 0),
    ]


def test_a_busted_sale_is_bought_back_at_its_own_value() -> None:
    sale = filled("3", "120", side=Side.SELL)
    log = told(filled("3", "100"), sale)
    record(log, busted(sale), at=day(2), corrects=2)
    assert [row[2:] for row in kept(log, "positions_fifo")] == [
        (1, day(1), "USD", 3, 0, 0, 60),
        (3, day(2), "USD", 3, 3, 360, 0),
    ]


def test_a_correction_puts_its_own_lot_right_as_far_as_it_is_open() -> None:
    bought = filled("10", "100")
    log = told(bought)
    record(log, righted(bought, "8", "101"), at=day(1), corrects=1)
    assert kept(log, "positions_fifo")[0][5:] == (8, 8, 808, 0)
    log = told(bought, filled("4", "110", side=Side.SELL))
    record(log, righted(bought, "10", "101"), at=day(1), corrects=1)
    assert kept(log, "positions_fifo")[0][5:] == (10, 6, 606, 36)


def test_a_correction_that_takes_more_than_is_open_is_an_opposite_trade() -> None:
    bought = filled("10", "100")
    log = told(bought, filled("9", "110", side=Side.SELL))
    record(log, righted(bought, "8", "100"), corrects=1)
    assert [row[2:] for row in kept(log, "positions_fifo")] == [
        (1, day(1), "USD", 9, 0, 0, 90),
        (3, day(3), "USD", -1, -1, -100, 0),
    ]


def test_a_difference_of_what_is_closed_is_profit_under_the_number_of_its_fill() -> None:
    sale = filled("3", "120", side=Side.SELL)
    log = told(filled("3", "100"), sale)
    record(log, righted(sale, "3", "121"), at=day(2), corrects=2)
    assert [row[2:] for row in kept(log, "positions_fifo")] == [
        (1, day(1), "USD", 3, 0, 0, 60),
        (2, None, None, 0, 0, 0, 3),
    ]


def test_fees_and_rebates_are_what_was_earned() -> None:
    buyer, seller = both()
    log = told(buyer, seller, filled("1", "100", **BUYER), filled("1", "1", **SUSPENDED))
    assert kept(log, "fees") == [
        ("A", "BTC-PERP", "USD", "taker", 1, 0, 2),
        ("B", "BTC-PERP", "USD", "maker", 0, amount("0.2"), 1),
    ]
    put_right(log, righted(buyer, "2", "100", fee=amount("-0.7")), busted(seller))
    assert kept(log, "fees") == [
        ("A", "BTC-PERP", "USD", "taker", amount("0.5"), amount("0.2"), 2),
        ("B", "BTC-PERP", "USD", "maker", 0, 0, 0),
    ]


def test_both_sides_of_what_was_put_right_stand_in_the_register() -> None:
    buyer, seller = both()
    log = put_right(
        told(buyer, seller),
        busted(buyer, status=OrderStatus.CANCELED),
        righted(seller, "2", "101"),
    )
    names = ("corrects", "kind", "account", "before", "after", "reason", "approver")
    assert [part(row, *names) for row in rows(log, "corrections_register")] == [
        [1, CorrectionKind.NEVER_EXISTED.value, "A", "3 @ 100", None, "fat finger", "max"],
        [2, CorrectionKind.WAS_WRONG.value, "B", None, "2 @ 101", "fat finger", "max"],
    ]

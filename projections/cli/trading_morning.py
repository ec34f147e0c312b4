"""The demo's trading morning: its files, the steps that play it, and those that look at it.

Facts are dated as they come, since no fact may be older than the terms that it is booked by. So
nothing is asked by time here, but by sequence.
"""

from projections.cli.lines import PERPETUAL, Line, Lines, ndjson
from projections.cli.market_commands import instruments, participants
from projections.cli.order_flow import CLIENTS, MAKER, OrderFlow
from projections.cli.scenes import morning
from projections.cli.step import TOY_VENUE, Step

INSTRUMENTS_FILE = "instruments.ndjson"
PARTICIPANTS_FILE = "participants.ndjson"
ORDERS_FILE = "orders.ndjson"
RIGHTING_FILE = "righting.ndjson"

QUOTED = 251
"""Where the log stands once the maker has quoted and nobody has traded."""
TOO_DEAR = 256
"""Where the buyer's fill comes to stand that is corrected."""
MISTAKEN = 295
"""Where the buyer's fill comes to stand that is taken back."""


def trading_files(seed: int) -> dict[str, str]:
    """Write the files that these steps name."""
    lists = {
        INSTRUMENTS_FILE: instruments(),
        PARTICIPANTS_FILE: participants(),
        ORDERS_FILE: morning(seed),
        RIGHTING_FILE: righting(seed),
    }
    return {name: ndjson(lines) for name, lines in lists.items()}


def righting(seed: int) -> list[Line]:
    """Take one trade back, and put the price of another right; both by two people."""
    lines = Lines("righting")
    both = {"instrument": PERPETUAL, "seller": MAKER}
    mistaken = {"trade_id": "o15/1", "corrects": MISTAKEN, "buyer": CLIENTS[3]}
    too_dear = {"trade_id": "o01/2", "corrects": TOO_DEAR, "buyer": CLIENTS[0]}
    return [
        *lines.by_two("bust-1", "BustTrade", **both, **mistaken, reason="entered twice"),
        *lines.by_two(
            "correct-1",
            "CorrectTrade",
            **both,
            **too_dear,
            quantity="0.3",
            price=OrderFlow(seed).price_of(PERPETUAL, 10),
            reason="confirmed at the better price",
        ),
    ]


def trading_steps() -> list[Step]:
    """List the steps of the morning."""
    return [*_trading(), *_looking_at_orders(), *_looking_at_trades()]


def _trading() -> list[Step]:
    return [
        Step(
            "Ann and Ben specify a perpetual contract settled in USDT, and a spot pair.",
            f"record {INSTRUMENTS_FILE}",
        ),
        Step(
            "More clients with all their papers, an affiliate appointed to make a market, and cash "
            "for everybody.",
            f"record --quiet {PARTICIPANTS_FILE}",
        ),
        Step(
            "The morning. A toy venue, no part of the ledger, asks it for every order and reports "
            "what it does; all but the trades is told here.",
            f"play {ORDERS_FILE}",
            program=TOY_VENUE,
        ),
        Step(
            "One trade was a mistake and another has a wrong price: two people each time.",
            f"record {RIGHTING_FILE}",
        ),
    ]


def _looking_at_orders() -> list[Step]:
    return [
        Step(
            "The book before anybody traded.",
            f"replay book {PERPETUAL} --at @{QUOTED}",
        ),
        Step("And now.", f"replay book {PERPETUAL} --depth 5"),
        Step(
            "The first client's orders.",
            f"show orders --where account={CLIENTS[0]} --columns order_id,side,order_type,price,"
            "quantity,cumulative_quantity,leaves_quantity,status,reason",
        ),
        Step(
            "The life of an order that may only reduce a position.",
            "show order_audit_log --where order_id=o23 --columns sequence,event_type,order_status,"
            "quantity,leaves_quantity,actor,reason",
        ),
        Step(
            "What is reserved for his orders that still work.",
            f"show holds --where account={CLIENTS[0]}",
        ),
        Step(
            "Which control refused what.",
            "show refusals --where type=OrderRejected --columns "
            "order_id,control,reason,order_reject_reason,limit,attempted",
        ),
    ]


def _looking_at_trades() -> list[Step]:
    return [
        Step(
            "Every trade, also the one taken back, and the one whose orders nobody knows.",
            "show trade_blotter --columns trade_id,status,version,instrument,price,quantity,"
            "buyer_account,seller_account,aggressor_side,flags",
        ),
        Step(
            "Positions at average cost.",
            "show positions --columns account,instrument,quantity,cost,average_cost,asset,"
            "realized_profit,fees",
        ),
        Step("Fees and rebates.", "show fees"),
        Step(
            "Money and contracts: cash is paid, positions are held, and what fits no order waits.",
            "show balances --where asset=USDT",
        ),
    ]

"""The scenes of the demo's morning, which play alike whatever the seed: each shows one rule."""

from collections.abc import Iterator

from projections.cli.lines import PERPETUAL, SPOT, Line
from projections.cli.order_flow import CLIENTS, OrderFlow

ANNA, BOARD, CARLA, DELTA = CLIENTS
"""An individual, a corporation, an individual with little cash, another corporation."""


def morning(seed: int) -> list[Line]:
    """Write the orders of the morning: the scenes, and then what the dice say."""
    flow = OrderFlow(seed)
    return [
        *flow.prevailing(),
        *flow.quote("0.5", 10, 20, 30),
        *flow.quote("0.2", 10, on=SPOT),
        *_trading(flow),
        *_refused(flow),
        *_only_so_long(flow),
        *_changed(flow),
        *_triggered(flow),
        *_reducing(flow),
        *flow.rounds(),
        flow.strangers("0.1"),
    ]


def _trading(flow: OrderFlow) -> Iterator[Line]:
    """A limit order crosses two prices, a market order takes two, and a spot trade delivers."""
    yield flow.order(ANNA, "buy", "0.8", 20)
    yield flow.order(BOARD, "sell", "0.6")
    yield flow.order(CARLA, "buy", "0.1", 10, on=SPOT)
    yield flow.order(DELTA, "sell", "0.15", on=SPOT)


def _refused(flow: OrderFlow) -> Iterator[Line]:
    """Each of these is refused by another control, in the order in which they speak."""
    yield flow.order(ANNA, "buy", "0.1", 0, exposure="1000000.01")
    yield flow.order(ANNA, "buy", "0.1", 0) | {"price": flow.price_of(PERPETUAL, 0) + ".3"}
    yield flow.order(ANNA, "buy", "0.0005", 0)
    yield flow.order(BOARD, "buy", "5", 0)
    yield flow.order(BOARD, "buy", "0.1", 9_000)
    yield flow.order(ANNA, "sell", "0.9", 0, reduce_only=True)
    yield flow.order(ANNA, "buy", "0.1", 0, leverage="5")
    yield flow.order(BOARD, "sell", "3.5", 100)
    yield flow.order(CARLA, "buy", "2", 0)


def _only_so_long(flow: OrderFlow) -> Iterator[Line]:
    """All at once or none, what can be had at once, and never as the one who takes."""
    yield flow.order(DELTA, "buy", "2", 30, time_in_force="fok")
    yield flow.order(DELTA, "buy", "0.3", 20, time_in_force="ioc")
    yield flow.order(CARLA, "buy", "0.1", 30, post_only=True)


def _changed(flow: OrderFlow) -> Iterator[Line]:
    """An order waits, its client would meet it himself, then changes it; another is canceled."""
    waiting = flow.order(CARLA, "buy", "0.1", -15)
    yield waiting
    yield flow.order(CARLA, "sell", "0.05", -15)
    yield flow.amend(waiting, "0.2", -5)
    second_thought = flow.order(DELTA, "buy", "0.4", -40)
    yield second_thought
    yield flow.cancel(second_thought)


def _triggered(flow: OrderFlow) -> Iterator[Line]:
    """A sale at the market reaches a stop, which then sells as well; another stop waits on."""
    for distance in (-15, -2_000):
        price = flow.price_of(PERPETUAL, distance)
        stop = flow.order(ANNA, "sell", "0.3", order_type="stop", stop_price=price)
        yield stop | {"time_in_force": "gtc"}
    yield flow.order(BOARD, "sell", "0.3")


def _reducing(flow: OrderFlow) -> Iterator[Line]:
    """An order that may only reduce becomes smaller as the position does."""
    yield flow.order(ANNA, "sell", "0.5", 200, reduce_only=True)
    yield flow.order(ANNA, "sell", "0.3")

"""What clients and the market maker send on the demo's morning, at prices that a seed chooses."""

import random
from collections.abc import Iterator
from itertools import count
from typing import Any

from projections.cli.lines import ENGINE, GATEWAY, PERPETUAL, SPOT, Line

MAKER = "AF-1"
CLIENTS = ("C1-1", "C2-1", "C3-1", "C4-1")
HKD_PER_USDT = 8
ROUNDS = 4
"""How often the dice are thrown."""


class OrderFlow:
    """Writes orders one after another: a client's are o01, o02 ..., the market maker's q01 ...

    Prices are said as a distance from the price of bitcoin in USDT, which the dice move.
    """

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - a demo's dice keep no secret
        self._price = 60_000 + 50 * self._chance.randint(-20, 20)
        self._counts = {letter: count(1) for letter in "oqm"}

    def price_of(self, instrument: str, distance: int) -> str:
        """Write the price of an instrument at a distance from where bitcoin stands."""
        price = self._price + distance
        return str(price * HKD_PER_USDT if instrument == SPOT else price)

    def prevailing(self) -> Iterator[Line]:
        """Report the price to which orders are held."""
        for instrument in (PERPETUAL, SPOT):
            price = self.price_of(instrument, 0)
            yield self._fact("ReportReferencePrice", instrument=instrument, price=price)

    def order(
        self,
        account: str,
        side: str,
        quantity: str,
        distance: int | None = None,
        *,
        on: str = PERPETUAL,
        **terms: Any,
    ) -> Line:
        """Place an order: at the market, unless its limit has a distance."""
        limit = {"order_type": "market", "time_in_force": "ioc"}
        if distance is not None:
            limit = {"price": self.price_of(on, distance)}
        said = {"side": side, "quantity": quantity, "exposure": "500000", "concentration": "50"}
        letter = "q" if account == MAKER else "o"
        fields = {"account": account, "instrument": on, **limit, **said, **terms}
        return self._by(letter, "PlaceOrder", **fields)

    def quote(self, quantity: str, *distances: int, on: str = PERPETUAL) -> Iterator[Line]:
        """Make a market on both sides."""
        for distance in distances:
            for side, place in (("buy", -distance), ("sell", distance)):
                yield self.order(MAKER, side, quantity, place, on=on, post_only=True)

    def amend(self, order: Line, quantity: str, distance: int) -> Line:
        """Ask for another quantity and limit of an order."""
        asked = {"quantity": quantity, "price": self.price_of(order["instrument"], distance)}
        reckoned = {"exposure": order["exposure"], "concentration": order["concentration"]}
        return self._by("m", "AmendOrder", **_of(order), **asked, **reckoned)

    def cancel(self, order: Line) -> Line:
        """Ask to cancel an order."""
        return self._by("m", "CancelOrder", **_of(order))

    def strangers(self, quantity: str) -> Line:
        """Report, as an engine gone wrong would, a trade of two orders that nobody placed."""
        return self._fact(
            "ReportTrade",
            instrument=PERPETUAL,
            quantity=quantity,
            price=self.price_of(PERPETUAL, 0),
            buyer={"account": CLIENTS[1], "order_id": "x1"},
            seller={"account": CLIENTS[3], "order_id": "x2"},
        )

    def rounds(self) -> Iterator[Line]:
        """Throw the dice: the price moves, the maker quotes anew, three clients want something."""
        for _ in range(ROUNDS):
            self._price += 5 * self._chance.randint(-2, 2)
            yield from self.prevailing()
            yield from self.quote("0.2", 15)
            for client in self._chance.sample(CLIENTS, k=3):
                yield self._by_the_dice(client)

    def _by_the_dice(self, client: str) -> Line:
        side = self._chance.choice(("buy", "sell"))
        quantity = self._chance.choice(("0.05", "0.1", "0.15", "0.3"))
        distance = self._chance.choice((None, -15, -5, 5, 15))
        return self.order(client, side, quantity, distance)

    def _fact(self, name: str, /, **fields: Any) -> Line:
        return self._by("m", name, **fields) | {"actor": ENGINE}

    def _by(self, letter: str, name: str, /, **fields: Any) -> Line:
        number = next(self._counts[letter])
        return {"type": name, "command_id": f"{letter}{number:02}", "actor": GATEWAY, **fields}


def _of(order: Line) -> Line:
    return {"account": order["account"], "order_id": order["command_id"]}

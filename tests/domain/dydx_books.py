"""The subaccounts of dYdX as its tests tell them: dollars and coins, 20 % initially, 10 % kept."""

from typing import NamedTuple

from ledger.contract import value
from ledger.deleveraging import Candidate
from ledger.liquidation import bankruptcy_price_of, bankruptcy_quote
from ledger.numbers import (
    PERCENT,
    ZERO,
    Amount,
    Rounding,
    add,
    amount,
    magnitude,
    negate,
    round_to,
    share,
    subtract,
    total,
)
from tests.domain.margin_books import linear

QUANTUM = amount("0.000001")
"""Of a dollar; dYdX counts everything in whole quanta, and cuts values towards zero."""

TERMS = linear(
    value_unit=QUANTUM,
    value_rounding=Rounding.TOWARD_ZERO,
    tick=QUANTUM,
    lot=amount("0.00000001"),
)
PRICES = {"BTC": amount("50000"), "ETH": amount("3000")}
ODD_PRICES = {"BTC": amount("49999.99937")}
"""A large prime number of hundred-thousandths, so that nothing comes out even."""

INITIAL, OF_INITIAL = amount("20"), amount("50")


def maintenance_of(worth: Amount) -> Amount:
    """Give what a position must maintain: half of its initial margin, both rounded up."""
    initial = round_to(share(magnitude(worth), INITIAL, PERCENT), QUANTUM, Rounding.UP)
    return round_to(share(initial, OF_INITIAL, PERCENT), QUANTUM, Rounding.UP)


class Subaccount(NamedTuple):
    """Dollars and coins of one holder, at the prices of the day."""

    dollars: Amount
    coins: dict[str, Amount]
    prices: dict[str, Amount] = PRICES

    def worth(self, coin: str, quantity: Amount) -> Amount:
        """Give what a quantity of coins is worth, signed."""
        return value(TERMS, quantity, self.prices[coin]) if quantity else ZERO

    @property
    def equity(self) -> Amount:
        """Give dollars and what the coins are worth: total net collateral."""
        return add(self.dollars, total(self.worth(*held) for held in self.coins.items()))

    @property
    def maintenance(self) -> Amount:
        """Give what all positions must maintain."""
        return total(maintenance_of(self.worth(*held)) for held in self.coins.items())

    def quote(self, coin: str, change: Amount) -> Amount:
        """Give the cash of a change at bankruptcy."""
        before = self.worth(coin, self.coins[coin])
        after = self.worth(coin, add(self.coins[coin], change))
        freed = subtract(maintenance_of(after), maintenance_of(before))
        moved = subtract(after, before)
        return bankruptcy_quote(self.equity, self.maintenance, moved, freed, QUANTUM)

    def bankruptcy_price(self, coin: str) -> Amount:
        """Give the price at which all of a coin is closed at bankruptcy."""
        change = negate(self.coins[coin])
        price = bankruptcy_price_of(TERMS, change, self.quote(coin, change))
        assert price is not None
        return price

    def candidate(self, account: str, coin: str) -> Candidate:
        """Put the account up as one that could take over, as if bought at the mark."""
        worth = self.worth(coin, self.coins[coin])
        bankrupt = self.quote(coin, negate(self.coins[coin]))
        return Candidate(account, self.coins[coin], worth, worth, bankrupt)


def subaccount(dollars: str, prices: dict[str, Amount] = PRICES, **coins: str) -> Subaccount:
    """Write a subaccount as the tests of dYdX do."""
    held = {coin: amount(quantity) for coin, quantity in coins.items()}
    return Subaccount(amount(dollars), held, prices)

"""Who takes over a position that is bankrupt once the reserve fund cannot, and who bears the rest.

Pure, and the same whatever order things come in. The ranking is that of BitMEX; dYdX, which has
none, tells who may take over at all. Figures are within a hundred million either way and rounded
half-even to a millionth, so that every account has a rank and can reckon it again by hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from ledger.contract import is_inverse, value
from ledger.events import InstrumentSpecified
from ledger.liquidation import lots_to_cure
from ledger.numbers import (
    ONE,
    PERCENT,
    ZERO,
    Amount,
    Rounding,
    add,
    amount,
    is_multiple,
    less,
    magnitude,
    negate,
    plus,
    product,
    round_to,
    share,
    subtract,
)
from ledger.numbers import total as total_of

FIGURE_UNIT = amount("0.000001")
"""The step of profit, leverage and score, and the lowest leverage there is."""

FIGURE_MAX = amount("100000000")
"""No profit and no leverage counts for more, nor a loss for less than as much below zero."""


class Candidate(NamedTuple):
    """A position that could take over: one of an account, on the other side than the bankrupt.

    All signed, in the settlement asset: `cost` is its value at entry, `worth` at the mark and
    `bankrupt` at its own bankruptcy price; None where no price ruins it.
    """

    account: str
    quantity: Amount
    cost: Amount
    worth: Amount
    bankrupt: Amount | None


class Ranked(NamedTuple):
    """A candidate in its place, the first being 1, with all that put it there.

    `profit` is in percent of the value at entry, `leverage` and `score` are ratios.
    """

    rank: int
    account: str
    quantity: Amount
    profit: Amount
    leverage: Amount
    score: Amount


def ranked(candidates: Iterable[Candidate]) -> tuple[Ranked, ...]:
    """Rank the candidates of one side: most profit by most leverage first, ties by name (BitMEX).

    Score: profit x leverage of a gain, profit / leverage of a loss.
    """
    scored = sorted(map(_scored, candidates), key=lambda each: (negate(each.score), each.account))
    return tuple(each._replace(rank=rank) for rank, each in enumerate(scored, start=1))


def _scored(candidate: Candidate) -> Ranked:
    """Reckon the score from the rounded profit and leverage: both are part of the evidence."""
    gain = subtract(candidate.worth, candidate.cost)
    profit = _figure(gain, PERCENT, magnitude(candidate.cost))
    leverage = _leverage(candidate)
    exact = product(profit, leverage) if profit > ZERO else share(profit, ONE, leverage)
    score = round_to(exact, FIGURE_UNIT, Rounding.HALF_EVEN)
    return Ranked(0, candidate.account, candidate.quantity, profit, leverage, score)


def _leverage(candidate: Candidate) -> Amount:
    """Give |worth| / (worth - bankrupt): the highest of whoever has nothing left.

    The lowest of whoever no price ruins.
    """
    if candidate.bankrupt is None:
        return FIGURE_UNIT
    left = subtract(candidate.worth, candidate.bankrupt)
    return max(FIGURE_UNIT, _figure(magnitude(candidate.worth), ONE, left))


def _figure(size: Amount, part: Amount, whole: Amount) -> Amount:
    """Give `size` x `part` / `whole` within bounds: the bound itself where there is no whole."""
    if not size:
        return ZERO
    figure = Decimal(FIGURE_MAX)
    if whole > ZERO:
        figure = min(figure, share(magnitude(size), part, whole))
    rounded = round_to(figure, FIGURE_UNIT, Rounding.HALF_EVEN)
    return rounded if size > ZERO else negate(rounded)


def overlaps(
    candidate: Candidate, terms: InstrumentSpecified, quantity: Amount, price: Amount
) -> bool:
    """Tell whether a candidate can take over at a price and not fall below its own bankruptcy.

    `quantity` is the bankrupt position, signed, and the price that at which it is bankrupt: of a
    long no lower than that of a short (dYdX). Nobody takes over from their own side.
    """
    if (candidate.quantity > ZERO) is (quantity > ZERO):
        return False
    if candidate.bankrupt is None:
        return True
    return value(terms, candidate.quantity, price) >= candidate.bankrupt


def by_queue(ranking: Sequence[Ranked], quantity: Amount, lot: Amount) -> dict[str, Amount]:
    """Say what each takes over, the first as much as they hold, until all is taken.

    In whole lots: what is less than one, of the whole or of a holding, is left where it is.
    """
    taken, left = {}, _in_lots(quantity, lot)
    for each in ranking:
        part = min(left, _in_lots(each.quantity, lot))
        if part:
            taken[each.account] = part
        left = subtract(left, part)
    return taken


def pro_rata(ranking: Sequence[Ranked], quantity: Amount, lot: Amount) -> dict[str, Amount]:
    """Say what each takes over by what they hold, in whole lots and by the largest remainder.

    Nobody is further than a lot from their exact part, and nobody takes more than they hold.
    """
    held = {each.account: _in_lots(each.quantity, lot) for each in ranking}
    taken = min(_in_lots(quantity, lot), total_of(held.values()))
    parts = largest_remainder(taken, held, lot)
    return {each.account: parts[each.account] for each in ranking if parts[each.account]}


def _in_lots(quantity: Amount, lot: Amount) -> Amount:
    return round_to(magnitude(quantity), lot, Rounding.DOWN)


def needed(
    terms: InstrumentSpecified,
    quantity: Amount,
    mark: Amount,
    bankruptcy: Amount,
    deficit: Amount,
) -> Amount:
    """Give how much of a position, in fewest lots, to close at bankruptcy so that a deficit is met.

    Each contract brings in what its value at the bankruptcy price is above that at the mark,
    before either is rounded. At most the whole position, signed by `quantity`; nothing where the
    mark is no worse, for then closing brings in nothing.
    """
    gained = product(product(quantity, terms.multiplier), subtract(bankruptcy, mark))
    if deficit <= ZERO or gained <= ZERO:
        return ZERO
    due: Decimal = deficit
    if is_inverse(terms):
        due = product(deficit, product(mark, bankruptcy))
    return lots_to_cure(share(due, magnitude(quantity), gained), quantity, terms.lot)


def largest_remainder(
    total: Amount, weights: Mapping[str, Decimal], unit: Amount
) -> dict[str, Amount]:
    """Share a whole number of units by weight into whole units that sum to it; ties by name.

    All is rounded down, and the units left go one each to who lost most by that. A weight is zero
    or more, and one of them more unless there is nothing to share; a total may be below zero.
    """
    assert is_multiple(total, unit)
    if not total:
        return dict.fromkeys(sorted(weights), ZERO)
    whole = Decimal(0)
    for weight in weights.values():
        whole = plus(whole, weight)
    parts = {
        name: round_to(share(total, weights[name], whole), unit, Rounding.DOWN)
        for name in sorted(weights)
    }

    def kept(name: str) -> Decimal:
        """Give by how much a part is too small, below zero and times the whole: exact so."""
        return less(product(parts[name], whole), product(total, weights[name]))

    left = subtract(total, total_of(parts.values()))
    for name in sorted(parts, key=kept)[: int(share(left, ONE, unit))]:
        parts[name] = add(parts[name], unit)
    return parts

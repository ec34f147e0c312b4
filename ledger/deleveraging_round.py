"""Deleveraging: the other side of a bankrupt position is ranked, and closes what is needed of it.

Nobody is left out of the ranking. Whoever is in it closes at the price of bankruptcy and so gives
up what is lacking, to within one lot; his position is smaller, and he loses nothing that he had.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ledger.commands import DeleveragePositions
from ledger.contract import value
from ledger.deleveraging import (
    Candidate,
    Ranked,
    by_queue,
    needed,
    overlaps,
    pro_rata,
    ranked,
)
from ledger.events import (
    BackstopTraded,
    CoveredBy,
    DeleveragingQueueRanked,
    DeleveragingRanked,
    Draft,
    PositionDeleveraged,
    Side,
    Unit,
)
from ledger.holding import Account
from ledger.liquidation_case import POLICY, parameter
from ledger.liquidation_price import bankruptcy_price
from ledger.loss_sharing import Shared, holders_of, on_the_other_side, shared_by
from ledger.margin_book import book_of
from ledger.numbers import ZERO, Amount, magnitude, negate, subtract, total
from ledger.parameters import Parameter
from ledger.position import Booked, book
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.reserve_fund import ReserveFund
from ledger.situation import Rules, Situation

POLICIES = {"queue": by_queue, "pro_rata": pro_rata}
"""How a quantity is shared among the ranked: the first of them first, or all by what they hold."""


class Round(NamedTuple):
    """Who was ranked, and how much each gives up of a position."""

    candidates: dict[str, Candidate]
    ranking: tuple[Ranked, ...]
    wanted: Amount
    parts: dict[str, Amount]


@upholds("R87", "R89")
def deleverage(situation: Situation, command: DeleveragePositions) -> list[Draft]:
    """Rank the other side, and let it close as much as covers what is left of a deficit."""
    shared = shared_by(situation, command, CoveredBy.DELEVERAGING)
    if isinstance(shared, list):
        return shared
    fund = situation.of(ReserveFund, shared.terms.settlement)
    if CoveredBy.RESERVE_FUND in shared.case.waterfall.split() and fund.balance > ZERO:
        return refuse(command, Reason.FUND_NOT_DRAWN, limit=ZERO, attempted=fund.balance)
    policy = parameter(situation, POLICY, Unit.WORDS)
    if policy is None or policy.value not in POLICIES:
        return refuse(command, Reason.PARAMETER_MISSING, attempted=POLICY)
    held = holders_of(situation, command)
    if isinstance(held, list):
        return held
    others = on_the_other_side(situation, shared, held)
    candidates = {
        name: _candidate(situation, command, shared, account) for name, account in others.items()
    }
    found = _round(situation, shared, candidates, policy)
    if not found.parts:
        left = shared.uncovered.left
        return refuse(command, Reason.NOBODY_BEARS, limit=ZERO, attempted=left)
    return _told(situation, command, shared, found, policy)


def _candidate(
    situation: Situation, command: DeleveragePositions, shared: Shared, account: Account
) -> Candidate:
    """Say how a position stands at the mark, and where its account would have nothing left."""
    terms, position = shared.terms, account.position(command.instrument)
    margined = book_of(situation, account, command.at).book
    holdings = () if margined is None else margined.holdings
    holding = next((each for each in holdings if each.terms.instrument == terms.instrument), None)
    ruin = None
    if margined is not None and holding is not None:
        ruin = bankruptcy_price(margined, holding)
    return Candidate(
        account=account.name,
        quantity=position.quantity,
        cost=position.cost,
        worth=value(terms, position.quantity, shared.uncovered.mark_price),
        bankrupt=None if ruin is None else value(terms, position.quantity, ruin),
    )


def _round(
    situation: Situation, shared: Shared, candidates: dict[str, Candidate], policy: Parameter
) -> Round:
    """Rank whoever can close at the price of bankruptcy, and share what is needed among them."""
    terms, gone = shared.terms, shared.uncovered
    able = [
        each for each in candidates.values() if overlaps(each, terms, gone.quantity, gone.price)
    ]
    ranking = ranked(able)
    there = situation.of(Account, shared.case.backstop).position(terms.instrument).quantity
    wanted = needed(terms, gone.quantity, gone.mark_price, gone.price, gone.left)
    wanted = min(wanted, magnitude(there))
    parts = POLICIES[policy.value](ranking, wanted, terms.lot)
    return Round(candidates, ranking, wanted, parts)


def _told(
    situation: Situation,
    command: DeleveragePositions,
    shared: Shared,
    found: Round,
    policy: Parameter,
) -> list[Draft]:
    """Say how all were ranked, and then who closes how much."""
    step = shared.case.step + 1
    queue = DeleveragingQueueRanked(
        account=command.account,
        case=command.case,
        step=step,
        instrument=command.instrument,
        policy=policy.value,
        policy_source=policy.sequence,
        deficit=shared.uncovered.left,
        quantity=found.wanted,
        bankruptcy_price=shared.uncovered.price,
        mark=shared.uncovered.mark,
        mark_price=shared.uncovered.mark_price,
        holders=len(command.accounts),
        ranked=len(found.ranking),
        passed_over=len(found.candidates) - len(found.ranking),
    )
    trades = list(_trades(situation, shared, found, step + 1))
    events = (draft.event for draft in trades)
    borne = total(event.borne for event in events if isinstance(event, PositionDeleveraged))
    amount = min(borne, shared.uncovered.left)
    covered = shared.covered(
        CoveredBy.DELEVERAGING, amount, step=step + 1, overshoot=subtract(borne, amount)
    )
    return [Draft(shared.stream, queue), *_places(shared, found, step), *trades, covered]


def _places(shared: Shared, found: Round, step: int) -> Iterator[Draft]:
    """Say of each ranked account what its place follows from."""
    for place in found.ranking:
        candidate = found.candidates[place.account]
        event = DeleveragingRanked(
            of_account=shared.account.name,
            case=shared.case.case,
            step=step,
            instrument=shared.terms.instrument,
            rank=place.rank,
            account=place.account,
            quantity=candidate.quantity,
            cost=candidate.cost,
            worth=candidate.worth,
            bankrupt_worth=candidate.bankrupt,
            profit=place.profit,
            leverage=place.leverage,
            score=place.score,
            deleveraged=found.parts.get(place.account, ZERO),
        )
        yield Draft(f"ranking-{shared.account.name}", event)


class _Closing(NamedTuple):
    """A part that somebody closes with the backstop, and what both have afterwards."""

    place: Ranked
    part: Amount
    account: Account
    backstop: Account
    ours: Booked
    theirs: Booked


def _trades(situation: Situation, shared: Shared, found: Round, step: int) -> Iterator[Draft]:
    """Close what each gives up with the backstop, one after the other, both sides."""
    terms, price = shared.terms, shared.uncovered.price
    backstop = situation.of(Account, shared.case.backstop)
    held = backstop.position(terms.instrument)
    for place in found.ranking:
        part = found.parts.get(place.account)
        if part is None:
            continue
        account = situation.of(Account, place.account)
        bought = negate(part) if place.quantity > ZERO else part
        cost = value(terms, bought, price)
        ours = book(account.position(terms.instrument), bought, cost, terms.value_unit)
        theirs = book(held, negate(bought), negate(cost), terms.value_unit)
        held = theirs.position
        closing = _Closing(place, part, account, backstop, ours, theirs)
        yield from (_their_side(shared, closing, step), _backstop_side(shared, closing, step))


def _their_side(shared: Shared, closing: _Closing, step: int) -> Draft:
    account, place, terms = closing.account, closing.place, shared.terms
    sells = place.quantity > ZERO
    bought = negate(closing.part) if sells else closing.part
    event = PositionDeleveraged(
        account=account.name,
        of_account=shared.account.name,
        case=shared.case.case,
        step=step,
        instrument=terms.instrument,
        side=Side.SELL if sells else Side.BUY,
        quantity=closing.part,
        price=shared.uncovered.price,
        cost=value(terms, bought, shared.uncovered.price),
        asset=terms.settlement,
        realized_profit=closing.ours.realized,
        position_quantity=closing.ours.position.quantity,
        position_cost=closing.ours.position.cost,
        counterparty=closing.backstop.name,
        rank=place.rank,
        borne=_given_up(shared, closing.part),
        segregation=account.segregated,
        client=account.client,
    )
    return Draft(f"account-{account.name}", event)


def _given_up(shared: Shared, part: Amount) -> Amount:
    """Give what the other side gives up with so much, against the mark; rounded as trades are."""
    terms, gone = shared.terms, shared.uncovered
    sold = part if gone.quantity > ZERO else negate(part)
    return subtract(value(terms, sold, gone.price), value(terms, sold, gone.mark_price))


def _backstop_side(shared: Shared, closing: _Closing, step: int) -> Draft:
    backstop, terms = closing.backstop, shared.terms
    buys = closing.place.quantity > ZERO
    bought = closing.part if buys else negate(closing.part)
    event = BackstopTraded(
        account=backstop.name,
        of_account=shared.account.name,
        case=shared.case.case,
        step=step,
        instrument=terms.instrument,
        side=Side.BUY if buys else Side.SELL,
        quantity=closing.part,
        price=shared.uncovered.price,
        cost=value(terms, bought, shared.uncovered.price),
        asset=terms.settlement,
        realized_profit=closing.theirs.realized,
        position_quantity=closing.theirs.position.quantity,
        position_cost=closing.theirs.position.cost,
        counterparty=closing.account.name,
        segregation=backstop.segregated,
    )
    return Draft(f"account-{backstop.name}", event)


RULES: Rules = {DeleveragePositions: deleverage}

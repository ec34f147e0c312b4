"""Deleveraging: the other side of a bankrupt position is ranked, and closes what is needed of it.

Nobody is left out of the ranking. Whoever is in it closes at the price of bankruptcy and so gives
up what is lacking, to within one lot; his position is smaller, and he loses nothing that he had.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ledger.commands import DeleveragePositions
from ledger.contract import signed, value
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
    CoveredBy,
    DeleveragingQueueRanked,
    DeleveragingRanked,
    Draft,
    PositionDeleveraged,
    Side,
    Unit,
)
from ledger.holding import Account
from ledger.liquidation_case import POLICY, other_side, parameter
from ledger.liquidation_price import bankruptcy_price
from ledger.loss_sharing import Shared, holders_of, on_the_other_side, shared_by
from ledger.margin_book import book_of
from ledger.numbers import ZERO, Amount, magnitude, negate, subtract, total
from ledger.parameters import Parameter
from ledger.position import book
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


def _trades(situation: Situation, shared: Shared, found: Round, step: int) -> Iterator[Draft]:
    """Close what each gives up with the backstop, one after the other, both sides."""
    terms = shared.terms
    held = situation.of(Account, shared.case.backstop).position(terms.instrument)
    for place in found.ranking:
        if place.account not in found.parts:
            continue
        event = _closed(situation, shared, place, found.parts[place.account], step)
        sold = negate(signed(event.side, event.quantity))
        theirs = book(held, sold, negate(event.cost), terms.value_unit)
        held = theirs.position
        yield Draft(f"account-{event.account}", event)
        yield other_side(situation, shared.case, event, theirs)


def _closed(
    situation: Situation, shared: Shared, place: Ranked, part: Amount, step: int
) -> PositionDeleveraged:
    """Close a part of a position at the price of bankruptcy."""
    terms, account = shared.terms, situation.of(Account, place.account)
    side = Side.SELL if place.quantity > ZERO else Side.BUY
    bought, price = signed(side, part), shared.uncovered.price
    cost = value(terms, bought, price)
    ours = book(account.position(terms.instrument), bought, cost, terms.value_unit)
    return PositionDeleveraged(
        account=account.name,
        of_account=shared.account.name,
        case=shared.case.case,
        step=step,
        instrument=terms.instrument,
        side=side,
        quantity=part,
        price=price,
        cost=cost,
        asset=terms.settlement,
        realized_profit=ours.realized,
        position_quantity=ours.position.quantity,
        position_cost=ours.position.cost,
        counterparty=shared.case.backstop,
        rank=place.rank,
        borne=subtract(cost, value(terms, bought, shared.uncovered.mark_price)),
        segregation=account.segregated,
        client=account.client,
    )


RULES: Rules = {DeleveragePositions: deleverage}

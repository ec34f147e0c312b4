"""Who bears a deficit, in the published order: the reserve fund, the other side, those in profit.

The parts of a deficit sum to it, to the last unit.
"""

from typing import NamedTuple

from ledger.commands import AllocateLoss, DeleveragePositions, DrawReserveFund
from ledger.contract import value
from ledger.deleveraging import largest_remainder
from ledger.events import (
    CoveredBy,
    DeficitCovered,
    Draft,
    InstrumentSpecified,
    LossAllocated,
    ReserveFundDrawn,
)
from ledger.holders import holdings_of
from ledger.holding import Account, Liquidation, Uncovered
from ledger.instrument import Instrument
from ledger.liquidation_case import case_of, on_backstop
from ledger.numbers import ZERO, Amount, add, subtract, total
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.reserve_fund import ReserveFund
from ledger.situation import Rules, Situation

Bearing = DrawReserveFund | DeleveragePositions | AllocateLoss


class Shared(NamedTuple):
    """A deficit that is to be shared: of which case, with which contract, and how much is left."""

    account: Account
    case: Liquidation
    terms: InstrumentSpecified
    uncovered: Uncovered

    @property
    def stream(self) -> str:
        """Name the stream of the account that owes nothing more."""
        return f"account-{self.account.name}"

    def covered(
        self, by: CoveredBy, amount: Amount, *, step: int, overshoot: Amount = ZERO
    ) -> Draft:
        """Say that so much is borne, and what is left."""
        event = DeficitCovered(
            account=self.account.name,
            case=self.case.case,
            step=step,
            instrument=self.terms.instrument,
            asset=self.terms.settlement,
            amount=amount,
            by=by,
            left=subtract(self.uncovered.left, amount),
            overshoot=overshoot,
        )
        return Draft(self.stream, event)


def shared_by(situation: Situation, command: Bearing, by: CoveredBy) -> Shared | list[Draft]:
    """Find what is uncovered of a position; refused where the waterfall does not name who bears."""
    account = situation.of(Account, command.account)
    _, case = case_of(account, command.case)
    if case is None:
        return refuse(command, Reason.LIQUIDATION_UNKNOWN, attempted=command.case)
    uncovered = case.uncovered.get(command.instrument)
    known = situation.of(Instrument, command.instrument).specification(situation.now)
    if uncovered is None or known is None:
        return refuse(command, Reason.NO_DEFICIT, attempted=command.instrument)
    if by not in case.waterfall.split():
        return refuse(command, Reason.NOT_IN_WATERFALL, limit=case.waterfall, attempted=by)
    return Shared(account, case, known.terms, uncovered)


@upholds("R87", "R88")
def draw(situation: Situation, command: DrawReserveFund) -> list[Draft]:
    """Let the reserve fund bear what it can of a deficit."""
    shared = shared_by(situation, command, CoveredBy.RESERVE_FUND)
    if isinstance(shared, list):
        return shared
    asset, left = shared.terms.settlement, shared.uncovered.left
    fund = situation.of(ReserveFund, asset)
    amount = min(left, fund.balance)
    if amount <= ZERO:
        return refuse(command, Reason.INSUFFICIENT_FUNDS, limit=fund.balance, attempted=left)
    drawn = ReserveFundDrawn(
        asset=asset,
        amount=amount,
        balance=subtract(fund.balance, amount),
        of_account=command.account,
        case=command.case,
        step=shared.case.step + 1,
        instrument=command.instrument,
        backstop=shared.case.backstop,
    )
    covered = shared.covered(CoveredBy.RESERVE_FUND, amount, step=drawn.step)
    received = on_backstop(situation, command.account, shared.case, drawn.step, asset, amount)
    return [Draft(f"fund-{asset}", drawn), received, covered]


Held = dict[str, Amount]


def holders_of(
    situation: Situation, command: DeleveragePositions | AllocateLoss
) -> Held | list[Draft]:
    """Give what each named account holds; refused unless as much is long as is short."""
    held = holdings_of(situation, command)
    if isinstance(held, list):
        return held
    if net := add(total(held.values()), command.suspended or ZERO):
        return refuse(command, Reason.HOLDERS_INCOMPLETE, limit=ZERO, attempted=net)
    return held


def on_the_other_side(situation: Situation, shared: Shared, held: Held) -> dict[str, Account]:
    """Find whoever holds the other side, but for accounts that are being liquidated themselves."""
    long = shared.uncovered.quantity > ZERO
    others = {
        name: situation.of(Account, name)
        for name, quantity in held.items()
        if (quantity > ZERO) is not long and name != shared.case.backstop
    }
    return {name: account for name, account in others.items() if not account.liquidations}


@upholds("R87")
def allocate(situation: Situation, command: AllocateLoss) -> list[Draft]:
    """Let those in profit on the other side bear what is left, as their profits are.

    Nobody bears more than his profit at the mark.
    """
    shared = shared_by(situation, command, CoveredBy.ALLOCATION)
    if isinstance(shared, list):
        return shared
    held = holders_of(situation, command)
    if isinstance(held, list):
        return held
    profits = _profits(shared, on_the_other_side(situation, shared, held))
    whole, left = total(profits.values()), shared.uncovered.left
    if not whole:
        return refuse(command, Reason.NOBODY_BEARS, limit=ZERO, attempted=left)
    unit, step = shared.terms.value_unit, shared.case.step + 1
    amount = min(left, whole)
    parts = largest_remainder(amount, profits, unit)
    asset = shared.terms.settlement
    drafts = [
        _allocated(situation, shared, step, name, part, (profits[name], whole))
        for name, part in parts.items()
        if part
    ]
    received = on_backstop(situation, command.account, shared.case, step, asset, amount)
    return [*drafts, received, shared.covered(CoveredBy.ALLOCATION, amount, step=step)]


def _profits(shared: Shared, accounts: dict[str, Account]) -> dict[str, Amount]:
    """Give what each is in profit with the contract, at the mark of the deficit."""
    terms, mark = shared.terms, shared.uncovered.mark_price
    profits = {}
    for name, account in accounts.items():
        position = account.position(terms.instrument)
        profit = subtract(value(terms, position.quantity, mark), position.cost)
        if profit > ZERO:
            profits[name] = profit
    return profits


def _allocated(
    situation: Situation,
    shared: Shared,
    step: int,
    name: str,
    part: Amount,
    basis: tuple[Amount, Amount],
) -> Draft:
    account = situation.of(Account, name)
    event = LossAllocated(
        account=name,
        of_account=shared.account.name,
        case=shared.case.case,
        step=step,
        instrument=shared.terms.instrument,
        asset=shared.terms.settlement,
        amount=part,
        basis=basis[0],
        whole=basis[1],
        segregation=account.segregated,
        client=account.client,
    )
    return Draft(f"account-{name}", event)


RULES: Rules = {DrawReserveFund: draw, AllocateLoss: allocate}

"""Cases of a deficit: who bears what, in the published order, and that nobody is left out."""

from ledger import deleveraging_round, loss_sharing, reserve_fund
from ledger.commands import (
    AllocateLoss,
    ContributeToReserveFund,
    DeleveragePositions,
    DrawReserveFund,
)
from ledger.coverage.bankrupt_market import (
    CAPITAL,
    DRAWN,
    POLICY,
    TAKEN,
    step,
)
from ledger.coverage.case import MAX, Case, Refused
from ledger.coverage.in_order import ask
from ledger.events import CoveredBy, DeficitRecognized, FundSource, LiquidationStarted
from ledger.numbers import ZERO, amount
from ledger.reasons import Reason

STARTED, RECOGNIZED = (
    next(draft.event for draft in DRAWN.drafts if isinstance(draft.event, kind))
    for kind in (LiquidationStarted, DeficitRecognized)
)


def contribution(**fields: str) -> ContributeToReserveFund:
    """Ask to pay 50 USD of the house into the fund."""
    usual = {"asset": "USD", "amount": "50", "account": "B"}
    return ask(MAX, ContributeToReserveFund, **usual | fields)


CASES: tuple[Case, ...] = (
    Case(
        reserve_fund.contribute,
        "a client's cash does not go into the reserve fund",
        DRAWN,
        contribution(account="H"),
        Refused(Reason.SEGREGATION_CROSSED, "HOUSE", "CLIENT_TRUST"),
    ),
    Case(
        reserve_fund.contribute,
        "no more goes into the fund than there is",
        DRAWN.changed(CAPITAL, amount=amount("149")),
        contribution(amount="150"),
        Refused(Reason.INSUFFICIENT_FUNDS, "149", "150"),
    ),
    Case(
        reserve_fund.contribute,
        "what the house pays in is what the fund holds more",
        DRAWN,
        contribution(),
        says={"amount": amount("50"), "balance": amount("50"), "source": FundSource.CAPITAL},
    ),
    Case(
        loss_sharing.draw,
        "the fund bears nothing beyond what it holds",
        DRAWN,
        step(DrawReserveFund),
        Refused(Reason.INSUFFICIENT_FUNDS, "0", "200"),
    ),
    Case(
        loss_sharing.draw,
        "the fund bears nothing where nothing is lacking",
        TAKEN,
        step(DrawReserveFund, instrument="ETH-PERP"),
        Refused(Reason.NO_DEFICIT, attempted="ETH-PERP"),
    ),
    Case(
        loss_sharing.draw,
        "the fund bears what it holds of a deficit, and the rest is still lacking",
        TAKEN,
        step(DrawReserveFund),
        says={"by": CoveredBy.RESERVE_FUND, "amount": amount("100"), "left": amount("200")},
    ),
    Case(
        deleveraging_round.deleverage,
        "nobody is deleveraged while the fund holds something",
        TAKEN,
        step(DeleveragePositions),
        Refused(Reason.FUND_NOT_DRAWN, "0", "100"),
    ),
    Case(
        deleveraging_round.deleverage,
        "nobody is deleveraged where the published waterfall does not say so",
        DRAWN.changed(STARTED, waterfall="reserve_fund"),
        step(DeleveragePositions),
        Refused(Reason.NOT_IN_WATERFALL, "reserve_fund", "deleveraging"),
    ),
    Case(
        deleveraging_round.deleverage,
        "nobody is deleveraged by an order that nobody published",
        DRAWN.changed(POLICY, after="by_lot"),
        step(DeleveragePositions),
        Refused(Reason.PARAMETER_MISSING, attempted="liquidation.deleveraging"),
    ),
    Case(
        deleveraging_round.deleverage,
        "nobody is left out of the ranking",
        DRAWN,
        step(DeleveragePositions, accounts=("B",)),
        Refused(Reason.HOLDERS_INCOMPLETE, "0", "5"),
    ),
    Case(
        deleveraging_round.deleverage,
        "who holds nothing is not ranked",
        DRAWN,
        step(DeleveragePositions, accounts=("A", "B", "H")),
        Refused(Reason.NO_POSITION, attempted="A"),
    ),
    Case(
        deleveraging_round.deleverage,
        "the other side gives up what is lacking, to within one lot",
        DRAWN,
        step(DeleveragePositions),
        says={"by": CoveredBy.DELEVERAGING, "left": ZERO, "overshoot": amount("0.4")},
    ),
    Case(
        deleveraging_round.deleverage,
        "who is ranked is told with all that his place follows from",
        DRAWN,
        step(DeleveragePositions),
        says={"rank": 1, "account": "H", "profit": amount("40"), "deleveraged": amount("3.34")},
    ),
    Case(
        deleveraging_round.deleverage,
        "what is deleveraged is closed at the price of bankruptcy",
        DRAWN,
        step(DeleveragePositions),
        says={"account": "H", "price": amount("660"), "position_quantity": amount("-1.66")},
    ),
    Case(
        loss_sharing.allocate,
        "a loss is allocated only where the published waterfall says so",
        DRAWN.changed(STARTED, waterfall="reserve_fund deleveraging"),
        step(AllocateLoss),
        Refused(Reason.NOT_IN_WATERFALL, "reserve_fund deleveraging", "allocation"),
    ),
    Case(
        loss_sharing.allocate,
        "where nobody is in profit nobody bears",
        DRAWN.changed(RECOGNIZED, mark_price=amount("1000")),
        step(AllocateLoss),
        Refused(Reason.NOBODY_BEARS, "0", "200"),
    ),
    Case(
        loss_sharing.allocate,
        "what is left is shared by who is in profit, as his profit is of all of them",
        DRAWN,
        step(AllocateLoss),
        says={"account": "H", "amount": amount("200"), "basis": amount("2000")},
    ),
)

"""Cases of the question whether an account may trade: how its answer is recorded and stamped."""

from ledger.coverage.case import BEGINNING, JUST_AFTER, NOW, Case, Refused
from ledger.coverage.in_order import CLASSIFIED, IN_ORDER
from ledger.coverage.of_client import MARKET_MAKER, related
from ledger.coverage.trades import may_trade
from ledger.eligibility import check
from ledger.events import ClientClass, Relation
from ledger.reasons import Reason

CASES: tuple[Case, ...] = (
    Case(
        check,
        "what exceeds a limit is recorded with the limit and the attempt",
        IN_ORDER,
        may_trade(exposure="1000000.01"),
        Refused(Reason.EXPOSURE_EXCEEDED, "1000000", "1000000.01", "exposure"),
        only=("R27",),
    ),
    Case(
        check,
        "what breaks a compliance rule is recorded with the rule and the attempt",
        IN_ORDER.changed(CLASSIFIED, classification=ClientClass.RETAIL),
        may_trade(),
        Refused(Reason.NOT_PROFESSIONAL, None, "retail", "professional"),
        only=("R28",),
    ),
    Case(
        check,
        "what was free to be done is recorded with the exposure at its limit",
        IN_ORDER,
        may_trade(exposure="1000000"),
        says={"account": "A", "client": "C", "permission": "VA-1"},
        only=("R27", "R28"),
    ),
    Case(
        check,
        "what an affiliate does is stamped as his, with his program",
        MARKET_MAKER,
        may_trade(),
        says={"affiliate": True, "employee": False, "program": "MM-1"},
        only=("R111",),
    ),
    Case(
        check,
        "one nanosecond before he becomes an affiliate nothing is stamped as one's",
        related(Relation.AFFILIATE, JUST_AFTER),
        may_trade(),
        says={"affiliate": False, "employee": False, "program": None},
        only=("R111",),
    ),
    Case(
        check,
        "what an employee does is stamped as an employee's from his first moment on",
        related(Relation.EMPLOYEE, NOW),
        may_trade(),
        says={"affiliate": False, "employee": True},
        only=("R115",),
    ),
    Case(
        check,
        "what an employee does is stamped also where he only reduces",
        related(Relation.EMPLOYEE, BEGINNING),
        may_trade(effect="reduce"),
        says={"employee": True, "effect": "reduce"},
        only=("R115",),
    ),
)

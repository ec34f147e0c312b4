"""Cases of the rules of affiliates, employees and manual journals: whose dealing stands apart."""

from typing import Any

from ledger import affiliation, manual_journal, sweep
from ledger.chart import Segregation
from ledger.commands import (
    AppointMarketMaker,
    CloseSweep,
    CorrectStamp,
    DeclareAffiliation,
    EndAffiliation,
    PostJournal,
    TerminateMarketMaker,
)
from ledger.coverage.case import BEGINNING, CAROL, JUST_AFTER, JUST_BEFORE, NOW, Case, Refused
from ledger.coverage.in_order import IN_ORDER, OTTO, PAPER, PERMITTED, ask
from ledger.coverage.of_client import AFFILIATE, APPOINTED, MARKET_MAKER, related
from ledger.events import (
    AccountOpened,
    Activity,
    CashDeposited,
    CorrectionSweepClosed,
    CorrectionSweepOpened,
    Effect,
    EligibilityConfirmed,
    Relation,
)
from ledger.instants import write_instant
from ledger.numbers import amount
from ledger.reasons import Reason


def declaration(relation: str, since: int = NOW) -> DeclareAffiliation:
    """Declare the client an affiliate or an employee."""
    return ask(
        CAROL,
        DeclareAffiliation,
        client="C",
        relation=relation,
        party="GROUP",
        basis="a company of the group",
        effective_from=write_instant(since),
    )


def appointment(**fields: Any) -> AppointMarketMaker:
    """Appoint the client a market maker."""
    usual = {
        "program": "MM-2",
        "products": ["BTC-PERP"],
        "obligations": PAPER,
        "fee_terms": PAPER,
        "permission": "VA-1",
    }
    return ask(CAROL, AppointMarketMaker, client="C", **{**usual, **fields})


ENDING = ask(CAROL, EndAffiliation, client="C", relation="affiliate", reason="the group sold it")
TERMINATION = ask(CAROL, TerminateMarketMaker, client="C", program="MM-1", reason="too seldom")

CONFIRMED = EligibilityConfirmed(
    account="A", client="C", product="BTC-PERP", effect=Effect.INCREASE, solicited=False
)
SWEEP = CorrectionSweepOpened(
    client="C",
    sweep="S-1",
    relation=Relation.AFFILIATE,
    since=BEGINNING,
    until=NOW,
    holds=True,
)
LATE = IN_ORDER.then("account-A", CONFIRMED).then("client-C", SWEEP, at=NOW)
SWEPT = LATE.then(
    "client-C", CorrectionSweepClosed(client="C", sweep="S-1", upto=1, corrected=1), at=NOW
)
CORRECTION = ask(OTTO, CorrectStamp, client="C", sweep="S-1", corrects=LATE.place_of(CONFIRMED))


def closing(upto: int) -> CloseSweep:
    """Close the sweep."""
    return ask(OTTO, CloseSweep, client="C", sweep="S-1", upto=upto)


DEPOSITED = CashDeposited(account="A", asset="USD", amount=amount("100"), source="bank")
FUNDED = (
    IN_ORDER.then("account-A", DEPOSITED)
    .then("account-H", AccountOpened(account="H", segregation=Segregation.HOUSE))
    .then("account-B", AccountOpened(account="B"))
)


def journal(purpose: str, to: str, segregation: str, figure: str = "100") -> PostJournal:
    """Move the client's money to another account."""
    lines = [
        {"owner": "A", "segregation": "CLIENT_TRUST", "asset": "USD", "amount": f"-{figure}"},
        {"owner": to, "segregation": segregation, "asset": "USD", "amount": figure},
    ]
    return ask(
        CAROL, PostJournal, journal="J-1", purpose=purpose, reason="as explained", lines=lines
    )


RELATIONS: tuple[Case, ...] = (
    Case(
        affiliation.declare,
        "who is an affiliate already is not declared one",
        related(Relation.AFFILIATE, NOW),
        declaration("affiliate"),
        Refused(Reason.AFFILIATION_EXISTS, attempted="affiliate"),
        only=("R110", "R111"),
    ),
    Case(
        affiliation.declare,
        "who will be an affiliate in a nanosecond is declared one now",
        related(Relation.AFFILIATE, JUST_AFTER),
        declaration("affiliate"),
        says={"relation": "affiliate", "effective_from": NOW},
        only=("R110", "R111"),
    ),
    Case(
        affiliation.declare,
        "an employee is declared one, and only as of now nothing is to be gone over",
        IN_ORDER,
        declaration("employee"),
        says={"relation": "employee"},
        only=("R115",),
    ),
    Case(
        affiliation.declare,
        "what is declared a nanosecond late is gone over",
        IN_ORDER,
        declaration("affiliate", since=JUST_BEFORE),
        says={"relation": "affiliate", "since": JUST_BEFORE, "holds": True},
        only=("R111",),
    ),
    Case(
        affiliation.end,
        "who is no affiliate does not cease to be one",
        IN_ORDER,
        ENDING,
        Refused(Reason.AFFILIATION_UNKNOWN, attempted="affiliate"),
    ),
    Case(affiliation.end, "an affiliate ceases to be one", AFFILIATE, ENDING),
    Case(
        affiliation.appoint,
        "nobody is appointed a market maker without the regulator's permission for it",
        AFFILIATE.changed(PERMITTED, activities=(Activity.SPOT, Activity.PERPETUALS)),
        appointment(),
        Refused(Reason.PERMISSION_MISSING, attempted="VA-1"),
    ),
    Case(
        affiliation.appoint,
        "nobody but an affiliate is appointed as one",
        IN_ORDER,
        appointment(),
        Refused(Reason.AFFILIATION_UNKNOWN, attempted="affiliate"),
    ),
    Case(
        affiliation.appoint,
        "an affiliate is appointed from his first moment on, with obligations and fee terms",
        related(Relation.AFFILIATE, NOW),
        appointment(),
        says={"program": "MM-2", "obligations": PAPER, "fee_terms": PAPER},
    ),
    Case(
        affiliation.terminate,
        "an appointment that has ended is not terminated",
        MARKET_MAKER.changed(APPOINTED, until=NOW),
        TERMINATION,
        Refused(Reason.PROGRAM_UNKNOWN, attempted="MM-1"),
    ),
    Case(
        affiliation.terminate,
        "an appointment is terminated in its last nanosecond",
        MARKET_MAKER.changed(APPOINTED, until=JUST_AFTER),
        TERMINATION,
    ),
)

SWEEPS: tuple[Case, ...] = (
    Case(
        sweep.correct,
        "nothing is corrected in a sweep that is closed",
        SWEPT,
        CORRECTION,
        Refused(Reason.SWEEP_UNKNOWN, attempted="S-1"),
    ),
    Case(
        sweep.correct,
        "what came before a sweep begins is not corrected in it",
        LATE.changed(SWEEP, since=BEGINNING + 1),
        CORRECTION,
        Refused(Reason.NOT_SWEPT, attempted=str(CORRECTION.corrects)),
    ),
    Case(
        sweep.correct,
        "what was stamped from the sweep's beginning on is corrected, with what it said",
        LATE,
        CORRECTION,
        says={"relation": "affiliate", "before": False, "after": True},
    ),
    Case(
        sweep.close,
        "a sweep that did not go over everything is not closed",
        LATE,
        closing(LATE.place_of(CONFIRMED)),
        Refused(Reason.SWEEP_INCOMPLETE, attempted=str(LATE.place_of(CONFIRMED))),
    ),
    Case(
        sweep.close,
        "a sweep that went over everything is closed",
        LATE,
        closing(LATE.place_of(SWEEP)),
    ),
)

JOURNALS: tuple[Case, ...] = (
    Case(
        manual_journal.post,
        "client money is not moved to the house to put a booking right",
        FUNDED,
        journal("correction", "H", "HOUSE"),
        Refused(Reason.SEGREGATION_CROSSED, "CLIENT_TRUST", "100 USD"),
    ),
    Case(
        manual_journal.post,
        "client money pays the fees that the client owes",
        FUNDED,
        journal("fee_owed", "H", "HOUSE"),
        says={"owner": "A", "purpose": "fee_owed"},
    ),
    Case(
        manual_journal.post,
        "client money is put right among clients",
        FUNDED,
        journal("correction", "B", "CLIENT_TRUST"),
    ),
    Case(
        manual_journal.post,
        "no more client money is moved than there is",
        FUNDED,
        journal("fee_owed", "H", "HOUSE", "100.01"),
        Refused(Reason.INSUFFICIENT_FUNDS, "100", "100.01"),
    ),
)

CASES = RELATIONS + SWEEPS + JOURNALS

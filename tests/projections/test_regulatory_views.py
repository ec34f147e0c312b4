"""What an inspector reads of exceptions, acts and corrections, and what holds for all views."""

from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from ledger.chart import Segregation
from ledger.cli.rows import TIME_COLUMNS
from ledger.controls import CONTROLS
from ledger.events import (
    Actor,
    ActorKind,
    ChangeApproved,
    ClassificationCorrected,
    ClientAdmitted,
    ClientClass,
    ClientKind,
    CommandConflicted,
    CommandRejected,
    CorrectionKind,
    DisclosureShown,
    Effect,
    EligibilityConfirmed,
    JournalPosted,
    Language,
    Purpose,
    Relation,
    StampCorrected,
    Wealth,
)
from ledger.log.database import connect
from ledger.numbers import amount
from ledger.reasons import Reason
from ledger.requirements import upheld_by
from ledger.validation import EXCEPTION_KIND, UPHELD_BY_CONTROL
from projections.exact import Nanoseconds
from projections.replay import as_of
from projections.runner import Runner
from projections.tables import looking, published
from projections.views import stored_views
from tests.projections.inspected import (
    AMY,
    NOW,
    OTHER_PAPER,
    PAPER,
    approved,
    changed,
    classified,
    part,
    proposed,
    record,
    rows,
    told,
)
from tests.projections.log_of import Log, corrected, day, deposited


def test_a_refusal_shows_kind_control_requirements_limit_and_attempt() -> None:
    log = Log()
    refused = CommandRejected(
        "CheckEligibility",
        Reason.EXPOSURE_EXCEEDED,
        limit="100",
        attempted="101",
        control="exposure",
    )
    dora = Actor(kind=ActorKind.HUMAN, id="dora", role="dealing")
    body = {"account": "A1", "product": "BTC-PERP"}
    record(log, refused, by=dora, stream="account-A1", body=body, command_type="CheckEligibility")
    (row,) = rows(log, "validation_exceptions")
    assert part(row, "kind", "outcome", "reason", "control", "requirements") == [
        "trading_limit",
        "refused",
        "exposure_exceeded",
        "exposure",
        "R66",
    ]
    assert part(row, "limit", "attempted") == ["100", "101"]
    assert part(row, "command_type", "stream", "account", "client", "product") == [
        "CheckEligibility",
        "account-A1",
        "A1",
        None,
        "BTC-PERP",
    ]
    assert part(row, "actor", "function") == ["dora", "dealing"]


def test_what_passed_only_waived_or_reducing_is_an_exception_too() -> None:
    def confirmed(effect: Effect, **said: Any) -> EligibilityConfirmed:
        return EligibilityConfirmed("A1", "C", "BTC-PERP", effect, solicited=False, **said)

    log = told(
        confirmed(Effect.INCREASE),
        confirmed(Effect.INCREASE, overrides=("o-1", "o-2")),
        confirmed(Effect.REDUCE, lapsed=(Reason.NOT_CLASSIFIED, Reason.EXPOSURE_UNSTATED)),
    )
    shown = [
        part(row, "sequence", "outcome", "kind", "reason", "overrides", "client")
        for row in rows(log, "validation_exceptions")
    ]
    assert shown == [
        [2, "overridden", "compliance", None, "o-1 o-2", "C"],
        [3, "reducing_only", "compliance", "not_classified", None, "C"],
        [3, "reducing_only", "erroneous_input", "exposure_unstated", None, "C"],
    ]


def test_every_reason_is_of_one_kind() -> None:
    assert set(EXCEPTION_KIND) == set(Reason)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: str(control.name))
def test_what_a_control_upholds_is_said_alike_in_both_places(control: Any) -> None:
    assert UPHELD_BY_CONTROL[control.name] == upheld_by(control.examine)
    assert set(UPHELD_BY_CONTROL) == {known.name for known in CONTROLS}


def test_every_act_says_who_in_which_function_for_whom_and_what_came_of_it() -> None:
    log = Log()
    record(log, deposited("A1", "5"), by=Actor(ActorKind.SERVICE, "gateway", "operations", "bob"))
    refused = CommandRejected("WithdrawCash", Reason.INSUFFICIENT_FUNDS)
    record(log, refused, by=AMY, stream="account-A1", command_type="WithdrawCash")
    conflict = CommandConflicted("c-1", known_digest=PAPER, offered_digest=OTHER_PAPER)
    record(log, conflict, by=AMY, stream="command-c-1")
    record(log, deposited("A1", "6"))
    shown = [
        part(row, "actor", "actor_kind", "function", "on_behalf_of", "result", "reason")
        for row in rows(log, "access_and_operator_log")
    ]
    assert shown == [
        ["gateway", "service", "operations", "bob", "recorded", None],
        ["amy", "human", "operations", None, "rejected", "insufficient_funds"],
        ["amy", "human", "operations", None, "conflict", None],
    ]
    (_, row, _) = rows(log, "access_and_operator_log")
    assert part(row, "action", "stream", "legal_entity") == ["WithdrawCash", "account-A1", "VATP"]


def test_an_approval_names_both_people_and_tells_one_who_is_both() -> None:
    log = Log()
    record(log, proposed(), by=AMY, stream="proposal-p-1")
    sound = ChangeApproved(change_type="ChangeParameter", approval=approved())
    record(log, sound, by=AMY, stream="proposal-p-1")
    alone = replace(sound, approval=replace(approved(), approver="carol"))
    record(log, alone, by=AMY, stream="proposal-p-1")
    four_eyes = ("proposal", "proposer", "approver", "approver_function", "self_approved")
    assert [part(row, *four_eyes) for row in rows(log, "access_and_operator_log")] == [
        ["p-1", "carol", None, None, None],
        ["p-1", "carol", "max", "management", "no"],
        ["p-1", "carol", "carol", "management", "yes"],
    ]


def test_the_register_of_corrections_shows_all_kinds_with_before_and_after() -> None:
    log = told(*(deposited("A1", "5"),) * 2)
    record(log, corrected("A1", "5", "4", CorrectionKind.WAS_WRONG), at=day(1), corrects=1)
    record(log, corrected("A1", "5", "7", CorrectionKind.BUSINESS_CHANGE), corrects=2)
    wrong = ClassificationCorrected(
        client="C",
        version=1,
        before=ClientClass.PROFESSIONAL,
        kind=CorrectionKind.NEVER_EXISTED,
        reason="forged",
        approval=approved("p-2"),
    )
    record(log, wrong, at=day(1.5), corrects=1)
    stamp = StampCorrected("A1", "C", "s-1", Relation.AFFILIATE, before=False, after=True)
    record(log, stamp, at=day(1), corrects=2)
    journal = JournalPosted(
        journal="j-1",
        line=1,
        owner="bitmex",
        segregation=Segregation.SUSPENSE,
        asset="USD",
        amount=amount("-3"),
        purpose=Purpose.SUSPENSE_CLEARED,
        reason="explained",
        approval=approved("p-3"),
    )
    record(log, journal, stream="account-SUSPENSE:bitmex")
    names = ("sequence", "corrects", "kind", "before", "after", "reason", "days_after", "approver")
    shown = [part(row, *names) for row in rows(log, "corrections_register")]
    assert shown == [
        [3, 1, "was_wrong", "5", "4", "the bank said so", 2, None],
        [4, 2, "business_change", "5", "7", "the bank said so", None, None],
        [5, 1, "never_existed", "professional", None, "forged", 3, "max"],
        [6, 2, "was_wrong", "affiliate no", "affiliate yes", "sweep s-1", 5, None],
        [7, None, "manual_journal", None, "-3", "suspense_cleared: explained", None, "max"],
    ]
    accounts = [part(row, "account", "client") for row in rows(log, "corrections_register")]
    assert accounts == [
        ["A1", None],
        ["A1", None],
        [None, "C"],
        ["A1", "C"],
        ["SUSPENSE:bitmex", None],
    ]


def test_every_moment_of_a_view_is_printed_as_a_time() -> None:
    columns = [column for view in stored_views() for column in view.tables[0].columns]
    moments = {column.name for column in columns if isinstance(column.type, Nanoseconds)}
    assert moments <= TIME_COLUMNS


def test_what_is_stored_is_what_a_replay_gives_however_pages_are_cut(database_url: str) -> None:
    log = told(
        ClientAdmitted(client="C", kind=ClientKind.INDIVIDUAL, identity=PAPER),
        classified(ClientClass.RETAIL),
        classified(valid_from=day(2), amount=amount("8000000.5"), basis=Wealth.PORTFOLIO),
        DisclosureShown("C", "risks", 1, Language.ENGLISH, "app"),
        proposed(),
        changed("3"),
        changed(None, "3"),
    )
    closed = ChangeApproved(change_type="ChangeParameter", approval=approved())
    record(log, closed, stream="proposal-p-1")
    wrong = ClassificationCorrected(
        client="C",
        version=1,
        before=ClientClass.PROFESSIONAL,
        kind=CorrectionKind.WAS_WRONG,
        reason="forged",
        approval=approved(),
    )
    record(log, wrong, at=day(2), corrects=3)
    log.page = 2
    engine = connect(database_url)
    runner = Runner(engine, log)
    for view in stored_views():
        runner.catch_up(view)
        with looking(engine) as connection:
            stored = connection.execute(select(published(view.tables[0], engine.dialect.name)))
            assert sorted(map(tuple, stored)) == list(as_of(log, view, NOW))
        assert runner.check(view).holds
    engine.dispose()

"""What the view of margin calls shows: each call, its notices, and what became of it."""

from typing import Any

from msgspec.structs import replace

from ledger.coverage.in_order import APPROVAL
from ledger.coverage.of_margin_calls import CALL, WARNING
from ledger.events import (
    Event,
    MarginCallCanceled,
    MarginCallExpired,
    MarginCallExtended,
    MarginCallMet,
    MarginCallPartlyMet,
    MarginNoticeSent,
    MarginWarningLifted,
)
from ledger.numbers import amount
from tests.projections.desk import at
from tests.projections.inspected import part, rows
from tests.projections.log_of import Log

DIGEST = "0" * 64


def told(*events: tuple[str, Event]) -> list[dict[str, Any]]:
    """Tell of calls, each at its moment, and give what is shown of them."""
    log = Log()
    for clock, event in events:
        log.record(event, stream="account-A", at=at(clock), recorded_at=at(clock))
    return rows(log, "margin_calls")


def test_a_call_shows_what_it_asks_for_and_since_when_nothing_leaves() -> None:
    (row,) = told(("08:00:00", CALL))
    names = ("account", "call", "kind", "currency", "amount", "left", "equity", "maintenance")
    assert part(row, *names) == ["A", 1, "perpetual", "USD", 220, 220, 800, 680]
    # 800 of 680.
    assert part(row, "trigger_level", "observed_level") == [120, amount("117.647")]
    assert part(row, "outcome", "issued_at", "blocked_from", "blocked_to", "due_at") == [
        *("open", at("08:00:00"), at("08:00:00"), None, at("09:00:00"))
    ]


def test_a_call_shows_its_notices_more_time_and_its_end() -> None:
    more = MarginCallExtended(
        *("A", 1, at("10:00:00"), at("09:00:00"), "the bank is closed"), approval=APPROVAL
    )
    (row,) = told(
        ("08:00:00", CALL),
        ("08:00:01", MarginNoticeSent("A", 1, "app", DIGEST)),
        ("08:30:00", MarginCallPartlyMet("A", 1, 7, amount("120"))),
        ("08:50:00", more),
        ("08:50:01", MarginNoticeSent("A", 1, "mail", DIGEST)),
        ("09:30:00", MarginCallMet("A", 1, 9)),
    )
    assert row["notices"] == (
        "app 2026-02-11T08:00:01.000000000Z; mail 2026-02-11T08:50:01.000000000Z"
    )
    assert part(row, "left", "due_at", "extensions", "reason") == [
        *(120, at("10:00:00"), 1, "the bank is closed")
    ]
    assert part(row, "proposer", "approver") == [APPROVAL.proposer, APPROVAL.approver]
    assert part(row, "outcome", "met_at", "blocked_to", "expired_at") == [
        *("met", at("09:30:00"), at("09:30:00"), None)
    ]


def test_calls_of_an_account_are_told_apart() -> None:
    other = replace(CALL, call=2, instrument="BTC-PERP")
    first, second = told(
        ("08:00:00", CALL),
        ("08:00:00", other),
        ("09:00:00", MarginCallExpired("A", 1, 5, amount("130"), at("09:00:00"))),
        ("09:10:00", MarginCallCanceled("A", 2, "the mark was wrong", approval=APPROVAL)),
        ("09:20:00", MarginCallMet("A", 1, 6, late=True)),
    )
    assert part(first, "outcome", "left", "expired_at", "instrument") == [
        *("met late", 130, at("09:00:00"), None)
    ]
    assert part(second, "outcome", "blocked_to", "reason", "instrument") == [
        *("canceled", at("09:10:00"), "the mark was wrong", "BTC-PERP")
    ]


def test_a_warning_is_open_until_it_is_lifted_or_a_call_takes_its_place() -> None:
    log = Log()
    alone = replace(WARNING, instrument="BTC-PERP")
    for clock, event in (("08:00:00", WARNING), ("08:00:01", alone), ("08:00:02", CALL)):
        log.record(event, stream="account-A", at=at(clock), recorded_at=at(clock))
    called, warned = rows(log, "margin_warnings")
    names = ("instrument", "status", "warned_at", "ended_at", "equity", "level")
    assert part(called, *names) == ["", "called", at("08:00:00"), at("08:00:02"), 900, 150]
    assert part(warned, *names) == ["BTC-PERP", "open", at("08:00:01"), None, 900, 150]
    lifted = MarginWarningLifted("A", 9, "BTC-PERP")
    log.record(lifted, stream="account-A", at=at("08:01:00"), recorded_at=at("08:01:00"))
    _, over = rows(log, "margin_warnings")
    assert part(over, "status", "ended_at") == ["lifted", at("08:01:00")]

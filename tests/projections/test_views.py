"""What each view shows of a record, as data; and what holds for all views of any log."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.errors import Malformed
from ledger.events import (
    Actor,
    ActorKind,
    CommandRejected,
    CorrectionKind,
    Event,
    Request,
    request_record,
)
from ledger.numbers import amount, from_minor, total, write_amount
from ledger.reasons import Reason
from projections import views as views_folder
from projections.listing import Listing
from projections.projection import require_sound
from projections.replay import AsKnown, AsOf, as_of, columns_of
from projections.views import all_views, balances, stored_views
from tests.projections.log_of import (
    Log,
    corrected,
    day,
    deposited,
    log_of,
    moved_at_venue,
    transferred,
    withdrawn,
)

VIEWS = all_views()
accounts = st.sampled_from(["A1", "A2", "A3"])
texts = st.integers(1, 10**35).map(lambda units: write_amount(from_minor(units, 18)))
stories = st.lists(
    st.one_of(
        st.builds(deposited, accounts, texts),
        st.builds(withdrawn, accounts, texts),
        st.builds(transferred, accounts, texts, accounts),
        st.builds(moved_at_venue, st.sampled_from(["M1", "M2"]), texts, texts),
    ),
    max_size=25,
)


def shown(log: Log, name: str, **where: str) -> list[tuple[Any, ...]]:
    """Read all rows of a view as known now."""
    return list(as_of(log, VIEWS[name], AsKnown(), where))


def test_the_listing_of_the_folder_is_the_list_of_views() -> None:
    files = {path.stem for path in Path(views_folder.__file__).parent.glob("[a-z]*.py")}
    assert set(VIEWS) == files


def test_every_stored_view_can_be_stored() -> None:
    for view in stored_views():
        require_sound(view)


def test_a_deposit_reads_positive_for_its_holder_and_for_the_world_it_came_from() -> None:
    rows = shown(log_of(deposited("A1", "12.5")), "balances")
    assert rows == [("A1", "USD", amount("12.5")), ("EXTERNAL:bank", "USD", amount("12.5"))]
    assert columns_of(VIEWS["balances"]) == ("account", "asset", "amount")


def test_an_empty_account_still_has_a_balance() -> None:
    log = log_of(deposited("A1", "1.50"[:3]), withdrawn("A1", "1.5"))
    (row,) = shown(log, "balances", account="A1")
    assert str(row[2]) == "0"


def test_both_sides_of_a_transfer_leave_clearing_flat() -> None:
    log = log_of(transferred("A1", "-3", "A2"), transferred("A2", "3", "A1"))
    assert shown(log, "balances", account="CLEARING:transfer")[0][2] == 0


def test_a_mirror_shows_the_venues_own_balance_beside_ours() -> None:
    log = log_of(moved_at_venue("M1", "0.5", "0.5"), moved_at_venue("M1", "0.25", "0.8"))
    rows = [(str(row[8]), str(row[11])) for row in shown(log, "movements", account="M1")]
    assert rows == [("0.5", "0.5"), ("0.75", "0.8")]
    assert all(row[11] is None for row in shown(log, "movements", account="EXTERNAL:bitmex"))


def test_a_movement_names_its_cause_and_what_it_corrects() -> None:
    log = log_of(deposited("A1", "5"))
    log.record(corrected("A1", "5", "4", CorrectionKind.WAS_WRONG), at=day(1), corrects=1)
    rows = shown(log, "movements", account="A1")
    assert [row[9:11] for row in rows] == [("command-1", None), ("command-2", 1)]


def test_the_journal_shows_debits_and_credits() -> None:
    rows = shown(log_of(deposited("A1", "5")), "journal")
    sides = [(row[3], row[4], row[6], row[7]) for row in rows]
    assert sides == [
        ("A1", "CLIENT_TRUST", None, amount("5")),
        ("EXTERNAL:bank", "EXTERNAL", amount("5"), None),
    ]


def test_the_audit_shows_who_was_refused_and_why() -> None:
    log = Log()
    recorded = log.record(CommandRejected("WithdrawCash", Reason.ACCOUNT_UNKNOWN))
    actor = Actor(kind=ActorKind.HUMAN, id="ada", role="operator")
    request = Request("WithdrawCash", "digest", actor, "legal entity", "rules")
    log.records[0] = replace(recorded, request_record=request_record(request))
    (row,) = shown(log, "audit")
    values = dict(zip(columns_of(VIEWS["audit"]), row, strict=True))
    assert (values["actor"], values["role"]) == ("ada", "operator")
    assert (values["type"], values["reason"]) == ("CommandRejected", str(Reason.ACCOUNT_UNKNOWN))


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(Malformed, match="colour"):
        shown(Log(), "balances", colour="red")


@given(stories)
def test_a_running_balance_is_the_sum_of_what_came_before(story: list[Event]) -> None:
    movements = shown(log_of(*story, page=4), "movements")
    last = {(row[0], row[1]): row[8] for row in movements}
    assert [(*pair, balance) for pair, balance in sorted(last.items())] == shown(
        log_of(*story), "balances"
    )
    for row in movements:
        before = [r[7] for r in movements if r[:2] == row[:2] and r[2:4] <= row[2:4]]
        assert row[8] == total(before)


@given(stories.flatmap(lambda story: st.tuples(st.just(story), st.permutations(story))))
def test_balances_do_not_depend_on_the_order_of_records(pair: tuple[list[Event], ...]) -> None:
    story, shuffled = pair
    assert shown(log_of(*story), "balances") == shown(log_of(*shuffled), "balances")


@given(stories, st.integers(1, 30))
def test_it_does_not_matter_where_pages_are_cut(story: list[Event], page: int) -> None:
    for name in VIEWS:
        assert shown(log_of(*story, page=page), name) == shown(log_of(*story), name)


@given(stories)
def test_where_every_fact_is_known_at_once_both_clocks_agree(story: list[Event]) -> None:
    log = log_of(*story)
    for sequence in range(len(story) + 1):
        for view in VIEWS.values():
            known = list(as_of(log, view, AsKnown(sequence)))
            assert list(as_of(log, view, AsOf(day(sequence)))) == known


@given(stories)
def test_a_filter_shows_the_rows_of_the_whole_that_fit(story: list[Event]) -> None:
    log = log_of(*story)
    for name in ("balances", "movements", "journal"):
        place = columns_of(VIEWS[name]).index("account")
        fitting = [row for row in shown(log, name) if row[place] == "A1"]
        assert shown(log, name, account="A1") == fitting


def test_a_projection_is_tested_as_data() -> None:
    (recorded,) = log_of(deposited("A1", "2")).records
    added = [(c.key, c.values) for c in balances.project(recorded)]
    assert added == [(("A1", "USD"), (amount("2"),)), (("EXTERNAL:bank", "USD"), (amount("2"),))]


def test_listings_are_never_stored() -> None:
    assert {name for name, view in VIEWS.items() if isinstance(view, Listing)} == {
        "access_and_operator_log",
        "audit",
        "collateral_movements",
        "corrections_register",
        "executions",
        "funding_payments",
        "journal",
        "margin",
        "margin_positions",
        "refusals",
        "schedules",
        "validation_exceptions",
    }

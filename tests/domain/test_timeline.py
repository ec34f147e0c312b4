"""What is in force when, by law: terms to the nanosecond, histories of values by their dates."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.instants import Instant
from ledger.timeline import Dated, Term, Timeline, in_force, with_end, with_value

moments = st.integers(min_value=0, max_value=12).map(Instant)
terms = st.builds(Term, moments, st.none() | moments)
dated = st.builds(Dated, moments, st.integers(0, 99))
recorded = st.lists(dated, max_size=8)


def timeline_of(values: list[Dated[int]]) -> Timeline[int]:
    timeline: Timeline[int] = ()
    for effective_from, value in values:
        timeline = with_value(timeline, effective_from, value)
    return timeline


def test_a_term_begins_at_its_moment_and_is_over_at_its_end() -> None:
    term = Term(Instant(10), until=Instant(20))
    assert not term.covers(Instant(9))
    assert term.covers(Instant(10))
    assert term.covers(Instant(19))
    assert not term.covers(Instant(20))


def test_a_term_without_an_end_lasts() -> None:
    assert Term(Instant(10)).covers(Instant(10**18))
    assert not Term(Instant(10)).covers(Instant(9))


@given(terms, moments, moments)
def test_a_term_that_was_ended_covers_what_it_covered_before_that(
    term: Term, at: Instant, now: Instant
) -> None:
    assert term.ended(at).covers(now) == (term.covers(now) and now < at)


@given(terms, moments, moments)
def test_ending_a_term_twice_ends_it_at_the_earlier_moment(
    term: Term, one: Instant, other: Instant
) -> None:
    assert term.ended(one).ended(other) == term.ended(min(one, other))


@given(recorded, moments)
def test_the_value_in_force_is_the_last_recorded_of_the_latest_date(
    values: list[Dated[int]], now: Instant
) -> None:
    begun = [value for value in values if value.effective_from <= now]
    latest = max((value.effective_from for value in begun), default=None)
    of_that_date = [value.value for value in begun if value.effective_from == latest]
    assert in_force(timeline_of(values), now) == (of_that_date[-1] if begun else None)


@given(recorded)
def test_a_timeline_keeps_every_value_in_the_order_of_their_dates(values: list[Dated[int]]) -> None:
    by_date = sorted(values, key=lambda value: value.effective_from)
    assert list(timeline_of(values)) == by_date


@given(recorded, dated, moments)
def test_a_new_value_changes_nothing_before_its_date(
    values: list[Dated[int]], new: Dated[int], now: Instant
) -> None:
    before = timeline_of(values)
    for after in (with_value(before, *new), with_end(before, *new)):
        assert now >= new.effective_from or in_force(after, now) == in_force(before, now)


@given(recorded, dated, moments)
def test_a_value_that_ends_a_timeline_applies_ever_after(
    values: list[Dated[int]], last: Dated[int], later: Instant
) -> None:
    ended = with_end(timeline_of(values), *last)
    assert later < last.effective_from or in_force(ended, later) == last.value

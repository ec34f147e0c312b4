"""What is in force when: terms with a beginning and an end, and histories of values by date.

A beginning is inclusive and an end exclusive: one nanosecond before it, a term is still in force.
"""

from typing import Generic, NamedTuple, TypeVar

from ledger.instants import Instant

T = TypeVar("T")


class Term(NamedTuple):
    """From when until when something is in force; `until` is None for no end."""

    effective_from: Instant
    until: Instant | None = None

    def covers(self, now: Instant) -> bool:
        """Tell whether it is in force at a moment."""
        return self.effective_from <= now and (self.until is None or now < self.until)

    def is_over(self, now: Instant) -> bool:
        """Tell whether it is not in force at a moment, nor will be."""
        return self.until is not None and self.until <= max(now, self.effective_from)

    def includes(self, other: "Term") -> bool:
        """Tell whether it is in force all the time that another term is."""
        lasts = self.until is None or (other.until is not None and other.until <= self.until)
        return self.effective_from <= other.effective_from and lasts

    def ended(self, at: Instant) -> "Term":
        """Give the same term, ending at a moment at the latest."""
        until = at if self.until is None else min(at, self.until)
        return Term(self.effective_from, until)


class Dated(NamedTuple, Generic[T]):
    """A value and the moment from which it applies."""

    effective_from: Instant
    value: T


Timeline = tuple[Dated[T], ...]
"""A history of values in the order of their dates; of one date, the last recorded applies."""


def with_value(timeline: Timeline[T], effective_from: Instant, value: T) -> Timeline[T]:
    """Add a value that applies from a moment on; values dated later stay."""
    until_then = with_end(timeline, effective_from, value)
    return (*until_then, *timeline[len(until_then) - 1 :])


def with_end(timeline: Timeline[T], effective_from: Instant, value: T) -> Timeline[T]:
    """Add a value that applies from a moment on for good: values dated later fall away."""
    before = tuple(dated for dated in timeline if dated.effective_from <= effective_from)
    return (*before, Dated(effective_from, value))


def in_force(timeline: Timeline[T], now: Instant) -> T | None:
    """Give the value that applies at a moment; None before the first."""
    for dated in reversed(timeline):
        if dated.effective_from <= now:
            return dated.value
    return None

"""Moments in time: whole nanoseconds since 1970 in UTC, written as ISO 8601 with nine decimals.

Python's own `datetime` stops at microseconds, so it never carries a moment of the ledger; it is
used here for the calendar alone. POSIX time has no leap seconds and neither has this.
"""

import re
from calendar import monthrange
from datetime import UTC, datetime
from functools import lru_cache
from typing import NewType

Instant = NewType("Instant", int)
"""Nanoseconds since 1970-01-01T00:00:00Z."""

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND
INSTANT_MAX = Instant(2**63 - 1)
"""The last moment that a database's 64 bits hold: 11 April 2262."""

_OFFSET_HOURS_MAX = 14
_MINUTES = 60
_HONG_KONG = 8 * 3_600 * SECOND
_MONTHS = 12
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_MAX = 2262
_iso = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d:\d\d)?",
    re.ASCII,
).fullmatch


def read_instant(text: str) -> Instant:
    """Read an ISO 8601 time, to the nanosecond; a date alone is its midnight; UTC if unsaid.

    Raises `ValueError` for anything else, also for a moment before 1970 or after
    11 April 2262.

    >>> read_instant("2020-05-01T01:05:55.004Z")
    1588295155004000000
    """
    match = _iso(text)
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a time such as 2026-02-11T08:00:00.000000000Z")
    *calendar, fraction, zone = match.groups(default="0")
    seconds = _seconds(*calendar) - _offset(zone)
    instant = seconds * SECOND + int(fraction.ljust(9, "0"))
    if not 0 <= instant <= INSTANT_MAX:
        raise ValueError(f"{text!r} lies before 1970 or after 11 April 2262")
    return Instant(instant)


def write_instant(instant: int) -> str:
    """Write a moment as ISO 8601 UTC with nanoseconds.

    >>> write_instant(1588295155004000000)
    '2020-05-01T01:05:55.004000000Z'
    """
    seconds, nanoseconds = divmod(instant, SECOND)
    return f"{_calendar(seconds)}.{nanoseconds:09d}Z"


def days_after(instant: Instant, days: int) -> Instant:
    """Give the moment so many days later, or earlier where `days` is negative."""
    return _within(instant + days * DAY)


def whole_days(since: Instant, until: Instant) -> int:
    """Count the whole days that lie between two moments."""
    return (until - since) // DAY


def months_after(instant: Instant, months: int) -> Instant:
    """Give the same day and time of day so many months later or earlier, as Hong Kong counts them.

    In a month that is too short it is the last day. What would lie before 1970 is its beginning;
    what would lie after the last moment is that moment.

    >>> write_instant(months_after(read_instant("2028-02-29T08:00:00Z"), 12))
    '2029-02-28T08:00:00.000000000Z'
    """
    days, time_of_day = divmod(instant + _HONG_KONG, DAY)
    begin = datetime.fromtimestamp(days * (DAY // SECOND), UTC)
    year, month = divmod(begin.year * _MONTHS + begin.month - 1 + months, _MONTHS)
    if not _EPOCH.year <= year <= _YEAR_MAX:
        return INSTANT_MAX if months > 0 else Instant(0)
    day = min(begin.day, monthrange(year, month + 1)[1])
    elapsed = datetime(year, month + 1, day, tzinfo=UTC) - _EPOCH
    return _within(elapsed.days * DAY + time_of_day - _HONG_KONG)


def day_of(instant: Instant) -> str:
    """Give the calendar day of a moment in Hong Kong.

    >>> day_of(read_instant("2026-02-11T16:00:00Z"))
    '2026-02-12'
    """
    return _calendar((instant + _HONG_KONG) // SECOND)[:10]


def _within(nanoseconds: int) -> Instant:
    return Instant(min(max(nanoseconds, 0), INSTANT_MAX))


@lru_cache(maxsize=4_096)
def _seconds(*calendar: str) -> int:
    """Count the seconds since 1970; events crowd, so the same second is asked for again."""
    year, month, day, hour, minute, second = map(int, calendar)
    elapsed = datetime(year, month, day, hour, minute, second, tzinfo=UTC) - _EPOCH
    return elapsed.days * 86_400 + elapsed.seconds


@lru_cache(maxsize=4_096)
def _calendar(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]


def _offset(zone: str) -> int:
    """Give the offset of a zone from UTC in seconds."""
    if zone in {"0", "Z"}:
        return 0
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > _OFFSET_HOURS_MAX or minutes >= _MINUTES:
        raise ValueError(f"{zone!r} is not an offset from UTC")
    size = hours * 3_600 + minutes * 60
    return size if zone[0] == "+" else -size

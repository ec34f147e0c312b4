"""Moments in time: whole nanoseconds since 1970 in UTC, written as ISO 8601 with nine decimals.

Python's own `datetime` stops at microseconds, so it never carries a moment of the ledger; it is
used here for the calendar alone. POSIX time has no leap seconds and neither has this.
"""

import re
from datetime import UTC, datetime
from typing import NewType

Instant = NewType("Instant", int)
"""Nanoseconds since 1970-01-01T00:00:00Z."""

SECOND = 1_000_000_000
INSTANT_MAX = Instant(253_402_300_799 * SECOND)
"""The last second of the year 9999."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_iso = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d:\d\d)?",
    re.ASCII,
).fullmatch


def read_instant(text: str) -> Instant:
    """Read an ISO 8601 time, to the nanosecond; a date alone is its midnight; UTC if unsaid.

    Raises `ValueError` for anything else, also for a moment outside 1970 to 9999.

    >>> read_instant("2020-05-01T01:05:55.004Z")
    1588295155004000000
    """
    match = _iso(text)
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a time such as 2026-02-11T08:00:00.000000000Z")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    moment = datetime(
        int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), 0, UTC
    )
    elapsed = moment - _EPOCH
    seconds = elapsed.days * 86_400 + elapsed.seconds - _offset(zone)
    instant = seconds * SECOND + int((fraction or "0").ljust(9, "0"))
    if not 0 <= instant <= INSTANT_MAX:
        raise ValueError(f"{text!r} lies outside the years 1970 to 9999")
    return Instant(instant)


def write_instant(instant: int) -> str:
    """Write a moment as ISO 8601 UTC with nanoseconds.

    >>> write_instant(1588295155004000000)
    '2020-05-01T01:05:55.004000000Z'
    """
    seconds, nanoseconds = divmod(instant, SECOND)
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.isoformat()[:19]}.{nanoseconds:09d}Z"


def _offset(zone: str | None) -> int:
    """Give the offset of a zone from UTC in seconds."""
    if zone is None or zone == "Z":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 14 or minutes > 59:
        raise ValueError(f"{zone!r} is not an offset from UTC")
    size = hours * 3_600 + minutes * 60
    return size if zone[0] == "+" else -size

"""Which moment `--at`, `--clock` and `--known` mean, as a moment of the replay."""

import time
from collections.abc import Callable

import click

from ledger.errors import Misconfigured
from ledger.instants import Instant, read_instant
from ledger.log.log import Log
from projections.replay import AsKnown, AsOf, Moment

SEQUENCE_LENGTH_MAX = 19


def clock_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add `--clock` and `--known`."""
    function = click.option(
        "--known", metavar="T", help="Only what the log knew by this time or @SEQUENCE."
    )(function)
    return click.option(
        "--clock",
        type=click.Choice(["recorded", "at"]),
        help="`at`: what was true then, as known now (the default for a time). "
        "`recorded`: what was known then (the default for @SEQUENCE).",
    )(function)


def moment_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add `--at`, `--clock` and `--known`."""
    return click.option(
        "--at", metavar="T", help="An ISO 8601 time, @SEQUENCE, or now (the default)."
    )(clock_options(function))


def moment(log: Log, at: str | None, clock: str | None, known: str | None) -> Moment:
    """Read the options. Raises `Misconfigured` for a text that is no moment."""
    text = at or "now"
    by = None if known is None else _known(log, "--known", known)
    if text.startswith("@"):
        if clock == "at" or known is not None:
            raise Misconfigured("@SEQUENCE says what was known then: it takes no other clock")
        return AsKnown(_sequence("--at", text))
    if clock == "recorded" and known is not None:
        raise Misconfigured("--clock recorded says what was known at --at: it takes no --known")
    if text == "now" and clock != "at" and known is None:
        return AsKnown(None)
    instant = Instant(time.time_ns()) if text == "now" else _instant("--at", text)
    if clock == "recorded":
        return AsKnown(log.sequence_at(instant))
    return AsOf(instant, by)


def instant_of(log: Log, at: str | None, when: Moment) -> Instant:
    """Say what time it was at the moment that `moment` read; for @SEQUENCE, when it was recorded.

    Before the first record it is the beginning of time.
    """
    if isinstance(when, AsOf):
        return when.at
    text = at or "now"
    if text == "now":
        return Instant(time.time_ns())
    if not text.startswith("@"):
        return _instant("--at", text)
    recorded = log.record(min(when.sequence or 0, log.head().size))
    return Instant(0) if recorded is None else recorded.recorded_at


def _known(log: Log, option: str, text: str) -> int:
    if text.startswith("@"):
        return _sequence(option, text)
    return log.sequence_at(_instant(option, text))


def _sequence(option: str, text: str) -> int:
    if not (text.isascii() and text[1:].isdecimal()) or len(text) > SEQUENCE_LENGTH_MAX:
        raise Misconfigured(f"{option}: {text[:40]!r} is no sequence such as @42")
    return int(text[1:])


def _instant(option: str, text: str) -> Instant:
    try:
        return read_instant(text)
    except ValueError as error:
        raise Misconfigured(f"{option}: {error}, @SEQUENCE or now") from None

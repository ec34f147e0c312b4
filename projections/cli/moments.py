"""Which moment the options mean: `--at` and `--clock`, as a moment of the replay."""

import time
from collections.abc import Callable

import click

from ledger.errors import Misconfigured
from ledger.instants import Instant, read_instant
from ledger.log.log import Log
from projections.replay import AsKnown, AsOf, Moment

SEQUENCE_LENGTH_MAX = 19


def clock_option(function: Callable[..., None]) -> Callable[..., None]:
    """Add `--clock`."""
    return click.option(
        "--clock",
        type=click.Choice(["recorded", "at"]),
        help="`at`: what was true then, as known now (the default for a time). "
        "`recorded`: what was known then (the default for @SEQUENCE).",
    )(function)


def moment_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add `--at` and `--clock`."""
    return click.option(
        "--at", metavar="T", help="An ISO 8601 time, @SEQUENCE, or now (the default)."
    )(clock_option(function))


def moment(log: Log, at: str | None, clock: str | None) -> Moment:
    """Read the two options. Raises `Misconfigured` for a text that is no moment."""
    text = at or "now"
    if text.startswith("@"):
        if clock == "at":
            raise Misconfigured("@SEQUENCE is a place in the log: it has the clock `recorded` only")
        if not text[1:].isdecimal() or len(text) > SEQUENCE_LENGTH_MAX:
            raise Misconfigured(f"{text[:40]!r} is no sequence such as @42")
        return AsKnown(int(text[1:]))
    if text == "now":
        return AsOf(Instant(time.time_ns())) if clock == "at" else AsKnown(None)
    try:
        instant = read_instant(text)
    except ValueError as error:
        raise Misconfigured(f"--at: {error}, @SEQUENCE or now") from None
    return AsKnown(log.sequence_at(instant)) if clock == "recorded" else AsOf(instant)

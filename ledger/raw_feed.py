"""A raw market feed in a file: plain or gzip, gone through once before anything is recorded of it.

That first look finds its digest, its symbol and its time. The lines then come one by one, each with
what it says or what is wrong with it; memory is bounded by the longest line.
"""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import islice
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, NamedTuple, TypeAlias

from ledger.adapters.binance import Tick, read_tick, read_time, source_of
from ledger.errors import Malformed
from ledger.instants import Instant

LINE_BYTES_MAX = 1_048_576
GZIP = b"\x1f\x8b"

Lines: TypeAlias = IO[bytes] | gzip.GzipFile


class RawFeed(NamedTuple):
    """A feed of one symbol: where its lines are, the SHA-256 over them, their number and times.

    `path` is how it was named, `since` and `until` are when its first and last line came in.
    """

    path: str
    file: Lines
    digest: str
    lines: int
    symbol: str
    since: Instant
    until: Instant

    @property
    def source(self) -> str:
        """Name the source of quotes that it is."""
        return source_of(self.symbol)


class RawLine(NamedTuple):
    """A line: its number from 1, its bytes with the line end, when it came in and what it says.

    Where it says no time of its own, it came in with the line above.
    """

    number: int
    raw: bytes
    at: Instant
    said: Tick | Malformed


def open_feed(path: str, stream: IO[bytes], opened: ExitStack) -> RawFeed:
    """Go through a feed once. What cannot be read again, such as a pipe, is kept aside for it.

    That copy stands as long as what else is `opened`.

    Raises `Malformed` for what is no feed: cut short, without a time or a symbol, or with a line
    longer than 1 MiB.
    """
    try:
        return _surveyed(path, _unpacked(stream, opened))
    except (OSError, EOFError, zlib.error) as error:
        reason = str(error)[:100] or "unreadable"
        raise Malformed("", f"{path}: {reason}: copy or record the file again") from None


def read_lines(feed: RawFeed) -> Iterator[RawLine]:
    """Give the lines of a feed in order; what is spoiled stands among them with its reason."""
    at = feed.since
    for number, raw in enumerate(islice(_raw_lines(feed.path, feed.file), feed.lines), start=1):
        said: Tick | Malformed
        try:
            at = read_time(raw, at)
            said = read_tick(raw, feed.symbol)
        except Malformed as malformed:
            said = malformed
        yield RawLine(number, raw, at, said)


def _unpacked(stream: IO[bytes], opened: ExitStack) -> Lines:
    """Give what can be read twice from its beginning, out of gzip where it is packed."""
    if not stream.seekable():
        aside = opened.enter_context(TemporaryFile())  # noqa: SIM115 - `opened` closes it
        copyfileobj(stream, aside)
        stream = aside
    stream.seek(0)
    is_packed = stream.read(len(GZIP)) == GZIP
    stream.seek(0)
    return gzip.GzipFile(fileobj=stream) if is_packed else stream


def _surveyed(path: str, file: Lines) -> RawFeed:
    digest = hashlib.sha256()
    lines, symbol = 0, None
    since: Instant | None = None
    until: Instant | None = None
    for raw in _raw_lines(path, file):
        lines += 1
        digest.update(raw)
        with suppress(Malformed):
            until = read_time(raw, until)
            since = until if since is None else since
            symbol = symbol or read_tick(raw).symbol
    if since is None or until is None or symbol is None:
        missing = "a symbol" if since else "a time in nanoseconds"
        raise Malformed("", f"{path}: no line says {missing}: this is no raw feed")
    return RawFeed(path, file, digest.hexdigest(), lines, symbol, since, until)


def _raw_lines(path: str, file: Lines) -> Iterator[bytes]:
    """Give the lines with their ends, from the beginning."""
    file.seek(0)
    number = 0
    while raw := file.readline(LINE_BYTES_MAX + 1):
        number += 1
        if len(raw) > LINE_BYTES_MAX:
            problem = f"longer than {LINE_BYTES_MAX} bytes: this is no raw feed"
            raise Malformed("", f"{path}: line {number}: {problem}")
        yield raw

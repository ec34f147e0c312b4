"""The text of a statement as rows of fields: UTF-8, one line a row, every column by its name.

A byte order mark and CRLF line ends are tolerated and leave no trace: the rows, and so every fact
and digest made from them, are those of the plain file. Everything else that is not as expected is
refused with the line (1 for the header), the field and what to do about it.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from ledger.errors import Malformed
from ledger.instants import Instant, read_instant
from ledger.numbers import Amount, from_minor, read_amount

WORD_LENGTH_MAX = 64

_BOM = b"\xef\xbb\xbf"
_whole = re.compile(r"0|-?[1-9][0-9]{0,26}", re.ASCII).fullmatch
_identifier = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII).fullmatch
_Value = TypeVar("_Value")


class Row(NamedTuple):
    """One line of a file: its number, its text without the line end, its fields by column."""

    number: int
    raw: str
    fields: dict[str, str]

    def read(self, field: str, read: Callable[[str], _Value]) -> _Value:
        """Read a field; what `read` refuses with `ValueError` is `Malformed` at this line."""
        try:
            return read(self.fields[field])
        except ValueError as error:
            raise self.malformed(field, str(error)) from None

    def amount(self, field: str) -> Amount:
        """Read a plain decimal."""
        return self.read(field, read_amount)

    def minor(self, field: str, scale: int) -> Amount:
        """Read a whole number of minor units, of which an asset has `scale` decimals."""
        text = self.fields[field]
        if _whole(text) is None:
            problem = f"{text[:40]!r} is not a whole number of minor units such as 132031900"
            raise self.malformed(field, problem)
        try:
            return _from_minor(text, scale)
        except ValueError as error:
            raise self.malformed(field, str(error)) from None

    def instant(self, field: str, form: re.Pattern[str], example: str) -> Instant:
        """Read a time of exactly this form: one cut short must not pass for a round hour."""
        text = self.fields[field]
        if form.fullmatch(text) is None:
            raise self.malformed(field, f"{text[:40]!r} is not a time such as {example}")
        return self.read(field, _read_instant)

    def word(self, field: str) -> str:
        """Read a word of 1 to 64 printable ASCII characters."""
        text = self.fields[field]
        if not (0 < len(text) <= WORD_LENGTH_MAX and text.isascii() and text.isprintable()):
            problem = f"{text[:40]!r} is not a word of 1 to {WORD_LENGTH_MAX} ASCII characters"
            raise self.malformed(field, problem)
        return text

    def word_or_none(self, field: str) -> str | None:
        """Read a word that may be left out."""
        return self.word(field) if self.fields[field] else None

    def identifier(self, field: str) -> str:
        """Read a name that may be one of ours as it is."""
        text = self.fields[field]
        if _identifier(text) is None:
            problem = f"{text[:40]!r} is not a name such as XBTUSD, of 1 to 64 characters"
            raise self.malformed(field, problem)
        return text

    def malformed(self, field: str, problem: str) -> Malformed:
        """Say what is wrong with a field of this line."""
        return Malformed(field, problem, self.number)


@lru_cache(maxsize=8_192)
def _from_minor(text: str, scale: int) -> Amount:
    """The lines of a batch all repeat its balance."""
    return from_minor(int(text), scale)


@lru_cache(maxsize=8_192)
def _read_instant(text: str) -> Instant:
    """The lines of a statement repeat their times."""
    return read_instant(text)


def read_rows(data: bytes, columns: tuple[str, ...]) -> list[Row]:
    """Read a comma-separated file with exactly these columns, in any order; at least one row.

    Raises `Malformed` for an empty file, bytes that are no UTF-8, a NUL, missing, unknown or
    repeated columns, a line with too few or too many fields, and a quoted field left open.
    """
    lines = _lines(data)
    header = _fields(1, lines[0])
    _check_header(header, columns)
    rows = list(_rows(header, lines))
    if not rows:
        raise Malformed("", "the file has a header and no lines: export it again", 1)
    return rows


def nearest_shape(data: bytes, shapes: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Find the columns that a file has most of in its header; the first where it has none.

    What is wrong with the header is said against these, by `read_rows`.
    """
    first = data.removeprefix(_BOM).partition(b"\n")[0].decode("utf-8", "replace")
    header = set(first.removesuffix("\r").replace('"', "").split(","))
    return max(shapes, key=lambda columns: len(header.intersection(columns)))


def _lines(data: bytes) -> list[str]:
    """Split into lines without their ends; blank lines at the end of the file do not count."""
    text = _text(data.removeprefix(_BOM))
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        raise Malformed("", "the file is empty: export it again", 1)
    return lines


def _text(data: bytes) -> str:
    nul = data.find(b"\0")
    if nul >= 0:
        line, byte = _place(data, nul)
        raise Malformed("", f"byte {byte} of the line is NUL: this is no text file", line)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, byte = _place(data, error.start)
        problem = f"byte {byte} of the line is not UTF-8: save the file as UTF-8 or export it again"
        raise Malformed("", problem, line) from None


def _place(data: bytes, offset: int) -> tuple[int, int]:
    """Name the line of a byte, and its place in the line; both count from 1."""
    before = data[:offset]
    return before.count(b"\n") + 1, offset - before.rfind(b"\n")


def _fields(number: int, line: str) -> list[str]:
    if '"' not in line and "\r" not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error as error:
        hint = "a quoted field is left open" if "end of data" in str(error) else str(error)
        problem = f"{hint}: the file was cut or edited; export it again"
        raise Malformed("", problem, number) from None


def _check_header(header: list[str], columns: tuple[str, ...]) -> None:
    missing = [name for name in columns if name not in header]
    unknown = [name for name in header if name not in columns]
    repeated = sorted({name for name in header if header.count(name) > 1})
    for problem, names in (("missing", missing), ("unknown", unknown), ("repeated", repeated)):
        if names:
            named = ", ".join(repr(name[:40]) for name in names[:20])
            raise Malformed(
                names[0][:40],
                f"the header has {problem} columns: {named}; expected are {','.join(columns)}",
                1,
            )


def _rows(header: list[str], lines: list[str]) -> Iterator[Row]:
    for number, line in enumerate(lines[1:], start=2):
        fields = _fields(number, line)
        if len(fields) != len(header):
            raise Malformed(*_miscount(header, fields), number)
        yield Row(number, line, dict(zip(header, fields, strict=True)))


def _miscount(header: list[str], fields: list[str]) -> tuple[str, str]:
    """Name the first column that a line lacks, or the last one before too many fields."""
    count = f"{len(fields)} fields where the header has {len(header)}"
    if len(fields) < len(header):
        return header[len(fields)], f"{count}: the line was cut short; export the file again"
    return header[-1], f"{count}: a field holds a comma without quotes; export the file again"

"""Printing rows: a table for people, and json, ndjson, csv, parquet or html for programs.

Rows are streamed; no more than a page of them is ever held.
"""

import csv
import html
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NoReturn, TypeAlias

import click
import msgspec

from ledger.cli.exits import Exit
from ledger.cli.frame import Finished, Session, envelope, status_of
from ledger.errors import Misconfigured
from ledger.instants import write_instant

Row: TypeAlias = Sequence[Any]

PAGE = 1_000
SPOOL_BYTES_MAX = 1_000_000
"""How much of an envelope is kept in memory; the rest of it waits in a temporary file."""
PLACE = "rows go here"
TIME_COLUMNS = frozenset(
    {
        "accepted_at",
        "acknowledged_at",
        "acknowledged_shown_at",
        "applies_from",
        "approved_at",
        "assessed_at",
        "assessed_until",
        "at",
        "blocked_from",
        "blocked_to",
        "ceased_at",
        "clients_notified_at",
        "closed_at",
        "confirmed_at",
        "consent_withdrawn_at",
        "consented_at",
        "derivatives_at",
        "detected_at",
        "due_at",
        "effective_from",
        "ended_at",
        "evaluated_at",
        "event_time",
        "executed_at",
        "expired_at",
        "expires_at",
        "happened_at",
        "issued_at",
        "last_review",
        "met_at",
        "next_from",
        "notified_at",
        "opened_at",
        "override_until",
        "proposed_at",
        "received_at",
        "recorded_at",
        "retained_until",
        "review_due",
        "sent_at",
        "shown_at",
        "since",
        "started_at",
        "stated_at",
        "until",
        "valid_from",
        "valid_until",
        "valued_at",
        "virtual_assets_at",
        "warned_at",
    }
)
"""Whatever has one of these names, a column or a field of an event, is a moment in nanoseconds."""


def row_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add `-O FORMAT` and `-o FILE` to a command that prints rows."""
    function = click.option(
        "-o", "output_file", metavar="FILE", help="Write to a file in place of stdout."
    )(function)
    return click.option(
        "-O",
        "output_format",
        type=click.Choice(list(WRITERS)),
        default="table",
        show_default=True,
        help="How rows are written.",
    )(function)


def print_rows(
    session: Session,
    columns: Sequence[str],
    rows: Iterable[Row],
    output_format: str,
    output_file: str | None,
    code: Exit = Exit.DONE,
) -> NoReturn:
    """Print rows in the format asked for and end; with `--json` they are the envelope's data."""
    shown = _shown(columns, rows)
    if session.as_json and output_file is None:
        _write_envelope(session, columns, shown, code)
        raise Finished(code)
    with _opened(output_file) as stream:
        WRITERS[output_format](columns, shown, stream)
    session.finish({"file": output_file}, code)


def follow_rows(columns: Sequence[str], rows: Iterable[Row], output_file: str | None) -> None:
    """Write each row as a line of JSON at once, for whoever waits for the next one."""
    with _opened(output_file) as stream:
        for row in _shown(columns, rows):
            _write_ndjson(columns, iter([row]), stream)
            stream.flush()


def _shown(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[list[Any]]:
    """Turn values into what is printed: exact text for amounts, ISO 8601 for times."""
    times = [name in TIME_COLUMNS for name in columns]
    for row in rows:
        yield [
            write_instant(value)
            if is_time and value is not None
            else f"{value:f}"
            if isinstance(value, Decimal)
            else value
            for is_time, value in zip(times, row, strict=True)
        ]


def _write_envelope(
    session: Session, columns: Sequence[str], rows: Iterator[list[Any]], code: Exit
) -> None:
    """Spool the rows, so that a row that cannot be read leaves no half of an envelope behind."""
    before, after = envelope(session.command, status_of(code), PLACE, session.diagnostics).split(
        f'"{PLACE}"'
    )
    with SpooledTemporaryFile(SPOOL_BYTES_MAX, "w+", encoding="utf-8", newline="") as spool:
        _write_json(columns, rows, spool)
        spool.seek(0)
        sys.stdout.write(before)
        copyfileobj(spool, sys.stdout)
    sys.stdout.write(after + "\n")


@contextmanager
def _opened(path: str | None) -> Iterator[IO[str]]:
    if path is None or path == "-":
        yield sys.stdout
        return
    try:
        with Path(path).open("w", encoding="utf-8", newline="") as stream:
            yield stream
    except OSError as error:
        raise Misconfigured(f"{path}: {error.strerror}") from None


def _write_table(columns: Sequence[str], rows: Iterator[list[Any]], stream: IO[str]) -> None:
    """Align by the first page; later pages keep its widths."""
    page = [list(map(_text, row)) for row in islice(rows, PAGE)]
    widths = [
        max(len(name), *(len(row[i]) for row in page)) if page else len(name)
        for i, name in enumerate(columns)
    ]
    right = [bool(page) and all(_is_number(row[i]) for row in page) for i in range(len(columns))]
    later = (list(map(_text, row)) for row in rows)
    rule = ["-" * width for width in widths]
    for row in chain([list(columns), rule], page, later):
        cells = (
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        )
        stream.write("  ".join(cells).rstrip() + "\n")


def _text(value: Any) -> str:
    if isinstance(value, msgspec.Raw):
        return bytes(value).decode()
    return "" if value is None else str(value)


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit() or not text


def _write_csv(columns: Sequence[str], rows: Iterator[list[Any]], stream: IO[str]) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(map(_text, row) for row in rows)


def _write_ndjson(columns: Sequence[str], rows: Iterator[list[Any]], stream: IO[str]) -> None:
    for row in rows:
        stream.write(_json_object(columns, row) + "\n")


def _write_json(columns: Sequence[str], rows: Iterator[list[Any]], stream: IO[str]) -> None:
    separator = "["
    for row in rows:
        stream.write(separator + _json_object(columns, row))
        separator = ","
    stream.write("[]" if separator == "[" else "]")


def _json_object(columns: Sequence[str], row: Row) -> str:
    return msgspec.json.encode(dict(zip(columns, row, strict=True)), enc_hook=str).decode()


def _write_json_line(columns: Sequence[str], rows: Iterator[list[Any]], stream: IO[str]) -> None:
    _write_json(columns, rows, stream)
    stream.write("\n")


def _write_html(columns: Sequence[str], rows: Iterator[list[Any]], stream: IO[str]) -> None:
    heads = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
    stream.write(f'<!doctype html>\n<meta charset="utf-8">\n<table>\n<tr>{heads}</tr>\n')
    for row in rows:
        cells = "".join(f"<td>{html.escape(_text(v))}</td>" for v in row)
        stream.write(f"<tr>{cells}</tr>\n")
    stream.write("</table>\n")


def _write_parquet(columns: Sequence[str], rows: Iterator[list[Any]], stream: IO[str]) -> None:
    """Write text columns, a page a row group: amounts and times stay exactly as shown."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise Misconfigured(
            "parquet needs the extra `analytics`: pip install 'vatp-ledger[analytics]'"
        ) from None
    schema = pa.schema([(name, pa.string()) for name in columns])
    target = stream.buffer if isinstance(stream, io.TextIOWrapper) else stream
    with parquet.ParquetWriter(target, schema) as writer:
        while page := list(islice(rows, PAGE)):
            texts = [[None if v is None else _text(v) for v in row] for row in page]
            writer.write_table(
                pa.table(
                    [pa.array(c, pa.string()) for c in zip(*texts, strict=True)],
                    schema=schema,
                )
            )


WRITERS: dict[str, Callable[[Sequence[str], Iterator[list[Any]], IO[str]], None]] = {
    "table": _write_table,
    "json": _write_json_line,
    "ndjson": _write_ndjson,
    "csv": _write_csv,
    "parquet": _write_parquet,
    "html": _write_html,
}

"""`ledger feed`: raw market data as prices, marks and seals."""

import re
import time
from contextlib import ExitStack
from dataclasses import replace

import click

from ledger.api import Ledger
from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command, open_input
from ledger.cli.names import name_of
from ledger.commands.price import SOURCES_MAX
from ledger.errors import Misconfigured
from ledger.feed_player import Plan
from ledger.feeding import Played, play, require_leave, require_past
from ledger.instants import DAY, SECOND, read_instant
from ledger.raw_feed import RawFeed, open_feed

UNITS = {"ms": SECOND // 1_000, "s": SECOND, "m": 60 * SECOND, "h": 3_600 * SECOND}
BATCH_MAX = 1_000_000
CONFLICTS_SHOWN_MAX = 20

_duration = re.compile(r"([1-9][0-9]{0,8})(ms|s|m|h)", re.ASCII).fullmatch


@command("feed")
@click.argument("source", type=click.Choice(["binance"]))
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--instrument",
    "instruments",
    multiple=True,
    metavar="SYMBOL=NAME",
    help="Ask for the mark of our instrument, of this symbol's book and last trade.",
)
@click.option("--index", metavar="NAME", help="Ask for this index, of all the feeds.")
@click.option("--every", default="1s", show_default=True, help="How often: 500ms, 1s, 1m, 1h.")
@click.option(
    "--batch",
    type=click.IntRange(1, BATCH_MAX),
    default=10_000,
    show_default=True,
    help="How many lines of a feed are sealed together.",
)
@click.option(
    "--since",
    metavar="TIME|now",
    help="Re-date a recorded feed for a rehearsal: its first line falls on this time.",
)
def feed(
    session: Session,
    source: str,
    files: tuple[str, ...],
    instruments: tuple[str, ...],
    index: str | None,
    every: str,
    batch: int,
    since: str | None,
) -> None:
    """Play raw market data: ask for prices and marks on its clock, and seal every line.

    \b
    Examples:
      ledger --as service/feed:dealing feed binance usdm.gz
      ledger --as service/feed:dealing feed binance usdm.gz coinm.gz --index BTC-USD \\
             --instrument BTCUSDT=BTC-PERP --instrument BTCUSD_PERP=BTC-INV
      zcat usdm.gz | ledger --as service/feed:dealing feed binance - --index BTC-USD
      ledger --as service/feed:dealing feed binance short.gz --index BTC-USD --since now

    A line is a local time in nanoseconds, a space and the JSON of the stream; a file, plain or
    gzip, is about one symbol. All files are played in one run, merged by that time. At every step
    of it an index is asked for, of the middle of each book, and then the marks; the ledger makes
    them by the methods in force, or refuses. Only what is cited becomes an event: of all lines, in
    batches, the number and the SHA-256 are recorded. A line that cannot be read is named, counted
    and sealed like any other. The same again records nothing new.

    A feed is dated by its own time. --since moves it: for a rehearsal of a recorded feed under
    methods that took effect only later, and for nothing else.
    """
    del source
    asked = Plan(
        index=None if index is None else name_of("--index", index, "BTC-USD"),
        instruments=_instruments(instruments),
        every=_every(every),
        batch=batch,
        sender=session.sender,
    )
    moved = None if since is None else _since(since)
    if len(files) > SOURCES_MAX:
        raise Misconfigured(f"{len(files)} files: at most {SOURCES_MAX} are played together")
    with Ledger(session.settings.database) as ledger, ExitStack() as opened:
        feeds = [open_feed(file, opened.enter_context(open_input(file)), opened) for file in files]
        require_leave(ledger.reader, asked)
        _require_distinct(feeds, asked)
        shift = 0 if moved is None else moved - min(feed.since for feed in feeds)
        plan = replace(asked, shift=shift)
        require_past(feeds, plan)
        played = play(
            feeds,
            plan,
            ledger.record_all,
            lambda steps, count: session.progress(steps, count, "playing"),
        )
    _report(session, played)


def _instruments(texts: tuple[str, ...]) -> dict[str, str]:
    pairs = [_instrument(text) for text in texts]
    symbols, names = {symbol for symbol, _ in pairs}, {name for _, name in pairs}
    if min(len(symbols), len(names)) < len(pairs):
        raise Misconfigured("--instrument: each symbol and each instrument stands once")
    return dict(pairs)


def _instrument(text: str) -> tuple[str, str]:
    symbol, equals, name = text.partition("=")
    if not (symbol and equals):
        raise Misconfigured(f"--instrument {text[:60]!r}: write SYMBOL=NAME, BTCUSDT=BTC-PERP")
    return symbol, name_of("--instrument", name, "BTC-USD")


def _every(text: str) -> int:
    found = _duration(text)
    step = int(found[1]) * UNITS[found[2]] if found else 0
    if not 0 < step <= DAY:
        raise Misconfigured(
            f"--every {text[:60]!r}: write such as 500ms, 1s, 1m or 1h, up to a day"
        )
    return step


def _since(text: str) -> int:
    try:
        return time.time_ns() if text == "now" else read_instant(text)
    except ValueError as error:
        raise Misconfigured(f"--since: {error}, or `now`") from None


def _require_distinct(feeds: list[RawFeed], plan: Plan) -> None:
    """Refuse two files of one symbol, which would quote twice, and a symbol that no file has."""
    symbols = [feed.symbol for feed in feeds]
    for feed in feeds:
        if symbols.count(feed.symbol) > 1:
            remedy = "play one file of a symbol after the other"
            raise Misconfigured(f"{feed.path}: {feed.symbol} is in another file too: {remedy}")
    if unknown := sorted(set(plan.instruments) - set(symbols)):
        known = ", ".join(symbols)
        raise Misconfigured(f"--instrument {unknown[0][:60]}: no file has it; they have {known}")


def _report(session: Session, played: Played) -> None:
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(played.kinds.items()))
    session.note(f"{played.lines} lines: {kinds or 'none that could be read'}")
    session.note(
        f"{played.batches} batches sealed, {played.prices} prices and {played.marks} marks made; "
        f"{played.duplicates} duplicate"
    )
    for reason, count in played.refusals.items():
        session.note(f"{count} refused: {reason}")
    for said in [*played.named, *played.conflicts[:CONFLICTS_SHOWN_MAX]]:
        session.note(said)
    if played.malformed:
        session.explain(f"{played.malformed} lines malformed: sealed as they are; the others stand")
    if played.conflicts:
        count = len(played.conflicts)
        session.explain(f"{count} commands say something else than before; what is recorded stands")
    data = {
        "lines": played.lines,
        "kinds": dict(sorted(played.kinds.items())),
        "malformed": played.malformed,
        "batches": played.batches,
        "prices": played.prices,
        "marks": played.marks,
        "refused": played.refusals.total(),
        "duplicate": played.duplicates,
        "conflict": len(played.conflicts),
    }
    spoiled = played.malformed or played.conflicts
    session.finish(data, Exit.FOUND if spoiled else Exit.DONE)

"""Keeps stored views up with the log, each page exactly once, and rebuilds them beside the live.

A page's rows and the view's sequence move in one transaction, with the row that holds the sequence
locked, so any number of runners may race. Nothing here is a fact: every table can be dropped.
"""

from collections.abc import Callable, Iterable, Sequence
from threading import Event
from typing import NamedTuple

from sqlalchemy import Connection, Engine, select

from ledger.errors import LogCorrupted, LogUnreachable, Misconfigured
from ledger.events import Recorded
from ledger.log.reader import LogReader
from projections import builds, store, tables
from projections.builds import Stage, Status
from projections.change import Row, compact, key_names
from projections.projection import View, require_sound
from projections.replay import AsKnown, digest, fold, pages_until

POLL_SECONDS = 1

Doorbell = Callable[[float], object]
"""Waits until something was appended, at most so many seconds."""


class Progress(NamedTuple):
    """How far a live view has come: `lag` is the number of records that it does not show yet."""

    name: str
    version: int
    build: int
    sequence: int
    lag: int


class Verdict(NamedTuple):
    """Digests of the live and of the rebuilt rows of a view at a sequence, and how many live."""

    name: str
    sequence: int
    rows: int
    live: str
    rebuilt: str

    @property
    def holds(self) -> bool:
        """Tell whether the live rows are the rebuilt ones."""
        return self.live == self.rebuilt


class Runner:
    """Moves stored views forward over one log, in one database."""

    def __init__(self, engine: Engine, reader: LogReader) -> None:
        self._engine = engine
        self._reader = reader
        self._dialect = engine.dialect.name
        self._prepared: set[str] = set()

    def step(self, view: View) -> int:
        """Take the next page into a view; return the number of its records, 0 at the end.

        A view that is absent is created, one of a smaller version rebuilt first. Raises
        `Misconfigured` where a newer program has built it.
        """
        self._prepare(view)
        taken = self._advance(view, "live")
        if taken is None:
            self._finish(view, self._begin(view, afresh=False))
            taken = self._advance(view, "live")
        if taken is None:
            raise _overtaken(view)
        return taken

    def catch_up(self, view: View) -> int:
        """Step until nothing is left; return the number of records taken."""
        taken = 0
        while page := self.step(view):
            taken += page
        return taken

    def follow(self, views: Sequence[View], stop: Event, doorbell: Doorbell | None = None) -> None:
        """Keep views up with the log until `stop` is set; without a doorbell, look every second.

        A lost connection is opened again for as long as it takes: nothing half done was kept.
        """
        wait = doorbell or stop.wait
        while not stop.is_set():
            try:
                for view in views:
                    while not stop.is_set() and self.step(view):
                        pass
            except LogUnreachable:
                stop.wait(POLL_SECONDS)
            wait(POLL_SECONDS)

    def rebuild(self, view: View) -> int:
        """Build a view anew beside the live one and swap; return the number of the live build.

        Readers see the old rows until they see all of the new. One that is begun meanwhile by
        somebody else replaces ours, and is driven to its end together.
        """
        self._prepare(view)
        return self._finish(view, self._begin(view, afresh=True))

    def progress(self) -> list[Progress]:
        """List the views that were ever built, by name."""
        with tables.looking(self._engine) as connection:
            live = builds.listed(connection) if builds.exists(connection) else []
        size = self._reader.head().size
        return [
            Progress(s.name, s.version, s.build, s.sequence, max(size - s.sequence, 0))
            for s in live
        ]

    def check(self, view: View) -> Verdict:
        """Compare every live row of a view with a rebuild in memory up to the same sequence.

        Raises `Misconfigured` where the view was never built, or by another version.
        """
        with tables.holding_still(self._engine) as connection:
            listed = builds.listed(connection) if builds.exists(connection) else []
            live = next((status for status in listed if status.name == view.name), None)
            if live is None or live.version != view.version:
                raise Misconfigured(f"version {view.version} of {view.name} is not built")
            rows = _sorted_rows(connection, view, live)
        memory = fold(view, pages_until(self._reader, AsKnown(live.sequence)))
        rebuilt = digest(row for table in view.tables for row in memory.rows(table))
        return Verdict(view.name, live.sequence, len(rows), digest(rows), rebuilt)

    def _prepare(self, view: View) -> None:
        """Make sure, once per view, that it can be stored and that the table of builds is there."""
        if view.name in self._prepared:
            return
        require_sound(view)
        with tables.writing(self._engine) as connection:
            tables.prepare(connection)
            builds.create(connection)
        self._prepared.add(view.name)

    def _advance(self, view: View, stage: Stage) -> int | None:
        """Take the next page into a build; None if there is none of the view's version."""
        with tables.writing(self._engine) as connection:
            status = builds.lock(connection, view.name, stage)
            if status is None or status.version != view.version:
                return None
            page = self._next_page(status.sequence)
            if page:
                build = tables.build_of(view, status.build, self._dialect)
                changes = view.changes(page, store.recall(connection, build))
                store.write(connection, build, compact(changes))
                builds.move(connection, view.name, stage, page[-1].sequence)
        return len(page)

    def _next_page(self, after: int) -> Sequence[Recorded]:
        """Read the page after a sequence; raise `LogCorrupted` where the log has a gap."""
        page: Sequence[Recorded] = next(iter(self._reader.read(after)), ())
        if page and (page[0].sequence, page[-1].sequence) != (after + 1, after + len(page)):
            raise LogCorrupted(f"the log has a gap in the page after sequence {after}")
        return page

    def _begin(self, view: View, *, afresh: bool) -> int:
        """Begin the build that a view needs, or join one that was begun; return its number."""
        with tables.writing(self._engine) as connection:
            tables.prepare(connection)
            live = builds.lock(connection, view.name, "live")
            following = builds.lock(connection, view.name, "next")
            if live is None:
                self._create(connection, view, "live", 1)
                return 1
            known = [live, following] if following else [live]
            if max(status.version for status in known) > view.version:
                raise _overtaken(view)
            if not afresh and (joined := [s for s in known if s.version == view.version]):
                return joined[-1].build
            if following:
                tables.drop(connection, following.table_names(), following.build)
                builds.forget(connection, view.name)
            build = known[-1].build + 1
            self._create(connection, view, "next", build)
        return build

    def _create(self, connection: Connection, view: View, stage: Stage, number: int) -> None:
        build = tables.build_of(view, number, self._dialect)
        tables.create(connection, build)
        builds.begin(connection, view, stage, number)
        if stage == "live":
            tables.publish(connection, build)

    def _finish(self, view: View, target: int) -> int:
        """Drive the next build until the live one is `target` or later; return which it is.

        Where ours has gone meanwhile, the one that stands instead becomes the target.
        """
        while (live := self._swap(view)) < target:
            if self._advance(view, "next") is None:
                target = self._begin(view, afresh=False)
        return live

    def _swap(self, view: View) -> int:
        """Let the next build take over once it has come as far as the live one; return the live."""
        with tables.writing(self._engine) as connection:
            live = builds.lock(connection, view.name, "live")
            following = builds.lock(connection, view.name, "next")
            assert live, "a build is swapped in only where one is live"
            if live.version > view.version:
                raise _overtaken(view)
            if following is None or following.sequence < live.sequence:
                return live.build
            if following.version != view.version:
                raise _overtaken(view)
            tables.retract(connection, live.table_names())
            tables.publish(connection, tables.build_of(view, following.build, self._dialect))
            tables.drop(connection, live.table_names(), live.build)
            builds.promote(connection, following)
        return following.build


def catch_up_all(runner: Runner, views: Iterable[View]) -> int:
    """Bring several views up with the log; return the number of records taken by all of them."""
    return sum(runner.catch_up(view) for view in views)


def _sorted_rows(connection: Connection, view: View, live: Status) -> list[Row]:
    """Read all rows of a build, table by table, sorted by key as Python sorts."""
    build = tables.build_of(view, live.build, connection.dialect.name)
    rows: list[Row] = []
    for stored in build.values():
        width = len(key_names(stored))
        found = [tuple(row) for row in connection.execute(select(stored))]
        rows += sorted(found, key=lambda row: row[:width])
    return rows


def _overtaken(view: View) -> Misconfigured:
    return Misconfigured(
        f"a newer program has built {view.name}: this one knows version {view.version} of it"
    )

"""Where it is measured: a server and a folder on one disk, empty logs, and a log to read."""

import os
import platform
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self, TypeAlias

import psycopg

from ledger.log.application import LedgerApplication
from ledger.log.batch import Batch
from ledger.log.database import connect
from ledger.log.migrations import upgrade
from ledger.log.recorder import LogRecorder
from scripts.benchmarks.workload import Drafter, Workload, dated, workload
from tests.postgres_server import SUPERUSER, Server, postgres_server

Kind: TypeAlias = Literal["postgresql", "sqlite"]

Batches: TypeAlias = tuple[list[Batch], list[Batch]]
"""Those that open the accounts, and those to measure with."""

BLANK = "blank"
BATCH = 1_000


class Sizes(NamedTuple):
    """How much is measured with: records appended and read, commands and questions asked."""

    appended: int = 50_000
    streams: int = 3_000
    accounts: int = 1_000
    singles: int = 2_000
    concurrent: int = 20_000
    read: int = 100_000
    questions: int = 1_000
    deliveries: int = 200


QUICK = Sizes(
    appended=4_000,
    streams=300,
    accounts=100,
    singles=200,
    concurrent=2_000,
    read=20_000,
    questions=100,
    deliveries=30,
)


class Setting:
    """Starts what the figures need when they need it, and leaves nothing of it behind."""

    def __init__(self, sizes: Sizes, seed: int) -> None:
        """Take the sizes; nothing is started yet."""
        self.sizes = sizes
        self.seed = seed
        self._stack = ExitStack()
        self._logs = 0
        self._books: dict[Kind, str] = {}
        self._trading_batches: dict[int, Batches] = {}
        self._record_bytes: dict[str, float] = {}

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server and empty the folder."""
        self._stack.close()

    @cached_property
    def folder(self) -> Path:
        """A folder on the disk on which the server keeps its data, too."""
        return Path(self._stack.enter_context(TemporaryDirectory(prefix="bench-")))

    @cached_property
    def server(self) -> Server:
        """A server that writes as durably as in production."""
        return self._stack.enter_context(postgres_server(fsync=True))

    @cached_property
    def administrator(self) -> psycopg.Connection[Any]:
        """A connection that creates databases."""
        return self._stack.enter_context(self.driver("postgres"))

    @cached_property
    def _blank_database(self) -> str:
        _create_log(self.server.create_database(BLANK))
        return BLANK

    @cached_property
    def _blank_file(self) -> Path:
        path = self.folder / f"{BLANK}.db"
        _create_log(f"sqlite:///{path}")
        return path

    @cached_property
    def drafting(self) -> LedgerApplication:
        """An empty log on which rows are drafted."""
        url = self._stack.enter_context(self.log("sqlite"))
        return self._stack.enter_context(opened(url))

    def driver(self, database: str) -> psycopg.Connection[Any]:
        """Connect to a database of the server, without anything of ours between."""
        return psycopg.connect(
            host=str(self.server.folder),
            port=5432,
            user=SUPERUSER,
            dbname=database,
            autocommit=True,
        )

    def settle(self) -> None:
        """Let the server write out what came before, so that the next run does not pay for it."""
        self.administrator.execute("CHECKPOINT")

    @contextmanager
    def log(self, kind: Kind) -> Iterator[str]:
        """Lend the URL of a new empty log."""
        self._logs += 1
        name = f"log_{self._logs}"
        if kind == "sqlite":
            path = Path(shutil.copy(self._blank_file, self.folder / f"{name}.db"))
            yield f"sqlite:///{path}"
            for part in self.folder.glob(f"{path.name}*"):
                part.unlink()
            return
        self.administrator.execute(f"CREATE DATABASE {name} TEMPLATE {self._blank_database}")
        yield self.server.url(name)
        self.server.drop_database(name)

    @cached_property
    def trading(self) -> Workload:
        """The mix of commands over a few thousand streams."""
        streams = self.sizes.streams
        return workload(
            self.seed, self.sizes.appended, accounts=streams * 2 // 3, mirrors=streams // 3
        )

    def trading_batches(self, size: int) -> Batches:
        """Give that mix as batches of so many records, drafted once."""
        if size not in self._trading_batches:
            self._trading_batches[size] = self.drafted(self.trading, size)
        return self._trading_batches[size]

    @cached_property
    def _book_batches(self) -> Batches:
        """The same mix on 1,000 accounts."""
        of = workload(self.seed, self.sizes.read, accounts=700, mirrors=300)
        return self.drafted(of, BATCH)

    def drafted(self, of: Workload, size: int) -> Batches:
        """Draft the batches that open the accounts, and those to measure with."""
        drafter = Drafter(self.drafting)
        opening = list(drafter.batches(of.opening, BATCH))
        batches = list(drafter.batches(dated(of.commands), size))
        self._record_bytes[of.name] = fmean(len(one) for part in batches for one in part.records)
        return opening, batches

    def book(self, kind: Kind) -> str:
        """Give the URL of the log to read, filled once."""
        if kind not in self._books:
            self._books[kind] = self._stack.enter_context(self.log(kind))
            with opened(self._books[kind]) as application:
                for batches in self._book_batches:
                    append_all(application.recorder, batches)
            if kind == "postgresql":
                with self.driver(database_of(self._books[kind])) as driver:
                    driver.execute("VACUUM ANALYZE")
                self.settle()
        return self._books[kind]

    def machine(self) -> dict[str, str | int | float]:
        """Say what it was measured on."""
        said: dict[str, str | int | float] = {
            "cores": os.cpu_count() or 0,
            "python": platform.python_version(),
            "load": round(os.getloadavg()[0], 2),
        }
        if "server" in self.__dict__:
            said["postgresql"] = f"{self.server.version} with its defaults, fsync on"
        for name, mean in self._record_bytes.items():
            said[f"mean record, {name}"] = f"{mean:.0f} bytes"
        return said


@contextmanager
def opened(url: str) -> Iterator[LedgerApplication]:
    """Open the log at a URL."""
    application = LedgerApplication(url)
    try:
        yield application
    finally:
        application.close()


def append_all(recorder: LogRecorder, batches: Iterable[Batch]) -> int:
    """Append batches, each stamped with its moment; give the number of their records."""
    rows = 0
    for batch in batches:
        batch.stamp = type(batch.stamp)(time.time_ns())
        recorder.append(batch)
        rows += len(batch.records)
    return rows


def database_of(url: str) -> str:
    """Give the name of a server's database in its URL."""
    return url.partition("@/")[2].partition("?")[0]


def path_of(url: str) -> str:
    """Give the path of a file in its URL."""
    return url.removeprefix("sqlite:///")


def _create_log(url: str) -> None:
    engine = connect(url)
    upgrade(engine)
    engine.dispose()

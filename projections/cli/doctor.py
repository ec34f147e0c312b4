"""`ledger doctor`: a self-check of the set-up, one line a finding."""

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sqlalchemy import Engine

from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command
from ledger.cli.rows import print_rows, row_options
from ledger.cli.sealing import open_vault, vault_place
from ledger.errors import LedgerError
from ledger.instants import SECOND
from ledger.log import guards
from ledger.log.application import LedgerApplication
from ledger.log.database import connect, require_log
from ledger.log.recorder import CLOCK_TOLERANCE
from projections.runner import Runner
from projections.views import stored_views

COLUMNS = ("check", "status", "finding")


class Finding(NamedTuple):
    """What one check found: status is ok, warn or fail."""

    check: str
    status: str
    finding: str


@command("doctor")
@row_options
def doctor(session: Session, output_format: str, output_file: str | None) -> None:
    """Check database, migrations, guards, clock, views' lag and the vault's key.

    \b
    Examples:
      ledger doctor
      ledger --json doctor

    Exits with 1 when something fails; a warning says what is weaker than it could be.
    """
    vault_place(session.settings)
    engine = connect(session.settings.database)
    findings = []
    try:
        for name, check in _checks(session, engine).items():
            findings += _found(name, check)
            if findings[-1].check == "database" and findings[-1].status == "fail":
                break
    finally:
        engine.dispose()
    failed = [finding.check for finding in findings if finding.status == "fail"]
    if failed:
        session.explain(f"failed: {', '.join(failed)}; each finding says what to do")
    code = Exit.FOUND if failed else Exit.DONE
    print_rows(session, COLUMNS, findings, output_format, output_file, code)


def _checks(session: Session, engine: Engine) -> dict[str, Callable[[], Iterator[Finding]]]:
    return {
        "database": lambda: _database(engine),
        "guards": lambda: _guards(engine),
        "clock": lambda: _clock(engine),
        "views": lambda: _views(session),
        "vault": lambda: _vault(session),
    }


def _found(name: str, check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(check())
    except LedgerError as error:
        return [Finding(name, "fail", str(error))]


def _database(engine: Engine) -> Iterator[Finding]:
    require_log(engine)
    place = engine.url.render_as_string(hide_password=True)
    yield Finding("database", "ok", f"{place}: a ledger of this program's revision")


def _guards(engine: Engine) -> Iterator[Finding]:
    with engine.connect() as connection:
        missing = guards.missing(connection)
    for guard in missing:
        yield Finding("guards", "warn", f"missing: {guard}")
    if not missing:
        yield Finding("guards", "ok", "the log refuses whatever does not come through append")


def _clock(engine: Engine) -> Iterator[Finding]:
    statement = {
        "sqlite": "SELECT CAST(strftime('%s', 'now') AS INTEGER)",
        "postgresql": "SELECT extract(epoch FROM clock_timestamp())::bigint",
    }[engine.dialect.name]
    with engine.connect() as connection:
        server = int(connection.exec_driver_sql(statement).scalar_one())
    apart = abs(time.time_ns() // SECOND - server)
    status = "ok" if apart * SECOND < CLOCK_TOLERANCE else "fail"
    allowed = CLOCK_TOLERANCE // SECOND
    yield Finding("clock", status, f"{apart} s from the server's; {allowed} s are tolerated")


def _views(session: Session) -> Iterator[Finding]:
    application = LedgerApplication(session.settings.database)
    try:
        runner = Runner(application.recorder.engine, application.reader)
        built = {progress.name: progress for progress in runner.progress()}
        size = application.reader.head().size
    finally:
        application.close()
    for view in stored_views():
        progress = built.get(view.name)
        lag = progress.lag if progress else size
        hint = "" if progress else ", never built: run `ledger views follow --once`"
        yield Finding("views", "ok" if progress else "warn", f"{view.name}: {lag} behind{hint}")


def _vault(session: Session) -> Iterator[Finding]:
    settings = session.settings
    if not settings.vault_key_file.exists():
        yield Finding("vault", "warn", "no key yet: the first import makes one")
        return
    with open_vault(settings):
        place = vault_place(settings)
        yield Finding("vault", "ok", f"{settings.vault_key_file} opens {place}")

"""What a racing process runs: its own connection, and the same log as all others."""

from ledger.log.database import connect
from projections.runner import Runner
from projections.views import stored_views
from tests.projections.log_of import Log, deposited, moved_at_venue

RECORDS = 240


def the_log() -> Log:
    """Tell the same story to every racer, in small pages so that they meet often."""
    log = Log(page=7)
    for number in range(RECORDS // 2):
        log.record(deposited(f"A{number % 5}", "0.000000000000000001"))
        log.record(moved_at_venue("M1", "0.00000001", "1"))
    return log


def race(url: str) -> None:
    """Bring every stored view up with the log."""
    engine = connect(url)
    runner = Runner(engine, the_log())
    for view in stored_views():
        runner.catch_up(view)
    engine.dispose()

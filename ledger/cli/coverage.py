"""`ledger check coverage`: every requirement, the gate that upholds it, and the proof of that."""

from typing import NoReturn

from ledger.cli.exits import Exit
from ledger.cli.frame import Session
from ledger.cli.rows import print_rows
from ledger.errors import Misconfigured


def print_coverage(
    session: Session, names: tuple[str, ...], output_format: str, output_file: str | None
) -> NoReturn:
    """Try every gate on its examples, in memory: no database is asked, no law is held.

    Raises `Misconfigured` where laws are named beside it.
    """
    from ledger.coverage import CASES, Line, Result, gates, report
    from ledger.requirements import REQUIREMENTS

    if len(names) > 1:
        raise Misconfigured("coverage is no law: ask for it alone, `ledger check coverage`.")
    lines = report(CASES)
    verified = sum(requirement.verified for requirement in REQUIREMENTS.values())
    session.note(
        f"{len(REQUIREMENTS)} requirements, {verified} verified in the primary text, "
        f"{len(gates())} gates, {len(CASES)} cases"
    )
    open_ends = [line for line in lines if line.result is not Result.PROVED]
    for line in open_ends:
        where = " ".join(filter(None, (line.requirement, line.gate)))
        session.explain(f"{where}: {line.result}" + (f", {line.test}" if line.test else ""))
    code = Exit.FOUND if open_ends else Exit.DONE
    print_rows(session, Line._fields, lines, output_format, output_file, code)

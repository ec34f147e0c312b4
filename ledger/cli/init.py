"""`ledger init`: create the log or bring it up to date, found the platform, adopt its rules."""

from typing import TYPE_CHECKING, Any

import click

from ledger.cli.frame import Session, command

if TYPE_CHECKING:
    from ledger.rule_pack import RuleFile


@command("init")
@click.option(
    "--officer",
    "officers",
    multiple=True,
    metavar="ID:FUNCTION",
    help="Found the platform: a first officer. At least two people in two functions.",
)
@click.option("--entity", metavar="ID", help="The legal entity; the setting `entity` if unsaid.")
@click.option("--rules", metavar="PACK", help="Adopt a rule pack: a file, or `hong-kong`.")
@click.option("--expires", metavar="TIME", help="Until when the pack can be approved.")
def init(
    session: Session,
    officers: tuple[str, ...],
    entity: str | None,
    rules: str | None,
    expires: str | None,
) -> None:
    """Create the ledger, or upgrade one that is older than this program.

    \b
    Examples:
      ledger init
      ledger --database postgresql://host/name init
      ledger init --officer amy:compliance --officer ben:risk
      ledger --as amy:compliance init --rules hong-kong        proposes the rules
      ledger --as ben:risk       init --rules hong-kong        approves those very rules

    On PostgreSQL this also creates the roles NAME_owner, NAME_writer and NAME_reader, if the user
    may, and says which guard is missing if not. With officers the platform is founded: whoever
    acts from then on needs a role. A rule pack is adopted by two people who run the same command.
    Running it again changes nothing. Exits with 1 while a rule pack still waits for the other
    person, or when something is refused.
    """
    file = None if rules is None else _read_rules(session, rules)
    if officers:
        from ledger.cli import founding

        founders = founding.founders(session, officers, entity)
    data = _create(session)
    if officers:
        data["founded"] = founding.found(session, founders)
    if file is not None:
        from ledger.cli.adoption import adopt

        data["rules"], code = adopt(session, file, entity, expires)
        session.finish(data, code)
    session.finish(data)


def _read_rules(session: Session, name: str) -> "RuleFile":
    """Read a rule pack before anything is done, so that a bad one leaves nothing behind."""
    from ledger.cli.import_statement import read_file
    from ledger.errors import Malformed, Misconfigured
    from ledger.events import ActorKind
    from ledger.rule_pack import SHIPPED, read_rule_pack, shipped

    if session.actor.kind is not ActorKind.HUMAN:
        raise Misconfigured("rules are adopted by people: say who you are, --as ID:FUNCTION")
    if name in SHIPPED:
        return read_rule_pack(shipped(name))
    try:
        return read_rule_pack(read_file(name))
    except Malformed as malformed:
        if str(malformed).startswith(name):
            raise
        raise Malformed("", f"{name}: {malformed}") from None


def _create(session: Session) -> dict[str, Any]:
    from ledger.log import guards
    from ledger.log.database import connect
    from ledger.log.migrations import upgrade

    engine = connect(session.settings.database)
    try:
        created = upgrade(engine)
        with engine.connect() as connection:
            missing = guards.missing(connection)
    finally:
        engine.dispose()
    place = engine.url.render_as_string(hide_password=True)
    session.note(f"{place}: {'ready' if created else 'was ready before'}")
    for guard in missing:
        session.note(f"missing guard: {guard}")
    return {"database": place, "created": created, "missing_guards": missing}

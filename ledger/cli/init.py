"""`ledger init`: create the log, or bring it up to date."""

from ledger.cli.frame import Session, command


@command("init")
def init(session: Session) -> None:
    """Create the ledger, or upgrade one that is older than this program.

    \b
    Examples:
      ledger init
      ledger --database postgresql://host/name init

    On PostgreSQL this also creates the roles NAME_owner, NAME_writer and NAME_reader, if the user
    may, and says which guard is missing if not. Running it again changes nothing.
    """
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
    session.finish({"database": place, "created": created, "missing_guards": missing})

"""The guards of the log on PostgreSQL: three roles, made where we may, named where we may not.

Role names belong to the database: `<database>_owner` (nobody logs in as him), `<database>_writer`
(may append and read) and `<database>_reader` (may read). Grant one of the last two to your login
roles. A superuser passes all of it: that is what the signed evidence is for.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

TABLES = ("events", "commands", "log_head")
SQLITE_TRIGGERS = 9
POSTGRESQL_TRIGGERS = 6
FUNCTIONS = ("ledger_append", "ledger_refuse", "ledger_owner_only")


def establish_roles(connection: Connection) -> None:
    """Create the roles and hand the log over to its owner, or leave it with the current user."""
    if not _scalar(
        connection, "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user"
    ):
        return
    database = str(_scalar(connection, "SELECT current_database()"))
    schema = str(_scalar(connection, "SELECT current_schema()"))
    roles = [f"{database}_{role}" for role in ("owner", "writer", "reader")]
    for role in roles:
        if _scalar(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role) is None:
            connection.exec_driver_sql(f"CREATE ROLE {_quoted(role)} NOLOGIN")
    for statement in _statements(_quoted(schema), *map(_quoted, roles)):
        connection.exec_driver_sql(statement)


def _statements(schema: str, owner: str, writer: str, reader: str) -> Sequence[str]:
    """Say who owns what and who may do what."""
    append = f"{schema}.ledger_append"
    return (
        f"GRANT {owner} TO CURRENT_USER",
        f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {owner}",
        *(f"ALTER TABLE {table} OWNER TO {owner}" for table in TABLES),
        f"ALTER VIEW event_log OWNER TO {owner}",
        *(f"ALTER FUNCTION {function} OWNER TO {owner}" for function in FUNCTIONS),
        f"ALTER FUNCTION {append} SECURITY DEFINER SET search_path = {schema}, pg_temp",
        f"REVOKE ALL ON FUNCTION {append} FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION {append} TO {writer}",
        f"GRANT USAGE ON SCHEMA {schema} TO {writer}, {reader}",
        f"GRANT SELECT ON {', '.join(TABLES)}, event_log, alembic_version TO {writer}, {reader}",
        f"REVOKE CREATE ON SCHEMA {schema} FROM {owner}",
        f"REVOKE {owner} FROM CURRENT_USER",
    )


def missing(connection: Connection) -> list[str]:
    """Name the guards that are not in place; empty when all of them are."""
    found: list[str] = []
    if connection.dialect.name == "sqlite":
        return found if _triggers(connection) == SQLITE_TRIGGERS else ["the triggers of the log"]
    owner_is_apart = _scalar(
        connection,
        "SELECT rolname = current_database() || '_owner' AND NOT rolcanlogin FROM pg_class "
        "JOIN pg_roles ON pg_roles.oid = relowner WHERE pg_class.oid = 'events'::regclass",
    )
    if not owner_is_apart:
        found.append(
            "an owner that nobody can log in as, a writer and a reader role: "
            "run `ledger init` as a user who may create roles"
        )
    if _triggers(connection) != POSTGRESQL_TRIGGERS:
        found.append("the triggers of the log, enabled ALWAYS")
    if _scalar(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        found.append("a login that is no superuser: this one passes every guard")
    return found


def _triggers(connection: Connection) -> int:
    sqlite = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
    postgresql = (
        "SELECT count(*) FROM pg_trigger WHERE tgenabled = 'A' AND NOT tgisinternal AND tgrelid "
        "IN ('events'::regclass, 'commands'::regclass, 'log_head'::regclass)"
    )
    return int(
        str(_scalar(connection, sqlite if connection.dialect.name == "sqlite" else postgresql))
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _scalar(connection: Connection, statement: str, *values: str) -> object:
    return connection.exec_driver_sql(statement, values or None).scalar()

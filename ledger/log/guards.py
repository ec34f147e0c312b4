"""The guards of the log on PostgreSQL: three roles, made where we may, named where we may not.

Role names belong to the database: `<database>_owner` (nobody logs in as him), `<database>_writer`
(may append and read) and `<database>_reader` (may read). Grant one of the last two to your login
roles. A superuser passes all of it: that is what the signed evidence is for.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

TABLES = ("events", "commands", "log_head")
FUNCTIONS = ("ledger_append", "ledger_refuse")
SQLITE_TRIGGERS = 9
POSTGRESQL_TRIGGERS = 6

_MAY_CREATE_ROLES = "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user"

REFUSED = {
    "events": ("UPDATE OR DELETE OR TRUNCATE", "INSERT"),
    "commands": ("UPDATE OR DELETE OR TRUNCATE", "INSERT"),
    "log_head": ("INSERT OR DELETE OR TRUNCATE", "UPDATE"),
}
"""By table: what nobody may do, and what only the owner may, as whom `ledger_append` runs."""


def establish(connection: Connection) -> None:
    """Put roles and triggers of a PostgreSQL log in place; whoever may not create roles owns it.

    Giving it again to somebody who may completes what was left out.
    """
    database = str(_scalar(connection, "SELECT current_database()"))
    schema = str(_scalar(connection, "SELECT current_schema()"))
    roles = [f"{database}_{role}" for role in ("owner", "writer", "reader")]
    may_create = bool(_scalar(connection, _MAY_CREATE_ROLES))
    owner = roles[0] if may_create else str(_scalar(connection, "SELECT current_user"))
    for statement in _triggers_for(owner):
        connection.exec_driver_sql(statement)
    if may_create:
        for role in roles:
            if _scalar(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role) is None:
                connection.exec_driver_sql(f"CREATE ROLE {_quoted(role)} NOLOGIN")
        for statement in _statements(_quoted(schema), *map(_quoted, roles)):
            connection.exec_driver_sql(statement)


def may_establish(connection: Connection) -> bool:
    """Tell whether the current user may create the roles of a log that is there already."""
    return bool(_scalar(connection, _MAY_CREATE_ROLES)) and bool(
        _scalar(
            connection,
            "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'events'::regclass",
        )
    )


def _triggers_for(owner: str) -> Iterator[str]:
    """Write the triggers; the owner's name in their condition makes them cheap."""
    someone_else = f"current_user <> {_literal(owner)}"
    for table, (never, owner_only) in REFUSED.items():
        yield (
            f"CREATE OR REPLACE TRIGGER append_only BEFORE {never} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER owner_only BEFORE {owner_only} ON {table} "
            f"FOR EACH STATEMENT WHEN ({someone_else}) EXECUTE FUNCTION ledger_refuse()"
        )
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only"
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER owner_only"


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
    if not owner_is_apart(connection):
        found.append(
            "an owner that nobody can log in as, a writer and a reader role: "
            "run `ledger init` as a user who may create roles"
        )
    if _triggers(connection) != POSTGRESQL_TRIGGERS:
        found.append("the triggers of the log, enabled ALWAYS")
    if _scalar(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        found.append("a login that is no superuser: this one passes every guard")
    return found


def owner_is_apart(connection: Connection) -> bool:
    """Tell whether the log belongs to the role as which nobody can log in."""
    return bool(
        _scalar(
            connection,
            "SELECT rolname = current_database() || '_owner' AND NOT rolcanlogin FROM pg_class "
            "JOIN pg_roles ON pg_roles.oid = relowner WHERE pg_class.oid = 'events'::regclass",
        )
    )


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


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def _scalar(connection: Connection, statement: str, *values: str) -> object:
    return connection.exec_driver_sql(statement, values or None).scalar()

"""How far each build of each view has come: one locked row, moved together with the view's rows."""

from functools import cache
from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
    update,
)

from projections.projection import View
from projections.tables import PREFIX, SCHEMA, let_read

Stage: TypeAlias = Literal["live", "next"]
"""The build that is read, or the one that is being made to replace it."""

NAME = "builds"


class Status(NamedTuple):
    """A build: its number and the view's version, and the last sequence that its rows include."""

    name: str
    stage: Stage
    build: int
    version: int
    sequence: int
    tables: str

    def table_names(self) -> list[str]:
        """Name the tables that the view had when the build was begun."""
        return self.tables.split()


@cache  # one for each dialect
def builds_table(dialect: str) -> Table:
    """Describe the table that holds one row per build."""
    sqlite = dialect == "sqlite"
    return Table(
        f"{PREFIX}{NAME}" if sqlite else NAME,
        MetaData(schema=None if sqlite else SCHEMA),
        Column("name", Text, primary_key=True),
        Column("stage", Text, primary_key=True),
        Column("build", Integer, nullable=False),
        Column("version", Integer, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("tables", Text, nullable=False),
    )


def create(connection: Connection) -> None:
    """Create the table of builds where there is none, for readers of the log to read."""
    table = builds_table(connection.dialect.name)
    table.create(connection, checkfirst=True)
    let_read(connection, table.fullname)


def exists(connection: Connection) -> bool:
    """Tell whether any view was ever built in this database."""
    table = builds_table(connection.dialect.name)
    return inspect(connection).has_table(table.name, schema=table.schema)


def lock(connection: Connection, name: str, stage: Stage) -> Status | None:
    """Read the row of a build and keep everybody else from it until the transaction ends."""
    table = builds_table(connection.dialect.name)
    query = select(table).where(table.c.name == name, table.c.stage == stage).with_for_update()
    row = connection.execute(query).one_or_none()
    return None if row is None else Status._make(row)


def listed(connection: Connection) -> list[Status]:
    """List the builds that are read, by name."""
    table = builds_table(connection.dialect.name)
    query = select(table).where(table.c.stage == "live").order_by(table.c.name)
    return [Status._make(row) for row in connection.execute(query)]


def begin(connection: Connection, view: View, stage: Stage, build: int) -> None:
    """Add the row of a build that holds nothing yet."""
    row = Status(view.name, stage, build, view.version, 0, " ".join(t.name for t in view.tables))
    connection.execute(insert(builds_table(connection.dialect.name)), row._asdict())


def move(connection: Connection, name: str, stage: Stage, sequence: int) -> None:
    """Say that the rows of a build now include everything up to a sequence."""
    table = builds_table(connection.dialect.name)
    place = (table.c.name == name, table.c.stage == stage)
    connection.execute(update(table).where(*place).values(sequence=sequence))


def promote(connection: Connection, following: Status) -> None:
    """Let the live row say what the next one says, and end the next one.

    The live row itself stays: whoever waits for its lock finds the new build under it.
    """
    table = builds_table(connection.dialect.name)
    said = {k: v for k, v in following._asdict().items() if k not in ("name", "stage")}
    live = (table.c.name == following.name, table.c.stage == "live")
    forget(connection, following.name)
    connection.execute(update(table).where(*live).values(**said))


def forget(connection: Connection, name: str) -> None:
    """End the row of a next build."""
    table = builds_table(connection.dialect.name)
    connection.execute(delete(table).where(table.c.name == name, table.c.stage == "next"))

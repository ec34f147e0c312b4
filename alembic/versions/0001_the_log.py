"""The log: `events`, its idempotency table `commands`, its lock `log_head`, and their guards.

PostgreSQL: an owner that nobody can log in as, a writer that may only call `ledger_append` and
read, a reader that may only read, and triggers that refuse whatever does not come through
`ledger_append`. SQLite: the same tables and triggers; it has no roles.
"""

from alembic import op

from ledger.log import guards

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the log in an empty database."""
    bind = op.get_bind()
    driver = bind.connection.driver_connection
    for statement in SQLITE if bind.dialect.name == "sqlite" else POSTGRESQL:
        driver.execute(statement)
    if bind.dialect.name == "postgresql":
        guards.establish(bind)


def downgrade() -> None:
    """A log is never taken down: its records have to be kept."""
    raise NotImplementedError("the log cannot be downgraded")


POSTGRESQL = (
    """
    CREATE TABLE events (
        sequence    bigint PRIMARY KEY CHECK (sequence > 0),
        stream      text   COLLATE "C" NOT NULL,
        version     bigint NOT NULL,
        type        text   COLLATE "C" NOT NULL,
        at          bigint NOT NULL,
        recorded_at bigint NOT NULL,
        record      bytea  NOT NULL,
        UNIQUE (stream, version)
    )
    """,
    """
    CREATE TABLE commands (
        command_id     text   COLLATE "C" PRIMARY KEY,
        digest         text   COLLATE "C" NOT NULL,
        first_sequence bigint NOT NULL,
        event_count    int    NOT NULL
    )
    """,
    """
    CREATE TABLE log_head (
        only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        size        bigint  NOT NULL,
        recorded_at bigint  NOT NULL
    )
    """,
    "INSERT INTO log_head (size, recorded_at) VALUES (0, 0)",
    """
    CREATE FUNCTION ledger_append(
        streams text[], versions bigint[], types text[], ats bigint[], records bytea[],
        stamp bigint, clock_tolerance bigint,
        command_ids text[], digests text[], firsts bigint[], counts int[],
        expected_streams text[], expected_versions bigint[]
    ) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
        before bigint;
        moved  text;
        server bigint := (extract(epoch FROM clock_timestamp()) * 1000000000)::bigint;
    BEGIN
        UPDATE log_head SET size = size + cardinality(records), recorded_at = stamp
            WHERE recorded_at <= stamp RETURNING size - cardinality(records) INTO before;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the batch is stamped before the last record' USING ERRCODE = 'LG003';
        END IF;
        IF abs(stamp - server) > clock_tolerance THEN
            RAISE EXCEPTION 'the writer''s clock differs from the server''s by % ms',
                (stamp - server) / 1000000 USING ERRCODE = 'LG003';
        END IF;
        INSERT INTO commands (command_id, digest, first_sequence, event_count)
            SELECT c.id, c.digest, before + c.first, c.event_count
            FROM unnest(command_ids, digests, firsts, counts)
                AS c(id, digest, first, event_count);
        SELECT e.stream INTO moved FROM unnest(expected_streams, expected_versions)
            AS e(stream, version) WHERE e.version <> coalesce(
                (SELECT max(v.version) FROM events v WHERE v.stream = e.stream), 0) LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'stream % has moved on', moved USING ERRCODE = 'LG001';
        END IF;
        INSERT INTO events (sequence, stream, version, type, at, recorded_at, record)
            SELECT before + e.place, e.stream, e.version, e.type, e.at, stamp, e.record
            FROM unnest(streams, versions, types, ats, records) WITH ORDINALITY
                AS e(stream, version, type, at, record, place);
        PERFORM pg_notify('ledger_' || current_schema(), '');
        RETURN before;
    END
    $$
    """,
    """
    CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of %: append-only, and rows come through ledger_append',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END
    $$
    """,
    """
    CREATE VIEW event_log AS
        SELECT sequence, stream, version, type, to_timestamp(at / 1e9) AS at,
            to_timestamp(recorded_at / 1e9) AS recorded_at,
            convert_from(record, 'UTF8')::jsonb AS record
        FROM events
    """,
)

SQLITE = (
    """
    CREATE TABLE events (
        sequence    INTEGER PRIMARY KEY CHECK (sequence > 0),
        stream      TEXT    NOT NULL,
        version     INTEGER NOT NULL,
        type        TEXT    NOT NULL,
        at          INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        record      BLOB    NOT NULL,
        UNIQUE (stream, version)
    ) STRICT
    """,
    """
    CREATE TABLE commands (
        command_id     TEXT    PRIMARY KEY,
        digest         TEXT    NOT NULL,
        first_sequence INTEGER NOT NULL,
        event_count    INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE log_head (
        only_row    INTEGER PRIMARY KEY CHECK (only_row = 1),
        size        INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL
    ) STRICT
    """,
    "INSERT INTO log_head VALUES (1, 0, 0)",
    *(
        f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{verb} of {table}: {why}'); END"
        for table, verb, condition, why in (
            ("events", "UPDATE", "", "the log is append-only"),
            ("events", "DELETE", "", "the log is append-only"),
            ("commands", "UPDATE", "", "the log is append-only"),
            ("commands", "DELETE", "", "the log is append-only"),
            ("log_head", "INSERT", "", "the log has one head"),
            ("log_head", "DELETE", "", "the log has one head"),
            (
                "log_head",
                "UPDATE",
                "WHEN NEW.size < OLD.size OR NEW.recorded_at < OLD.recorded_at",
                "the log never goes back",
            ),
            (
                "events",
                "INSERT",
                (
                    "WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM events) "
                    "OR NEW.sequence > (SELECT size FROM log_head) OR EXISTS "
                    "(SELECT 1 FROM events WHERE stream = NEW.stream AND version = NEW.version)"
                ),
                "rows come through append",
            ),
            (
                "commands",
                "INSERT",
                (
                    "WHEN NEW.first_sequence > (SELECT size FROM log_head) OR EXISTS "
                    "(SELECT 1 FROM commands WHERE command_id = NEW.command_id)"
                ),
                "rows come through append",
            ),
        )
    ),
    """
    CREATE VIEW event_log AS
        SELECT sequence, stream, version, type, at, recorded_at, CAST(record AS TEXT) AS record
        FROM events
    """,
    "PRAGMA application_id = 1447380044",
)

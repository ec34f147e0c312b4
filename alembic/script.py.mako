"""${message}."""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """A log is never taken down: its records have to be kept."""
    raise NotImplementedError("the log cannot be downgraded")

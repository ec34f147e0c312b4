"""Column types: exact amounts and nanoseconds, the same on both databases and never a float."""

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, Numeric, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from ledger.numbers import Amount, as_total, write_amount


class ExactAmount(TypeDecorator[Amount]):
    """An amount of one asset: NUMERIC without limits in PostgreSQL, TEXT in SQLite.

    Comes back as an `Amount` in normal form from both; SQLite keeps that form as text. Raises
    `ValueError` for what is no sum of amounts. SQLite must never compare or add the text itself.
    """

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        text = dialect.name == "sqlite"
        return dialect.type_descriptor(Text() if text else Numeric(asdecimal=True))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        normal = as_total(value)
        return write_amount(normal) if dialect.name == "sqlite" else normal

    def process_result_value(self, value: Any, dialect: Dialect) -> Amount | None:  # noqa: ARG002 - text or Decimal, whatever the driver gives
        return None if value is None else as_total(Decimal(value))


class Nanoseconds(TypeDecorator[int]):
    """A moment: whole nanoseconds since 1970 in UTC, as `ledger.instants` counts them."""

    impl = BigInteger
    cache_ok = True

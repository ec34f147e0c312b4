"""No float comes near an amount: in the columns, in the views, or on the way to a database."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Float, Integer, Numeric, Text, make_url

import projections
from ledger.numbers import amount, as_total, from_minor
from projections.exact import ExactAmount, Nanoseconds
from projections.views import stored_views

VIEW_FILES = sorted((Path(projections.__file__).parent / "views").glob("[a-z]*.py"))
EXACT_TYPES = (ExactAmount, Nanoseconds, BigInteger, Integer, Text)
SQLITE = make_url("sqlite://").get_dialect()()
POSTGRESQL = make_url("postgresql+psycopg://").get_dialect()()
DESCRIBING = {"Table", "Column", "MetaData", "Index", "Text", "Integer", "BigInteger", "Boolean"}


def test_no_column_of_a_view_is_a_float_or_a_bare_number() -> None:
    for view in stored_views():
        for table in view.tables:
            for column in table.columns:
                assert isinstance(column.type, EXACT_TYPES), f"{column}: {column.type!r}"
                assert not isinstance(column.type, Float | Numeric), f"{column}: {column.type!r}"


@pytest.mark.parametrize("file", VIEW_FILES, ids=lambda file: file.stem)
def test_a_view_describes_tables_and_never_computes_in_sql(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            assert {alias.name for alias in node.names} <= DESCRIBING
        assert not (isinstance(node, ast.Import) and "sqlalchemy" in node.names[0].name)
        computes = isinstance(node, ast.BinOp) and not isinstance(node.op, ast.BitOr)
        assert not computes, f"{file.name}:{getattr(node, 'lineno', 0)}: operators may round"
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float))


def test_an_amount_is_text_in_sqlite_and_a_number_without_limits_in_postgresql() -> None:
    assert ExactAmount().compile(dialect=SQLITE) == "TEXT"
    assert ExactAmount().compile(dialect=POSTGRESQL) == "NUMERIC"


def test_an_amount_is_bound_and_read_in_normal_form() -> None:
    tiny, column = from_minor(1, 18), ExactAmount()
    assert column.process_bind_param(tiny, SQLITE) == "0.000000000000000001"
    assert column.process_bind_param(tiny, POSTGRESQL) == tiny
    assert column.process_result_value("1.50", SQLITE) == as_total(amount("1.5"))
    assert str(column.process_result_value(amount("1.5") * 2, POSTGRESQL)) == "3"


def test_what_is_no_amount_is_never_bound() -> None:
    with pytest.raises(ValueError, match="10\\^40"):
        ExactAmount().process_bind_param(amount("1").scaleb(40), SQLITE)

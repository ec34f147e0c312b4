"""The house rules, each one a test that names the file and the line that breaks it."""

import ast
import io
import re
import subprocess
import tokenize
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
TOP_LEVEL = {"alembic", "ledger", "projections", "scripts", "tests", "pyproject.toml", "README.md"}
FILE_LINES_MAX = 300
BODY_LINES_P90_MAX = 15
BODY_LINES_MAX = 40

VAGUE = {"base", "common", "core", "helpers", "manager", "misc", "service", "utils"}
CLOCKS = {"now", "today", "utcnow"}
# A sentence may hold a dot inside a word, such as `ledger.log`, but no second sentence.
SENTENCE = re.compile(r"\S(?!.*[.!?] [A-Z]).*\.")
# The patterns below are written so that they do not find themselves.
POSTPONED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")
ROUNDING = re.compile(r"\.normaliz[e]\(")
ELSEWHERE = re.compile(r"(?<![\w.])/(?:work|root)/|pypi\.org|files\.pythonhosted")
CODES = r"[A-Z]+\d+(?:,\s*[A-Z]+\d+)*"
EXEMPTION = re.compile(
    rf"#\s*(?:noqa(?::\s*{CODES})?|type:\s*ignore(?:\[[^]]*\])?|pragma:\s*no \w+)(?P<reason>.*)"
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def listed() -> list[str]:
    """List the files that git knows or would take, as paths from the top of the checkout."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, text=True)
    return sorted(name for name in names.stdout.splitlines() if (CHECKOUT / name).is_file())


@cache
def text(file: str) -> str:
    """Return the text of a file."""
    return (CHECKOUT / file).read_text(encoding="utf-8", errors="replace")


@cache
def tree(file: str) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(text(file), file)


def is_python(file: str) -> bool:
    """Tell whether a file is a Python module, or a script whose first line names Python."""
    first_line = text(file).partition("\n")[0]
    is_script = file.startswith("scripts/") and first_line.startswith("#!")
    return file.endswith(".py") or (is_script and "python" in first_line)


FILES = listed()
MODULES = [file for file in FILES if is_python(file)]
PRODUCT = [file for file in MODULES if file.startswith(("ledger/", "projections/"))]
TESTS = [file for file in MODULES if Path(file).name.startswith("test_")]
SETTINGS = tomllib.loads(text("pyproject.toml"))
CONTRACTS = {contract["id"]: contract for contract in SETTINGS["tool"]["importlinter"]["contracts"]}
CORE_NAMES = CONTRACTS["core"]["source_modules"]
CORE_FORBIDS = set(CONTRACTS["core"]["forbidden_modules"])


def is_core(file: str) -> bool:
    """Tell whether the import contract of the core covers a module."""
    name = file.removesuffix(".py").replace("/", ".")
    return any(f"{name}.".startswith(f"{core}.") for core in CORE_NAMES)


CORE = [file for file in PRODUCT if is_core(file)]


def breaches(file: str, pattern: re.Pattern[str]) -> list[str]:
    """List every line of a file in which a pattern is found."""
    lines = enumerate(text(file).splitlines(), start=1)
    return [f"{file}:{number}: {line.strip()}" for number, line in lines if pattern.search(line)]


def functions(file: str) -> Iterator[Function]:
    """Yield every function and method of a module, inner ones included."""
    return (node for node in ast.walk(tree(file)) if isinstance(node, Function))


def body_lines(function: Function) -> int:
    """Count the lines of a function without its signature and its docstring."""
    statements = function.body[1:] if ast.get_docstring(function) else function.body
    if not statements:
        return 0
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1


def imported(node: ast.AST) -> set[str]:
    """Name the libraries that a statement imports."""
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {node.module.partition(".")[0]}
    return set()


def is_impure(node: ast.AST) -> bool:
    """Tell whether a piece of syntax reaches outside, reads a clock or makes a float."""
    match node:
        case ast.Import() | ast.ImportFrom():
            return bool(imported(node) & CORE_FORBIDS)
        case ast.Constant(value=float()) | ast.Call(func=ast.Name(id="float")):
            return True
        case ast.Attribute(value=value, attr=attr) if attr in CLOCKS:
            return ast.unparse(value).endswith(("date", "datetime"))
    return False


def exemptions(file: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the reason of every comment that switches a check off."""
    for token in tokenize.generate_tokens(io.StringIO(text(file)).readline):
        if token.type == tokenize.COMMENT and (found := EXEMPTION.search(token.string)):
            yield token.start[0], found["reason"]


@pytest.mark.parametrize("file", MODULES)
def test_a_module_is_short(file: str) -> None:
    lines = len(text(file).splitlines())
    assert lines <= FILE_LINES_MAX, f"{file}:{FILE_LINES_MAX}: goes on to line {lines}"


@pytest.mark.parametrize("file", MODULES)
def test_a_module_begins_by_saying_its_purpose_in_one_sentence(file: str) -> None:
    first_line = (ast.get_docstring(tree(file)) or "").partition("\n")[0]
    assert SENTENCE.fullmatch(first_line), f"{file}:1: {first_line!r} is not one sentence"


@pytest.mark.parametrize("file", MODULES)
def test_a_module_has_a_name_that_says_something(file: str) -> None:
    vague = {part.removesuffix(".py") for part in Path(file).parts} & VAGUE
    assert not vague, f"{file}:1: {vague} could mean anything"


@pytest.mark.parametrize("file", PRODUCT)
def test_no_function_is_long(file: str) -> None:
    long = [
        f"{file}:{function.lineno}: {function.name} has {body_lines(function)} lines"
        for function in functions(file)
        if body_lines(function) > BODY_LINES_MAX
    ]
    assert not long


def test_most_functions_are_very_short() -> None:
    lengths = sorted(body_lines(function) for file in PRODUCT for function in functions(file))
    p90 = lengths[len(lengths) * 9 // 10]
    assert p90 <= BODY_LINES_P90_MAX, f"one function in ten has more than {p90} lines"


@pytest.mark.parametrize("file", PRODUCT)
def test_whatever_is_public_has_a_docstring(file: str) -> None:
    silent = [
        f"{file}:{node.lineno}: {node.name}"
        for node in tree(file).body
        if isinstance(node, Function | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


@pytest.mark.parametrize("file", CORE)
def test_the_core_reaches_nothing_outside_and_never_floats(file: str) -> None:
    impure = [
        f"{file}:{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree(file))
        if isinstance(node, ast.stmt | ast.expr) and is_impure(node)
    ]
    assert not impure


@pytest.mark.parametrize("file", PRODUCT)
def test_no_number_loses_digits_on_its_way_to_a_normal_form(file: str) -> None:
    assert not breaches(file, ROUNDING)


@pytest.mark.parametrize("file", FILES)
def test_nothing_is_left_for_later(file: str) -> None:
    assert not breaches(file, POSTPONED)


@pytest.mark.parametrize("file", FILES)
def test_no_file_names_a_registry_or_a_folder_of_one_machine(file: str) -> None:
    assert not breaches(file, ELSEWHERE)


@pytest.mark.parametrize("file", MODULES)
def test_whoever_switches_a_check_off_says_why(file: str) -> None:
    unexplained = [
        f"{file}:{line}: no reason"
        for line, reason in exemptions(file)
        if not re.search(r"\w+ \w+", reason)
    ]
    assert not unexplained


@pytest.mark.parametrize("file", TESTS)
def test_the_name_of_a_test_is_a_sentence(file: str) -> None:
    terse = [
        f"{file}:{function.lineno}: {function.name}"
        for function in functions(file)
        if function.name.startswith("test") and function.name.count("_") < 3
    ]
    assert not terse


def test_the_top_level_holds_only_what_it_must() -> None:
    top_level = {file.partition("/")[0] for file in FILES if not file.startswith(".")}
    assert top_level <= TOP_LEVEL


def test_continuous_integration_runs_what_we_run() -> None:
    assert text(".ci/run").rstrip().endswith('/scripts/run" test')

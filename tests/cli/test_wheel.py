"""The wheel is the whole program: unpacked anywhere, it creates its log and passes the tests."""

import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cli.shell import BITMEX, CHECKOUT, START, Said, python


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and unpack it."""
    built, unpacked = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("unpacked")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)]
    said = python(build, cwd=CHECKOUT)
    assert said.code == 0, said
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    return unpacked


def python_on(unpacked: Path, folder: Path, *arguments: object) -> Said:
    """Run Python where the wheel comes before the checkout, even an editable one."""
    command = [sys.executable, "-P", *map(str, arguments)]
    return python(command, cwd=folder, env={"PYTHONPATH": str(unpacked)})


def test_the_wheel_carries_the_migrations_and_nothing_of_the_tests(unpacked: Path) -> None:
    names = {path.name for path in unpacked.iterdir()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"ledger", "projections"}
    assert (unpacked / "ledger" / "alembic" / "env.py").is_file()
    ours = {path.name for path in (CHECKOUT / "alembic" / "versions").glob("*.py")}
    assert {p.name for p in (unpacked / "ledger/alembic/versions").glob("*.py")} == ours


def test_the_wheel_alone_creates_fills_and_checks_a_ledger(unpacked: Path, folder: Path) -> None:
    where = "import ledger, projections, ledger.log.migrations as m; "
    where += "print(ledger.__file__, projections.__file__, m.migrations_folder(), sep='\\n')"
    found = python_on(unpacked, folder, "-c", where)
    assert found.code == 0, found
    assert all(line.startswith(str(unpacked)) for line in found.out.splitlines()), found
    for arguments in (
        ("init",),
        ("import", "bitmex", BITMEX, "--account", "M1"),
        ("init", "--officer", "amy:compliance", "--officer", "ben:risk"),
        ("--as", "amy:compliance", "init", "--rules", "hong-kong"),
        ("--as", "ben:risk", "init", "--rules", "hong-kong"),
        ("check",),
        ("check", "coverage"),
        ("show", "balances"),
        ("demo",),
    ):
        said = python_on(unpacked, folder, *START, *arguments)
        assert said.code == 0, said


def test_the_wheel_passes_a_module_of_the_suite_from_another_folder(
    unpacked: Path, folder: Path
) -> None:
    for name in ("conftest.py", "postgres_server.py"):
        (folder / "tests" / "cli").mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / "tests" / name, folder / "tests" / name)
    for name in ("conftest.py", "shell.py", "test_rows.py"):
        shutil.copy(CHECKOUT / "tests" / "cli" / name, folder / "tests" / "cli" / name)
    shutil.copytree(CHECKOUT / "tests" / "fixtures", folder / "tests" / "fixtures")
    probe = "def test_where_the_program_is() -> None:\n    import ledger\n"
    probe += f"    assert ledger.__file__.startswith({str(unpacked)!r})\n"
    (folder / "tests" / "test_probe.py").write_text(probe)
    options = ("--import-mode=importlib", "-q", "-p", "no:cacheprovider", "-k", "not postgresql")
    paths = f"pythonpath={unpacked} {folder}"
    said = python_on(unpacked, folder, "-m", "pytest", "tests", *options, "-o", paths)
    assert said.code == 0, said.out[-3_000:]
    assert "passed" in said.out

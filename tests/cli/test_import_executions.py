"""`ledger import` of executions and settlements: cost as booked, positions that close exactly."""

from pathlib import Path
from typing import Any

import pytest

from tests.adapters.statements import EXECUTIONS, SETTLEMENTS, spoiled
from tests.cli.shell import BITMEX, FIXTURES, Shell, command, ndjson

FILES = {
    "wallet": BITMEX,
    "executions": FIXTURES / "bitmex_executions.csv",
    "settlements": FIXTURES / "bitmex_settlements.csv",
}
FLAT = {"DOTUSDT": "0", "ETHH24": "0", "LINKUSDT": "0", "TRXM24": "0"}


def told(shell: Shell, file: object) -> dict[str, int]:
    """Import a file of the mirror M1 and give the counts."""
    counts: dict[str, int] = shell.json("import", "bitmex", file, "--account", "M1")
    return counts


def positions(shell: Shell) -> dict[str, str]:
    """Give what M1 holds of each contract."""
    return {
        asset: amount
        for (account, asset), amount in shell.balances().items()
        if account == f"M1/{asset}"
    }


def executed(shell: Shell) -> list[dict[str, Any]]:
    """Give what the executions on record say."""
    return [row["data"] for row in shell.log() if row["type"] == "VenueExecution"]


def test_all_three_files_of_an_account_stand_side_by_side(shell: Shell) -> None:
    shell.done("init")
    for name, recorded in (("wallet", 10), ("executions", 5), ("settlements", 5)):
        assert told(shell, FILES[name])["recorded"] == recorded
    assert positions(shell) == FLAT
    balances = shell.balances()
    assert balances["M1", "XBT"] == "1.0299685"
    assert {balances[f"M1/{name}", "XBT"] for name in FLAT} == {"0"}
    flags = [flag for data in executed(shell) for flag in data["flags"]]
    assert flags.count("value_differs") == 1
    assert flags.count("cost_unknown") == 2
    assert len(executed(shell)) == 10
    assert shell.laws() == {}
    assert shell.json("replay", "against", "bitmex", BITMEX)["matched"] == 4
    before = shell.log()
    for name in FILES:
        assert told(shell, FILES[name])["recorded"] == 0
    assert shell.log() == before


def test_what_a_position_cost_is_averaged_and_its_profit_left_to_the_venue(sqlite: Shell) -> None:
    sqlite.done("init")
    told(sqlite, FILES["executions"])
    bought, more, sold, *_ = executed(sqlite)
    assert (bought["position_quantity"], bought["position_cost"]) == ("100", "0.2")
    assert (more["position_cost"], more["flags"][-1]) == ("0.30050007", "value_differs")
    assert (sold["position_quantity"], sold["position_cost"]) == ("120", "0.24040006")
    assert sold["realized_profit"] == "0.00289999"
    assert positions(sqlite) == {"DOTUSDT": "0", "LINKUSDT": "120"}
    assert ("M1", "XBT") not in sqlite.balances()


def test_settlements_alone_take_over_what_they_close(sqlite: Shell) -> None:
    sqlite.done("init")
    assert told(sqlite, FILES["settlements"])["recorded"] == 6
    said = executed(sqlite)
    assert [data["kind"] for data in said] == ["opening_position", "settlement"] * 3
    assert {data["realized_profit"] for data in said} == {"0"}
    assert [data["position_quantity"] for data in said[1::2]] == ["0", "0", "0"]
    assert said[0]["line"] == said[1]["line"]
    late = sqlite("import", "bitmex", FILES["executions"], "--account", "M1")
    assert (late.code, late.err.count("\n")) == (3, 1)
    assert "line 3: field symbol: LINKUSDT of before 2024-03-29T12:00:10.181000000Z" in late.err
    assert told(sqlite, FILES["settlements"])["duplicate"] == 6


def test_an_import_says_how_many_positions_it_took_over(sqlite: Shell) -> None:
    sqlite.done("init")
    statement = ("import", "bitmex", FILES["settlements"], "--account", "M1")
    taken = "positions taken over whose executions are not in the ledger: 3\n"
    assert taken in sqlite(*statement).err
    assert taken not in sqlite(*statement).err


def test_a_position_that_the_venue_does_not_confirm_is_refused(sqlite: Shell, folder: Path) -> None:
    sqlite.done("init")
    (folder / "part.csv").write_bytes(
        spoiled(EXECUTIONS, 2, "Sell,-30", "Sell,-31").replace(b",,,30,30", b",,,30,31", 1)
    )
    told(sqlite, "part.csv")
    before = sqlite.log()
    said = sqlite("import", "bitmex", FILES["settlements"], "--account", "M1")
    assert (said.code, said.out, said.err.count("\n")) == (3, "", 1)
    assert "line 2: field position_before: 120 LINKUSDT where the ledger holds 119" in said.err
    assert sqlite.log() == before


BAD = {
    "half a satoshi": (spoiled(EXECUTIONS, 5, "-6475000", "-6475000.5"), "line 5: field execCost"),
    "a side that is none": (spoiled(EXECUTIONS, 6, "Buy", "Bought"), "line 6: field side"),
    "a position that does not close": (
        spoiled(SETTLEMENTS, 4, ",-50000,50000,0,", ",-50000,50000,1,"),
        "line 4: field position_before",
    ),
    "a settlement from the future": (
        spoiled(SETTLEMENTS, 3, "2024-03-29T12:00:10.181Z", "2124-03-29T12:00:10.181Z"),
        "line 3: field timestamp: 2124-03-29T12:00:10.181000000Z is in the future",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_keeps_all_of_the_file_out(sqlite: Shell, folder: Path, name: str) -> None:
    data, says = BAD[name]
    sqlite.done("init")
    (folder / "bad.csv").write_bytes(data)
    said = sqlite("import", "bitmex", "bad.csv", "--account", "M1")
    assert (said.code, said.out, said.err.count("\n")) == (3, "", 1)
    assert says in said.err
    assert sqlite.head() == 0


def test_a_longer_file_records_only_what_is_new(sqlite: Shell, folder: Path) -> None:
    sqlite.done("init")
    lines = EXECUTIONS.splitlines(keepends=True)
    (folder / "short.csv").write_bytes(b"".join(lines[:4]))
    assert told(sqlite, "short.csv")["recorded"] == 3
    longer = told(sqlite, FILES["executions"])
    assert (longer["recorded"], longer["duplicate"]) == (2, 3)


def test_executions_state_no_balances_to_be_held_to(sqlite: Shell) -> None:
    sqlite.done("init")
    told(sqlite, FILES["executions"])
    said = sqlite("replay", "against", "bitmex", FILES["executions"])
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "executions state no balances" in said.err


def test_lines_with_and_without_a_balance_hold_together(sqlite: Shell) -> None:
    sqlite.done("init")
    line = {
        "account": "M1",
        "venue": "bitmex",
        "asset": "XBT",
        "kind": "deposit",
        "venue_kind": "Deposit",
        "reference": "r",
    }
    commands = [
        command("RegisterAsset", "a", asset="XBT", scale=8, kind="virtual_asset"),
        command("OpenMirrorAccount", "m", account="M1", venue="bitmex", at="2024-01-01"),
        command("ReportVenueLine", "1", at="2024-01-01", amount="1", **line),
        command("ReportVenueLine", "2", at="2024-01-02", amount="2", balance="3", **line),
        command("ReportVenueLine", "3", at="2024-01-03", amount="-1", **line),
    ]
    sqlite.done("record", "--quiet", stdin=ndjson(*commands))
    assert sqlite.laws() == {}
    stated = [
        (row["balance"], row["stated"])
        for row in sqlite.json("show", "movements", "--where", "account=M1")
    ]
    assert stated == [("1", None), ("3", "3"), ("2", None)]
    wrong = command("ReportVenueLine", "4", at="2024-01-04", amount="1", balance="4", **line)
    sqlite.done("record", "--quiet", stdin=ndjson(wrong))
    assert list(sqlite.laws()) == ["mirrors"]

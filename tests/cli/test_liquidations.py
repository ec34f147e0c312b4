"""`ledger replay against hyperliquid`: each liquidation beside what the ledger held, or why not."""

import pytest

from tests.cli.shell import FIXTURES, Shell

LIST = FIXTURES / "hyperliquid_liquidations.csv"
SUMMARY = "1 of 9 agree within a hundredth; in 3 what was taken over"


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Import the small file of fills once."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("liquidations")
        patch.chdir(folder)
        patch.setenv("LEDGER_VAULT", f"sqlite:///{folder}/vault.db")
        shell = Shell(f"sqlite:///{folder / 'ledger.db'}")
        shell.done("init")
        for name in ("trades", "transfers"):
            shell.done("import", "hyperliquid", FIXTURES / f"hyperliquid_{name}.csv")
    return shell


@pytest.fixture(autouse=True)
def vault(mirrored: Shell, folder: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name the vault that knows the users."""
    del folder
    place = str(mirrored.url).replace("ledger.db", "vault.db")
    monkeypatch.setenv("LEDGER_VAULT", place)


def test_every_liquidation_has_its_row_and_whatever_differs_its_reason(mirrored: Shell) -> None:
    said = mirrored("--json", "replay", "against", "hyperliquid", LIST)
    assert (said.code, said.envelope["status"], said.err.count("\n")) == (1, "fail", 1)
    assert SUMMARY in said.err
    rows = said.data
    assert [(row["ledger"], row["ratio"], row["reason"]) for row in rows] == [
        ("198", "0.99", None),
        ("2376", "1.188", "the venue leaves out SOL-PERP"),
        ("6112.345", "0.5094", "fills missing: more was taken over of BTC-PERP"),
        ("200", "0.9524", "other prices at the venue"),
        ("150", "0.7576", "AVAX-PERP taken over 25 % below its price before"),
        ("0", "0", "no position then"),
        ("0", "0", "no fills recorded"),
        ("396", "1.1314", "price of SOL-PERP 152 minutes old"),
        (
            "2368",
            "0.9108",
            "SOL-PERP taken over 20 % below its price before; price of ETH-PERP 149 minutes old",
        ),
    ]
    assert [row["agrees"] for row in rows] == [True] + [False] * 8
    assert (rows[0]["taken_over"], rows[0]["restored"], rows[0]["venue"]) == ("198", "200", "200")
    assert rows[5]["restored"] is None
    assert len({row["account"] for row in rows}) == 4
    assert all("0x" not in row["account"] for row in rows)


def test_rows_are_written_as_any_others(mirrored: Shell) -> None:
    table = mirrored("replay", "against", "hyperliquid", LIST)
    assert (table.code, table.out.count("\n")) == (1, 11)
    said = mirrored("replay", "against", "hyperliquid", LIST, "-O", "csv", "-o", "rows.csv")
    assert (said.code, said.out) == (1, "")
    lines = mirrored("replay", "against", "hyperliquid", LIST, "-O", "ndjson").lines
    assert lines == mirrored("--json", "replay", "against", "hyperliquid", LIST).data


def test_it_ends_well_where_all_agree(mirrored: Shell) -> None:
    one = b"".join(LIST.read_bytes().splitlines(keepends=True)[:2])
    said = mirrored("replay", "against", "hyperliquid", "-", stdin=one)
    assert said.code == 0
    assert "1 of 1 agree within a hundredth" in said.err


def test_what_only_one_kind_of_source_takes_is_refused_for_the_other(mirrored: Shell) -> None:
    head = mirrored.head()
    for arguments in (
        ("hyperliquid", LIST, "--account", "M1"),
        ("bitmex", FIXTURES / "bitmex_wallet.csv", "-O", "csv"),
        ("bitmex", FIXTURES / "bitmex_wallet.csv", "-o", "x.csv"),
    ):
        said = mirrored("replay", "against", *arguments)
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    bad = mirrored("replay", "against", "hyperliquid", FIXTURES / "hyperliquid_trades.csv")
    assert (bad.code, bad.err.count("\n")) == (3, 1)
    assert mirrored.head() == head


def test_a_ledger_without_users_has_nothing_to_compare(
    sqlite: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEDGER_VAULT")
    sqlite.done("init")
    said = sqlite("replay", "against", "hyperliquid", LIST)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "no account mirrors hyperliquid: import its file first" in said.err

"""`ledger funding` and `ledger margin`, as a scheduler and a person call them."""

import shlex
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.api import Ledger
from ledger.cli.frame import run
from ledger.cli.settings import read_settings
from ledger.commands import FixFundingRate, SettleFunding
from ledger.funding import Funding
from ledger.instants import write_instant
from ledger.mirrors import state_of
from ledger.outcome import Status
from projections.cli.day import files, steps
from projections.cli.margin_noon import COLLATERAL_FILE
from projections.cli.step import TOY_VENUE
from projections.toy_venue.__main__ import toys
from tests.cli.shell import Shell, typed

PAY = ("--as", "service/pricing:dealing", "funding", "BTC-PERP")
PRICING = {"id": "pricing", "kind": "service", "role": "dealing"}
EVALUATE = ("--as", "service/sweep:risk", "margin")


def play(until: str) -> Shell:
    """Play the demo up to the step that ends with some words."""
    for name, content in files(1).items():
        Path(name).write_text(content, encoding="utf-8")
    for step in steps():
        if step.line.endswith(until):
            break
        if step.program == TOY_VENUE:
            assert run(toys, shlex.split(step.line)) == step.code
        else:
            assert typed(*shlex.split(step.line)).code == step.code
    return Shell()


@pytest.fixture
def noon(folder: Path) -> Shell:
    """Play the demo up to its noon: two intervals are paid, and everybody holds something."""
    del folder
    return play(COLLATERAL_FILE)


@pytest.fixture
def due(folder: Path) -> Shell:
    """Play the demo until a first interval is over, and nothing of it is paid."""
    del folder
    return play(" ".join(PAY[2:]))


def test_an_interval_that_is_paid_is_not_paid_again(noon: Shell) -> None:
    intervals = noon.json("show", "funding")
    again = noon(*PAY, "--at", intervals[0]["until"])
    assert again.code == 1
    assert "funding_settled: it is paid already" in again.err
    due = noon(*PAY)
    assert due.code == 2
    assert "nothing to pay on BTC-PERP" in due.err
    assert len(noon.json("show", "funding_payments")) == 5 * len(intervals) == 10
    assert noon.laws() == {}


def test_what_was_refused_once_is_paid_when_it_may_be(due: Shell) -> None:
    for _ in range(2):
        refused = due("--as", "service/pricing:compliance", *PAY[2:])
        assert refused.code == 1
        assert "role_lacking" in refused.err
        assert refused.out == ""
    assert due(*PAY).code == 0
    assert len(due.json("show", "funding_payments")) == 5
    assert due.laws() == {}


def closed_for_nobody(due: Shell, *accounts: str, suspended: str = "0") -> str:
    """Fix the rate of the interval, and pay it to some who hold the contract, or to nobody."""
    with Ledger(read_settings(due.url, None).database) as ledger:
        state = state_of(ledger.reader, "funding-BTC-PERP")
        assert isinstance(state, Funding)
        at = write_instant(min(state.samples))
        said = {"actor": PRICING, "legal_entity": "VATP", "instrument": "BTC-PERP", "at": at}
        paid = {"accounts": accounts, "suspended": suspended}
        for kind, more in ((FixFundingRate, {}), (SettleFunding, paid)):
            command = kind.model_validate({"command_id": kind.__name__, **said, **more})
            assert ledger.record(command).status is Status.RECORDED
    return at


def test_whoever_was_left_out_of_an_interval_is_paid_when_it_is_asked_for_again(due: Shell) -> None:
    at = closed_for_nobody(due)
    assert "is left out of the interval" in str(due.laws()["funding"])
    (late,) = due.json(*PAY, "--at", at)
    (interval,) = due.json("show", "funding")
    amounts = [Decimal(row["amount"]) for row in due.json("show", "funding_payments")]
    assert (late["accounts"], interval["accounts_count"], len(amounts)) == (5, 5, 5)
    paid = -sum(amount for amount in amounts if amount < 0)
    assert Decimal(late["paid"]) == Decimal(interval["paid"]) == paid > 0
    assert due.laws() == {}
    assert due("views", "check").code == 0
    assert due(*PAY, "--at", at).code == 1


def test_everybody_who_holds_a_contract_is_evaluated(noon: Shell) -> None:
    held = {row["account"] for row in noon.json("show", "positions") if row["quantity"] != "0"}
    rows = noon.json(*EVALUATE)
    assert {row["account"] for row in rows} == held
    assert {row["rung"] for row in rows} == {"healthy"}
    shown = {row["sequence"]: row["equity"] for row in noon.json("show", "margin")}
    assert shown == {row["sequence"]: row["equity"] for row in rows}


def test_whoever_cannot_be_evaluated_is_named_and_the_others_are(noon: Shell) -> None:
    said = noon("--json", *EVALUATE, "C1-1", "nobody")
    assert said.code == 1
    assert [row["account"] for row in said.data] == ["C1-1"]
    assert "nobody: account_unknown" in said.err


def test_of_a_moment_for_which_prices_are_too_old_nothing_is_evaluated(noon: Shell) -> None:
    said = noon(*EVALUATE, "C1-1", "--at", "2026-01-01")
    assert said.code == 1
    assert "C1-1: " in said.err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("margin", "a b"), "ACCOUNTS 'a b': write letters and digits"),
        (("margin", "--at", "yesterday"), "--at: 'yesterday' is not a time"),
        (("funding", "x y"), "INSTRUMENT 'x y': write letters and digits"),
        (("funding", "BTC-PERP", "--at", "noon"), "--at: 'noon' is not a time"),
        (("funding", "BTC-PERP"), "nothing to pay on BTC-PERP"),
    ],
)
def test_a_slip_is_told_with_its_remedy(
    sqlite: Shell, arguments: tuple[str, ...], problem: str
) -> None:
    sqlite.done("init")
    said = sqlite(*arguments)
    assert (said.code, problem in said.err) == (2, True), said.err


def test_where_nobody_holds_anything_there_is_nothing_to_evaluate(sqlite: Shell) -> None:
    sqlite.done("init")
    said = sqlite("margin")
    assert said.code == 0
    assert "nobody holds a contract: nothing to evaluate" in said.err

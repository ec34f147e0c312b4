"""BitMEX executions and settlements: the venue's own cost, and positions that close exactly."""

import pytest

from ledger.adapters.bitmex import read_statement
from ledger.adapters.executions import Reporter, execution_facts, positions_taken_over
from ledger.adapters.statement import register_assets
from ledger.commands import ReportVenueExecution
from ledger.errors import Malformed
from ledger.events import ExecutionKind, Side
from ledger.instants import read_instant
from ledger.numbers import amount, total, write_amount
from tests.adapters.statements import BITMEX, EXECUTIONS, SETTLEMENTS, refusal, spoiled, without

TRADED = read_statement(EXECUTIONS).executions
SETTLED = read_statement(SETTLEMENTS).executions
M1 = Reporter("bitmex", "M1")
HELD = {"LINKUSDT": amount("120")}
LINK_SETTLED = read_instant("2024-03-29T12:00:10.181Z")


def reported(*, held: bool) -> list[ReportVenueExecution]:
    """Give the facts of the settlements where LINKUSDT is held, or nothing is."""
    taken = positions_taken_over(M1, SETTLED, HELD if held else {}, {}, ())
    return list(execution_facts(M1, SETTLED, taken))


def test_the_header_tells_which_file_it_is() -> None:
    assert len(read_statement(BITMEX).lines) == 10
    assert [line.number for line in TRADED] == [3, 4, 2, 5, 6]
    assert {line.kind for line in SETTLED} == {ExecutionKind.SETTLEMENT}
    assert [asset.asset for asset in register_assets(read_statement(EXECUTIONS))] == ["XBT"]
    odd = refusal("bitmex", EXECUTIONS.replace(b"execCost", b"cost", 1))
    assert (odd.line, odd.field) == (1, "execCost")
    assert "configured_multiplier_raw" in odd.problem


def test_an_execution_keeps_the_cost_that_the_venue_booked() -> None:
    facts = list(execution_facts(M1, TRADED, sealed={4: "a" * 64}))
    said = facts[1]
    assert said.command_id == "bitmex:M1:execution:b0000000-0000-4000-8000-000000000002"
    assert (said.side, said.instrument, said.line) == (Side.BUY, "LINKUSDT", "a" * 64)
    assert said.cost is not None
    assert said.multiplier is not None
    assert [write_amount(each) for each in (said.quantity, said.price, said.cost)] == [
        "50",
        "20.1",
        "0.10050007",
    ]
    assert write_amount(said.multiplier) == "0.0001"
    assert [fact.order_id for fact in facts].count(None) == 1
    costs = [fact.cost for fact in facts if fact.cost is not None]
    assert write_amount(total(costs)) == "0.23715007"


def test_a_settlement_takes_over_a_position_that_the_ledger_does_not_hold() -> None:
    facts = reported(held=True)
    assert [(fact.kind, fact.side, write_amount(fact.quantity)) for fact in facts] == [
        (ExecutionKind.SETTLEMENT, Side.SELL, "120"),
        (ExecutionKind.OPENING_POSITION, Side.BUY, "2000"),
        (ExecutionKind.SETTLEMENT, Side.SELL, "2000"),
        (ExecutionKind.OPENING_POSITION, Side.SELL, "50000"),
        (ExecutionKind.SETTLEMENT, Side.BUY, "50000"),
    ]
    opening, settlement = facts[-2:]
    assert write_amount(settlement.price) == "0.0000025"
    assert (opening.at, opening.execution_id) == (settlement.at, settlement.execution_id)
    assert opening.command_id != settlement.command_id
    assert [write_amount(f.cost) for f in facts[-2:] if f.cost] == ["-0.125", "0.125"]
    assert len(reported(held=False)) == 6


def test_settlements_that_are_known_take_nothing_over_again() -> None:
    ids = {fact.command_id for fact in reported(held=True)}
    assert positions_taken_over(M1, SETTLED, {}, {}, ids) == {3, 4}
    without_last = ids - {M1.command_id(SETTLED[2])}
    held = {"TRXM24": amount("-50000")}
    assert positions_taken_over(M1, SETTLED, held, {}, without_last) == {3, 4}


@pytest.mark.parametrize("held", ["119", "-120", "1"])
def test_a_position_that_is_not_the_venues_is_refused_with_both_figures(held: str) -> None:
    with pytest.raises(Malformed) as refused:
        positions_taken_over(M1, SETTLED, {"LINKUSDT": amount(held)}, {}, ())
    assert (refused.value.line, refused.value.field) == (2, "position_before")
    assert f"120 LINKUSDT where the ledger holds {held}" in refused.value.problem


def test_executions_of_a_position_that_was_taken_over_come_too_late() -> None:
    taken = {"LINKUSDT": LINK_SETTLED}
    with pytest.raises(Malformed, match="import executions before settlements") as refused:
        positions_taken_over(M1, TRADED, {}, taken, ())
    assert (refused.value.line, refused.value.field) == (3, "symbol")
    known = [M1.command_id(execution) for execution in TRADED]
    assert not positions_taken_over(M1, TRADED, {}, taken, known)


@pytest.mark.parametrize(
    ("line", "old", "new", "field"),
    [
        (3, "20000000", "20000000.5", "execCost"),
        (3, "20000000", "9" * 27, "execCost"),
        (3, ",100,20.5", ",0,20.5", "signed_contract_qty"),
        (3, ",100,20.5", ",-100,20.5", "signed_contract_qty"),
        (3, ",100,20.5", ",1e2,20.5", "signed_contract_qty"),
        (3, "100,100\n", "100,99\n", "signed_contract_qty, lastQty"),
        (3, "Buy", "buy", "side"),
        (3, ",20,20,", ",0,20,", "lastPx"),
        (3, ",20,20,", ",NaN,20,", "lastPx"),
        (3, ",20,20,", ",1e-99,20,", "lastPx"),
        (3, ",10000,", ",0,", "configured_multiplier_raw"),
        (3, "LINKUSDT", "LINK/USDT", "symbol"),
        (3, "10:00:00Z", "10:00Z", "event_time"),
        (3, "b0000000-0000-4000-8000-000000000001", "b 1", "execID"),
        (4, "000000000002,c", "000000000001,c", "execID"),
    ],
)
def test_a_spoiled_execution_is_named_with_its_line(
    line: int, old: str, new: str, field: str
) -> None:
    data = spoiled(EXECUTIONS, line, old.rstrip("\n"), new.rstrip("\n"))
    error = refusal("bitmex", data)
    assert (error.line, error.field) == (line, field)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("Settlement", "Trade", "execType"),
        ("XBt", "XXBt", "settlCurrency"),
        (",120,-120,0,", ",121,-120,0,",
         "position_before, signed_contract_qty, position_after"),
        (",120,-120,0,", ",1.5,-120,0,", "position_before"),
        ("2024-03-29T12:00:10.181Z", "2024-03-29", "timestamp"),
        (",2024-03-29T12:00:00.000Z,d", ",,d", "transactTime"),
    ],
)  # fmt: skip
def test_a_spoiled_settlement_is_named_with_its_line(old: str, new: str, field: str) -> None:
    error = refusal("bitmex", spoiled(SETTLEMENTS, 2, old, new))
    assert (error.line, error.field) == (2, field)


def test_every_file_of_the_venue_refuses_a_line_that_was_cut() -> None:
    for data in (EXECUTIONS, SETTLEMENTS):
        cut = data.rstrip(b"\n")[:-40]
        assert refusal("bitmex", cut).line == data.count(b"\n")
    assert len(read_statement(without(EXECUTIONS, 3)).executions) == 4

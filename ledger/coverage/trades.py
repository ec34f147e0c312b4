"""How the cases of the controls are told: an account asks whether it may trade."""

from typing import Any

from ledger.commands import CheckEligibility
from ledger.controls import CONTROLS
from ledger.coverage.case import Case, Gate, History, Refused
from ledger.coverage.in_order import DORA, IN_ORDER, ask
from ledger.events import Effect

NAMES = {control.examine: control.name for control in CONTROLS}


def may_trade(**fields: Any) -> CheckEligibility:
    """Ask whether account A may trade the perpetual, well within its limits."""
    usual = {"account": "A", "product": "BTC-PERP", "exposure": "500000", "concentration": "50"}
    return ask(DORA, CheckEligibility, **{**usual, **fields})


def passes(
    gate: Gate,
    title: str,
    history: History = IN_ORDER,
    *,
    only: tuple[str, ...] = (),
    **asked: Any,
) -> Case:
    """Tell a case in which the trade passes."""
    return Case(gate, title, history, may_trade(**asked), only=only)


def reduces(gate: Gate, title: str, history: History, **asked: Any) -> Case:
    """Tell a case in which the same would stop an increase, and does not stop a reduction."""
    return passes(gate, title, history, effect=Effect.REDUCE, **asked)


def refuses(
    gate: Gate,
    title: str,
    refused: Refused,
    history: History = IN_ORDER,
    *,
    only: tuple[str, ...] = (),
    **asked: Any,
) -> Case:
    """Tell a case in which this control refuses."""
    by_control = refused._replace(control=NAMES[gate])
    return Case(gate, title, history, may_trade(**asked), by_control, only=only)

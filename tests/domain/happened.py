"""What happened before, and what is asked: short ways to say it in the examples."""

from typing import Any

from ledger.chart import Segregation
from ledger.commands import COMMANDS, Command
from ledger.events import (
    AccountClosed,
    AccountOpened,
    AssetKind,
    AssetRegistered,
    CashDeposited,
    CashTransferred,
    CashWithdrawn,
    MirrorAccountOpened,
)
from ledger.numbers import amount

USD = AssetRegistered(asset="USD", scale=2, kind=AssetKind.FIAT)
BTC = AssetRegistered(asset="BTC", scale=8, kind=AssetKind.VIRTUAL_ASSET)
A_OPEN = AccountOpened(account="A")
B_OPEN = AccountOpened(account="B")
HOUSE_OPEN = AccountOpened(account="H", segregation=Segregation.HOUSE)
A_CLOSED = AccountClosed(account="A")
B_CLOSED = AccountClosed(account="B")
M_OPEN = MirrorAccountOpened(account="M", venue="bitmex")


def deposited(figure: str, **said: Any) -> CashDeposited:
    fields: dict[str, Any] = {"account": "A", "asset": "USD", "source": "bank", **said}
    return CashDeposited(amount=amount(figure), **fields)


def withdrawn(figure: str) -> CashWithdrawn:
    return CashWithdrawn(account="A", asset="USD", amount=amount(figure), destination="bank")


def transferred(account: str, figure: str, counterparty: str) -> CashTransferred:
    return CashTransferred(
        account=account, asset="USD", amount=amount(figure), counterparty=counterparty
    )


_USUAL: dict[str, dict[str, object]] = {
    "WithdrawCash": {"account": "A", "asset": "USD"},
    "TransferCash": {"account": "A", "to_account": "B", "asset": "USD"},
    "ReportDeposit": {"account": "A", "asset": "USD", "at": "2026-02-11T08:00:00Z"},
    "CorrectMovement": {
        "account": "A",
        "asset": "USD",
        "kind": "was_wrong",
        "reason": "typed wrongly",
    },
    "OpenAccount": {"account": "A"},
    "CloseAccount": {"account": "A"},
    "RegisterAsset": {"asset": "USD", "scale": 2, "kind": "fiat"},
    "OpenMirrorAccount": {"account": "M", "venue": "bitmex", "at": "2026-02-11T08:00:00Z"},
    "ReportVenueLine": {
        "account": "M",
        "venue": "bitmex",
        "asset": "BTC",
        "balance": "1.5",
        "venue_kind": "Deposit",
        "reference": "36f8f6c5",
        "at": "2026-02-11T08:00:00Z",
    },
    "ReportVenueExecution": {
        "account": "M",
        "venue": "bitmex",
        "execution_id": "e-1",
        "instrument": "LINKUSDT",
        "asset": "BTC",
        "at": "2026-02-11T08:00:00Z",
    },
}


def ask(name: str, **fields: object) -> Command:
    """Make a command from what is usual and what matters here."""
    return COMMANDS[name].model_validate({"command_id": "c-1", **_USUAL[name], **fields})

"""Everything that can be asked of the ledger or reported to it; the door."""

from ledger.commands.account import (
    CloseAccount,
    CorrectMovement,
    OpenAccount,
    ReportDeposit,
    TransferCash,
    WithdrawCash,
)
from ledger.commands.asset import RegisterAsset
from ledger.commands.command import ActorField, Command, Fact
from ledger.commands.venue import OpenMirrorAccount, ReportVenueLine

COMMANDS: dict[str, type[Command]] = {
    command_type.__name__: command_type
    for command_type in (
        OpenAccount,
        CloseAccount,
        WithdrawCash,
        TransferCash,
        CorrectMovement,
        RegisterAsset,
        ReportDeposit,
        OpenMirrorAccount,
        ReportVenueLine,
    )
}

__all__ = [
    "COMMANDS",
    "ActorField",
    "CloseAccount",
    "Command",
    "CorrectMovement",
    "Fact",
    "OpenAccount",
    "OpenMirrorAccount",
    "RegisterAsset",
    "ReportDeposit",
    "ReportVenueLine",
    "TransferCash",
    "WithdrawCash",
]

"""Which rule decides which command, and how each kind of stream evolves: the core in one page.

`decide` is total, deterministic and free of effects: time, states and cited records are arguments.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ledger import account, asset, correction, venue
from ledger.account import Account
from ledger.asset import Asset
from ledger.commands import (
    CloseAccount,
    Command,
    CorrectMovement,
    Fact,
    OpenAccount,
    OpenMirrorAccount,
    RegisterAsset,
    ReportDeposit,
    ReportVenueLine,
    TransferCash,
    WithdrawCash,
)
from ledger.events import Draft, Recorded
from ledger.instants import SECOND, Instant, write_instant
from ledger.reasons import Flag, Reason
from ledger.refusal import refuse

State: TypeAlias = Account | Asset


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far the source of a fact may differ from our clock, in nanoseconds."""

    future: int = 5 * SECOND
    late: int = 86_400 * SECOND


TOLERANCE = Tolerance()
"""What is tolerated unless somebody sets up the sequencer otherwise."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The moment of a decision and all that it may look at, by stream and by sequence."""

    now: Instant
    states: Mapping[str, State] = field(default_factory=dict)
    cited: Mapping[int, Recorded] = field(default_factory=dict)
    tolerance: Tolerance = TOLERANCE

    def account(self, name: str) -> Account:
        """Give the state of an account that the command named."""
        state = self.states[f"account-{name}"]
        assert isinstance(state, Account)
        return state

    def asset(self, name: str) -> Asset:
        """Give the state of an asset that the command named."""
        state = self.states[f"asset-{name}"]
        assert isinstance(state, Asset)
        return state


def decide(situation: Situation, command: Command) -> list[Draft]:
    """Decide a command: the events that follow, at least one; a refusal is an event too."""
    flags: tuple[Flag, ...] = ()
    if isinstance(command, Fact):
        latest = situation.now + situation.tolerance.future
        if command.at > latest:
            limit, at = write_instant(latest), write_instant(command.at)
            return refuse(command, Reason.AT_IN_FUTURE, limit=limit, attempted=at)
        if command.at < situation.now - situation.tolerance.late:
            flags = (Flag.LATE,)
    return _decide(situation, command, flags)


def _decide(situation: Situation, command: Command, flags: tuple[Flag, ...]) -> list[Draft]:
    match command:
        case ReportVenueLine():
            mirror, of_asset = situation.account(command.account), situation.asset(command.asset)
            return venue.report_line(mirror, of_asset, command, flags)
        case ReportDeposit():
            holder, of_asset = situation.account(command.account), situation.asset(command.asset)
            return account.deposit(holder, of_asset, command, flags)
        case WithdrawCash():
            holder, of_asset = situation.account(command.account), situation.asset(command.asset)
            return account.withdraw(holder, of_asset, command)
        case TransferCash():
            source, target = (
                situation.account(command.account),
                situation.account(command.to_account),
            )
            return account.transfer(source, target, situation.asset(command.asset), command)
        case CorrectMovement():
            holder, of_asset = situation.account(command.account), situation.asset(command.asset)
            original = situation.cited.get(command.corrects)
            return correction.correct(holder, of_asset, original, command)
        case OpenAccount():
            return account.open_account(situation.account(command.account), command)
        case CloseAccount():
            return account.close(situation.account(command.account), command)
        case OpenMirrorAccount():
            return venue.open_mirror(situation.account(command.account), command)
        case RegisterAsset():
            return asset.register(situation.asset(command.asset), command)
        case _:
            raise TypeError(f"no rule decides {type(command).__name__}")


def initial_state(stream: str) -> State:
    """Give the state of a stream before its first event."""
    return Account() if stream.startswith("account-") else Asset()


def evolve(state: State, recorded: Recorded) -> State:
    """Transcribe a recorded event into the state of its stream."""
    if isinstance(state, Account):
        return account.evolve(state, recorded.event, recorded.corrects)
    return asset.evolve(state, recorded.event)

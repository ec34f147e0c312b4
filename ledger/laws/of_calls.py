"""The law of margin calls: each follows from its evaluation; nothing leaves while one is unmet."""

from ledger.asset import Asset
from ledger.decider import States, evolve
from ledger.events import (
    CashTransferred,
    CashWithdrawn,
    CollateralReleased,
    MarginCallExpired,
    MarginCallIssued,
    MarginCallMet,
    MarginCallPartlyMet,
    MarginEvaluated,
    MarginWarningIssued,
    Recorded,
    Rung,
)
from ledger.holding import Account
from ledger.instants import Instant
from ledger.instrument import Instrument
from ledger.journal import Legs
from ledger.laws.figures import reckoned, said
from ledger.log.batch import CompleteRow
from ledger.log.log import Log
from ledger.log.reader import Head
from ledger.margin_standing import Standing
from ledger.numbers import ZERO, Amount, from_minor

KINDS = frozenset({"account", "asset", "instrument"})
TOLD = MarginWarningIssued | MarginCallIssued
FOLLOWED = MarginCallPartlyMet | MarginCallExpired | MarginCallMet


class Calls:
    """`calls`: warnings and calls say what their evaluation does, and an unmet call holds all back.

    What two people booked by a journal is theirs to answer for, and no breach.
    """

    def __init__(self, log: Log, head: Head) -> None:
        del log, head
        self._states = States()
        self._latest: dict[str, Recorded] = {}
        self._issued = self._met = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, legs
        breach = reckoned(lambda: self._breach(recorded))
        if isinstance(recorded.event, MarginEvaluated):
            self._latest[recorded.event.account] = recorded
        if recorded.stream.partition("-")[0] in KINDS:
            self._states[recorded.stream] = evolve(self._states[recorded.stream], recorded)
        return breach

    def conclude(self) -> tuple[str, str | None]:
        accounts = (state for state in self._states.values() if isinstance(state, Account))
        unmet = sum(len(account.calls) for account in accounts)
        return f"{self._issued} calls, {self._met} met, {unmet} unmet", None

    def _breach(self, recorded: Recorded) -> str | None:
        match recorded.event:
            case MarginWarningIssued() | MarginCallIssued() as told:
                self._issued += isinstance(told, MarginCallIssued)
                return self._mistold(told)
            case MarginCallPartlyMet() | MarginCallExpired() | MarginCallMet() as followed:
                self._met += isinstance(followed, MarginCallMet)
                return self._misfollowed(recorded, followed)
            case CashWithdrawn(account=account) | CollateralReleased(account=account):
                return self._held_back(account)
            case CashTransferred(account=account, amount=amount) if amount < ZERO:
                return self._held_back(account)
            case _:
                return None

    def _account(self, name: str) -> Account:
        state = self._states[f"account-{name}"]
        assert isinstance(state, Account)
        return state

    def _held_back(self, name: str) -> str | None:
        """Nothing leaves an account whose call is unmet."""
        unmet = self._account(name).unmet
        return None if unmet is None else f"it leaves while margin call {unmet} of {name} is unmet"

    def _mistold(self, event: TOLD) -> str | None:
        """Hold a warning or a call against the evaluation that it cites, which is the latest."""
        standing = self._standing(event.account, event.evaluation, event.instrument)
        if isinstance(standing, str):
            return standing
        rung = Rung.CALL if isinstance(event, MarginCallIssued) else Rung.WARNING
        level, source = standing.level(rung)
        breach = (
            said("equity", event.equity, standing.equity)
            or said("maintenance", event.maintenance, standing.maintenance)
            or said("level", event.level, level)
        )
        if breach or event.level_source != source:
            return breach or f"level_source is {event.level_source}, due {source}"
        if isinstance(event, MarginWarningIssued):
            due = standing.rung is Rung.WARNING
        else:
            due = standing.rung in (Rung.CALL, Rung.LIQUIDATION)
        if not due:
            return f"it stands on the rung {standing.rung}"
        if isinstance(event, MarginCallIssued):
            return said("amount", event.amount, standing.lacking)
        return None

    def _misfollowed(self, recorded: Recorded, event: FOLLOWED) -> str | None:
        """Hold what became of a call against the call, and against the latest evaluation."""
        account = self._account(event.account)
        keys = [key for key, call in account.calls.items() if call.number == event.call]
        if not keys:
            return f"call {event.call} of {event.account} is not unmet"
        call = account.calls[keys[0]]
        overdue = recorded.recorded_at >= call.due_at
        if isinstance(event, MarginCallExpired) and not overdue:
            return f"call {event.call} of {event.account} was not due yet"
        if isinstance(event, MarginCallMet) and event.late is not overdue:
            return "it is late" if overdue else "it is not late"
        left = ZERO
        if event.evaluation:
            standing = self._standing(event.account, event.evaluation, keys[0])
            if isinstance(standing, str):
                return standing
            left = standing.lacking
        return said("left", ZERO if isinstance(event, MarginCallMet) else event.left, left)

    def _standing(self, account: str, sequence: int, instrument: str | None) -> Standing | str:
        """Give how an account stood by an evaluation, or say why it is not the one."""
        latest = self._latest.get(account)
        if latest is None or latest.sequence != sequence:
            return f"it cites {sequence}, which is not the latest evaluation of {account}"
        event = latest.event
        assert isinstance(event, MarginEvaluated)
        levels, sources = event.levels, event.rungs
        if instrument is None:
            found = Standing(
                event.equity, event.maintenance, event.rung, self._unit(event.currency)
            )
            return found._replace(levels=levels, sources=sources)
        for position in event.positions:
            if position.instrument == instrument and position.equity is not None:
                assert position.rung is not None
                unit = self._value_unit(instrument, latest.at)
                found = Standing(position.equity, position.maintenance, position.rung, unit)
                return found._replace(levels=levels, sources=sources)
        return f"{instrument} is no isolated position of {account}"

    def _value_unit(self, instrument: str, at: Instant) -> Amount:
        state = self._states[f"instrument-{instrument}"]
        assert isinstance(state, Instrument)
        known = state.specification(at)
        assert known is not None
        return known.terms.value_unit

    def _unit(self, asset: str) -> Amount:
        state = self._states[f"asset-{asset}"]
        assert isinstance(state, Asset)
        return from_minor(1, state.scale or 0)

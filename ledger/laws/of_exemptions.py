"""The law of exemptions: the same rules for every account, and overrides that two agreed on."""

import msgspec

from ledger.events import (
    AccountOpened,
    EligibilityConfirmed,
    MirrorAccountOpened,
    OrderAccepted,
    OrderAmendRequested,
    OverrideGranted,
    Recorded,
)
from ledger.instants import Instant, write_instant
from ledger.journal import Legs
from ledger.log.batch import CompleteRow
from ledger.log.reader import Head, LogReader
from ledger.parameters import Parameters


class _Decided(msgspec.Struct, gc=False):
    """What a request says of the rules under which its command was decided."""

    ruleset: str
    reads: dict[str, int] = {}


_read_decided = msgspec.json.Decoder(_Decided).decode


class Exemptions:
    """`exemptions`: one set of rules for every account, and overrides only as they were granted.

    Rules are replaced for all at once and never come back: whoever must go back to older ones does
    so by a release that says so, and so has a digest of its own. Every override is listed.
    """

    def __init__(self, log: LogReader, head: Head) -> None:
        del log, head
        self._rulesets: list[str] = []
        self._rules_version = 0
        self._accounts = 0
        self._clients: dict[str, str | None] = {}
        self._overrides: dict[tuple[str, str], OverrideGranted] = {}

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, legs
        breach = self._decided(recorded)
        match recorded.event:
            case OverrideGranted() as granted:
                self._overrides[granted.client, granted.override] = granted
            case EligibilityConfirmed() | OrderAccepted() | OrderAmendRequested() as passed:
                breach = breach or self._exempted(passed, recorded.recorded_at)
            case AccountOpened() as opened:
                self._accounts += 1
                self._clients[opened.account] = opened.client
            case MirrorAccountOpened():
                self._accounts += 1
        if recorded.stream == Parameters.STREAM:
            self._rules_version = recorded.version
        return breach

    def conclude(self) -> tuple[str, str | None]:
        rulesets = len(self._rulesets)
        some = f"{rulesets} rulesets, one after another," if rulesets > 1 else f"{rulesets} ruleset"
        return f"{some} for {self._accounts} accounts, {len(self._overrides)} overrides", None

    def listed(self) -> tuple[str, ...]:
        """Tell of every override: what it waives for whom and when, and who agreed on it why."""
        return tuple(map(_told, self._overrides.values()))

    def _decided(self, recorded: Recorded) -> str | None:
        """A command was decided by the rules and parameters that bound everybody just then."""
        if not len(recorded.request_record):
            return None
        decided = _read_decided(recorded.request_record)
        if decided.ruleset not in self._rulesets[-1:]:
            if decided.ruleset in self._rulesets:
                return f"decided by the ruleset {decided.ruleset}, which was replaced before"
            self._rulesets.append(decided.ruleset)
        read = decided.reads.get(Parameters.STREAM, self._rules_version)
        if read != self._rules_version:
            return f"decided by parameters as of {read} records, of {self._rules_version}"
        return None

    def _exempted(
        self, passed: EligibilityConfirmed | OrderAccepted | OrderAmendRequested, now: Instant
    ) -> str | None:
        client = self._clients.get(passed.account) or getattr(passed, "client", None) or ""
        for name in passed.overrides:
            granted = self._overrides.get((client, name))
            if granted is None or not granted.effective_from <= now < granted.until:
                return f"override {name} of client {client} was not in force"
        return None


def _told(granted: OverrideGranted) -> str:
    since, until = write_instant(granted.effective_from), write_instant(granted.until)
    approval = granted.approval
    return (
        f"override {granted.override}: client {granted.client}, control {granted.control}, "
        f"from {since} until {until}, proposed by {approval.proposer}, "
        f"approved by {approval.approver}: {granted.reason}"
    )

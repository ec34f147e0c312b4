"""The parameters in force: every regulatory figure is recorded data, none is a constant in code.

What was never recorded is absent, and a rule that needs it refuses.
"""

import msgspec
from msgspec.structs import replace

from ledger.commands import AdoptRulePack, ChangeParameter, DatedChange, Figure
from ledger.commands.rules import WHOLE
from ledger.events import Draft, ParameterChanged, Recorded, RulePackAdopted, Unit
from ledger.instants import Instant
from ledger.numbers import Amount, amount, is_normal
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation, State
from ledger.timeline import Timeline, in_force, with_value


class Parameter(msgspec.Struct, frozen=True, gc=False):
    """A value in its unit, with the paragraph it comes from and whether its text was read.

    `number` is the value where it is a decimal in normal form, `record` what says so.
    """

    value: str
    unit: Unit
    source: str
    verified: bool
    record: Recorded
    number: Amount | None = None

    @property
    def sequence(self) -> int:
        """Give the place in the log of what says so."""
        return self.record.sequence


def _parameter(changed: ParameterChanged, recorded: Recorded) -> Parameter | None:
    """Read what a change says; None where it ends the parameter."""
    value = changed.after
    if value is None:
        return None
    number = amount(value) if is_normal(value) else None
    return Parameter(value, changed.unit, changed.source, changed.verified, recorded, number)


class Parameters(State, frozen=True):
    """What every parameter said from when on, by name and scope; None from where it ended.

    Nothing ties a name to a unit. So whoever reads a parameter says in which unit he reads it, and
    one in force in another unit is as good as none: a year is never taken for a month.
    """

    STREAM = "rules"

    timelines: dict[tuple[str, str], Timeline[Parameter | None]] = {}

    def find(self, name: str, now: Instant, scope: str = "") -> Parameter | None:
        """Give a parameter as it is in force; None where there is none."""
        return in_force(self.timelines.get((name, scope), ()), now)

    def number(self, name: str, unit: Unit, now: Instant, scope: str = "") -> Parameter | None:
        """Give a parameter that is a number in this unit, with its record; None for none."""
        found = self.find(name, now, scope)
        wrong = found is None or found.unit is not unit or found.number is None
        return None if wrong else found

    def text(self, name: str, unit: Unit, now: Instant, scope: str = "") -> str | None:
        """Give what a parameter says in this unit; None where nothing is in force in it."""
        found = self.find(name, now, scope)
        return None if found is None or found.unit is not unit else found.value

    def amount(self, name: str, unit: Unit, now: Instant, scope: str = "") -> Amount | None:
        """Give the number that a parameter is in this unit, such as HKD; None where it is none."""
        found = self.find(name, now, scope)
        return None if found is None or found.unit is not unit else found.number

    def count(self, name: str, unit: Unit, now: Instant, scope: str = "") -> int | None:
        """Give the whole number that a parameter is in this unit; None where it is none."""
        said = self.text(name, unit, now, scope)
        return None if said is None or unit not in WHOLE else int(said)


def evolve(state: Parameters, recorded: Recorded) -> Parameters:
    """Transcribe an event into the state."""
    match recorded.event:
        case ParameterChanged() as changed:
            key = (changed.name, changed.scope)
            value = _parameter(changed, recorded)
            timeline = with_value(state.timelines.get(key, ()), changed.effective_from, value)
            return replace(state, timelines={**state.timelines, key: timeline})
        case _:
            return state


@upholds("R32", "R90")
def adopt(situation: Situation, command: AdoptRulePack) -> list[Draft]:
    """Adopt a rule pack: whatever differs from what is in force on its date is changed."""
    assert situation.approval is not None
    figures = command.figures
    changes = [_change(situation, command, f) for f in figures if _differs(situation, command, f)]
    if not changes:
        return refuse(command, Reason.PACK_UNCHANGED, attempted=f"{command.pack} {command.version}")
    adopted = RulePackAdopted(
        pack=command.pack,
        version=command.version,
        file_digest=command.file_digest,
        figures=len(figures),
        effective_from=situation.effective_from(command),
        approval=situation.approval,
    )
    return [situation.change(command, event) for event in (adopted, *changes)]


@upholds("R32", "R90")
def change(situation: Situation, command: ChangeParameter) -> list[Draft]:
    """Give one parameter another value, or end it."""
    if not _differs(situation, command, command):
        ended = command.value is None
        reason = Reason.PARAMETER_MISSING if ended else Reason.PARAMETER_UNCHANGED
        attempted = f"{command.name} {command.scope}".rstrip()
        return refuse(command, reason, limit=command.value, attempted=attempted)
    event = replace(
        _change(situation, command, command),
        rationale=command.rationale,
        clients_notified_at=command.clients_notified_at,
        regulator_notice=command.regulator_notice,
    )
    return [situation.change(command, event)]


def _differs(situation: Situation, command: DatedChange, figure: Figure | ChangeParameter) -> bool:
    """Tell whether a figure says anything else than what is in force on the date of a change."""
    before = _before(situation, command, figure)
    if before is None or figure.value is None:
        return before is not None or figure.value is not None
    said = (figure.value, figure.unit, figure.source, figure.verified)
    return said != (before.value, before.unit, before.source, before.verified)


def _change(
    situation: Situation, command: DatedChange, figure: Figure | ChangeParameter
) -> ParameterChanged:
    assert situation.approval is not None
    before = _before(situation, command, figure)
    return ParameterChanged(
        name=figure.name,
        after=figure.value,
        unit=figure.unit,
        source=figure.source,
        verified=figure.verified,
        effective_from=situation.effective_from(command),
        scope=figure.scope,
        before=None if before is None else before.value,
        pack=command.pack if isinstance(command, AdoptRulePack) else None,
        approval=situation.approval,
    )


def _before(
    situation: Situation, command: DatedChange, figure: Figure | ChangeParameter
) -> Parameter | None:
    date = situation.effective_from(command)
    return situation.the(Parameters).find(figure.name, date, figure.scope)


RULES: Rules = {AdoptRulePack: adopt, ChangeParameter: change}

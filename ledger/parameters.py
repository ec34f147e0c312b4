"""The parameters in force: every regulatory figure is recorded data, none is a constant in code.

What was never recorded is absent, and a rule that needs it refuses.
"""

import msgspec
from msgspec.structs import replace

from ledger.events import ParameterChanged, Recorded, Unit
from ledger.instants import Instant
from ledger.numbers import Amount, amount
from ledger.situation import State
from ledger.timeline import Timeline, in_force, with_value


class Parameter(msgspec.Struct, frozen=True, gc=False):
    """A value in its unit, with the paragraph it comes from and whether its text was read."""

    value: str
    unit: Unit
    source: str
    verified: bool


class Parameters(State, frozen=True):
    """What every parameter said from when on, by name and scope; None from where it ended."""

    STREAM = "rules"

    timelines: dict[tuple[str, str], Timeline[Parameter | None]] = {}

    def find(self, name: str, now: Instant, scope: str = "") -> Parameter | None:
        """Give a parameter as it is in force; None where there is none."""
        return in_force(self.timelines.get((name, scope), ()), now)

    def amount(self, name: str, now: Instant, scope: str = "") -> Amount | None:
        """Give the number that a parameter is, such as HKD or percent; None where there is none."""
        found = self.find(name, now, scope)
        return None if found is None else amount(found.value)

    def count(self, name: str, now: Instant, scope: str = "") -> int | None:
        """Give the whole number that a parameter is; None where there is none."""
        found = self.find(name, now, scope)
        return None if found is None else int(found.value)


def evolve(state: Parameters, recorded: Recorded) -> Parameters:
    """Transcribe an event into the state."""
    match recorded.event:
        case ParameterChanged() as changed:
            key = (changed.name, changed.scope)
            value = (
                None
                if changed.after is None
                else Parameter(changed.after, changed.unit, changed.source, changed.verified)
            )
            timeline = with_value(state.timelines.get(key, ()), changed.effective_from, value)
            return replace(state, timelines={**state.timelines, key: timeline})
        case _:
            return state

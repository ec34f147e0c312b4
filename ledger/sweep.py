"""Sweeps: what was stamped before a late declaration was known is put right, record by record.

No record is edited: a correction stands beside it. Of the sweeps that go over a record, the one
opened last decides, for it knows most.
"""

from ledger.client import Client
from ledger.commands import CloseSweep, CorrectStamp
from ledger.events import (
    CorrectionSweepClosed,
    CorrectionSweepOpened,
    Draft,
    Recorded,
    Relation,
    StampCorrected,
)
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation
from ledger.stamp import stamp_of
from ledger.standing import Sweep


@upholds("R111", "R115")
def correct(situation: Situation, command: CorrectStamp) -> list[Draft]:
    """Put right how a record was stamped, from its own `at`, once in a sweep."""
    client = situation.of(Client, command.client)
    sweep = client.sweeps.get(command.sweep)
    original = situation.cited[command.corrects]
    if sweep is None or sweep.closed:
        return refuse(command, Reason.SWEEP_UNKNOWN, attempted=command.sweep)
    stamp = None if original is None else stamp_of(original.event)
    if original is None or stamp is None or stamp.client != command.client:
        return refuse(command, Reason.NOT_SWEPT, attempted=command.corrects)
    if _last_over(client, sweep.relation, original) is not sweep:
        return refuse(command, Reason.NOT_SWEPT, attempted=command.corrects)
    says = _said(client, sweep.relation, original, stamped=stamp.says(sweep.relation))
    if says is sweep.holds:
        return refuse(command, Reason.NOTHING_TO_CORRECT, attempted=command.corrects)
    event = StampCorrected(
        account=stamp.account,
        client=command.client,
        sweep=command.sweep,
        relation=sweep.relation,
        before=says,
        after=sweep.holds,
    )
    return [Draft(command.stream(), event, at=original.at, corrects=original.sequence)]


def _last_over(client: Client, relation: Relation, recorded: Recorded) -> Sweep | None:
    """Find the sweep opened last, of a relation, that goes over a record; None without one."""
    return next(
        (
            sweep
            for sweep in reversed(client.sweeps.values())
            if sweep.relation is relation and sweep.since <= recorded.at < sweep.until
        ),
        None,
    )


def _said(client: Client, relation: Relation, recorded: Recorded, *, stamped: bool) -> bool:
    """Give what a record says as it was corrected last, and otherwise as it was stamped."""
    corrected = [
        sweep.holds
        for sweep in client.sweeps.values()
        if sweep.relation is relation and recorded.sequence in sweep.corrected
    ]
    return corrected[-1] if corrected else stamped


@upholds("R111", "R115")
def close(situation: Situation, command: CloseSweep) -> list[Draft]:
    """Close a sweep that went over everything up to its opening: later stamps knew."""
    sweep = situation.of(Client, command.client).sweeps.get(command.sweep)
    if sweep is None or sweep.closed:
        return refuse(command, Reason.SWEEP_UNKNOWN, attempted=command.sweep)
    match situation.cited[command.upto]:
        case Recorded(event=CorrectionSweepOpened(client=command.client, sweep=command.sweep)):
            event = CorrectionSweepClosed(
                client=command.client,
                sweep=command.sweep,
                upto=command.upto,
                corrected=len(sweep.corrected),
            )
            return [Draft(command.stream(), event)]
        case _:
            return refuse(command, Reason.SWEEP_INCOMPLETE, attempted=command.upto)


RULES: Rules = {CorrectStamp: correct, CloseSweep: close}

"""Adopting a rule pack from the command line: one person proposes it, another approves it."""

from typing import Any

from ledger.access import Access
from ledger.api import Ledger
from ledger.cli.exits import Exit
from ledger.cli.four_eyes import Standing, answer, drafted, folded, latest, named, standing, told
from ledger.cli.frame import Session
from ledger.commands import ApproveChange, ProposeChange
from ledger.errors import Misconfigured
from ledger.events import Recorded, RulePackAdopted
from ledger.instants import Instant, write_instant
from ledger.outcome import Outcome
from ledger.parameters import Parameters
from ledger.rule_pack import Absent, RuleFile

Result = tuple[dict[str, Any], Exit]


def adopt(session: Session, file: RuleFile, entity: str | None, expires: str | None) -> Result:
    """Propose a pack, or approve the very same content where somebody else proposed it.

    Raises `Misconfigured` where the platform is not founded.
    """
    sender = session.sender if entity is None else {**session.sender, "legal_entity": entity}
    draft = drafted(file.change(), f"rule pack {file.name}", expires, sender)
    with Ledger(session.settings.database) as ledger:
        _require_founded(ledger)
        if (adopted := _adopted(ledger, file)) is not None:
            return _in_force(session, ledger, file, adopted)
        found = latest(ledger, _proposal_name(file))
        if found.proposed is None:
            return _propose(session, ledger, file, named(draft, found))
        if found.proposed.proposer == session.actor.id:
            session.explain(f"{found.name} waits for another person in another function")
            return _data(file, found, "waits"), Exit.FOUND
        approving = ApproveChange(
            command_id=found.command_id("approve", session.actor.id),
            proposal=found.name,
            change_digest=draft.proposed().digest(),
            **sender,
        )
        return _approve(session, ledger, file, found, approving)


def _require_founded(ledger: Ledger) -> None:
    access, _ = folded(ledger, Access)
    if not access.founded:
        example = "ledger init --officer amy:compliance --officer ben:risk"
        raise Misconfigured(f"the platform is not founded, so nobody can adopt rules: {example}")


def _proposal_name(file: RuleFile) -> str:
    pack = file.rules.pack
    return f"pack-{pack.id[:20]}-{pack.version[:16]}-{file.file_digest[:12]}"


def _adopted(ledger: Ledger, file: RuleFile) -> Recorded | None:
    """Find the record that adopted this very file, unless another version of it came later."""
    latest_of_pack = None
    for recorded in ledger.reader.stream(Parameters.STREAM):
        event = recorded.event
        if isinstance(event, RulePackAdopted) and event.pack == file.rules.pack.id:
            latest_of_pack = recorded if event.file_digest == file.file_digest else None
    return latest_of_pack


def _propose(session: Session, ledger: Ledger, file: RuleFile, proposing: ProposeChange) -> Result:
    outcome = ledger.record(proposing)
    if not told(session, outcome):
        return answer(outcome), Exit.FOUND
    found = standing(ledger, proposing.proposal)
    assert found.proposed is not None
    figures = file.rules.figure
    unsure = sum(not figure.verified for figure in figures)
    session.note(
        f"{found.name} proposes rule pack {file.name}: {len(figures)} figures, "
        f"{unsure} of them not verified; digest {found.proposed.digest}"
    )
    session.note(
        "nothing is in force yet: another person in another function approves it by "
        f"{write_instant(found.proposed.expires_at)[:19]}Z, with the same command and his own --as"
    )
    return _data(file, found, "proposed", outcome), Exit.DONE


def _approve(
    session: Session, ledger: Ledger, file: RuleFile, found: Standing, approving: ApproveChange
) -> Result:
    outcome = ledger.record(approving)
    if not told(session, outcome):
        return _data(file, found, "waits", outcome), Exit.FOUND
    session.note(f"rule pack {file.name} is in force")
    _tell(session, ledger, file)
    return _data(file, found, "in force", outcome), Exit.DONE


def _in_force(session: Session, ledger: Ledger, file: RuleFile, adopted: Recorded) -> Result:
    since = write_instant(adopted.at)
    session.note(f"rule pack {file.name} is in force since {since[:19]}Z: nothing to do")
    _tell(session, ledger, file)
    data = _data(file, None, "in force") | {"events": [adopted.sequence]}
    return data, Exit.DONE


def _tell(session: Session, ledger: Ledger, file: RuleFile) -> None:
    """Say how many figures are in force, how sure they are, and what must still be recorded."""
    rules = file.rules
    parameters, _ = folded(ledger, Parameters)
    now = ledger.reader.head().recorded_at
    found = [parameters.find(f.name, now, f.scope) for f in rules.figure]
    unsure = [f.name for f, p in zip(rules.figure, found, strict=True) if p and not p.verified]
    session.note(
        f"{sum(p is not None for p in found)} figures in force, {len(unsure)} of them not verified"
    )
    other = [f.name for f, p in zip(rules.figure, found, strict=True) if p and p.value != f.value]
    if other:
        session.note(f"changed since by `ledger propose`: {', '.join(other)}")
    if beside := _beside(file, parameters, now):
        session.note(f"in force beside the pack: {', '.join(beside)}")
    for absent in rules.absent:
        if not _is_recorded(absent, parameters):
            session.note(f"absent: {absent.name} {absent.scope}".rstrip() + f": {absent.why}")
    if rules.absent:
        session.note("what is absent the operator records with `ledger propose`; see the file")


def _beside(file: RuleFile, parameters: Parameters, now: Instant) -> list[str]:
    """Name what is in force and not in the pack: the operator's own, or an older version's."""
    in_the_pack = {(figure.name, figure.scope) for figure in file.rules.figure}
    return [
        f"{name} {scope}".rstrip()
        for name, scope in sorted(parameters.timelines.keys() - in_the_pack)
        if parameters.find(name, now, scope) is not None
    ]


def _is_recorded(absent: Absent, parameters: Parameters) -> bool:
    """Tell whether the operator recorded it: for a pattern of scopes, at least once."""
    if absent.scope.isupper():
        return any(name == absent.name for name, _ in parameters.timelines)
    return (absent.name, absent.scope) in parameters.timelines


def _data(
    file: RuleFile, found: Standing | None, state: str, outcome: Outcome | None = None
) -> dict[str, Any]:
    rules = file.rules
    data = {
        "pack": rules.pack.id,
        "version": rules.pack.version,
        "file_digest": file.file_digest,
        "state": state,
        "figures": len(rules.figure),
        "not_verified": sum(not figure.verified for figure in rules.figure),
        "absent": [{"name": a.name, "scope": a.scope, "why": a.why} for a in rules.absent],
    }
    if found is not None:
        data["proposal"] = found.name
    return data | (answer(outcome) if outcome else {})

"""The law of stamps: it holds over every history, and finds each way of forging one."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.commands import Command
from ledger.decider import decide, evolve
from ledger.events import (
    AffiliationDeclared,
    AffiliationEnded,
    CommandRejected,
    CorrectionSweepClosed,
    CorrectionSweepOpened,
    Draft,
    EligibilityConfirmed,
    Event,
    Recorded,
    Relation,
    StampCorrected,
)
from ledger.instants import DAY, Instant, write_instant
from ledger.laws.of_stamps import Stamps
from ledger.log.batch import CompleteRow
from ledger.log.reader import Head
from ledger.stamp import stamp_of
from ledger.sweep_register import SweepRegister
from tests.domain.affiliates import C1, client_of, confirmed
from tests.domain.officers import APPROVAL, CAROL, FOUNDED, OTTO, ask_as
from tests.domain.scenario import NOW, Scenario, given, record
from tests.projections.log_of import Log

NO_ROW = CompleteRow(0, "", 0, "", Instant(0), Instant(0), b"")


class Story:
    """What happens to client C1, a day after another, and the law that looks at it in the end."""

    def __init__(self) -> None:
        self.scenario: Scenario = given(*FOUNDED, C1)
        self.today = NOW
        self.step = DAY

    @property
    def records(self) -> list[Recorded]:
        return self.scenario.records

    def trade(self) -> None:
        """Stamp a record with what is declared of the client now."""
        client = client_of(self.scenario)
        event = confirmed(
            affiliate=client.is_a(Relation.AFFILIATE, self.today),
            employee=client.is_a(Relation.EMPLOYEE, self.today),
        )
        self._happen([Draft("account-A", event)])

    def declare(self, relation: Relation, days_ago: int) -> None:
        """Declare what was, or was not, so since some days; the other way round than known."""
        since = Instant(self.today - days_ago * DAY)
        is_so = client_of(self.scenario).is_a(relation, since)
        name = "EndAffiliation" if is_so else "DeclareAffiliation"
        why = {"reason": "sold"} if is_so else {"party": "group-co", "basis": "a subsidiary"}
        dated = {"effective_from": write_instant(since), "relation": relation.value}
        command = ask_as(CAROL, name, client="C1", **dated, **why)
        approval = replace(APPROVAL, proposal=f"p-{len(self.records)}")
        self.scenario.when_approved(command, approval, self.today)
        self._happen(self.scenario.drafts)

    def sweep(self) -> None:
        """Do what the job does: go over all records, correct what is wrong, and close."""
        register = self.register()
        for recorded in list(self.records):
            for finding in register.findings(recorded):
                opening = finding.opening
                if (
                    opening
                    and register.is_open(opening.key)
                    and finding.says is not finding.should_say
                ):
                    sweep = opening.said.sweep
                    self.ask("CorrectStamp", sweep=sweep, corrects=recorded.sequence)
        for opening in register.still_open():
            self.ask("CloseSweep", sweep=opening.said.sweep, upto=opening.sequence)

    def stop_the_clock(self) -> None:
        """Let all that follows happen in one moment, as when a clock was put back."""
        self.step = 0

    def ask(self, name: str, **fields: object) -> None:
        command: Command = ask_as(OTTO, name, client="C1", **fields)
        self._happen(decide(self.scenario.situation(self.today), command))

    def register(self) -> SweepRegister:
        register = SweepRegister()
        for recorded in self.records:
            register.observe(recorded)
        return register

    def _happen(self, drafts: Sequence[Draft]) -> None:
        states = self.scenario.states
        for draft in drafts:
            recorded = record(len(self.records) + 1, draft, self.today)
            self.records.append(recorded)
            states[draft.stream] = evolve(states[draft.stream], recorded)
        self.today = Instant(self.today + self.step)


def verdict(records: Sequence[Recorded]) -> tuple[str, str | None]:
    """Hold the law against records; give its figure and the first breach."""
    law = Stamps(Log(list(records)), Head(len(records), Instant(0)))
    breaches = [law.observe(NO_ROW, recorded, ()) for recorded in records]
    figure, late = law.conclude()
    return figure, next((breach for breach in breaches if breach), late)


def declared_of(records: Sequence[Recorded], relation: Relation, at: Instant) -> bool:
    """Tell from the declarations alone what was so at a moment, as far as known in the end."""
    said = [
        (recorded.event.effective_from, recorded.sequence, recorded.event)
        for recorded in records
        if isinstance(recorded.event, AffiliationDeclared | AffiliationEnded)
        and recorded.event.relation is relation
        and recorded.event.effective_from <= at
    ]
    return bool(said) and isinstance(max(said, key=lambda one: one[:2])[2], AffiliationDeclared)


Deed = Callable[[Story], None]

_trades = st.just(Story.trade)
_declarations = st.builds(
    lambda relation, days: lambda story: story.declare(relation, days),
    st.sampled_from(Relation),
    st.integers(0, 12),
)
deeds: st.SearchStrategy[Deed] = st.one_of(_trades, _trades, _declarations, st.just(Story.sweep))


@for_any(st.lists(deeds, max_size=25))
def test_swept_stamps_say_what_was_declared_whatever_happened_in_between(done: list[Deed]) -> None:
    story = Story()
    for deed in done:
        deed(story)
        assert verdict(story.records)[1] is None
    story.sweep()
    register = story.register()
    assert not register.still_open()
    for recorded in story.records:
        for finding in register.findings(recorded):
            declared = declared_of(story.records, finding.relation, recorded.at)
            assert finding.says is declared
    assert verdict(story.records)[1] is None


@for_any(st.lists(st.one_of(deeds, st.just(Story.stop_the_clock)), max_size=25))
def test_within_one_moment_the_order_of_the_log_says_what_was_known(done: list[Deed]) -> None:
    story = Story()
    for deed in [*done, Story.sweep]:
        deed(story)
        assert verdict(story.records)[1] is None
    assert not story.register().still_open()
    assert not any(isinstance(recorded.event, CommandRejected) for recorded in story.records)


def late_story() -> Story:
    """Two trades, then a declaration that should have come before both: not swept yet."""
    story = Story()
    story.trade()
    story.trade()
    story.declare(Relation.AFFILIATE, days_ago=2)
    return story


def swept_story() -> Story:
    story = late_story()
    story.sweep()
    return story


def test_the_figure_counts_stamps_and_corrections_and_names_what_is_open() -> None:
    assert verdict(late_story().records) == ("2 stamps, 0 corrected, 1 sweeps open", None)
    assert verdict(swept_story().records) == ("2 stamps, 2 corrected", None)


def test_a_sweep_closed_too_early_is_found_by_the_first_record_that_it_missed() -> None:
    story = late_story()
    opening = len(story.records)
    first, second = (r.sequence for r in story.records if stamp_of(r.event))
    story.ask("CorrectStamp", sweep=story.register().still_open()[0].said.sweep, corrects=first)
    story.ask("CloseSweep", sweep=story.register().still_open()[0].said.sweep, upto=opening)
    figure, breach = verdict(story.records)
    assert figure == "2 stamps, 1 corrected"
    assert breach is not None
    assert breach.startswith(f"sequence {second}: it stands as done by a client who is no affil")


def place_of(records: Sequence[Recorded], kind: type[Event]) -> int:
    return next(i for i, recorded in enumerate(records) if isinstance(recorded.event, kind))


def forged(kind: type[Event], **said: object) -> list[Recorded]:
    """Change what the first event of a type says, in a story that was swept."""
    records = list(swept_story().records)
    place = place_of(records, kind)
    records[place] = replace(records[place], event=replace(records[place].event, **said))
    return records


def withheld(kind: type[Event]) -> list[Recorded]:
    """Leave the first event of a type out of a story that was swept."""
    records = list(swept_story().records)
    del records[place_of(records, kind)]
    return records


@pytest.mark.parametrize(
    ("records", "says"),
    [
        (forged(EligibilityConfirmed, affiliate=True), "declared is a client who is no affiliate"),
        (forged(EligibilityConfirmed, employee=True), "declared is a client who is no employee"),
        (forged(CorrectionSweepOpened, since=Instant(NOW + 1)), "opens no such sweep"),
        (forged(CorrectionSweepOpened, until=NOW), "opens no such sweep"),
        (forged(CorrectionSweepOpened, holds=False), "opens no such sweep"),
        (forged(CorrectionSweepOpened, sweep="p-9"), "opens no such sweep"),
        (forged(StampCorrected, after=False), "no affiliate, declared is a client who is an aff"),
        (forged(StampCorrected, relation=Relation.EMPLOYEE), "stands as done by a client who is"),
        (forged(StampCorrected, sweep="p-9"), "sweep p-9 of client C1 is not open"),
        (forged(CorrectionSweepClosed, corrected=1), "says 1 corrections, the log holds 2"),
        (forged(CorrectionSweepClosed, sweep="p-9"), "sweep p-9 of client C1 is not open"),
        (withheld(AffiliationDeclared), "opens a sweep that no late declaration asks for"),
        (withheld(CorrectionSweepOpened), "opens no such sweep"),
        (withheld(StampCorrected), "says 2 corrections, the log holds 1"),
        (late_story().records[:-1], "at the end of the log opens no sweep"),
    ],
)
def test_a_forged_record_is_found(records: Sequence[Recorded], says: str) -> None:
    _, breach = verdict(records)
    assert breach is not None
    assert says in breach

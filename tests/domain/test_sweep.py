"""Sweeps, by example: what was stamped before a late declaration was known, record by record."""

from msgspec.structs import replace

from ledger.commands import Command
from ledger.events import (
    AffiliationDeclared,
    AffiliationEnded,
    Approval,
    CorrectionSweepClosed,
    Draft,
    Event,
    Relation,
    StampCorrected,
)
from ledger.instants import DAY, Instant, write_instant
from ledger.reasons import Reason
from ledger.stamp import stamp_of
from tests.domain.affiliates import C1, client_of, confirmed
from tests.domain.officers import APPROVAL, CAROL, FOUNDED, OTTO, ask_as
from tests.domain.scenario import NOW, Scenario, given

STAMPED_AT = Instant(NOW - DAY)
STAMPED = 4
"""The sequence of the stamped record in these examples: it follows the founding and client C1."""


def stamped(event: Event, at: Instant = STAMPED_AT) -> Scenario:
    """Begin with a record that stands at sequence 4, dated as it says."""
    scenario = given(*FOUNDED, C1).happen(Draft("account-A", event, at=at))
    assert scenario.records[-1].sequence == STAMPED
    return scenario


def approval(proposal: str) -> Approval:
    return replace(APPROVAL, proposal=proposal)


def declare_late(
    scenario: Scenario, since: Instant, proposal: str = "p-1", relation: str = "affiliate"
) -> Scenario:
    """Declare what was so all along; the sweep has the name of the proposal."""
    command = ask_as(
        CAROL,
        "DeclareAffiliation",
        client="C1",
        relation=relation,
        party="group-co",
        basis="a subsidiary",
        effective_from=write_instant(since),
    )
    scenario.when_approved(command, approval(proposal))
    assert isinstance(scenario.drafts[0].event, AffiliationDeclared)
    return scenario.happen(*scenario.drafts)


def end_late(scenario: Scenario, since: Instant, proposal: str) -> Scenario:
    command = ask_as(
        CAROL,
        "EndAffiliation",
        client="C1",
        relation="affiliate",
        reason="the group sold it",
        effective_from=write_instant(since),
    )
    scenario.when_approved(command, approval(proposal))
    assert isinstance(scenario.drafts[0].event, AffiliationEnded)
    return scenario.happen(*scenario.drafts)


def correct(sequence: int = STAMPED, sweep: str = "p-1", client: str = "C1") -> Command:
    return ask_as(OTTO, "CorrectStamp", client=client, sweep=sweep, corrects=sequence)


def close(upto: int, sweep: str = "p-1") -> Command:
    return ask_as(OTTO, "CloseSweep", client="C1", sweep=sweep, upto=upto)


def corrected(
    sweep: str = "p-1", relation: Relation = Relation.AFFILIATE, *, after: bool = True
) -> StampCorrected:
    return StampCorrected(
        account="A",
        client="C1",
        sweep=sweep,
        relation=relation,
        before=not after,
        after=after,
    )


def sweeps_of(scenario: Scenario) -> set[str]:
    """Name the sweeps that are open."""
    return {name for name, sweep in client_of(scenario).sweeps.items() if not sweep.closed}


def test_a_stamp_is_corrected_from_its_own_moment_and_beside_the_record() -> None:
    scenario = declare_late(stamped(confirmed()), STAMPED_AT).when(correct())
    (draft,) = scenario.drafts
    assert (draft.stream, draft.at, draft.corrects) == ("client-C1", STAMPED_AT, STAMPED)
    scenario.then(corrected())
    stamp = stamp_of(scenario.records[STAMPED - 1].event)
    assert stamp is not None
    assert not stamp.says(Relation.AFFILIATE)


def test_a_sweep_begins_at_the_very_moment_from_which_on_it_was_declared() -> None:
    on_the_moment = declare_late(stamped(confirmed()), STAMPED_AT)
    on_the_moment.when(correct()).then(corrected())
    a_nanosecond_later = declare_late(stamped(confirmed()), Instant(STAMPED_AT + 1))
    a_nanosecond_later.when(correct()).then_refused(Reason.NOT_SWEPT, attempted="4")


def test_a_sweep_ends_with_the_very_moment_in_which_it_was_declared() -> None:
    in_that_moment = declare_late(stamped(confirmed(), at=NOW), STAMPED_AT)
    in_that_moment.when(correct()).then(corrected())
    after_it = declare_late(stamped(confirmed(), at=Instant(NOW + 1)), STAMPED_AT)
    after_it.when(correct()).then_refused(Reason.NOT_SWEPT, attempted="4")


def test_a_sweep_ends_where_an_earlier_declaration_began_to_apply() -> None:
    for since, swept in ((STAMPED_AT, False), (Instant(STAMPED_AT + 1), True)):
        scenario = declare_late(stamped(confirmed()), since, "p-1")
        declare_late(scenario, Instant(STAMPED_AT - DAY), "p-2").when(correct(sweep="p-2"))
        if swept:
            scenario.then(corrected("p-2"))
        else:
            scenario.then_refused(Reason.NOT_SWEPT, attempted="4")


def test_only_an_open_sweep_of_this_client_corrects_anything() -> None:
    scenario = declare_late(stamped(confirmed()), STAMPED_AT)
    scenario.when(correct(sweep="p-9")).then_refused(Reason.SWEEP_UNKNOWN, attempted="p-9")
    scenario.when(correct(client="C2")).then_refused(Reason.SWEEP_UNKNOWN, attempted="p-1")
    opening = len(scenario.records)
    scenario.when(close(opening)).happen(*scenario.drafts)
    scenario.when(correct()).then_refused(Reason.SWEEP_UNKNOWN, attempted="p-1")


def test_only_a_stamped_record_of_this_client_is_corrected() -> None:
    for event, sequence in ((confirmed(client="C2"), 4), (confirmed(), 3), (confirmed(), 99)):
        scenario = declare_late(stamped(event), STAMPED_AT)
        refused = (Reason.NOT_SWEPT, None, str(sequence))
        scenario.when(correct(sequence)).then_refused(*refused)


def test_what_is_right_is_not_corrected_and_nothing_is_corrected_twice() -> None:
    refused = (Reason.NOTHING_TO_CORRECT, None, "4")
    scenario = declare_late(stamped(confirmed(affiliate=True)), STAMPED_AT)
    scenario.when(correct()).then_refused(*refused)
    scenario = declare_late(stamped(confirmed()), STAMPED_AT)
    scenario.when(correct()).then(corrected()).when(correct()).then_refused(*refused)


def test_a_sweep_looks_at_its_own_relation() -> None:
    scenario = stamped(confirmed(affiliate=True))
    declare_late(scenario, STAMPED_AT, relation="employee")
    scenario.when(correct()).then(corrected(relation=Relation.EMPLOYEE))
    declare_late(scenario, Instant(STAMPED_AT - DAY), "p-2")
    scenario.when(correct(sweep="p-2")).then_refused(Reason.NOTHING_TO_CORRECT, attempted="4")


def test_of_two_sweeps_over_a_record_the_one_opened_last_decides() -> None:
    scenario = declare_late(stamped(confirmed()), Instant(STAMPED_AT - DAY))
    end_late(scenario, STAMPED_AT, "p-2")
    scenario.when(correct()).then_refused(Reason.NOT_SWEPT, attempted="4")
    scenario.when(correct(sweep="p-2")).then_refused(Reason.NOTHING_TO_CORRECT, attempted="4")


def test_what_one_sweep_put_right_another_turns_back() -> None:
    scenario = declare_late(stamped(confirmed()), Instant(STAMPED_AT - DAY))
    scenario.when(correct()).then(corrected())
    end_late(scenario, STAMPED_AT, "p-2")
    scenario.when(correct(sweep="p-2")).then(corrected("p-2", after=False))
    declare_late(scenario, STAMPED_AT, "p-3")
    scenario.when(correct(sweep="p-3")).then(corrected("p-3"))


def test_a_sweep_is_closed_once_it_went_over_all_up_to_its_opening() -> None:
    scenario = declare_late(stamped(confirmed()), STAMPED_AT)
    opening = len(scenario.records)
    scenario.when(correct()).then(corrected())
    for other in (1, STAMPED, opening - 1, opening + 1, 99):
        scenario.when(close(other)).then_refused(Reason.SWEEP_INCOMPLETE, attempted=str(other))
    assert sweeps_of(scenario) == {"p-1"}
    closed = CorrectionSweepClosed(client="C1", sweep="p-1", upto=opening, corrected=1)
    scenario.when(close(opening)).then(closed)
    assert sweeps_of(scenario) == set()
    scenario.when(close(opening)).then_refused(Reason.SWEEP_UNKNOWN, attempted="p-1")


def test_a_sweep_is_not_closed_by_the_opening_of_another() -> None:
    scenario = declare_late(stamped(confirmed()), STAMPED_AT, "p-1")
    declare_late(scenario, STAMPED_AT, "p-2", "employee")
    of_another = len(scenario.records)
    scenario.when(close(of_another)).then_refused(
        Reason.SWEEP_INCOMPLETE, attempted=str(of_another)
    )
    scenario.when(close(of_another, "p-2")).happen(*scenario.drafts)
    assert sweeps_of(scenario) == {"p-1"}

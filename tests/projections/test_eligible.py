"""Who may trade, held to a table written by hand: to the nanosecond, and on both clocks."""

import pytest

from ledger.eligibility import RULES
from ledger.events import CommandRejected, EligibilityConfirmed
from ledger.instants import Instant
from ledger.reasons import Reason
from ledger.situation import Situation
from projections.eligible import May, eligible, states_at
from projections.replay import AsKnown, AsOf
from tests.domain.officers import DORA, ask_as
from tests.projections.log_of import Log, day
from tests.projections.nine_clients import PERPETUAL, nine_clients

Answers = dict[str, tuple[May, tuple[Reason, ...]]]

YES: tuple[May, tuple[Reason, ...]] = (May.INCREASE, ())
AT_DAY_9: Answers = {
    "lapsing": YES,
    "mistaken": YES,
    "retail": (May.REDUCE, (Reason.NOT_PROFESSIONAL,)),
    "sound": YES,
    "suspended": (May.NOTHING, (Reason.CLIENT_SUSPENDED,)),
    "unknowing": (May.REDUCE, (Reason.DERIVATIVES_KNOWLEDGE_MISSING,)),
    "unlimited": (May.REDUCE, (Reason.EXPOSURE_LIMIT_MISSING,)),
    "unread": YES,
    "waived": (May.REDUCE, (Reason.EXPOSURE_LIMIT_MISSING,)),
}
"""What everybody knew on day 9; each later change is told below as what differs from it."""

NEVER: Answers = {"mistaken": (May.REDUCE, (Reason.NOT_CLASSIFIED,))}
LAPSED: Answers = {"lapsing": (May.REDUCE, (Reason.CLASSIFICATION_LAPSED,))}
UNREAD: Answers = {"unread": (May.REDUCE, (Reason.DISCLOSURE_MISSING,))}
REVOKED: Answers = {
    name: (
        May.NOTHING if may is May.NOTHING else May.REDUCE,
        (Reason.PERMISSION_MISSING, *missing),
    )
    for name, (may, missing) in (AT_DAY_9 | NEVER | LAPSED | UNREAD).items()
}

KNOWN_THEN: list[tuple[int, Answers]] = [
    (day(4), {}),
    (day(5) - 1, {}),
    (day(5), {}),
    (day(6) - 1, {}),
    (day(6), {}),
    (day(9), {}),
    (day(10) - 1, {}),
    (day(10), LAPSED),
    (day(12) - 1, LAPSED),
    (day(12), LAPSED | UNREAD),
    (day(20) - 1, LAPSED | UNREAD),
    (day(20), LAPSED | UNREAD | NEVER),
    (day(30) - 1, LAPSED | UNREAD | NEVER),
    (day(30), REVOKED),
]
TRUE_THEN = [(moment, NEVER | differs) for moment, differs in KNOWN_THEN]


@pytest.fixture(scope="module")
def log() -> Log:
    """Write the story down once."""
    return nine_clients()


def asked(log: Log, moment: AsKnown | AsOf, now: int, **how: bool) -> Answers:
    answers = list(eligible(log, PERPETUAL, moment, Instant(now), **how))
    assert [a.account for a in answers] == sorted(a.account for a in answers)
    return {a.client: (a.may, a.missing) for a in answers if a.account == f"A-{a.client}"}


@pytest.mark.parametrize(("moment", "differs"), KNOWN_THEN)
def test_what_was_known_then_says_who_could_trade(log: Log, moment: int, differs: Answers) -> None:
    known = AsKnown(log.sequence_at(Instant(moment)))
    assert asked(log, known, moment) == AT_DAY_9 | differs


@pytest.mark.parametrize(("moment", "differs"), TRUE_THEN)
def test_what_was_true_then_says_who_should_have(log: Log, moment: int, differs: Answers) -> None:
    assert asked(log, AsOf(Instant(moment)), moment) == AT_DAY_9 | differs


@pytest.mark.parametrize(("moment", "differs"), KNOWN_THEN)
def test_an_order_then_is_decided_as_the_answer_says(
    log: Log, moment: int, differs: Answers
) -> None:
    known = AsKnown(log.sequence_at(Instant(moment)))
    situation = Situation(Instant(moment), states_at(log, known))
    for client, (may, missing) in (AT_DAY_9 | differs).items():
        order = {"account": f"A-{client}", "product": PERPETUAL, "exposure": "1"}
        command = ask_as(DORA, "CheckEligibility", concentration="1", **order)
        [draft] = RULES[type(command)](situation, command)
        if may is May.INCREASE:
            assert isinstance(draft.event, EligibilityConfirmed)
        else:
            assert isinstance(draft.event, CommandRejected)
            assert draft.event.reason is missing[0]


def test_both_clocks_meet_in_what_was_true_then_as_was_known_later(log: Log) -> None:
    before = log.sequence_at(Instant(day(20) - 1))
    assert asked(log, AsOf(day(9), known=before), day(9)) == AT_DAY_9
    assert asked(log, AsOf(day(9), known=before + 1), day(9)) == AT_DAY_9 | NEVER


def test_an_account_of_no_client_is_no_part_of_the_answer(log: Log) -> None:
    answers = list(eligible(log, PERPETUAL, AsKnown(), day(9)))
    assert len(answers) == 9
    assert "HOUSE" not in {answer.account for answer in answers}


def test_who_is_solicited_lacks_suitability_too(log: Log) -> None:
    answers = asked(log, AsOf(day(9)), day(9), solicited=True)
    assert answers["sound"] == (May.REDUCE, (Reason.SUITABILITY_MISSING,))
    assert answers["unknowing"][1][-1] is Reason.SUITABILITY_MISSING


def test_before_its_approval_nobody_can_do_anything_in_a_product(log: Log) -> None:
    answers = eligible(log, "ETH-PERP", AsKnown(), day(9))
    assert {(a.may, a.missing[0]) for a in answers} == {(May.NOTHING, Reason.PRODUCT_UNKNOWN)}


def test_before_the_first_client_there_is_nothing_to_answer(log: Log) -> None:
    assert asked(log, AsKnown(0), 0) == {}
    assert asked(log, AsOf(day(1)), day(1)) == {}

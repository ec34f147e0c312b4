"""The truth table of the two clocks, written by hand: what was known then, and what was true then.

One account, one asset, days 1 to 9. What is recorded on which day, and when it took effect:

    sequence  recorded  at     what
    1         day 1     day 1  100 arrive
    2         day 3     day 3  50 arrive
    3         day 4     day 2  20 arrived on day 2, and we hear of it late
    4         day 5     day 1  5 arrived on day 1 (noon), booked backdated
    5         day 6     day 6  business change of record 2: it is 40 from now on
    6         day 7     day 1  record 1 was wrong: it was 90 all along
    7         day 8     day 2  record 3 never existed
"""

import pytest

from ledger.events import CorrectionKind
from ledger.instants import Instant
from ledger.numbers import amount
from projections.replay import AsKnown, AsOf, Moment, as_of
from projections.views import all_views
from tests.projections.log_of import Log, corrected, day, deposited

VIEWS = all_views()


def the_story() -> Log:
    """Record the seven records of the table above."""
    log = Log(page=2)
    log.record(deposited("A1", "100"), recorded_at=day(1))
    log.record(deposited("A1", "50"), recorded_at=day(3))
    log.record(deposited("A1", "20"), recorded_at=day(4), at=day(2))
    log.record(deposited("A1", "5"), recorded_at=day(5), at=day(1.5))
    changed = corrected("A1", "50", "40", CorrectionKind.BUSINESS_CHANGE)
    log.record(changed, recorded_at=day(6), corrects=2)
    wrong = corrected("A1", "100", "90", CorrectionKind.WAS_WRONG)
    log.record(wrong, recorded_at=day(7), at=day(1), corrects=1)
    never = corrected("A1", "20", "0", CorrectionKind.NEVER_EXISTED)
    log.record(never, recorded_at=day(8), at=day(2), corrects=3)
    return log


BALANCES: list[tuple[Moment, str | None]] = [
    # What was known after each record.
    (AsKnown(0), None),
    (AsKnown(1), "100"),
    (AsKnown(2), "150"),
    (AsKnown(3), "170"),
    (AsKnown(4), "175"),
    (AsKnown(5), "165"),
    (AsKnown(6), "155"),
    (AsKnown(7), "135"),
    (AsKnown(), "135"),
    # What was true at each moment, as is known now.
    (AsOf(day(0.5)), None),
    (AsOf(day(1)), "90"),
    (AsOf(day(1.5)), "95"),
    (AsOf(day(2)), "95"),
    (AsOf(Instant(day(3) - 1)), "95"),
    (AsOf(day(3)), "145"),
    (AsOf(day(5)), "145"),
    (AsOf(day(6)), "135"),
    (AsOf(day(9)), "135"),
    # What was true at a moment, as was known with the late fact, and before it.
    (AsOf(day(2), known=2), "100"),
    (AsOf(day(2), known=3), "120"),
    (AsOf(day(2), known=4), "125"),
    (AsOf(day(2), known=6), "115"),
    (AsOf(day(2), known=7), "95"),
    (AsOf(day(3), known=4), "175"),
    (AsOf(day(6), known=5), "165"),
    (AsOf(day(3), known=5), "175"),
    (AsOf(day(9), known=0), None),
]


@pytest.mark.parametrize(("moment", "expected"), BALANCES)
def test_the_balance_at_a_moment_is_what_we_worked_out_by_hand(
    moment: Moment, expected: str | None
) -> None:
    rows = list(as_of(the_story(), VIEWS["balances"], moment, {"account": "A1"}))
    assert rows == ([] if expected is None else [("A1", "USD", amount(expected))])


# sequence, amount, balance after it, the record it corrects; sorted by sequence as the key says.
MOVEMENTS: list[tuple[Moment, list[tuple[int, str, str, int | None]]]] = [
    (AsKnown(2), [(1, "100", "100", None), (2, "50", "150", None)]),
    (
        AsKnown(),
        [
            (1, "100", "100", None),
            (2, "50", "150", None),
            (3, "20", "170", None),
            (4, "5", "175", None),
            (5, "-10", "165", 2),
            (6, "-10", "155", 1),
            (7, "-20", "135", 3),
        ],
    ),
    # In the order of `at`: 1, 6 (day 1), 4 (day 1.5), 3, 7 (day 2), 2 (day 3), 5 (day 6).
    (AsOf(day(1)), [(1, "100", "100", None), (6, "-10", "90", 1)]),
    (
        AsOf(day(2)),
        [
            (1, "100", "100", None),
            (3, "20", "115", None),
            (4, "5", "95", None),
            (6, "-10", "90", 1),
            (7, "-20", "95", 3),
        ],
    ),
    (
        AsOf(day(9)),
        [
            (1, "100", "100", None),
            (2, "50", "145", None),
            (3, "20", "115", None),
            (4, "5", "95", None),
            (5, "-10", "135", 2),
            (6, "-10", "90", 1),
            (7, "-20", "95", 3),
        ],
    ),
    (
        AsOf(day(3), known=4),
        [
            (1, "100", "100", None),
            (2, "50", "175", None),
            (3, "20", "125", None),
            (4, "5", "105", None),
        ],
    ),
]


@pytest.mark.parametrize(("moment", "expected"), MOVEMENTS)
def test_the_movements_at_a_moment_are_what_we_worked_out_by_hand(
    moment: Moment, expected: list[tuple[int, str, str, int | None]]
) -> None:
    rows = as_of(the_story(), VIEWS["movements"], moment, {"account": "A1", "asset": "USD"})
    shown = [(row[2], str(row[7]), str(row[8]), row[10]) for row in rows]
    assert shown == expected


def test_a_row_keeps_both_of_its_times() -> None:
    rows = as_of(the_story(), VIEWS["movements"], AsKnown(), {"account": "A1", "sequence": 3})
    (row,) = rows
    assert row[4:7] == (day(2), day(4), "CashDeposited")


def test_the_world_outside_mirrors_what_the_account_holds() -> None:
    for moment, expected in BALANCES:
        rows = list(as_of(the_story(), VIEWS["balances"], moment, {"account": "EXTERNAL:bank"}))
        assert [str(row[2]) for row in rows] == ([] if expected is None else [expected])

"""What an inspector reads of changes: before, after, why, by whom, and what still waits."""

from ledger.events import (
    CATALOGUE,
    AffiliationDeclared,
    Approved,
    ChangeApproved,
    ChangeDeclined,
    ClassificationCorrected,
    EntityRegistered,
    EntityRole,
    FillBusted,
    FillCorrected,
    JournalOpened,
    JournalPosted,
    LiquidationOverridden,
    MarginCallCanceled,
    MarginCallExtended,
    ParameterChanged,
    ProductApproved,
    ProductKind,
    ProductWithdrawn,
    Relation,
)
from projections.replay import AsKnown, AsOf
from projections.views import parameter_changes
from tests.projections.inspected import (
    NOW,
    PAPER,
    approved,
    changed,
    part,
    proposed,
    record,
    rows,
    told,
)
from tests.projections.log_of import day, deposited


def test_a_parameter_change_says_before_after_why_and_by_whom() -> None:
    change = changed("3", "5", clients_notified_at=day(1), regulator_notice="N-1")
    (row,) = rows(told(proposed(), change), "parameter_changes")
    assert part(row, "parameter", "scope", "before", "after", "unit") == [
        "leverage.cap",
        "BTC-PERP/professional",
        "5",
        "3",
        "ratio",
    ]
    assert part(row, "sequence", "change", "rationale", "source", "verified") == [
        2,
        "p-1",
        "the board decided",
        "operator",
        "no",
    ]
    assert part(row, "proposer", "proposer_function") == ["carol", "compliance"]
    assert part(row, "approver", "approver_function") == ["max", "management"]
    assert part(row, "approved_at", "effective_from") == [day(1), day(1)]
    assert part(row, "clients_notified_at", "regulator_notice") == [day(1), "N-1"]


def test_a_change_that_gives_its_own_reason_keeps_it() -> None:
    (row,) = rows(told(proposed(), changed("3", rationale="volatility")), "parameter_changes")
    assert row["rationale"] == "volatility"


def test_a_master_file_shows_its_content_before_and_after() -> None:
    approval = {"approval": approved(), "effective_from": day(1)}
    product = ProductApproved(
        product="BTC-PERP",
        kind=ProductKind.PERPETUAL,
        entity="VATP",
        permission="W1",
        references=("BTC",),
        specification=PAPER,
        **approval,  # type: ignore[arg-type] # checked by the type itself
    )
    withdrawn = ProductWithdrawn("BTC-PERP", "delisted", **approval)  # type: ignore[arg-type] # as above
    first, second = rows(told(proposed(), product, withdrawn), "parameter_changes")
    content = (
        '{"documents":[],"entity":"VATP","kind":"perpetual",'
        f'"permission":"W1","references":["BTC"],"specification":"{PAPER}"}}'
    )
    assert part(first, "parameter", "scope", "before", "after") == [
        "product",
        "BTC-PERP",
        None,
        content,
    ]
    assert part(second, "before", "after", "type") == [
        content,
        '{"reason":"delisted"}',
        "ProductWithdrawn",
    ]


def test_the_operator_of_the_founding_was_approved_by_nobody() -> None:
    founded = EntityRegistered(entity="VATP", role=EntityRole.PLATFORM_OPERATOR)
    (row,) = rows(told(founded), "parameter_changes")
    assert part(row, "parameter", "scope", "change", "approver") == [
        "legal_entity",
        "VATP",
        None,
        None,
    ]
    assert row["after"] == '{"role":"platform_operator"}'


def test_what_took_effect_before_it_was_proposed_says_why_on_either_clock() -> None:
    log = told(*(deposited("A", "1"),) * 4, proposed())
    late = AffiliationDeclared("C", Relation.AFFILIATE, "G", "owner", day(2), approval=approved())
    record(log, late, at=day(2))
    for moment in (NOW, AsOf(day(6))):
        (row,) = rows(log, "parameter_changes", moment)
        assert part(row, "scope", "rationale") == ["C/affiliate", "the board decided"]
    (row,) = rows(log, "parameter_changes", AsOf(day(4)))
    assert part(row, "scope", "rationale") == ["C/affiliate", None]


def test_everything_that_four_eyes_let_happen_is_a_change_a_correction_or_of_a_case() -> None:
    calls = {MarginCallExtended, MarginCallCanceled, LiquidationOverridden}
    corrections = {
        ClassificationCorrected,
        FillBusted,
        FillCorrected,
        JournalOpened,
        JournalPosted,
    }
    shown = {
        *parameter_changes.MASTER_FILES,
        ParameterChanged,
        *corrections,
        *calls,
        ChangeApproved,
    }
    assert {kind for kind in CATALOGUE.values() if issubclass(kind, Approved)} <= shown


def test_a_proposal_waits_until_it_is_approved_or_declined() -> None:
    approval = ChangeApproved(change_type="ChangeParameter", approval=approved("p-1"))
    log = told(proposed("p-1"), proposed("p-2"), proposed("p-3"))
    record(log, approval, stream="proposal-p-1")
    record(log, ChangeDeclined(proposal="p-2", reason="too early"), stream="proposal-p-2")
    names = ("proposal", "status", "closed_at", "approver", "reason")
    assert [part(row, *names) for row in rows(log, "proposals")] == [
        ["p-1", "approved", day(4), "max", None],
        ["p-2", "declined", day(5), None, "too early"],
        ["p-3", "waiting", None, None, None],
    ]
    row = rows(log, "proposals", AsKnown(3))[0]
    assert part(row, "status", "digest", "proposer", "expires_at") == [
        "waiting",
        "0" * 64,
        "carol",
        day(9),
    ]
    assert part(row, "entity", "proposer_kind", "proposer_function") == [
        "VATP",
        "human",
        "compliance",
    ]
    assert row["change"] == '{"name":"leverage.cap","value":"3"}'

"""The admission of an asset, by example: for all or only for professionals, and withdrawn."""

from typing import Any

from ledger.asset import Asset
from ledger.events import AssetAdmissionWithdrawn, AssetAdmitted
from ledger.instants import DAY, Instant, write_instant
from ledger.reasons import Reason
from tests.domain.happened import BTC
from tests.domain.officers import APPROVAL, FOUNDED, by_two
from tests.domain.scenario import NOW, Scenario, given

TOMORROW = Instant(NOW + DAY)
NEXT_WEEK = Instant(NOW + 7 * DAY)


def admitted(effective_from: Instant = NOW, *, retail: bool = True) -> AssetAdmitted:
    return AssetAdmitted(
        asset="BTC",
        retail=retail,
        decision="committee-7",
        effective_from=effective_from,
        approval=APPROVAL,
    )


def withdrawn(effective_from: Instant = NOW) -> AssetAdmissionWithdrawn:
    return AssetAdmissionWithdrawn(
        asset="BTC",
        reason="no longer in two indices",
        decision="committee-8",
        effective_from=effective_from,
        approval=APPROVAL,
    )


def admit(scenario: Scenario, *, retail: bool = True, **said: Any) -> Scenario:
    fields = {"asset": "BTC", "retail": retail, "decision": "committee-7", **said}
    return by_two(scenario, "AdmitAsset", **fields)


def withdraw(scenario: Scenario, effective_from: Instant = NOW) -> Scenario:
    return by_two(
        scenario,
        "WithdrawAssetAdmission",
        asset="BTC",
        reason="no longer in two indices",
        decision="committee-8",
        effective_from=write_instant(effective_from),
    )


def is_admitted(scenario: Scenario, now: Instant, *, retail: bool = True) -> bool:
    return scenario.situation().of(Asset, "BTC").admitted(now, retail=retail)


def test_only_an_asset_that_is_registered_is_admitted() -> None:
    admit(given(*FOUNDED)).then_refused(Reason.ASSET_UNKNOWN, attempted="BTC")
    admit(given(*FOUNDED, BTC)).then(admitted())


def test_an_admission_counts_from_its_date_to_the_nanosecond() -> None:
    scenario = admit(given(*FOUNDED, BTC), effective_from=write_instant(TOMORROW))
    assert [draft.at for draft in scenario.drafts] == [TOMORROW]
    scenario.then(admitted(TOMORROW))
    assert not is_admitted(scenario, Instant(TOMORROW - 1))
    assert is_admitted(scenario, TOMORROW)


def test_what_is_admitted_for_professionals_is_not_for_retail() -> None:
    scenario = admit(given(*FOUNDED, BTC), retail=False).then(admitted(retail=False))
    assert is_admitted(scenario, NOW, retail=False)
    assert not is_admitted(scenario, NOW)


def test_an_asset_is_admitted_once_for_the_same() -> None:
    scenario = given(*FOUNDED, BTC, admitted())
    admit(scenario).then_refused(Reason.ASSET_ADMITTED, attempted="BTC")
    admit(scenario, retail=False).then(admitted(retail=False))
    admit(scenario).then(admitted())


def test_an_admission_that_begins_later_does_not_keep_from_an_earlier_one() -> None:
    admit(given(*FOUNDED, BTC, admitted(TOMORROW))).then(admitted())


def test_a_withdrawn_admission_ends_to_the_nanosecond_and_may_begin_again() -> None:
    scenario = withdraw(given(*FOUNDED, BTC, admitted()), TOMORROW).then(withdrawn(TOMORROW))
    assert is_admitted(scenario, Instant(TOMORROW - 1))
    assert not is_admitted(scenario, TOMORROW)
    assert not is_admitted(scenario, TOMORROW, retail=False)
    admit(scenario, effective_from=write_instant(NEXT_WEEK)).then(admitted(NEXT_WEEK))
    assert not is_admitted(scenario, Instant(NEXT_WEEK - 1))
    assert is_admitted(scenario, NEXT_WEEK)


def test_only_an_admission_that_stands_is_withdrawn() -> None:
    not_registered, not_admitted = given(*FOUNDED), given(*FOUNDED, BTC)
    not_yet = given(*FOUNDED, BTC, admitted(TOMORROW))
    over = given(*FOUNDED, BTC, admitted(), withdrawn())
    for scenario in (not_registered, not_admitted, not_yet, over):
        withdraw(scenario).then_refused(Reason.ASSET_NOT_ADMITTED, attempted="BTC")
    withdraw(given(*FOUNDED, BTC, admitted(retail=False))).then(withdrawn())


def test_no_admission_planned_for_later_survives_a_withdrawal() -> None:
    scenario = given(*FOUNDED, BTC, admitted(retail=False), admitted(NEXT_WEEK))
    withdraw(scenario, TOMORROW).then(withdrawn(TOMORROW))
    assert not is_admitted(scenario, NEXT_WEEK, retail=False)

"""Plans that were given up: on either clock they answer as the gate decides."""

import pytest
from msgspec.structs import replace

from ledger.events import (
    AssetAdmissionWithdrawn,
    AssetAdmitted,
    ClassificationConfirmed,
    ClassificationCorrected,
    ClientClass,
    CorrectionKind,
    DisclosurePublished,
    Event,
    ProductApproved,
    ProductWithdrawn,
    RegulatoryPermissionGranted,
    RegulatoryPermissionRevoked,
    RegulatoryPermissionVaried,
)
from ledger.reasons import Reason
from projections.eligible import eligible
from projections.replay import AsKnown, AsOf, Moment
from tests.domain.scenario import stream_of
from tests.projections.log_of import Log, day
from tests.projections.nine_clients import (
    APPROVAL,
    PAPER,
    PERPETUAL,
    PLATFORM,
    classified,
    nine_clients,
)

TERMS = next(e for e in PLATFORM if isinstance(e, ProductApproved))
PERMIT = next(e for e in PLATFORM if isinstance(e, RegulatoryPermissionGranted))
ASSET = next(e for e in PLATFORM if isinstance(e, AssetAdmitted))
RISKS = next(e for e in PLATFORM if isinstance(e, DisclosurePublished))
LATER, SOONER, AFTER = day(16), day(10), day(17)


def missing(log: Log, moment: Moment) -> tuple[Reason, ...]:
    answers = eligible(log, PERPETUAL, moment, AFTER)
    return next(a.missing for a in answers if a.client == "sound")


def told_on_day_9(*events: Event) -> Log:
    """Tell what was planned on day 9, each dated from when on it counts."""
    log = Log([r for r in nine_clients().records if r.recorded_at < day(9)])
    for event in events:
        at = getattr(event, "effective_from", day(9))
        log.record(event, recorded_at=day(9), at=at, stream=stream_of(event))
    return log


VARIED = RegulatoryPermissionVaried(
    permission="W1",
    entity="VATP",
    activities=PERMIT.activities,
    document=PAPER,
    effective_from=LATER,
    approval=APPROVAL,
)
REVOKED = RegulatoryPermissionRevoked(
    permission="W1",
    entity="VATP",
    reason="r",
    document=PAPER,
    effective_from=SOONER,
    approval=APPROVAL,
)
WITHDRAWN = ProductWithdrawn(
    product=PERPETUAL, reason="r", effective_from=SOONER, approval=APPROVAL
)
UNADMITTED = AssetAdmissionWithdrawn(
    asset="BTC", reason="r", decision="d", effective_from=SOONER, approval=APPROVAL
)
SECOND = replace(RISKS, version=2, asked_since=2, effective_from=LATER)
THIRD = replace(RISKS, version=3, asked_since=2, material=False, effective_from=SOONER)


@pytest.mark.parametrize(
    ("planned", "given_up", "reason"),
    [
        (replace(TERMS, effective_from=LATER), WITHDRAWN, Reason.PRODUCT_WITHDRAWN),
        (replace(ASSET, effective_from=LATER), UNADMITTED, Reason.REFERENCE_NOT_ADMITTED),
        (VARIED, REVOKED, Reason.PERMISSION_MISSING),
        (SECOND, THIRD, Reason.DISCLOSURE_MISSING),
    ],
)
def test_a_plan_that_was_given_up_does_not_come_back(
    planned: Event, given_up: Event, reason: Reason
) -> None:
    log = told_on_day_9(planned, given_up)
    assert missing(log, AsKnown()) == missing(log, AsOf(AFTER)) == (reason,)


def corrected(version: int, kind: CorrectionKind) -> ClassificationCorrected:
    return ClassificationCorrected(
        client="sound",
        version=version,
        before=ClientClass.RETAIL,
        kind=kind,
        reason="r",
        approval=APPROVAL,
    )


def test_a_classification_taken_back_before_it_begins_never_begins() -> None:
    log = told_on_day_9()
    later = replace(classified("sound", ClientClass.RETAIL), valid_from=LATER)
    planned = log.record(later, recorded_at=day(9), at=LATER, stream="client-sound")
    assert missing(log, AsOf(AFTER)) == (Reason.NOT_PROFESSIONAL,)
    back = corrected(planned.version, CorrectionKind.BUSINESS_CHANGE)
    log.record(back, recorded_at=day(10), corrects=planned.sequence, stream="client-sound")
    assert missing(log, AsKnown()) == missing(log, AsOf(AFTER)) == ()


def test_a_confirmation_of_what_is_taken_back_later_prolongs_nothing_else() -> None:
    log = told_on_day_9()
    first = replace(classified("sound", until=day(15)), valid_from=day(9))
    log.record(first, recorded_at=day(9), stream="client-sound")
    second = log.record(
        replace(first, valid_from=day(10)), recorded_at=day(10), stream="client-sound"
    )
    prolonged = ClassificationConfirmed("sound", evidence=PAPER, valid_until=day(400))
    log.record(prolonged, recorded_at=day(11), stream="client-sound")
    assert missing(log, AsOf(AFTER)) == ()
    wrong = corrected(second.version, CorrectionKind.WAS_WRONG)
    log.record(
        wrong, recorded_at=day(12), at=day(10), corrects=second.sequence, stream="client-sound"
    )
    assert missing(log, AsKnown()) == missing(log, AsOf(AFTER)) == (Reason.CLASSIFICATION_LAPSED,)

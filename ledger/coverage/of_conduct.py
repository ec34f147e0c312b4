"""Cases of the rules of authorities, restrictions, overrides, holds and retention."""

from typing import Any

from ledger import mandate, opening, override, restriction, retention
from ledger.commands import (
    DestroyClientKey,
    GiveAuthority,
    GrantOverride,
    LiftRestriction,
    OpenSealed,
    PlaceLegalHold,
    ReleaseLegalHold,
    RenewAuthority,
    RestrictClient,
    RevokeAuthority,
)
from ledger.coverage.case import BEGINNING, CAROL, JUST_BEFORE, NOW, Case, History, Refused
from ledger.coverage.in_order import (
    APPROVAL,
    AUTHORITY,
    CLASSIFIED,
    IN_ORDER,
    OTTO,
    OVERRIDE_DURATION,
    PAPER,
    RETENTION,
    RITA,
    ask,
)
from ledger.coverage.of_client import restricted
from ledger.events import (
    ClientCeased,
    ClientClass,
    ClientKeyDestroyed,
    Extent,
    LegalHoldPlaced,
)
from ledger.instants import DAY, Instant, months_after, write_instant
from ledger.reasons import Reason

AT_NOW = write_instant(NOW)
IN_A_YEAR = months_after(NOW, 12)
LATER_THAN_A_YEAR = write_instant(IN_A_YEAR + 1)
RETAIL = IN_ORDER.changed(CLASSIFIED, classification=ClientClass.RETAIL)
IN_14_DAYS = Instant(NOW + 14 * DAY)
IN_7_DAYS = Instant(NOW + 7 * DAY)
HOLD = LegalHoldPlaced(client="C", hold="H-1", authority="court", notice="N-7")


def authority(valid_until: str | None) -> GiveAuthority:
    """Note a standing authority of the client."""
    return ask(
        OTTO,
        GiveAuthority,
        client="C",
        authority="AUTH-2",
        scope="margin",
        document=PAPER,
        valid_until=valid_until,
    )


def renewal(notified_at: int) -> RenewAuthority:
    """Note that a standing authority goes on, after a reminder."""
    return ask(
        OTTO,
        RenewAuthority,
        client="C",
        authority="AUTH-1",
        notified_at=write_instant(notified_at),
        valid_until=write_instant(IN_A_YEAR),
    )


def expiring(until: Instant) -> History:
    """Let the standing authority end at a moment."""
    return RETAIL.changed(AUTHORITY, valid_until=until)


def waiver(**fields: Any) -> GrantOverride:
    """Waive a control for the client."""
    usual = {"control": "exposure", "until": write_instant(IN_7_DAYS), "reason": "a hedge"}
    return ask(RITA, GrantOverride, client="C", override="O-1", **{**usual, **fields})


def left(at: Instant) -> History:
    """Let the client have left at a moment."""
    return IN_ORDER.then("client-C", ClientCeased(client="C", reason="moved abroad"), at=at)


RESTRICT = ask(
    RITA,
    RestrictClient,
    client="C",
    restriction="R-1",
    extent="reduce_only",
    ground="documents_outstanding",
    legal_basis="agreement s.9",
)
LIFT = ask(RITA, LiftRestriction, client="C", restriction="R-1", reason="documents came")
PLACE = ask(CAROL, PlaceLegalHold, client="C", hold="H-1", authority="court", notice="N-7")
RELEASE = ask(CAROL, ReleaseLegalHold, client="C", hold="H-1", reason="case closed")
DESTROY = ask(CAROL, DestroyClientKey, client="C")
REVOKE = ask(OTTO, RevokeAuthority, client="C", authority="AUTH-1")
OPEN = ask(CAROL, OpenSealed, subject="client-C", item=PAPER, reason="a request of the regulator")

SEVEN_YEARS_AGO = months_after(NOW, -7 * 12)
DESTROYED = ClientKeyDestroyed(client="C", retained_until=BEGINNING, approval=APPROVAL)

AUTHORITIES: tuple[Case, ...] = (
    Case(
        mandate.give,
        "who is no professional gives no authority for more than twelve months",
        RETAIL,
        authority(LATER_THAN_A_YEAR),
        Refused(Reason.AUTHORITY_TOO_LONG, write_instant(IN_A_YEAR), LATER_THAN_A_YEAR),
    ),
    Case(
        mandate.give,
        "who is no professional gives no authority without an end",
        RETAIL,
        authority(None),
        Refused(Reason.AUTHORITY_TOO_LONG, write_instant(IN_A_YEAR)),
    ),
    Case(
        mandate.give,
        "who is no professional gives an authority for twelve months",
        RETAIL,
        authority(write_instant(IN_A_YEAR)),
    ),
    Case(mandate.give, "a professional gives one without an end", IN_ORDER, authority(None)),
    Case(
        mandate.renew,
        "an authority is not renewed at its end",
        expiring(NOW),
        renewal(BEGINNING),
        Refused(Reason.AUTHORITY_UNKNOWN, attempted="AUTH-1"),
    ),
    Case(
        mandate.renew,
        "an authority is not renewed on a reminder less than fourteen days before its end",
        expiring(Instant(IN_14_DAYS - 1)),
        renewal(NOW),
        Refused(Reason.AUTHORITY_NOTICE_MISSING, write_instant(JUST_BEFORE), AT_NOW),
    ),
    Case(
        mandate.renew,
        "an authority is renewed on a reminder fourteen days before its end",
        expiring(IN_14_DAYS),
        renewal(NOW),
    ),
    Case(
        mandate.revoke,
        "an authority that has ended is not revoked",
        expiring(NOW),
        REVOKE,
        Refused(Reason.AUTHORITY_UNKNOWN, attempted="AUTH-1"),
    ),
    Case(mandate.revoke, "an authority in force is revoked", IN_ORDER, REVOKE),
)

RESTRICTIONS: tuple[Case, ...] = (
    Case(
        restriction.restrict,
        "a restriction of one name is placed once",
        restricted(Extent.REDUCE_ONLY),
        RESTRICT,
        Refused(Reason.RESTRICTION_EXISTS, attempted="R-1"),
    ),
    Case(
        restriction.restrict,
        "a client is restricted with the ground and its legal basis",
        IN_ORDER,
        RESTRICT,
        says={"ground": "documents_outstanding", "legal_basis": "agreement s.9"},
    ),
    Case(
        restriction.lift,
        "a restriction that does not stand is not lifted",
        IN_ORDER,
        LIFT,
        Refused(Reason.RESTRICTION_UNKNOWN, attempted="R-1"),
    ),
    Case(
        restriction.lift,
        "a restriction is lifted with the reason",
        restricted(Extent.REDUCE_ONLY),
        LIFT,
        says={"reason": "documents came"},
    ),
)

OVERRIDES: tuple[Case, ...] = (
    Case(
        override.grant,
        "an override that lasts longer than allowed is not granted",
        IN_ORDER,
        waiver(until=write_instant(IN_7_DAYS + 1)),
        Refused(Reason.OVERRIDE_TOO_LONG, write_instant(IN_7_DAYS), write_instant(IN_7_DAYS + 1)),
    ),
    Case(
        override.grant,
        "a control that nobody can waive is not waived",
        IN_ORDER,
        waiver(control="professional"),
        Refused(Reason.CONTROL_NOT_WAIVABLE, attempted="professional"),
    ),
    Case(
        override.grant,
        "while nobody said how long an override may last none is granted",
        IN_ORDER.without(OVERRIDE_DURATION),
        waiver(),
        Refused(Reason.PARAMETER_MISSING, attempted="override.duration"),
    ),
    Case(
        override.grant,
        "an override that lasts as long as allowed is granted, with its reason",
        IN_ORDER,
        waiver(),
        says={"control": "exposure", "until": IN_7_DAYS, "reason": "a hedge"},
    ),
)

RETENTIONS: tuple[Case, ...] = (
    Case(
        retention.place,
        "a hold of one name is placed once",
        IN_ORDER.then("client-C", HOLD),
        PLACE,
        Refused(Reason.HOLD_EXISTS, attempted="H-1"),
    ),
    Case(retention.place, "a hold is placed also on a client who left", left(BEGINNING), PLACE),
    Case(
        retention.release,
        "a hold that does not stand is not released",
        IN_ORDER,
        RELEASE,
        Refused(Reason.HOLD_UNKNOWN, attempted="H-1"),
    ),
    Case(
        retention.release,
        "a hold is released by two people",
        IN_ORDER.then("client-C", HOLD),
        RELEASE,
    ),
    Case(
        retention.destroy,
        "one nanosecond before seven years are over no key is destroyed",
        left(Instant(SEVEN_YEARS_AGO + 1)),
        DESTROY,
        Refused(Reason.RETENTION_RUNNING, write_instant(NOW + 1), AT_NOW),
    ),
    Case(
        retention.destroy,
        "after seven years a client's key is destroyed",
        left(SEVEN_YEARS_AGO),
        DESTROY,
        says={"retained_until": NOW},
    ),
    Case(
        retention.destroy,
        "while a hold stands no key is destroyed",
        left(SEVEN_YEARS_AGO).then("client-C", HOLD),
        DESTROY,
        Refused(Reason.UNDER_LEGAL_HOLD, "H-1"),
        only=("R07",),
    ),
    Case(
        retention.destroy,
        "while no time is on record for which records are kept no key is destroyed",
        left(SEVEN_YEARS_AGO).without(RETENTION),
        DESTROY,
        Refused(Reason.PARAMETER_MISSING, attempted="client.retention"),
        only=("R04",),
    ),
    Case(
        opening.open_sealed,
        "what was sealed for a client whose key is destroyed is not opened",
        IN_ORDER.then("client-C", DESTROYED),
        OPEN,
        Refused(Reason.KEY_DESTROYED, attempted="client-C"),
    ),
    Case(
        opening.open_sealed,
        "what is sealed is opened with the reason on record",
        IN_ORDER,
        OPEN,
        says={"subject": "client-C", "reason": "a request of the regulator"},
    ),
)

CASES = AUTHORITIES + RESTRICTIONS + OVERRIDES + RETENTIONS

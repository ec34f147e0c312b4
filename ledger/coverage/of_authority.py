"""Cases of the control that asks for a client's standing authority."""

from msgspec.structs import replace

from ledger.controls.of_client import authority_given
from ledger.coverage.case import BEGINNING, JUST_AFTER, NOW, Case, History, Refused
from ledger.coverage.in_order import (
    ADMITTED,
    AUTHORITY,
    AUTHORITY_TERM,
    CLASSIFIED,
    CONSENTED,
    IN_ORDER,
    SPOT,
)
from ledger.coverage.trades import passes, reduces, refuses
from ledger.events import AuthorityRevoked, ClientClass, ClientKind, ConsentWithdrawn
from ledger.instants import Instant, months_after, write_instant
from ledger.reasons import Reason

NO_AUTHORITY = Refused(Reason.AUTHORITY_MISSING, attempted="margin")
LENT = IN_ORDER.changed(SPOT, authority="margin")
"""Spot that may not be traded without a standing authority either."""
A_YEAR_AGO = months_after(NOW, -12)
TOO_LONG_AGO = NO_AUTHORITY._replace(limit=write_instant(NOW))
PROFESSIONAL = ClientClass.PROFESSIONAL


def agreed_to(at: Instant, classification: ClientClass = ClientClass.RETAIL) -> History:
    """Let the client have given, as a professional, an authority without an end at a moment."""
    authority = replace(AUTHORITY, valid_from=at)
    now_is = LENT.changed(CLASSIFIED, classification=classification).without(AUTHORITY)
    return now_is.then("client-C", authority, at=at)


CASES: tuple[Case, ...] = (
    refuses(
        authority_given,
        "from the end of his standing authority on a client does not increase",
        NO_AUTHORITY,
        IN_ORDER.changed(AUTHORITY, valid_until=NOW),
    ),
    refuses(
        authority_given,
        "an authority for something else is none",
        NO_AUTHORITY,
        IN_ORDER.changed(AUTHORITY, scope="lending"),
    ),
    refuses(
        authority_given,
        "a revoked authority is none",
        NO_AUTHORITY,
        IN_ORDER.then("client-C", AuthorityRevoked(client="C", authority="AUTH-1"), at=NOW),
    ),
    passes(
        authority_given,
        "in the last nanosecond of his standing authority a client increases",
        IN_ORDER.changed(AUTHORITY, valid_until=JUST_AFTER),
    ),
    refuses(
        authority_given,
        "twelve months after he gave it a professional's authority serves no retail client",
        TOO_LONG_AGO,
        agreed_to(A_YEAR_AGO),
        product="BTC-SPOT",
    ),
    refuses(
        authority_given,
        "who withdrew his consent is served no longer than a retail client",
        TOO_LONG_AGO,
        agreed_to(A_YEAR_AGO, PROFESSIONAL).then("client-C", ConsentWithdrawn(client="C")),
        product="BTC-SPOT",
    ),
    refuses(
        authority_given,
        "who never consented is served no longer than a retail client",
        TOO_LONG_AGO,
        agreed_to(A_YEAR_AGO, PROFESSIONAL).without(CONSENTED),
        product="BTC-SPOT",
    ),
    refuses(
        authority_given,
        "a corporation that was not assessed is served no longer than a retail client",
        TOO_LONG_AGO,
        agreed_to(A_YEAR_AGO, PROFESSIONAL).changed(ADMITTED, kind=ClientKind.CORPORATION),
        product="BTC-SPOT",
    ),
    refuses(
        authority_given,
        "without a term on record a professional's authority serves no retail client",
        Refused(Reason.PARAMETER_MISSING, attempted="client.authority.term"),
        agreed_to(BEGINNING).without(AUTHORITY_TERM),
        product="BTC-SPOT",
    ),
    passes(
        authority_given,
        "one nanosecond before twelve months are over a professional's authority still serves him",
        agreed_to(Instant(A_YEAR_AGO + 1)),
        product="BTC-SPOT",
    ),
    passes(
        authority_given,
        "while he is a professional his authority serves him without end",
        agreed_to(A_YEAR_AGO, PROFESSIONAL).without(AUTHORITY_TERM),
        product="BTC-SPOT",
    ),
    reduces(
        authority_given,
        "without a standing authority a client reduces",
        IN_ORDER.without(AUTHORITY),
    ),
)

"""Cases of the controls of the client's standing."""

from ledger.controls.of_client import (
    account_usable,
    affiliate_appointed,
    agreement_signed,
    disclosures_acknowledged,
    not_restricted,
    not_suspended,
)
from ledger.coverage.case import BEGINNING, JUST_AFTER, NOW, Case, History, Refused
from ledger.coverage.in_order import (
    ACKNOWLEDGED,
    AGREED,
    APPROVAL,
    IN_ORDER,
    OPENED,
    PAPER,
    PERMITTED,
    RISKS,
)
from ledger.coverage.trades import passes, reduces, refuses
from ledger.events import (
    AccountClosed,
    Activity,
    AffiliationDeclared,
    ClientRestricted,
    Extent,
    Ground,
    Language,
    MarketMakerAppointed,
    Relation,
    RestrictionLifted,
)
from ledger.instants import Instant
from ledger.reasons import Reason

CLOSED = IN_ORDER.then("account-A", AccountClosed(account="A"))
LIFTED = RestrictionLifted(client="C", restriction="R-1", reason="resolved")


def restricted(extent: Extent, name: str = "R-1") -> History:
    """Let the client have been restricted."""
    event = ClientRestricted(
        client="C",
        restriction=name,
        extent=extent,
        ground=Ground.DOCUMENTS_OUTSTANDING,
        legal_basis="agreement s.9",
    )
    return IN_ORDER.then("client-C", event)


def republished(effective_from: Instant, *, material: bool) -> History:
    """Let a second version of the document apply from a moment on."""
    second = type(RISKS)(
        document="RISKS",
        version=2,
        texts={Language.ENGLISH: PAPER},
        material=material,
        asked_since=2 if material else 1,
        effective_from=effective_from,
        approval=APPROVAL,
    )
    return IN_ORDER.then("document-RISKS", second)


def related(relation: Relation, since: Instant) -> History:
    """Let the client be an affiliate, or an employee, from a moment on."""
    event = AffiliationDeclared(
        client="C",
        relation=relation,
        party="GROUP",
        basis="a company of the group",
        effective_from=since,
        approval=APPROVAL,
    )
    return IN_ORDER.then("client-C", event)


APPOINTED = MarketMakerAppointed(
    client="C",
    program="MM-1",
    products=("BTC-PERP",),
    obligations=PAPER,
    fee_terms=PAPER,
    permission="VA-1",
    entity="VATP",
    effective_from=BEGINNING,
    approval=APPROVAL,
)
AFFILIATE = related(Relation.AFFILIATE, BEGINNING)
MARKET_MAKER = AFFILIATE.then("client-C", APPOINTED)
NOT_APPOINTED = Refused(Reason.MARKET_MAKER_NOT_APPOINTED)
NOT_TOLD = Refused(Reason.DISCLOSURE_MISSING, "RISKS 2", "RISKS 1")

STANDING: tuple[Case, ...] = (
    refuses(
        account_usable,
        "an account that was never opened does not trade",
        Refused(Reason.ACCOUNT_UNKNOWN, attempted="B"),
        account="B",
    ),
    refuses(
        account_usable,
        "a closed account does not trade, not even to reduce",
        Refused(Reason.ACCOUNT_CLOSED, attempted="A"),
        CLOSED,
        effect="reduce",
    ),
    refuses(
        account_usable,
        "an account that is nobody's does not trade",
        Refused(Reason.ACCOUNT_WITHOUT_CLIENT, attempted="A"),
        IN_ORDER.changed(OPENED, client=None),
    ),
    passes(account_usable, "an open account of a client trades"),
    refuses(
        not_suspended,
        "a suspended client does not trade",
        Refused(Reason.CLIENT_SUSPENDED, "R-1"),
        restricted(Extent.SUSPENDED),
    ),
    refuses(
        not_suspended,
        "a suspended client does not even reduce",
        Refused(Reason.CLIENT_SUSPENDED, "R-1"),
        restricted(Extent.SUSPENDED),
        effect="reduce",
    ),
    passes(
        not_suspended,
        "once his suspension is lifted a client trades",
        restricted(Extent.SUSPENDED).then("client-C", LIFTED),
    ),
    refuses(
        not_restricted,
        "a restricted client does not increase",
        Refused(Reason.CLIENT_RESTRICTED, "R-1"),
        restricted(Extent.REDUCE_ONLY),
    ),
    reduces(not_restricted, "a restricted client reduces", restricted(Extent.REDUCE_ONLY)),
    passes(
        not_restricted,
        "once his restriction is lifted a client increases",
        restricted(Extent.REDUCE_ONLY).then("client-C", LIFTED),
    ),
    refuses(
        agreement_signed,
        "a client without an agreement does not trade",
        Refused(Reason.AGREEMENT_MISSING),
        IN_ORDER.without(AGREED),
    ),
    passes(agreement_signed, "a client with an agreement trades"),
    reduces(agreement_signed, "a client without an agreement reduces", IN_ORDER.without(AGREED)),
)

PAPERS: tuple[Case, ...] = (
    refuses(
        disclosures_acknowledged,
        "whoever has not acknowledged the product's risks does not increase",
        Refused(Reason.DISCLOSURE_MISSING, "RISKS 1", "RISKS 0"),
        IN_ORDER.without(ACKNOWLEDGED),
    ),
    refuses(
        disclosures_acknowledged,
        "from a material new version on a client is asked again",
        NOT_TOLD,
        republished(NOW, material=True),
    ),
    refuses(
        disclosures_acknowledged,
        "while no version of a document applies nobody has acknowledged it",
        Refused(Reason.DOCUMENT_UNKNOWN, attempted="RISKS"),
        IN_ORDER.changed(RISKS, effective_from=JUST_AFTER),
    ),
    passes(
        disclosures_acknowledged,
        "one nanosecond before a material new version applies nobody is asked again",
        republished(JUST_AFTER, material=True),
    ),
    passes(
        disclosures_acknowledged,
        "for a version that is not materially different nobody is asked again",
        republished(NOW, material=False),
    ),
    reduces(
        disclosures_acknowledged,
        "whoever has acknowledged nothing reduces",
        IN_ORDER.without(ACKNOWLEDGED),
    ),
    refuses(
        affiliate_appointed,
        "an affiliate who was not appointed does not increase",
        NOT_APPOINTED,
        related(Relation.AFFILIATE, NOW),
    ),
    refuses(
        affiliate_appointed,
        "from the end of the appointment on an affiliate does not increase",
        NOT_APPOINTED,
        MARKET_MAKER.changed(APPOINTED, until=NOW),
    ),
    refuses(
        affiliate_appointed,
        "an appointment for other products is none",
        NOT_APPOINTED,
        MARKET_MAKER.changed(APPOINTED, products=("BTC-SPOT",)),
    ),
    refuses(
        affiliate_appointed,
        "without the regulator's permission for it nobody is a market maker",
        NOT_APPOINTED,
        MARKET_MAKER.changed(PERMITTED, activities=(Activity.SPOT, Activity.PERPETUALS)),
    ),
    passes(
        affiliate_appointed,
        "in the last nanosecond of the appointment an affiliate increases",
        MARKET_MAKER.changed(APPOINTED, until=JUST_AFTER),
    ),
    passes(
        affiliate_appointed,
        "one nanosecond before he becomes an affiliate a client needs no appointment",
        related(Relation.AFFILIATE, JUST_AFTER),
    ),
    reduces(affiliate_appointed, "an affiliate who was not appointed reduces", AFFILIATE),
)

CASES = STANDING + PAPERS

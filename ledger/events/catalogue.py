"""The catalogue: every event that can exist, by name; what a regulator reads first.

A name here is a word of the vocabulary and stays for ever: an event may gain a field with a
default, or a new `SCHEMA` with an upcaster, but is never renamed, changed in meaning or removed.
"""

from ledger.events import deficit, liquidation
from ledger.events.access import (
    EntityRegistered,
    PlatformFounded,
    RoleGranted,
    RoleRevoked,
)
from ledger.events.account import (
    AccountClosed,
    AccountOpened,
    CashDeposited,
    CashTransferred,
    CashWithdrawn,
    JournalOpened,
    JournalPosted,
    MovementCorrected,
)
from ledger.events.affiliate import (
    AffiliationDeclared,
    AffiliationEnded,
    CorrectionSweepClosed,
    CorrectionSweepOpened,
    MarketMakerAppointed,
    MarketMakerTerminated,
    StampCorrected,
)
from ledger.events.approval import (
    ChangeApproved,
    ChangeDeclined,
    ChangeProposed,
)
from ledger.events.asset import (
    AssetAdmissionWithdrawn,
    AssetAdmitted,
    AssetRegistered,
)
from ledger.events.client import (
    AccountAssigned,
    AgreementSigned,
    AuthorityGiven,
    AuthorityRenewed,
    AuthorityRevoked,
    BenefitOffered,
    ClientAdmitted,
    ClientCeased,
    ClientKeyDestroyed,
    ClientRestricted,
    LegalHoldPlaced,
    LegalHoldReleased,
    OverrideGranted,
    RestrictionLifted,
)
from ledger.events.collateral import (
    CollateralPledged,
    CollateralReleased,
    CollateralSubstituted,
    HaircutScheduleSet,
)
from ledger.events.command import (
    CommandConflicted,
    CommandRejected,
)
from ledger.events.disclosure import (
    DisclosureAcknowledged,
    DisclosurePublished,
    DisclosureShown,
)
from ledger.events.eligibility import (
    EligibilityConfirmed,
)
from ledger.events.event import (
    Event,
)
from ledger.events.funding import (
    FundingIntervalSettled,
    FundingRateFixed,
    FundingRuleSet,
    FundingSettled,
    PremiumSampled,
)
from ledger.events.instrument import (
    InstrumentSpecified,
    ReferencePriceReported,
)
from ledger.events.investor import (
    ClassificationConfirmed,
    ClassificationCorrected,
    ClientClassified,
    ConsentSigned,
    ConsentWithdrawn,
    CorporateAssessed,
    ExposureLimitSet,
    KnowledgeAssessed,
    RiskProfileSet,
    SuitabilityAssessed,
)
from ledger.events.margin import (
    MarginAllocated,
    MarginEvaluated,
    MarginScheduleSet,
    MarginSelected,
)
from ledger.events.margin_call import (
    MarginCallCanceled,
    MarginCallExpired,
    MarginCallExtended,
    MarginCallIssued,
    MarginCallMet,
    MarginCallPartlyMet,
    MarginNoticeSent,
    MarginWarningIssued,
    MarginWarningLifted,
)
from ledger.events.order import (
    OrderAccepted,
    OrderAmended,
    OrderAmendRejected,
    OrderAmendRequested,
    OrderCanceled,
    OrderCancelRejected,
    OrderCancelRequested,
    OrderExpired,
    OrderReceived,
    OrderRejected,
    OrderReportQuarantined,
    OrderRestated,
    OrderTriggered,
)
from ledger.events.permission import (
    RegulatoryPermissionGranted,
    RegulatoryPermissionRevoked,
    RegulatoryPermissionVaried,
)
from ledger.events.price import (
    CollateralPriceComputed,
    IndexPriceComputed,
    MarkMethodSet,
    MarkPriceComputed,
    PriceMethodSet,
    PriceRefused,
    TicksSealed,
)
from ledger.events.product import (
    ProductApproved,
    ProductWithdrawn,
)
from ledger.events.rules import (
    ParameterChanged,
    RulePackAdopted,
)
from ledger.events.trade import (
    FillBusted,
    FillCorrected,
    OrderFilled,
)
from ledger.events.vault import (
    SealedOpened,
)
from ledger.events.venue import (
    MirrorAccountOpened,
    VenueExecution,
    VenueLineNoted,
    VenueLineQuarantined,
    VenueMovement,
)

_EVENTS: tuple[type[Event], ...] = (
    PlatformFounded,
    EntityRegistered,
    RoleGranted,
    RoleRevoked,
    RulePackAdopted,
    ParameterChanged,
    ChangeProposed,
    ChangeApproved,
    ChangeDeclined,
    RegulatoryPermissionGranted,
    RegulatoryPermissionVaried,
    RegulatoryPermissionRevoked,
    ProductApproved,
    ProductWithdrawn,
    InstrumentSpecified,
    ReferencePriceReported,
    PriceMethodSet,
    IndexPriceComputed,
    CollateralPriceComputed,
    PriceRefused,
    MarkMethodSet,
    MarkPriceComputed,
    TicksSealed,
    FundingRuleSet,
    PremiumSampled,
    FundingRateFixed,
    FundingSettled,
    FundingIntervalSettled,
    MarginScheduleSet,
    MarginSelected,
    MarginAllocated,
    MarginEvaluated,
    MarginWarningIssued,
    MarginWarningLifted,
    MarginCallIssued,
    MarginNoticeSent,
    *liquidation.EVENTS,
    *deficit.EVENTS,
    MarginCallPartlyMet,
    MarginCallExtended,
    MarginCallExpired,
    MarginCallMet,
    MarginCallCanceled,
    HaircutScheduleSet,
    CollateralPledged,
    CollateralReleased,
    CollateralSubstituted,
    DisclosurePublished,
    DisclosureShown,
    DisclosureAcknowledged,
    ClientAdmitted,
    ClientCeased,
    AccountAssigned,
    ClientClassified,
    ClassificationConfirmed,
    ClassificationCorrected,
    CorporateAssessed,
    ConsentSigned,
    ConsentWithdrawn,
    KnowledgeAssessed,
    RiskProfileSet,
    ExposureLimitSet,
    SuitabilityAssessed,
    AgreementSigned,
    AuthorityGiven,
    AuthorityRenewed,
    AuthorityRevoked,
    ClientRestricted,
    RestrictionLifted,
    BenefitOffered,
    OverrideGranted,
    LegalHoldPlaced,
    LegalHoldReleased,
    ClientKeyDestroyed,
    SealedOpened,
    AffiliationDeclared,
    AffiliationEnded,
    MarketMakerAppointed,
    MarketMakerTerminated,
    CorrectionSweepOpened,
    StampCorrected,
    CorrectionSweepClosed,
    EligibilityConfirmed,
    OrderReceived,
    OrderAccepted,
    OrderRejected,
    OrderAmendRequested,
    OrderAmended,
    OrderAmendRejected,
    OrderCancelRequested,
    OrderCancelRejected,
    OrderCanceled,
    OrderTriggered,
    OrderExpired,
    OrderRestated,
    OrderFilled,
    FillBusted,
    FillCorrected,
    OrderReportQuarantined,
    AccountOpened,
    AccountClosed,
    CashDeposited,
    CashWithdrawn,
    CashTransferred,
    MovementCorrected,
    JournalOpened,
    JournalPosted,
    AssetRegistered,
    AssetAdmitted,
    AssetAdmissionWithdrawn,
    MirrorAccountOpened,
    VenueMovement,
    VenueLineNoted,
    VenueLineQuarantined,
    VenueExecution,
    CommandRejected,
    CommandConflicted,
)

CATALOGUE: dict[str, type[Event]] = {event_type.__name__: event_type for event_type in _EVENTS}

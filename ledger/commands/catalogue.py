"""The catalogue: every command that can be given, by name."""

from ledger.commands import liquidation
from ledger.commands.access import (
    FoundPlatform,
    GrantRole,
    RegisterEntity,
    RevokeRole,
)
from ledger.commands.account import (
    CloseAccount,
    CorrectMovement,
    OpenAccount,
    PostJournal,
    ReportDeposit,
    TransferCash,
    WithdrawCash,
)
from ledger.commands.affiliate import (
    AppointMarketMaker,
    CloseSweep,
    CorrectStamp,
    DeclareAffiliation,
    EndAffiliation,
    TerminateMarketMaker,
)
from ledger.commands.asset import (
    AdmitAsset,
    RegisterAsset,
    WithdrawAssetAdmission,
)
from ledger.commands.client import (
    AdmitClient,
    CeaseClient,
    DestroyClientKey,
    GiveAuthority,
    GrantOverride,
    LiftRestriction,
    OfferBenefit,
    PlaceLegalHold,
    ReleaseLegalHold,
    RenewAuthority,
    RestrictClient,
    RevokeAuthority,
    SignAgreement,
)
from ledger.commands.collateral import (
    PledgeCollateral,
    ReleaseCollateral,
    SetHaircutSchedule,
    SubstituteCollateral,
)
from ledger.commands.command import Command
from ledger.commands.disclosure import (
    AcknowledgeDisclosure,
    PublishDisclosure,
    ShowDisclosure,
)
from ledger.commands.eligibility import (
    CheckEligibility,
)
from ledger.commands.funding import (
    FixFundingRate,
    SamplePremium,
    SetFundingRule,
    SettleFunding,
    SettleFundingLate,
)
from ledger.commands.instrument import (
    ReportReferencePrice,
    SpecifyInstrument,
)
from ledger.commands.investor import (
    AssessCorporation,
    AssessKnowledge,
    AssessSuitability,
    ClassifyClient,
    ConfirmClassification,
    CorrectClassification,
    SetExposureLimit,
    SetRiskProfile,
    SignConsent,
    WithdrawConsent,
)
from ledger.commands.margin import (
    AllocateMargin,
    EvaluateMargin,
    SelectMargin,
    SetMarginSchedule,
)
from ledger.commands.margin_call import (
    CancelMarginCall,
    ExtendMarginCall,
    ReportMarginNotice,
    ReviewMargin,
)
from ledger.commands.order import (
    AmendOrder,
    CancelOrder,
    PlaceOrder,
    ReportAmendRejected,
    ReportCancelRejected,
    ReportOrderAmended,
    ReportOrderCanceled,
    ReportOrderExpired,
    ReportOrderRestated,
    ReportOrderTriggered,
)
from ledger.commands.permission import (
    GrantPermission,
    RevokePermission,
    VaryPermission,
)
from ledger.commands.price import (
    ReckonMark,
    ReckonPrice,
    SealTicks,
    SetMarkMethod,
    SetPriceMethod,
)
from ledger.commands.product import (
    ApproveProduct,
    WithdrawProduct,
)
from ledger.commands.proposal import (
    ApproveChange,
    DeclineChange,
    ProposeChange,
)
from ledger.commands.rules import (
    AdoptRulePack,
    ChangeParameter,
)
from ledger.commands.trade import (
    BustTrade,
    CorrectTrade,
    ReportTrade,
)
from ledger.commands.vault import (
    OpenSealed,
)
from ledger.commands.venue import (
    OpenMirrorAccount,
    ReportVenueExecution,
    ReportVenueLine,
)

_KINDS: tuple[type[Command], ...] = (
    FoundPlatform,
    RegisterEntity,
    GrantRole,
    RevokeRole,
    ProposeChange,
    ApproveChange,
    DeclineChange,
    AdoptRulePack,
    ChangeParameter,
    GrantPermission,
    VaryPermission,
    RevokePermission,
    ApproveProduct,
    WithdrawProduct,
    SpecifyInstrument,
    ReportReferencePrice,
    SetPriceMethod,
    ReckonPrice,
    SetMarkMethod,
    ReckonMark,
    SealTicks,
    SetFundingRule,
    SamplePremium,
    FixFundingRate,
    SettleFunding,
    SettleFundingLate,
    SetMarginSchedule,
    SelectMargin,
    AllocateMargin,
    EvaluateMargin,
    ReviewMargin,
    *liquidation.COMMANDS,
    ReportMarginNotice,
    ExtendMarginCall,
    CancelMarginCall,
    SetHaircutSchedule,
    PledgeCollateral,
    ReleaseCollateral,
    SubstituteCollateral,
    RegisterAsset,
    AdmitAsset,
    WithdrawAssetAdmission,
    PublishDisclosure,
    ShowDisclosure,
    AcknowledgeDisclosure,
    AdmitClient,
    CeaseClient,
    ClassifyClient,
    ConfirmClassification,
    CorrectClassification,
    AssessCorporation,
    SignConsent,
    WithdrawConsent,
    AssessKnowledge,
    SetRiskProfile,
    SetExposureLimit,
    AssessSuitability,
    SignAgreement,
    GiveAuthority,
    RenewAuthority,
    RevokeAuthority,
    RestrictClient,
    LiftRestriction,
    OfferBenefit,
    GrantOverride,
    PlaceLegalHold,
    ReleaseLegalHold,
    DestroyClientKey,
    OpenSealed,
    DeclareAffiliation,
    EndAffiliation,
    AppointMarketMaker,
    TerminateMarketMaker,
    CorrectStamp,
    CloseSweep,
    CheckEligibility,
    PlaceOrder,
    AmendOrder,
    CancelOrder,
    ReportOrderAmended,
    ReportAmendRejected,
    ReportOrderCanceled,
    ReportCancelRejected,
    ReportOrderTriggered,
    ReportOrderExpired,
    ReportOrderRestated,
    ReportTrade,
    BustTrade,
    CorrectTrade,
    OpenAccount,
    CloseAccount,
    ReportDeposit,
    WithdrawCash,
    TransferCash,
    CorrectMovement,
    PostJournal,
    OpenMirrorAccount,
    ReportVenueLine,
    ReportVenueExecution,
)

COMMANDS: dict[str, type[Command]] = {
    command_type.__name__: command_type for command_type in _KINDS
}

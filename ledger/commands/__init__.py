"""Everything that can be asked of the ledger or reported to it; the door."""

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
    JournalLine,
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
from ledger.commands.catalogue import COMMANDS
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
from ledger.commands.command import (
    ActorField,
    Command,
    Critical,
    DatedChange,
    Fact,
    Reckoning,
)
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
from ledger.commands.liquidation import *  # noqa: F403 - the words are listed there
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
    OrderReport,
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
    CHANGES,
    ApproveChange,
    DeclineChange,
    ProposeChange,
    change_of,
)
from ledger.commands.rules import (
    AdoptRulePack,
    ChangeParameter,
    Figure,
)
from ledger.commands.trade import (
    BustTrade,
    CorrectTrade,
    ReportTrade,
    TradeSide,
)
from ledger.commands.vault import OpenSealed
from ledger.commands.venue import (
    OpenMirrorAccount,
    ReportVenueExecution,
    ReportVenueLine,
)

__all__ = [
    "CHANGES",
    "COMMANDS",
    "AcknowledgeDisclosure",
    "ActorField",
    "AdmitAsset",
    "AdmitClient",
    "AdoptRulePack",
    "AllocateMargin",
    "AmendOrder",
    "AppointMarketMaker",
    "ApproveChange",
    "ApproveProduct",
    "AssessCorporation",
    "AssessKnowledge",
    "AssessSuitability",
    "BustTrade",
    "CancelMarginCall",
    "CancelOrder",
    "CeaseClient",
    "ChangeParameter",
    "CheckEligibility",
    "ClassifyClient",
    "CloseAccount",
    "CloseSweep",
    "Command",
    "ConfirmClassification",
    "CorrectClassification",
    "CorrectMovement",
    "CorrectStamp",
    "CorrectTrade",
    "Critical",
    "DatedChange",
    "DeclareAffiliation",
    "DeclineChange",
    "DestroyClientKey",
    "EndAffiliation",
    "EvaluateMargin",
    "ExtendMarginCall",
    "Fact",
    "Figure",
    "FixFundingRate",
    "FoundPlatform",
    "GiveAuthority",
    "GrantOverride",
    "GrantPermission",
    "GrantRole",
    "JournalLine",
    "LiftRestriction",
    "OfferBenefit",
    "OpenAccount",
    "OpenMirrorAccount",
    "OpenSealed",
    "OrderReport",
    "PlaceLegalHold",
    "PlaceOrder",
    "PledgeCollateral",
    "PostJournal",
    "ProposeChange",
    "PublishDisclosure",
    "ReckonMark",
    "ReckonPrice",
    "Reckoning",
    "RegisterAsset",
    "RegisterEntity",
    "ReleaseCollateral",
    "ReleaseLegalHold",
    "RenewAuthority",
    "ReportAmendRejected",
    "ReportCancelRejected",
    "ReportDeposit",
    "ReportMarginNotice",
    "ReportOrderAmended",
    "ReportOrderCanceled",
    "ReportOrderExpired",
    "ReportOrderRestated",
    "ReportOrderTriggered",
    "ReportReferencePrice",
    "ReportTrade",
    "ReportVenueExecution",
    "ReportVenueLine",
    "RestrictClient",
    "ReviewMargin",
    "RevokeAuthority",
    "RevokePermission",
    "RevokeRole",
    "SamplePremium",
    "SealTicks",
    "SelectMargin",
    "SetExposureLimit",
    "SetFundingRule",
    "SetHaircutSchedule",
    "SetMarginSchedule",
    "SetMarkMethod",
    "SetPriceMethod",
    "SetRiskProfile",
    "SettleFunding",
    "SettleFundingLate",
    "ShowDisclosure",
    "SignAgreement",
    "SignConsent",
    "SpecifyInstrument",
    "SubstituteCollateral",
    "TerminateMarketMaker",
    "TradeSide",
    "TransferCash",
    "VaryPermission",
    "WithdrawAssetAdmission",
    "WithdrawCash",
    "WithdrawConsent",
    "WithdrawProduct",
    "change_of",
]
__all__ += liquidation.__all__

"""What an approved change leads to: which events, and what each must say.

Reckoned here once more and not asked of the rules, so that the law finds where they differ.
"""

from typing import Any

from msgspec.structs import asdict

from ledger.commands import (
    AdoptRulePack,
    BustTrade,
    ChangeParameter,
    CorrectMovement,
    CorrectTrade,
    Critical,
    GrantRole,
    PostJournal,
    PublishDisclosure,
    SetHaircutSchedule,
    SetMarginSchedule,
    SetPriceMethod,
)
from ledger.commands.command import ENVELOPE_FIELDS
from ledger.events import (
    AffiliationDeclared,
    AffiliationEnded,
    AssetAdmissionWithdrawn,
    AssetAdmitted,
    ClassificationCorrected,
    ClientKeyDestroyed,
    DisclosurePublished,
    EntityRegistered,
    Event,
    FillBusted,
    FillCorrected,
    FundingRuleSet,
    HaircutScheduleSet,
    HaircutTier,
    InstrumentSpecified,
    JournalOpened,
    JournalPosted,
    LegalHoldReleased,
    LiquidationOverridden,
    MarginCallCanceled,
    MarginCallExtended,
    MarginScheduleSet,
    MarginTier,
    MarketMakerAppointed,
    MarketMakerTerminated,
    MarkMethodSet,
    MovementCorrected,
    OverrideGranted,
    ParameterChanged,
    PriceMethodSet,
    PriceSource,
    ProductApproved,
    ProductWithdrawn,
    Recorded,
    RegulatoryPermissionGranted,
    RegulatoryPermissionRevoked,
    RegulatoryPermissionVaried,
    RoleGranted,
    RulePackAdopted,
    Side,
)
from ledger.instants import Instant
from ledger.numbers import ZERO, subtract

DEEDS: dict[str, tuple[type[Event], ...]] = {
    "RegisterEntity": (EntityRegistered,),
    "GrantRole": (RoleGranted,),
    "AdoptRulePack": (RulePackAdopted, ParameterChanged),
    "ChangeParameter": (ParameterChanged,),
    "GrantPermission": (RegulatoryPermissionGranted,),
    "VaryPermission": (RegulatoryPermissionVaried,),
    "RevokePermission": (RegulatoryPermissionRevoked,),
    "ApproveProduct": (ProductApproved,),
    "WithdrawProduct": (ProductWithdrawn,),
    "SpecifyInstrument": (InstrumentSpecified,),
    "SetPriceMethod": (PriceMethodSet,),
    "SetMarkMethod": (MarkMethodSet,),
    "SetFundingRule": (FundingRuleSet,),
    "SetMarginSchedule": (MarginScheduleSet,),
    "SetHaircutSchedule": (HaircutScheduleSet,),
    "AdmitAsset": (AssetAdmitted,),
    "WithdrawAssetAdmission": (AssetAdmissionWithdrawn,),
    "PublishDisclosure": (DisclosurePublished,),
    "CorrectClassification": (ClassificationCorrected,),
    "GrantOverride": (OverrideGranted,),
    "ReleaseLegalHold": (LegalHoldReleased,),
    "DestroyClientKey": (ClientKeyDestroyed,),
    "DeclareAffiliation": (AffiliationDeclared,),
    "EndAffiliation": (AffiliationEnded,),
    "AppointMarketMaker": (MarketMakerAppointed,),
    "TerminateMarketMaker": (MarketMakerTerminated,),
    "PostJournal": (JournalOpened, JournalPosted),
    "CorrectMovement": (MovementCorrected,),
    "BustTrade": (FillBusted,),
    "CorrectTrade": (FillCorrected,),
    "ExtendMarginCall": (MarginCallExtended,),
    "CancelMarginCall": (MarginCallCanceled,),
    "OverrideLiquidation": (LiquidationOverridden,),
}
"""By the type of the change: the events that need it."""


def is_deed(change: Critical, recorded: Recorded, approved_at: Instant) -> bool:
    """Tell whether a record is what this change, approved at that moment, leads to.

    Whatever both have a name for must be the same; `_otherwise` tells what is named differently.
    """
    event = recorded.event
    if type(event) not in DEEDS[type(change).__name__]:
        return False
    said = asdict(event) | {"corrects": recorded.corrects}
    asked = (type(change).model_fields.keys() - ENVELOPE_FIELDS) & said.keys()
    due = {name: getattr(change, name) for name in asked} | _otherwise(change, event)
    if "effective_from" in due and due["effective_from"] is None:
        due["effective_from"] = approved_at
    return all(said[name] == value for name, value in due.items())


def _otherwise(change: Critical, event: Event) -> dict[str, Any]:
    """Say what an event must say where the change itself says it by another name."""
    match change, event:
        case GrantRole(), _:
            return {"actor": change.grantee}
        case ChangeParameter(), _:
            return {"after": change.value}
        case AdoptRulePack(), RulePackAdopted():
            return {"figures": len(change.figures)}
        case AdoptRulePack(), ParameterChanged():
            return _figure(change, event)
        case PublishDisclosure(), _ if change.material or change.version == 1:
            return {"asked_since": change.version}
        case SetPriceMethod(), _:
            return {"sources": tuple(PriceSource(**dict(each)) for each in change.sources)}
        case SetMarginSchedule(), _:
            return {"tiers": tuple(MarginTier(**dict(each)) for each in change.tiers)}
        case SetHaircutSchedule(), _:
            return {"tiers": tuple(HaircutTier(**dict(each)) for each in change.tiers)}
        case CorrectMovement(), MovementCorrected():
            difference = subtract(event.after, event.before)
            return {"after": change.amount or ZERO, "amount": difference}
        case CorrectTrade(), FillCorrected():
            now = {"last_quantity": change.quantity, "last_price": change.price}
            return _of_side(change, event) | now | {"quantity": event.quantity}
        case BustTrade(), FillBusted():
            return _of_side(change, event)
        case PostJournal(), JournalOpened():
            return {"lines": len(change.lines)}
        case PostJournal(), JournalPosted():
            lines = change.lines[event.line - 1 : event.line]
            return dict(lines[0]) if lines else {"line": None}
        case _:
            return {}


def _of_side(change: BustTrade, event: FillBusted | FillCorrected) -> dict[str, Any]:
    """Say whose fill is put right: the buyer's is named, and the seller's follows it."""
    if event.side is Side.BUY:
        return {"account": change.buyer, "corrects": change.corrects}
    return {"account": change.seller, "corrects": change.corrects + 1}


def _figure(change: AdoptRulePack, event: ParameterChanged) -> dict[str, Any]:
    """Say what the pack says of the parameter that an event changes."""
    for figure in change.figures:
        if (figure.name, figure.scope) == (event.name, event.scope):
            fields = dict(figure)
            return {"after": fields.pop("value"), **fields}
    return {"name": None}

"""Cases of the rules for what the platform may offer: figures, permissions, products, documents."""

from typing import Any

from ledger import asset, disclosure, legal_entity, parameters, product
from ledger.commands import (
    AdmitAsset,
    AdoptRulePack,
    ApproveProduct,
    ChangeParameter,
    GrantPermission,
    PublishDisclosure,
    RegisterEntity,
    RevokePermission,
    VaryPermission,
    WithdrawAssetAdmission,
    WithdrawProduct,
)
from ledger.coverage.case import CAROL, JUST_AFTER, JUST_BEFORE, NOW, Case, Refused
from ledger.coverage.in_order import (
    BTC_ADMITTED,
    FOUNDATION,
    LEVERAGE_CAP,
    PAPER,
    PERMITTED,
    PERPETUAL,
    ask,
)
from ledger.coverage.of_product import withdrawn
from ledger.reasons import Reason

CAP = {"name": "leverage.cap", "scope": "BTC-PERP/professional", "unit": "ratio"}


def pack(value: str) -> AdoptRulePack:
    """Adopt a rule pack of one figure."""
    said = {**CAP, "value": value, "source": "an example", "verified": False}
    return ask(CAROL, AdoptRulePack, pack="HK", version="2", file_digest=PAPER, figures=[said])


def cap(value: str | None) -> ChangeParameter:
    """Change the cap of leverage, or end it."""
    return ask(CAROL, ChangeParameter, **CAP, value=value, source="an example", rationale="calmer")


def permit(
    command_type: type[GrantPermission | VaryPermission], permission: str, **fields: Any
) -> GrantPermission | VaryPermission:
    """Record what the regulator permits."""
    said = {"activities": ["spot"], "document": PAPER, **fields}
    return ask(CAROL, command_type, permission=permission, **said)


def offer(**fields: Any) -> ApproveProduct:
    """Approve a second perpetual."""
    usual = {
        "product": "BTC-PERP-2",
        "kind": "perpetual",
        "permission": "VA-1",
        "references": ["BTC"],
        "specification": PAPER,
        "documents": ["RISKS"],
    }
    return ask(CAROL, ApproveProduct, **{**usual, **fields})


def admission(**fields: Any) -> AdmitAsset:
    """Admit an asset, by a decision."""
    usual = {"asset": "BTC", "retail": True, "decision": "COMMITTEE-7"}
    return ask(CAROL, AdmitAsset, **{**usual, **fields})


def publication(version: int) -> PublishDisclosure:
    """Publish a version of the product's risks."""
    texts = {"en": PAPER, "zh": PAPER}
    return ask(
        CAROL, PublishDisclosure, document="RISKS", version=version, texts=texts, material=True
    )


REVOKED = ask(
    CAROL, RevokePermission, permission="VA-1", reason="the licence ended", document=PAPER
)
WITHDRAWN = ask(CAROL, WithdrawProduct, product="BTC-PERP", reason="low demand")
UNLISTED = ask(
    CAROL, WithdrawAssetAdmission, asset="BTC", reason="too volatile", decision="COMMITTEE-8"
)

FIGURES: tuple[Case, ...] = (
    Case(
        parameters.adopt,
        "a rule pack that changes nothing is not adopted",
        FOUNDATION,
        pack("3"),
        Refused(Reason.PACK_UNCHANGED, attempted="HK 2"),
    ),
    Case(
        parameters.adopt,
        "every figure of a rule pack that differs is changed, with what it was before",
        FOUNDATION,
        pack("2"),
        says={"name": "leverage.cap", "before": "3", "after": "2", "pack": "HK"},
    ),
    Case(
        parameters.change,
        "a parameter is not changed to what it is",
        FOUNDATION.changed(LEVERAGE_CAP, source="an example"),
        cap("3"),
        Refused(Reason.PARAMETER_UNCHANGED, "3", "leverage.cap BTC-PERP/professional"),
    ),
    Case(
        parameters.change,
        "a parameter that was never recorded does not end",
        FOUNDATION.without(LEVERAGE_CAP),
        cap(None),
        Refused(Reason.PARAMETER_MISSING, attempted="leverage.cap BTC-PERP/professional"),
    ),
    Case(
        parameters.change,
        "a parameter is changed by two people, with what it was before",
        FOUNDATION,
        cap("2"),
        says={"before": "3", "after": "2", "rationale": "calmer"},
    ),
)

PERMISSIONS: tuple[Case, ...] = (
    Case(
        legal_entity.register,
        "a legal entity is registered once",
        FOUNDATION,
        ask(CAROL, RegisterEntity, entity="VATP", role="broker"),
        Refused(Reason.ENTITY_EXISTS, attempted="VATP"),
    ),
    Case(
        legal_entity.register,
        "a legal entity is registered by two people",
        FOUNDATION,
        ask(CAROL, RegisterEntity, entity="AE", role="associated_entity"),
    ),
    Case(
        legal_entity.grant,
        "a permission is recorded once",
        FOUNDATION,
        permit(GrantPermission, "VA-1"),
        Refused(Reason.PERMISSION_EXISTS, attempted="VA-1"),
    ),
    Case(
        legal_entity.grant,
        "a permission is recorded by two people",
        FOUNDATION,
        permit(GrantPermission, "VA-2"),
    ),
    Case(
        legal_entity.vary,
        "a permission that was never given is not varied",
        FOUNDATION,
        permit(VaryPermission, "VA-2"),
        Refused(Reason.PERMISSION_UNKNOWN, attempted="VA-2"),
    ),
    Case(
        legal_entity.vary,
        "a permission that stands is varied",
        FOUNDATION,
        permit(VaryPermission, "VA-1"),
    ),
    Case(
        legal_entity.revoke,
        "a permission that is over is not revoked",
        FOUNDATION.changed(PERMITTED, until=NOW),
        REVOKED,
        Refused(Reason.PERMISSION_UNKNOWN, attempted="VA-1"),
    ),
    Case(
        legal_entity.revoke,
        "a permission that begins only later is revoked",
        FOUNDATION.changed(PERMITTED, effective_from=JUST_AFTER),
        REVOKED,
    ),
    Case(
        legal_entity.revoke,
        "a permission is revoked from the moment on at which it begins",
        FOUNDATION.changed(PERMITTED, effective_from=NOW),
        REVOKED,
    ),
)

PRODUCTS: tuple[Case, ...] = (
    Case(
        product.approve,
        "no product is approved at the end of the permission that it needs",
        FOUNDATION.changed(PERMITTED, until=NOW),
        offer(),
        Refused(Reason.PERMISSION_MISSING, "VA-1", "perpetuals"),
    ),
    Case(
        product.approve,
        "no perpetual is approved on an asset that only professionals may trade",
        FOUNDATION.changed(BTC_ADMITTED, retail=False),
        offer(),
        Refused(Reason.ASSET_NOT_ADMITTED, attempted="BTC"),
    ),
    Case(
        product.approve,
        "no product is approved whose disclosures are not published",
        FOUNDATION,
        offer(documents=["RISKS", "FEES"]),
        Refused(Reason.DOCUMENT_UNKNOWN, attempted="FEES"),
    ),
    Case(
        product.approve,
        "a product is approved in the last nanosecond of its permission",
        FOUNDATION.changed(PERMITTED, until=JUST_AFTER),
        offer(),
    ),
    Case(
        product.withdraw,
        "a product is withdrawn once",
        withdrawn(JUST_BEFORE),
        WITHDRAWN,
        Refused(Reason.PRODUCT_WITHDRAWN, attempted="BTC-PERP"),
    ),
    Case(
        product.withdraw,
        "a product is withdrawn in the moment in which its approval takes effect",
        FOUNDATION.changed(PERPETUAL, effective_from=NOW),
        WITHDRAWN,
    ),
)

DECISIONS: tuple[Case, ...] = (
    Case(
        asset.admit,
        "an asset that is not registered is not admitted",
        FOUNDATION,
        admission(asset="DOGE"),
        Refused(Reason.ASSET_UNKNOWN, attempted="DOGE"),
    ),
    Case(
        asset.admit,
        "an asset is not admitted as what it is admitted already",
        FOUNDATION,
        admission(),
        Refused(Reason.ASSET_ADMITTED, attempted="BTC"),
    ),
    Case(
        asset.admit,
        "an asset is admitted with the decision that says so",
        FOUNDATION.without(BTC_ADMITTED),
        admission(),
        says={"decision": "COMMITTEE-7", "retail": True},
    ),
    Case(
        asset.withdraw_admission,
        "an admission that begins only later is not withdrawn now",
        FOUNDATION.changed(BTC_ADMITTED, effective_from=JUST_AFTER),
        UNLISTED,
        Refused(Reason.ASSET_NOT_ADMITTED, attempted="BTC"),
    ),
    Case(
        asset.withdraw_admission,
        "an admission is withdrawn with its reason and decision",
        FOUNDATION.changed(BTC_ADMITTED, effective_from=NOW),
        UNLISTED,
        says={"reason": "too volatile", "decision": "COMMITTEE-8"},
    ),
    Case(
        disclosure.publish,
        "no version of a document is left out",
        FOUNDATION,
        publication(3),
        Refused(Reason.VERSION_NOT_NEXT, "2", "3"),
    ),
    Case(
        disclosure.publish,
        "a version of a document is not published twice",
        FOUNDATION,
        publication(1),
        Refused(Reason.VERSION_NOT_NEXT, "2", "1"),
    ),
    Case(
        disclosure.publish,
        "the next version of a document is published",
        FOUNDATION,
        publication(2),
    ),
)

CASES = FIGURES + PERMISSIONS + PRODUCTS + DECISIONS

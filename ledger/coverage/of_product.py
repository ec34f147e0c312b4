"""Cases of the controls of the product."""

from ledger.controls.of_product import (
    parameters_recorded,
    permitted,
    product_approved,
    product_open,
    references_admitted,
)
from ledger.coverage.case import JUST_AFTER, NOW, Case, History, Refused
from ledger.coverage.in_order import (
    APPROVAL,
    BTC_ADMITTED,
    CLASSIFIED,
    CONSENTED,
    IN_ORDER,
    LEVERAGE_CAP,
    PAPER,
    PERMITTED,
    PERPETUAL,
    TRADING_FIGURES,
)
from ledger.coverage.of_investor import CORPORATION, INSTITUTION, assessed
from ledger.coverage.trades import passes, reduces, refuses
from ledger.events import (
    AssetAdmissionWithdrawn,
    ClientClass,
    ProductWithdrawn,
    RegulatoryPermissionRevoked,
)
from ledger.instants import Instant
from ledger.reasons import Reason

NOT_YET = IN_ORDER.changed(PERPETUAL, effective_from=JUST_AFTER)
UNPERMITTED = IN_ORDER.changed(PERMITTED, until=NOW)
FOR_PROFESSIONALS = IN_ORDER.changed(BTC_ADMITTED, retail=False)
UNCAPPED = IN_ORDER.without(LEVERAGE_CAP)


def withdrawn(effective_from: Instant) -> History:
    """Let the product have been withdrawn from a moment on."""
    event = ProductWithdrawn(
        product="BTC-PERP", reason="low demand", effective_from=effective_from, approval=APPROVAL
    )
    return IN_ORDER.then("product-BTC-PERP", event)


def unlisted(effective_from: Instant) -> History:
    """Let the admission of what the product follows have been withdrawn from a moment on."""
    event = AssetAdmissionWithdrawn(
        asset="BTC",
        reason="too volatile",
        decision=PAPER,
        effective_from=effective_from,
        approval=APPROVAL,
    )
    return IN_ORDER.then("asset-BTC", event)


def revoked(effective_from: Instant) -> History:
    """Let the regulator's permission have been revoked from a moment on."""
    event = RegulatoryPermissionRevoked(
        permission="VA-1",
        entity="VATP",
        reason="the licence was given back",
        document=PAPER,
        effective_from=effective_from,
        approval=APPROVAL,
    )
    return IN_ORDER.then("entity-VATP", event)


NO_PERMISSION = Refused(Reason.PERMISSION_MISSING, "VA-1", "perpetuals")

CASES: tuple[Case, ...] = (
    refuses(
        product_approved,
        "a product that nobody approved is not traded",
        Refused(Reason.PRODUCT_UNKNOWN, attempted="ETH-PERP"),
        product="ETH-PERP",
    ),
    refuses(
        product_approved,
        "one nanosecond before its approval takes effect a product is not traded",
        Refused(Reason.PRODUCT_NOT_YET, attempted="BTC-PERP"),
        NOT_YET,
    ),
    refuses(
        product_approved,
        "nor is a product reduced that was never approved",
        Refused(Reason.PRODUCT_NOT_YET, attempted="BTC-PERP"),
        NOT_YET,
        effect="reduce",
    ),
    passes(
        product_approved,
        "from the moment at which its approval takes effect a product is traded",
        IN_ORDER.changed(PERPETUAL, effective_from=NOW),
    ),
    refuses(
        product_open,
        "from its withdrawal on a product is not increased",
        Refused(Reason.PRODUCT_WITHDRAWN, attempted="BTC-PERP"),
        withdrawn(NOW),
    ),
    passes(
        product_open,
        "one nanosecond before its withdrawal a product is increased",
        withdrawn(JUST_AFTER),
    ),
    reduces(product_open, "a withdrawn product is reduced", withdrawn(NOW)),
    refuses(
        permitted,
        "from the end of the regulator's permission on a product is not increased",
        NO_PERMISSION,
        UNPERMITTED,
    ),
    refuses(
        permitted,
        "from its revocation on a permission permits nothing",
        NO_PERMISSION,
        revoked(NOW),
    ),
    refuses(
        permitted,
        "a permission for other activities does not permit perpetuals",
        NO_PERMISSION,
        IN_ORDER.changed(PERMITTED, activities=("spot",)),
    ),
    passes(
        permitted,
        "one nanosecond before its end a permission permits",
        IN_ORDER.changed(PERMITTED, until=JUST_AFTER),
    ),
    passes(permitted, "one nanosecond before its revocation it permits", revoked(JUST_AFTER)),
    reduces(permitted, "what is no longer permitted is reduced", UNPERMITTED),
    refuses(
        references_admitted,
        "a perpetual does not follow an asset that only professionals may trade",
        Refused(Reason.REFERENCE_NOT_ADMITTED, attempted="BTC"),
        FOR_PROFESSIONALS,
    ),
    refuses(
        references_admitted,
        "a perpetual does not follow an asset whose admission was withdrawn",
        Refused(Reason.REFERENCE_NOT_ADMITTED, attempted="BTC"),
        unlisted(NOW),
    ),
    refuses(
        references_admitted,
        "a retail client does not buy an asset that only professionals may trade",
        Refused(Reason.REFERENCE_NOT_ADMITTED, attempted="BTC"),
        FOR_PROFESSIONALS.changed(CLASSIFIED, classification=ClientClass.RETAIL),
        product="BTC-SPOT",
    ),
    refuses(
        references_admitted,
        "a professional who has not consented buys only what retail clients may buy",
        Refused(Reason.REFERENCE_NOT_ADMITTED, attempted="BTC"),
        FOR_PROFESSIONALS.without(CONSENTED),
        product="BTC-SPOT",
    ),
    refuses(
        references_admitted,
        "from the end of its assessment on a corporation buys only what retail clients may buy",
        Refused(Reason.REFERENCE_NOT_ADMITTED, attempted="BTC"),
        assessed(NOW).changed(BTC_ADMITTED, retail=False),
        product="BTC-SPOT",
    ),
    refuses(
        references_admitted,
        "a corporation that was not assessed buys only what retail clients may buy",
        Refused(Reason.REFERENCE_NOT_ADMITTED, attempted="BTC"),
        CORPORATION.changed(BTC_ADMITTED, retail=False),
        product="BTC-SPOT",
    ),
    passes(
        references_admitted,
        "in the last nanosecond of its assessment a corporation buys as a professional",
        assessed(JUST_AFTER).changed(BTC_ADMITTED, retail=False),
        product="BTC-SPOT",
    ),
    passes(
        references_admitted,
        "an institution buys as a professional without its consent",
        INSTITUTION.changed(BTC_ADMITTED, retail=False).without(CONSENTED),
        product="BTC-SPOT",
    ),
    passes(
        references_admitted,
        "a professional buys an asset that only professionals may trade",
        FOR_PROFESSIONALS,
        product="BTC-SPOT",
    ),
    passes(
        references_admitted,
        "one nanosecond before the withdrawal of its admission an asset is followed",
        unlisted(JUST_AFTER),
    ),
    reduces(
        references_admitted, "what follows an asset no longer admitted is reduced", unlisted(NOW)
    ),
    *(
        refuses(
            parameters_recorded,
            f"without {missing.name} there is no trading",
            Refused(Reason.PARAMETER_MISSING, attempted=f"{missing.name} {missing.scope}".rstrip()),
            IN_ORDER.without(missing),
        )
        for missing in TRADING_FIGURES
    ),
    refuses(
        parameters_recorded,
        "one nanosecond before leverage is capped there is no trading",
        Refused(Reason.PARAMETER_MISSING, attempted="leverage.cap BTC-PERP/professional"),
        IN_ORDER.changed(LEVERAGE_CAP, effective_from=JUST_AFTER),
    ),
    passes(
        parameters_recorded,
        "from the moment at which leverage is capped there is trading",
        IN_ORDER.changed(LEVERAGE_CAP, effective_from=NOW),
    ),
    reduces(parameters_recorded, "without a cap of leverage there is reducing", UNCAPPED),
)

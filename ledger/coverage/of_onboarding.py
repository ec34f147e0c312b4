"""Cases of the rules by which a client comes, signs, is told, and goes."""

from typing import Any

from ledger import account, acknowledgment, onboarding
from ledger.commands import (
    AcknowledgeDisclosure,
    AdmitClient,
    CeaseClient,
    OfferBenefit,
    OpenAccount,
    ShowDisclosure,
    SignAgreement,
    SignConsent,
    WithdrawConsent,
)
from ledger.coverage.case import JUST_AFTER, NOW, Case, Refused
from ledger.coverage.in_order import (
    ACKNOWLEDGED,
    CONSENTED,
    DORA,
    FOUNDATION,
    IN_ORDER,
    OTTO,
    PAPER,
    RISKS,
    ask,
)
from ledger.coverage.of_client import CLOSED, related, republished
from ledger.events import DisclosureShown, Language, Relation
from ledger.reasons import Reason

UNKNOWN = Refused(Reason.CLIENT_UNKNOWN, attempted="D")
SHOWN = DisclosureShown(
    client="C", document="RISKS", version=1, language=Language.ENGLISH, channel="web"
)
UNTOLD = IN_ORDER.without(ACKNOWLEDGED)
TOLD = UNTOLD.then("client-C", SHOWN)
LEAVING = ask(OTTO, CeaseClient, client="C", reason="moved abroad")
WITHDRAWN = ask(OTTO, WithdrawConsent, client="C")


def admission(client: str) -> AdmitClient:
    """Admit a client."""
    return ask(OTTO, AdmitClient, client=client, kind="individual", identity=PAPER)


def agreement(client: str) -> SignAgreement:
    """Note that a client signed the agreement."""
    return ask(OTTO, SignAgreement, client=client, version="1", document=PAPER)


def benefit(kind: str, asset: str | None = None) -> OfferBenefit:
    """Offer the client something."""
    return ask(DORA, OfferBenefit, client="C", benefit=kind, terms="for a month", asset=asset)


def showing(language: str = "en") -> ShowDisclosure:
    """Show the client the product's risks."""
    return ask(DORA, ShowDisclosure, client="C", document="RISKS", version=1, language=language)


def opening(account_id: str, **fields: Any) -> OpenAccount:
    """Open an account for the client."""
    return ask(OTTO, OpenAccount, account=account_id, client="C", **fields)


ACKNOWLEDGING = ask(DORA, AcknowledgeDisclosure, client="C", document="RISKS", version=1)

COMING: tuple[Case, ...] = (
    Case(
        onboarding.admit,
        "a client is admitted once",
        IN_ORDER,
        admission("C"),
        Refused(Reason.CLIENT_EXISTS, attempted="C"),
    ),
    Case(
        onboarding.admit,
        "a client is admitted with a reference to his particulars, which the vault keeps",
        IN_ORDER,
        admission("D"),
        says={"client": "D", "identity": PAPER},
    ),
    Case(
        onboarding.cease,
        "a client does not leave while an account of his is open",
        IN_ORDER,
        LEAVING,
        Refused(Reason.ACCOUNT_OPEN, attempted="A"),
    ),
    Case(
        onboarding.cease,
        "a client whose accounts are closed leaves, with the reason",
        CLOSED,
        LEAVING,
        says={"client": "C", "reason": "moved abroad"},
    ),
    Case(
        onboarding.sign_agreement,
        "nobody signs an agreement who was not admitted",
        FOUNDATION,
        agreement("D"),
        UNKNOWN,
    ),
    Case(
        onboarding.sign_agreement,
        "a client signs a version of the agreement",
        IN_ORDER,
        agreement("C"),
        says={"version": "1", "document": PAPER},
    ),
    Case(
        onboarding.sign_consent,
        "nobody consents who was not admitted",
        FOUNDATION,
        ask(OTTO, SignConsent, client="D", document=PAPER),
        UNKNOWN,
    ),
    Case(
        onboarding.sign_consent,
        "a client consents to be treated as a professional",
        IN_ORDER.without(CONSENTED),
        ask(OTTO, SignConsent, client="C", document=PAPER),
        says={"document": PAPER},
    ),
    Case(
        onboarding.withdraw_consent,
        "a consent that was not given is not withdrawn",
        IN_ORDER.without(CONSENTED),
        WITHDRAWN,
        Refused(Reason.CONSENT_MISSING),
    ),
    Case(onboarding.withdraw_consent, "a client withdraws his consent", IN_ORDER, WITHDRAWN),
    Case(
        onboarding.offer_benefit,
        "no gift is tied to an asset",
        IN_ORDER,
        benefit("gift", "BTC"),
        Refused(Reason.GIFT_TIED_TO_ASSET, "fee_discount", "gift BTC"),
    ),
    Case(
        onboarding.offer_benefit,
        "a discount on fees is tied to an asset",
        IN_ORDER,
        benefit("fee_discount", "BTC"),
    ),
    Case(onboarding.offer_benefit, "a gift is tied to none", IN_ORDER, benefit("gift")),
    Case(
        account.open_account,
        "a client has no second account",
        IN_ORDER,
        opening("B"),
        Refused(Reason.CLIENT_HAS_ACCOUNT, "A", "B"),
    ),
    Case(
        account.open_account,
        "a client's account has parts",
        IN_ORDER,
        opening("B", parent="A"),
        says={"account": "B", "parent": "A"},
    ),
    Case(
        account.open_account,
        "whose account is closed opens another",
        CLOSED,
        opening("B"),
        says={"account": "B", "parent": None},
    ),
    Case(
        account.open_account,
        "a client's money does not stand among the house's",
        IN_ORDER,
        opening("B", parent="A", segregation="HOUSE"),
        Refused(Reason.SEGREGATION_CROSSED, "CLIENT_TRUST", "HOUSE"),
        only=("R40",),
    ),
    Case(
        account.open_account,
        "who becomes an affiliate only later is held apart only then",
        related(Relation.AFFILIATE, JUST_AFTER),
        opening("B", parent="A", segregation="AFFILIATE"),
        Refused(Reason.SEGREGATION_CROSSED, "CLIENT_TRUST", "AFFILIATE"),
        only=("R40",),
    ),
    Case(
        account.open_account,
        "what an affiliate holds stands apart from what clients hold",
        related(Relation.AFFILIATE, NOW),
        opening("B", parent="A", segregation="AFFILIATE"),
        says={"account": "B", "segregation": "AFFILIATE"},
        only=("R40",),
    ),
)

TELLING: tuple[Case, ...] = (
    Case(
        acknowledgment.show,
        "a version is not shown from the moment on at which another applies",
        republished(NOW, material=True),
        showing(),
        Refused(Reason.VERSION_NOT_CURRENT, "2", "1"),
    ),
    Case(
        acknowledgment.show,
        "a document is not shown in a language in which it was not published",
        IN_ORDER,
        showing("zh"),
        Refused(Reason.LANGUAGE_MISSING, "en", "zh"),
    ),
    Case(
        acknowledgment.show,
        "a version is shown in its last nanosecond",
        republished(JUST_AFTER, material=True),
        showing(),
    ),
    Case(
        acknowledgment.acknowledge,
        "what was never shown is not acknowledged",
        UNTOLD,
        ACKNOWLEDGING,
        Refused(Reason.NEVER_SHOWN, None, "1"),
    ),
    Case(
        acknowledgment.acknowledge,
        "no version is acknowledged before it applies",
        TOLD.changed(RISKS, effective_from=JUST_AFTER),
        ACKNOWLEDGING,
        Refused(Reason.DOCUMENT_UNKNOWN, attempted="RISKS"),
    ),
    Case(
        acknowledgment.acknowledge,
        "what was shown is acknowledged, in the language in which it was shown",
        TOLD,
        ACKNOWLEDGING,
        says={"version": 1, "language": Language.ENGLISH},
    ),
)

CASES = COMING + TELLING

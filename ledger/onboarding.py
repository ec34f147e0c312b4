"""Onboarding: a client is admitted, signs, is offered what he may be offered, and is let go."""

from ledger.client import Client, absent
from ledger.commands import (
    AdmitClient,
    CeaseClient,
    OfferBenefit,
    SignAgreement,
    SignConsent,
    WithdrawConsent,
)
from ledger.events import (
    AgreementSigned,
    Benefit,
    BenefitOffered,
    ClientAdmitted,
    ClientCeased,
    ConsentSigned,
    ConsentWithdrawn,
    Draft,
)
from ledger.holding import Account
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation


@upholds("R04")
def admit(situation: Situation, command: AdmitClient) -> list[Draft]:
    """Admit a client, once; one who left comes back under another id."""
    if situation.of(Client, command.client).kind is not None:
        return refuse(command, Reason.CLIENT_EXISTS, attempted=command.client)
    event = ClientAdmitted(client=command.client, kind=command.kind, identity=command.identity)
    return [Draft(command.stream(), event)]


@upholds("R04")
def cease(situation: Situation, command: CeaseClient) -> list[Draft]:
    """Let a client go whose accounts are all closed."""
    client = situation.of(Client, command.client)
    if reason := absent(client):
        return refuse(command, reason, attempted=command.client)
    for account in sorted(client.accounts):
        if not situation.of(Account, account).closed:
            return refuse(command, Reason.ACCOUNT_OPEN, attempted=account)
    return [Draft(command.stream(), ClientCeased(client=command.client, reason=command.reason))]


@upholds("R59")
def sign_agreement(situation: Situation, command: SignAgreement) -> list[Draft]:
    """Note that a client signed a version of the client agreement."""
    if reason := absent(situation.of(Client, command.client)):
        return refuse(command, reason, attempted=command.client)
    event = AgreementSigned(
        client=command.client, version=command.version, document=command.document
    )
    return [Draft(command.stream(), event)]


@upholds("R63")
def sign_consent(situation: Situation, command: SignConsent) -> list[Draft]:
    """Note that a client consents to be treated as a professional investor."""
    if reason := absent(situation.of(Client, command.client)):
        return refuse(command, reason, attempted=command.client)
    event = ConsentSigned(client=command.client, document=command.document)
    return [Draft(command.stream(), event)]


@upholds("R63")
def withdraw_consent(situation: Situation, command: WithdrawConsent) -> list[Draft]:
    """Note that a client who consented does so no longer."""
    client = situation.of(Client, command.client)
    if reason := absent(client):
        return refuse(command, reason, attempted=command.client)
    if not client.consented:
        return refuse(command, Reason.CONSENT_MISSING)
    return [Draft(command.stream(), ConsentWithdrawn(client=command.client))]


@upholds("R70")
def offer_benefit(situation: Situation, command: OfferBenefit) -> list[Draft]:
    """Offer a client something; tied to one asset only if it is a discount on fees."""
    if reason := absent(situation.of(Client, command.client)):
        return refuse(command, reason, attempted=command.client)
    if command.asset is not None and command.benefit is not Benefit.FEE_DISCOUNT:
        limit, attempted = Benefit.FEE_DISCOUNT, f"{command.benefit} {command.asset}"
        return refuse(command, Reason.GIFT_TIED_TO_ASSET, limit=limit, attempted=attempted)
    event = BenefitOffered(
        client=command.client, benefit=command.benefit, terms=command.terms, asset=command.asset
    )
    return [Draft(command.stream(), event)]


RULES: Rules = {
    AdmitClient: admit,
    CeaseClient: cease,
    SignAgreement: sign_agreement,
    SignConsent: sign_consent,
    WithdrawConsent: withdraw_consent,
    OfferBenefit: offer_benefit,
}

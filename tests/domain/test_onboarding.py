"""Onboarding, by example: admitted, given an account, signed up, offered things, and let go."""

from typing import NamedTuple

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from ledger.chart import Segregation
from ledger.commands import Command
from ledger.coverage.in_order import IN_ORDER
from ledger.coverage.trades import may_trade
from ledger.events import (
    AccountAssigned,
    AccountClosed,
    AccountOpened,
    AgreementSigned,
    Benefit,
    BenefitOffered,
    ClientAdmitted,
    ClientKind,
    CommandRejected,
    ConsentSigned,
    ConsentWithdrawn,
    Draft,
    Relation,
)
from ledger.instants import Instant
from ledger.reasons import Reason
from tests.domain.affiliates import C1, declared
from tests.domain.clients import C_CEASED, PAPER, admitted, founded, owned
from tests.domain.officers import DORA, OTTO, ask_as
from tests.domain.scenario import NOW, Scenario

OPEN_A = ask_as(OTTO, "OpenAccount", account="A", client="C")
OPEN_PART = ask_as(OTTO, "OpenAccount", account="A1", client="C", parent="A")
CEASE = ask_as(OTTO, "CeaseClient", client="C", reason="moved abroad")

COMMANDS: dict[str, dict[str, object]] = {
    "CeaseClient": {"reason": "left"},
    "SignAgreement": {"version": "2026-1", "document": PAPER},
    "SignConsent": {"document": PAPER},
    "WithdrawConsent": {},
    "OfferBenefit": {"benefit": "gift", "terms": "a calendar"},
    "OpenAccount": {"account": "A"},
}


def closed(account: str) -> Draft:
    return Draft(f"account-{account}", AccountClosed(account=account))


def test_a_client_is_admitted_once() -> None:
    identity = "f" * 64
    admit = ask_as(OTTO, "AdmitClient", client="C", kind="individual", identity=identity)
    event = ClientAdmitted(client="C", kind=ClientKind.INDIVIDUAL, identity=identity)
    scenario = founded().when(admit).then(event)
    scenario.when(admit).then_refused(Reason.CLIENT_EXISTS, None, "C")
    founded(admitted(), C_CEASED).when(admit).then_refused(Reason.CLIENT_EXISTS, None, "C")


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_is_done_with_a_client_who_never_came_or_has_left(name: str) -> None:
    command = ask_as(OTTO, name, client="C", **COMMANDS[name])
    founded().when(command).then_refused(Reason.CLIENT_UNKNOWN, None, "C")
    gone = founded(admitted(), C_CEASED)
    gone.when(command).then_refused(Reason.CLIENT_CEASED, None, "C")


def test_a_client_has_one_account_and_parts_of_it() -> None:
    scenario = founded(admitted()).when(OPEN_A)
    assert [draft.stream for draft in scenario.drafts] == ["account-A", "client-C"]
    scenario.then(AccountOpened(account="A", client="C"), AccountAssigned(client="C", account="A"))
    another = ask_as(OTTO, "OpenAccount", account="B", client="C")
    scenario.when(another).then_refused(Reason.CLIENT_HAS_ACCOUNT, "A", "B")
    scenario.when(OPEN_PART).then(
        AccountOpened(account="A1", client="C", parent="A"),
        AccountAssigned(client="C", account="A1", parent="A"),
    )
    scenario.when(OPEN_A).then_refused(Reason.ACCOUNT_EXISTS)


def test_a_part_belongs_to_the_clients_own_account() -> None:
    his, part = owned("A"), owned("A1", parent="A")
    foreign = owned("B", client="D")
    scenario = founded(admitted(), *his, *part, admitted(client="D"), *foreign)
    for parent in ("B", "A1", "nowhere"):
        command = ask_as(OTTO, "OpenAccount", account="A2", client="C", parent=parent)
        scenario.when(command).then_refused(Reason.PARENT_NOT_HIS, None, parent)
    nobodys = ask_as(OTTO, "OpenAccount", account="A2", parent="A")
    scenario.when(nobodys).then_refused(Reason.PARENT_NOT_HIS, None, "A")


def test_a_client_opens_another_account_only_when_all_of_his_are_closed() -> None:
    scenario = founded(admitted(), *owned("A"), *owned("A1", parent="A"))
    scenario.happen(closed("A"))
    again = ask_as(OTTO, "OpenAccount", account="B", client="C")
    scenario.when(again).then_refused(Reason.CLIENT_HAS_ACCOUNT, "A1", "B")
    part = ask_as(OTTO, "OpenAccount", account="A2", client="C", parent="A")
    scenario.when(part).then_refused(Reason.ACCOUNT_CLOSED, None, "A")
    scenario.happen(closed("A1"))
    scenario.when(again).then(
        AccountOpened(account="B", client="C"), AccountAssigned(client="C", account="B")
    )


def test_a_client_is_let_go_when_the_last_of_his_accounts_is_closed() -> None:
    scenario = founded(admitted(), *owned("A"), *owned("A1", parent="A"))
    scenario.when(CEASE).then_refused(Reason.ACCOUNT_OPEN, None, "A")
    scenario.happen(closed("A")).when(CEASE).then_refused(Reason.ACCOUNT_OPEN, None, "A1")
    scenario.happen(closed("A1")).when(CEASE).then(C_CEASED)
    scenario.when(CEASE).then_refused(Reason.CLIENT_CEASED, None, "C")
    founded(admitted()).when(CEASE).then(C_CEASED)


class Step(NamedTuple):
    """What is asked about client C: an account opened, closed or about to trade, or that he go."""

    name: str
    account: str
    parent: str | None


steps = st.builds(
    Step,
    st.sampled_from(["OpenAccount", "CloseAccount", "CloseAccount", "CeaseClient", "trade"]),
    st.sampled_from(["A", "A1", "B"]),
    st.sampled_from([None, "A"]),
)


def asked(step: Step) -> Command:
    match step.name:
        case "CeaseClient":
            return CEASE
        case "trade":
            return may_trade(account=step.account, effect="reduce")
        case "CloseAccount":
            return ask_as(OTTO, "CloseAccount", account=step.account)
        case _:
            return ask_as(OTTO, step.name, account=step.account, client="C", parent=step.parent)


@for_any(st.lists(steps, max_size=30))
def test_on_no_account_does_a_client_trade_who_has_left_nor_does_he_get_another(
    history: list[Step],
) -> None:
    scenario = Scenario().happen(*IN_ORDER.drafts)
    has_left = False
    for step in history:
        scenario.when(asked(step))
        events = [draft.event for draft in scenario.drafts]
        if has_left:
            assert all(isinstance(event, CommandRejected) for event in events)
        has_left = has_left or C_CEASED in events
        scenario.happen(*scenario.drafts)


def test_an_account_of_the_house_needs_no_client() -> None:
    command = ask_as(OTTO, "OpenAccount", account="H", segregation="HOUSE")
    founded().when(command).then(AccountOpened(account="H", segregation=Segregation.HOUSE))


def opening_in(segregation: str, **said: str) -> Command:
    return ask_as(OTTO, "OpenAccount", client="C1", segregation=segregation, **said)


def test_no_account_of_a_client_is_the_houses_whoever_he_is() -> None:
    crossed = (Reason.SEGREGATION_CROSSED, "CLIENT_TRUST", "HOUSE")
    first = opening_in("HOUSE", account="A")
    founded(C1).when(first).then_refused(*crossed)
    founded(C1, declared()).when(first).then_refused(*crossed)
    part = opening_in("HOUSE", account="A1", parent="A")
    founded(C1, *owned("A", client="C1")).when(part).then_refused(*crossed)


def test_only_an_affiliates_account_stands_among_those_of_affiliates() -> None:
    crossed = (Reason.SEGREGATION_CROSSED, "CLIENT_TRUST", "AFFILIATE")
    command = opening_in("AFFILIATE", account="A")
    founded(C1).when(command).then_refused(*crossed)
    founded(C1, declared(Instant(NOW + 1))).when(command).then_refused(*crossed)
    employee = declared(relation=Relation.EMPLOYEE)
    founded(C1, employee).when(command).then_refused(*crossed)
    founded(C1, declared()).when(command).then(
        AccountOpened(account="A", segregation=Segregation.AFFILIATE, client="C1"),
        AccountAssigned(client="C1", account="A"),
    )


def test_an_affiliates_account_may_stand_among_those_of_clients() -> None:
    founded(C1, declared()).when(opening_in("CLIENT_TRUST", account="A")).then(
        AccountOpened(account="A", client="C1"),
        AccountAssigned(client="C1", account="A"),
    )


def test_an_agreement_is_signed_in_each_version() -> None:
    scenario = founded(admitted())
    for version in ("2026-1", "2026-2"):
        sign = ask_as(OTTO, "SignAgreement", client="C", version=version, document=PAPER)
        scenario.when(sign).then(AgreementSigned(client="C", version=version, document=PAPER))


def test_consent_is_withdrawn_only_by_whoever_gave_it() -> None:
    sign = ask_as(OTTO, "SignConsent", client="C", document=PAPER)
    withdraw = ask_as(OTTO, "WithdrawConsent", client="C")
    scenario = founded(admitted()).when(withdraw)
    scenario.then_refused(Reason.CONSENT_MISSING)
    scenario.when(sign).then(ConsentSigned(client="C", document=PAPER))
    scenario.when(withdraw).then(ConsentWithdrawn(client="C"))
    scenario.when(withdraw).then_refused(Reason.CONSENT_MISSING)


def test_only_a_discount_on_fees_is_tied_to_an_asset() -> None:
    scenario = founded(admitted())
    tied = {"client": "C", "terms": "for every trade in March", "asset": "BTC"}
    gift = ask_as(DORA, "OfferBenefit", benefit="gift", **tied)
    scenario.when(gift).then_refused(Reason.GIFT_TIED_TO_ASSET, "fee_discount", "gift BTC")
    scenario.when(ask_as(DORA, "OfferBenefit", benefit="fee_discount", **tied)).then(
        BenefitOffered(
            client="C",
            benefit=Benefit.FEE_DISCOUNT,
            terms="for every trade in March",
            asset="BTC",
        )
    )
    untied = ask_as(DORA, "OfferBenefit", client="C", benefit="gift", terms="a calendar")
    scenario.when(untied).then(BenefitOffered(client="C", benefit=Benefit.GIFT, terms="a calendar"))

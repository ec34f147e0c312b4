"""An account, by example: opened, paid in, paid out, transferred, closed, and each refusal."""

from ledger.chart import Segregation
from ledger.events import AccountClosed, AccountOpened, AssetKind, AssetRegistered, CashDeposited
from ledger.instants import SECOND, Instant
from ledger.journal import postings
from ledger.numbers import ZERO, amount, total
from ledger.reasons import Flag, Reason
from tests.domain.happened import (
    A_CLOSED,
    A_OPEN,
    B_CLOSED,
    B_OPEN,
    BTC,
    HOUSE_OPEN,
    M_OPEN,
    USD,
    ask,
    deposited,
    transferred,
    withdrawn,
)
from tests.domain.scenario import NOW, given

DAY = 86_400 * SECOND


def test_an_account_is_opened_once() -> None:
    command = ask("OpenAccount", holder="vault-1")
    opened = AccountOpened(account="A", holder="vault-1")
    given().when(command).then(opened).when(command).then_refused(Reason.ACCOUNT_EXISTS)
    given(A_OPEN, A_CLOSED).when(command).then_refused(Reason.ACCOUNT_EXISTS)


def test_an_account_is_closed_when_it_holds_nothing() -> None:
    given(A_OPEN).when(ask("CloseAccount")).then(AccountClosed(account="A"))
    given(USD, A_OPEN, deposited("10"), withdrawn("10")).when(ask("CloseAccount")).then(A_CLOSED)
    holding = given(BTC, A_OPEN, deposited("0.00000043", asset="BTC"))
    holding.when(ask("CloseAccount")).then_refused(Reason.BALANCE_NOT_ZERO, "0", "0.00000043 BTC")


def test_an_account_that_is_not_there_is_not_closed() -> None:
    given().when(ask("CloseAccount")).then_refused(Reason.ACCOUNT_UNKNOWN)
    given(A_OPEN, A_CLOSED).when(ask("CloseAccount")).then_refused(Reason.ACCOUNT_CLOSED)
    mirror = given(M_OPEN).when(ask("CloseAccount", account="M"))
    mirror.then_refused(Reason.ACCOUNT_MIRRORED)


def test_an_asset_is_registered_once() -> None:
    registered = AssetRegistered(asset="USD", scale=2, kind=AssetKind.FIAT)
    scenario = given().when(ask("RegisterAsset")).then(registered)
    again = scenario.when(ask("RegisterAsset", scale=6))
    again.then_refused(Reason.ASSET_EXISTS, "2", "6")


def test_a_deposit_is_recorded_at_its_own_time() -> None:
    scenario = given(USD, A_OPEN).when(ask("ReportDeposit", amount="10.5"))
    assert [draft.at for draft in scenario.drafts] == [NOW]
    scenario.then(deposited("10.5"))


def test_a_deposit_that_breaks_a_rule_is_recorded_and_flagged() -> None:
    suspense = Segregation.SUSPENSE
    command = ask("ReportDeposit", amount="10.5")
    for history, flag in (
        ((USD,), Flag.ACCOUNT_UNKNOWN),
        ((USD, A_OPEN, A_CLOSED), Flag.ACCOUNT_CLOSED),
    ):
        scenario = given(*history).when(command)
        scenario.then(deposited("10.5", segregation=suspense, flags=(flag,)))
    mirrored = given(USD, M_OPEN).when(ask("ReportDeposit", account="M", amount="1"))
    flags = (Flag.ACCOUNT_MIRRORED,)
    mirrored.then(deposited("1", account="M", segregation=suspense, flags=flags))
    given(A_OPEN).when(command).then(deposited("10.5", flags=(Flag.ASSET_UNKNOWN,)))
    finer = given(USD, A_OPEN).when(ask("ReportDeposit", amount="0.001"))
    finer.then(deposited("0.001", flags=(Flag.FINER_THAN_SCALE,)))


def test_what_stands_in_suspense_is_not_the_holders_to_spend() -> None:
    scenario = given(USD).when(ask("ReportDeposit", amount="5"))
    scenario.then(
        CashDeposited(
            account="A",
            asset="USD",
            amount=amount("5"),
            source="bank",
            segregation=Segregation.SUSPENSE,
            flags=(Flag.ACCOUNT_UNKNOWN,),
        )
    )
    opened = scenario.when(ask("OpenAccount")).then(A_OPEN)
    withdrawal = opened.when(ask("WithdrawCash", amount="5"))
    withdrawal.then_refused(Reason.INSUFFICIENT_FUNDS, "0", "5")


def test_a_fact_is_late_after_a_day_and_refused_when_clocks_cannot_differ_so_much() -> None:
    scenario = given(USD, A_OPEN)
    command = ask("ReportDeposit", amount="1")
    late = scenario.when(command, Instant(NOW + DAY + 1)).drafts[0].event
    assert late == deposited("1", flags=(Flag.LATE,))
    assert scenario.when(command, Instant(NOW + DAY)).drafts[0].event == deposited("1")
    assert scenario.when(command, Instant(NOW - 5 * SECOND)).drafts[0].event == deposited("1")
    scenario.when(command, Instant(NOW - 5 * SECOND - 1)).then_refused(
        Reason.AT_IN_FUTURE, "2026-02-11T07:59:59.999999999Z", "2026-02-11T08:00:00.000000000Z"
    )


def test_cash_that_is_held_may_leave() -> None:
    scenario = given(USD, A_OPEN, deposited("10.5")).when(ask("WithdrawCash", amount="10.5"))
    assert scenario.drafts[0].at is None
    scenario.then(withdrawn("10.5"))
    once_more = scenario.when(ask("WithdrawCash", amount="0.01"))
    once_more.then_refused(Reason.INSUFFICIENT_FUNDS, "0", "0.01")


def test_a_withdrawal_is_refused_for_the_first_reason_that_holds() -> None:
    finer = ask("WithdrawCash", amount="0.001")
    given().when(finer).then_refused(Reason.ACCOUNT_UNKNOWN, None, "0.001")
    given(A_OPEN, A_CLOSED).when(finer).then_refused(Reason.ACCOUNT_CLOSED, None, "0.001")
    given(A_OPEN).when(finer).then_refused(Reason.ASSET_UNKNOWN, None, "0.001")
    given(USD, A_OPEN).when(finer).then_refused(Reason.FINER_THAN_SCALE, None, "0.001")
    mirror = given(USD, M_OPEN).when(ask("WithdrawCash", account="M", amount="1"))
    mirror.then_refused(Reason.ACCOUNT_MIRRORED, None, "1")


def test_a_transfer_has_two_sides_and_clearing_is_flat_after_both() -> None:
    scenario = given(USD, A_OPEN, B_OPEN, deposited("10"))
    scenario.when(ask("TransferCash", amount="4"))
    assert [draft.stream for draft in scenario.drafts] == ["account-A", "account-B"]
    scenario.then(transferred("A", "-4", "B"), transferred("B", "4", "A"))
    legs = [leg for draft in scenario.drafts for leg in postings(draft.event)]
    clearing = [leg.amount for leg in legs if leg.segregation is Segregation.CLEARING]
    assert (len(clearing), total(clearing)) == (2, ZERO)
    back = scenario.when(ask("TransferCash", account="B", to_account="A", amount="4.01"))
    back.then_refused(Reason.INSUFFICIENT_FUNDS, "4", "4.01")


def test_a_transfer_is_refused_for_the_first_reason_that_holds() -> None:
    finer, plain = ask("TransferCash", amount="0.001"), ask("TransferCash", amount="1")
    given(B_OPEN).when(finer).then_refused(Reason.ACCOUNT_UNKNOWN, None, "0.001")
    given(A_OPEN, A_CLOSED).when(finer).then_refused(Reason.ACCOUNT_UNKNOWN, None, "B")
    given(A_OPEN, B_OPEN, B_CLOSED).when(finer).then_refused(Reason.ACCOUNT_CLOSED, None, "B")
    to_mirror = ask("TransferCash", to_account="M", amount="0.001")
    given(A_OPEN, M_OPEN).when(to_mirror).then_refused(Reason.ACCOUNT_MIRRORED, None, "M")
    given(A_OPEN, B_OPEN).when(finer).then_refused(Reason.ASSET_UNKNOWN, None, "0.001")
    given(USD, A_OPEN, B_OPEN).when(finer).then_refused(Reason.FINER_THAN_SCALE, None, "0.001")
    to_itself = ask("TransferCash", to_account="A", amount="1")
    given(USD, A_OPEN).when(to_itself).then_refused(Reason.SAME_ACCOUNT)
    given().when(to_itself).then_refused(Reason.ACCOUNT_UNKNOWN, None, "1")
    crossed = given(USD, A_OPEN, HOUSE_OPEN).when(ask("TransferCash", to_account="H", amount="1"))
    crossed.then_refused(Reason.SEGREGATION_CROSSED, "CLIENT_TRUST", "HOUSE")
    given(USD, A_OPEN, B_OPEN).when(plain).then_refused(Reason.INSUFFICIENT_FUNDS, "0", "1")

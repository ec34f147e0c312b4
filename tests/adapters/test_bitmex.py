"""BitMEX: batches add up to what the venue states, and nothing is guessed or recorded twice."""

import pytest

from ledger.adapters.bitmex import KINDS, read_statement
from ledger.adapters.bitmex_currencies import CURRENCIES
from ledger.adapters.statement import (
    check_chain,
    command_id,
    facts,
    open_mirror,
    register_assets,
)
from ledger.errors import Malformed
from ledger.events import LineStatus, MovementKind
from ledger.instants import read_instant, write_instant
from ledger.numbers import amount, write_amount
from tests.adapters.statements import BITMEX, refusal, spoiled, without

HEADER, *LINES = BITMEX.splitlines()
STATEMENT = read_statement(BITMEX)
FACTS = list(facts(STATEMENT, "M1"))


def test_lines_come_in_the_order_in_which_they_took_effect() -> None:
    assert [line.number for line in STATEMENT.lines] == [11, 8, 9, 10, 7, 6, 2, 3, 4, 5]
    assert [fact.at for fact in FACTS] == sorted(fact.at for fact in FACTS)


def test_the_order_of_the_file_changes_nothing_but_the_order_within_a_moment() -> None:
    turned = read_statement(b"\n".join([HEADER, *reversed(LINES)]))
    again = {fact.command_id: fact.digest() for fact in facts(turned, "M1")}
    assert again == {fact.command_id: fact.digest() for fact in FACTS}
    check_chain(turned, "M1")


def test_a_batch_is_what_was_booked_at_one_moment_in_one_currency() -> None:
    check_chain(STATEMENT, "M1")
    assert [
        (batch.number, batch.asset, write_amount(batch.balance), len(batch.lines))
        for batch in STATEMENT.batches
    ] == [
        (0, "XBT", "1", 1),
        (1, "XBT", "1.03", 3),
        (2, "BMEX", "0.12", 1),
        (3, "XBT", "1.0299685", 2),
    ]


def test_a_line_becomes_a_fact_in_our_words() -> None:
    funding = FACTS[-1]
    assert funding.command_id == "bitmex:M1:a0000000-0000-4000-8000-000000000007:XBt:Funding"
    assert (funding.kind, funding.venue_kind, funding.instrument) == (
        MovementKind.FUNDING,
        "Funding",
        "XBTUSD",
    )
    assert write_amount(funding.amount) == "-0.00003107"
    assert write_instant(funding.at) == "2024-10-03T12:00:00.120000000Z"
    assert funding.happened_at == read_instant("2024-10-03T12:00:00Z")


def test_an_unknown_kind_is_left_to_quarantine() -> None:
    (airdrop,) = (fact for fact in FACTS if fact.venue_kind == "Airdrop")
    assert (airdrop.kind, airdrop.status) == (None, None)


def test_an_unknown_kind_of_odd_letters_is_quarantined_too() -> None:
    odd = read_statement(BITMEX.replace(b"Airdrop", b"Air drop; 5%"))
    (airdrop,) = (fact for fact in facts(odd, "M1") if fact.venue_kind == "Air drop; 5%")
    assert airdrop.kind is None
    assert airdrop.command_id.startswith("bitmex:M1:a0000000-0000-4000-8000-000000000006:BMEx:")


def test_an_address_of_a_wallet_goes_into_no_fact() -> None:
    assert all("made-up-address" not in fact.model_dump_json() for fact in FACTS)
    (canceled,) = (fact for fact in FACTS if fact.status is LineStatus.CANCELED)
    assert canceled.instrument is None


def test_a_pending_line_without_a_date_describes_the_moment_of_the_statement() -> None:
    pending = [fact for fact in FACTS if fact.status is LineStatus.PENDING]
    assert [fact.at for fact in pending] == [max(fact.at for fact in FACTS)] * 2
    assert len({fact.command_id for fact in pending}) == 2
    assert all(fact.kind is MovementKind.UNREALIZED_PROFIT for fact in pending)
    assert all(fact.happened_at is None for fact in pending)
    other = read_statement(BITMEX.replace(b"-1500", b"-1501"))
    others = {fact.command_id for fact in facts(other, "M1") if fact.status is LineStatus.PENDING}
    assert not others & {fact.command_id for fact in pending}


def test_a_longer_statement_gives_the_same_ids_and_contents_for_the_lines_it_repeats() -> None:
    shorter = read_statement(b"\n".join([HEADER, *LINES[4:]]))
    known = {fact.command_id: fact.digest() for fact in facts(shorter, "M1")}
    longer = {fact.command_id: fact.digest() for fact in FACTS}
    assert known.items() <= longer.items()


def test_a_resumed_import_goes_on_inside_a_batch() -> None:
    done = {command_id(STATEMENT, "M1", line) for line in STATEMENT.lines[:2]}
    with pytest.raises(Malformed):
        check_chain(STATEMENT, "M1", held={"XBT": amount("1.05")})
    with pytest.raises(Malformed, match="gives 98000000, but walletBalance says 103000000"):
        check_chain(STATEMENT, "M1", held={"XBT": amount("1")}, known=done)
    check_chain(STATEMENT, "M1", held={"XBT": amount("1.05")}, known=done)
    all_known = {fact.command_id for fact in FACTS}
    check_chain(STATEMENT, "M1", held={"XBT": amount("7")}, known=all_known)


def test_a_statement_from_the_middle_of_history_needs_an_opening_balance() -> None:
    middle = b"\n".join([HEADER, *LINES[:-1]])
    error = refusal("bitmex", middle)
    assert (error.line, error.field) == (8, "amount, walletBalance")
    for words in ("3000000", "103000000", "lines 8, 9, 10", "--opening XBT=AMOUNT"):
        assert words in error.problem
    statement, opening = read_statement(middle), {"XBT": amount("1")}
    check_chain(statement, "M1", opening=opening)
    first = next(facts(statement, "M1", opening=opening))
    assert first.kind is MovementKind.OPENING_BALANCE
    assert first.command_id == "bitmex:M1:opening:XBT"
    assert first.at == statement.lines[0].at
    check_chain(statement, "M1", held=opening, known={first.command_id}, opening=opening)
    for wrong in ({"XBT": amount("2")}, {"DOGE": amount("1")}, {"XBT": amount("0")}):
        with pytest.raises(Malformed):
            check_chain(statement, "M1", opening=wrong)


def test_the_assets_and_the_mirror_come_first() -> None:
    assert [(command.command_id, command.scale) for command in register_assets(STATEMENT)] == [
        ("asset:BMEX:6", 6),
        ("asset:XBT:8", 8),
    ]
    mirror = open_mirror(STATEMENT, "M1")
    assert (mirror.command_id, mirror.at) == ("bitmex:M1:mirror", STATEMENT.lines[0].at)


def test_the_digest_of_the_vault_stands_in_the_fact() -> None:
    sealed = {line.number: f"{line.number:064x}" for line in STATEMENT.lines}
    assert [fact.line for fact in facts(STATEMENT, "M1", sealed=sealed)] == [
        sealed[line.number] for line in STATEMENT.lines
    ]


@pytest.mark.parametrize("figure", ["1.5", "1e400", "1e5", "NaN", "-0", "+1", "007", "", " 1", "٣"])
@pytest.mark.parametrize("field", ["amount", "walletBalance"])
def test_what_is_no_whole_number_of_minor_units_is_refused(figure: str, field: str) -> None:
    old = {"amount": ",120000,,120000,", "walletBalance": "120000,,120000,"}[field]
    new = {"amount": f",{figure},,120000,", "walletBalance": f"120000,,{figure},"}[field]
    error = refusal("bitmex", spoiled(BITMEX, 6, old, new))
    assert (error.line, error.field) == (6, field)


def test_a_completed_line_without_an_id_is_known_by_what_it_says() -> None:
    nobody = LINES[0].decode().split(",")[10]
    data = spoiled(BITMEX, 6, "a0000000-0000-4000-8000-000000000006", nobody)
    read = [line.key for line in read_statement(data).lines]
    assert read == [line.key for line in read_statement(data).lines]
    assert sum(key.startswith("completed:") for key in read) == 1


@pytest.mark.parametrize("figure", ["9" * 1_000_000, "9" * 27])
def test_a_number_too_large_for_any_amount_is_refused(figure: str) -> None:
    error = refusal("bitmex", spoiled(BITMEX, 6, ",120000,,", f",{figure},,"))
    assert (error.line, error.field) == (6, "amount")
    assert len(error.problem) < 200


@pytest.mark.parametrize(
    ("line", "old", "new", "field"),
    [
        (6, "BMEx", "XXBt", "currency"),
        (6, "Completed", "Done", "transactStatus"),
        (6, "Completed", "Pending ", "transactStatus"),
        (6, "2024-10-02T18:30:00.000Z,", ",", "timestamp"),
        (6, "2024-10-02T18:30:00.000Z", "2024-10-02T18:30", "timestamp"),
        (6, ",2024-10-02T18:30:00.000Z,A", ",2024-10-32T18:30:00.000Z,A", "transactTime"),
        (6, "a0000000-0000-4000-8000-000000000006", "", "transactID"),
        (6, "a0000000-0000-4000-8000-000000000006", "a b", "transactID"),
        (10, "a0000000-0000-4000-8000-000000000002", "a0000000-0000-4000-8000-000000000004",
         "transactID"),
        (5, "Funding", "Fund\u00edng", "transactType"),
        (5, ",XBTUSD,", f",{'X' * 65},", "address"),
        (8, "103000000", "103000001", "walletBalance"),
    ],
)  # fmt: skip
def test_a_spoiled_field_is_named_with_its_line(line: int, old: str, new: str, field: str) -> None:
    error = refusal("bitmex", spoiled(BITMEX, line, old, new))
    assert error.field == field
    assert error.line == (9 if line == 8 else line)


@pytest.mark.parametrize("line", [4, 5, 6, 8, 9, 10, 11])
def test_a_changed_amount_breaks_its_batch(line: int) -> None:
    old = LINES[line - 2].decode().split(",")[6]
    error = refusal("bitmex", spoiled(BITMEX, line, f",{old},", f",{int(old) + 1},"))
    assert error.field == "amount, walletBalance"
    assert str(line) in str(error)


@pytest.mark.parametrize("line", [4, 5, 8, 9, 10, 11])
def test_a_missing_line_breaks_the_chain(line: int) -> None:
    assert refusal("bitmex", without(BITMEX, line)).field == "amount, walletBalance"


def test_pending_lines_alone_say_no_moment() -> None:
    error = refusal("bitmex", b"\n".join([HEADER, *LINES[:2]]))
    assert (error.line, error.field) == (2, "timestamp")


def test_the_table_of_currencies_is_whole() -> None:
    assert len(CURRENCIES) == 52
    assert len({name for name, _ in CURRENCIES.values()}) == 52
    assert CURRENCIES["XBt"] == ("XBT", 8)
    assert CURRENCIES["Gwei"] == ("ETH", 9)
    assert set(KINDS) >= {"Funding", "UnrealisedPNL", "AffiliatePayout"}

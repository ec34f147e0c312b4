"""Records: the same bytes for ever, and old ones read as if they had been written today."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LogCorrupted, Malformed, UnknownEvent
from ledger.events import CATALOGUE, Draft, Event, Recorded
from ledger.log.codec import Codec
from ledger.numbers import Amount, amount
from tests.domain.happened import deposited
from tests.domain.scenario import record
from tests.domain.strategies import records_of

CODEC = Codec()
GOLDEN = Path(__file__).resolve().parent.parent / "fixtures" / "golden_log.ndjson"
RECORDS = GOLDEN.read_bytes().splitlines()

any_record = st.sampled_from(sorted(CATALOGUE)).flatmap(lambda name: records_of(CATALOGUE[name]))


@given(any_record)
def test_a_record_reads_back_and_writes_the_same_bytes(recorded: Recorded) -> None:
    data = CODEC.encode(recorded)
    again = CODEC.decode(7, recorded.type, data)
    assert msgspec.structs.asdict(again) == msgspec.structs.asdict(recorded) | {"sequence": 7}
    assert CODEC.encode(again) == data
    assert CODEC.is_canonical(recorded.type, data)


def test_the_golden_log_holds_every_type_of_event() -> None:
    assert {msgspec.json.decode(data)["type"] for data in RECORDS} == set(CATALOGUE)


@pytest.mark.parametrize("data", RECORDS, ids=lambda data: msgspec.json.decode(data)["type"])
def test_a_golden_record_is_written_today_as_it_was_then(data: bytes) -> None:
    name = msgspec.json.decode(data)["type"]
    assert CODEC.encode(CODEC.decode(1, name, data)) == data
    assert CODEC.is_canonical(name, data)


@pytest.mark.parametrize("figure", ["1E+5", "10.50", "-0", "+1"])
def test_a_record_with_another_text_of_a_number_is_not_canonical(figure: str) -> None:
    data = CODEC.encode(_recorded(deposited("105")))
    other = data.replace(b'"105"', f'"{figure}"'.encode())
    assert other != data
    assert not CODEC.is_canonical("CashDeposited", other)
    assert not CODEC.is_canonical("CashDeposited", data.replace(b",", b", ", 1))


def test_less_than_a_millionth_is_recorded_in_normal_form() -> None:
    data = CODEC.encode(_recorded(deposited("0.00000043")))
    assert b'"amount":"0.00000043"' in data
    assert CODEC.is_canonical("CashDeposited", data)


def test_what_is_no_record_is_corrupt_and_an_unknown_type_unknown() -> None:
    data = CODEC.encode(_recorded(deposited("105")))
    for spoiled in (data[:-1], data.replace(b'"asset"', b'"assets"'), b"[]", b"{}", b"\xff"):
        with pytest.raises((LogCorrupted, UnknownEvent), match="sequence 9"):
            CODEC.decode(9, "CashDeposited", spoiled)
    with pytest.raises(UnknownEvent, match=r"sequence 9.*'Later'"):
        CODEC.decode(9, "Later", data)
    with pytest.raises(UnknownEvent, match="sequence 9"):
        CODEC.decode(9, "CashDeposited", data.replace(b'"schema":1', b'"schema":2'))


def test_a_record_that_is_too_long_is_refused() -> None:
    with pytest.raises(Malformed, match="at most 60000"):
        CODEC.encode(_recorded(deposited("1", source="x" * 60_000)))


class FeeCharged(Event, frozen=True):
    """A toy event in its second shape: the first had `coin` where this has `asset`."""

    SCHEMA = 2

    asset: str
    amount: Amount


V1_RECORD = (
    b'{"id":"1","stream":"account-A","version":1,"type":"FeeCharged","schema":1,'
    b'"at":5,"recorded_at":6,"command":"c","data":{"coin":"BTC","amount":"0.5"}}'
)


def _coin_became_asset(fields: dict[str, Any]) -> dict[str, Any]:
    return {"asset": fields["coin"], "amount": fields["amount"]}


def test_an_old_record_is_lifted_to_the_shape_of_today() -> None:
    codec = Codec({"FeeCharged": FeeCharged}, {("FeeCharged", 1): _coin_became_asset})
    lifted = codec.decode(3, "FeeCharged", V1_RECORD)
    assert lifted.event == FeeCharged(asset="BTC", amount=amount("0.5"))
    assert (lifted.sequence, lifted.schema, lifted.at) == (3, 2, 5)
    assert codec.is_canonical("FeeCharged", V1_RECORD)


def test_an_old_record_without_an_upcaster_is_unknown() -> None:
    with pytest.raises(UnknownEvent, match="sequence 3"):
        Codec({"FeeCharged": FeeCharged}).decode(3, "FeeCharged", V1_RECORD)


def _recorded(event: Event) -> Recorded:
    return record(1, Draft("account-A", event))

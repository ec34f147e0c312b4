"""Free text, by example: what looks like personal data stays out, everything else comes in."""

import json

import pytest
from hypothesis import example
from hypothesis import given as for_any
from hypothesis import strategies as st

from ledger.commands.door import read_command
from ledger.commands.personal import impersonal
from ledger.errors import Malformed
from ledger.instants import DAY, Instant, write_instant

CARD, MAIL, PHONE = "an identity card number", "an e-mail address", "a telephone number"

PERSONAL = {
    "A123456(7)": CARD,
    "his card is a123456(7), as he says": CARD,
    "AB987654(A)": CARD,
    "HKID A123456 (7)": CARD,
    "HKID A1234567": CARD,
    "somebody@example.com": MAIL,
    "write to some.body+x@mail.example.com.hk.": MAIL,
    "+852 1234 5678": PHONE,
    "+85291234567": PHONE,
    "+852-9123-4567": PHONE,
    "9123 4567": PHONE,
    "he said so (9123 4567).": PHONE,
    "2345-6789": PHONE,
    "+44 20 7946 0958": PHONE,
    "+1 202-555-0143": PHONE,
    "call 91234567": PHONE,
    "Tel.: 91234567": PHONE,
}

IMPERSONAL = [
    "Cap. 571D s.5(1)(a)",
    "571D s.5(1)(a)(i)",
    "26EC5",
    "26EC5, 26EC6",
    "10.6(b), 10.11(d)",
    "Guidelines Schedule 3 1(f)",
    "2026-03-10",
    "2026-02-11T08:00:00.000000000Z",
    "20260310",
    "2025-2026",
    "2025 2026",
    "11 February 2026 2000 records",
    "8,000,000",
    "HKD 8,000,000.00",
    "40000000",
    "91234567",
    "80000000.50",
    "1234.5678 5678",
    "0.12345678 BTC",
    "5000.5 2000.25",
    "T+1 2026-03-10",
    "17 CFR 240.17a-4(f)",
    "BTC-PERP@5",
    "2138000000000000AE52",
    "0123456789abcdef" * 4,
    "他的地址改了",
]


def lifting(reason: str) -> bytes:
    """Lift a restriction for a reason."""
    said = {"type": "LiftRestriction", "command_id": "c", "client": "C", "restriction": "r"}
    return json.dumps({**said, "reason": reason}).encode()


@pytest.mark.parametrize("text", PERSONAL)
def test_personal_data_is_named_for_what_it_looks_like(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        read_command(lifting(text))
    assert caught.value.field == "reason"
    assert caught.value.problem == f"looks like {PERSONAL[text]}: personal data goes to the vault"


@pytest.mark.parametrize("text", IMPERSONAL)
def test_dates_amounts_and_paragraphs_are_no_personal_data(text: str) -> None:
    assert read_command(lifting(text)).body()["reason"] == text


@for_any(st.integers(0, 2**63 - 1).map(Instant))
@example(Instant(20_000 * DAY))
def test_no_moment_looks_like_personal_data(moment: Instant) -> None:
    text = write_instant(moment)
    for said in (text, text[:10], f"from {text[:10]} to {text}"):
        assert impersonal(said) == said


@for_any(st.decimals(0, 10**20, places=2))
def test_no_amount_looks_like_personal_data(figure: object) -> None:
    for said in (f"{figure}", f"{figure:,}", f"-{figure} HKD"):
        assert impersonal(said) == said

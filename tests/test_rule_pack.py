"""Rule packs: that of Hong Kong says where each figure is from; a bad one is refused by place."""

import re
from datetime import date
from hashlib import sha256

import msgspec
import pytest

from ledger.commands import AdoptRulePack
from ledger.errors import Malformed
from ledger.events import Unit
from ledger.rule_pack import PROPOSAL_BYTES_MAX, RuleFile, read_rule_pack, shipped

HONG_KONG = shipped("hong-kong")

SMALL = b"""\
[pack]
id = "small"
version = "1"
jurisdiction = "Hong Kong"
description = "Two figures."

[[figure]]
name = "client.authority.term"
value = "12"
unit = "months"
source = "VATP Guidelines 10.17"
verified = true

[[figure]]
name = "client.professional.portfolio"
scope = "individual"
value = "8000000"
unit = "hkd"
source = "Cap. 571D s.5"
verified = false
note = "Seen in a summary."

[[absent]]
name = "leverage.cap"
scope = "PRODUCT/CLASS"
why = "No source has a number."
"""


def figures(file: RuleFile) -> dict[tuple[str, str], tuple[str, Unit, bool]]:
    return {(f.name, f.scope): (f.value, f.unit, f.verified) for f in file.rules.figure}


def test_the_pack_of_hong_kong_states_what_the_regulation_says() -> None:
    stated = figures(read_rule_pack(HONG_KONG))
    expected = {
        ("client.professional.portfolio", "individual"): ("8000000", Unit.HKD, False),
        ("client.professional.total_assets", "trust"): ("40000000", Unit.HKD, False),
        ("client.assessment.validity", ""): ("24", Unit.MONTHS, True),
        ("client.knowledge.transactions", ""): ("5", Unit.COUNT, True),
        ("client.knowledge.window", ""): ("3", Unit.YEARS, True),
        ("client.authority.term", ""): ("12", Unit.MONTHS, True),
        ("client.authority.notice", ""): ("14", Unit.DAYS, True),
        ("client.retention", ""): ("7", Unit.YEARS, True),
        ("record.retention", "orders"): ("2", Unit.YEARS, True),
        ("custody.cold", ""): ("98", Unit.PERCENT, True),
        ("custody.cover", "cold"): ("50", Unit.PERCENT, True),
        ("custody.cover", "hot"): ("100", Unit.PERCENT, True),
        ("document.statement", ""): ("7", Unit.BUSINESS_DAYS, True),
        ("transfer.information", ""): ("8000", Unit.HKD, False),
        ("loan.haircut", "BTC"): ("60", Unit.PERCENT, False),
        ("capital.haircut", ""): ("100", Unit.PERCENT, False),
    }
    assert {key: stated[key] for key in expected} == expected


def test_what_no_source_gives_is_absent_and_never_a_figure() -> None:
    rules = read_rule_pack(HONG_KONG).rules
    needed = {"leverage.cap", "margin.initial", "margin.maintenance", "liquidation.waterfall"}
    assert needed | {"override.duration"} <= {absent.name for absent in rules.absent}
    assert not needed & {figure.name for figure in rules.figure}


def test_nothing_that_was_read_only_in_others_words_is_called_verified() -> None:
    seconds = re.compile("26EC5|HKMA|perpetual contracts|Margin Financing|571D|571N")
    rules = read_rule_pack(HONG_KONG).rules
    assert not [f.name for f in rules.figure if f.verified and seconds.search(f.source)]
    assert [f.name for f in rules.figure if seconds.search(f.source)]


def test_the_calendar_names_days_of_its_year_that_are_no_sundays() -> None:
    value, unit, _ = figures(read_rule_pack(HONG_KONG))["calendar.holidays", "2026"]
    days = [date.fromisoformat(day) for day in value.split(" ")]
    assert unit is Unit.DATES
    assert len(days) == 17
    assert days == sorted(set(days))
    assert {day.year for day in days} == {2026}
    assert not [day for day in days if day.isoweekday() == 7]


def test_the_change_that_adopts_a_pack_says_all_of_it_but_the_notes() -> None:
    change = read_rule_pack(SMALL).change()
    assert change["type"] == AdoptRulePack.__name__
    assert change["file_digest"] == sha256(SMALL).hexdigest()
    adopted = AdoptRulePack.model_validate(
        {"command_id": "c", **{key: value for key, value in change.items() if key != "type"}}
    )
    assert [(f.name, f.scope, f.value, f.verified) for f in adopted.figures] == [
        ("client.authority.term", "", "12", True),
        ("client.professional.portfolio", "individual", "8000000", False),
    ]
    assert "summary" not in str(change)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"[pack]", b"[pack", "line 1: not TOML"),
        (b'unit = "months"', b"unit = months", "line 10: not TOML"),
        (b'"8000000"', b"8000000", "field value of figure 2: "),
        (b'"8000000"', b'"8,000,000"', "figure 2: '8,000,000' is not a decimal"),
        (b'"12"', b'"12.5"', "figure 1: '12.5' is not a whole number"),
        (b'"12"', b'"012"', "figure 1: '012' is not a whole number"),
        (b'"hkd"', b'"usd"', "field unit of figure 2: "),
        (b"verified = false", b'verified = "no"', "field verified of figure 2: "),
        (b"verified = false", b"verified = 0", "field verified of figure 2: "),
        (b"verified = false\n", b"", "field verified of figure 2: "),
        (b'source = "Cap. 571D s.5"\n', b"", "figure has name, value, unit, source"),
        (b"note =", b"remark =", "field remark of figure 2: "),
        (b"client.authority.term", b"Client Authority", "field name of figure 1: "),
        (b'why = "No source has a number."', b"", "field why of absent 1: "),
        (b'version = "1"', b"version = 1", "field version of pack: "),
        (b"[pack]", b"[packs]", "field pack"),
        (b"Two", b"Two \xff", "is not UTF-8"),
        (
            b'name = "leverage.cap"\nscope = "PRODUCT/CLASS"',
            b'name = "client.authority.term"',
            "absent 1: client.authority.term stands in figure 1 too",
        ),
        (
            b'name = "client.professional.portfolio"\nscope = "individual"',
            b'name = "client.authority.term"',
            "figure 2: client.authority.term stands in figure 1 too",
        ),
    ],
)
def test_a_pack_that_says_nothing_is_refused_by_place_and_remedy(
    old: bytes, new: bytes, says: str
) -> None:
    assert old in SMALL
    with pytest.raises(Malformed) as caught:
        read_rule_pack(SMALL.replace(old, new, 1))
    assert says in str(caught.value)


def test_an_empty_file_is_no_pack() -> None:
    with pytest.raises(Malformed, match="pack"):
        read_rule_pack(b"")


def grown(size: int) -> bytes:
    """Write a pack whose proposal has just so many bytes."""
    text, room = SMALL, size - len(msgspec.json.encode(read_rule_pack(SMALL).change()))
    entry = {"name": "a.b", "value": "1", "unit": "count", "verified": True}
    for number in range(100):
        scope = f"s{number}"
        bare = len(msgspec.json.encode({**entry, "scope": scope, "source": ""})) + 1
        length = 300 if room > 580 else room - bare
        text += f'[[figure]]\nname = "a.b"\nscope = "{scope}"\nvalue = "1"\n'.encode()
        text += f'unit = "count"\nsource = "{"x" * length}"\nverified = true\n'.encode()
        room -= bare + length
        if room == 0:
            break
    return text


def test_a_pack_as_large_as_a_proposal_may_be_is_read_and_a_byte_more_is_refused() -> None:
    file = read_rule_pack(grown(PROPOSAL_BYTES_MAX))
    assert len(msgspec.json.encode(file.change())) == PROPOSAL_BYTES_MAX
    with pytest.raises(Malformed, match="divide the figures over several files"):
        read_rule_pack(grown(PROPOSAL_BYTES_MAX + 1))


def test_the_file_explains_every_unit_to_whoever_changes_it() -> None:
    comment = HONG_KONG.decode().split("[pack]\n", 1)[0]
    assert not [unit for unit in Unit if unit not in comment]

"""`ledger eligibility` and the views of inspectors, on a platform that was set up by commands."""

import re
from typing import Any

import pytest

from ledger.commands import ProposeChange
from tests.cli.shell import Shell, ndjson, opened

Line = dict[str, Any]

PAPER = "e" * 64
NUMBER_FOR_A_TIME = re.compile(r'"(\w+_)?(at|from|until|due)": *\d')
CAROL = {"kind": "human", "id": "carol", "role": "compliance"}
RITA = {"kind": "human", "id": "rita", "role": "risk"}
OTTO = {"kind": "human", "id": "otto", "role": "operations"}


def asked(actor: Line, name: str, number: object, /, **fields: Any) -> Line:
    """Write a command that somebody gives; its number makes its id."""
    return {"type": name, "command_id": f"{name}-{number}", "actor": actor, **fields}


def by_two(name: str, number: object, /, **fields: Any) -> list[Line]:
    """Write a proposal of a critical change and its approval."""
    proposal = f"{name}-{number}"
    said = asked(
        CAROL,
        "ProposeChange",
        proposal,
        proposal=proposal,
        change={"type": name, **fields},
        expires_at="2099-12-31",
        rationale="resolved",
    )
    change = ProposeChange(**{k: v for k, v in said.items() if k != "type"}).proposed()
    approval = {"proposal": proposal, "change_digest": change.digest()}
    return [said, asked(RITA, "ApproveChange", proposal, **approval)]


def figure(name: str, scope: str, value: str, unit: str) -> list[Line]:
    """Write the change of a parameter by two people."""
    words = {"unit": unit, "source": "operator", "rationale": "before the launch"}
    return by_two("ChangeParameter", name, name=name, scope=scope, value=value, **words)


OFFICERS = [{"id": o["id"], "function": o["role"]} for o in (CAROL, RITA, OTTO)]
PERPETUAL = {"kind": "perpetual", "permission": "W1", "references": ["BTC"], "specification": PAPER}
PLATFORM = [
    asked(CAROL, "FoundPlatform", 1, officers=OFFICERS),
    asked(OTTO, "RegisterAsset", 1, asset="BTC", scale=8, kind="virtual_asset"),
    *by_two("AdmitAsset", 1, asset="BTC", retail=True, decision="d-1"),
    *by_two("GrantPermission", 1, permission="W1", activities=["perpetuals"], document=PAPER),
    *by_two(
        "PublishDisclosure", 1, document="risks", version=1, texts={"en": PAPER}, material=True
    ),
    *by_two("ApproveProduct", 1, product="BTC-PERP", documents=["risks"], **PERPETUAL),
    *figure("leverage.cap", "BTC-PERP/professional", "3", "ratio"),
    *figure("margin.initial", "BTC-PERP", "20", "percent"),
    *figure("margin.maintenance", "BTC-PERP", "10", "percent"),
    *figure("liquidation.waterfall", "", "liquidation reserve_fund", "words"),
    *figure("client.professional.portfolio", "individual", "8000000", "hkd"),
    *figure("client.professional.validity", "", "12", "months"),
    asked(OTTO, "OpenAccount", "house", account="HOUSE", segregation="HOUSE"),
]


def joins(client: str) -> list[Line]:
    """Write all that a client needs but what he must acknowledge."""
    test = {"basis": "portfolio", "amount": "8000000", "relevant_date": "2026-01-31"}
    classified = {"classification": "professional", "legal_basis": "Cap. 571D s.5", **test}
    known = {"route": "training", "evidence": PAPER}
    limit = {"limit": "1000000", "concentration": "60", "wealth_band": "b3"}
    reviewed = {"notified_at": "2026-02-01", "review_due": "2099-01-01"}
    papers = [
        (OTTO, "AdmitClient", {"kind": "individual", "identity": PAPER}),
        (OTTO, "OpenAccount", {"account": f"A-{client}"}),
        (OTTO, "SignAgreement", {"version": "1", "document": PAPER}),
        (OTTO, "ClassifyClient", {"evidence": PAPER, **classified}),
        (OTTO, "SignConsent", {"document": PAPER}),
        (OTTO, "AssessKnowledge", {"subject": "virtual_assets", **known}),
        (OTTO, "AssessKnowledge", {"subject": "derivatives", **known}),
        (OTTO, "SetRiskProfile", {"profile": "balanced", "evidence": PAPER}),
        (CAROL, "SetExposureLimit", {**limit, **reviewed}),
    ]
    return [
        asked(actor, name, f"{client}-{number}", client=client, **fields)
        for number, (actor, name, fields) in enumerate(papers)
    ]


def reads(client: str) -> list[Line]:
    """Write that a client was shown the risks, and acknowledged them."""
    read = {"client": client, "document": "risks", "version": 1}
    return [
        asked(OTTO, "ShowDisclosure", client, language="en", **read),
        asked(OTTO, "AcknowledgeDisclosure", client, **read),
    ]


def recorded(shell: Shell, *lines: Line) -> None:
    """Record commands, every one of which must go well."""
    said = shell.done("record", stdin=ndjson(*lines))
    assert {line["outcome"] for line in said.lines} == {"recorded"}, said.out


@pytest.fixture
def platform(shell: Shell) -> Shell:
    """Set up a platform whose clients C1 and C2 have all but what C2 did not acknowledge."""
    shell.done("init")
    recorded(shell, *PLATFORM, *joins("C1"), *reads("C1"), *joins("C2"))
    return shell


def answers(shell: Shell, *options: object) -> list[tuple[str, str, str, str]]:
    return [tuple(row.values()) for row in shell.json("eligibility", "BTC-PERP", *options)]


C1_MAY = ("A-C1", "C1", "increase", "")
C2_LACKS = ("A-C2", "C2", "reduce", "disclosure_missing")


def test_every_client_is_answered_for_with_what_he_lacks(platform: Shell) -> None:
    assert answers(platform) == [C1_MAY, C2_LACKS]
    assert answers(platform, "--where", "may=reduce") == [C2_LACKS]
    assert answers(platform, "--missing", "knowledge_missing") == []
    both = ("--missing", "knowledge_missing", "--missing", "disclosure_missing")
    assert answers(platform, *both) == [C2_LACKS]
    assert answers(platform, "--solicited") == [
        ("A-C1", "C1", "reduce", "suitability_missing"),
        ("A-C2", "C2", "reduce", "suitability_missing disclosure_missing"),
    ]


def test_a_moment_is_a_sequence_or_a_time_on_either_clock(platform: Shell) -> None:
    size = platform.head()
    recorded(platform, *reads("C2"))
    log = platform.log()
    acknowledged_at = log[-1]["recorded_at"]
    wrong = next(r["sequence"] for r in log if r["type"] == "ClientClassified")
    correction = {"client": "C1", "corrects": wrong, "kind": "never_existed", "reason": "forged"}
    recorded(platform, *by_two("CorrectClassification", 1, **correction))
    c1_never, c2_may = ("A-C1", "C1", "reduce", "not_classified"), ("A-C2", "C2", "increase", "")
    for options, expected in (
        ((), [c1_never, c2_may]),
        (("--at", f"@{size}"), [C1_MAY, C2_LACKS]),
        (("--at", f"@{size + 2}"), [C1_MAY, c2_may]),
        (("--at", "@999999"), [c1_never, c2_may]),
        (("--at", "@0"), []),
        (("--at", acknowledged_at), [c1_never, c2_may]),
        (("--at", acknowledged_at, "--clock", "recorded"), [C1_MAY, c2_may]),
        (("--at", acknowledged_at, "--known", f"@{size + 2}"), [C1_MAY, c2_may]),
        (("--at", "2026-01-01"), []),
    ):
        assert answers(platform, *options) == expected, options


def test_rows_are_written_in_any_format_and_into_a_file(platform: Shell) -> None:
    said = platform.done("eligibility", "BTC-PERP", "-O", "csv")
    assert said.out.splitlines() == [
        "account,client,may,missing",
        "A-C1,C1,increase,",
        "A-C2,C2,reduce,disclosure_missing",
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["BTC-PREP"], "no product 'BTC-PREP' was ever approved"),
        (["BTC-PERP", "--missing", "courage"], "'courage': no such reason"),
        (["BTC-PERP", "--where", "colour=red"], "account, client, may, missing"),
        (["BTC-PERP", "--at", "soon"], "--at"),
        ([], "PRODUCT"),
    ],
)
def test_what_cannot_be_answered_ends_with_2_and_one_line(
    platform: Shell, arguments: list[str], says: str
) -> None:
    said = platform("eligibility", *arguments)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert says in said.err


def test_a_product_that_was_only_asked_for_was_not_approved(sqlite: Shell) -> None:
    opened(sqlite)
    refused = asked(CAROL, "ApproveProduct", 1, product="ETH-PERP", **PERPETUAL)
    sqlite("record", stdin=ndjson(refused))
    assert "ever approved" in sqlite("eligibility", "ETH-PERP").err


def test_an_inspector_reads_every_view_of_it(platform: Shell) -> None:
    (c1, c2) = platform.json("show", "client_classification")
    assert [c1["assessor"], c1["assessor_function"], c1["basis_amount"]] == [
        "otto",
        "operations",
        "8000000",
    ]
    assert c2["client"] == "C2"
    (read,) = platform.json("show", "disclosures")
    assert [read["client"], read["language"], read["material"]] == ["C1", "en", "yes"]
    products = platform.json("show", "parameter_changes", "--where", "parameter=product")
    assert [p["scope"] for p in products] == ["BTC-PERP"]
    assert [products[0][name] for name in ("rationale", "proposer", "approver")] == [
        "resolved",
        "carol",
        "rita",
    ]
    late = asked(OTTO, "SignConsent", "late", client="C9", document=PAPER)
    platform("record", stdin=ndjson(late))
    (refused,) = platform.json("show", "validation_exceptions")
    assert [refused[name] for name in ("kind", "reason", "client", "actor")] == [
        "erroneous_input",
        "client_unknown",
        "C9",
        "otto",
    ]
    acts = platform.json("show", "access_and_operator_log", "--where", "result=rejected")
    assert [(act["action"], act["reason"]) for act in acts] == [("SignConsent", "client_unknown")]
    waiting = ("--where", "status=waiting")
    assert platform.json("show", "proposals", *waiting) == []
    recorded(platform, by_two("WithdrawProduct", 1, product="BTC-PERP", reason="delisted")[0])
    assert [p["proposal"] for p in platform.json("show", "proposals", *waiting)] == [
        "WithdrawProduct-1"
    ]
    assert all(v["holds"] for v in platform.json("views", "check"))


def test_no_time_is_shown_as_a_number(platform: Shell) -> None:
    for view in ("client_classification", "disclosures", "parameter_changes", "proposals"):
        said = platform.done("show", view, "-O", "json").out
        assert not NUMBER_FOR_A_TIME.search(said), said
    assert not NUMBER_FOR_A_TIME.search(platform.done("log", "-O", "json").out)
    granted = next(r for r in platform.log() if r["type"] == "RegulatoryPermissionGranted")
    shown = platform.json("event", granted["sequence"])["record"]["data"]
    assert shown == granted["data"]
    assert shown["approval"]["approved_at"] == granted["recorded_at"]

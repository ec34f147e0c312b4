"""What is asked of the demo's platform: its set-up, an onboarding paper by paper, an aftermath."""

from collections.abc import Iterator
from typing import Any

from projections.cli.lines import ANN, FAR, GATEWAY, OLI, PERPETUAL, SPOT, Line, Lines, digest


def changes() -> list[Line]:
    """List the changes with which the platform is set up, each made by two people."""
    lines = Lines("set-up")
    return [
        *_roles(lines),
        lines.by(OLI, "RegisterAsset", asset="BTC", scale=8, kind="virtual_asset"),
        lines.by(OLI, "RegisterAsset", asset="USDT", scale=6, kind="virtual_asset"),
        *lines.by_two("asset-1", "AdmitAsset", asset="BTC", retail=True, decision="committee-7"),
        *lines.by_two(
            "permission-1",
            "GrantPermission",
            permission="SFC-1",
            activities=["spot", "perpetuals", "affiliated_market_making"],
            document=digest("letter"),
        ),
        *_products(lines),
        *_parameters(lines),
        _attempt(lines),
    ]


def _roles(lines: Lines) -> Iterator[Line]:
    """Let somebody keep the accounts, the gateway place orders, and the toy venue report."""
    for number, (grantee, kind, function) in enumerate(
        (
            ("oli", "human", "operations"),
            ("gateway", "service", "dealing"),
            ("toy-venue", "engine", "dealing"),
        ),
        start=1,
    ):
        role = {"grantee": grantee, "kind": kind, "function": function}
        yield from lines.by_two(f"role-{number}", "GrantRole", **role)


def _products(lines: Lines) -> Iterator[Line]:
    """Approve a perpetual contract, about whose risks clients must know, and a spot pair."""
    both = {"permission": "SFC-1", "references": ["BTC"]}
    yield from lines.by_two(
        "document-1",
        "PublishDisclosure",
        document="perpetual-risks",
        version=1,
        texts={"en": digest("risks in English"), "zh": digest("risks in Chinese")},
        material=True,
    )
    yield from lines.by_two(
        "product-1",
        "ApproveProduct",
        product=PERPETUAL,
        kind="perpetual",
        specification=digest("specification"),
        documents=["perpetual-risks"],
        authority="margin",
        **both,
    )
    terms = {"specification": digest("terms of the pair")}
    pair = {"product": SPOT, "kind": "spot"}
    yield from lines.by_two("product-2", "ApproveProduct", **pair, **terms, **both)


def _parameters(lines: Lines) -> Iterator[Line]:
    """Record what no source gives, but for the cap on leverage."""
    figures = [
        ("margin.initial", PERPETUAL, "20", "percent"),
        ("margin.maintenance", PERPETUAL, "10", "percent"),
        ("liquidation.waterfall", "", "liquidation reserve_fund deleveraging", "words"),
    ]
    for number, (name, scope, value, unit) in enumerate(figures, start=1):
        yield from lines.by_two(
            f"parameter-{number}",
            "ChangeParameter",
            name=name,
            scope=scope,
            value=value,
            unit=unit,
            source="risk committee, paper 12",
            rationale="before the launch",
        )


LEVERAGE = {
    "type": "ChangeParameter",
    "name": "leverage.cap",
    "scope": f"{PERPETUAL}/professional",
    "value": "3",
    "unit": "ratio",
    "source": "risk committee, paper 12",
    "rationale": "before the launch",
}
"""What Ann proposes and Ben approves before our eyes."""


def onboarding() -> list[Line]:
    """List what an individual brings, one paper after another, and an attempt before each.

    Last comes a corporation, which needs one paper more.
    """
    lines = Lines("onboarding")
    individual = [line for paper in _papers(lines) for line in (_attempt(lines), *paper)]
    return [*individual, *_corporation(lines)]


def _corporation(lines: Lines) -> Iterator[Line]:
    """Bring a corporation as far as the control that asks only for its assessment."""
    of_it: Line = {"client": "C2"}
    paper = {"document": digest("document")}
    wealth = {"basis": "total_assets", "amount": "40000000", "relevant_date": "2026-01-31"}
    proof = {"legal_basis": "Cap. 571D s.6", "evidence": digest("accounts")}
    yield lines.by(OLI, "AdmitClient", kind="corporation", identity=digest("company"), **of_it)
    yield lines.by(OLI, "OpenAccount", account="C2-1", **of_it)
    yield lines.by(OLI, "SignAgreement", version="2026-1", **paper, **of_it)
    yield lines.by(OLI, "ClassifyClient", classification="professional", **wealth, **proof, **of_it)
    yield lines.by(OLI, "SignConsent", **paper, **of_it)
    yield _attempt(lines, account="C2-1")


def _papers(lines: Lines) -> Iterator[list[Line]]:
    """Give what each attempt lacks, in the order in which the controls ask for it."""

    def paper(name: str, **fields: Any) -> Line:
        actor = ANN if name == "SetExposureLimit" else OLI
        return lines.by(actor, name, client="C1", **fields)

    evidence = {"evidence": digest("evidence")}
    document = {"document": digest("document")}
    test = {
        "classification": "professional",
        "legal_basis": "Cap. 571D s.5",
        "basis": "portfolio",
        "relevant_date": "2026-01-31",
        **evidence,
    }
    by_training = {"route": "training", **evidence}
    account = lines.by(OLI, "OpenAccount", account="C1-1", client="C1")
    limit = {"limit": "1000000", "concentration": "60", "wealth_band": "over-10m"}
    reviewed = {"notified_at": "2026-02-01", "review_due": FAR}
    yield [paper("AdmitClient", kind="individual", identity=digest("sealed")), account]
    yield [paper("SignAgreement", version="2026-1", **document)]
    yield [
        paper("ClassifyClient", amount="7999999.99", **test),
        paper("ClassifyClient", amount="8000000", **test),
    ]
    yield [paper("SignConsent", **document)]
    yield [paper("AssessKnowledge", subject="virtual_assets", **by_training)]
    yield [paper("AssessKnowledge", subject="derivatives", **by_training)]
    yield [paper("SetRiskProfile", profile="aggressive", **evidence)]
    yield [
        paper("SetExposureLimit", **limit, **reviewed),
        _attempt(lines, exposure="1000000.01"),
        _attempt(lines, concentration="60.1"),
        _attempt(lines, solicited=True),
    ]
    shown = {"document": "perpetual-risks", "version": 1}
    yield [
        paper("ShowDisclosure", language="zh", **shown),
        paper("AcknowledgeDisclosure", **shown),
    ]
    yield [paper("GiveAuthority", authority="S1", scope="margin", valid_until=None, **document)]
    yield []


def _attempt(lines: Lines, **fields: Any) -> Line:
    """Ask for all that the limits allow."""
    asked = {"account": "C1-1", "product": PERPETUAL, "exposure": "1000000", "concentration": "60"}
    return lines.by(GATEWAY, "CheckEligibility", **(asked | fields))


def aftermath() -> list[Line]:
    """List what may befall a client who trades: only reducing is left, or not even that."""
    lines = Lines("aftermath")
    placed = {"client": "C1", "ground": "documents_outstanding", "legal_basis": "agreement 4.2"}
    lifted = {"client": "C1", "reason": "documents received"}
    related = {"client": "C1", "relation": "affiliate", "party": "sister", "basis": "shareholder"}
    return [
        lines.by(ANN, "RestrictClient", restriction="R1", extent="reduce_only", **placed),
        _attempt(lines),
        _attempt(lines, effect="reduce"),
        lines.by(ANN, "RestrictClient", restriction="R2", extent="suspended", **placed),
        _attempt(lines, effect="reduce"),
        lines.by(ANN, "LiftRestriction", restriction="R1", **lifted),
        lines.by(ANN, "LiftRestriction", restriction="R2", **lifted),
        *lines.by_two("affiliate-1", "DeclareAffiliation", **related),
        _attempt(lines),
        *lines.by_two(
            "asset-2", "WithdrawAssetAdmission", asset="BTC", reason="reviewed", decision="c-8"
        ),
        _attempt(lines),
        *lines.by_two(
            "permission-2",
            "RevokePermission",
            permission="SFC-1",
            reason="its term was over",
            document=digest("second letter"),
        ),
        _attempt(lines),
        *lines.by_two(
            "product-3", "WithdrawProduct", product=PERPETUAL, reason="no longer permitted"
        ),
        _attempt(lines),
        _attempt(lines, product="ETH-PERP"),
    ]

"""What a trading morning needs: the terms of two instruments, four clients and a market maker."""

from collections.abc import Iterator
from typing import Any

from projections.cli.lines import ANN, FAR, OLI, PERPETUAL, SPOT, Line, Lines, digest
from projections.cli.order_flow import MAKER

AFFILIATE = "AF"
CASH = {
    "C1-1": {"USDT": "60000"},
    "C2-1": {"USDT": "200000"},
    "C3-1": {"USDT": "20000", "HKD": "100000"},
    "C4-1": {"USDT": "150000", "BTC": "0.5"},
    MAKER: {"USDT": "500000", "HKD": "1000000", "BTC": "2"},
}
"""What each account has on the morning."""


def instruments() -> list[Line]:
    """Specify a perpetual contract settled in USDT, and bitcoin against Hong Kong dollars."""
    lines = Lines("terms")
    fees = {"fee_unit": "0.01", "maker_fee": "-0.0001", "taker_fee": "0.0005"}
    limits = {"quantity_max": "4", "position_max": "4", "open_orders_max": 50, "band": "10"}
    both = {"reference": "BTC", "multiplier": "1", "lot": "0.001", "value_unit": "0.01"}
    perpetual = {"kind": "linear", "quote": "USDT", "settlement": "USDT", "tick": "0.5"}
    spot = {"kind": "spot", "base": "BTC", "quote": "HKD", "settlement": "HKD", "tick": "1"}
    worth = {PERPETUAL: "300000", SPOT: "2500000"}
    return [
        line
        for name, kind in ((PERPETUAL, perpetual), (SPOT, spot))
        for line in lines.by_two(
            f"terms-{name}",
            "SpecifyInstrument",
            instrument=name,
            value_max=worth[name],
            **kind,
            **both,
            **fees,
            **limits,
        )
    ]


def participants() -> list[Line]:
    """Let everybody in: the second client's last papers, two more, an affiliate, and all cash."""
    lines = Lines("participants")
    maker = {"client": AFFILIATE, "relation": "affiliate", "party": "sister", "basis": "group"}
    program = {"client": AFFILIATE, "program": "making-1", "permission": "SFC-1"}
    return [
        *_suited(lines, "C2", corporate=True),
        *_admitted(lines, "C3", kind="individual"),
        *_suited(lines, "C3"),
        *_admitted(lines, "C4", kind="corporation"),
        *_suited(lines, "C4", corporate=True),
        lines.by(OLI, "AdmitClient", client=AFFILIATE, kind="corporation", identity=digest("af")),
        *lines.by_two("affiliation-AF", "DeclareAffiliation", **maker),
        lines.by(OLI, "OpenAccount", account=MAKER, client=AFFILIATE, segregation="AFFILIATE"),
        *_classified(lines, AFFILIATE, kind="corporation"),
        *_suited(lines, AFFILIATE, corporate=True),
        *lines.by_two(
            "maker-1",
            "AppointMarketMaker",
            products=[PERPETUAL, SPOT],
            obligations=digest("obligations"),
            fee_terms=digest("fees"),
            **program,
        ),
        *_deposits(lines),
    ]


def _admitted(lines: Lines, client: str, *, kind: str) -> Iterator[Line]:
    yield lines.by(OLI, "AdmitClient", client=client, kind=kind, identity=digest(client))
    yield lines.by(OLI, "OpenAccount", account=f"{client}-1", client=client)
    yield from _classified(lines, client, kind=kind)


def _classified(lines: Lines, client: str, *, kind: str) -> Iterator[Line]:
    """Bring what makes a client a professional investor."""
    wealth = {
        "individual": {"basis": "portfolio", "amount": "9000000", "legal_basis": "Cap. 571D s.5"},
        "corporation": {
            "basis": "total_assets",
            "amount": "50000000",
            "legal_basis": "Cap. 571D s.6",
        },
    }
    test = {"classification": "professional", "relevant_date": "2026-01-31", **wealth[kind]}
    paper = {"client": client, "document": digest("document")}
    yield lines.by(OLI, "SignAgreement", version="2026-1", **paper)
    yield lines.by(OLI, "ClassifyClient", client=client, evidence=digest("evidence"), **test)
    yield lines.by(OLI, "SignConsent", **paper)


def _suited(lines: Lines, client: str, *, corporate: bool = False) -> Iterator[Line]:
    """Bring what a professional needs for derivatives: knowledge, limits, disclosure, authority."""

    def paper(name: str, **fields: Any) -> Line:
        return lines.by(ANN if name == "SetExposureLimit" else OLI, name, client=client, **fields)

    evidence, shown = digest("evidence"), {"document": "perpetual-risks", "version": 1}
    limit = {"limit": "1000000", "concentration": "60", "wealth_band": "over-10m"}
    reviewed = {"notified_at": "2026-02-01", "review_due": FAR}
    if corporate:
        assessed = ("structure", "person", "awareness")
        yield paper("AssessCorporation", **{name: digest(name) for name in assessed})
    for subject in ("virtual_assets", "derivatives"):
        yield paper("AssessKnowledge", subject=subject, route="training", evidence=evidence)
    yield paper("SetRiskProfile", profile="aggressive", evidence=evidence)
    yield paper("SetExposureLimit", **limit, **reviewed)
    yield paper("ShowDisclosure", language="en", **shown)
    yield paper("AcknowledgeDisclosure", **shown)
    given = {"authority": "S1", "scope": "margin", "document": digest("authority")}
    yield paper("GiveAuthority", valid_until=None, **given)


def _deposits(lines: Lines) -> Iterator[Line]:
    for account, cash in CASH.items():
        for asset, figure in cash.items():
            come = {"account": account, "asset": asset, "amount": figure}
            yield lines.by(OLI, "ReportDeposit", at="2026-02-12T01:00:00Z", **come)

"""What is asked of the demo's platform: its set-up, an onboarding paper by paper, an aftermath.

Two people make every critical change: Ann of compliance proposes, Ben of risk approves.
"""

from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from typing import Any

from ledger.commands import ProposeChange

Line = dict[str, Any]

PRODUCT = "BTC-PERP"
FAR = "2099-12-31T00:00:00Z"


def _person(name: str, function: str) -> Line:
    return {"kind": "human", "id": name, "role": function}


ANN, BEN = _person("ann", "compliance"), _person("ben", "risk")
OLI = _person("oli", "operations")
GATEWAY = {"kind": "service", "id": "gateway", "role": "dealing"}


class _Book:
    """Writes commands one after another, each with an id of its own."""

    def __init__(self, name: str) -> None:
        self._ids = (f"{name}-{number}" for number in count(1))

    def by(self, actor: Line, name: str, /, **fields: Any) -> Line:
        return {"type": name, "command_id": next(self._ids), "actor": actor, **fields}

    def by_two(self, proposal: str, name: str, /, **fields: Any) -> Iterator[Line]:
        """Propose a change and approve exactly that."""
        said = self.by(
            ANN,
            "ProposeChange",
            proposal=proposal,
            change={"type": name, **fields},
            expires_at=FAR,
            rationale="resolved by the risk committee",
        )
        content = {key: value for key, value in said.items() if key != "type"}
        change = ProposeChange.model_validate(content).proposed()
        yield said
        yield self.by(BEN, "ApproveChange", proposal=proposal, change_digest=change.digest())


def changes() -> list[Line]:
    """List the changes with which the platform is set up, each made by two people."""
    book = _Book("set-up")
    operations = {"grantee": "oli", "kind": "human", "function": "operations"}
    dealing = {"grantee": "gateway", "kind": "service", "function": "dealing"}
    return [
        *book.by_two("role-1", "GrantRole", **operations),
        *book.by_two("role-2", "GrantRole", **dealing),
        book.by(OLI, "RegisterAsset", asset="BTC", scale=8, kind="virtual_asset"),
        *book.by_two("asset-1", "AdmitAsset", asset="BTC", retail=True, decision="committee-7"),
        *book.by_two(
            "permission-1",
            "GrantPermission",
            permission="SFC-1",
            activities=["perpetuals"],
            document=_digest("letter"),
        ),
        *book.by_two(
            "document-1",
            "PublishDisclosure",
            document="perpetual-risks",
            version=1,
            texts={"en": _digest("risks in English"), "zh": _digest("risks in Chinese")},
            material=True,
        ),
        *book.by_two(
            "product-1",
            "ApproveProduct",
            product=PRODUCT,
            kind="perpetual",
            permission="SFC-1",
            references=["BTC"],
            specification=_digest("specification"),
            documents=["perpetual-risks"],
            authority="margin",
        ),
        *_parameters(book),
        _attempt(book),
    ]


def _parameters(book: _Book) -> Iterator[Line]:
    """Record what no source gives, but for the cap on leverage."""
    figures = [
        ("margin.initial", PRODUCT, "20", "percent"),
        ("margin.maintenance", PRODUCT, "10", "percent"),
        ("liquidation.waterfall", "", "liquidation reserve_fund deleveraging", "words"),
    ]
    for number, (name, scope, value, unit) in enumerate(figures, start=1):
        yield from book.by_two(
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
    "scope": f"{PRODUCT}/professional",
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
    book = _Book("onboarding")
    individual = [line for paper in _papers(book) for line in (_attempt(book), *paper)]
    return [*individual, *_corporation(book)]


def _corporation(book: _Book) -> Iterator[Line]:
    """Bring a corporation as far as the control that asks only for its assessment."""
    of_it: Line = {"client": "C2"}
    paper = {"document": _digest("document")}
    wealth = {"basis": "total_assets", "amount": "40000000", "relevant_date": "2026-01-31"}
    proof = {"legal_basis": "Cap. 571D s.6", "evidence": _digest("accounts")}
    yield book.by(OLI, "AdmitClient", kind="corporation", identity=_digest("company"), **of_it)
    yield book.by(OLI, "OpenAccount", account="C2-1", **of_it)
    yield book.by(OLI, "SignAgreement", version="2026-1", **paper, **of_it)
    yield book.by(OLI, "ClassifyClient", classification="professional", **wealth, **proof, **of_it)
    yield book.by(OLI, "SignConsent", **paper, **of_it)
    yield _attempt(book, account="C2-1")


def _papers(book: _Book) -> Iterator[list[Line]]:
    """Give what each attempt lacks, in the order in which the controls ask for it."""

    def paper(name: str, **fields: Any) -> Line:
        actor = ANN if name == "SetExposureLimit" else OLI
        return book.by(actor, name, client="C1", **fields)

    evidence = {"evidence": _digest("evidence")}
    document = {"document": _digest("document")}
    test = {
        "classification": "professional",
        "legal_basis": "Cap. 571D s.5",
        "basis": "portfolio",
        "relevant_date": "2026-01-31",
        **evidence,
    }
    by_training = {"route": "training", **evidence}
    account = book.by(OLI, "OpenAccount", account="C1-1", client="C1")
    limit = {"limit": "1000000", "concentration": "60", "wealth_band": "over-10m"}
    reviewed = {"notified_at": "2026-02-01", "review_due": FAR}
    yield [paper("AdmitClient", kind="individual", identity=_digest("sealed")), account]
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
        _attempt(book, exposure="1000000.01"),
        _attempt(book, concentration="60.1"),
        _attempt(book, solicited=True),
    ]
    shown = {"document": "perpetual-risks", "version": 1}
    yield [
        paper("ShowDisclosure", language="zh", **shown),
        paper("AcknowledgeDisclosure", **shown),
    ]
    yield [paper("GiveAuthority", authority="S1", scope="margin", valid_until=None, **document)]
    yield []


def _attempt(book: _Book, **fields: Any) -> Line:
    """Ask for all that the limits allow."""
    asked = {"account": "C1-1", "product": PRODUCT, "exposure": "1000000", "concentration": "60"}
    return book.by(GATEWAY, "CheckEligibility", **(asked | fields))


def aftermath() -> list[Line]:
    """List what may befall a client who trades: only reducing is left, or not even that."""
    book = _Book("aftermath")
    placed = {"client": "C1", "ground": "documents_outstanding", "legal_basis": "agreement 4.2"}
    lifted = {"client": "C1", "reason": "documents received"}
    related = {"client": "C1", "relation": "affiliate", "party": "sister", "basis": "shareholder"}
    return [
        book.by(ANN, "RestrictClient", restriction="R1", extent="reduce_only", **placed),
        _attempt(book),
        _attempt(book, effect="reduce"),
        book.by(ANN, "RestrictClient", restriction="R2", extent="suspended", **placed),
        _attempt(book, effect="reduce"),
        book.by(ANN, "LiftRestriction", restriction="R1", **lifted),
        book.by(ANN, "LiftRestriction", restriction="R2", **lifted),
        *book.by_two("affiliate-1", "DeclareAffiliation", **related),
        _attempt(book),
        *book.by_two(
            "asset-2", "WithdrawAssetAdmission", asset="BTC", reason="reviewed", decision="c-8"
        ),
        _attempt(book),
        *book.by_two(
            "permission-2",
            "RevokePermission",
            permission="SFC-1",
            reason="its term was over",
            document=_digest("second letter"),
        ),
        _attempt(book),
        *book.by_two("product-2", "WithdrawProduct", product=PRODUCT, reason="no longer permitted"),
        _attempt(book),
        _attempt(book, product="ETH-PERP"),
    ]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()

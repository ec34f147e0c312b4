"""The requirements that the gates uphold: what the regulator asks for, where, and how sure that is.

A gate names its requirements beside its code, with `upholds`. `verified` says whether the paragraph
itself was read, or only what others write about it. An engineering reading, not legal advice.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar


class Requirement(NamedTuple):
    """What is asked for, the paragraph that asks for it, and whether its text was read."""

    says: str
    source: str
    verified: bool


REQUIREMENTS = {
    "R04": Requirement(
        "client records, classification evidence and restrictions are kept for seven years",
        "Guidelines 14.7",
        verified=True,
    ),
    "R07": Requirement(
        "nothing is destroyed while a legal hold or an authority's notice stands",
        "AML Guideline 8.8; AMLO Schedule 2 s.20(4)",
        verified=True,
    ),
    "R11": Requirement(
        "what is put right leaves the record and what it said in sight",
        "Delegated Regulation (EU) 2025/1140 Art. 2",
        verified=True,
    ),
    "R12": Requirement(
        "every record says who acted, in which function, human or automated",
        "17 CFR 240.17a-4(f)",
        verified=False,
    ),
    "R20": Requirement(
        "an order's placing, change, cancellation and execution are logged with time and unique id",
        "Guidelines Schedule 3 1(a)",
        verified=True,
    ),
    "R21": Requirement(
        "orders are recorded in time sequence: received, executed, modified, canceled, expired",
        "Guidelines 14.8(c)(i)",
        verified=True,
    ),
    "R23": Requirement(
        "an order's particulars are recorded in full, also at each change of them",
        "Guidelines 14.8(c)(iii)",
        verified=True,
    ),
    "R25": Requirement(
        "a transaction says with whom and for whose account, and is traceable through the books",
        "Guidelines 14.8(c)(v) to (vii)",
        verified=True,
    ),
    "R27": Requirement(
        "what breaks a limit on trading, position or cash is logged with the limit and the attempt",
        "Guidelines Schedule 3 1(c)",
        verified=True,
    ),
    "R28": Requirement(
        "what breaks a compliance rule is logged with the rule and the attempt",
        "Guidelines Schedule 3 1(d)",
        verified=True,
    ),
    "R29": Requirement(
        "input in error is refused and logged: a price far from the market, a size over the limit",
        "Guidelines Schedule 3 1(g), 11.13",
        verified=True,
    ),
    "R31": Requirement(
        "access rights are assigned and logged",
        "Guidelines Schedule 3 1(e)",
        verified=True,
    ),
    "R32": Requirement(
        "changes to critical parameters and master files are logged and never by one person",
        "Guidelines Schedule 3 1(f)",
        verified=True,
    ),
    "R34": Requirement(
        "an order is executed only if the client has the money or the asset for it",
        "Guidelines 7.23",
        verified=True,
    ),
    "R37": Requirement(
        "suspensions and restrictions of a client carry their reasons",
        "Guidelines 14.7(e)(ii)",
        verified=True,
    ),
    "R40": Requirement(
        "client money is not moved to the house but for its own purposes",
        "Guidelines 10.6(b), 10.11(d)",
        verified=True,
    ),
    "R48": Requirement(
        "a standing authority is written, limited in time and renewed with notice",
        "Guidelines 10.17, 10.18",
        verified=True,
    ),
    "R59": Requirement(
        "a client signs an agreement before he is served",
        "Guidelines Part IX, client agreement",
        verified=False,
    ),
    "R60": Requirement(
        "perpetual contracts are offered to professional investors only",
        "SFC framework of 11 February 2026, perpetual contracts",
        verified=False,
    ),
    "R61": Requirement(
        "a professional investor reaches the threshold of his kind",
        "Cap. 571D s.4-7",
        verified=False,
    ),
    "R62": Requirement(
        "particulars that establish the status are kept",
        "Guidelines 14.7(d)",
        verified=True,
    ),
    "R63": Requirement(
        "a corporate professional is assessed, consents, and is confirmed every year",
        "Guidelines Schedule 1",
        verified=True,
    ),
    "R64": Requirement(
        "knowledge of virtual assets is assessed, with evidence",
        "Guidelines 9.4",
        verified=True,
    ),
    "R65": Requirement(
        "knowledge of derivatives is assessed before perpetual contracts",
        "SFC framework of 11 February 2026, perpetual contracts",
        verified=False,
    ),
    "R66": Requirement(
        "risk is profiled, and exposure limited and notified",
        "Guidelines 9.6, 9.7, 11.13(b)(i)",
        verified=True,
    ),
    "R67": Requirement(
        "what is solicited suits the client, also in concentration",
        "Guidelines 9.20-9.23",
        verified=True,
    ),
    "R68": Requirement(
        "disclosures are shown and acknowledged, and again when they change",
        "Guidelines 9.22, 9.26, Schedule 2",
        verified=True,
    ),
    "R69": Requirement(
        "a client has one account, with parts",
        "Guidelines 9.24",
        verified=True,
    ),
    "R70": Requirement(
        "no gift is tied to a virtual asset but a discount on fees",
        "Guidelines 7.26(c)",
        verified=True,
    ),
    "R80": Requirement(
        "a product is approved before it is offered, and follows what retail may trade",
        "SFC framework of 11 February 2026, perpetual contracts",
        verified=False,
    ),
    "R81": Requirement(
        "prices are made by a transparent method from reliable, independent sources",
        "SFC framework of 11 February 2026, perpetual contracts",
        verified=False,
    ),
    "R82": Requirement(
        "a perpetual contract converges to its index at least daily, from holder to holder",
        "SFC framework of 11 February 2026, perpetual contracts",
        verified=False,
    ),
    "R83": Requirement(
        "margin is collected before an order is accepted",
        "SFC framework of 11 February 2026, perpetual contracts",
        verified=False,
    ),
    "R84": Requirement(
        "rules on margin are clear and enforceable, and never apply before their date",
        "SFC framework of 11 February 2026, perpetual contracts",
        verified=False,
    ),
    "R85": Requirement(
        "margin is monitored continuously",
        "SFC framework of 11 February 2026, perpetual contracts",
        verified=False,
    ),
    "R86": Requirement(
        "liquidation keeps the platform free of credit exposure, and nobody is exempt from it",
        "Framework of 11 February 2026, perpetual contracts",
        verified=False,
    ),
    "R87": Requirement(
        "how a loss is allocated is clearly defined, and its parts sum to it",
        "Framework of 11 February 2026, perpetual contracts",
        verified=False,
    ),
    "R88": Requirement(
        "what is said of the reserve fund is what the books hold",
        "In re FTX Trading Ltd., the published insurance fund",
        verified=False,
    ),
    "R89": Requirement(
        "who is deleveraged follows from a published ranking that can be made again",
        "Framework of 11 February 2026, perpetual contracts",
        verified=False,
    ),
    "R90": Requirement(
        "leverage is limited by product and client; no limit recorded means no trading",
        "SFC framework of 11 February 2026, perpetual contracts",
        verified=False,
    ),
    "R102": Requirement(
        "virtual assets are cut by at least so much before money is lent on them",
        "SFC circular 26EC5",
        verified=False,
    ),
    "R105": Requirement(
        "deviations are justified, limited in time and approved",
        "SFC FAQ on securities margin financing",
        verified=False,
    ),
    "R107": Requirement(
        "a client's assets secure anything only by an authority of his",
        "Guidelines 10.6(b), 10.17",
        verified=True,
    ),
    "R110": Requirement(
        "an affiliate makes a market only under a permission, appointed for it",
        "SFC circular 26EC6",
        verified=False,
    ),
    "R111": Requirement(
        "everything an affiliate does is stamped as such by the ledger",
        "SFC circular 26EC6",
        verified=False,
    ),
    "R115": Requirement(
        "employees' dealing is identified",
        "Guidelines 13.6-13.9",
        verified=True,
    ),
    "R124": Requirement(
        "duties are kept apart: whoever approves is another person in another function",
        "Guidelines 11.5",
        verified=True,
    ),
    "R125": Requirement(
        "assets are admitted by a decision with its reasons",
        "Guidelines 7.1-7.5, 7.11",
        verified=True,
    ),
}
"""By the number under which each is known here."""

Gate = TypeVar("Gate", bound=Callable[..., Any])

_upheld: dict[Callable[..., Any], tuple[str, ...]] = {}


def upholds(*requirements: str) -> Callable[[Gate], Gate]:
    """Declare, beside a rule or control, which requirements it upholds.

    Raises `ValueError` for a requirement that is not declared here.
    """
    if unknown := set(requirements) - REQUIREMENTS.keys():
        raise ValueError(f"no such requirement: {', '.join(sorted(unknown))}")

    def declare(gate: Gate) -> Gate:
        _upheld[gate] = requirements
        return gate

    return declare


def upheld_by(gate: Callable[..., Any]) -> tuple[str, ...]:
    """Name the requirements that a rule or control upholds; none if it declares none."""
    return _upheld.get(gate, ())

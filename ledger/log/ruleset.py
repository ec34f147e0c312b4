"""Names the rules in force: a digest of the decision code and its parameters, in every request."""

import hashlib
from functools import cache
from importlib.resources import files

from ledger.situation import TOLERANCE, Tolerance

RULE_MODULES = (
    "access",
    "account",
    "acknowledgment",
    "affiliation",
    "assessment",
    "asset",
    "booking",
    "bust",
    "chart",
    "classification",
    "client",
    "collateral",
    "contract",
    "controls/__init__",
    "controls/attempt",
    "controls/of_client",
    "controls/of_investor",
    "controls/of_order",
    "controls/of_product",
    "correction",
    "decider",
    "deleveraging",
    "disclosure",
    "eligibility",
    "evaluation",
    "fill_flags",
    "funding",
    "funding_rate",
    "funding_settlement",
    "funds",
    "haircut",
    "holding",
    "instrument",
    "journal",
    "legal_entity",
    "leverage",
    "liquidation",
    "liquidation_price",
    "mandate",
    "manual_journal",
    "margin",
    "margin_call",
    "margin_standing",
    "margin_book",
    "margin_terms",
    "margining",
    "mark",
    "numbers",
    "onboarding",
    "opening",
    "order",
    "order_reports",
    "ordering",
    "orders",
    "override",
    "owner",
    "parameters",
    "position",
    "price",
    "price_making",
    "pricing",
    "product",
    "proposal",
    "reasons",
    "refusal",
    "repaying",
    "reservation",
    "restriction",
    "retention",
    "righting",
    "schedules",
    "situation",
    "stamp",
    "standing",
    "sweep",
    "tiers",
    "timeline",
    "trade",
    "venue",
)
"""Whatever an outcome may depend on; decisions of different digests are compared apart."""


@cache
def ruleset(tolerance: Tolerance = TOLERANCE) -> str:
    """Give the first 64 bits of the SHA-256 over the rules, in hex."""
    digest = hashlib.sha256(repr(tolerance).encode())
    for module in RULE_MODULES:
        digest.update(files("ledger").joinpath(f"{module}.py").read_bytes())
    return digest.hexdigest()[:16]

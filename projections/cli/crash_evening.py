"""The demo's evening: bitcoin loses two thirds, and a client who cannot pay is liquidated.

Losses go down the published order: his margin, the reserve fund, and then the other side.
"""

from collections.abc import Iterator

from projections.cli.lines import OLI, Line, Lines, ndjson
from projections.cli.margin_noon import CURRENCY, Pricing
from projections.cli.order_flow import OrderFlow
from projections.cli.step import TOY_VENUE, Step

RULES_FILE = "liquidation_rules.ndjson"
CRASH_FILE = "crash.ndjson"

FIFI = {"kind": "human", "id": "fifi", "role": "finance"}
BACKSTOP = "BACKSTOP"
FIGURES = (
    ("liquidation.waterfall", "", "reserve_fund deleveraging allocation", "words"),
    ("liquidation.backstop", "", BACKSTOP, "words"),
    ("liquidation.fee", "", "1", "percent"),
    ("liquidation.spread", "", "10", "percent"),
    ("liquidation.adjustment", "", "1", "ratio"),
    ("liquidation.deleveraging", "", "queue", "words"),
    ("margin.call.deadline", "", "60", "minutes"),
    ("reserve.fund.target", CURRENCY, "2000", "count"),
)
GRANTS = (("watch", "service", "risk"), ("fifi", "human", "finance"))


def crash_files(seed: int) -> dict[str, str]:
    """Write the files that these steps name."""
    return {RULES_FILE: ndjson(list(_rules())), CRASH_FILE: ndjson(list(_crash(OrderFlow(seed))))}


def _rules() -> Iterator[Line]:
    """Publish who bears what, and let the house pay in: a backstop's capital, and the fund."""
    lines = Lines("liquidation-rules")
    for name, kind, function in GRANTS:
        grant = {"grantee": name, "kind": kind, "function": function}
        yield from lines.by_two(f"grant-{name}", "GrantRole", **grant)
    for number, (name, scope, value, unit) in enumerate(FIGURES, start=1):
        yield from lines.by_two(
            f"liquidation-{number}",
            "ChangeParameter",
            name=name,
            scope=scope,
            value=value,
            unit=unit,
            source="risk committee, paper 15",
            rationale="before the launch",
        )
    house = {"account": BACKSTOP, "asset": CURRENCY}
    yield lines.by(OLI, "OpenAccount", account=BACKSTOP, segregation="HOUSE")
    yield lines.by(OLI, "ReportDeposit", amount="100000", at="2026-02-12T01:00:00Z", **house)
    yield lines.by(FIFI, "ContributeToReserveFund", amount="500", **house)


def _crash(flow: OrderFlow) -> Iterator[Line]:
    """Bitcoin loses two thirds everywhere at once."""
    pricing = Pricing("crash", flow)
    yield pricing.quoted("+3.1", -39_390, -39_400, -39_410)
    yield pricing.quoted("+3.1", -39_390, -39_400, -39_410, use="collateral")
    yield pricing.marked("+3.2", -39_400)


def crash_steps() -> list[Step]:
    """List the steps of the evening."""
    return [
        Step(
            "Who bears what when somebody cannot: published by two people before it happens.",
            f"record --quiet {RULES_FILE}",
        ),
        Step("Bitcoin loses two thirds.", f"play {CRASH_FILE}", program=TOY_VENUE),
        Step(
            "The monitor finds whoever cannot keep his position. His loss ends with what he had.",
            "--as service/watch:risk monitor --once",
        ),
        Step(
            "Step by step: the deficit, what the reserve fund bore, and what the other side did.",
            "show liquidation_waterfall --columns account,step,step_type,quantity,price,"
            "loss_or_surplus,reserve_draw,adl_amount,residual",
        ),
        Step(
            "Why they and not others: the ranking, and what each gave up.",
            "show adl_report --columns rank,account,profit,leverage,score,quantity_before,"
            "quantity_deleveraged,profit_forgone,overshoot",
        ),
        Step(
            "The reserve fund as published is the fund in the books.",
            "show reserve_fund --columns asset,opening,contribution,source,draw,closing,target,"
            "coverage_ratio,published_equals_ledger",
        ),
    ]

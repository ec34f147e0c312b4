"""Coverage: which gate upholds each requirement, and which examples prove that it does.

The examples are part of the product, so whoever has it installed can have it prove itself.
"""

from ledger.coverage import (
    of_affiliates,
    of_assessment,
    of_authority,
    of_called_accounts,
    of_client,
    of_collateral,
    of_conduct,
    of_correction,
    of_deficits,
    of_eligibility,
    of_evaluation,
    of_four_eyes,
    of_funding,
    of_funding_payments,
    of_investor,
    of_late_funding,
    of_liquidation,
    of_margin,
    of_margin_calls,
    of_marks,
    of_onboarding,
    of_order_funds,
    of_order_limits,
    of_order_terms,
    of_orders,
    of_prices,
    of_product,
    of_roles,
    of_rules,
    of_schedules,
    of_substitutions,
    of_takeovers,
)
from ledger.coverage.case import Case, Gate
from ledger.coverage.report import Line, Result, gates, name_of, report

CASES: tuple[Case, ...] = (
    *of_roles.CASES,
    *of_four_eyes.CASES,
    *of_eligibility.CASES,
    *of_product.CASES,
    *of_client.CASES,
    *of_authority.CASES,
    *of_investor.CASES,
    *of_rules.CASES,
    *of_onboarding.CASES,
    *of_assessment.CASES,
    *of_conduct.CASES,
    *of_affiliates.CASES,
    *of_correction.CASES,
    *of_order_terms.CASES,
    *of_order_limits.CASES,
    *of_order_funds.CASES,
    *of_orders.CASES,
    *of_prices.CASES,
    *of_marks.CASES,
    *of_funding.CASES,
    *of_funding_payments.CASES,
    *of_late_funding.CASES,
    *of_schedules.CASES,
    *of_margin.CASES,
    *of_margin_calls.CASES,
    *of_called_accounts.CASES,
    *of_liquidation.CASES,
    *of_takeovers.CASES,
    *of_deficits.CASES,
    *of_evaluation.CASES,
    *of_collateral.CASES,
    *of_substitutions.CASES,
)
"""Every case, each of which names the gate that it proves."""

__all__ = ["CASES", "Case", "Gate", "Line", "Result", "gates", "name_of", "report"]

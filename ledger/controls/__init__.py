"""The controls before the trade, in the order in which they speak: the first refusal wins.

Each is a function of an attempt and names the requirements that it upholds. What has lapsed must
not keep a client from closing risk, so most controls bind only an increase. There is no exemption
per account: a control that can be waived is, for a time, by an override that two people granted.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ledger.controls.attempt import Attempt, Breach
from ledger.controls.of_client import (
    account_usable,
    affiliate_appointed,
    agreement_signed,
    authority_given,
    disclosures_acknowledged,
    not_restricted,
    not_suspended,
)
from ledger.controls.of_investor import (
    concentration_limited,
    consented,
    corporation_assessed,
    exposure_limited,
    knows_derivatives,
    knows_virtual_assets,
    professional,
    profiled,
    suitable,
)
from ledger.controls.of_order import (
    funds_available,
    in_steps,
    instrument_specified,
    leverage_capped,
    not_called,
    not_expired,
    not_in_liquidation,
    only_reduces,
    orders_limited,
    position_limited,
    price_in_band,
    price_known,
    size_limited,
)
from ledger.controls.of_product import (
    parameters_recorded,
    permitted,
    product_approved,
    product_open,
    references_admitted,
)
from ledger.events import Effect
from ledger.reasons import Reason


class Control(NamedTuple):
    """A control: whether it also binds who only reduces, and which refusals can be waived."""

    name: str
    examine: Callable[[Attempt], Breach | None]
    binds_reducing: bool = False
    waivable: frozenset[Reason] = frozenset()


CONTROLS = (
    Control("product_approved", product_approved, binds_reducing=True),
    Control("product_open", product_open),
    Control("permission", permitted),
    Control("references", references_admitted),
    Control("parameters", parameters_recorded),
    Control("account", account_usable, binds_reducing=True),
    Control("suspension", not_suspended, binds_reducing=True),
    Control("restriction", not_restricted),
    Control("agreement", agreement_signed),
    Control("professional", professional),
    Control("consent", consented),
    Control("assessment", corporation_assessed),
    Control("knowledge", knows_virtual_assets),
    Control("derivatives_knowledge", knows_derivatives),
    Control("risk_profile", profiled),
    Control("exposure", exposure_limited, waivable=frozenset({Reason.EXPOSURE_EXCEEDED})),
    Control(
        "concentration",
        concentration_limited,
        waivable=frozenset({Reason.CONCENTRATION_EXCEEDED}),
    ),
    Control("suitability", suitable),
    Control("disclosures", disclosures_acknowledged),
    Control("authority", authority_given),
    Control("market_maker", affiliate_appointed),
    Control("instrument", instrument_specified, binds_reducing=True),
    Control("steps", in_steps, binds_reducing=True),
    Control("expiry", not_expired, binds_reducing=True),
    Control("size", size_limited, binds_reducing=True),
    Control("prevailing_price", price_known, binds_reducing=True),
    Control("price_band", price_in_band, binds_reducing=True),
    Control("reducing", only_reduces, binds_reducing=True),
    Control("leverage", leverage_capped),
    Control("open_orders", orders_limited, binds_reducing=True),
    Control("position", position_limited),
    Control("liquidation", not_in_liquidation, binds_reducing=True),
    Control("margin_call", not_called),
    Control("funds", funds_available, binds_reducing=True),
)
"""In order of precedence, which is that of their reasons."""


class Finding(NamedTuple):
    """What a control found: `override` names what waived it; `lapsed` binds no reduction."""

    control: Control
    breach: Breach
    override: str | None
    lapsed: bool

    @property
    def refuses(self) -> bool:
        """Tell whether the attempt fails here."""
        return self.override is None and not self.lapsed


class Clearance(NamedTuple):
    """What every control had to say: the finding that refuses, if any, and what else was found."""

    refusal: Finding | None
    lapsed: tuple[Reason, ...]
    overrides: tuple[str, ...]


def findings(attempt: Attempt) -> Iterator[Finding]:
    """Go through all controls in order and give what each misses."""
    for control in CONTROLS:
        breach = control.examine(attempt)
        if breach is not None:
            yield _finding(attempt, control, breach)


def _finding(attempt: Attempt, control: Control, breach: Breach) -> Finding:
    reducing = attempt.effect is Effect.REDUCE and not control.binds_reducing
    return Finding(control, breach, _override(attempt, control, breach), reducing)


def clear(attempt: Attempt) -> Clearance:
    """Go through the controls up to the first refusal."""
    lapsed: list[Reason] = []
    overrides: list[str] = []
    for finding in findings(attempt):
        if finding.refuses:
            return Clearance(finding, tuple(lapsed), tuple(overrides))
        if finding.lapsed:
            lapsed.append(finding.breach.reason)
        elif finding.override:
            overrides.append(finding.override)
    return Clearance(None, tuple(lapsed), tuple(overrides))


def _override(attempt: Attempt, control: Control, breach: Breach) -> str | None:
    """Name the override in force that waives what a control refuses for this client."""
    if breach.reason not in control.waivable:
        return None
    for name, override in attempt.client.overrides.items():
        if override.control == control.name and override.term.covers(attempt.now):
            return name
    return None

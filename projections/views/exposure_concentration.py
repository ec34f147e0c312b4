"""How far every client is exposed: as his last order states, against his limit, and as evaluated.

`exposure` (HKD) and `concentration` (percent) are what the last order that states them would lead
to, accepted or not; `utilisation_pct` and `breached` hold them to the limit in force. What is
evaluated is of one account, the last that was, in its own currency. The last of each is the latest
by `at`. `last_review` is when the limit was set.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Column, MetaData, Table, Text

from ledger.events import ExposureLimitSet, MarginEvaluated, OrderReceived, Recorded
from ledger.instants import Instant
from ledger.numbers import PERCENT, Amount, OutOfRange, Rounding, amount, round_to, share
from projections.change import Key, Row
from projections.copying import WORDS
from projections.exact import ExactAmount, Nanoseconds
from projections.tally import Tally

table = Table(
    "exposure_concentration",
    MetaData(),
    Column("client", Text, primary_key=True),
    Column("exposure", ExactAmount),
    Column("concentration", ExactAmount),
    Column("order_id", Text),
    Column("stated_at", Nanoseconds),
    Column("exposure_limit", ExactAmount),
    Column("concentration_limit", ExactAmount),
    Column("utilisation_pct", ExactAmount),
    Column("breached", Text),
    Column("wealth_band", Text),
    Column("last_review", Nanoseconds),
    Column("review_due", Nanoseconds),
    Column("evaluated_exposure", ExactAmount),
    Column("evaluated_concentration", ExactAmount),
    Column("top", Text),
    Column("currency", Text),
    Column("account", Text),
    Column("evaluated_at", Nanoseconds),
)

UTILISATION_UNIT = amount("0.01")


class Exposed(NamedTuple):
    """A row, without its key."""

    exposure: Amount | None = None
    concentration: Amount | None = None
    order_id: str | None = None
    stated_at: Instant | None = None
    exposure_limit: Amount | None = None
    concentration_limit: Amount | None = None
    utilisation_pct: Amount | None = None
    breached: str | None = None
    wealth_band: str | None = None
    last_review: Instant | None = None
    review_due: Instant | None = None
    evaluated_exposure: Amount | None = None
    evaluated_concentration: Amount | None = None
    top: str | None = None
    currency: str | None = None
    account: str | None = None
    evaluated_at: Instant | None = None


UNKNOWN = Exposed()


def parts(recorded: Recorded) -> Iterator[tuple[Key, Recorded]]:
    """Hand what is stated, allowed and evaluated to the client."""
    match recorded.event:
        case OrderReceived(client=str(client), exposure=exposure) if exposure is not None:
            yield (client,), recorded
        case ExposureLimitSet(client=client) | MarginEvaluated(client=str(client)):
            yield (client,), recorded


def step(state: Row | None, recorded: Recorded) -> tuple[Row, tuple[()]]:
    """Show the latest of each kind, and hold what is stated to the limit."""
    known: Any = state
    exposed = UNKNOWN if known is None else Exposed(*known)
    return _held_to_limit(_told(exposed, recorded)), ()


def _told(exposed: Exposed, recorded: Recorded) -> Exposed:
    event, at = recorded.event, recorded.at
    match event:
        case OrderReceived() if _is_latest(at, exposed.stated_at):
            return exposed._replace(
                exposure=event.exposure,
                concentration=event.concentration,
                order_id=event.order_id,
                stated_at=at,
            )
        case ExposureLimitSet() if _is_latest(at, exposed.last_review):
            return exposed._replace(
                exposure_limit=event.limit,
                concentration_limit=event.concentration,
                wealth_band=event.wealth_band,
                last_review=at,
                review_due=event.review_due,
            )
        case MarginEvaluated() if _is_latest(at, exposed.evaluated_at):
            return exposed._replace(
                evaluated_exposure=event.exposure,
                evaluated_concentration=event.concentration,
                top=event.top,
                currency=event.currency,
                account=event.account,
                evaluated_at=at,
            )
        case _:
            return exposed


def _is_latest(at: Instant, known: Instant | None) -> bool:
    return known is None or at >= known


def _held_to_limit(exposed: Exposed) -> Exposed:
    """Say how much of the limit is used, and whether either limit is exceeded."""
    exposure, limit = exposed.exposure, exposed.exposure_limit
    concentration, limit_of_it = exposed.concentration, exposed.concentration_limit
    if exposure is None or limit is None or limit_of_it is None:
        return exposed
    concentrated = concentration is not None and concentration > limit_of_it
    breached = WORDS[exposure > limit or concentrated]
    return exposed._replace(utilisation_pct=_utilisation(exposure, limit), breached=breached)


def _utilisation(exposure: Amount, limit: Amount) -> Amount | None:
    """Give the part of a limit that is used, in percent; none of no limit, or beyond any amount."""
    if not limit:
        return None
    try:
        return round_to(share(exposure, PERCENT, limit), UTILISATION_UNIT, Rounding.HALF_EVEN)
    except OutOfRange:
        return None


view = Tally("exposure_concentration", table, version=1, memory=table, parts=parts, step=step)

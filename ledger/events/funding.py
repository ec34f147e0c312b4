"""Events of funding: what keeps a perpetual contract near its index, paid from holder to holder.

Nobody else earns by it: what rounding leaves goes to an account of its own.
"""

from enum import StrEnum

from ledger.chart import Segregation
from ledger.events.approval import Approved
from ledger.events.event import Event
from ledger.instants import Instant
from ledger.numbers import ZERO, Amount, Rounding
from ledger.reasons import Flag


class Averaging(StrEnum):
    """How the samples of an interval become one premium.

    Mean: all alike, padded with zeros up to the least number of samples (dYdX). Linear: the i-th
    counts i times (Binance). Last: the last one alone.
    """

    MEAN = "mean"
    LINEAR = "linear"
    LAST = "last"


class FundingRuleSet(Approved, frozen=True):
    """How funding is reckoned from `effective_from` on.

    Intervals of so many seconds end at whole multiples of it since 1970. The rate is
    (P + clamp(interest - P, -damper, +damper)) x interval / period for an average premium P, within
    `cap` either way, half-even to `rate_unit`; without a damper it is P x interval / period, and
    without a cap it has no bound. `rounding` is that of each payment, as its holder sees it.
    """

    instrument: str
    interval: int
    period: int
    averaging: Averaging
    samples_min: int
    interest: Amount
    damper: Amount | None
    cap: Amount | None
    rate_unit: Amount
    rounding: Rounding
    effective_from: Instant


class PremiumSampled(Event, frozen=True):
    """How far the book stood from the index: (max(0, bid - I) - max(0, I - ask)) / I.

    It counts for the interval that ends at `until`. `bid` and `ask` are the prices at which a set
    amount could be sold and bought, `index` is the sequence of the index price.
    """

    instrument: str
    until: Instant
    premium: Amount
    bid: Amount
    ask: Amount
    index: int
    index_price: Amount


class FundingRateFixed(Event, frozen=True):
    """The rate of the interval that ends at `until`, and the mark at which it is paid.

    `premium` is the average of so many `samples`; `rule` and `mark` are sequences. `accrued` is
    rate x mark, cut towards zero: the sum of it over time is a funding index.
    """

    instrument: str
    since: Instant
    until: Instant
    samples: int
    premium: Amount
    rate: Amount
    rule: int
    mark: int
    mark_price: Amount
    accrued: Amount
    flags: tuple[Flag, ...] = ()


class FundingSettled(Event, frozen=True):
    """What one account pays (below zero) or receives for an interval, by what it holds.

    That is `quantity`, as the log stands when the interval is paid; `fixed` is the sequence of the
    rate.
    """

    account: str
    instrument: str
    until: Instant
    quantity: Amount
    mark_price: Amount
    rate: Amount
    amount: Amount
    asset: str
    fixed: int
    segregation: Segregation = Segregation.CLIENT_TRUST
    client: str | None = None
    flags: tuple[Flag, ...] = ()


class FundingIntervalSettled(Event, frozen=True):
    """An interval is paid: what longs and shorts together paid and received, and what is left.

    `suspended` is the quantity that waits in suspense and `suspended_amount` its part; `residual`
    is what rounding left, and goes to an account of its own.
    """

    instrument: str
    until: Instant
    accounts: int
    paid: Amount
    received: Amount
    residual: Amount
    asset: str
    fixed: int
    suspended: Amount = ZERO
    suspended_amount: Amount = ZERO

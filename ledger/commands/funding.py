"""Commands about funding: the rule, samples of the premium, the rate, and who pays whom."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from ledger.commands.command import (
    AmountField,
    DatedChange,
    Identifier,
    NonNegativeAmount,
    PositiveAmount,
    Reckoning,
)
from ledger.commands.instrument import MARKET, PROGRAMS
from ledger.commands.product import OFFERING
from ledger.events import Averaging
from ledger.numbers import Rounding

ACCOUNTS_MAX = 100_000
DAY_SECONDS = 86_400
SAMPLES_MAX = 100_000


class SetFundingRule(DatedChange):
    """Say how funding is reckoned: interval and period in seconds, interest, damper and cap.

    Rates are ratios, such as 0.0001. `rounding` is that of a payment as its holder sees it: down
    lets the payer pay up and the receiver get less, so that nobody is paid from nowhere.
    """

    STREAM = "funding"
    NAMED_BY = "instrument"
    FUNCTIONS = OFFERING

    instrument: Identifier
    interval: int = Field(ge=1, le=366 * DAY_SECONDS)
    period: int = Field(ge=1, le=366 * DAY_SECONDS)
    averaging: Averaging = Averaging.MEAN
    samples_min: int = Field(default=1, ge=1, le=SAMPLES_MAX)
    interest: AmountField
    damper: NonNegativeAmount | None = None
    cap: PositiveAmount | None = None
    rate_unit: PositiveAmount
    rounding: Rounding = Rounding.DOWN

    @model_validator(mode="after")
    def _leaves_something(self) -> Self:
        if self.rounding is not Rounding.DOWN and self.rounding is not Rounding.TOWARD_ZERO:
            raise ValueError("rounding: down, or toward_zero, which may leave less than nothing")
        return self


class SamplePremium(Reckoning):
    """Sample how far the book stands from the index, at the prices of a set amount, as of `at`."""

    STREAM = "funding"
    NAMED_BY = "instrument"
    FUNCTIONS = MARKET
    KINDS = PROGRAMS

    instrument: Identifier
    bid: PositiveAmount
    ask: PositiveAmount

    @model_validator(mode="after")
    def _is_a_book(self) -> Self:
        if self.bid > self.ask:
            raise ValueError("ask: not below the bid")
        return self


class FixFundingRate(Reckoning):
    """Fix the rate of the interval that ends at `at`, by its samples and the rule in force.

    Long after, when the mark of that moment is no longer remembered, `mark` says where it stands in
    the log.
    """

    STREAM = "funding"
    NAMED_BY = "instrument"
    FUNCTIONS = MARKET
    KINDS = PROGRAMS
    CITES = True

    instrument: Identifier
    mark: int | None = Field(default=None, ge=1)


class SettleFunding(Reckoning):
    """Pay the interval that ended at `at`: name every account that holds the contract, together.

    All of it or nothing: longs and shorts must be as many, with what is `suspended`, the signed
    quantity that waits in suspense.
    """

    STREAM = "funding"
    NAMED_BY = "instrument"
    FUNCTIONS = MARKET
    KINDS = PROGRAMS

    instrument: Identifier
    accounts: tuple[Identifier, ...] = Field(max_length=ACCOUNTS_MAX)
    suspended: AmountField | None = None

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.accounts)) < len(self.accounts):
            raise ValueError("accounts: each account stands once")
        return self


class SettleFundingLate(Reckoning):
    """Pay whoever was left out of the interval that ended at `at`, by what he held as it was paid.

    `records` are the sequences of the fills that say so, one for each account. `suspended` takes
    back what was put in suspense for somebody by mistake, or puts there what was left out.
    """

    STREAM = "funding"
    NAMED_BY = "instrument"
    FUNCTIONS = MARKET
    KINDS = PROGRAMS
    CITES = True

    instrument: Identifier
    records: tuple[Annotated[int, Field(ge=1)], ...] = Field(min_length=1, max_length=ACCOUNTS_MAX)
    suspended: AmountField | None = None

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.records)) < len(self.records):
            raise ValueError("records: each record stands once")
        return self

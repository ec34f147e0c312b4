"""Cases of the controls of an order itself: its contract, steps, end, size and price."""

from ledger.controls.of_order import (
    in_steps,
    instrument_specified,
    not_expired,
    price_in_band,
    price_known,
    size_limited,
)
from ledger.coverage.case import JUST_AFTER, NOW, Case, Refused
from ledger.coverage.market import (
    CONTRACT,
    LONG,
    MARKET,
    PREVAILING,
    declines,
    takes,
)
from ledger.coverage.priced_market import BEFORE_THEN, MARK, METHODS, PRICED, THEN, priced
from ledger.events import ContractKind, ReferencePriceReported
from ledger.numbers import amount
from ledger.reasons import Reason

UNSPECIFIED = MARKET.changed(CONTRACT, effective_from=JUST_AFTER)
FAR_OFF = ReferencePriceReported(instrument="BTC-PERP", price=amount("10"))
NOW_TEXT = "2026-02-11T08:00:00.000000000Z"

CASES: tuple[Case, ...] = (
    declines(
        instrument_specified,
        "one nanosecond before the terms of a contract take effect no order for it is accepted",
        Refused(Reason.INSTRUMENT_UNKNOWN, attempted="BTC-PERP"),
        UNSPECIFIED,
    ),
    declines(
        instrument_specified,
        "nor is an order that only reduces",
        Refused(Reason.INSTRUMENT_UNKNOWN, attempted="BTC-PERP"),
        UNSPECIFIED,
        reduce_only=True,
    ),
    declines(
        instrument_specified,
        "a pair that is delivered is not traded as the perpetual contract that was approved",
        Refused(Reason.INSTRUMENT_UNKNOWN, "perpetual", "spot"),
        MARKET.changed(CONTRACT, kind=ContractKind.SPOT, base="BTC"),
    ),
    declines(
        instrument_specified,
        "a contract on another asset is not traded as the one that was approved",
        Refused(Reason.INSTRUMENT_UNKNOWN, "BTC", "ETH"),
        MARKET.changed(CONTRACT, reference="ETH"),
    ),
    takes(instrument_specified, "with the terms of the contract in force an order is accepted"),
    declines(
        in_steps,
        "a price that is no multiple of the tick is refused",
        Refused(Reason.PRICE_OFF_TICK, "0.5", "1000.25"),
        price="1000.25",
    ),
    declines(
        in_steps,
        "a stop price that is no multiple of the tick is refused",
        Refused(Reason.PRICE_OFF_TICK, "0.5", "1000.1"),
        order_type="stop",
        price=None,
        stop_price="1000.1",
    ),
    declines(
        in_steps,
        "a quantity that is no multiple of the lot is refused, also where it only reduces",
        Refused(Reason.QUANTITY_OFF_LOT, "0.01", "1.005"),
        LONG,
        quantity="1.005",
        side="sell",
        reduce_only=True,
    ),
    takes(in_steps, "a price on the tick and a quantity on the lot are accepted", price="999.5"),
    declines(
        not_expired,
        "an order that ends at this moment is refused",
        Refused(Reason.ALREADY_EXPIRED, NOW_TEXT, NOW_TEXT),
        expires_at="2026-02-11T08:00:00Z",
        time_in_force="gtd",
    ),
    declines(
        not_expired,
        "so is one that only reduces",
        Refused(Reason.ALREADY_EXPIRED, NOW_TEXT, NOW_TEXT),
        LONG,
        side="sell",
        reduce_only=True,
        expires_at="2026-02-11T08:00:00Z",
        time_in_force="gtd",
    ),
    takes(
        not_expired,
        "an order that ends one nanosecond later is accepted",
        expires_at="2026-02-11T08:00:00.000000001Z",
        time_in_force="gtd",
    ),
    declines(
        size_limited,
        "an order of one lot more than the largest is refused",
        Refused(Reason.ORDER_TOO_LARGE, "50", "50.01"),
        quantity="50.01",
    ),
    declines(
        size_limited,
        "an order worth a cent more than the most is refused, also where it only reduces",
        Refused(Reason.ORDER_TOO_LARGE, "4999.99", "5000"),
        LONG.changed(CONTRACT, value_max=amount("4999.99")),
        quantity="5",
        side="sell",
        reduce_only=True,
    ),
    takes(
        size_limited,
        "an order that is worth just the most is accepted",
        MARKET.changed(CONTRACT, value_max=amount("1000")),
    ),
    declines(
        size_limited,
        "where a lot of it is worth less than the least that is booked an order is refused",
        Refused(Reason.ORDER_TOO_SMALL, "100", "1000"),
        MARKET.changed(CONTRACT, value_unit=amount("100")),
    ),
    takes(
        size_limited,
        "where a lot of it is worth just that an order is accepted",
        MARKET.changed(CONTRACT, value_unit=amount("10")),
    ),
    declines(
        price_known,
        "while no prevailing price is known no order is accepted",
        Refused(Reason.REFERENCE_PRICE_MISSING, attempted="BTC-PERP"),
        MARKET.without(PREVAILING),
    ),
    declines(
        price_known,
        "nor is one that only reduces",
        Refused(Reason.REFERENCE_PRICE_MISSING, attempted="BTC-PERP"),
        LONG.without(PREVAILING),
        side="sell",
        reduce_only=True,
    ),
    takes(
        price_known,
        "with a prevailing price a market order is accepted",
        order_type="market",
        price=None,
    ),
    declines(
        price_known,
        "at a mark one nanosecond too old no order is accepted",
        Refused(Reason.PRICE_STALE, attempted="BTC-PERP"),
        priced(mark=BEFORE_THEN),
    ),
    takes(price_known, "at a mark that serves for the last time an order is accepted", PRICED),
    declines(
        price_known,
        "what is reported beside a mark that is too old does not take its place",
        Refused(Reason.PRICE_STALE, attempted="BTC-PERP"),
        priced(mark=BEFORE_THEN).then("price-BTC-PERP", FAR_OFF, at=NOW),
    ),
    takes(
        price_in_band,
        "a limit is held to the mark, whatever is reported beside it",
        PRICED.then("price-BTC-PERP", FAR_OFF, at=NOW),
    ),
    takes(
        price_in_band,
        "a mark prevails though what was reported before it is dated later",
        METHODS.then("price-BTC-PERP", FAR_OFF, at=NOW).then("price-BTC-PERP", MARK, at=THEN),
    ),
    declines(
        price_in_band,
        "a limit near what is reported beside the mark is refused",
        Refused(Reason.PRICE_OUTSIDE_BAND, "1000", "10"),
        PRICED.then("price-BTC-PERP", FAR_OFF, at=NOW),
        price="10",
    ),
    declines(
        price_in_band,
        "a limit one tick beyond the band is refused",
        Refused(Reason.PRICE_OUTSIDE_BAND, "1000", "1100.5"),
        price="1100.5",
    ),
    declines(
        price_in_band,
        "so is one a tick below it, also where it only reduces",
        Refused(Reason.PRICE_OUTSIDE_BAND, "1000", "899.5"),
        LONG,
        side="sell",
        price="899.5",
        reduce_only=True,
    ),
    declines(
        price_in_band,
        "the limit of a stop order is held to its stop price",
        Refused(Reason.PRICE_OUTSIDE_BAND, "1200", "1000"),
        order_type="stop_limit",
        stop_price="1200",
    ),
    declines(
        price_in_band,
        "a stop to buy that the market is above already is refused",
        Refused(Reason.STOP_REACHED, "1000", "999.5"),
        order_type="stop",
        price=None,
        stop_price="999.5",
    ),
    declines(
        price_in_band,
        "so is a stop to sell that it is below already, also where it only reduces",
        Refused(Reason.STOP_REACHED, "1000", "1000.5"),
        LONG,
        order_type="stop",
        price=None,
        stop_price="1000.5",
        side="sell",
        reduce_only=True,
    ),
    takes(
        price_in_band,
        "a stop at the prevailing price is accepted",
        order_type="stop",
        price=None,
        stop_price="1000",
    ),
    takes(price_in_band, "a limit at the upper edge of the band is accepted", price="1100"),
    takes(price_in_band, "a limit at the lower edge of the band is accepted", price="900"),
)

"""What random orders and contracts may say, so that many of them hang together."""

from collections import ChainMap

from hypothesis import strategies as st

TOMORROW = "2026-02-12T08:00:00Z"

accounts = st.sampled_from(["A", "B", "H", "M"])

CONTRACT: dict[str, object] = {
    "instrument": "P",
    "kind": "linear",
    "quote": "USD",
    "settlement": "USD",
    "reference": "BTC",
    "multiplier": "1",
    "tick": "0.5",
    "lot": "0.5",
    "value_unit": "0.01",
    "fee_unit": "0.01",
    "maker_fee": "0",
    "taker_fee": "0.001",
    "band": "50",
    "quantity_max": "10",
    "value_max": "100",
    "position_max": "20",
    "open_orders_max": 5,
}
fees = st.sampled_from(["0.001", "0.002"])
kinds = st.sampled_from(
    [
        {},
        {"kind": "inverse"},
        {"kind": "spot", "base": "BTC", "instrument": "Q"},
        {"kind": "quanto", "settlement": "GBP"},
    ]
)
sizes = st.fixed_dictionaries(
    {
        "account": accounts,
        "instrument": st.sampled_from(["P", "P", "Q"]),
        "side": st.sampled_from(["buy", "sell"]),
        "quantity": st.sampled_from(["0.5", "1", "2", "0.25"]),
        "reduce_only": st.booleans(),
        "exposure": st.just("1"),
        "concentration": st.just("1"),
    }
)
types = st.sampled_from(
    [
        {"price": "1"},
        {"price": "1.5", "post_only": True},
        {"order_type": "market"},
        {"order_type": "stop", "stop_price": "1"},
        {"order_type": "stop_limit", "stop_price": "1", "price": "1"},
    ]
)
times = st.sampled_from([{}, {}, {"time_in_force": "gtd", "expires_at": TOMORROW}])

terms = st.builds(lambda kind, fee: CONTRACT | kind | {"taker_fee": fee}, kinds, fees)
"""What the terms of an instrument may say."""

orders = st.builds(lambda *parts: dict(ChainMap(*parts)), sizes, types, times)
"""What an order may ask for."""

"""What random commands about prices, funding, margin and collateral may say, to hang together."""

from typing import Any

from hypothesis import strategies as st

from ledger.commands import (
    AllocateLoss,
    Command,
    DeleveragePositions,
    ReckonMark,
    ReckonPrice,
    SamplePremium,
    SealTicks,
    SetFundingRule,
    SetHaircutSchedule,
    SetMarginSchedule,
    SetMarkMethod,
    SetPriceMethod,
    SettleFunding,
    SettleFundingLate,
    SubstituteCollateral,
)
from tests.domain.orders_said import TOMORROW, accounts

TODAY = "2026-02-11T08:00:00Z"

_dates = st.none() | st.sampled_from([TODAY, TOMORROW])
_moments = st.sampled_from([TODAY, "2026-02-11T07:59:59Z"])
_instruments = st.sampled_from(["P", "P", "Q"])
_uses = st.sampled_from(["index", "collateral"])
_assets = st.sampled_from(["USD", "BTC", "GBP"])

METHOD: dict[str, Any] = {
    "name": "x",
    "use": "index",
    "asset": "BTC",
    "currency": "USD",
    "sources": [{"source": "a", "weight": "1"}, {"source": "b", "weight": "2", "own": True}],
    "stale_after": 10,
    "deviation": "10",
    "sources_min": 2,
    "lasts": 60,
    "unit": "0.01",
}
MARK_METHOD: dict[str, Any] = {
    "instrument": "P",
    "kind": "fair",
    "index": "x",
    "lasts": 60,
    "unit": "0.5",
}
FUNDING_RULE: dict[str, Any] = {
    "instrument": "P",
    "interval": 3600,
    "period": 28_800,
    "interest": "0.0001",
    "damper": "0.0005",
    "cap": "0.01",
    "rate_unit": "0.00000001",
}
TIERS = [
    {"floor": "0", "initial": "10", "maintenance": "5"},
    {"floor": "50", "initial": "20", "maintenance": "10"},
]
HAIRCUTS = [{"floor": "0", "haircut": "20"}, {"floor": "5", "haircut": "50"}]


def _quotes(price: str, other: str) -> list[dict[str, str]]:
    return [
        {"source": "a", "price": price, "at": TODAY},
        {"source": "b", "price": other, "at": TODAY},
    ]


def _book(bid: str, last: str) -> dict[str, str]:
    return {"bid": bid, "ask": "1.5", "last": last}


_sharing = st.fixed_dictionaries(
    {
        "account": accounts,
        "case": st.integers(1, 2),
        "instrument": _instruments,
        "accounts": st.lists(accounts, max_size=3, unique=True),
        "suspended": st.none() | st.sampled_from(["1", "-1"]),
        "at": _moments,
    }
)
_prices = st.sampled_from(["0.5", "1", "1.5"])
_said = {"effective_from": _dates}

SAID: dict[type[Command], st.SearchStrategy[dict[str, Any]]] = {
    SetPriceMethod: st.builds(
        lambda named, date: {**METHOD, **named, "effective_from": date},
        st.sampled_from([{"use": "index", "name": "x"}, {"use": "collateral", "name": "BTC"}]),
        _dates,
    ),
    ReckonPrice: st.fixed_dictionaries(
        {
            "name": st.sampled_from(["x", "BTC"]),
            "use": _uses,
            "quotes": st.builds(_quotes, _prices, _prices),
            "at": _moments,
        }
    ),
    SetMarkMethod: st.builds(
        lambda kind, date: {**MARK_METHOD, "kind": kind, "effective_from": date},
        st.sampled_from(["index", "fair", "median"]),
        _dates,
    ),
    ReckonMark: st.builds(
        lambda instrument, book, at: {"instrument": instrument, "at": at, **book},
        _instruments,
        st.just({}) | st.builds(_book, _prices, _prices),
        _moments,
    ),
    SetFundingRule: st.builds(
        lambda interval, date: {**FUNDING_RULE, "interval": interval, "effective_from": date},
        st.sampled_from([1, 3600, 28_800, 172_800]),
        _dates,
    ),
    SamplePremium: st.fixed_dictionaries(
        {"instrument": _instruments, "bid": _prices, "ask": st.just("1.5"), "at": _moments}
    ),
    SettleFunding: st.fixed_dictionaries(
        {
            "instrument": _instruments,
            "accounts": st.lists(accounts, max_size=3, unique=True),
            "suspended": st.none() | st.sampled_from(["1", "-1"]),
            "at": _moments,
        }
    ),
    SettleFundingLate: st.fixed_dictionaries(
        {
            "instrument": _instruments,
            "records": st.lists(st.integers(1, 60), min_size=1, max_size=3, unique=True),
            "suspended": st.none() | st.sampled_from(["1", "-1"]),
            "at": _moments,
        }
    ),
    DeleveragePositions: _sharing,
    AllocateLoss: _sharing,
    SetMarginSchedule: st.fixed_dictionaries(
        {"instrument": _instruments, "tiers": st.sampled_from([TIERS, TIERS[:1]]), **_said}
    ),
    SetHaircutSchedule: st.fixed_dictionaries(
        {
            "asset": _assets,
            "purpose": st.sampled_from(["perpetual_margin", "lending", "capital"]),
            "tiers": st.sampled_from([HAIRCUTS, HAIRCUTS[:1], []]),
            "concentration": st.none() | st.just("60"),
            **_said,
        }
    ),
    SealTicks: st.fixed_dictionaries(
        {
            "feed": st.just("x"),
            "batch": st.integers(1, 2),
            "lines": st.just(7),
            "lines_digest": st.just("0" * 64),
            "since": st.just(TODAY),
            "until": st.just(TODAY),
            "kinds": st.just({"trade": 7}),
            "at": _moments,
        }
    ),
    SubstituteCollateral: st.fixed_dictionaries(
        {
            "account": accounts,
            "asset": st.just("BTC"),
            "amount": st.just("1"),
            "with_asset": st.just("USD"),
            "with_amount": st.sampled_from(["1", "2"]),
            "authority": st.just("x"),
        }
    ),
}
"""By type of command all that it says, where its fields must fit each other."""

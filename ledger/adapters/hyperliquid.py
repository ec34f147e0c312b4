"""Hyperliquid: what many users did, as CSV: fills, deposits and withdrawals, and liquidations.

A file names its users by their wallets. A wallet is personal data: a reader splits the file by it,
and whoever imports turns it into a pseudonym; neither a key nor any other part of a line that goes
into a record is made from it. Rows have no ids: one is told from another of its user by what it
says, and identical ones by their number of occurrence. The venue states no balances, no fees and no
funding here, so fills move positions, and only deposits and withdrawals move cash.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from ledger.adapters.executions import Execution
from ledger.adapters.rows import Row, nearest_shape, read_rows
from ledger.adapters.statement import Statement, StatementAsset, StatementLine
from ledger.events import AssetKind, ExecutionKind, Liquidity, MovementKind
from ledger.instants import Instant
from ledger.numbers import ZERO, Amount, negate

VENUE = "hyperliquid"
FILLS = ("time", "user", "coin", "side", "px", "sz", "crossed")
TRANSFERS = ("time", "user", "delta_usd")
LIQUIDATIONS = (
    "time",
    "user",
    "liquidated_ntl_pos",
    "liquidated_account_value",
    "leverage_type",
)
DOLLAR = StatementAsset("USDC", 6, AssetKind.VIRTUAL_ASSET)
SIDES = {"Bid": True, "Ask": False}
LIQUIDITIES = {"true": Liquidity.TAKER, "false": Liquidity.MAKER}

_time = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", re.ASCII)
_EXAMPLE = "2023-02-27T15:02:26Z"
_wallet = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_coin = re.compile(r"[A-Za-z0-9][!-~]{0,15}", re.ASCII)
_odd = re.compile(r"[^A-Za-z0-9.-]", re.ASCII)
_Line = TypeVar("_Line", StatementLine, Execution)
_Value = TypeVar("_Value")


class Liquidation(NamedTuple):
    """A liquidation as the venue reports it: of whom, and what his positions and all were worth."""

    number: int
    at: Instant
    user: str
    notional: Amount
    account_value: Amount
    margin: str


def read_users(data: bytes) -> dict[str, Statement]:
    """Read fills or transfers, by the wallet of the user.

    Raises `Malformed` with line, field and remedy.
    """
    if nearest_shape(data, (FILLS, TRANSFERS)) == FILLS:
        fills = by_user(read_rows(data, FILLS), _execution)
        return {user: statement_of(executions=found) for user, found in fills.items()}
    moved = by_user(read_rows(data, TRANSFERS), _movement)
    return {user: statement_of(lines=found) for user, found in moved.items()}


def read_liquidations(data: bytes) -> list[Liquidation]:
    """Read the venue's list of liquidations, by time; raises `Malformed` as `read_users` does."""
    found = [
        Liquidation(
            number=row.number,
            at=_at(row),
            user=_user(row),
            notional=_above_zero(row, "liquidated_ntl_pos"),
            account_value=row.amount("liquidated_account_value"),
            margin=row.word("leverage_type"),
        )
        for row in read_rows(data, LIQUIDATIONS)
    ]
    return sorted(found, key=lambda liquidation: (liquidation.at, liquidation.number))


def instrument_of(coin: str) -> str:
    """Name the perpetual of a coin; what no name of ours may hold is written as `_` and its code.

    >>> instrument_of("ARB"), instrument_of("xyz:GOLD")
    ('ARB-PERP', 'xyz_3AGOLD-PERP')
    """
    return _odd.sub(lambda found: f"_{ord(found[0]):02X}", coin) + "-PERP"


def by_user(rows: list[Row], read: Callable[[Row, str], _Line]) -> dict[str, tuple[_Line, ...]]:
    """Read each row under a key of what it says, and sort the lines of each user by time."""
    copies: Counter[tuple[str, str]] = Counter()
    lines: dict[str, list[_Line]] = {}
    for row in rows:
        user, digest = _user(row), _digest(row)
        copies[user, digest] += 1
        line = read(row, f"{digest}:{copies[user, digest]}")
        lines.setdefault(user, []).append(line)
    return {
        user: tuple(sorted(found, key=lambda line: (line.at, line.number)))
        for user, found in lines.items()
    }


def _digest(row: Row) -> str:
    """Tell a row by what it says but for whose it is, which its account says."""
    said = [f"{name}={text}" for name, text in sorted(row.fields.items()) if name != "user"]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def statement_of(
    lines: tuple[StatementLine, ...] = (), executions: tuple[Execution, ...] = ()
) -> Statement:
    """Make the statement of a user, which has no balances."""
    return Statement(
        venue=VENUE,
        lines=lines,
        batches=(),
        assets=(DOLLAR,),
        time_field="time",
        executions=executions,
    )


def _execution(row: Row, key: str) -> Execution:
    """Read a fill; what it cost is price times size."""
    size = _above_zero(row, "sz")
    return Execution(
        number=row.number,
        raw=row.raw,
        key=f"fill:{key}",
        at=_at(row),
        kind=ExecutionKind.TRADE,
        execution_id=key,
        instrument=perpetual_of(row),
        quantity=size if _known(row, "side", SIDES) else negate(size),
        price=_above_zero(row, "px"),
        asset=DOLLAR.name,
        liquidity=_known(row, "crossed", LIQUIDITIES),
    )


def _movement(row: Row, key: str) -> StatementLine:
    amount = row.amount("delta_usd")
    if not amount:
        raise row.malformed("delta_usd", "a deposit or withdrawal of 0: leave the line out")
    return StatementLine(
        number=row.number,
        raw=row.raw,
        key=f"transfer:{key}",
        at=_at(row),
        asset=DOLLAR.name,
        amount=amount,
        balance=None,
        venue_kind="delta_usd",
        reference=key,
        kind=MovementKind.DEPOSIT if amount > ZERO else MovementKind.WITHDRAWAL,
        status=None,
        happened_at=None,
        instrument=None,
        order_id=None,
        fee=None,
    )


def _at(row: Row) -> Instant:
    return row.instant("time", _time, _EXAMPLE)


def _user(row: Row) -> str:
    """Read a wallet, in small letters; what is none is not repeated, for it may nearly be one."""
    wallet = row.fields["user"]
    if _wallet.fullmatch(wallet) is None:
        raise row.malformed("user", "not a wallet: write 0x and 40 hex digits")
    return wallet.lower()


def perpetual_of(row: Row) -> str:
    """Read the coin of a row and name its perpetual; raises `Malformed` for none."""
    coin = row.fields["coin"]
    if _coin.fullmatch(coin) is None:
        raise row.malformed("coin", f"{coin[:40]!r} is not a coin with a perpetual, such as ETH")
    return instrument_of(coin)


def _above_zero(row: Row, field: str) -> Amount:
    amount = row.amount(field)
    if amount <= ZERO:
        raise row.malformed(field, f"{row.fields[field][:40]!r} is not above zero")
    return amount


def _known(row: Row, field: str, words: Mapping[str, _Value]) -> _Value:
    word = row.fields[field]
    if word not in words:
        raise row.malformed(field, f"{word[:40]!r} is none of {', '.join(words)}")
    return words[word]

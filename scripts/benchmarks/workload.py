"""Seeded commands of a trading platform, and the batches that the real drafting makes of them."""

import time
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any, NamedTuple

from ledger.commands import (
    Command,
    OpenAccount,
    OpenMirrorAccount,
    OrderReport,
    RegisterAsset,
    ReportDeposit,
    ReportTrade,
    ReportVenueLine,
    TransferCash,
    WithdrawCash,
)
from ledger.instants import SECOND, Instant, write_instant
from ledger.log.application import LedgerApplication
from ledger.log.batch import Batch
from ledger.log.drafting import Drafting
from ledger.log.memory import Memory
from ledger.situation import TOLERANCE

TRADING = "trading"
CASH = "cash"
_MIXES = {
    TRADING: {"movement": 40, "deposit": 25, "withdrawal": 20, "transfer": 8, "refusal": 7},
    CASH: {"deposit": 50, "withdrawal": 50},
}
"""Mixes of commands, in percent; a transfer leaves two records, any other command one."""

_ASSETS = {"HKD": 2, "USD": 2, "USDT": 6, "XBT": 8}
_NAMES = tuple(_ASSETS)
_KINDS = ("realized_profit", "funding", "trade", "fee")
_HOUR = 3_600 * SECOND
_STREAMS_MAX = 1_000_000
_DESK = {"kind": "human", "id": "officer-17", "role": "cash-desk"}
_FEED = {"kind": "service", "id": "statement-feed"}


class Workload(NamedTuple):
    """The commands that open the accounts, and those to measure with."""

    name: str
    opening: list[Command]
    commands: list[Command]


def dated(commands: Iterable[Command]) -> list[Command]:
    """Let what the venue reports have happened only now, when what it rests on stands."""
    now = Instant(time.time_ns())
    return [
        command.model_copy(update={"at": now})
        if isinstance(command, ReportTrade | OrderReport)
        else command
        for command in commands
    ]


def workload(
    seed: int, count: int, *, accounts: int, mirrors: int = 0, mix: str = TRADING
) -> Workload:
    """Make `count` commands of a mix over so many clients' and mirror accounts."""
    platform = _Platform(seed, accounts, mirrors)
    parts = _MIXES[mix]
    kinds = platform.dice.choices(list(parts), list(parts.values()), k=count)
    return Workload(mix, platform.opening(), [getattr(platform, kind)() for kind in kinds])


class _Platform:
    """Clients with deep pockets, each in one asset, and mirrors of accounts at a venue."""

    def __init__(self, seed: int, accounts: int, mirrors: int) -> None:
        self.dice = Random(seed)
        self._accounts, self._mirrors = accounts, mirrors
        self._since = time.time_ns() - 2 * _HOUR

    def opening(self) -> list[Command]:
        return [
            *(self._register(name, scale) for name, scale in _ASSETS.items()),
            *(self._open(number) for number in range(self._accounts)),
            *(self._deposit(number, 10**9) for number in range(self._accounts)),
            *(self._mirror(number) for number in range(self._mirrors)),
        ]

    def movement(self) -> Command:
        dice = self.dice
        fields = {
            "account": f"M{dice.randrange(self._mirrors):06}",
            "venue": "bitmex",
            "asset": "XBT",
            "amount": self._figure(10**6, "XBT"),
            "balance": self._figure(10**9, "XBT"),
            "venue_kind": "RealisedPNL",
            "kind": dice.choice(_KINDS),
            "reference": self._uuid(),
            "order_id": self._uuid(),
            "instrument": "XBTUSD",
            "fee": self._figure(10**4, "XBT"),
            "line": f"{dice.getrandbits(256):064x}",
            "happened_at": self._at(),
        }
        return ReportVenueLine.model_validate(self._given(_FEED) | fields | {"at": self._at()})

    def deposit(self) -> Command:
        return self._deposit(self.dice.randrange(self._accounts), 10**5)

    def withdrawal(self) -> Command:
        return self._withdrawal(10**5)

    def refusal(self) -> Command:
        return self._withdrawal(10**15)

    def transfer(self) -> Command:
        number = self.dice.randrange(self._accounts)
        asset, other = _NAMES[number % 4], (number + 4) % self._accounts
        fields = {
            "account": f"A{number:06}",
            "to_account": f"A{other:06}",
            "asset": asset,
            "amount": self._figure(10**5, asset),
        }
        return TransferCash.model_validate(self._given(_DESK) | fields)

    def _register(self, name: str, scale: int) -> Command:
        kind = "virtual_asset" if name == "XBT" else "fiat"
        fields = {"command_id": f"asset:{name}", "asset": name, "scale": scale, "kind": kind}
        return RegisterAsset.model_validate(fields)

    def _open(self, number: int) -> Command:
        fields = {"account": f"A{number:06}", "holder": f"{self.dice.getrandbits(128):032x}"}
        return OpenAccount.model_validate(self._given(_DESK) | fields)

    def _mirror(self, number: int) -> Command:
        fields = {"account": f"M{number:06}", "venue": "bitmex", "at": self._at()}
        return OpenMirrorAccount.model_validate(self._given(_FEED) | fields)

    def _deposit(self, number: int, size: int) -> Command:
        asset = _NAMES[number % 4]
        fields = {
            "account": f"A{number:06}",
            "asset": asset,
            "amount": self._figure(size, asset, least=size // 2),
            "reference": self._uuid(),
            "at": self._at(),
        }
        return ReportDeposit.model_validate(self._given(_FEED) | fields)

    def _withdrawal(self, size: int) -> Command:
        number = self.dice.randrange(self._accounts)
        asset = _NAMES[number % 4]
        fields = {
            "account": f"A{number:06}",
            "asset": asset,
            "amount": self._figure(size, asset, least=size // 2),
            "reference": self._uuid(),
        }
        return WithdrawCash.model_validate(self._given(_DESK) | fields)

    def _given(self, actor: Mapping[str, str]) -> dict[str, Any]:
        """Fill the envelope as a gateway does."""
        return {
            "command_id": self._uuid(),
            "actor": dict(actor),
            "correlation": f"{self.dice.getrandbits(128):032x}",
            "sent_at": self._at(),
        }

    def _figure(self, size: int, asset: str, least: int = 1) -> str:
        scale = _ASSETS[asset]
        return f"{self.dice.randint(least, size)}.{self.dice.randrange(10**scale):0{scale}}"

    def _at(self) -> str:
        return write_instant(self._since + self.dice.randrange(_HOUR))

    def _uuid(self) -> str:
        text = f"{self.dice.getrandbits(128):032x}"
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


class Drafter:
    """Decides, stamps and encodes on states that run ahead of an empty log; appends nothing."""

    def __init__(self, application: LedgerApplication) -> None:
        self._application = application
        self._memory = Memory(application.reader, _STREAMS_MAX)

    def batches(self, commands: Iterable[Command], size: int) -> Iterator[Batch]:
        """Cut commands into batches of `size` records, or one more where a transfer ends it."""
        drafting = self._drafting()
        for command in commands:
            drafting.add(command)
            if len(drafting.batch.records) >= size:
                self._memory.advance(drafting.ahead, 0, 0)
                yield drafting.batch
                drafting = self._drafting()
        if drafting.batch.records:
            self._memory.advance(drafting.ahead, 0, 0)
            yield drafting.batch

    def _drafting(self) -> Drafting:
        application, stamp = self._application, Instant(time.time_ns())
        return Drafting(application.reader, self._memory, application.codec, stamp, TOLERANCE)

"""A raw feed as it is played: its book and last trade, and the lines that wait for a seal."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.adapters.binance import BookTicker, Tick, Trade
from ledger.commands import ReckonMark, SealTicks
from ledger.commands.price import MALFORMED_MAX
from ledger.errors import Malformed
from ledger.instants import Instant, write_instant
from ledger.numbers import Amount, write_amount
from ledger.pricing import middle_of
from ledger.raw_feed import RawFeed, RawLine

DIGEST_DIGITS = 16


@dataclass(frozen=True)
class Plan:
    """What is asked for: the name of the index, if any, and instruments by the venue's symbol.

    Every so many nanoseconds; a seal for every `batch` lines of a feed. `shift` is how many
    nanoseconds later than the feeds say all of it is dated; `sender` who asks, and for whom.
    """

    index: str | None
    instruments: Mapping[str, str]
    every: int
    batch: int
    shift: int = 0
    sender: Mapping[str, Any] = field(default_factory=dict)


def command_id(name: str, digest: str, what: str) -> str:
    """Name a command by the lines that it comes of, so that the same again is a duplicate."""
    return f"binance:{name}:{digest[:DIGEST_DIGITS]}:{what}"


class Player:
    """A feed, what its market said last, and the batch of lines that is to be sealed next."""

    def __init__(self, feed: RawFeed, plan: Plan) -> None:
        self.feed = feed
        self.bid: Amount | None = None
        self.ask: Amount | None = None
        self.last: Amount | None = None
        self.quoted_at = Instant(0)
        self._plan = plan
        self._sealed = 0
        self._begin()

    def _begin(self) -> None:
        self._digest = hashlib.sha256()
        self._kinds: Counter[str] = Counter()
        self._malformed: list[int] = []
        self._lines = 0
        self._since: Instant | None = None
        self._until = Instant(0)

    def take(self, line: RawLine) -> bool:
        """Take a line in; tell whether a batch is full."""
        self._until = Instant(line.at + self._plan.shift)
        self._since = self._until if self._since is None else self._since
        self._digest.update(line.raw)
        self._lines += 1
        if isinstance(line.said, Malformed):
            if len(self._malformed) < MALFORMED_MAX:
                self._malformed.append(line.number)
        else:
            self._kinds[line.said.kind] += 1
            self._say(line.said)
        return self._lines == self._plan.batch

    def _say(self, tick: Tick) -> None:
        match tick:
            case BookTicker(bid=bid, ask=ask):
                self.bid, self.ask, self.quoted_at = bid, ask, self._until
            case Trade(price=price):
                self.last = price

    def seal(self) -> Iterator[SealTicks]:
        """Put the lines away that wait for it, if any do."""
        if self._since is None:
            return
        self._sealed += 1
        name = f"ticks:{self.feed.since + self._plan.shift}:{self._sealed}"
        yield SealTicks.model_validate(
            {
                "command_id": command_id(self.feed.source, self.feed.digest, name),
                "at": write_instant(self._until),
                "feed": self.feed.source,
                "batch": self._sealed,
                "lines": self._lines,
                "lines_digest": self._digest.hexdigest(),
                "since": write_instant(self._since),
                "until": write_instant(self._until),
                "kinds": {str(kind): count for kind, count in sorted(self._kinds.items())},
                "spoiled": self._lines - self._kinds.total(),
                "malformed": tuple(self._malformed),
                **self._plan.sender,
            }
        )
        self._begin()

    def quote(self) -> dict[str, str] | None:
        """Say the middle of the book, and when it came; None before the first."""
        if self.bid is None or self.ask is None:
            return None
        price = write_amount(middle_of(self.bid, self.ask))
        return {"source": self.feed.source, "price": price, "at": write_instant(self.quoted_at)}

    def mark(self, at: Instant, instrument: str) -> ReckonMark:
        """Ask for the mark of an instrument as of a moment."""
        name = f"mark:{at}"
        said = {"bid": self.bid, "ask": self.ask, "last": self.last}
        return ReckonMark.model_validate(
            {
                "command_id": command_id(instrument, self.feed.digest, name),
                "at": write_instant(at),
                "instrument": instrument,
                **{side: None if one is None else write_amount(one) for side, one in said.items()},
                **self._plan.sender,
            }
        )

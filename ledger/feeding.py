"""Feeding: raw feeds played together become prices, marks and seals, and nothing else is recorded.

At every step of the feeds' own clock a program asks for the index and then for the marks, of what
the feeds said until then; the ledger makes them by its methods, or refuses. Every line is sealed.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from typing import TypeAlias

from ledger.commands import Command, ReckonMark, ReckonPrice
from ledger.errors import Malformed, Misconfigured
from ledger.events import IndexPriceComputed, MarkPriceComputed
from ledger.feed_player import Plan, Player, command_id
from ledger.instants import Instant, write_instant
from ledger.leave import refusal_of
from ledger.log.commit import Answer
from ledger.log.log import Log
from ledger.meaning import MEANING
from ledger.outcome import Status
from ledger.raw_feed import RawFeed, RawLine, read_lines
from ledger.reasons import Reason
from ledger.situation import TOLERANCE

NAMED_MAX = 20

Record: TypeAlias = Callable[[Iterable[Command]], Iterator[Answer]]


@dataclass
class Played:
    """What came of it: lines by kind, those that were malformed, and what was recorded of them.

    `named` says what is wrong with the first of the malformed, `refusals` counts by reason.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    malformed: int = 0
    named: list[str] = field(default_factory=list)
    prices: int = 0
    marks: int = 0
    batches: int = 0
    duplicates: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    conflicts: list[str] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """Count the lines."""
        return self.kinds.total() + self.malformed

    def count(self, answer: Answer) -> None:
        """Count what became of a command. Raises `Malformed` where it fits no record."""
        if isinstance(answer, Malformed):
            raise answer
        event = answer.records[-1].event
        match answer.status:
            case Status.DUPLICATE:
                self.duplicates += 1
            case Status.CONFLICT:
                self.conflicts.append(str(answer.reason))
            case Status.REJECTED:
                self.refusals[str(answer.reason).partition(" (")[0]] += 1
            case Status.RECORDED:
                is_price = isinstance(event, IndexPriceComputed)
                is_mark = isinstance(event, MarkPriceComputed)
                self.prices += is_price
                self.marks += is_mark
                self.batches += not (is_price or is_mark)


_Step: TypeAlias = tuple[Player, RawLine]
Progress: TypeAlias = Callable[[Iterable[_Step], int], Iterable[_Step]]


def play(
    feeds: Sequence[RawFeed],
    plan: Plan,
    record: Record,
    progress: Progress = lambda steps, _: steps,
) -> Played:
    """Play feeds together, in the order of their clock, and record what is asked for on the way.

    The commands are named by the lines that they come of, so that the same again records only
    duplicates. `progress` is given the lines and how many there are.
    """
    played = Played()
    players = [Player(feed, plan) for feed in sorted(feeds, key=lambda feed: feed.source)]
    steps = merge(*map(_steps, players), key=lambda step: step[1].at)
    count = sum(feed.lines for feed in feeds)
    for answer in record(_commands(progress(steps, count), players, plan, played)):
        played.count(answer)
    return played


def _steps(player: Player) -> Iterator[_Step]:
    return ((player, line) for line in read_lines(player.feed))


def _commands(
    steps: Iterable[_Step], players: Sequence[Player], plan: Plan, played: Played
) -> Iterator[Command]:
    """Give the commands as the lines come: before each, what is due for all that came earlier.

    Where a feed was silent for several steps, the last of them is asked for.
    """
    asked: int | None = None
    for player, line in steps:
        due = (line.at + plan.shift - 1) // plan.every * plan.every
        if asked is not None and due > asked:
            yield from _asked(players, plan, Instant(due))
        asked = due if asked is None else max(asked, due)
        _note(played, player.feed.path, line)
        if player.take(line):
            yield from player.seal()
    for player in players:
        yield from player.seal()


def _note(played: Played, path: str, line: RawLine) -> None:
    """Count a line, and name it where it is malformed."""
    if not isinstance(line.said, Malformed):
        played.kinds[line.said.kind] += 1
        return
    played.malformed += 1
    if len(played.named) < NAMED_MAX:
        played.named.append(f"{path}: {line.said.at_line(line.number)}")


def _asked(players: Sequence[Player], plan: Plan, at: Instant) -> Iterator[Command]:
    """Ask for the index and then for the marks, as of a moment."""
    if plan.index is not None:
        together = hashlib.sha256("".join(each.feed.digest for each in players).encode())
        yield ReckonPrice.model_validate(
            {
                "command_id": command_id(plan.index, together.hexdigest(), f"index:{at}"),
                "at": write_instant(at),
                "name": plan.index,
                "quotes": [quote for player in players if (quote := player.quote())],
                **plan.sender,
            }
        )
    for player in players:
        if instrument := plan.instruments.get(player.feed.symbol):
            yield player.mark(at, instrument)


def require_leave(log: Log, plan: Plan) -> None:
    """Refuse, before anything is recorded, a sender who may not ask for what is planned.

    Raises `Misconfigured` with the remedy.
    """
    now = write_instant(time.time_ns())
    asked = {"command_id": "leave", "at": now, "instrument": "any", **plan.sender}
    refused = refusal_of(log, ReckonMark.model_validate(asked))
    if refused is None:
        return
    remedy = f"play it as {refused.limit}: --as service/ID:dealing, with a role that was granted"
    if refused.reason is Reason.PLATFORM_NOT_FOUNDED:
        remedy = "found it with `ledger init --officer`, and grant the feed a role"
    said, attempted = MEANING[refused.reason], refused.attempted
    raise Misconfigured(f"{said}{'' if attempted is None else f' ({attempted})'}: {remedy}")


def require_past(feeds: Iterable[RawFeed], plan: Plan) -> None:
    """Refuse feeds that would end in the future, where nothing can be recorded of them.

    Raises `Misconfigured` with the remedy.
    """
    end = max(feed.until for feed in feeds) + plan.shift
    if end > time.time_ns() + TOLERANCE.future:
        said = f"the feed would end at {write_instant(end)}, in the future"
        raise Misconfigured(f"--since: {said}: name an earlier time, or check the clock")

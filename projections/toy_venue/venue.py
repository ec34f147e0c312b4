"""The toy venue as the ledger meets it: it asks before it acts, and reports all that it does.

START HERE to see how an engine is mirrored. An order goes to the ledger first, and enters the book
only if that accepted it. What happens there is told as facts, in the order in which it happened;
the ledger never tells the engine what to do.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator

from ledger.commands import AmendOrder, CancelOrder, Command, PlaceOrder
from ledger.commands.command import ActorField
from ledger.events import ActorKind, OrderReceived, VenueRefusal
from ledger.instants import Instant
from ledger.outcome import Outcome, Status
from projections.toy_venue.matcher import Matcher
from projections.toy_venue.order import Happening, NotAmended, NotCanceled, Order, order_of
from projections.toy_venue.report import report

ENGINE = ActorField(kind=ActorKind.ENGINE, id="toy-venue", role="dealing")
"""In whose name the venue reports: on a founded platform he needs that role."""


class Venue:
    """A matcher for each instrument; `ask` hands a command to the ledger and gives its answer."""

    def __init__(
        self,
        ask: Callable[[Command], Outcome],
        clock: Callable[[], Instant],
        engine: ActorField = ENGINE,
    ) -> None:
        self.matchers: defaultdict[str, Matcher] = defaultdict(Matcher)
        self._ask, self._clock, self._engine = ask, clock, engine

    def take(self, command: Command) -> Iterator[Outcome]:
        """Ask the ledger, do what it let pass, and report that: give every answer of the ledger."""
        answer = self._ask(command)
        yield answer
        if answer.status is Status.RECORDED:
            for place, happening in enumerate(self._act(command, answer), start=1):
                name = f"{command.command_id}/{place}"
                yield self._ask(report(happening, name, self._clock(), self._engine))

    def _act(self, command: Command, answer: Outcome) -> list[Happening]:
        match command, answer.records[0].event:
            case PlaceOrder(), OrderReceived() as received:
                return self.matchers[received.instrument].place(order_of(received))
            case AmendOrder() as asked, _:
                return self._amend(asked)
            case CancelOrder() as asked, _:
                return self._cancel(asked)
            case _:
                return []

    def _amend(self, asked: AmendOrder) -> list[Happening]:
        found = self._find(asked.order_id)
        if found is None:
            return [NotAmended(asked.account, asked.order_id, VenueRefusal.UNKNOWN_ORDER)]
        matcher, order = found
        return matcher.amend(order, asked.quantity, asked.price, asked.stop_price)

    def _cancel(self, asked: CancelOrder) -> list[Happening]:
        found = self._find(asked.order_id)
        if found is None:
            return [NotCanceled(asked.account, asked.order_id, VenueRefusal.UNKNOWN_ORDER)]
        matcher, order = found
        return matcher.cancel(order)

    def _find(self, order_id: str) -> tuple[Matcher, Order] | None:
        """Find an order that works; one of before the venue last started is unknown to it."""
        for matcher in self.matchers.values():
            if order := matcher.working.get(order_id):
                return matcher, order
        return None

"""The library's own tests of a recorder, run against a log that Alembic has just created."""

import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from eventsourcing.persistence import (
    AggregateRecorder,
    NotSupportedError,
    StoredEvent,
    Tracking,
)
from eventsourcing.tests import persistence as library

from ledger.log.recorder import LogRecorder
from ledger.log.streams import StreamRecorder
from ledger.log.subscription import LogSubscription
from tests.log.ledgers import contents_of, factory_of


class TextStreams(library.RecorderTestCase):
    """Streams have names, not UUIDs."""

    __test__ = False
    log: ClassVar[LogRecorder | StreamRecorder]

    def new_originator_id(self) -> str:
        return str(uuid4())

    def create_recorder(self) -> Any:
        return self.log


class ApplicationContract(TextStreams, library.ApplicationRecorderTestCase[LogRecorder]):
    """What an application may expect."""


class NonInterleavingContract(TextStreams, library.NonInterleavingNotificationIDsBaseCase):
    """Two large batches stand one after the other."""


class AggregateContract(TextStreams, library.AggregateRecorderTestCase):
    """What an aggregate may expect."""


def demands(contract: type[TextStreams]) -> list[str]:
    """Name the tests of a contract, the optional ones as well."""
    return [name for name in dir(contract) if name.startswith(("test", "optional_test"))]


@pytest.mark.parametrize(
    ("contract", "demand"),
    [
        (contract, demand)
        for contract in (ApplicationContract, NonInterleavingContract)
        for demand in demands(contract)
    ],
)
def test_the_log_keeps_the_contract_of_an_application_recorder(
    recorder: LogRecorder,
    contract: type[TextStreams],
    demand: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(contract, "log", recorder, raising=False)
    before = set(threading.enumerate())
    getattr(contract(demand), demand)()
    for left_behind in set(threading.enumerate()) - before:
        left_behind.join()


@pytest.mark.parametrize("demand", demands(AggregateContract))
def test_the_log_keeps_the_contract_of_an_aggregate_recorder(
    log_url: str, demand: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = factory_of(log_url).aggregate_recorder()
    assert isinstance(recorder, StreamRecorder)
    monkeypatch.setattr(AggregateContract, "log", recorder, raising=False)
    with closing(recorder):
        getattr(AggregateContract(demand), demand)()


def test_the_contracts_are_those_that_the_library_ships() -> None:
    assert len(demands(AggregateContract)) == 2
    assert len(demands(ApplicationContract)) == 5
    assert len(demands(NonInterleavingContract)) == 1


def test_the_library_can_follow_the_log(recorder: LogRecorder) -> None:
    with recorder.subscribe() as subscription:
        assert isinstance(subscription, LogSubscription)


@pytest.mark.parametrize(
    "open_it",
    [
        lambda factory: factory.tracking_recorder(),
        lambda factory: factory.process_recorder(),
        lambda factory: factory.aggregate_recorder("snapshots"),
    ],
    ids=["tracking", "process", "snapshots"],
)
def test_a_recorder_that_this_log_does_not_have_is_refused(
    log_url: str, open_it: Callable[[object], AggregateRecorder]
) -> None:
    with pytest.raises(NotSupportedError):
        open_it(factory_of(log_url))


def test_the_place_of_a_process_is_refused_rather_than_dropped(recorder: LogRecorder) -> None:
    """Defect 3: tracking was lost on one path of the library's append, events were doubled."""
    before = contents_of(recorder)
    event = StoredEvent("account-A", 1, "Opaque", b"{}")
    with pytest.raises(NotSupportedError):
        recorder.insert_events([event], tracking=Tracking("upstream", 1))
    assert contents_of(recorder) == before

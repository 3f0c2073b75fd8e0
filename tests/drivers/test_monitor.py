"""Events from snapshots, and a watch that survives its driver."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.connection import Reader, ReaderState, Snapshot
from drivers.errors import ReaderFailed, ServiceNotRunning, Trouble
from drivers.events import CardInserted, DriverLost, DriverReady, ReaderEvent
from drivers.monitor import events_between, events_of_loss, snapshot_after, watch_forever
from tests.drivers.told import name_of, reader_of, trouble_of

if TYPE_CHECKING:
    from tests.drivers.doubles import CardDouble, DriverDouble

EMPTY = ReaderState(False)
CARD = ReaderState(True, b"\x3b", 1)
CLAIMED = ReaderState(False, trouble=Trouble.READER_CLAIMED)


def kinds(events: Sequence[ReaderEvent]) -> list[tuple[str, str]]:
    return [(name_of(event), reader_of(event)) for event in events]


@pytest.mark.parametrize(
    ("before", "after", "events"),
    [
        ({}, {}, []),
        ({}, {"a": EMPTY}, [("reader_added", "a")]),
        ({}, {"a": CARD}, [("reader_added", "a"), ("card_inserted", "a")]),
        ({"a": EMPTY}, {"a": EMPTY}, []),
        ({"a": EMPTY}, {"a": CARD}, [("card_inserted", "a")]),
        ({"a": CARD}, {"a": CARD}, []),
        ({"a": CARD}, {"a": EMPTY}, [("card_removed", "a")]),
        ({"a": CARD}, {}, [("card_removed", "a"), ("reader_removed", "a")]),
        ({"a": EMPTY}, {}, [("reader_removed", "a")]),
        ({}, {"a": CLAIMED}, [("reader_left_out", "a")]),
        ({"a": CLAIMED}, {"a": CLAIMED}, []),
        ({"a": CLAIMED}, {"a": EMPTY}, [("reader_removed", "a"), ("reader_added", "a")]),
        ({"a": CARD}, {"a": CLAIMED}, [("card_removed", "a"), ("reader_removed", "a"), ("reader_left_out", "a")]),
        ({"a": CLAIMED}, {}, [("reader_removed", "a")]),
        (
            {"a": CARD},
            {"b": CARD},
            [("card_removed", "a"), ("reader_removed", "a"), ("reader_added", "b"), ("card_inserted", "b")],
        ),
    ],
)
def test_events_between(before: Snapshot, after: Snapshot, events: list[tuple[str, str]]) -> None:
    assert kinds(events_between(before, after, "pcsc", 7)) == events


@pytest.mark.parametrize(
    ("old", "new", "swapped"),
    [
        (ReaderState(True, b"\x3b", 1), ReaderState(True, b"\x3b", 3), True),
        (ReaderState(True, b"\x3b", 65_535), ReaderState(True, b"\x3b", 1), True),
        (ReaderState(True, b"\x3b", 1), ReaderState(True, b"\x3c", 3), True),
        (ReaderState(True, b"\x3b"), ReaderState(True, b"\x3c"), True),
        (ReaderState(True, b"\x3b"), ReaderState(True, b"\x3b"), False),
        (ReaderState(True, b"", 1), ReaderState(True, b"\x3b", 1), False),
    ],
)
def test_another_card_is_a_removal_and_an_insertion(old: ReaderState, new: ReaderState, swapped: bool) -> None:
    expected = [("card_removed", "a"), ("card_inserted", "a")] if swapped else []
    assert kinds(events_between({"a": old}, {"a": new}, "pcsc", 0)) == expected


def test_an_event_says_where_and_when() -> None:
    _, event = events_between({}, {"a": CARD}, "pcsc", 7)
    assert event == CardInserted("pcsc", "a", b"\x3b", CARD.insertions, at=7)


def test_a_lost_driver_takes_its_cards_and_readers_along() -> None:
    events = events_of_loss({"a": CARD}, "pcsc", Trouble.SERVICE_NOT_RUNNING, 7)
    assert kinds(events) == [("card_removed", "a"), ("reader_removed", "a"), ("driver_lost", "")]
    assert trouble_of(events[-1]) is Trouble.SERVICE_NOT_RUNNING


states = st.builds(ReaderState, st.booleans(), st.just(b"\x3b"), st.integers(1, 3))
snapshots = st.dictionaries(st.sampled_from("abc"), states)


@given(snapshots, snapshots)
def test_the_events_lead_from_one_snapshot_to_the_other(before: Snapshot, after: Snapshot) -> None:
    seen: Snapshot = dict(before)
    for event in events_between(before, after, "pcsc", 0):
        seen = snapshot_after(seen, event)
    assert {name: state.card_present for name, state in seen.items()} == {
        name: state.card_present for name, state in after.items()
    }


def test_a_reader_that_is_left_out_stands_there_with_its_trouble() -> None:
    (event,) = events_between({}, {"a": CLAIMED}, "nfc", 0)
    assert trouble_of(event) is Trouble.READER_CLAIMED
    assert snapshot_after({}, event) == {"a": CLAIMED}


def test_a_driver_that_is_ready_or_lost_has_no_readers_yet() -> None:
    for event in (DriverReady("pcsc"), DriverLost("pcsc", Trouble.READER_FAILED)):
        assert snapshot_after({"a": CARD}, event) == {}


class Watch:
    """A monitor thread and what it emitted."""

    def __init__(self, driver: DriverDouble) -> None:
        self.driver = driver
        self.batches: queue.Queue[Sequence[ReaderEvent]] = queue.Queue()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=watch_forever, args=(driver, self.batches.put, self.stop))
        self.thread.start()

    def next(self) -> list[tuple[str, str]]:
        return kinds(self.batches.get(timeout=10))

    def end(self) -> None:
        self.stop.set()
        self.driver.fail(ServiceNotRunning("the test is over"))
        self.thread.join(10)
        assert not self.thread.is_alive()


@pytest.fixture
def watch(make_driver: type[DriverDouble], make_card: type[CardDouble]) -> Iterator[Watch]:
    watched = Watch(make_driver(make_card()))
    yield watched
    watched.end()


READY = [("driver_ready", ""), ("reader_added", "reader"), ("card_inserted", "reader")]
LOST = [("card_removed", "reader"), ("reader_removed", "reader"), ("driver_lost", "")]


def test_a_card_that_was_there_at_the_start_is_reported(watch: Watch) -> None:
    assert watch.next() == READY


def test_cards_come_and_go(watch: Watch, make_card: type[CardDouble]) -> None:
    watch.next()
    watch.driver.set_card(None)
    assert watch.next() == [("card_removed", "reader")]
    watch.driver.set_card(make_card())
    assert watch.next() == [("card_inserted", "reader")]
    watch.driver.set_card(make_card())
    assert watch.next() == [("card_removed", "reader"), ("card_inserted", "reader")]


def test_the_driver_is_lost_once_and_ready_again(watch: Watch) -> None:
    watch.next()
    watch.driver.fail(ServiceNotRunning("pcscd is gone"))
    assert watch.next() == LOST
    watch.driver.fail(ServiceNotRunning("still"))
    watch.driver.fail(None)
    assert watch.next() == READY
    assert watch.batches.empty()


def test_a_failure_that_turns_into_another_is_told(watch: Watch) -> None:
    watch.next()
    watch.driver.fail(ReaderFailed("it is going"))
    assert watch.next() == LOST
    watch.driver.fail(ServiceNotRunning("it is gone"))
    assert watch.next() == [("driver_lost", "")]


def test_a_change_that_is_no_event_is_not_emitted(watch: Watch, make_card: type[CardDouble]) -> None:
    watch.next()
    watch.driver.set_card(None)
    watch.next()
    watch.driver.set_card(None)
    watch.driver.set_card(make_card())
    assert watch.next() == [("card_inserted", "reader")]


class Restless:
    """A driver that returns at once though nothing changed, and counts how often it is asked."""

    name = "restless"

    def __init__(self) -> None:
        self.looks = 0

    def watch(self, known: Snapshot | None, timeout: float) -> Snapshot:
        self.looks += 1
        return {}

    def wake(self) -> None:
        return None

    def reader(self, name: str) -> Reader:
        raise AssertionError(name)


class RecordingStop(threading.Event):
    """A stop that records the pauses instead of making them, and is set after some."""

    def __init__(self, pauses: int) -> None:
        super().__init__()
        self.left = pauses
        self.pauses: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0.0)
        self.left -= 1
        if self.left == 0:
            self.set()
        return self.is_set()


def test_a_restless_driver_is_not_asked_more_than_twice_a_second() -> None:
    stop = RecordingStop(3)
    driver = Restless()
    watch_forever(driver, lambda events: None, stop)
    assert driver.looks == 4
    assert all(0.4 < pause <= 0.5 for pause in stop.pauses)


def test_the_pauses_after_failures_grow_to_a_bound(make_driver: type[DriverDouble]) -> None:
    driver = make_driver()
    driver.fail(ServiceNotRunning("no pcscd"))
    stop = RecordingStop(5)
    emitted: list[Sequence[ReaderEvent]] = []
    watch_forever(driver, emitted.append, stop)
    assert stop.pauses == [0.5, 1.0, 2.0, 2.0, 2.0]
    assert [kinds(events) for events in emitted] == [[("driver_lost", "")]]

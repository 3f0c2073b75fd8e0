"""The nfc driver with every kind of card and answer, on links that lose frames."""

from __future__ import annotations

import logging
import threading
import time
from itertools import pairwise

import pytest

from drivers.connection import ReaderState
from drivers.errors import BadCardData, CardSilent, CommunicationFailed, DriverError, NoCard, NoReader
from drivers.jpki import PinOutcome
from drivers.nfc import blocks
from drivers.nfc.driver import create
from simulators.cards import ATRS
from simulators.demo.command import free_port
from simulators.faults import Fault, FaultyCard, Latency, SlowCard
from simulators.nfc_target import Air, NfcTarget
from simulators.picc import ATQBS, ExtraTime, TargetAtqb
from tests.drivers.nfc_reader import FWI_13, QUICK, MakeCard, WatchedReader, visit


def test_an_empty_reader_is_listed_by_its_path(watched: WatchedReader) -> None:
    assert dict(watched.seen) == {watched.target.path: ReaderState(card_present=False)}
    with pytest.raises(NoCard):
        watched.reader.connect()
    with pytest.raises(NoReader):
        watched.driver.reader("usb:054c:06c1").connect()


@pytest.mark.parametrize(("atqb", "atr"), list(zip(ATQBS, ATRS[:3], strict=True)), ids=["FWI 10", "FWI 10 b", "FWI 13"])
def test_a_whole_visit_with_each_known_card(
    watched: WatchedReader, card: MakeCard, atqb: TargetAtqb, atr: bytes
) -> None:
    watched.target.put(card(), atqb=atqb)
    assert watched.card().atr == atr
    assert visit(watched.reader)[1:] == (PinOutcome.RIGHT, 256)


@pytest.mark.parametrize("fwi", [0, 14, 15])
def test_a_card_with_any_waiting_time(watched: WatchedReader, card: MakeCard, fwi: int) -> None:
    watched.target.put(card(), atqb=TargetAtqb().with_sizes(fwi=fwi))
    watched.card()
    assert visit(watched.reader)[1:] == (PinOutcome.RIGHT, 256)


@pytest.mark.parametrize("fsci", [0, 5])
def test_a_card_with_any_frame_size(watched: WatchedReader, card: MakeCard, fsci: int) -> None:
    watched.target.put(card(), atqb=TargetAtqb().with_sizes(fsci=fsci))
    watched.card()
    assert visit(watched.reader)[1:] == (PinOutcome.RIGHT, 256)


def test_a_card_that_was_there_at_the_start(nfc_target: NfcTarget, card: MakeCard) -> None:
    nfc_target.put(card())
    watched = WatchedReader(nfc_target)
    assert watched.state == ReaderState(True, ATRS[0], 1)


@pytest.mark.parametrize(
    "patience",
    [ExtraTime(before=1), ExtraTime(before=3, multiplier=59), ExtraTime(inside=1), ExtraTime(before=2, inside=2)],
    ids=["once", "much time", "inside a chained answer", "everywhere"],
)
def test_a_card_that_asks_for_time(watched: WatchedReader, card: MakeCard, patience: ExtraTime) -> None:
    watched.target.put(card(), patience=patience, atqb=TargetAtqb().with_sizes(fsci=5))
    watched.card()
    assert visit(watched.reader)[1:] == (PinOutcome.RIGHT, 256)


def test_a_card_that_asks_for_time_for_ever_is_silent(
    watched: WatchedReader, card: MakeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BUDGET_SECONDS", 0.5)
    watched.target.put(card(), patience=ExtraTime(before=10**9))
    watched.card()
    with pytest.raises(CardSilent):
        visit(watched.reader)
    assert watched.state.insertions == 1


def test_a_card_as_slow_as_a_real_one(watched: WatchedReader, card: MakeCard) -> None:
    simulated = card()
    watched.target.put(SlowCard(simulated, Latency(per_command=0.02, per_byte=0.0002, per_signature=0.8)))
    watched.card()
    assert visit(watched.reader)[1:] == (PinOutcome.RIGHT, 256)
    assert [exchange.ins for exchange in simulated.apdu_log].count(0x2A) == 1


@pytest.mark.parametrize("number", [1, 3, 4, 9])
@pytest.mark.parametrize("way", ["lost_to_card", "lost_to_reader", "garbled_to_reader"])
def test_a_lost_or_garbled_frame_changes_nothing(watched: WatchedReader, card: MakeCard, way: str, number: int) -> None:
    simulated = card()
    watched.target.put(simulated, atqb=QUICK, air=Air(**{way: {number}}))
    watched.card()
    assert visit(watched.reader)[1:] == (PinOutcome.RIGHT, 256)
    assert [exchange.ins for exchange in simulated.apdu_log].count(0x20) <= 2
    assert watched.state.insertions == 1


def test_a_frame_lost_by_a_card_with_the_longest_patience(watched: WatchedReader, card: MakeCard) -> None:
    watched.target.put(card(), atqb=FWI_13, air=Air(lost_to_card={1}))
    watched.card()
    assert visit(watched.reader)[1:] == (PinOutcome.RIGHT, 256)


def test_after_a_time_out_the_same_card_works_without_being_moved(watched: WatchedReader, card: MakeCard) -> None:
    watched.target.put(card(), atqb=QUICK, air=Air(lost_to_card=range(3, 8)))
    watched.card()
    earlier = watched.reader.connect()
    with pytest.raises(CommunicationFailed):
        visit(watched.reader)
    assert watched.reader.connect() is not earlier
    assert visit(watched.reader)[1:] == (PinOutcome.RIGHT, 256)
    assert watched.driver.watch(None, 0) == watched.seen


@pytest.mark.parametrize("answer", [b"\x90", bytes(65_600)], ids=["one byte", "65,600 bytes"])
def test_an_answer_that_no_card_may_give(watched: WatchedReader, card: MakeCard, answer: bytes) -> None:
    watched.target.put(FaultyCard(card(), [Fault.answers(answer[:65_535])]) if len(answer) < 3 else _Parrot(answer))
    watched.card()
    with pytest.raises(BadCardData):
        watched.reader.connect().send_and_receive(bytes.fromhex("00A4040C0AD392F000260100000001"))


class _Parrot:
    def __init__(self, response: bytes) -> None:
        self.atr, self._response = b"", response
        self.apdu_log: list[object] = []

    def power_on(self) -> None: ...

    def power_off(self) -> None: ...

    def reset(self) -> None: ...

    def transmit(self, apdu: bytes) -> bytes:
        return self._response


def test_commands_and_answers_of_every_length_arrive_whole(watched: WatchedReader) -> None:
    echo = _Echo()
    watched.target.put(echo, atqb=TargetAtqb().with_sizes(fsci=5))  # type: ignore[arg-type]
    watched.card()
    connection = watched.reader.connect()
    for length in (4, 61, 62, 242, 255, 1600):
        assert connection.send_and_receive(bytes(length)) == (bytes(length), 0x9000)


class _Echo(_Parrot):
    def __init__(self) -> None:
        super().__init__(b"")

    def transmit(self, apdu: bytes) -> bytes:
        return apdu + b"\x90\x00"


def test_two_threads_never_use_the_device_at_the_same_time(watched: WatchedReader, card: MakeCard) -> None:
    """Presence is asked for and visits are held all the while; a mixed-up answer would fail one of them."""
    watched.target.put(card())
    watched.card()
    watching = threading.Thread(target=watched.driver.watch, args=(watched.seen, 1.5))
    watching.start()
    while watching.is_alive():
        assert visit(watched.reader)[1:] == (PinOutcome.RIGHT, 256)
        watching.join(0.2)
    assert watched.driver.watch(None, 0) == watched.seen


def test_an_idle_reader_is_asked_at_most_twice_a_second(
    watched: WatchedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    assert not watched.state.card_present
    device = watched.driver.device(watched.target.path)
    assert device is not None
    look = device.look

    def counted() -> ReaderState:
        asked.append(time.monotonic())
        return look()

    monkeypatch.setattr(device, "look", counted)
    watched.driver.watch(watched.seen, 3.0)
    assert asked
    assert all(later - earlier >= 0.49 for earlier, later in pairwise(asked))


def test_no_pin_in_any_log(watched: WatchedReader, card: MakeCard, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    handler = caplog.handler
    for name in ("nfc", "nfc.clf", "nfc.clf.udp", "nfc.tag"):
        assert not logging.getLogger(name).isEnabledFor(logging.CRITICAL)
        logging.getLogger(name).addHandler(handler)
    watched.target.put(card(pin="9876"))
    watched.card()
    assert visit(watched.reader, b"9876")[1] is PinOutcome.RIGHT
    assert [record for record in caplog.records if record.name.startswith("nfc")] == []
    assert b"9876".hex() not in caplog.text


def test_a_port_where_nobody_is_serves_as_an_empty_reader(watched: WatchedReader) -> None:
    path = f"udp:127.0.0.1:{free_port()}"
    driver = create({"devices": [path]})
    assert dict(driver.watch(None, 5.0)) == {path: ReaderState(card_present=False)}


def test_errors_are_all_of_ours(watched: WatchedReader, card: MakeCard) -> None:
    watched.target.put(card(), atqb=QUICK)
    watched.card()
    connection = watched.reader.connect()
    watched.target.take()
    with pytest.raises(DriverError):
        connection.send_and_receive(bytes(4))
    with pytest.raises(NoCard):
        watched.reader.connect()

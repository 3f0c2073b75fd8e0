"""The nfc driver in this process, on nfcpy itself: a simulated Type B card before its udp device."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from drivers.connection import ReaderState, Snapshot
from drivers.errors import BadCardData, CardRemoved, CardSilent, CommunicationFailed, DriverError, NoCard, NoReader
from drivers.jpki import JpkiCard, PinOutcome
from drivers.memory import CardMemory
from drivers.nfc import blocks
from drivers.nfc.driver import NfcDriver, NfcReader, create
from simulators.cards import ATRS
from simulators.demo.command import free_port
from simulators.faults import Fault, FaultyCard, Latency, SlowCard
from simulators.nfc_target import Air, NfcTarget
from simulators.picc import ATQBS, ExtraTime, TargetAtqb

if TYPE_CHECKING:
    from simulators.card import JpkiCardSimulator

MakeCard = Callable[..., "JpkiCardSimulator"]
FWI_13 = ATQBS[2]
QUICK = TargetAtqb().with_sizes(fwi=7)
"""A waiting time of 39 milliseconds: faults cost little time."""


class Desk:
    """The driver's side: waits for what it sees, and holds whole dialogues.

    The driver begins when it is first needed: nfcpy's udp device waits a second where no card lies there yet.
    """

    def __init__(self, target: NfcTarget) -> None:
        self.target = target
        self._seen: Snapshot | None = None

    @cached_property
    def driver(self) -> NfcDriver:
        return create(self.target.options)

    @property
    def seen(self) -> Snapshot:
        if self._seen is None:
            self._seen = self.driver.watch(None, 5.0)
        return self._seen

    @property
    def reader(self) -> NfcReader:
        return self.driver.reader(self.target.path)

    @property
    def state(self) -> ReaderState:
        return self.seen[self.target.path]

    def until(self, fits: Callable[[ReaderState], bool], limit: float = 20.0) -> ReaderState:
        deadline = time.monotonic() + limit
        while not fits(self.state):
            assert time.monotonic() < deadline, f"still {self.state}"
            self._seen = self.driver.watch(self.seen, deadline - time.monotonic())
        return self.state

    def card(self) -> ReaderState:
        return self.until(lambda state: state.card_present)

    def nobody(self) -> ReaderState:
        return self.until(lambda state: not state.card_present)


def visit(reader: NfcReader, pin: bytes = b"1234") -> tuple[int, PinOutcome, int]:
    """A whole visit: bytes of certificate, what became of the PIN, bytes of signature."""
    with reader.connect() as connection:
        card = JpkiCard(connection, CardMemory())
        card.select()
        certificate = card.read_certificate()
        result = card.verify_pin(bytearray(pin))
        signature = card.sign(bytes(32)) if result.outcome is PinOutcome.RIGHT else b""
    return len(certificate), result.outcome, len(signature)


@pytest.fixture
def desk(nfc_target: NfcTarget) -> Iterator[Desk]:
    desk = Desk(nfc_target)
    yield desk
    desk.driver.wake()


def test_an_empty_reader_is_listed_by_its_path(desk: Desk) -> None:
    assert dict(desk.seen) == {desk.target.path: ReaderState(card_present=False)}
    with pytest.raises(NoCard):
        desk.reader.connect()
    with pytest.raises(NoReader):
        desk.driver.reader("usb:054c:06c1").connect()


@pytest.mark.parametrize(("atqb", "atr"), list(zip(ATQBS, ATRS[:3], strict=True)), ids=["FWI 10", "FWI 10 b", "FWI 13"])
def test_a_whole_visit_with_each_known_card(desk: Desk, card: MakeCard, atqb: TargetAtqb, atr: bytes) -> None:
    desk.target.put(card(), atqb=atqb)
    assert desk.card().atr == atr
    assert visit(desk.reader)[1:] == (PinOutcome.RIGHT, 256)


@pytest.mark.parametrize("fwi", [0, 14, 15])
def test_a_card_with_any_waiting_time(desk: Desk, card: MakeCard, fwi: int) -> None:
    desk.target.put(card(), atqb=TargetAtqb().with_sizes(fwi=fwi))
    desk.card()
    assert visit(desk.reader)[1:] == (PinOutcome.RIGHT, 256)


@pytest.mark.parametrize("fsci", [0, 5])
def test_a_card_with_any_frame_size(desk: Desk, card: MakeCard, fsci: int) -> None:
    desk.target.put(card(), atqb=TargetAtqb().with_sizes(fsci=fsci))
    desk.card()
    assert visit(desk.reader)[1:] == (PinOutcome.RIGHT, 256)


def test_a_card_that_was_there_at_the_start(nfc_target: NfcTarget, card: MakeCard) -> None:
    nfc_target.put(card())
    desk = Desk(nfc_target)
    assert desk.state == ReaderState(True, ATRS[0], 1)


@pytest.mark.parametrize(
    "patience",
    [
        ExtraTime(before=1),
        ExtraTime(before=3, multiplier=59),
        ExtraTime(inside=1),
        ExtraTime(before=2, inside=2),
    ],
    ids=["once", "much time", "inside a chained answer", "everywhere"],
)
def test_a_card_that_asks_for_time(desk: Desk, card: MakeCard, patience: ExtraTime) -> None:
    desk.target.put(card(), patience=patience, atqb=TargetAtqb().with_sizes(fsci=5))
    desk.card()
    assert visit(desk.reader)[1:] == (PinOutcome.RIGHT, 256)


def test_a_card_that_asks_for_time_for_ever_is_silent(
    desk: Desk, card: MakeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BUDGET_SECONDS", 0.5)
    desk.target.put(card(), patience=ExtraTime(before=10**9))
    desk.card()
    with pytest.raises(CardSilent):
        visit(desk.reader)
    assert desk.state.insertions == 1


def test_a_card_as_slow_as_a_real_one(desk: Desk, card: MakeCard) -> None:
    simulated = card()
    desk.target.put(SlowCard(simulated, Latency(per_command=0.02, per_byte=0.0002, per_signature=0.8)))
    desk.card()
    assert visit(desk.reader)[1:] == (PinOutcome.RIGHT, 256)
    assert [exchange.ins for exchange in simulated.apdu_log].count(0x2A) == 1


@pytest.mark.parametrize("number", [1, 3, 4, 9])
@pytest.mark.parametrize("way", ["lost_to_card", "lost_to_reader", "garbled_to_reader"])
def test_a_lost_or_garbled_frame_changes_nothing(desk: Desk, card: MakeCard, way: str, number: int) -> None:
    simulated = card()
    desk.target.put(simulated, atqb=QUICK, air=Air(**{way: {number}}))
    desk.card()
    assert visit(desk.reader)[1:] == (PinOutcome.RIGHT, 256)
    assert [exchange.ins for exchange in simulated.apdu_log].count(0x20) <= 2
    assert desk.state.insertions == 1


def test_a_frame_lost_by_a_card_with_the_longest_patience(desk: Desk, card: MakeCard) -> None:
    desk.target.put(card(), atqb=FWI_13, air=Air(lost_to_card={1}))
    desk.card()
    assert visit(desk.reader)[1:] == (PinOutcome.RIGHT, 256)


def test_after_a_time_out_the_same_card_works_without_being_moved(desk: Desk, card: MakeCard) -> None:
    desk.target.put(card(), atqb=QUICK, air=Air(lost_to_card=range(3, 8)))
    desk.card()
    earlier = desk.reader.connect()
    with pytest.raises(CommunicationFailed):
        visit(desk.reader)
    assert desk.reader.connect() is not earlier
    assert visit(desk.reader)[1:] == (PinOutcome.RIGHT, 256)
    assert desk.driver.watch(None, 0) == desk.seen


@pytest.mark.parametrize(
    "fault",
    [*map(Fault.leaves, range(1, 7)), Fault.silent(2), Fault.silent(5)],
    ids=lambda fault: f"{fault.kind} at {fault.at}",
)
def test_a_card_that_leaves_or_falls_silent(desk: Desk, card: MakeCard, fault: Fault) -> None:
    """Silence is the same to a reader as absence, so it is not tried at each command."""
    desk.target.put(FaultyCard(card(), [fault]), atqb=QUICK)
    desk.card()
    with pytest.raises(CardRemoved):
        visit(desk.reader)
    assert desk.nobody().insertions == 2


def test_after_a_card_that_left_the_next_one_works(desk: Desk, card: MakeCard) -> None:
    desk.target.put(FaultyCard(card(), [Fault.leaves(5)]), atqb=QUICK)
    desk.card()
    with pytest.raises(CardRemoved):
        visit(desk.reader)
    desk.target.put(card())
    desk.until(lambda state: state.card_present and state.insertions == 3)
    assert visit(desk.reader)[1:] == (PinOutcome.RIGHT, 256)


@pytest.mark.parametrize("frame", [1, 8])
def test_a_card_that_leaves_in_the_middle_of_a_frame(desk: Desk, card: MakeCard, frame: int) -> None:
    desk.target.put(card(), atqb=QUICK.with_sizes(fsci=3), air=Air(leaves_at=frame))
    desk.card()
    with pytest.raises(CardRemoved):
        visit(desk.reader)
    desk.nobody()


def test_a_card_taken_away_is_missed_within_a_second(desk: Desk, card: MakeCard) -> None:
    desk.target.put(card())
    desk.card()
    begun = time.monotonic()
    desk.target.take()
    assert desk.nobody().insertions == 2
    # An eighth of a second until it is asked, three tenths for it to answer; the rest is for busy machines.
    assert time.monotonic() - begun < 3.0


def test_a_swapped_card_is_another_card(desk: Desk, card: MakeCard) -> None:
    desk.target.put(card())
    desk.card()
    earlier = desk.reader.connect()
    desk.target.put(card())
    desk.until(lambda state: state.card_present and state.insertions == 3)
    assert desk.reader.connect() is not earlier
    with pytest.raises(CardRemoved):
        earlier.send_and_receive(bytes.fromhex("00A4040C0AD392F000260100000001"))


def test_a_card_that_was_swapped_before_anybody_noticed_gets_nothing_meant_for_the_other(
    desk: Desk, card: MakeCard
) -> None:
    desk.target.put(card(), atqb=QUICK)
    desk.card()
    connection = desk.reader.connect()
    other = card()
    desk.target.put(other, atqb=QUICK)
    with pytest.raises((CardRemoved, CommunicationFailed)):
        connection.send_and_receive(bytes.fromhex("00A4040C0AD392F000260100000001"))
    assert other.apdu_log == []
    assert desk.reader.connect() is not connection


def test_a_released_card_has_no_power_and_is_no_new_card(desk: Desk, card: MakeCard) -> None:
    desk.target.put(card())
    before = desk.card()
    visit(desk.reader)
    earlier = desk.reader.connect()
    desk.reader.release()
    with pytest.raises(CommunicationFailed):
        earlier.send_and_receive(bytes(4))
    connection = desk.reader.connect()
    assert connection is not earlier
    connection.send_and_receive(bytes.fromhex("00A4040C0AD392F000260100000001"))
    assert connection.send_and_receive(bytes.fromhex("802A009733") + bytes(51) + b"\x00") == (b"", 0x6982)
    assert desk.driver.watch(None, 0)[desk.target.path] == before


def test_a_card_taken_away_after_its_release_is_missed_too(desk: Desk, card: MakeCard) -> None:
    desk.target.put(card())
    desk.card()
    visit(desk.reader)
    desk.reader.release()
    desk.target.take()
    desk.nobody()


def test_two_cards_put_down_together_are_none(desk: Desk, card: MakeCard) -> None:
    first, second = card(), card()
    desk.target.put(first)
    desk.target.add(second)
    desk.nobody()
    with pytest.raises(NoCard):
        desk.reader.connect()
    assert first.apdu_log == second.apdu_log == []


def test_a_second_card_does_not_disturb_the_first(desk: Desk, card: MakeCard) -> None:
    desk.target.put(card())
    desk.card()
    second = card()
    desk.target.add(second)
    assert visit(desk.reader)[1:] == (PinOutcome.RIGHT, 256)
    assert second.apdu_log == []


def test_a_card_put_down_and_taken_away_again_and_again(desk: Desk, card: MakeCard) -> None:
    simulated = card()
    for _ in range(20):
        desk.target.put(simulated)
        desk.target.take()
    desk.target.put(simulated)
    desk.until(lambda state: state.card_present)
    assert visit(desk.reader)[1:] == (PinOutcome.RIGHT, 256)


@pytest.mark.parametrize("answer", [b"\x90", bytes(65_600)], ids=["one byte", "65,600 bytes"])
def test_an_answer_that_no_card_may_give(desk: Desk, card: MakeCard, answer: bytes) -> None:
    desk.target.put(FaultyCard(card(), [Fault.answers(answer[:65_535])]) if len(answer) < 3 else _Parrot(answer))
    desk.card()
    with pytest.raises(BadCardData):
        desk.reader.connect().send_and_receive(bytes.fromhex("00A4040C0AD392F000260100000001"))


class _Parrot:
    def __init__(self, response: bytes) -> None:
        self.atr, self._response = b"", response
        self.apdu_log: list[object] = []

    def power_on(self) -> None: ...

    def power_off(self) -> None: ...

    def reset(self) -> None: ...

    def transmit(self, apdu: bytes) -> bytes:
        return self._response


def test_commands_and_answers_of_every_length_arrive_whole(desk: Desk) -> None:
    echo = _Echo()
    desk.target.put(echo, atqb=TargetAtqb().with_sizes(fsci=5))  # type: ignore[arg-type]
    desk.card()
    connection = desk.reader.connect()
    for length in (4, 61, 62, 242, 255, 1600):
        assert connection.send_and_receive(bytes(length)) == (bytes(length), 0x9000)


class _Echo(_Parrot):
    def __init__(self) -> None:
        super().__init__(b"")

    def transmit(self, apdu: bytes) -> bytes:
        return apdu + b"\x90\x00"


def test_two_threads_never_use_the_device_at_the_same_time(desk: Desk, card: MakeCard) -> None:
    """Presence is asked for and visits are held all the while; a mixed-up answer would fail one of them."""
    desk.target.put(card())
    desk.card()
    watching = threading.Thread(target=desk.driver.watch, args=(desk.seen, 1.5))
    watching.start()
    while watching.is_alive():
        assert visit(desk.reader)[1:] == (PinOutcome.RIGHT, 256)
        watching.join(0.2)
    assert desk.driver.watch(None, 0) == desk.seen


def test_an_idle_reader_is_asked_at_most_twice_a_second(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    assert not desk.state.card_present
    device = desk.driver.device(desk.target.path)
    assert device is not None
    look = device.look

    def counted() -> ReaderState:
        asked.append(time.monotonic())
        return look()

    monkeypatch.setattr(device, "look", counted)
    desk.driver.watch(desk.seen, 3.0)
    assert asked
    assert all(later - earlier >= 0.49 for earlier, later in pairwise(asked))


def test_no_pin_in_any_log(desk: Desk, card: MakeCard, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    handler = caplog.handler
    for name in ("nfc", "nfc.clf", "nfc.clf.udp", "nfc.tag"):
        assert not logging.getLogger(name).isEnabledFor(logging.CRITICAL)
        logging.getLogger(name).addHandler(handler)
    desk.target.put(card(pin="9876"))
    desk.card()
    assert visit(desk.reader, b"9876")[1] is PinOutcome.RIGHT
    assert [record for record in caplog.records if record.name.startswith("nfc")] == []
    assert b"9876".hex() not in caplog.text


def test_a_port_where_nobody_is_serves_as_an_empty_reader(desk: Desk) -> None:
    path = f"udp:127.0.0.1:{free_port()}"
    driver = create({"devices": [path]})
    assert dict(driver.watch(None, 5.0)) == {path: ReaderState(card_present=False)}


def test_errors_are_all_of_ours(desk: Desk, card: MakeCard) -> None:
    desk.target.put(card(), atqb=QUICK)
    desk.card()
    connection = desk.reader.connect()
    desk.target.take()
    with pytest.raises(DriverError):
        connection.send_and_receive(bytes(4))
    with pytest.raises(NoCard):
        desk.reader.connect()

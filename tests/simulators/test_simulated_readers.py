"""Simulated readers behind the seam of every driver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from drivers.connection import ReaderState
from drivers.errors import (
    BadCardData,
    CardBusy,
    CardRemoved,
    CommunicationFailed,
    NoCard,
    NoReader,
    ServiceNotRunning,
)
from simulators.card import JpkiCardSimulator
from simulators.driver import READER_NAME, SimulatedReaders, SimulatorDriver
from simulators.faults import Fault, FaultyCard

MakeCard = Callable[..., JpkiCardSimulator]

SELECT = bytes.fromhex("00A4040C0AD392F000260100000001")
VERIFY = bytes.fromhex("0020009804") + b"1234"
SIGN = bytes.fromhex("802A00970141") + b"\x00"
PATIENCE = 10


@pytest.fixture
def aside() -> Iterator[Callable[..., Future[Any]]]:
    """Runs a call in another thread."""
    with ThreadPoolExecutor() as pool:
        yield pool.submit


def test_first_look_comes_at_once(reader: SimulatorDriver) -> None:
    assert reader.watch(None, PATIENCE) == {READER_NAME: ReaderState(False)}


def test_card_put_from_another_thread_ends_the_wait(
    reader: SimulatorDriver, card: MakeCard, aside: Callable[..., Future[Any]]
) -> None:
    known = reader.watch(None, 0)
    seen = aside(reader.watch, known, PATIENCE)
    tested = card()

    reader.put_card(tested)

    assert seen.result(PATIENCE) == {READER_NAME: ReaderState(True, tested.atr, 1)}


def test_another_card_is_seen_even_if_the_wait_began_too_late(reader: SimulatorDriver, card: MakeCard) -> None:
    reader.put_card(card())
    known = reader.watch(None, 0)

    reader.put_card(card())

    assert reader.watch(known, PATIENCE) != known


def test_wake_ends_the_wait_even_if_it_came_first(reader: SimulatorDriver) -> None:
    known = reader.watch(None, 0)

    reader.wake()

    assert reader.watch(known, PATIENCE) == known


def test_dialogue(reader: SimulatorDriver, card: MakeCard) -> None:
    reader.put_card(card())

    with reader.reader(READER_NAME).connect() as connection:
        assert connection.send_and_receive(SELECT) == (b"", 0x9000)
        assert connection.send_and_receive(VERIFY) == (b"", 0x9000)
        signature, sw = connection.send_and_receive(SIGN)

    assert (len(signature), sw) == (256, 0x9000)
    assert (connection.transport.driver, connection.transport.reader) == ("simulator", READER_NAME)


def test_verified_pin_survives_reconnecting_but_not_release(reader: SimulatorDriver, card: MakeCard) -> None:
    reader.put_card(card())
    tested = reader.reader(READER_NAME)
    for command in (SELECT, VERIFY):
        tested.connect().send_and_receive(command)

    assert tested.connect().send_and_receive(SIGN)[1] == 0x9000
    tested.release()
    tested.connect().send_and_receive(SELECT)
    assert tested.connect().send_and_receive(SIGN)[1] == 0x6982


def test_removal_between_two_commands(reader: SimulatorDriver, card: MakeCard) -> None:
    reader.put_card(card())
    connection = reader.reader(READER_NAME).connect()
    connection.send_and_receive(SELECT)

    reader.take_card()

    with pytest.raises(CardRemoved):
        connection.send_and_receive(SELECT)


def test_another_card_in_its_place_is_another_connection(reader: SimulatorDriver, card: MakeCard) -> None:
    tested = reader.reader(READER_NAME)
    reader.put_card(card())
    old = tested.connect()

    reader.put_card(card())

    with pytest.raises(CardRemoved):
        old.send_and_receive(SELECT)
    assert tested.connect().send_and_receive(SELECT) == (b"", 0x9000)


def test_card_that_leaves_during_a_command(reader: SimulatorDriver, card: MakeCard) -> None:
    reader.put_card(FaultyCard(card(), [Fault.leaves(2)]))
    connection = reader.reader(READER_NAME).connect()
    connection.send_and_receive(SELECT)

    with pytest.raises(CardRemoved):
        connection.send_and_receive(SELECT)

    assert reader.watch(None, 0)[READER_NAME].card_present is False


@pytest.mark.parametrize("end", ["take_card", "abandon"])
def test_silent_card_answers_only_when_taken_or_abandoned(
    reader: SimulatorDriver, silent_card: Any, aside: Callable[..., Future[Any]], end: str
) -> None:
    reader.put_card(silent_card)
    answer = aside(reader.reader(READER_NAME).connect().send_and_receive, SELECT)
    assert silent_card.asked.wait(PATIENCE)
    assert not answer.done()

    getattr(reader, end)()

    assert isinstance(answer.exception(PATIENCE), CardRemoved)


def test_answer_without_status_word(reader: SimulatorDriver, card: MakeCard) -> None:
    reader.put_card(FaultyCard(card(), [Fault.answers(b"\x90")]))

    with pytest.raises(BadCardData):
        reader.reader(READER_NAME).connect().send_and_receive(SELECT)


def test_what_connecting_can_meet(reader: SimulatorDriver, card: MakeCard) -> None:
    with pytest.raises(NoCard):
        reader.reader(READER_NAME).connect()
    with pytest.raises(NoReader):
        reader.reader("nowhere").connect()
    reader.put_card(card())
    reader.readers.trouble(CardBusy)
    with pytest.raises(CardBusy):
        reader.reader(READER_NAME).connect()
    reader.readers.trouble(None)
    assert reader.reader(READER_NAME).connect()


def test_service_goes_down_and_comes_back(
    reader: SimulatorDriver, card: MakeCard, aside: Callable[..., Future[Any]]
) -> None:
    reader.put_card(card())
    connection = reader.reader(READER_NAME).connect()
    seen = aside(reader.watch, reader.watch(None, 0), PATIENCE)

    reader.readers.stop_service()

    assert isinstance(seen.exception(PATIENCE), ServiceNotRunning)
    with pytest.raises(ServiceNotRunning):
        reader.reader(READER_NAME).connect()
    with pytest.raises(CardRemoved):
        connection.send_and_receive(SELECT)
    reader.readers.start_service()
    assert reader.watch(None, 0)[READER_NAME].card_present


def test_readers_come_and_go(reader: SimulatorDriver, card: MakeCard) -> None:
    reader.readers.add("second")
    reader.put_card(card(), "second")
    assert [state.card_present for state in reader.watch(None, 0).values()] == [False, True]

    reader.readers.remove("second")

    assert list(reader.watch(None, 0)) == [READER_NAME]
    with pytest.raises(NoReader):
        reader.put_card(card(), "second")


def test_reader_that_carries_short_messages_only(card: MakeCard) -> None:
    tested = SimulatorDriver(SimulatedReaders(largest_message=271))
    tested.put_card(card())
    connection = tested.reader(READER_NAME).connect()
    connection.send_and_receive(SELECT)

    assert len(connection.send_and_receive(bytes.fromhex("00B08A0000"))[0]) == 256
    with pytest.raises(CommunicationFailed):
        connection.send_and_receive(bytes.fromhex("00B08A00000640"))


def test_transaction_keeps_others_out(
    reader: SimulatorDriver, card: MakeCard, aside: Callable[..., Future[Any]]
) -> None:
    reader.put_card(card())
    order: list[str] = []

    def other() -> None:
        with reader.reader(READER_NAME).connect():
            order.append("other")

    with reader.reader(READER_NAME).connect():
        waiting = aside(other)
        order.append("first")
    waiting.result(PATIENCE)

    assert order == ["first", "other"]

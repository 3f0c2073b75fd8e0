"""Cards that leave, come back, are swapped or lie there two at a time."""

from __future__ import annotations

import time

import pytest

from drivers.errors import CardRemoved, CommunicationFailed, NoCard
from drivers.jpki import PinOutcome
from simulators.faults import Fault, FaultyCard
from simulators.nfc_target import Air
from tests.drivers.nfc_reader import QUICK, MakeCard, WatchedReader, visit


@pytest.mark.parametrize(
    "fault",
    [*map(Fault.leaves, range(1, 7)), Fault.silent(2), Fault.silent(5)],
    ids=lambda fault: f"{fault.kind} at {fault.at}",
)
def test_a_card_that_leaves_or_falls_silent(watched: WatchedReader, card: MakeCard, fault: Fault) -> None:
    """Silence is the same to a reader as absence, so it is not tried at each command."""
    watched.target.put(FaultyCard(card(), [fault]), atqb=QUICK)
    watched.card()
    with pytest.raises(CardRemoved):
        visit(watched.reader)
    assert watched.empty().insertions == 2


def test_after_a_card_that_left_the_next_one_works(watched: WatchedReader, card: MakeCard) -> None:
    watched.target.put(FaultyCard(card(), [Fault.leaves(5)]), atqb=QUICK)
    watched.card()
    with pytest.raises(CardRemoved):
        visit(watched.reader)
    watched.target.put(card())
    watched.until(lambda state: state.card_present and state.insertions == 3)
    assert visit(watched.reader)[1:] == (PinOutcome.RIGHT, 256)


@pytest.mark.parametrize("frame", [1, 8])
def test_a_card_that_leaves_in_the_middle_of_a_frame(watched: WatchedReader, card: MakeCard, frame: int) -> None:
    watched.target.put(card(), atqb=QUICK.with_sizes(fsci=3), air=Air(leaves_at=frame))
    watched.card()
    with pytest.raises(CardRemoved):
        visit(watched.reader)
    watched.empty()


def test_a_card_taken_away_is_missed_within_a_second(watched: WatchedReader, card: MakeCard) -> None:
    watched.target.put(card())
    watched.card()
    begun = time.monotonic()
    watched.target.take()
    assert watched.empty().insertions == 2
    # An eighth of a second until it is asked, three tenths for it to answer; the rest is for busy machines.
    assert time.monotonic() - begun < 3.0


def test_a_swapped_card_is_another_card(watched: WatchedReader, card: MakeCard) -> None:
    watched.target.put(card())
    watched.card()
    earlier = watched.reader.connect()
    watched.target.put(card())
    watched.until(lambda state: state.card_present and state.insertions == 3)
    assert watched.reader.connect() is not earlier
    with pytest.raises(CardRemoved):
        earlier.send_and_receive(bytes.fromhex("00A4040C0AD392F000260100000001"))


def test_a_card_that_was_swapped_before_anybody_noticed_gets_nothing_meant_for_the_other(
    watched: WatchedReader, card: MakeCard
) -> None:
    watched.target.put(card(), atqb=QUICK)
    watched.card()
    connection = watched.reader.connect()
    other = card()
    watched.target.put(other, atqb=QUICK)
    with pytest.raises((CardRemoved, CommunicationFailed)):
        connection.send_and_receive(bytes.fromhex("00A4040C0AD392F000260100000001"))
    assert other.apdu_log == []
    assert watched.reader.connect() is not connection


def test_a_released_card_has_no_power_and_is_no_new_card(watched: WatchedReader, card: MakeCard) -> None:
    watched.target.put(card())
    before = watched.card()
    visit(watched.reader)
    earlier = watched.reader.connect()
    watched.reader.release()
    with pytest.raises(CommunicationFailed):
        earlier.send_and_receive(bytes(4))
    connection = watched.reader.connect()
    assert connection is not earlier
    connection.send_and_receive(bytes.fromhex("00A4040C0AD392F000260100000001"))
    assert connection.send_and_receive(bytes.fromhex("802A009733") + bytes(51) + b"\x00") == (b"", 0x6982)
    assert watched.driver.watch(None, 0)[watched.target.path] == before


def test_a_card_taken_away_after_its_release_is_missed_too(watched: WatchedReader, card: MakeCard) -> None:
    watched.target.put(card())
    watched.card()
    visit(watched.reader)
    watched.reader.release()
    watched.target.take()
    watched.empty()


def test_two_cards_put_down_together_are_none(watched: WatchedReader, card: MakeCard) -> None:
    first, second = card(), card()
    watched.target.put(first)
    watched.target.add(second)
    watched.empty()
    with pytest.raises(NoCard):
        watched.reader.connect()
    assert first.apdu_log == second.apdu_log == []


def test_a_second_card_does_not_disturb_the_first(watched: WatchedReader, card: MakeCard) -> None:
    watched.target.put(card())
    watched.card()
    second = card()
    watched.target.add(second)
    assert visit(watched.reader)[1:] == (PinOutcome.RIGHT, 256)
    assert second.apdu_log == []


def test_a_card_put_down_and_taken_away_again_and_again(watched: WatchedReader, card: MakeCard) -> None:
    simulated = card()
    for _ in range(20):
        watched.target.put(simulated)
        watched.target.take()
    watched.target.put(simulated)
    watched.until(lambda state: state.card_present)
    assert visit(watched.reader)[1:] == (PinOutcome.RIGHT, 256)

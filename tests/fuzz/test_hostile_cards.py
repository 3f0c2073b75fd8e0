"""Cards that are after the kiosk's time and memory: each ends the dialogue with an error of ours, within bounds."""

from __future__ import annotations

import queue
import time
import tracemalloc
from collections.abc import Callable

import pytest

from drivers.memory import CardMemory
from drivers.worker.dialogues import MAX_COMMANDS, DialogueRunner, Job, Reply
from drivers.worker.messages import Message
from simulators.cards import CONTACTLESS_ATR, CardExchange
from simulators.driver import READER_NAME, SimulatorDriver

MOST_SECONDS = 30.0
MOST_BYTES = 4 * 1024 * 1024
READ, GET_RESPONSE = 0xB0, 0xC0


class Hostile:
    """Answers READ BINARY, and what is fetched after it, as ``answer`` says; everything else with 9000."""

    atr = CONTACTLESS_ATR

    def __init__(self, answer: Callable[[int, bytes], bytes]) -> None:
        self.apdu_log: list[CardExchange] = []
        self.commands = 0
        self._answer = answer

    def power_on(self) -> None:
        pass

    def power_off(self) -> None:
        pass

    def reset(self) -> None:
        pass

    def transmit(self, apdu: bytes) -> bytes:
        self.commands += 1
        return self._answer(self.commands, apdu) if apdu[1] in (READ, GET_RESPONSE) else b"\x90\x00"


def endless(_number: int, apdu: bytes) -> bytes:
    return bytes(apdu[-1] or 255) + b"\x61\xff"


def huge(_number: int, _apdu: bytes) -> bytes:
    return b"\x30\x82\x0f\xfc" + bytes(65_530) + b"\x90\x00"


def nested(_number: int, _apdu: bytes) -> bytes:
    return b"\x30\x80" * 100 + b"\x90\x00"


def lying(_number: int, _apdu: bytes) -> bytes:
    return b"\x30\x84\xff\xff\xff\xff" + bytes(100) + b"\x90\x00"


def promising(_number: int, _apdu: bytes) -> bytes:
    return b"\x61\xff"


def shrinking(_number: int, _apdu: bytes) -> bytes:
    return b"\x6c\x01"


def dribbling(number: int, apdu: bytes) -> bytes:
    """A long certificate byte by byte: each READ brings 50 bytes in 50 rounds."""
    byte = b"\x30\x82\x0f\xf0"[number - 2 : number - 1] if number < 6 else b"\0"
    return byte + (b"\x90\x00" if number % 50 == 0 else b"\x61\x01")


def read(card: Hostile) -> dict[str, object]:
    """Let the worker read the card, and return the fields of its answer."""
    driver = SimulatorDriver()
    driver.put_card(card)
    replies: queue.SimpleQueue[Reply] = queue.SimpleQueue()
    desk = DialogueRunner(driver.reader(READER_NAME), CardMemory(), lambda job, reply: replies.put(reply))
    try:
        desk.submit(Job("read", 1, 1, Message({})))
        return replies.get(timeout=MOST_SECONDS).fields
    finally:
        desk.end()
        desk.thread.join()


@pytest.mark.parametrize("answer", [endless, huge, nested, lying, promising, shrinking, dribbling])
def test_it_ends_within_bounds(answer: Callable[[int, bytes], bytes]) -> None:
    card = Hostile(answer)
    tracemalloc.start()
    begun = time.monotonic()
    try:
        fields = read(card)
        grown = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert fields["error"] in ("bad_card_data", "card_answer_error")
    assert time.monotonic() - begun < MOST_SECONDS
    assert grown < MOST_BYTES
    assert card.commands <= MAX_COMMANDS


def test_the_dribbling_card_is_ended_by_the_count_of_commands() -> None:
    card = Hostile(dribbling)
    assert read(card)["message"] == "the card needs more than 1,024 commands"
    assert card.commands == MAX_COMMANDS

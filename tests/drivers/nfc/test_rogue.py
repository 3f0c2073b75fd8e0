"""A peer before nfcpy's udp device that keeps to no standard: what it may cost, and that the next card works."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import pytest

from drivers.errors import BadCardData, CardSilent, CommunicationFailed, DriverError, NoCard
from drivers.nfc import blocks
from drivers.nfc.driver import NfcDriver, create

ATQB = bytes.fromhex("5011223344000005E0B38151")
"""FWI 5, ten milliseconds: silence costs little time."""
SELECT = bytes.fromhex("00A4040C0AD392F000260100000001")

Reply = Callable[[bytes], bytes | None]


class Rogue:
    """A Type B peer that answers frames with what ``reply`` returns."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.frames: list[bytes] = []

    @property
    def path(self) -> str:
        return f"udp:127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while datagram := (received := self._socket.recvfrom(1024))[0]:
            rate, _, text = datagram.partition(b" ")
            if rate != b"106B":
                continue
            frame = bytes.fromhex(text.decode("ascii"))
            self.frames.append(frame)
            if (answer := self.reply(frame)) is not None:
                self._socket.sendto(b"106B " + answer.hex().encode("ascii"), received[1])


def in_turn(atqb: bytes | None = ATQB, attrib: bytes | None = b"\x00", block: Reply = lambda frame: None) -> Reply:
    """Answer REQB, ATTRIB and blocks in this way."""

    def reply(frame: bytes) -> bytes | None:
        return {0x05: lambda _: atqb, 0x1D: lambda _: attrib}.get(frame[0], block)(frame)

    return reply


def looked_at(driver: NfcDriver, rogue: Rogue) -> bool:
    return driver.watch(None, 5.0)[rogue.path].card_present


@pytest.mark.parametrize("length", [*range(12), *range(14, 18), 64, 250])
def test_an_atqb_of_a_wrong_length_is_no_card(length: int) -> None:
    with Rogue(in_turn(atqb=(ATQB * 21)[:length])) as rogue:
        driver = create({"devices": [rogue.path]})
        assert not looked_at(driver, rogue)
        with pytest.raises(NoCard):
            driver.reader(rogue.path).connect()
        assert not [frame for frame in rogue.frames if frame[0] == 0x1D]


@pytest.mark.parametrize("attrib", [None, b"", b"\x01", b"\x0f", b"\x00\x00", bytes(200)])
def test_an_answer_to_attrib_that_is_none_is_no_card(attrib: bytes | None) -> None:
    with Rogue(in_turn(attrib=attrib)) as rogue:
        assert not looked_at(create({"devices": [rogue.path]}), rogue)


def chained(size: int) -> Reply:
    numbers = itertools.cycle([0x12, 0x13])
    return lambda frame: bytes([next(numbers)]) + bytes(size)


def never_received(frame: bytes) -> bytes | None:
    """It has heard every question for the block, and never the block."""
    return bytes([0xA2 | (frame[0] & 1) ^ 1]) if frame[0] in (0xB2, 0xB3) else None


@pytest.mark.parametrize(
    ("block", "error"),
    [
        (lambda frame: b"\xf2\x01", CardSilent),
        (lambda frame: b"\xf2\x3b", CardSilent),
        (chained(0), CardSilent),
        (chained(1), CardSilent),
        (chained(253), BadCardData),
        (never_received, CardSilent),
        (lambda frame: b"\xc2", CommunicationFailed),
        (lambda frame: b"\xf2\x00", CommunicationFailed),
        (lambda frame: b"\x03\x90\x00", CommunicationFailed),
        (lambda frame: bytes([0xA2 | frame[0] & 1]), CommunicationFailed),
        (lambda frame: b"\x0a\x00\x90\x00", CommunicationFailed),
        (lambda frame: None, CommunicationFailed),
        (lambda frame: bytes(250), CommunicationFailed),
        (lambda frame: b"\x02", BadCardData),
    ],
    ids=[
        "time", "much time", "chain of nothing", "chain of bytes", "chain of blocks", "never received", "deselect",
        "no time", "another number", "acknowledgements", "with a card identifier", "silence", "zeros",
        "no status word",
    ],
)  # fmt: skip
def test_what_it_answers_to_blocks_ends_soon_and_in_an_error_of_ours(
    block: Reply, error: type[DriverError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BUDGET_SECONDS", 1.0)
    with Rogue(in_turn(block=block)) as rogue:
        driver = create({"devices": [rogue.path]})
        assert looked_at(driver, rogue)
        begun = time.monotonic()
        with pytest.raises(error):
            driver.reader(rogue.path).connect().send_and_receive(SELECT)
        assert time.monotonic() - begun < 10.0
        # And then it speaks as it should.
        rogue.reply = in_turn(block=lambda frame: frame[:1] + b"\x90\x00" if frame[0] in (2, 3) else b"\xa3")
        assert driver.reader(rogue.path).connect().send_and_receive(SELECT) == (b"", 0x9000)


def test_nothing_but_type_b_requests_activation_blocks_and_sleep_is_ever_sent() -> None:
    """Its NDEF is never touched, nor anything else that nfcpy would look for on a tag."""
    with Rogue(in_turn(block=lambda frame: frame[:1] + b"\x90\x00" if frame[0] in (2, 3) else b"\xa3")) as rogue:
        driver = create({"devices": [rogue.path]})
        assert looked_at(driver, rogue)
        driver.reader(rogue.path).connect().send_and_receive(SELECT)
        driver.reader(rogue.path).release()
        heads = [frame[0] for frame in rogue.frames if frame[0] not in (0xB2, 0xB3)]
        assert set(heads) == {0x05, 0x1D, 0x02, 0xC2}
        assert [frame[1:] for frame in rogue.frames if frame[0] == 0x02] == [SELECT]

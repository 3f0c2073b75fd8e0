"""The ATQB of every card in the reference, and what must not pass for one."""

from __future__ import annotations

import pytest

from drivers.nfc.activation import Atqb
from simulators.cards import ATRS
from simulators.picc import ATQBS

PUPI = bytes.fromhex("11223344")


def parsed(application: str, protocol: str) -> Atqb:
    atqb = Atqb.parse(b"\x50" + PUPI + bytes.fromhex(application + protocol))
    assert atqb is not None
    return atqb


@pytest.mark.parametrize(
    ("known", "atr", "frame", "waiting"),
    [(ATQBS[0], ATRS[0], 256, 0.3093), (ATQBS[1], ATRS[1], 256, 0.3093), (ATQBS[2], ATRS[2], 256, 2.4745)],
)
def test_every_known_card_has_the_atr_that_pcsc_shows(known: object, atr: bytes, frame: int, waiting: float) -> None:
    atqb = parsed(known.application.hex(), known.protocol.hex())  # type: ignore[attr-defined]
    assert atqb.atr == atr
    assert atqb.frame_size == frame
    assert atqb.waiting_time == pytest.approx(waiting, abs=1e-4)


@pytest.mark.parametrize(
    ("protocol", "frame", "waiting"),
    [("B30141", 16, 0.0048), ("B35141", 64, 0.0048), ("B3F1E1", 256, 4.949), ("B381F1", 256, 0.0048)],
)
def test_sizes_and_times_and_their_reserved_codes(protocol: str, frame: int, waiting: float) -> None:
    atqb = parsed("000005E0", protocol)
    assert (atqb.frame_size, round(atqb.waiting_time, 4)) == (frame, pytest.approx(waiting, abs=1e-3))


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"",
        bytes(12),
        bytes.fromhex("5011223344000005E0B381"),
        bytes.fromhex("5011223344000005E0B381A10000"),
        bytes.fromhex("5011223344000005E0B381A1") * 20,
        bytes.fromhex("5011223344000005E0B380A1"),
        bytes.fromhex("5011223344000005E0B389A1"),
    ],
    ids=["silence", "empty", "not 50", "too short", "too long", "many", "no ISO 14443-4", "a reserved protocol"],
)
def test_what_is_no_card_of_ours(answer: bytes | None) -> None:
    assert Atqb.parse(answer) is None


def test_an_extended_atqb_is_the_same_card() -> None:
    atqb = Atqb.parse(b"\x50" + PUPI + bytes.fromhex("000005E0B381A100"))
    assert atqb == parsed("000005E0", "B381A1")


@pytest.mark.parametrize(("largest", "code"), [(290, 8), (256, 8), (251, 7), (64, 5), (10, 0)])
def test_attrib_asks_for_frames_that_the_reader_can_receive(largest: int, code: int) -> None:
    attrib = parsed("000005E0", "B381A1").attrib(largest)
    assert attrib == b"\x1d" + PUPI + bytes([0x00, code, 0x01, 0x00])

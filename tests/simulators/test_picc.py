"""The card's side of ISO/IEC 14443-4 by its rules, frame by frame; and its place before an nfcpy reader."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from drivers.errors import NoReader
from simulators.nfc_target import NfcTarget, TargetError
from simulators.picc import ATQBS, ExtraTime, Picc

if TYPE_CHECKING:
    from simulators.card import JpkiCardSimulator

MakeCard = Callable[..., "JpkiCardSimulator"]
REQB, WUPB = bytes.fromhex("050010"), bytes.fromhex("050008")
SELECT = bytes.fromhex("00A4040C0AD392F000260100000001")


def activate(picc: Picc, fsdi: int = 8) -> Picc:
    picc.field_on()
    atqb = picc.receive(REQB)
    assert atqb is not None
    assert picc.receive(b"\x1d" + atqb[1:5] + bytes([0, fsdi, 1, 0])) == b"\x00"
    return picc


@pytest.fixture
def picc(card: MakeCard) -> Iterator[Picc]:
    picc = Picc(card())
    yield picc
    picc.end()


def test_the_identifier_is_another_in_each_field(picc: Picc) -> None:
    picc.field_on()
    first = picc.receive(REQB)
    picc.field_off()
    picc.field_on()
    second = picc.receive(REQB)
    assert first and second and first[:1] == second[:1] == b"\x50"
    assert first[1:5] != second[1:5]
    assert first[5:] == second[5:] == ATQBS[0].application + ATQBS[0].protocol


@pytest.mark.parametrize("frame", ["050110", "0500", "1D000000000008010000", "0200A40400", "C2", ""])
def test_a_card_that_is_not_active_hears_nothing_else(picc: Picc, frame: str) -> None:
    picc.field_on()
    assert picc.receive(bytes.fromhex(frame)) is None


def test_a_command_and_its_answer(picc: Picc) -> None:
    activate(picc)
    assert picc.receive(b"\x02" + SELECT) == b"\x02\x90\x00"
    assert picc.receive(b"\x03" + SELECT) == b"\x03\x90\x00"


def test_rules_11_and_12_the_last_block_again_or_an_acknowledgement(picc: Picc) -> None:
    activate(picc)
    assert picc.receive(b"\xb2") == b"\xa3"
    assert picc.receive(b"\x02" + SELECT) == b"\x02\x90\x00"
    assert picc.receive(b"\xb2") == b"\x02\x90\x00"
    assert picc.receive(b"\xb3") == b"\xa2"
    assert len(picc.card.apdu_log) == 1


def test_rule_e_a_chained_answer_goes_on_at_each_acknowledgement(picc: Picc) -> None:
    activate(picc, fsdi=0)
    picc.receive(b"\x02" + SELECT)
    first = picc.receive(b"\x03" + bytes.fromhex("00B08A0014"))
    assert first is not None and first[0] == 0x13 and len(first) == 14
    assert picc.receive(b"\xa3") == first
    last = picc.receive(b"\xa2")
    assert last is not None and last[0] == 0x02 and last[-2:] == b"\x90\x00"


def test_a_chained_command_is_acknowledged_and_executed_at_its_end(picc: Picc) -> None:
    activate(picc)
    assert picc.receive(b"\x12" + SELECT[:7]) == b"\xa2"
    assert picc.card.apdu_log == []
    assert picc.receive(b"\x03" + SELECT[7:]) == b"\x03\x90\x00"


def test_time_is_asked_for_and_granted(card: MakeCard) -> None:
    picc = activate(Picc(card(), patience=ExtraTime(before=2, multiplier=5)))
    assert picc.receive(b"\x02" + SELECT) == b"\xf2\x05"
    assert picc.receive(b"\xb2") == b"\xf2\x05"
    assert picc.receive(b"\xf2\x05") == b"\xf2\x05"
    assert picc.receive(b"\xf2\x05") == b"\x02\x90\x00"
    picc.end()


def test_a_deselected_card_wakes_at_wupb_only(picc: Picc) -> None:
    activate(picc)
    assert picc.receive(b"\xc2") == b"\xc2"
    assert picc.receive(REQB) is None
    assert picc.receive(WUPB) is not None


def test_a_frame_that_is_too_long_for_the_card_gets_silence(card: MakeCard) -> None:
    picc = activate(Picc(card(), ATQBS[0].with_sizes(fsci=0)))
    assert picc.receive(b"\x02" + SELECT) is None
    picc.end()


def test_the_target_listens_on_loopback_and_for_its_own_name_only(nfc_target: NfcTarget, card: MakeCard) -> None:
    assert nfc_target.path == f"udp:127.0.0.1:{nfc_target.port}"
    assert nfc_target.names == [nfc_target.path]
    with pytest.raises(NoReader):
        nfc_target.put(card(), "another")
    assert not nfc_target.occupied
    nfc_target.put(card(), nfc_target.path)
    assert nfc_target.snapshot()[nfc_target.path].insertions == 1
    with pytest.raises(TargetError, match=str(nfc_target.port)), NfcTarget(nfc_target.port):
        pass


@pytest.mark.parametrize("datagram", [b"", b"106B", b"106B zz", b"106B \xff", b"106A 26", b"RFOFF", b"x" * 900])
def test_no_datagram_ends_the_target(nfc_target: NfcTarget, card: MakeCard, datagram: bytes) -> None:
    nfc_target.put(card())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as reader:
        reader.settimeout(10)
        for sent in (datagram, b"106B 050010"):
            reader.sendto(sent, ("127.0.0.1", nfc_target.port))
        assert reader.recv(1024).startswith(b"106B 50")

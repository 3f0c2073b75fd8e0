"""Transactions and commands: resets, removal, and a service that goes meanwhile."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from smartcard import scard

from drivers.errors import (
    BadCardData,
    CardBusy,
    CardRemoved,
    CommunicationFailed,
    DriverError,
    ServiceNotRunning,
)
from drivers.pcsc import connection as connection_module
from drivers.pcsc import names
from drivers.pcsc.connection import PcscReader
from tests.drivers.pcscd_double import ATR, EMPTY, OK, PRESENT, ClockDouble, PcscdDouble


def test_a_with_block_is_a_transaction(pcscd: PcscdDouble, reader: PcscReader) -> None:
    with reader.connect():
        assert len(pcscd.called("begin")) == 1
        assert pcscd.called("end") == []
    assert pcscd.called("end") == [(scard.SCARD_LEAVE_CARD,)]


def test_a_reset_by_another_program_is_noted_before_anything_is_said(pcscd: PcscdDouble, reader: PcscReader) -> None:
    pcscd.results["begin"] = [scard.SCARD_W_RESET_CARD]
    with reader.connect() as connection:
        assert pcscd.called("reconnect") == [(scard.SCARD_SHARE_SHARED, 3, scard.SCARD_LEAVE_CARD)]
        assert len(pcscd.called("begin")) == 2
        assert connection.resets == 1
    with reader.connect() as again:
        assert (again is connection, again.resets) == (True, 1)


def test_a_reset_that_hides_another_card(pcscd: PcscdDouble, reader: PcscReader) -> None:
    connection = reader.connect()
    pcscd.results["begin"] = [scard.SCARD_W_RESET_CARD]
    pcscd.states["reader"] = (PRESENT | 3 << 16, ATR)
    with pytest.raises(CardRemoved), connection:
        pass
    assert len(pcscd.called("begin")) == 1


@pytest.mark.parametrize("step", ["reconnect", "begin"])
def test_a_card_that_is_reset_again_and_again(pcscd: PcscdDouble, reader: PcscReader, step: str) -> None:
    reset = scard.SCARD_W_RESET_CARD
    pcscd.results = {"begin": [reset, reset], step: [reset, reset]}
    with pytest.raises(CommunicationFailed), reader.connect():
        pass
    assert len(pcscd.called("reconnect")) == 1


def test_a_reset_inside_a_dialogue_ends_it(pcscd: PcscdDouble, reader: PcscReader) -> None:
    pcscd.results["transmit"] = [scard.SCARD_W_RESET_CARD]
    with pytest.raises(CommunicationFailed), reader.connect() as connection:
        connection.send_and_receive(b"\x00\xb0\x00\x00\x00")
    assert pcscd.called("reconnect") == []
    assert len(pcscd.called("end")) == 1


def test_another_programs_transaction_is_waited_for(pcscd: PcscdDouble, reader: PcscReader, clock: ClockDouble) -> None:
    pcscd.results["attribute"] = [scard.SCARD_E_SHARING_VIOLATION] * 3
    with reader.connect():
        assert 100.3 < clock.now < 100.4


def test_another_programs_transaction_is_not_waited_for_without_end(
    pcscd: PcscdDouble, reader: PcscReader, clock: ClockDouble
) -> None:
    pcscd.results["attribute"] = [scard.SCARD_E_SHARING_VIOLATION] * 1000
    with pytest.raises(CardBusy), reader.connect():
        pass
    assert 103 < clock.now < 104
    assert pcscd.called("begin") == []


# -- commands --------------------------------------------------------------------------------------------


def test_a_command_and_its_answer(pcscd: PcscdDouble, reader: PcscReader) -> None:
    pcscd.answer = [1, 2, 0x63, 0xC3]
    assert reader.connect().send_and_receive(b"\x00\x20\x00\x98") == (b"\x01\x02", 0x63C3)
    assert pcscd.called("transmit") == [(scard.SCARD_PCI_T1, b"\x00\x20\x00\x98")]


def test_no_command_stays_in_memory(pcscd: PcscdDouble, reader: PcscReader) -> None:
    reader.connect().send_and_receive(b"\x00\x20\x00\x98\x041234")
    assert pcscd.command == [0] * 9


def test_an_answer_that_is_too_long(pcscd: PcscdDouble, reader: PcscReader) -> None:
    pcscd.answer = [0] * 65_539
    with pytest.raises(BadCardData):
        reader.connect().send_and_receive(b"\x00\xb0\x00\x00\x00")


@pytest.mark.parametrize("answer", [[], [0x90]])
@pytest.mark.parametrize("result", [OK, scard.SCARD_E_NOT_TRANSACTED])
@pytest.mark.parametrize("state", [EMPTY | 2 << 16, PRESENT | 3 << 16])
def test_a_card_that_leaves_inside_a_command(
    pcscd: PcscdDouble, reader: PcscReader, answer: list[int], result: int, state: int
) -> None:
    connection = reader.connect()
    pcscd.answer, pcscd.results["transmit"] = answer, [result]
    pcscd.on_wait = lambda: pcscd.states.update(reader=(state, b""))
    with pytest.raises(CardRemoved):
        connection.send_and_receive(b"\x00\xb0\x00\x00\x00")


@pytest.mark.parametrize("seen", [scard.SCARD_E_TIMEOUT, scard.SCARD_E_NO_SERVICE])
def test_a_link_that_breaks_under_a_card_that_stays(pcscd: PcscdDouble, reader: PcscReader, seen: int) -> None:
    connection = reader.connect()
    pcscd.answer, pcscd.results["wait"] = [], [seen]
    with pytest.raises(CommunicationFailed):
        connection.send_and_receive(b"\x00\xb0\x00\x00\x00")


def test_other_changes_of_the_reader_are_no_removal(pcscd: PcscdDouble, reader: PcscReader, clock: ClockDouble) -> None:
    connection = reader.connect()
    pcscd.answer = []
    pcscd.states["reader"] = (PRESENT | scard.SCARD_STATE_INUSE | 1 << 16, ATR)
    pcscd.on_wait = lambda: clock.sleep(0.3)
    with pytest.raises(CommunicationFailed):
        connection.send_and_receive(b"\x00\xb0\x00\x00\x00")
    assert len(pcscd.called("wait")) == 3


def test_the_service_goes_inside_a_dialogue(pcscd: PcscdDouble, reader: PcscReader) -> None:
    pcscd.results["transmit"] = [scard.SCARD_E_NO_SERVICE]
    with pytest.raises(ServiceNotRunning):
        reader.connect().send_and_receive(b"\x00\xb0\x00\x00\x00")


def test_a_reader_that_is_closed_keeps_no_context(pcscd: PcscdDouble, reader: PcscReader) -> None:
    reader.connect()
    reader.release()
    assert pcscd.contexts == 1
    reader.close()
    assert pcscd.contexts == 0
    reader.connect()
    reader.close()
    assert pcscd.contexts == 0


@pytest.mark.parametrize("result", [OK, scard.SCARD_E_NO_SMARTCARD])
def test_a_connection_that_comes_when_its_reader_is_closed_is_given_back(
    pcscd: PcscdDouble, reader: PcscReader, monkeypatch: pytest.MonkeyPatch, result: int
) -> None:
    free, over = threading.Event(), threading.Event()
    held = pcscd.connect

    def connect(*arguments: Any) -> tuple[int, int, int]:
        free.wait(10)
        return held(*arguments)

    def release(context: int) -> int:
        pcscd.contexts -= 1
        over.set()
        return OK

    pcscd.results["connect"] = [result]
    monkeypatch.setattr(names, "connect", connect)
    monkeypatch.setattr(scard, "SCardReleaseContext", release)
    monkeypatch.setattr(connection_module, "_BUSY_SECONDS", 0.01)
    with pytest.raises(DriverError):
        reader.connect()
    reader.close()
    assert pcscd.contexts == 1
    free.set()
    assert over.wait(10) and pcscd.contexts == 0

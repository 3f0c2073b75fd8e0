"""What the results of PC/SC mean, and how a card is connected to and let go."""

from __future__ import annotations

import threading

import pytest
from smartcard import scard

from drivers.errors import (
    CardBusy,
    CardRemoved,
    CommunicationFailed,
    DriverError,
    NoCard,
    NoReader,
    ReaderFailed,
    ServiceNotRunning,
    ServiceRefused,
    ServiceStuck,
)
from drivers.pcsc import connection as connection_module
from drivers.pcsc import names
from drivers.pcsc.connection import PcscReader
from drivers.pcsc.programs import Programs
from drivers.pcsc.results import error_for
from tests.drivers.pcscd_double import ATR, EMPTY, PRESENT, PcscdDouble


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        (0x8010001D, ServiceNotRunning),
        (0x8010001E, ServiceNotRunning),
        (0x80100013, ServiceNotRunning),
        (0x8010006A, ServiceRefused),
        (0x80100009, NoReader),
        (0x80100017, NoReader),
        (0x8010000C, NoCard),
        (0x80100069, CardRemoved),
        (0x8010000B, CardBusy),
        (0x80100068, CommunicationFailed),
        (0x80100066, CommunicationFailed),
        (0x80100067, CommunicationFailed),
        (0x80100016, CommunicationFailed),
        (0x8010002F, CommunicationFailed),
        (0x8010001F, ReaderFailed),
        (0x80100001, ReaderFailed),
        (0x12345678, ReaderFailed),
    ],
)
def test_what_a_result_means(result: int, kind: type[DriverError]) -> None:
    error = error_for(result, "connect")
    assert type(error) is kind
    assert f"0x{result:08X}" in str(error)


# -- connecting ------------------------------------------------------------------------------------------


def test_connecting_is_shared_and_releasing_takes_the_power(pcscd: PcscdDouble, reader: PcscReader) -> None:
    connection = reader.connect()
    assert pcscd.called("connect") == [("reader", scard.SCARD_SHARE_SHARED, 3)]
    assert (connection.transport.driver, connection.transport.reader, connection.transport.atr) == (
        "pcsc",
        "reader",
        b"\x3b\x88",
    )
    reader.release()
    reader.release()
    assert pcscd.called("disconnect") == [(scard.SCARD_UNPOWER_CARD,)]


def test_the_next_connection_takes_over_the_context_of_the_last(pcscd: PcscdDouble, reader: PcscReader) -> None:
    for _ in range(3):
        reader.connect()
        reader.release()
    assert (len(pcscd.called("establish")), pcscd.contexts) == (1, 1)


@pytest.mark.parametrize("step", ["look", "connect"])
@pytest.mark.parametrize("stale", [scard.SCARD_E_NO_SERVICE, scard.SCARD_E_INVALID_HANDLE])
def test_a_context_of_a_service_that_is_gone_is_thrown_away(
    pcscd: PcscdDouble, reader: PcscReader, step: str, stale: int
) -> None:
    reader.connect()
    reader.release()
    pcscd.results[step] = [stale]
    assert reader.connect().transport.reader == "reader"
    assert (len(pcscd.called("establish")), pcscd.contexts) == (2, 1)


def test_a_context_that_could_not_disconnect_is_none_for_the_next(pcscd: PcscdDouble, reader: PcscReader) -> None:
    reader.connect()
    pcscd.results["disconnect"] = [scard.SCARD_E_NO_SERVICE]
    reader.release()
    assert pcscd.contexts == 0


@pytest.mark.parametrize("step", ["establish", "look", "connect"])
def test_a_failure_to_connect_leaves_no_context(pcscd: PcscdDouble, reader: PcscReader, step: str) -> None:
    pcscd.results[step] = [scard.SCARD_E_NO_SERVICE]
    with pytest.raises(ServiceNotRunning):
        reader.connect()
    assert pcscd.contexts == 0
    assert reader.connect().transport.reader == "reader"


def test_an_unknown_reader(pcscd: PcscdDouble, reader: PcscReader) -> None:
    pcscd.states.clear()
    with pytest.raises(NoReader):
        reader.connect()


def test_the_connection_is_kept_while_the_card_stays(pcscd: PcscdDouble, reader: PcscReader) -> None:
    assert reader.connect() is reader.connect()
    assert len(pcscd.called("connect")) == 1


@pytest.mark.parametrize("state", [PRESENT | 3 << 16, EMPTY | 2 << 16])
def test_a_card_that_was_moved_is_connected_anew(pcscd: PcscdDouble, reader: PcscReader, state: int) -> None:
    first = reader.connect()
    pcscd.states["reader"] = (state, ATR)
    assert reader.connect() is not first
    assert pcscd.contexts == 1


def test_a_service_that_was_restarted_is_connected_anew(pcscd: PcscdDouble, reader: PcscReader) -> None:
    first = reader.connect()
    pcscd.results["look"] = [scard.SCARD_E_NO_SERVICE]
    assert reader.connect() is not first


def others_are(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "other_programs", lambda: programs)


@pytest.fixture
def held(pcscd: PcscdDouble, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Another program's transaction, during which pcscd leaves a connect waiting; set it to end that."""
    free = threading.Event()
    connect = pcscd.connect
    others_are(Programs(1, ("scdaemon (1234)",)), monkeypatch)
    monkeypatch.setattr(connection_module, "_BUSY_SECONDS", 0.01)
    monkeypatch.setattr(names, "connect", lambda *arguments: (free.wait(10), connect(*arguments))[1])
    return free


def free_again(held: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "_BUSY_SECONDS", 10)
    held.set()


def test_pcscd_that_keeps_a_connect_waiting_means_a_busy_card(
    pcscd: PcscdDouble, reader: PcscReader, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        with pytest.raises(CardBusy):
            reader.connect()
        reader.release()
    free_again(held, monkeypatch)
    assert reader.connect().transport.reader == "reader"
    assert len(pcscd.called("connect")) == len(pcscd.called("establish")) == 1


def test_pcscd_that_keeps_a_connect_waiting_for_nobody_is_stuck(
    pcscd: PcscdDouble, reader: PcscReader, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    others_are(Programs(0), monkeypatch)
    for _ in range(2):
        with pytest.raises(ServiceStuck):
            reader.connect()
    others_are(Programs(None), monkeypatch)
    with pytest.raises(CardBusy, match="not known which"):
        reader.connect()
    free_again(held, monkeypatch)
    reader.connect()


def test_a_reader_that_is_held_exclusively_names_its_holder(
    pcscd: PcscdDouble, reader: PcscReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    others_are(Programs(1, ("scdaemon (1234)",)), monkeypatch)
    pcscd.results["connect"] = [scard.SCARD_E_SHARING_VIOLATION]
    with pytest.raises(CardBusy, match=r"scdaemon \(1234\)"):
        reader.connect()


def test_what_became_of_a_connect_that_waited_says_nothing_of_the_present_card(
    pcscd: PcscdDouble, reader: PcscReader, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    pcscd.results["connect"] = [scard.SCARD_E_NO_SMARTCARD]
    with pytest.raises(CardBusy):
        reader.connect()
    free_again(held, monkeypatch)
    assert reader.connect().transport.reader == "reader"


@pytest.mark.parametrize("released", [False, True])
def test_a_connect_that_waited_and_was_refused_hurts_neither_the_release_nor_the_next_card(
    pcscd: PcscdDouble, reader: PcscReader, held: threading.Event, monkeypatch: pytest.MonkeyPatch, released: bool
) -> None:
    pcscd.results["connect"] = [scard.SCARD_E_SHARING_VIOLATION]
    with pytest.raises(CardBusy):
        reader.connect()
    free_again(held, monkeypatch)
    opening = reader._opening
    assert opening is not None
    assert isinstance(opening.exception(10), CardBusy)
    if released:
        reader.release()
    assert reader.connect().transport.reader == "reader"


def test_a_connection_that_comes_too_late_is_released(
    pcscd: PcscdDouble, reader: PcscReader, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CardBusy):
        reader.connect()
    free_again(held, monkeypatch)
    opening = reader._opening
    assert opening is not None
    opening.result(10)
    reader.release()
    assert pcscd.called("disconnect") == [(scard.SCARD_UNPOWER_CARD,)]

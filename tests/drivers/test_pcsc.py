"""PC/SC over a scripted pyscard: what its results mean, transactions, removal, a service that comes and goes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from smartcard import scard

from drivers.connection import ReaderState
from drivers.errors import (
    BadCardData,
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
from drivers.pcsc.driver import PcscDriver, create
from drivers.pcsc.programs import Programs
from drivers.pcsc.results import error_for

OK = scard.SCARD_S_SUCCESS
ATR = bytes([0x3B, 0x88])
PRESENT, EMPTY = scard.SCARD_STATE_PRESENT, scard.SCARD_STATE_EMPTY
PNP = "\\\\?PnP?\\Notification"


class Pcscd:
    """What pyscard would answer. ``results`` overrides the next results of a function, in turn."""

    def __init__(self) -> None:
        self.states: dict[str, tuple[int, bytes]] = {"reader": (PRESENT | 1 << 16, ATR)}
        self.answer: list[int] = [0x90, 0x00]
        self.results: dict[str, list[int]] = {}
        self.calls: list[tuple[Any, ...]] = []
        self.contexts = 0
        self.on_wait: Callable[[], None] = lambda: None

    def called(self, name: str) -> list[tuple[Any, ...]]:
        return [call[1:] for call in self.calls if call[0] == name]

    def _result(self, name: str, *arguments: Any) -> int:
        self.calls.append((name, *arguments))
        planned = self.results.get(name, [])
        return planned.pop(0) if planned else OK

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]:
        result = self._result("establish", scope)
        self.contexts += result == OK
        return result, self.contexts

    def SCardReleaseContext(self, context: int) -> int:
        self.contexts -= 1
        return self._result("release", context)

    def list_readers(self, context: int) -> tuple[int, list[str]]:
        return self._result("list"), list(self.states)

    def status_change(
        self, context: int, timeout: int, states: list[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, bytes]]]:
        if timeout:
            self.on_wait()
        result = self._result("wait" if timeout else "look", timeout, states)
        known = [(name, *self.states.get(name, (0, b""))) for name, _ in states]
        if any(name != PNP and name not in self.states for name, _ in states) and result == OK:
            result = scard.SCARD_E_UNKNOWN_READER
        return result, known

    def SCardCancel(self, context: int) -> int:
        return self._result("cancel", context)

    def connect(self, context: int, reader: str, mode: int, protocols: int) -> tuple[int, int, int]:
        return self._result("connect", reader, mode, protocols), 7, scard.SCARD_PROTOCOL_T1

    def SCardReconnect(self, handle: int, mode: int, protocols: int, initialization: int) -> tuple[int, int]:
        return self._result("reconnect", mode, protocols, initialization), scard.SCARD_PROTOCOL_T1

    def SCardDisconnect(self, handle: int, disposition: int) -> int:
        return self._result("disconnect", disposition)

    def SCardBeginTransaction(self, handle: int) -> int:
        return self._result("begin")

    def SCardEndTransaction(self, handle: int, disposition: int) -> int:
        return self._result("end", disposition)

    def SCardGetAttrib(self, handle: int, attribute: int) -> tuple[int, list[int]]:
        return self._result("attribute", attribute), []

    def SCardTransmit(self, handle: int, protocol: int, apdu: list[int]) -> tuple[int, list[int]]:
        self.command = apdu
        return self._result("transmit", protocol, bytes(apdu)), self.answer


class Clock:
    """A clock that only sleeping and waiting move."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        self.now += 0.001
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def pcscd(monkeypatch: pytest.MonkeyPatch) -> Pcscd:
    fake = Pcscd()
    for name in vars(Pcscd):
        if name.startswith("SCard"):
            monkeypatch.setattr(scard, name, getattr(fake, name))
    for name in ("list_readers", "status_change", "connect"):
        monkeypatch.setattr(names, name, getattr(fake, name))
    return fake


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(connection_module, "time", clock)
    return clock


@pytest.fixture
def reader(pcscd: Pcscd) -> Iterator[PcscReader]:
    reader = PcscReader("reader")
    yield reader
    reader.release()
    # One at most is kept for the next connection.
    assert pcscd.contexts <= 1


# -- results ---------------------------------------------------------------------------------------------


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


def test_connecting_is_shared_and_releasing_takes_the_power(pcscd: Pcscd, reader: PcscReader) -> None:
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


def test_the_next_connection_takes_over_the_context_of_the_last(pcscd: Pcscd, reader: PcscReader) -> None:
    for _ in range(3):
        reader.connect()
        reader.release()
    assert (len(pcscd.called("establish")), pcscd.contexts) == (1, 1)


@pytest.mark.parametrize("step", ["look", "connect"])
@pytest.mark.parametrize("stale", [scard.SCARD_E_NO_SERVICE, scard.SCARD_E_INVALID_HANDLE])
def test_a_context_of_a_service_that_is_gone_is_thrown_away(
    pcscd: Pcscd, reader: PcscReader, step: str, stale: int
) -> None:
    reader.connect()
    reader.release()
    pcscd.results[step] = [stale]
    assert reader.connect().transport.reader == "reader"
    assert (len(pcscd.called("establish")), pcscd.contexts) == (2, 1)


def test_a_context_that_could_not_disconnect_is_none_for_the_next(pcscd: Pcscd, reader: PcscReader) -> None:
    reader.connect()
    pcscd.results["disconnect"] = [scard.SCARD_E_NO_SERVICE]
    reader.release()
    assert pcscd.contexts == 0


@pytest.mark.parametrize("step", ["establish", "look", "connect"])
def test_a_failure_to_connect_leaves_no_context(pcscd: Pcscd, reader: PcscReader, step: str) -> None:
    pcscd.results[step] = [scard.SCARD_E_NO_SERVICE]
    with pytest.raises(ServiceNotRunning):
        reader.connect()
    assert pcscd.contexts == 0
    assert reader.connect().transport.reader == "reader"


def test_an_unknown_reader(pcscd: Pcscd, reader: PcscReader) -> None:
    pcscd.states.clear()
    with pytest.raises(NoReader):
        reader.connect()


def test_the_connection_is_kept_while_the_card_stays(pcscd: Pcscd, reader: PcscReader) -> None:
    assert reader.connect() is reader.connect()
    assert len(pcscd.called("connect")) == 1


@pytest.mark.parametrize("state", [PRESENT | 3 << 16, EMPTY | 2 << 16])
def test_a_card_that_was_moved_is_connected_anew(pcscd: Pcscd, reader: PcscReader, state: int) -> None:
    first = reader.connect()
    pcscd.states["reader"] = (state, ATR)
    assert reader.connect() is not first
    assert pcscd.contexts == 1


def test_a_service_that_was_restarted_is_connected_anew(pcscd: Pcscd, reader: PcscReader) -> None:
    first = reader.connect()
    pcscd.results["look"] = [scard.SCARD_E_NO_SERVICE]
    assert reader.connect() is not first


def others_are(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "other_programs", lambda: programs)


@pytest.fixture
def held(pcscd: Pcscd, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
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
    pcscd: Pcscd, reader: PcscReader, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        with pytest.raises(CardBusy):
            reader.connect()
        reader.release()
    free_again(held, monkeypatch)
    assert reader.connect().transport.reader == "reader"
    assert len(pcscd.called("connect")) == len(pcscd.called("establish")) == 1


def test_pcscd_that_keeps_a_connect_waiting_for_nobody_is_stuck(
    pcscd: Pcscd, reader: PcscReader, held: threading.Event, monkeypatch: pytest.MonkeyPatch
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
    pcscd: Pcscd, reader: PcscReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    others_are(Programs(1, ("scdaemon (1234)",)), monkeypatch)
    pcscd.results["connect"] = [scard.SCARD_E_SHARING_VIOLATION]
    with pytest.raises(CardBusy, match=r"scdaemon \(1234\)"):
        reader.connect()


def test_what_became_of_a_connect_that_waited_says_nothing_of_the_present_card(
    pcscd: Pcscd, reader: PcscReader, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    pcscd.results["connect"] = [scard.SCARD_E_NO_SMARTCARD]
    with pytest.raises(CardBusy):
        reader.connect()
    free_again(held, monkeypatch)
    assert reader.connect().transport.reader == "reader"


@pytest.mark.parametrize("released", [False, True])
def test_a_connect_that_waited_and_was_refused_hurts_neither_the_release_nor_the_next_card(
    pcscd: Pcscd, reader: PcscReader, held: threading.Event, monkeypatch: pytest.MonkeyPatch, released: bool
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
    pcscd: Pcscd, reader: PcscReader, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CardBusy):
        reader.connect()
    free_again(held, monkeypatch)
    opening = reader._opening
    assert opening is not None
    opening.result(10)
    reader.release()
    assert pcscd.called("disconnect") == [(scard.SCARD_UNPOWER_CARD,)]


# -- transactions ----------------------------------------------------------------------------------------


def test_a_with_block_is_a_transaction(pcscd: Pcscd, reader: PcscReader) -> None:
    with reader.connect():
        assert len(pcscd.called("begin")) == 1
        assert pcscd.called("end") == []
    assert pcscd.called("end") == [(scard.SCARD_LEAVE_CARD,)]


def test_a_reset_by_another_program_is_noted_before_anything_is_said(pcscd: Pcscd, reader: PcscReader) -> None:
    pcscd.results["begin"] = [scard.SCARD_W_RESET_CARD]
    with reader.connect() as connection:
        assert pcscd.called("reconnect") == [(scard.SCARD_SHARE_SHARED, 3, scard.SCARD_LEAVE_CARD)]
        assert len(pcscd.called("begin")) == 2
        assert connection.resets == 1
    with reader.connect() as again:
        assert (again is connection, again.resets) == (True, 1)


def test_a_reset_that_hides_another_card(pcscd: Pcscd, reader: PcscReader) -> None:
    connection = reader.connect()
    pcscd.results["begin"] = [scard.SCARD_W_RESET_CARD]
    pcscd.states["reader"] = (PRESENT | 3 << 16, ATR)
    with pytest.raises(CardRemoved), connection:
        pass
    assert len(pcscd.called("begin")) == 1


@pytest.mark.parametrize("step", ["reconnect", "begin"])
def test_a_card_that_is_reset_again_and_again(pcscd: Pcscd, reader: PcscReader, step: str) -> None:
    reset = scard.SCARD_W_RESET_CARD
    pcscd.results = {"begin": [reset, reset], step: [reset, reset]}
    with pytest.raises(CommunicationFailed), reader.connect():
        pass
    assert len(pcscd.called("reconnect")) == 1


def test_a_reset_inside_a_dialogue_ends_it(pcscd: Pcscd, reader: PcscReader) -> None:
    pcscd.results["transmit"] = [scard.SCARD_W_RESET_CARD]
    with pytest.raises(CommunicationFailed), reader.connect() as connection:
        connection.send_and_receive(b"\x00\xb0\x00\x00\x00")
    assert pcscd.called("reconnect") == []
    assert len(pcscd.called("end")) == 1


def test_another_programs_transaction_is_waited_for(pcscd: Pcscd, reader: PcscReader, clock: Clock) -> None:
    pcscd.results["attribute"] = [scard.SCARD_E_SHARING_VIOLATION] * 3
    with reader.connect():
        assert 100.3 < clock.now < 100.4


def test_another_programs_transaction_is_not_waited_for_without_end(
    pcscd: Pcscd, reader: PcscReader, clock: Clock
) -> None:
    pcscd.results["attribute"] = [scard.SCARD_E_SHARING_VIOLATION] * 1000
    with pytest.raises(CardBusy), reader.connect():
        pass
    assert 103 < clock.now < 104
    assert pcscd.called("begin") == []


# -- commands --------------------------------------------------------------------------------------------


def test_a_command_and_its_answer(pcscd: Pcscd, reader: PcscReader) -> None:
    pcscd.answer = [1, 2, 0x63, 0xC3]
    assert reader.connect().send_and_receive(b"\x00\x20\x00\x98") == (b"\x01\x02", 0x63C3)
    assert pcscd.called("transmit") == [(scard.SCARD_PCI_T1, b"\x00\x20\x00\x98")]


def test_no_command_stays_in_memory(pcscd: Pcscd, reader: PcscReader) -> None:
    reader.connect().send_and_receive(b"\x00\x20\x00\x98\x041234")
    assert pcscd.command == [0] * 9


def test_an_answer_that_is_too_long(pcscd: Pcscd, reader: PcscReader) -> None:
    pcscd.answer = [0] * 65_539
    with pytest.raises(BadCardData):
        reader.connect().send_and_receive(b"\x00\xb0\x00\x00\x00")


@pytest.mark.parametrize("answer", [[], [0x90]])
@pytest.mark.parametrize("result", [OK, scard.SCARD_E_NOT_TRANSACTED])
@pytest.mark.parametrize("state", [EMPTY | 2 << 16, PRESENT | 3 << 16])
def test_a_card_that_leaves_inside_a_command(
    pcscd: Pcscd, reader: PcscReader, answer: list[int], result: int, state: int
) -> None:
    connection = reader.connect()
    pcscd.answer, pcscd.results["transmit"] = answer, [result]
    pcscd.on_wait = lambda: pcscd.states.update(reader=(state, b""))
    with pytest.raises(CardRemoved):
        connection.send_and_receive(b"\x00\xb0\x00\x00\x00")


@pytest.mark.parametrize("seen", [scard.SCARD_E_TIMEOUT, scard.SCARD_E_NO_SERVICE])
def test_a_link_that_breaks_under_a_card_that_stays(pcscd: Pcscd, reader: PcscReader, seen: int) -> None:
    connection = reader.connect()
    pcscd.answer, pcscd.results["wait"] = [], [seen]
    with pytest.raises(CommunicationFailed):
        connection.send_and_receive(b"\x00\xb0\x00\x00\x00")


def test_other_changes_of_the_reader_are_no_removal(pcscd: Pcscd, reader: PcscReader, clock: Clock) -> None:
    connection = reader.connect()
    pcscd.answer = []
    pcscd.states["reader"] = (PRESENT | scard.SCARD_STATE_INUSE | 1 << 16, ATR)
    pcscd.on_wait = lambda: clock.sleep(0.3)
    with pytest.raises(CommunicationFailed):
        connection.send_and_receive(b"\x00\xb0\x00\x00\x00")
    assert len(pcscd.called("wait")) == 3


def test_the_service_goes_inside_a_dialogue(pcscd: Pcscd, reader: PcscReader) -> None:
    pcscd.results["transmit"] = [scard.SCARD_E_NO_SERVICE]
    with pytest.raises(ServiceNotRunning):
        reader.connect().send_and_receive(b"\x00\xb0\x00\x00\x00")


def test_a_reader_that_is_closed_keeps_no_context(pcscd: Pcscd, reader: PcscReader) -> None:
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
    pcscd: Pcscd, reader: PcscReader, monkeypatch: pytest.MonkeyPatch, result: int
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


# -- watching --------------------------------------------------------------------------------------------

SEEN = {"reader": ReaderState(True, b"\x3b\x88", 1)}


def test_the_first_look_does_not_wait(pcscd: Pcscd) -> None:
    driver = create({})
    assert driver.watch(None, 60) == SEEN
    assert pcscd.called("wait") == []
    assert driver.reader("reader").name == "reader"


def test_a_change_ends_the_wait(pcscd: Pcscd) -> None:
    pcscd.on_wait = lambda: pcscd.states.update(reader=(EMPTY | 2 << 16, b""))
    assert PcscDriver().watch(SEEN, 60) == {"reader": ReaderState(False, b"", 2)}
    ((timeout, states),) = pcscd.called("wait")
    assert 4000 < timeout <= 5001
    assert states == [(PNP, 1 << 16), ("reader", PRESENT | 1 << 16)]


def test_a_swap_of_equal_cards_is_a_change(pcscd: Pcscd) -> None:
    pcscd.on_wait = lambda: pcscd.states.update(reader=(PRESENT | 3 << 16, ATR))
    assert PcscDriver().watch(SEEN, 60) == {"reader": ReaderState(True, b"\x3b\x88", 3)}


def test_a_new_reader_is_seen(pcscd: Pcscd) -> None:
    pcscd.on_wait = lambda: pcscd.states.update(other=(EMPTY, b""))
    assert list(PcscDriver().watch(SEEN, 60)) == ["reader", "other"]


def test_a_reader_that_goes_is_seen(pcscd: Pcscd) -> None:
    pcscd.on_wait = pcscd.states.clear
    assert PcscDriver().watch(SEEN, 60) == {}


def test_no_readers(pcscd: Pcscd) -> None:
    pcscd.results["list"] = [scard.SCARD_E_NO_READERS_AVAILABLE]
    assert PcscDriver().watch(None, 60) == {}


def test_a_reader_that_goes_during_the_look(pcscd: Pcscd) -> None:
    pcscd.results["look"] = [scard.SCARD_E_UNKNOWN_READER]
    assert PcscDriver().watch(None, 60) == SEEN
    pcscd.results["look"] = [scard.SCARD_E_UNKNOWN_READER] * 3
    with pytest.raises(ReaderFailed, match="too fast"):
        PcscDriver().watch(None, 60)


def test_the_time_is_up(pcscd: Pcscd) -> None:
    assert PcscDriver().watch(SEEN, 0) == SEEN


def test_what_is_no_change_is_waited_through(pcscd: Pcscd) -> None:
    """As when our own connection sets the bit ``in use``."""
    waits = []

    def on_wait() -> None:
        waits.append(1)
        state = PRESENT | scard.SCARD_STATE_INUSE if len(waits) < 3 else EMPTY
        pcscd.states["reader"] = (state | 1 << 16, ATR)

    pcscd.on_wait = on_wait
    PcscDriver().watch(SEEN, 60)
    assert len(waits) == 3


def test_a_wake_ends_the_wait(pcscd: Pcscd) -> None:
    driver = PcscDriver()
    driver.wake()
    assert pcscd.called("cancel") == []
    driver.watch(None, 60)
    pcscd.results["wait"] = [scard.SCARD_E_CANCELLED]
    pcscd.on_wait = driver.wake
    assert driver.watch(SEEN, 60) == SEEN
    assert len(pcscd.called("cancel")) == 1


@pytest.mark.parametrize("step", ["establish", "list", "look", "wait"])
@pytest.mark.parametrize(
    ("result", "kind"),
    [
        (scard.SCARD_E_NO_SERVICE, ServiceNotRunning),
        (scard.SCARD_F_COMM_ERROR, ServiceNotRunning),
        (scard.SCARD_W_SECURITY_VIOLATION, ServiceRefused),
        (scard.SCARD_E_INVALID_HANDLE, ServiceNotRunning),
        (scard.SCARD_F_INTERNAL_ERROR, ReaderFailed),
    ],
)
def test_a_failure_throws_the_context_away(pcscd: Pcscd, step: str, result: int, kind: type[DriverError]) -> None:
    driver = PcscDriver()
    pcscd.results[step] = [result]
    with pytest.raises(kind):
        driver.watch(SEEN, 60)
    assert pcscd.contexts == 0
    assert driver.watch(None, 60) == SEEN


def test_not_more_than_sixteen_readers(pcscd: Pcscd) -> None:
    pcscd.states = {f"reader {number}": (EMPTY, b"") for number in range(40)}
    assert len(PcscDriver().watch(None, 60)) == 16

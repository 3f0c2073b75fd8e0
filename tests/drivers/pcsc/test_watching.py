"""What is seen of the readers, and what ends a wait for a change."""

from __future__ import annotations

import pytest
from smartcard import scard

from drivers.connection import ReaderState
from drivers.errors import (
    DriverError,
    ReaderFailed,
    ServiceNotRunning,
    ServiceRefused,
)
from drivers.pcsc.driver import PcscDriver, create
from tests.drivers.pcscd_double import ATR, EMPTY, PNP, PRESENT, PcscdDouble

SEEN = {"reader": ReaderState(True, b"\x3b\x88", 1)}


def test_the_first_look_does_not_wait(pcscd: PcscdDouble) -> None:
    driver = create({})
    assert driver.watch(None, 60) == SEEN
    assert pcscd.called("wait") == []
    assert driver.reader("reader").name == "reader"


def test_a_change_ends_the_wait(pcscd: PcscdDouble) -> None:
    pcscd.on_wait = lambda: pcscd.states.update(reader=(EMPTY | 2 << 16, b""))
    assert PcscDriver().watch(SEEN, 60) == {"reader": ReaderState(False, b"", 2)}
    ((timeout, states),) = pcscd.called("wait")
    assert 4000 < timeout <= 5001
    assert states == [(PNP, 1 << 16), ("reader", PRESENT | 1 << 16)]


def test_a_swap_of_equal_cards_is_a_change(pcscd: PcscdDouble) -> None:
    pcscd.on_wait = lambda: pcscd.states.update(reader=(PRESENT | 3 << 16, ATR))
    assert PcscDriver().watch(SEEN, 60) == {"reader": ReaderState(True, b"\x3b\x88", 3)}


def test_a_new_reader_is_seen(pcscd: PcscdDouble) -> None:
    pcscd.on_wait = lambda: pcscd.states.update(other=(EMPTY, b""))
    assert list(PcscDriver().watch(SEEN, 60)) == ["reader", "other"]


def test_a_reader_that_goes_is_seen(pcscd: PcscdDouble) -> None:
    pcscd.on_wait = pcscd.states.clear
    assert PcscDriver().watch(SEEN, 60) == {}


def test_no_readers(pcscd: PcscdDouble) -> None:
    pcscd.results["list"] = [scard.SCARD_E_NO_READERS_AVAILABLE]
    assert PcscDriver().watch(None, 60) == {}


def test_a_reader_that_goes_during_the_look(pcscd: PcscdDouble) -> None:
    pcscd.results["look"] = [scard.SCARD_E_UNKNOWN_READER]
    assert PcscDriver().watch(None, 60) == SEEN
    pcscd.results["look"] = [scard.SCARD_E_UNKNOWN_READER] * 3
    with pytest.raises(ReaderFailed, match="too fast"):
        PcscDriver().watch(None, 60)


def test_the_time_is_up(pcscd: PcscdDouble) -> None:
    assert PcscDriver().watch(SEEN, 0) == SEEN


def test_what_is_no_change_is_waited_through(pcscd: PcscdDouble) -> None:
    """As when our own connection sets the bit ``in use``."""
    waits = []

    def on_wait() -> None:
        waits.append(1)
        state = PRESENT | scard.SCARD_STATE_INUSE if len(waits) < 3 else EMPTY
        pcscd.states["reader"] = (state | 1 << 16, ATR)

    pcscd.on_wait = on_wait
    PcscDriver().watch(SEEN, 60)
    assert len(waits) == 3


def test_a_wake_ends_the_wait(pcscd: PcscdDouble) -> None:
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
def test_a_failure_throws_the_context_away(pcscd: PcscdDouble, step: str, result: int, kind: type[DriverError]) -> None:
    driver = PcscDriver()
    pcscd.results[step] = [result]
    with pytest.raises(kind):
        driver.watch(SEEN, 60)
    assert pcscd.contexts == 0
    assert driver.watch(None, 60) == SEEN


def test_not_more_than_sixteen_readers(pcscd: PcscdDouble) -> None:
    pcscd.states = {f"reader {number}": (EMPTY, b"") for number in range(40)}
    assert len(PcscDriver().watch(None, 60)) == 16

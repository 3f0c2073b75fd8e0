"""Which PC/SC readers are used: by a part of the name, or by VID:PID, which pcscd and the kernel tell together.

The real stack's virtual reader is on no bus: pyscard and ``/sys`` are replaced where a USB reader is needed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from smartcard import scard

from drivers.errors import CardBusy, NoReader, ReaderFailed, ServiceNotRunning, ServiceStuck
from drivers.pcsc import connection as connection_module
from drivers.pcsc import names
from drivers.pcsc import usb as usb_module
from drivers.pcsc.driver import PcscDriver, create
from drivers.pcsc.programs import Programs
from drivers.pcsc.usb import UsbIds
from drivers.reader_choice import MAX_READERS, check_reader, fits, readers_of
from simulators.pcscd import PrivatePcscd

OK = scard.SCARD_S_SUCCESS
PASORI, OTHER = "Sony PaSoRi RC-S300/S 00 00", "ACS ACR39U 01 00"


class Pcscd:
    """Readers by name and channel; None: one that does not say where it is."""

    def __init__(self) -> None:
        self.channels: dict[str, int | None] = {PASORI: 0x0020_0104, OTHER: 0x0020_0203}
        self.answers: dict[str, list[int]] = {}
        self.asked: list[str] = []
        self.contexts = 0
        self.free = threading.Event()
        self.free.set()

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]:
        self.contexts += 1
        return OK, self.contexts

    def SCardReleaseContext(self, context: int) -> int:
        self.contexts -= 1
        return OK

    def list_readers(self, context: int) -> tuple[int, list[str]]:
        return (OK, list(self.channels)) if self.channels else (scard.SCARD_E_NO_READERS_AVAILABLE, [])

    def status_change(self, context: int, timeout: int, states: Any) -> tuple[int, list[Any]]:
        return OK, [(name, scard.SCARD_STATE_EMPTY, b"") for name, _ in states]

    def SCardCancel(self, context: int) -> int:
        return OK

    def connect(self, context: int, reader: str, mode: int, protocols: int) -> tuple[int, str, int]:
        assert (mode, protocols) == (scard.SCARD_SHARE_DIRECT, 0), "the card must be left alone"
        self.asked.append(reader)
        self.free.wait()
        planned = self.answers.get(reader, [])
        return planned.pop(0) if planned else OK, reader, 0

    def SCardGetAttrib(self, handle: str, attribute: int) -> tuple[int, list[int]]:
        assert attribute == 0x0002_0110
        channel = self.channels[handle]
        if channel is None:
            return scard.SCARD_E_UNSUPPORTED_FEATURE, []
        return OK, list(channel.to_bytes(4, "little"))

    def SCardDisconnect(self, handle: str, disposition: int) -> int:
        assert disposition == scard.SCARD_LEAVE_CARD
        return OK


@pytest.fixture
def pcscd_double(monkeypatch: pytest.MonkeyPatch) -> Pcscd:
    double = Pcscd()
    for name in vars(Pcscd):
        if name.startswith("SCard"):
            monkeypatch.setattr(scard, name, getattr(double, name))
    for name in ("list_readers", "status_change", "connect"):
        monkeypatch.setattr(names, name, getattr(double, name))
    monkeypatch.setattr(usb_module, "_ANSWER_SECONDS", 0.05)
    return double


def plug(root: Path, port: str, bus: int, device: int, vendor: str, product: str) -> None:
    """What the kernel shows of one device."""
    folder = root / port
    folder.mkdir(parents=True)
    values = {"busnum": str(bus), "devnum": str(device), "idVendor": vendor, "idProduct": product}
    for name, value in values.items():
        (folder / name).write_text(value + "\n", "ascii")


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    root = tmp_path / "devices"
    (root / "1-0:1.0").mkdir(parents=True)
    plug(root, "1-1", 1, 4, "054c", "0dc9")
    plug(root, "2-1.4", 2, 3, "072f", "9000")
    return root


@pytest.fixture
def listed(pcscd_double: Pcscd, devices: Path) -> Callable[..., list[str]]:
    """The readers that a driver of this choice lists."""
    return lambda *chosen: list(PcscDriver(chosen, UsbIds(devices)).watch(None, 0))


@pytest.mark.parametrize(
    ("chosen", "there"),
    [
        ([], [PASORI, OTHER]),
        (["PaSoRi"], [PASORI]),
        (["pasori", "ACR"], [PASORI, OTHER]),
        (["054c:0dc9"], [PASORI]),
        (["054C:0DC9"], [PASORI]),
        (["pasori", "072f:9000"], [PASORI, OTHER]),
        (["04e6:5591"], []),
        (["no such"], []),
    ],
)
def test_a_choice(listed: Callable[..., list[str]], chosen: list[str], there: list[str]) -> None:
    assert listed(*chosen) == there


def test_the_bus_is_asked_only_where_a_name_does_not_tell_and_once(pcscd_double: Pcscd, devices: Path) -> None:
    driver = PcscDriver(["pasori", "072f:9000"], UsbIds(devices))
    for _ in range(3):
        driver.watch(None, 0)
    assert pcscd_double.asked == [OTHER]


@pytest.mark.parametrize("channel", [None, 0x0001_0104, 0x0020_0105, 0])
def test_a_reader_of_no_known_place_has_no_id(
    pcscd_double: Pcscd, listed: Callable[..., list[str]], channel: int | None
) -> None:
    pcscd_double.channels = {PASORI: channel}
    assert listed("054c:0dc9") == []


def test_a_machine_without_usb_and_a_kernel_that_writes_nonsense(
    pcscd_double: Pcscd, devices: Path, tmp_path: Path
) -> None:
    (devices / "1-1" / "idVendor").write_text("no number")
    for root in (devices, tmp_path / "none"):
        assert PcscDriver(["054c:0dc9"], UsbIds(root)).watch(None, 0) == {}


def test_another_reader_under_the_same_name_is_asked_anew(pcscd_double: Pcscd, devices: Path) -> None:
    driver = PcscDriver(["054c:0dc9"], UsbIds(devices))
    assert list(driver.watch(None, 0)) == [PASORI]
    pcscd_double.channels = {}
    assert driver.watch(None, 0) == {}
    pcscd_double.channels = {PASORI: 0x0020_0203}
    assert driver.watch(None, 0) == {}


def test_a_reader_that_is_held_exclusively_is_asked_again(pcscd_double: Pcscd, devices: Path) -> None:
    pcscd_double.answers = {PASORI: [scard.SCARD_E_SHARING_VIOLATION]}
    driver = PcscDriver(["054c:0dc9"], UsbIds(devices))
    with pytest.raises(CardBusy):
        driver.watch(None, 0)
    assert list(driver.watch(None, 0)) == [PASORI]


def test_a_reader_that_is_held_hides_no_other(pcscd_double: Pcscd, listed: Callable[..., list[str]]) -> None:
    pcscd_double.answers = {PASORI: [scard.SCARD_E_SHARING_VIOLATION]}
    assert listed("054c:0dc9", "072f:9000") == [OTHER]


@pytest.mark.parametrize(("connections", "raised"), [(0, ServiceStuck), (1, CardBusy)])
def test_a_transaction_without_an_end_is_not_waited_for(
    pcscd_double: Pcscd, devices: Path, monkeypatch: pytest.MonkeyPatch, connections: int, raised: type[Exception]
) -> None:
    monkeypatch.setattr(connection_module, "other_programs", lambda: Programs(connections))
    pcscd_double.channels.pop(OTHER)
    pcscd_double.free.clear()
    driver = PcscDriver(["054c:0dc9"], UsbIds(devices))
    for _ in range(2):
        with pytest.raises(raised):
            driver.watch(None, 0)
    assert pcscd_double.asked.count(PASORI) == 1
    pcscd_double.free.set()
    _finished("usb ")
    assert list(driver.watch(None, 0)) == [PASORI]


@pytest.mark.parametrize(
    ("result", "raised"),
    [(scard.SCARD_E_NO_SERVICE, ServiceNotRunning), (scard.SCARD_E_NO_MEMORY, ReaderFailed)],
)
def test_what_asking_can_end_in(pcscd_double: Pcscd, devices: Path, result: int, raised: type[Exception]) -> None:
    pcscd_double.channels.pop(OTHER)
    pcscd_double.answers = {PASORI: [result]}
    with pytest.raises(raised):
        PcscDriver(["054c:0dc9"], UsbIds(devices)).watch(None, 0)


def _finished(name: str) -> None:
    for thread in [thread for thread in threading.enumerate() if thread.name.startswith(name)]:
        thread.join()


def test_a_reader_that_leaves_while_it_is_asked_is_just_gone(
    pcscd_double: Pcscd, listed: Callable[..., list[str]]
) -> None:
    pcscd_double.answers = {PASORI: [scard.SCARD_E_UNKNOWN_READER]}
    assert listed("054c:0dc9") == []


@pytest.mark.parametrize("text", ["", " ", "54c:0dc9", "054c:0dc90", "054g:0dc9", "054c:", ":", "a\nb", "x" * 129])
def test_a_malformed_entry(text: str) -> None:
    with pytest.raises(ValueError, match="chooses no reader; write a part of its name"):
        check_reader(text)


@pytest.mark.parametrize("text", ["PaSoRi", "054c:0dc9", "x" * 128, "リーダー", "[CCID Interface] 00 00", "0dc9"])
def test_an_entry_that_can_choose(text: str) -> None:
    assert check_reader(text) == text


@pytest.mark.parametrize("readers", ["054c:0dc9", [1], ["a"] * (MAX_READERS + 1), ["54c:"]])
def test_options_that_are_no_choice(readers: object) -> None:
    with pytest.raises(ValueError):
        readers_of({"readers": readers})


def test_without_a_choice_nobody_is_asked_for_an_id() -> None:
    def usb_id(name: str) -> str:
        raise NoReader(name)

    assert fits([], "any", usb_id)
    assert fits(["AN"], "any", usb_id)


@pytest.mark.parametrize(("chosen", "count"), [("virtual pcd 00 00", 1), ("Virtual", 2), ("054c:0dc9", 0)])
def test_the_real_pcscd(pcscd: PrivatePcscd, chosen: str, count: int) -> None:
    """It has two virtual readers, which are on no bus: by VID:PID none of them is there."""
    assert len(create({"readers": [chosen]}).watch(None, 0)) == count

"""Finding, opening and losing devices: what nfcpy raises, as a table. nfcpy is replaced, for no USB is here."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from drivers.connection import ReaderState
from drivers.errors import DriverError, NoReader, ReaderClaimed, ReaderFailed, Trouble
from drivers.events import ReaderEvent
from drivers.monitor import watch_forever
from drivers.nfc import driver as driver_module
from drivers.nfc import frontend as frontend_module
from drivers.nfc.device import NfcDevice
from drivers.nfc.driver import create
from drivers.nfc.frontend import FoundDevice, Frontend, find
from drivers.worker.client import DEFAULT_LIMITS, ReaderInfo, ReaderWorker
from simulators.threaded import ThreadedPlugin
from tests.drivers.told import name_of, reader_of, trouble_of

if TYPE_CHECKING:
    from tests.drivers.doubles import Events

RC_S380 = (0x054C, 0x06C1, 1, 4)
SECOND_RC_S380 = (0x054C, 0x06C1, 2, 7)
PN533 = (0x04CC, 0x2533, 1, 9)
KEYBOARD = (0x046D, 0xC31C, 1, 2)


@dataclass
class Bus:
    """USB with its devices, and what happens to whoever opens one."""

    devices: list[tuple[int, int, int, int]] = field(default_factory=list)
    troubles: dict[str, BaseException] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)


class Clf:
    """An nfcpy device without a card."""

    max_send_data_size = max_recv_data_size = 290
    fault: BaseException | None = None

    def __init__(self, bus: Bus, path: str) -> None:
        if path in bus.troubles:
            raise bus.troubles[path]
        bus.opened.append(path)

    def sense(self, *targets: object) -> None:
        if Clf.fault is not None:
            raise Clf.fault

    def exchange(self, data: bytes, timeout: float) -> None:
        self.sense()

    def close(self) -> None: ...


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    bus = Bus()
    monkeypatch.setattr(frontend_module, "ContactlessFrontend", lambda path: Clf(bus, path))
    monkeypatch.setattr(frontend_module.USB, "find", lambda path: bus.devices)
    yield bus
    Clf.fault = None


def os_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def test_readers_are_named_by_model_and_ids_and_keep_their_order(bus: Bus) -> None:
    bus.devices = [SECOND_RC_S380, KEYBOARD, PN533, RC_S380]
    assert find("usb") == [
        FoundDevice("RC-S380 usb:054c:06c1", "usb:001:004"),
        FoundDevice("PN533 usb:04cc:2533", "usb:001:009"),
        FoundDevice("RC-S380 usb:054c:06c1 #2", "usb:002:007"),
    ]
    assert all(len(found.name) <= 64 for found in find("usb"))


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (os_error(errno.EBUSY), ReaderClaimed),
        (os_error(errno.EACCES), ReaderClaimed),
        (os_error(errno.ENODEV), NoReader),
        (os_error(errno.EIO), ReaderFailed),
        (ValueError("a port by name"), ReaderFailed),
    ],
)
def test_what_opening_can_end_in(bus: Bus, raised: BaseException, kind: type[DriverError]) -> None:
    bus.troubles["usb:001:004"] = raised
    with pytest.raises(kind) as caught:
        Frontend("usb:001:004")
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("raised", [os_error(errno.EIO), AttributeError("nfcpy's own"), IndexError(), RuntimeError()])
@pytest.mark.parametrize("act", [Frontend.sense, Frontend.field_off, lambda front: front.exchange(b"\xb2", 0.1)])
def test_nothing_of_nfcpy_leaves_the_package(bus: Bus, raised: BaseException, act: Callable[[Frontend], Any]) -> None:
    front = Frontend("usb:001:004")
    Clf.fault = raised
    with pytest.raises(ReaderFailed):
        act(front)


def test_a_frame_is_wiped_when_nfcpy_has_sent_it(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytearray] = []
    monkeypatch.setattr(Clf, "exchange", lambda self, data, timeout: sent.append(data))
    assert Frontend("usb:001:004").exchange(bytes.fromhex("02002000980431323334"), 0.1) is None
    assert sent == [bytearray(10)]


def test_a_card_that_cannot_be_sent_to_sleep_loses_its_field_all_the_same(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []
    atqb = SimpleNamespace(sensb_res=bytes.fromhex("5011223344000005E0B381A1"))

    def exchange(self: Clf, data: bytearray, timeout: float) -> bytes:
        if data[0] == 0xC2:
            raise os_error(errno.EIO)
        return b"\x00"

    def sense(self: Clf, *targets: object) -> object:
        asked.append(targets)
        return atqb if targets else None

    monkeypatch.setattr(Clf, "exchange", exchange)
    monkeypatch.setattr(Clf, "sense", sense)
    device = NfcDevice("reader", Frontend("usb:001:004"))
    assert device.look().card_present
    device.release()
    assert asked[-1] == ()


def test_a_reader_that_belongs_to_somebody_else_says_so_until_it_is_free(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver_module, "_SEARCH_SECONDS", 0.0)
    bus.devices, bus.troubles = [RC_S380], {"usb:001:004": os_error(errno.EBUSY)}
    driver = create({})
    with pytest.raises(ReaderClaimed):
        driver.watch(None, 5.0)
    bus.troubles.clear()
    assert driver.watch(None, 5.0) == {"RC-S380 usb:054c:06c1": ReaderState(card_present=False)}


CLAIMED = ReaderState(card_present=False, trouble=Trouble.READER_CLAIMED)
EMPTY = ReaderState(card_present=False)


def test_a_claimed_reader_is_shown_beside_those_that_work(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_module, "_SEARCH_SECONDS", 0.1)
    bus.devices, bus.troubles = [RC_S380, PN533], {"usb:001:004": os_error(errno.EBUSY)}
    driver = create({})
    seen = driver.watch(None, 5.0)
    assert seen == {"RC-S380 usb:054c:06c1": CLAIMED, "PN533 usb:04cc:2533": EMPTY}
    bus.troubles.clear()
    assert driver.watch(seen, 20.0)["RC-S380 usb:054c:06c1"].trouble is None
    assert bus.opened.count("usb:001:009") == 1


@pytest.mark.anyio
async def test_what_becomes_of_a_claimed_reader_is_told(
    bus: Bus, monkeypatch: pytest.MonkeyPatch, make_events: type[Events]
) -> None:
    monkeypatch.setattr(driver_module, "_SEARCH_SECONDS", 0.1)
    bus.devices, bus.troubles = [RC_S380, PN533], {"usb:001:004": os_error(errno.EBUSY)}

    events = make_events()
    client = ReaderWorker(ThreadedPlugin("nfc", create), on_event=events)
    await client.start()
    await events.until_seen("reader_added")
    told = {(name_of(event), reader_of(event), trouble_of(event)) for event in events.seen[1:]}
    assert told == {
        ("reader_left_out", "RC-S380 usb:054c:06c1", Trouble.READER_CLAIMED),
        ("reader_added", "PN533 usb:04cc:2533", None),
    }
    assert await client.readers() == [
        ReaderInfo("RC-S380 usb:054c:06c1", "nfc", False, Trouble.READER_CLAIMED),
        ReaderInfo("PN533 usb:04cc:2533", "nfc", False),
    ]
    events.seen.clear()
    bus.troubles.clear()
    await events.until_seen("reader_added")
    assert [name_of(event) for event in events.seen] == ["reader_removed", "reader_added"]
    assert client.known["RC-S380 usb:054c:06c1"] == EMPTY
    bus.devices = [PN533]
    await client.stop()


def test_a_reader_that_hangs_from_the_first_look_on_is_not_one_that_is_missing(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver_module, "_FIRST_LOOK_SECONDS", 0.2)
    monkeypatch.setattr(driver_module, "_LONG_LOOK_SECONDS", 0.1)
    thaw = threading.Event()
    monkeypatch.setattr(Clf, "sense", lambda self, *targets: thaw.wait() and None)
    bus.devices = [RC_S380]
    seen = create({}).watch(None, 5.0)
    thaw.set()
    assert seen == {"RC-S380 usb:054c:06c1": ReaderState(False, trouble=Trouble.READER_STUCK)}


def test_a_reader_that_is_not_there_is_not_listed_and_found_when_it_comes(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver_module, "_SEARCH_SECONDS", 0.1)
    driver = create({"devices": ["usb:054c:06c1"]})
    assert driver.watch(None, 5.0) == {}
    bus.devices = [RC_S380]
    assert list(driver.watch({}, 20.0)) == ["RC-S380 usb:054c:06c1"]


def test_a_reader_that_fails_is_gone_and_opened_again(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_module, "_SEARCH_SECONDS", 0.1)
    bus.devices = [RC_S380]
    driver = create({})
    seen = driver.watch(None, 5.0)
    Clf.fault = os_error(errno.EIO)
    assert driver.watch(seen, 20.0) == {}
    Clf.fault = None
    assert list(driver.watch({}, 20.0)) == ["RC-S380 usb:054c:06c1"]
    assert len(bus.opened) >= 2


@pytest.mark.parametrize(
    ("answer", "largest"), [("no bytes", 290), (bytes.fromhex("5000000000000000000081e100"), None)]
)
def test_a_device_that_answers_in_another_form_is_one_that_fails(
    bus: Bus, monkeypatch: pytest.MonkeyPatch, answer: object, largest: object
) -> None:
    monkeypatch.setattr(driver_module, "_SEARCH_SECONDS", 0.1)
    bus.devices = [RC_S380]
    driver = create({})
    seen = driver.watch(None, 5.0)
    assert list(seen) == ["RC-S380 usb:054c:06c1"]
    monkeypatch.setattr(Clf, "max_send_data_size", largest)
    monkeypatch.setattr(Clf, "sense", lambda self, *targets: SimpleNamespace(sensb_res=answer))
    assert driver.watch(seen, 5.0) == {}


def test_a_look_that_ends_in_a_slip_of_our_own_leaves_no_reader_that_seems_to_work(
    bus: Bus, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bus.devices = [RC_S380]
    driver = create({})
    seen = driver.watch(None, 5.0)

    def slip(self: NfcDevice) -> None:
        raise KeyError("9999")

    monkeypatch.setattr(NfcDevice, "look", slip)
    assert driver.watch(seen, 5.0) == {}
    assert [record.getMessage() for record in caplog.records] == ["RC-S380 usb:054c:06c1 is given up: KeyError"]


def test_a_device_that_usb_describes_in_another_form_hides_no_other_path(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontend_module.USB, "find", lambda path: [RC_S380[:3]] if path == "usb" else [RC_S380])
    driver = create({"devices": ["usb", "usb:054c"]})
    assert driver.watch(None, 5.0) == {
        "usb": ReaderState(False, trouble=Trouble.READER_FAILED),
        "RC-S380 usb:054c:06c1": ReaderState(False),
    }


@pytest.mark.anyio
async def test_a_library_that_hangs_in_an_idle_look_costs_its_worker(
    bus: Bus, monkeypatch: pytest.MonkeyPatch, make_events: type[Events]
) -> None:
    """``watch`` does not wait for such a look, so it cannot be what notices it."""
    bus.devices, hangs, thaw = [RC_S380], threading.Event(), threading.Event()
    monkeypatch.setattr(driver_module, "STUCK_SECONDS", 0.3)
    monkeypatch.setattr(driver_module, "_EMPTY_SECONDS", 0.01)

    def sense(self: Clf, *targets: object) -> None:
        if hangs.is_set():
            thaw.wait()

    monkeypatch.setattr(Clf, "sense", sense)
    plugin, events = ThreadedPlugin("nfc", create), make_events()
    limits = replace(DEFAULT_LIMITS, ping_every=0.05, first_pause=0.0)

    client = ReaderWorker(plugin, limits=limits, on_event=events)
    await client.start()
    await events.until("driver_ready", "reader_added")
    hangs.set()
    await events.until("reader_removed")
    await events.until_seen("driver_lost")
    # No service hangs here, as pcscd would.
    assert trouble_of(events.seen[-1]) is Trouble.READER_STUCK
    hangs.clear()
    await events.until("driver_ready", "reader_added")
    await client.stop()
    assert len(plugin.launched) == 2
    thaw.set()


def test_a_reader_that_looks_for_long_and_one_that_failed_are_not_stuck(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver_module, "STUCK_SECONDS", 0.05)
    bus.devices = [RC_S380]
    driver = create({})
    seen = driver.watch(None, 5.0)
    Clf.fault = os_error(errno.EIO)
    driver.watch(seen, 20.0)
    time.sleep(0.1)
    assert not driver.overdue


def test_a_claimed_reader_beside_one_that_works_is_logged_once(bus: Bus, caplog: pytest.LogCaptureFixture) -> None:
    bus.devices, bus.troubles = [RC_S380, PN533], {"usb:001:004": os_error(errno.EBUSY)}
    driver = create({})
    for _ in range(2):
        driver._searched = 0.0
        driver.watch(None, 0)
    assert [record.getMessage() for record in caplog.records] == [
        "left out: ReaderClaimed: RC-S380 usb:054c:06c1: open the reader: EBUSY"
    ]


def test_the_loss_names_its_error(bus: Bus) -> None:
    bus.devices, bus.troubles = [RC_S380], {"usb:001:004": os_error(errno.EBUSY)}
    stop, seen = threading.Event(), list[ReaderEvent]()

    def emit(events: Any) -> None:
        seen.extend(events)
        stop.set()

    watch_forever(create({}), emit, stop)
    assert [(name_of(event), trouble_of(event)) for event in seen] == [("driver_lost", Trouble.READER_CLAIMED)]

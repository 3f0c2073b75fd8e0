"""A reader that belongs to somebody else, through the whole service; nfcpy is replaced, for no USB is here."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nfc.clf import ContactlessFrontend

from drivers.nfc import driver as driver_module
from drivers.nfc.driver import create
from drivers.worker.client import ReaderPlugin
from kiosk import reader_plugins
from kiosk.reader_plugins import plugin_named
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.demo.visitor import Visitor
from simulators.nfc_target import NfcTarget
from simulators.readers import plugin
from simulators.threaded import ThreadedPlugin

Opened = Callable[..., AbstractContextManager[tuple[RunningKiosk, Visitor]]]


class Bus:
    """One RC-S380, and whether the kernel's driver has let go of it."""

    claimed = True

    def open(self, path: str) -> Bus | ContactlessFrontend:
        if path.startswith("udp"):
            return ContactlessFrontend(path)
        if self.claimed:
            raise OSError(errno.EBUSY, "busy")
        return self

    def sense(self, *targets: object) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    bus = Bus()

    def found(path: str) -> list[tuple[int, int, int, int]] | None:
        # nfcpy asks it about every path.
        return [(0x054C, 0x06C1, 1, 4)] if path.startswith("usb") else None

    monkeypatch.setattr("drivers.nfc.frontend.USB.find", found)
    monkeypatch.setattr("drivers.nfc.frontend.ContactlessFrontend", bus.open)
    monkeypatch.setattr(driver_module, "_SEARCH_SECONDS", 0.1)

    def plugins(name: str) -> ReaderPlugin:
        return ThreadedPlugin("nfc", create) if name == "nfc" else plugin_named(name)

    monkeypatch.setattr(reader_plugins, "plugin_named", plugins)
    return bus


@pytest.fixture
def opened(bus: Bus, tmp_path: Path) -> Opened:
    @contextmanager
    def opened(*readers: str, target: NfcTarget | None = None) -> Iterator[tuple[RunningKiosk, Visitor]]:
        keys = {"nfc.devices": ["usb", target.path]} if target else {}
        listen = f"127.0.0.1:{free_port()}"
        stage = set_stage(tmp_path / "stage", datetime.now(UTC), listen=listen, readers=list(readers), **keys)
        with RunningKiosk(stage, target or plugin.readers) as kiosk, Visitor(kiosk.url) as visitor:
            yield kiosk, visitor

    return opened


def test_the_only_reader_is_claimed_until_it_is_free(bus: Bus, opened: Opened) -> None:
    with opened("nfc") as (_, visitor):
        view = visitor.until(lambda view: bool(view["failure"]) and view["failure"]["code"] == "R-07")
        assert view["screen"] == "reader_trouble"
        assert visitor.health() == ["R-07"]
        bus.claimed = False
        visitor.until(lambda view: view["screen"] == "idle", since=view["sequence"])
        assert visitor.health() == []


def test_beside_a_reader_that_works_it_is_told_and_visits_go_on(bus: Bus, opened: Opened) -> None:
    with opened("simulator", "nfc") as (kiosk, visitor):
        visitor.until(lambda view: view["screen"] == "idle")
        deadline = time.monotonic() + 30
        while not visitor.health() and time.monotonic() < deadline:
            pass
        assert visitor.health() == ["R-07"]
        kiosk.put("card-works")
        visitor.until(lambda view: view["screen"] == "pin")
        visitor.press(action="pin", pin="1234")
        visitor.until(lambda view: view["screen"] == "result_card")


def test_beside_a_reader_of_its_own_driver_it_is_told_and_stops_nothing(
    bus: Bus, opened: Opened, nfc_target: NfcTarget
) -> None:
    with opened("nfc", target=nfc_target) as (kiosk, visitor):
        visitor.until(lambda view: view["screen"] == "idle")
        assert visitor.health() == ["R-07"]
        kiosk.put("card-works")
        view = visitor.until(lambda view: view["screen"] == "pin")
        bus.claimed = False
        deadline = time.monotonic() + 30
        while visitor.health() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert visitor.health() == []
        # The visit on the other reader has not noticed.
        assert visitor.now["sequence"] == view["sequence"]
        visitor.press(action="pin", pin="1234")
        visitor.until(lambda view: view["screen"] == "result_card")

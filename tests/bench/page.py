"""From the report of a card's arrival to the first animation frame with the next screen, less the card's own time.

The report is SCardGetStatusChange returning in the worker (``ReaderEvent.at``); the frame is timed by the page's own
clock. Both are the machine's wall clock, since worker, service and Chromium run on one machine.
"""

from __future__ import annotations

import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from drivers.connection import EventKind, ReaderEvent
from drivers.worker.client import CardRead, WorkerClient
from kiosk.reception import Reception
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.pcscd import PrivatePcscd
from simulators.virtual import VirtualReaders
from tests.bench.figures import row, show

RUNS = 120
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
# Notes the wall clock in the first animation frame after each new screen.
WATCH = """
window.painted = [];
new MutationObserver(() => {
  const screen = document.querySelector("main")?.dataset.screen;
  requestAnimationFrame(() => window.painted.push([screen, performance.timeOrigin + performance.now()]));
}).observe(document.body, { childList: true });
"""


class _Spy:
    """Notes when a card's arrival was reported, and how long the card itself took to be read."""

    def __init__(self) -> None:
        self.arrived = 0.0
        self.card_milliseconds = 0.0
        self._take, self._read = Reception._on_reader_event, WorkerClient.read

    def __enter__(self) -> _Spy:
        spy = self

        def take(reception: Reception, event: ReaderEvent) -> None:
            if event.kind is EventKind.CARD_INSERTED:
                spy.arrived = (time.time_ns() - time.monotonic_ns() + event.at) / 1e6
            spy._take(reception, event)

        async def read(client: WorkerClient, *arguments: Any, **options: Any) -> CardRead:
            card = await spy._read(client, *arguments, **options)
            spy.card_milliseconds = card.card_seconds * 1000
            return card

        Reception._on_reader_event = take  # type: ignore[method-assign]
        WorkerClient.read = read  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        Reception._on_reader_event = self._take  # type: ignore[method-assign]
        WorkerClient.read = self._read  # type: ignore[method-assign]


def _painted(page: Page, screen: str) -> float:
    """Return when the newest picture of ``screen`` was painted, milliseconds of the wall clock."""
    page.wait_for_function("name => window.painted.some(([shown]) => shown === name)", arg=screen)
    times = page.evaluate("window.painted")
    return max(at for shown, at in times if shown == screen)


def _visit(kiosk: RunningKiosk, page: Page, spy: _Spy) -> tuple[float, float]:
    """Return the milliseconds to the first screen (reading) and to the key pad, the card's time taken off."""
    page.evaluate("window.painted = []")
    kiosk.put("card-works")
    pad = _painted(page, "pin") - spy.arrived - spy.card_milliseconds
    reading = _painted(page, "reading") - spy.arrived
    kiosk.take()
    page.wait_for_selector('main[data-screen="idle"]')
    return reading, pad


def _measure(kiosk: RunningKiosk, spy: _Spy) -> tuple[list[float], list[float]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(kiosk.url)
        page.evaluate(WATCH)
        for _ in range(3):
            _visit(kiosk, page, spy)
        pairs = [_visit(kiosk, page, spy) for _ in range(RUNS)]
        browser.close()
    return [first for first, _ in pairs], [second for _, second in pairs]


def run() -> None:
    with PrivatePcscd() as daemon, tempfile.TemporaryDirectory() as folder, _Spy() as spy:
        os.environ |= daemon.environment
        listen = f"127.0.0.1:{free_port()}"
        stage = set_stage(Path(folder) / "stage", datetime.now(UTC), reader="pcsc", listen=listen)
        with RunningKiosk(stage, VirtualReaders(daemon)) as kiosk:
            reading, pad = _measure(kiosk, spy)
    show(
        "page: card's arrival reported -> animation frame with the next screen, in Chromium, ms",
        ["", "median", "p99", "runs"],
        [
            row("「読み取っています」", reading),
            row("key pad (less the card's transmit times)", pad),
        ],
    )

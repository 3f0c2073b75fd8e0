"""From the report of a card's arrival to the painted answer, less the card's own time and the typing of the 暗証番号.

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

from drivers.events import CardInserted, ReaderEvent
from drivers.worker.client import Proof, ReaderWorker, ReadReply
from kiosk.reception import Reception
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.pcscd import PrivatePcscd
from simulators.virtual import VirtualReaders
from tests.bench.figures import row, show

RUNS = 120
GOAL_MS = (100, 250)
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
    """Notes when a card's arrival was reported, and how long the card itself took to be read and to sign."""

    def __init__(self) -> None:
        self.arrived = 0.0
        self.card_milliseconds = 0.0
        self.proof_milliseconds = 0.0
        self._take, self._read = Reception._on_reader_event, ReaderWorker.read
        self._prove = ReaderWorker.prove

    def __enter__(self) -> _Spy:
        spy = self

        def take(reception: Reception, event: ReaderEvent) -> None:
            if isinstance(event, CardInserted):
                spy.arrived = (time.time_ns() - time.monotonic_ns() + event.at) / 1e6
            spy._take(reception, event)

        async def read(client: ReaderWorker, *arguments: Any, **options: Any) -> ReadReply:
            card = await spy._read(client, *arguments, **options)
            spy.card_milliseconds = card.card_seconds * 1000
            return card

        async def prove(client: ReaderWorker, *arguments: Any, **options: Any) -> Proof:
            proof = await spy._prove(client, *arguments, **options)
            spy.proof_milliseconds = proof.card_seconds * 1000
            return proof

        ReaderWorker.prove = prove  # type: ignore[method-assign]
        Reception._on_reader_event = take  # type: ignore[method-assign]
        ReaderWorker.read = read  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        Reception._on_reader_event = self._take  # type: ignore[method-assign]
        ReaderWorker.read = self._read  # type: ignore[method-assign]
        ReaderWorker.prove = self._prove  # type: ignore[method-assign]


def _painted(page: Page, screen: str) -> float:
    """Return when the newest picture of ``screen`` was painted, milliseconds of the wall clock."""
    page.wait_for_function("name => window.painted.some(([shown]) => shown === name)", arg=screen)
    times = page.evaluate("window.painted")
    return max(at for shown, at in times if shown == screen)


def _visit(kiosk: RunningKiosk, page: Page, spy: _Spy) -> tuple[float, float, float]:
    """Return the milliseconds to the first screen (reading), to the key pad and to the answer.

    The card's time is taken off the last two. The answer's typing lies between the painted pad and the click on 確認.
    """
    page.evaluate("window.painted = []")
    kiosk.put("card-works")
    pad = _painted(page, "pin") - spy.arrived - spy.card_milliseconds
    reading = _painted(page, "reading") - spy.arrived
    answer = pad + _answer(page) - spy.proof_milliseconds
    kiosk.take()
    page.wait_for_selector('main[data-screen="farewell"]')
    return reading, pad, answer


def _answer(page: Page) -> float:
    """Type the 暗証番号 and return the milliseconds from the click on 確認 to the painted answer."""
    for digit in "1234":
        page.click(f'[data-key="{digit}"]')
    page.evaluate("document.addEventListener('click', () => { window.confirmed = Date.now(); }, { once: true })")
    page.click('[data-key="enter"]')
    painted = _painted(page, "result_card")
    return painted - float(page.evaluate("window.confirmed"))


def _measure(kiosk: RunningKiosk, spy: _Spy) -> list[tuple[float, float, float]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(kiosk.url)
        page.evaluate(WATCH)
        for _ in range(3):
            _visit(kiosk, page, spy)
        visits = [_visit(kiosk, page, spy) for _ in range(RUNS)]
        browser.close()
    return visits


def run() -> None:
    with PrivatePcscd() as daemon, tempfile.TemporaryDirectory() as folder, _Spy() as spy:
        os.environ |= daemon.environment
        listen = f"127.0.0.1:{free_port()}"
        stage = set_stage(Path(folder) / "stage", datetime.now(UTC), reader="pcsc", listen=listen)
        with RunningKiosk(stage, VirtualReaders(daemon)) as kiosk:
            visits = _measure(kiosk, spy)
    reading, pad, answer = ([visit[number] for visit in visits] for number in range(3))
    show(
        "page: card's arrival reported -> animation frame with the next screen, in Chromium, ms",
        ["", "median", "p99", "runs", "goal"],
        [
            row("「読み取っています」", reading, "-"),
            row("key pad (less the card's transmit times)", pad, "-"),
            row("answer (less card and typing)", answer, f"{GOAL_MS[0]} / {GOAL_MS[1]}"),
        ],
    )

"""Hundreds of visits in one Chromium: what grows? Heap, listeners and DOM nodes, after a forced collection."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin
from tests.bench.figures import show
from tests.bench.page import FLAGS

VISITS = 500
SAMPLES = 5
_FIGURES = ("JSHeapUsedSize", "JSEventListeners", "Nodes")


def _shown(page: Page, selector: str) -> None:
    """Wait for a screen without keeping a handle to it: that would hold its nodes."""
    page.wait_for_function("selector => document.querySelector(selector) !== null", arg=selector).dispose()


def _visit(kiosk: RunningKiosk, page: Page) -> None:
    """Make one visit from the card to the answer and back."""
    kiosk.put("card-works")
    _shown(page, 'main[data-screen="pin"]')
    for key in ("1", "2", "3", "4", "enter"):
        page.click(f'[data-key="{key}"]')
    _shown(page, 'main[data-screen="result_card"]')
    kiosk.take()
    _shown(page, 'main[data-screen="idle"], main[data-screen="farewell"]')


def _figures(session: CDPSession) -> tuple[float, ...]:
    session.send("HeapProfiler.collectGarbage")
    metrics = {entry["name"]: entry["value"] for entry in session.send("Performance.getMetrics")["metrics"]}
    return tuple(metrics[name] for name in _FIGURES)


def measure(visits: int, samples: int) -> list[tuple[int, tuple[float, ...]]]:
    """Return heap bytes, listeners and nodes after so many visits, ``samples`` + 1 times; the first after a warm-up."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        stage = set_stage(Path(folder) / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}")
        with RunningKiosk(stage, plugin.readers) as kiosk:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(kiosk.url)
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable")
            for _ in range(10):
                _visit(kiosk, page)
            found = [(0, _figures(session))]
            for sample in range(samples):
                for _ in range(visits // samples):
                    _visit(kiosk, page)
                found.append(((sample + 1) * (visits // samples), _figures(session)))
            browser.close()
    return found


def run() -> None:
    found = measure(VISITS, SAMPLES)
    rows = [(str(made), f"{heap / 1e6:.2f}", f"{events:.0f}", f"{nodes:.0f}") for made, (heap, events, nodes) in found]
    show("visits in one Chromium, after a collection", ["visits", "heap, MB", "listeners", "DOM nodes"], rows)

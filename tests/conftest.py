"""What all tests share: Debian's Chromium, the signals of the programs they start, no deadline for an example."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from simulators.pytest_plugin import need

# Under nohup a hang-up is ignored, which every program started from here would inherit.
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, lambda *_: None)

# How long one example takes says more of a busy machine than of the code.
hypothesis.settings.register_profile("kiosk", deadline=None)
hypothesis.settings.load_profile("kiosk")

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, for one module: its event loop must be gone before the next one starts its own."""
    chromium = shutil.which("chromium")
    need([] if chromium else ["Chromium (Debian package chromium)"])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()

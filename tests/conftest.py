"""What all tests share: Debian's Chromium, the signals of programs, no deadline for an example."""

from __future__ import annotations

import gc
import os
import shutil
import signal
from collections.abc import Iterator

import hypothesis
import pytest
import structlog
from playwright.sync_api import Browser, sync_playwright

from simulators.pytest_plugin import need

# The plug-in of this very tree, whatever is installed.
pytest_plugins = ["kiosk.pytest_plugin", "tests.registers"]

# Under nohup a hang-up is ignored, which every program started from here would inherit.
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, lambda *_: None)

# How long one example takes says more of a busy machine than of the code.
hypothesis.settings.register_profile("kiosk", deadline=None)
hypothesis.settings.load_profile("kiosk")

# It would hide what programs started from here still hold for a reader that has gone.
os.environ.pop("PYTHONUNBUFFERED", None)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Keep the collected tests out of every later garbage collection.

    With 20,000 of them one collection holds this process for longer than a simulated card may take to answer.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """Put the logs of this process back: a command that ran in it has sent them to standard error."""
    kept = structlog.get_config()
    yield
    structlog.configure(**kept)


FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The loop of the service."""
    return "asyncio"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, for one module: its event loop must be gone before the next one starts its own."""
    chromium = shutil.which("chromium")
    need([] if chromium else ["Chromium (Debian package chromium)"])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()

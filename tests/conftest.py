"""What all tests share: Debian's Chromium and PostgreSQL, the signals of programs, no deadline for an example."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog
from playwright.sync_api import Browser, sync_playwright

from simulators.pytest_plugin import need

# The plug-in of this very tree, whatever is installed.
pytest_plugins = ["kiosk.pytest_plugin"]

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


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[str]:
    """The URL of a private PostgreSQL cluster (one socket, no network) that ends with the tests."""
    bins = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not bins:
        pytest.skip("no PostgreSQL server programs in /usr/lib/postgresql")
    as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    folder = Path(tempfile.mkdtemp(prefix="kiosk-pg-", dir="/tmp"))  # noqa: S108 - a socket's path must be short
    prefix = as_postgres if _is_root() else []
    if prefix:
        shutil.chown(folder, "postgres", "postgres")
    initdb = ["initdb", "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    control = [*prefix, str(bins[-1] / "pg_ctl"), "-D", f"{folder}/data"]
    _run([*prefix, "env", f"HOME={folder}", str(bins[-1] / initdb[0]), *initdb[1:], "--no-sync"])
    _run([*control, "-w", "-l", f"{folder}/log", "-o", options, "start"])
    yield f"postgresql+psycopg://postgres@/{{name}}?host={folder}"
    _run([*control, "-m", "immediate", "stop"])
    shutil.rmtree(folder)


def _is_root() -> bool:
    return Path("/proc/self").stat().st_uid == 0


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)

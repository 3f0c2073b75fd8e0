"""A whole kiosk as a process: pcscd that comes late, a card that lies there already, a service that dies in a visit."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from simulators.demo.visitor import View, Visitor
from simulators.pcscd import PrivatePcscd
from simulators.people import make_card, persona

PATIENCE = 60.0


@contextmanager
def served(stage: Stage) -> Iterator[tuple[subprocess.Popen[str], Visitor]]:
    """``kiosk serve`` until it has ended, however it ends, and a visitor before it."""
    command = [sys.executable, "-c", "from kiosk.cli import main; main()", "serve"]
    command += ["--config", str(stage.folder / "kiosk.toml")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            # It has said its address, and the port is bound by then.
            assert stage.settings.listen in process.stderr.readline()
            with Visitor(f"http://{stage.settings.listen}/", patience=PATIENCE) as visitor:
                yield process, visitor
        finally:
            process.terminate()


def shows(screen: str, code: str = "") -> Callable[[View], bool]:
    return lambda view: view["screen"] == screen and (not code or view["failure"]["code"] == code)


def test_pcscd_comes_late_a_card_lies_there_and_the_service_dies(daemon: PrivatePcscd, tmp_path: Path) -> None:
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), reader="pcsc", listen=f"127.0.0.1:{free_port()}")
    card = make_card(persona("card-works", stage.on), stage.authority, stage.now)
    daemon.stop()
    with served(stage) as (process, visitor):
        visitor.until(shows("reader_trouble", "R-01"))
        daemon.start()
        daemon.put(card)
        visitor.until(shows("pin"))
        process.send_signal(signal.SIGKILL)
        assert process.wait(PATIENCE) == -signal.SIGKILL
    with served(stage) as (process, visitor):
        # Nobody has moved the card.
        visitor.until(shows("pin"))
        visitor.press(action="pin", pin="1234")
        visitor.until(shows("result_card"))
    assert process.returncode == 0

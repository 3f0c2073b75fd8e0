"""A pcscd that lets the service in only by polkit, and hangs up on it: the screen says R-10, and goes by itself."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.demo.visitor import Visitor
from simulators.pcscd import PrivatePcscd, missing_parts
from simulators.pytest_plugin import need
from simulators.virtual import VirtualReaders


@contextmanager
def hanging_up(path: Path) -> Iterator[None]:
    """What the service meets of such a pcscd: a socket that takes a connection and ends it."""

    def serve() -> None:
        while True:
            try:
                listener.accept()[0].close()
            except OSError:
                return

    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(path))
        listener.listen()
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            path.unlink()


def test_it_is_told_from_one_that_does_not_run_and_heals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need(missing_parts())
    path = tmp_path / "comm"
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(path))
    listen = f"127.0.0.1:{free_port()}"
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), reader="pcsc", listen=listen)
    with ExitStack() as stack:
        daemon = stack.enter_context(PrivatePcscd())
        with hanging_up(path):
            kiosk = stack.enter_context(RunningKiosk(stage, VirtualReaders(daemon)))
            visitor = stack.enter_context(Visitor(kiosk.url))
            view = visitor.until(lambda view: bool(view["failure"]) and view["failure"]["code"] == "R-10")
            assert (view["screen"], visitor.health()) == ("reader_trouble", ["R-10"])
        # The rule is in place: now the service is let in.
        os.symlink(daemon.socket_path, path)
        visitor.until(lambda view: view["screen"] == "idle", since=view["sequence"])

"""A pcscd that asks polkit and turns this user away (Debian 13): one error, however libpcsclite happens to say it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import pytest
from smartcard import scard

from drivers.errors import DriverError, ServiceNotRunning, ServiceRefused
from drivers.pcsc import library, plugin
from drivers.pcsc.refusal import is_turned_away
from drivers.worker.client import list_readers

NO_SERVICE, REFUSED = scard.SCARD_E_NO_SERVICE, scard.SCARD_W_SECURITY_VIOLATION


@contextmanager
def pcscd(path: Path, greet: Callable[[socket.socket], None]) -> Iterator[None]:
    """A socket as pcscd has one, and what happens to each client."""

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            greet(client)

    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(path))
        listener.listen()
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "comm"))
    return tmp_path / "comm"


def test_one_that_hangs_up_at_once_turns_everybody_away(path: Path) -> None:
    with pcscd(path, lambda client: client.close()):
        assert is_turned_away()


def test_one_that_waits_for_a_question_does_not(path: Path) -> None:
    clients: list[socket.socket] = []
    with pcscd(path, clients.append):
        assert not is_turned_away()
    for client in clients:
        client.close()


def test_where_nobody_listens_nobody_is_turned_away(path: Path) -> None:
    assert not is_turned_away()
    path.touch()
    assert not is_turned_away()


@pytest.mark.parametrize(("away", "expected"), [(True, REFUSED), (False, NO_SERVICE)])
def test_both_ways_to_say_it_are_one_result(monkeypatch: pytest.MonkeyPatch, away: bool, expected: int) -> None:
    monkeypatch.setattr(scard, "SCardEstablishContext", lambda scope: (NO_SERVICE, 0))
    monkeypatch.setattr(library, "is_turned_away", lambda: away)
    assert library.establish()[0] == expected


@pytest.mark.anyio
@pytest.mark.parametrize(("runs", "kind"), [(True, ServiceRefused), (False, ServiceNotRunning)])
async def test_the_worker_on_the_true_library_tells_the_two_apart(
    path: Path, runs: bool, kind: type[DriverError]
) -> None:
    with pcscd(path, lambda client: client.close()) if runs else nullcontext(), pytest.raises(kind):
        await list_readers(plugin)

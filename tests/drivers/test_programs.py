"""Who else speaks to pcscd: found by the kernel's own account, and never a reason to fail."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from drivers.pcsc import programs
from drivers.pcsc.programs import Programs, other_programs

CLIENT = (
    "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"
)


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    path = tmp_path / "pcscd.comm"
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(path))
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(path))
        listener.listen()
        yield listener


@pytest.fixture
def client(service: socket.socket) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", CLIENT, str(service.getsockname())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline()
        yield process
        process.kill()


def test_nobody(service: socket.socket) -> None:
    assert other_programs() == Programs(0)


def test_another_program_is_named(service: socket.socket, client: subprocess.Popen[bytes]) -> None:
    accepted, _ = service.accept()
    with accepted:
        found = other_programs()
        assert found.connections == 1
        assert [name.endswith(f"({client.pid})") for name in found.names] == [True]
        assert str(found) == found.names[0]
        client.kill()
        client.wait()
        assert other_programs() == Programs(0), "a program that was killed holds nothing"


def test_this_program_itself_is_nobody_else(service: socket.socket) -> None:
    with socket.socket(socket.AF_UNIX) as own:
        own.connect(str(service.getsockname()))
        accepted, _ = service.accept()
        with accepted:
            assert other_programs() == Programs(0)


def test_processes_that_may_not_be_looked_at_are_counted_only(
    service: socket.socket, client: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    (tmp_path / "proc" / "self" / "fd").mkdir(parents=True)
    (tmp_path / "proc" / "99").mkdir()
    accepted, _ = service.accept()
    with accepted:
        assert other_programs(tmp_path / "proc") == Programs(1)
        assert str(other_programs(tmp_path / "proc")) == "not known which"


@pytest.mark.parametrize("answer", [b"", bytes(40), b"\xff" * 40, b"\x14\0\0\0\x14\0" + bytes(14)])
def test_a_kernel_that_answers_nonsense_tells_nothing(
    service: socket.socket, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    class Kernel:
        def __init__(self, *_: object) -> None: ...
        def __enter__(self) -> Kernel:
            return self

        def __exit__(self, *_: object) -> None: ...
        def settimeout(self, seconds: float) -> None: ...
        def send(self, question: bytes) -> None: ...
        def recv(self, size: int) -> bytes:
            return answer

    monkeypatch.setattr(programs.socket, "socket", Kernel)
    assert other_programs().names == ()


def test_where_the_kernel_may_not_be_asked_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> socket.socket:
        raise PermissionError

    monkeypatch.setattr(programs.socket, "socket", refused)
    assert other_programs() == Programs(None)

"""Find the other programs that are connected to pcscd: the one that holds the card is among them.

The kernel lists the sockets of pcscd and their other ends (``sock_diag``), and ``/proc`` the programs. If either cannot
be read (another user's process, a sandbox) less is known. Nothing here ever fails.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from drivers.pcsc.refusal import socket_path

__all__ = ["Programs", "other_programs"]

_MOST_PROCESSES = 4096
_MOST_FILES = 1024
_MOST_MESSAGES = 256

_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY = 20
_REQUEST_DUMP = 0x301
_SHOW_NAME_AND_PEER = 0x01 | 0x04
_NAME, _PEER = 0, 2
_HEADER = struct.Struct("=IHHII")
_QUESTION = struct.Struct("=BBHIIIII")
_FIXED = 16
_ATTRIBUTE = struct.Struct("=HH")


@dataclass(frozen=True, slots=True)
class Programs:
    """``connections`` of others to pcscd (None: not known), and the names of those whose process may be looked at."""

    connections: int | None = None
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return them in a form for a technician: ``scdaemon (1234)``."""
        return ", ".join(self.names) or "not known which"


def other_programs(proc: Path = Path("/proc")) -> Programs:
    """Return the programs that are connected to pcscd now, without this one."""
    try:
        clients = _clients_of(os.path.realpath(socket_path())) - _own_sockets(proc)
        return Programs(len(clients), tuple(_names(proc, clients)) if clients else ())
    except (OSError, struct.error, ValueError):
        return Programs()


def _clients_of(path: str) -> set[int]:
    """Return the inodes of the live sockets at the other ends of those with this path."""
    peers = (peer for name, peer in _unix_sockets() if name and os.path.realpath(name) == path)
    # A client that was killed has left pcscd's socket without another end: 0.
    return {peer for peer in peers if peer}


def _unix_sockets() -> Iterator[tuple[str, int]]:
    """Yield path and peer's inode of every UNIX socket of this machine (sock_diag(7))."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _NETLINK_SOCK_DIAG) as kernel:
        kernel.settimeout(1.0)
        question = _QUESTION.pack(socket.AF_UNIX, 0, 0, 0xFFFFFFFF, 0, _SHOW_NAME_AND_PEER, 0xFFFFFFFF, 0xFFFFFFFF)
        size = _HEADER.size + len(question)
        kernel.send(_HEADER.pack(size, _SOCK_DIAG_BY_FAMILY, _REQUEST_DUMP, 1, 0) + question)
        for _ in range(_MOST_MESSAGES):
            answer = kernel.recv(65_536)
            for kind, body in _parts(answer):
                if kind != _SOCK_DIAG_BY_FAMILY:
                    return
                attributes = dict(_attributes(body[_FIXED:]))
                name = attributes.get(_NAME, b"").split(b"\0")[0].decode("utf-8", "replace")
                yield name, int.from_bytes(attributes.get(_PEER, b"")[:4], "little")


def _parts(answer: bytes) -> Iterator[tuple[int, bytes]]:
    offset = 0
    while offset + _HEADER.size <= len(answer):
        length, kind, *_ = _HEADER.unpack_from(answer, offset)
        yield kind, answer[offset + _HEADER.size : offset + length]
        offset += max(length + 3 & ~3, _HEADER.size)


def _attributes(body: bytes) -> Iterator[tuple[int, bytes]]:
    offset = 0
    while offset + _ATTRIBUTE.size <= len(body):
        length, kind = _ATTRIBUTE.unpack_from(body, offset)
        yield kind, body[offset + _ATTRIBUTE.size : offset + length]
        offset += max(length + 3 & ~3, _ATTRIBUTE.size)


def _own_sockets(proc: Path) -> set[int]:
    return set(_sockets(proc / "self"))


def _names(proc: Path, sockets: set[int]) -> Iterator[str]:
    numbers = sorted(int(entry.name) for entry in proc.iterdir() if entry.name.isdecimal())
    for number in numbers[:_MOST_PROCESSES]:
        with suppress(OSError):
            if not sockets.isdisjoint(_sockets(proc / str(number))):
                yield f"{_name_of(proc / str(number))} ({number})"


def _sockets(process: Path) -> Iterator[int]:
    """Yield the inodes of a process's sockets. Raises OSError where they may not be looked at."""
    for entry in sorted(os.listdir(process / "fd"))[:_MOST_FILES]:
        with suppress(OSError):
            target = os.readlink(process / "fd" / entry)
            if target.startswith("socket:["):
                yield int(target[8:-1])


def _name_of(process: Path) -> str:
    with (process / "comm").open("rb") as file:
        name = file.read(64).decode("utf-8", "replace").strip()
    return "".join(letter if letter.isprintable() else "?" for letter in name)

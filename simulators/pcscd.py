"""Run a private pcscd with one virtual reader (vsmartcard-vpcd), beside the system's own and without touching it.

pcscd's socket path is compiled in, but it accepts a socket by systemd's activation protocol: file descriptor 3,
``LISTEN_FDS`` and ``LISTEN_PID``. Clients find that socket through ``PCSCLITE_CSOCK_NAME``. vpcd listens on all
addresses (0.0.0.0 is compiled in), on the port and the one above, so run it only where that does no harm.
"""

from __future__ import annotations

import os
import select
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from simulators.cards import Card
from simulators.daemon_log import DaemonLog
from simulators.vpcd import VpcdSlot

__all__ = ["PORTS", "PcscdError", "PrivatePcscd", "missing_parts"]

PORTS: Final = range(42000, 43000)
"""The ports to choose from if none is given."""

_DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
_RUN_DIRECTORY = Path("/run/pcscd")
_READY = "daemon ready"
# Not "Card inserted into": pcscd does not write that for a card that was there before it first looked.
_SEEN = "Card ATR:"
_REMOVED = "Card Removed From"
_START_SECONDS = 10.0
_NOTICE_SECONDS = 10.0
_STOP_SECONDS = 5.0
_TWO_LOOKS_SECONDS = 1.0
# dash accepts only one-digit descriptors, so the socket arrives as standard input; exec keeps $$.
_LAUNCH = 'exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" --foreground --debug --config "$@"'


class PcscdError(Exception):
    """The private pcscd cannot run; the message says what is missing or what it logged last."""


def missing_parts() -> list[str]:
    """Return what this machine lacks to run a private pcscd, in words; empty if nothing."""
    lacking = [] if _program() else ["pcscd (Debian package pcscd)"]
    if not _DRIVER.exists():
        lacking.append(f"{_DRIVER} (Debian package vsmartcard-vpcd)")
    return lacking


class PrivatePcscd:
    """One pcscd of our own. A context manager: it runs inside the block.

    ``environment`` is what a client program needs to find it, ``reader`` is the name that clients list. ``name`` may
    have
    bytes that are not UTF-8 (``os.fsdecode``). ``beside`` is the name of a second reader, which stays empty.
    """

    def __init__(
        self, *, port: int | None = None, ports: range = PORTS, name: str = "Virtual PCD", beside: str = ""
    ) -> None:
        self._wanted_port, self._ports = port, ports
        self._name, self._beside = name, beside
        self._process: subprocess.Popen[bytes] | None = None
        self._slot: VpcdSlot | None = None
        self._directory = Path(tempfile.mkdtemp(prefix="pcscd-"))
        self._log = DaemonLog(())
        self._stays = 0
        self._swapped = False

    @property
    def socket_path(self) -> Path:
        """The UNIX socket that clients connect to."""
        return self._directory / "pcscd.comm"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that lead a client to this pcscd."""
        return {"PCSCLITE_CSOCK_NAME": str(self.socket_path)}

    @property
    def reader(self) -> str:
        """The name under which clients list the virtual reader."""
        return f"{self._name} 00 00"

    @property
    def port(self) -> int:
        """The TCP port of the virtual reader.

        Raises:
            PcscdError: pcscd is not running.

        """
        return self._running_slot().port

    @property
    def log(self) -> str:
        """The last lines that pcscd wrote."""
        return self._log.text

    @property
    def pid(self) -> int | None:
        """The process id; None if it is not running."""
        return None if self._process is None else self._process.pid

    @property
    def occupied(self) -> bool:
        """Whether a card is on the virtual reader."""
        return self._slot is not None and self._slot.occupied

    def start(self, *, on_demand: bool = False) -> None:
        """Start pcscd and return when it accepts clients.

        Args:
            on_demand: Wait for the first client, as systemd's socket unit does, and give pcscd ``--auto-exit``, as its
                service unit does, so that it ends a minute after its last client.

        Raises:
            PcscdError: It did not start.

        """
        if lacking := missing_parts():
            raise PcscdError("a private pcscd needs " + " and ".join(lacking))
        _make_run_directory()
        for port in self._candidates():
            self._launch(port, on_demand=on_demand)
            if self._came_up():
                self._slot = VpcdSlot(port)
                return
            self.stop()
        raise PcscdError(f"pcscd did not start; it said:\n{self.log[-2000:]}")

    def stop(self) -> None:
        """Take the card out and end the process; it can be started again with the same socket path."""
        slot, self._slot = self._slot, None
        if slot is not None:
            slot.take()
        process, self._process = self._process, None
        if process is not None:
            _end(process)
            self._log_thread.join()
        self.socket_path.unlink(missing_ok=True)

    def close(self) -> None:
        """Stop pcscd and remove its directory."""
        self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    def put(self, card: Card) -> None:
        """Put a card on the virtual reader, taking away the one that is there; return when pcscd has noticed.

        Raises:
            PcscdError: pcscd did not notice in time.
            VpcdError: Nothing listens any more.

        """
        slot = self._running_slot()
        self.take()
        seen = self._log.count(_SEEN)
        slot.put(card)
        self._stays += 1
        self._await(_SEEN, seen + 1)

    def take(self) -> None:
        """Take the card away, if there is one; return when pcscd has noticed.

        Raises:
            PcscdError: pcscd did not notice in time.

        """
        if self._slot is not None:
            self._slot.take()
            self._await(self._removed, self._stays)
            self._recount()

    def swap(self, card: Card) -> None:
        """Exchange the card faster than any hand could, without waiting for pcscd to notice.

        pcscd looks every 0.4 seconds: it may see a removal and an insertion, or nothing at all.
        """
        self._running_slot().put(card)
        # Whether this counts as another stay depends on when pcscd looks; a later take() counts anew.
        self._stays = self._log.count(self._removed) + 1
        self._swapped = True

    def rename(self, name: str) -> None:
        """Use another reader name from the next start on."""
        self._name = name

    def __enter__(self) -> Self:
        """Start pcscd."""
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop and clean up."""
        self.close()

    @property
    def _removed(self) -> str:
        # Only of this reader, since a card in the second slot leaves too.
        return os.fsencode(f"{_REMOVED} {self.reader}").decode("utf-8", "replace")

    def _recount(self) -> None:
        """Wait after a swap until pcscd has looked twice; only then is it known how many stays it has seen."""
        if self._swapped:
            self._log.wait_for(self._removed, self._stays + 1, _TWO_LOOKS_SECONDS)
            self._stays, self._swapped = self._log.count(self._removed), False

    def _await(self, word: str, count: int) -> None:
        if not self._log.wait_for(word, count, _NOTICE_SECONDS):
            raise PcscdError(f"pcscd did not notice ({word}); it said:\n{self.log[-2000:]}")

    def _running_slot(self) -> VpcdSlot:
        if self._slot is None:
            raise PcscdError("the private pcscd does not run")
        return self._slot

    def _candidates(self) -> Iterator[int]:
        if self._wanted_port is not None:
            yield self._wanted_port
            return
        # Several processes at once (test workers) begin at different ports, so that they rarely collide.
        begin = os.getpid() * 2 % len(self._ports)
        pairs = (self._ports[(begin + step) % len(self._ports)] for step in range(0, len(self._ports), 2))
        for found, port in enumerate(filter(_pair_is_free, pairs)):
            if found == 3:
                return
            yield port

    def _launch(self, port: int, *, on_demand: bool) -> None:
        configuration = self._configure(port)
        program = _program() or ""
        more = [*_without_polkit(program), *(["--auto-exit"] if on_demand else [])]
        with socket.socket(socket.AF_UNIX) as listener:
            self.socket_path.unlink(missing_ok=True)
            listener.bind(str(self.socket_path))
            listener.listen(16)
            if on_demand:
                _await_client(listener)
            self._process = subprocess.Popen(  # noqa: S603 - our own script and paths
                ["/bin/sh", "-c", _LAUNCH, program, str(configuration), *more],
                stdin=listener.fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        self._log = DaemonLog((_READY, _SEEN, self._removed))
        self._stays, self._swapped = 0, False
        self._log_thread = threading.Thread(target=self._log.follow, args=(self._process.stdout,), daemon=True)
        self._log_thread.start()

    def _configure(self, port: int) -> Path:
        folder = self._directory / "reader.conf.d"
        folder.mkdir(exist_ok=True)
        _describe(folder / "vpcd", self._name, port, _DRIVER)
        if self._beside:
            # The driver keeps its slots in a static table, so two readers need two copies of it.
            copy = shutil.copy(_DRIVER, self._directory)
            other = next(free for free in self._candidates() if free != port)
            _describe(folder / "beside", self._beside, other, Path(copy))
        return folder

    def _came_up(self) -> bool:
        ready = self._log.wait_for(_READY, 1, _START_SECONDS)
        failed = "Open Port" in self.log and "Failed" in self.log
        return ready and not failed and not self._log.ended


def _describe(file: Path, name: str, port: int, driver: Path) -> None:
    """Write the configuration of one reader for pcscd (reader.conf(5))."""
    settings = {
        "FRIENDLYNAME": f'"{name}"',
        "DEVICENAME": f"/dev/null:0x{port:X}",
        "LIBPATH": str(driver),
        "CHANNELID": f"0x{port:X}",
    }
    file.write_bytes(os.fsencode("".join(f"{key} {value}\n" for key, value in settings.items())))


def _program() -> str | None:
    return shutil.which("pcscd", path=os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin")


@cache
def _without_polkit(program: str) -> list[str]:
    """Return the option with which a pcscd that was built with polkit accepts every client; nothing for any other
    pcscd.

    Debian 13's pcscd is built with polkit, and refuses everybody if no polkitd runs.
    """
    usage = subprocess.run([program, "--help"], capture_output=True, text=True, timeout=_START_SECONDS)  # noqa: S603
    return ["--disable-polkit"] if "--disable-polkit" in usage.stdout + usage.stderr else []


def _make_run_directory() -> None:
    try:
        _RUN_DIRECTORY.mkdir(exist_ok=True)
    except OSError as error:
        raise PcscdError(f"{_RUN_DIRECTORY} must exist (once, as root: mkdir {_RUN_DIRECTORY})") from error


def _await_client(listener: socket.socket) -> None:
    ready, _, _ = select.select([listener], [], [], _START_SECONDS)
    if not ready:
        raise PcscdError("nobody asks for pcscd")


def _pair_is_free(port: int) -> bool:
    return _is_free(port) and _is_free(port + 1)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

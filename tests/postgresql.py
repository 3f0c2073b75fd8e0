"""A private PostgreSQL cluster: one socket in a folder of its own, no network; it can be stopped, frozen, restarted."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulators.pytest_plugin import need

__all__ = ["Cluster", "frozen"]

_AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
_NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Cluster:
    """A cluster that ``start`` starts and ``remove`` ends. PostgreSQL refuses to run as root, so root becomes postgres.

    Args:
        durable: writes survive a power cut, as in service; False: tests are faster.
        options: more settings of the server, such as ``max_connections=300``.

    """

    def __init__(self, *options: str, durable: bool = False) -> None:
        bins = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        need([] if bins else ["PostgreSQL's server programs (Debian package postgresql)"])
        self._bin = bins[-1]
        self._as_owner = _AS_POSTGRES if os.geteuid() == 0 else []
        self.folder = Path(tempfile.mkdtemp(prefix="kiosk-pg-", dir="/tmp"))  # noqa: S108 - a socket's path must be short
        if self._as_owner:
            shutil.chown(self.folder, "postgres", "postgres")
        self._options = ("listen_addresses=''", *options, *(() if durable else _NOT_DURABLE))
        initdb = ["-D", f"{self.folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        self._run("env", f"HOME={self.folder}", str(self._bin / "initdb"), *initdb, "--no-sync")

    def url(self, name: str) -> str:
        """Return the address of one of its databases, for a register."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        options = " ".join(f"-c {option}" for option in self._options)
        self._control("-w", "-l", f"{self.folder}/log", "-o", f"-k {self.folder} {options}", "start")

    def stop(self) -> None:
        """End the server at once: each client loses its connection."""
        self._control("-m", "immediate", "stop")

    def remove(self) -> None:
        """End the server if it runs, and remove the cluster."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder)

    def cpu_seconds(self) -> float:
        """Return the CPU time that its processes have used, those that ended included."""
        postmaster = self._postmaster()
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        ticks = _ticks(postmaster)[2:] + [tick for child in children for tick in _ticks(int(child))[:2]]
        return sum(ticks) / os.sysconf("SC_CLK_TCK")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop every process of the server, which keeps its socket and its connections."""
        postmaster = self._postmaster()
        with frozen(postmaster):  # first, so that it makes no other process
            children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
            with frozen(*map(int, children)):
                yield

    def _postmaster(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def _control(self, *arguments: str) -> None:
        self._run(str(self._bin / "pg_ctl"), "-D", f"{self.folder}/data", *arguments)

    def _run(self, *command: str) -> None:
        quiet = subprocess.DEVNULL
        subprocess.run([*self._as_owner, *command], check=True, stdout=quiet, stderr=quiet, timeout=60)


def _ticks(process: int) -> list[int]:
    """Return the clock ticks of a process, user and system, and those of its children that ended (proc(5), stat)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return [int(one) for one in fields[11:15]]


@contextmanager
def frozen(*pids: int) -> Iterator[None]:
    """Stop these processes for the time of the block."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

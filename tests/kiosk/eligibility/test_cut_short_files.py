"""A command about files that is killed, or finds its disk full, leaves the register as it was."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer
from time import monotonic
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from kiosk.store.room import temporary_folder
from tests.kiosk.eligibility.cut_short import TAKEN, contents, file_of
from tests.postgresql import Cluster

NO_ROOM_FOR_THE_LOG = "3: there is no room left on the disk of the register\n"
NO_ROOM = (
    f"3: there is no room left on the disk of the register or in {temporary_folder()}, the folder of SQLite's temporary"
    " files\n"
)
NOT_WRITTEN = "3: the register cannot be used: disk I/O error\n"
PROGRAM = Path(__file__).with_name("cut_short.py")


def ended(way: str, url: str, folder: Path) -> dict[str, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), way, url, str(folder)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {one.pop("command"): one for one in found}


def test_killed_after_any_change_and_before_the_commit(database: str, tmp_path: Path) -> None:
    found = ended("kill", database, tmp_path)
    assert set(found) == {"preview", "import", "feed", "undo"}
    for name, one in found.items():
        assert (one["same"], one["said"], one["done"]) == (True, ["9"], name != "preview")
        assert one["cut"] > 3


@pytest.mark.parametrize("after", [0, 0.05])
def test_a_server_that_is_killed_in_its_commit_has_everything_or_nothing(
    commits_slowly: Cluster, kiosk_command: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, after: float
) -> None:
    """The process of the server is killed so many seconds after COMMIT was sent, which takes 0.1 s there."""
    url = commits_slowly.url("postgres")
    for words, given in ((["init"], b""), (["import", "-", "--skip-bad", "bad.csv"], file_of(10))):
        assert kiosk_command("registry", *words, "--database", url, input=given).exit_code == 0
    before = contents(url)
    killed = list[Timer]()

    def kill(connection: Connection) -> None:
        backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        killed.append(Timer(after, os.kill, (backend, signal.SIGKILL)))
        killed[-1].start()

    event.listen(Engine, "commit", kill)
    try:
        taken = ["import", "-", "--skip-bad", "bad.csv", "--allow-large-change", "--database", url]
        done = kiosk_command("registry", *taken, input=TAKEN)
    finally:
        event.remove(Engine, "commit", kill)
    for timer in killed:
        timer.join()
    assert (len(killed), done.exit_code) in [(1, 0), (1, 3)]
    assert done.exit_code == 0 or "it is not known whether the change is there" in done.stderr
    now = after_recovery(url)
    members = [row for row in now[2] if row not in before[2]]
    assert (now == before) or len(members) == 12
    assert done.exit_code == 3 or now != before, "what was answered as done is there"
    assert kiosk_command("registry", *taken, input=TAKEN).exit_code == 0
    assert len(contents(url)[1]) == 12


@pytest.fixture
def commits_slowly() -> Iterator[Cluster]:
    """A server whose COMMIT waits for 0.1 s before it is written."""
    cluster = Cluster("commit_delay=100000", "commit_siblings=0", durable=True)
    cluster.start()
    yield cluster
    cluster.remove()


def after_recovery(url: str) -> list[Any]:
    """Return what the register holds once the server has read its log."""
    end = monotonic() + 60
    while True:
        try:
            return contents(url)
        except OperationalError:
            assert monotonic() < end


def test_a_disk_that_is_full_at_any_size_of_its_files(tmp_path: Path) -> None:
    found = ended("full", f"sqlite:///{tmp_path}/register.sqlite", tmp_path)
    for name, one in found.items():
        assert (one["same"], one["done"]) == (True, name != "preview")
        assert one["said"] and set(one["said"]) <= {NO_ROOM_FOR_THE_LOG, NO_ROOM, NOT_WRITTEN}

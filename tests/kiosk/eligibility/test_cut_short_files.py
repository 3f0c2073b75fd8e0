"""A command about files that is killed, or finds its disk full, leaves the register as it was."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from kiosk.store.room import temporary_folder

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


def test_a_disk_that_is_full_at_any_size_of_its_files(tmp_path: Path) -> None:
    found = ended("full", f"sqlite:///{tmp_path}/register.sqlite", tmp_path)
    for name, one in found.items():
        assert (one["same"], one["done"]) == (True, name != "preview")
        assert one["said"] and set(one["said"]) <= {NO_ROOM_FOR_THE_LOG, NO_ROOM, NOT_WRITTEN}

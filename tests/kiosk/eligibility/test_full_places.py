"""No room for an import, on the disk of the register or for temporary files: one sentence, and nothing half-done."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import Result

from kiosk.store.room import temporary_folder
from tests.disks import fill, small_disk
from tests.kiosk.eligibility.cut_short import contents
from tests.postgresql import Cluster

Run = Callable[..., Result]
MakeFile = Callable[..., bytes]


@pytest.fixture
def lines(member_file: MakeFile) -> Callable[..., bytes]:
    """A member file of so many people."""
    return lambda count: member_file(*({"number": f"{number:06}"} for number in range(count)))


@pytest.fixture
def temporary(tmp_path: Path) -> Iterator[Path]:
    """A full disk for temporary files."""
    with small_disk(tmp_path / "temporary", "1m") as folder:
        fill(folder)
        yield folder


@pytest.mark.sqlite
def test_a_full_folder_of_temporary_files_is_named(
    kiosk_command: Run, register_url: str, temporary: Path, lines: Callable[..., bytes]
) -> None:
    assert kiosk_command("registry", "init", "--database", register_url).exit_code == 0
    empty = contents(register_url)

    def imported() -> tuple[int, str]:
        words = ["registry", "import", "-", "--database", register_url]
        command = [sys.executable, "-c", "from kiosk.cli import main; main()", *words]
        environment = os.environ | {"SQLITE_TMPDIR": str(temporary)}  # SQLite reads it when a program begins
        done = subprocess.run(command, input=lines(3_000), capture_output=True, env=environment, timeout=60)
        return done.returncode, done.stderr.decode()

    place = f"on the disk of the register or in {temporary}, the folder of SQLite's temporary files"
    assert imported() == (3, f"there is no room left {place}\n")
    assert contents(register_url) == empty
    subprocess.run(["mount", "-o", "remount,size=64m", str(temporary)], check=True)
    assert imported()[0] == 0


def test_the_folder_of_temporary_files_is_the_first_that_can_be_used(tmp_path: Path) -> None:
    assert temporary_folder({"SQLITE_TMPDIR": f"{tmp_path}/none", "TMPDIR": str(tmp_path)}) == tmp_path
    assert temporary_folder({"SQLITE_TMPDIR": "/etc/passwd"}) == Path("/var/tmp")  # noqa: S108 - SQLite's own list
    assert temporary_folder({}) == Path("/var/tmp")  # noqa: S108


@pytest.fixture
def server_disk(own_cluster: Cluster) -> Iterator[Path]:
    """A small disk for a tablespace of PostgreSQL, which must own it."""
    with small_disk(own_cluster.folder / "disk", "32m") as folder:
        shutil.chown(folder, "postgres", "postgres")
        yield folder


@pytest.fixture
def small_register(server_disk: Path, own_cluster: Cluster) -> str:
    """An empty database on that disk."""
    with psycopg.connect(own_cluster.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{server_disk}'".encode())
        connection.execute(b"CREATE DATABASE register TABLESPACE small")
    return own_cluster.url("register")


def test_a_full_disk_of_postgresql_at_any_time_of_an_import(
    kiosk_command: Run, small_register: str, server_disk: Path, lines: Callable[..., bytes]
) -> None:
    def registry(*words: str, **options: Any) -> Result:
        return kiosk_command("registry", *words, "--database", small_register, **options)

    assert registry("init").exit_code == 0
    empty, refused = contents(small_register), 0
    fill(server_disk)
    filler = server_disk / "filler"
    while (done := registry("import", "-", input=lines(2_000))).exit_code:
        assert (done.exit_code, done.stderr) == (3, "there is no room left on a disk of the register's server\n")
        assert contents(small_register) == empty
        refused += 1
        with filler.open("r+b") as file:
            file.truncate(max(0, filler.stat().st_size - 2**20))
    assert refused > 3, "it was cut short while it staged the lines, and while it merged them"
    assert len(contents(small_register)[1]) == 2_000

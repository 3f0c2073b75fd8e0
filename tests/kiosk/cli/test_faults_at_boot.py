"""What is wrong when the service starts, and can heal, puts it out of service; it heals by itself.

Exit status 2, after which systemd does not start it again, is for settings alone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.assembly.opening import Opening
from kiosk.audit import journal_path
from kiosk.eligibility import Registry
from kiosk.reception import NotOpen
from kiosk.web.tokens import Tokens
from simulators.demo import Stage, set_stage
from simulators.demo.command import free_port
from simulators.pytest_plugin import need

Serve = Callable[..., Any]

HOLDER = """
import fcntl, sys
file = open(sys.argv[1], "ab")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


class Disk:
    """A small disk of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        with (self.folder / "filler").open("wb", buffering=0) as filler, pytest.raises(OSError, match="No space"):
            while True:
                filler.write(bytes(4096))

    def free(self) -> None:
        (self.folder / "filler").unlink()

    def remount(self, mode: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{mode}", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True)
    need([] if mounted.returncode == 0 else ["the right to mount a small disk"])
    yield Disk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def moved(site: Stage, disk: Disk) -> str:
    """The service's own folder, on the small disk."""
    shutil.copytree(site.settings.data_dir, disk.folder / "data")
    return str(disk.folder / "data")


def files(folder: Path) -> dict[str, tuple[int, int]]:
    return {path.name: (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.iterdir()}


def test_a_postgresql_that_comes_after_the_service(tmp_path: Path, serve: Serve, postgresql_url: str) -> None:
    site = set_stage(tmp_path / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}", database=postgresql_url)
    address, _, folder = postgresql_url.partition("?host=")
    late = tmp_path / "late"
    service = serve(site, KIOSK_DATABASE=f"{address}?host={late}")
    service.until("N-02")
    assert "N-02" in service.get("/").text
    late.symlink_to(folder)
    service.until()


@pytest.mark.sqlite
def test_a_register_whose_file_comes_after_the_service(site: Stage, serve: Serve) -> None:
    register = Path(site.settings.database.removeprefix("sqlite:///"))
    aside = register.rename(register.with_suffix(".aside"))
    service = serve(site)
    service.until("N-02")
    assert not register.exists(), "nothing is made in its place"
    aside.rename(register)
    service.until()


@pytest.mark.sqlite
def test_a_register_whose_disk_comes_after_the_service(site: Stage, serve: Serve, tmp_path: Path) -> None:
    register = Path(site.settings.database.removeprefix("sqlite:///"))
    service = serve(site, KIOSK_DATABASE=f"sqlite:///{tmp_path}/mounted/late/register.sqlite")
    service.until("N-02")
    (tmp_path / "mounted").mkdir()
    (tmp_path / "mounted" / "late").symlink_to(register.parent)
    register.rename(register.with_name("register.sqlite"))
    service.until()


def test_a_full_disk(site: Stage, serve: Serve, disk: Disk) -> None:
    data_dir = moved(site, disk)
    disk.fill()
    service = serve(site, KIOSK_DATA_DIR=data_dir)
    service.until("S-02")
    assert "S-02" in service.get("/").text
    disk.free()
    service.until()


def test_a_full_disk_at_the_very_first_start(site: Stage, serve: Serve, disk: Disk, register_url: str) -> None:
    with Registry.open(register_url, migrated=False) as made:
        made.migrate()
    disk.fill()
    service = serve(site, KIOSK_DATA_DIR=str(disk.folder / "data"), KIOSK_DATABASE=register_url)
    service.until("S-02")
    disk.free()
    service.until()
    token = (disk.folder / "data" / "api-token").read_text("ascii").strip()
    assert service.get("/api/v1/visit", token=token).status_code == 200


def test_a_disk_that_can_only_be_read(site: Stage, serve: Serve, disk: Disk) -> None:
    data_dir = moved(site, disk)
    disk.remount("ro")
    service = serve(site, KIOSK_DATA_DIR=data_dir)
    service.until("S-02")
    disk.remount("rw")
    service.until()


def test_a_kiosk_that_staff_had_stopped_stays_so_when_its_disk_comes_late(site: Stage, serve: Serve) -> None:
    data_dir = site.settings.data_dir
    (data_dir / f"out-of-use-{site.settings.kiosk_id}").touch()
    covered = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(data_dir)], capture_output=True)
    need([] if covered.returncode == 0 else ["the right to mount a small disk"])
    try:
        service = serve(site)
        service.until("S-02")
    finally:
        subprocess.run(["umount", str(data_dir)], check=True)
    service.until("S-06")


def test_a_journal_that_another_program_holds(site: Stage, serve: Serve) -> None:
    journal = journal_path(site.settings.data_dir, site.settings.kiosk_id)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(journal)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdin is not None and holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        service = serve(site)
        service.until("S-02")
        holder.stdin.close()
        holder.wait()
        service.until()


def test_a_journal_whose_end_a_power_cut_spoiled_is_no_wrong_setting(site: Stage, serve: Serve) -> None:
    journal = journal_path(site.settings.data_dir, site.settings.kiosk_id)
    journal.write_bytes(b"of another file\nthat had these blocks before\n")
    service = serve(site)
    service.until("S-02")
    journal.unlink()
    service.until()


def test_a_token_that_cannot_be_kept_does_not_fill_the_journal_however_often_it_is_tried(site: Stage) -> None:
    settings = site.settings
    (settings.data_dir / "api-token").mkdir()
    with Registry.open(settings.database) as registry, closing(Opening(settings, registry, Tokens(None))) as opening:
        for _ in range(3):
            with pytest.raises(NotOpen):
                opening.again()
    written = journal_path(settings.data_dir, settings.kiosk_id).read_text("ascii").splitlines()
    assert len(written) == 1, "each start is one entry"


@pytest.mark.parametrize("kiosk_id", ["1", "2"])
def test_a_second_service_on_one_folder_writes_nothing_names_the_holder_and_takes_over(
    site: Stage, serve: Serve, kiosk_id: str
) -> None:
    first = serve(site)
    first.until()
    token = (site.settings.data_dir / "api-token").read_text("ascii").strip()
    before = files(site.settings.data_dir)
    second = serve(site, KIOSK_LISTEN=f"127.0.0.1:{free_port()}", KIOSK_KIOSK_ID=kiosk_id)
    second.until("S-10")
    (detail,) = second.get("/healthz", token=token).json()["details"]
    assert f"process {first.process.pid} (kiosk serve" in detail and f"since {datetime.now(UTC):%Y-}" in detail
    (said,) = [line for line in second.lines if line.get("code") == "S-10"]
    assert said["reason"] in detail
    first.until()
    assert files(site.settings.data_dir) == before
    assert first.stop() == 0
    second.until()


def test_a_wrong_site_key_is_an_error_of_the_settings(site: Stage, serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(bytes(32))
    (tmp_path / "key").chmod(0o600)
    service = serve(site, KIOSK_SITE_KEY_FILE=str(tmp_path / "key"))
    assert service.process.wait(60) == 2

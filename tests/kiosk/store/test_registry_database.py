"""Errors of databases that cannot serve, and two programs that use one database."""

import io
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread

import pytest

from kiosk.eligibility import MemberId, Registry, RegistryBusy, RegistryError, RegistryFull, Source, read_rows
from kiosk.store import engine as engine_module
from kiosk.store.transaction import writing

MakeFile = Callable[..., bytes]
MakeSource = Callable[..., Source]
TARO = MemberId("133033", "71-0000", "000001", "00")


@pytest.mark.parametrize(
    "url",
    ["", "register.sqlite", "mysql://localhost/x", "sqlite://", "sqlite:///:memory:", "postgresql://localhost/x",
     "postgresql+psycopg://localhost", "sqlite+aiosqlite:///x"],
)  # fmt: skip
def test_an_address_that_is_none_of_ours_is_refused(url: str) -> None:
    with pytest.raises(RegistryError):
        Registry.open(url)


def test_a_refused_address_does_not_show_its_password() -> None:
    with pytest.raises(RegistryError) as refused:
        Registry.open("mysql://kiosk:secret@localhost/x")
    assert "secret" not in str(refused.value)


UNCLEAR = ["a?b.db", "a.db?mode=ro", "a%20b.db", "a%2Fb.db", "~/a.db", "file:a.db", " a.db", "a.db ", "a\nb.db"]


@pytest.mark.parametrize("name", UNCLEAR)
def test_a_path_that_two_read_differently_is_refused_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RegistryError, match="the path of a SQLite register must be written as it is"):
        Registry.open(f"sqlite:///{name}", migrated=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["sqlite://host/a.db", "sqlite://user:secret@/a.db", "sqlite://:1/a.db"])
def test_a_file_has_no_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RegistryError, match="must be sqlite:///PATH$"):
        Registry.open(url, migrated=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a b.db", "受付　台帳.db", "a#b.db", "100%.db", "a&b=c;d.db", "a+b@c:d.db"])
def test_any_other_path_is_the_file_of_that_name(tmp_path: Path, name: str) -> None:
    Registry.open(f"sqlite:///{tmp_path}/{name}", migrated=False).close()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_register_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="kiosk registry init"):
        Registry.open(f"sqlite:///{tmp_path}/none.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_made_for_the_owner_only(tmp_path: Path) -> None:
    Registry.open(f"sqlite:///{tmp_path}/new/var/register.sqlite", migrated=False).close()
    assert (tmp_path / "new" / "var").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RegistryError, match="cannot make .*Not a directory"):
        Registry.open(f"sqlite:///{tmp_path}/file/var/register.sqlite", migrated=False)


def test_postgresql_without_its_driver_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(RegistryError, match="PostgreSQL needs psycopg; install it with script/install --postgresql"):
        Registry.open("postgresql+psycopg://kiosk:secret@localhost/register")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"not a database, but long enough to have a header" * 100)
    with pytest.raises(RegistryError, match="not a database"):
        Registry.open(f"sqlite:///{tmp_path}/x")


def test_a_server_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="cannot be used"):
        Registry.open(f"postgresql+psycopg://kiosk:secret@/register?host={tmp_path}")


@pytest.mark.sqlite
@pytest.mark.usefixtures("one_registry")
def test_only_the_owner_may_read_the_register(tmp_path: Path) -> None:
    assert (tmp_path / "registry.sqlite").stat().st_mode & 0o777 == 0o600


@pytest.mark.sqlite
def test_what_was_reported_done_survives_a_power_cut(one_registry: Registry) -> None:
    with one_registry._engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    full = 2
    assert pragmas == {"journal_mode": "wal", "synchronous": full, "foreign_keys": 1, "busy_timeout": 10_000}


@pytest.mark.sqlite
def test_a_writer_that_waits_too_long_is_told_so(
    one_registry: Registry, register_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(tmp_path / "registry.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0)
        with Registry.open(register_url) as impatient:
            with pytest.raises(RegistryBusy):
                impatient.unbind(TARO, "desk-1", datetime.now(UTC))
            assert impatient.member(TARO) is None  # readers do not wait


@pytest.mark.sqlite
def test_a_full_disk_is_told_and_nothing_is_half_written(
    one_registry: Registry, member_file: MakeFile, source: MakeSource
) -> None:
    people = [{"number": f"{index:06}"} for index in range(3_000)]
    with one_registry._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {int(pages or 0) + 5}")
    with pytest.raises(RegistryFull):
        one_registry.import_members(read_rows(io.BytesIO(member_file(*people))), source())
    assert one_registry.stats(date(2026, 6, 1)).members == 0


_OPEN_WITHOUT_ROOM = """
import resource, sys
from datetime import date
from kiosk.eligibility import Registry, RegistryFull

resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, 16_384))  # the index has 32 KiB
try:
    with Registry.open(sys.argv[1]) as registry:
        registry.stats(date(2026, 6, 1))
except RegistryFull as error:
    print(error)
"""


@pytest.mark.sqlite
def test_a_disk_without_any_room_is_told_to_readers_too(one_registry: Registry, register_url: str) -> None:
    one_registry.close()
    command = [sys.executable, "-c", _OPEN_WITHOUT_ROOM, register_url]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout == "there is no room left on the disk of the register\n"


_BIND_TWENTY_TIMES = """
import sys
from datetime import UTC, date, datetime
from kiosk.eligibility import MemberId, Registry

url, branch = sys.argv[1:]
with Registry.open(url) as registry:
    print("ready", flush=True)
    sys.stdin.readline()
    for turn in range(20):
        key = f"{branch}{turn:02x}" * 16
        registry.bind(MemberId("133033", "71-0000", "000001", branch), key, date(2028, 1, 1), "x", datetime.now(UTC))
"""


def test_several_processes_may_write_at_once(
    registry: Registry, database: str, load: Callable[..., object], member_file: MakeFile, source: MakeSource
) -> None:
    load({}, {"branch": "01"})
    command = [sys.executable, "-c", _BIND_TWENTY_TIMES, database]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with (
        subprocess.Popen([*command, "00"], **pipes) as one,
        subprocess.Popen([*command, "01"], **pipes) as other,
    ):
        assert (one.stdout.readline(), other.stdout.readline()) == ("ready\n", "ready\n")
        for process in (one, other):
            process.stdin.write("go\n")
            process.stdin.flush()
        registry.import_members(read_rows(io.BytesIO(member_file({"name": "土木 次郎"}))), source())
    assert (one.returncode, other.returncode) == (0, 0)
    counted = registry.stats(date(2026, 6, 1))
    assert (counted.bindings_live, counted.bindings_ended, counted.versions) == (2, 38, 3)


def test_a_reader_sees_the_register_as_it_was_while_a_writer_writes(
    registry: Registry, load: Callable[..., object]
) -> None:
    load({})
    seen: list[object] = []
    with writing(registry._engine) as connection:
        connection.exec_driver_sql("UPDATE member_version SET name = 'X'")
        reader = Thread(target=lambda: seen.append(registry.member(TARO)))
        reader.start()
        reader.join(30)
    (member,) = seen
    assert getattr(member, "name", None) == "土木 太郎"


def test_closing_lets_go_of_every_file(register_url: str) -> None:
    with Registry.open(register_url, migrated=False) as registry:
        registry.migrate()

    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = open_files()
    for _ in range(10):
        with Registry.open(register_url) as registry:
            registry.member(TARO)
    assert open_files() <= before + 2

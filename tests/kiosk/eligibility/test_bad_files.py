"""Hostile and broken files, closed inputs and numbers beyond all bounds: one sentence, and nothing half-done."""

import io
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from click.testing import Result

import kiosk.cli
from kiosk.cli.answers import UsageRefused, standard_input
from kiosk.eligibility import (
    NAMES,
    BadLine,
    CsvRow,
    EndlessFile,
    HeaderRefused,
    Registry,
    RegistryBusy,
    Source,
    read_rows,
)
from kiosk.eligibility.csv_io import LONGEST_LINE
from kiosk.store import engine as engine_module
from kiosk.store import transaction

MakeFile = Callable[..., bytes]
MakeSource = Callable[..., Source]
Run = Callable[..., Result]
GIGABYTE = 61_035 * (LONGEST_LINE + 1)


class Endless(io.BytesIO):
    """A stream with a gigabyte of one byte, and no line end in it, between what is before and after it."""

    def __init__(self, before: bytes, byte: bytes, after: bytes) -> None:
        super().__init__(before)
        self._byte, self._left, self._after = byte, GIGABYTE, io.BytesIO(after)

    def readline(self, size: int | None = -1, /) -> bytes:
        """Return as much as is asked for."""
        if line := super().readline(size):
            return line
        if self._left:
            given = self._byte * min(size or 0, self._left)
            self._left -= len(given)
            return given
        return self._after.readline(size)


@pytest.mark.parametrize("byte", [b"a", b"\0", b'"', b"\xe3"])
def test_a_gigabyte_in_one_line_is_one_bad_line(byte: bytes, member_file: MakeFile) -> None:
    header, person = member_file({}).splitlines(keepends=True)
    tracemalloc.start()
    bad, end, good = read_rows(Endless(header, byte, b"\n" + b"bad\n" + person))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(bad, BadLine) and (bad.line, bad.message) == (2, "is longer than 16384 bytes")
    assert isinstance(end, BadLine) and isinstance(good, CsvRow)
    assert (end.line, good.line) == (3, 4)
    assert peak < 2_000_000


_ENDLESS = """
import os, sys
header = os.read(0, 65_536)
os.write(1, header)
zeros = bytes(65_536)
while True:
    os.write(1, zeros)
"""


def test_a_line_of_standard_input_without_an_end_is_one_sentence(
    one_registry: Registry, register_url: str, member_file: MakeFile
) -> None:
    """The program at the other end of the pipe would write for ever."""
    words = ["registry", "import", "-", "--database", register_url]
    command = [sys.executable, "-c", "from kiosk.cli import main; main()", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", _ENDLESS], stdin=pipe, stdout=pipe, stderr=pipe) as endless:
        assert endless.stdin is not None
        endless.stdin.write(member_file({}, {"number": "000002"}).replace(b"000002", b"9" * 20_000 + b"x")[:-1])
        endless.stdin.close()
        done = subprocess.run(command, stdin=endless.stdout, capture_output=True, text=True, timeout=60)
        endless.kill()
    assert (done.returncode, done.stderr) == (1, "line 3: has no end within 1 GiB; nothing was imported\n")
    assert one_registry.stats(date(2026, 6, 1)).members == 0


@pytest.mark.parametrize("line", [b"\n", b"bad\n"])
def test_lines_without_an_end_are_refused_once_they_are_too_many(
    line: bytes, member_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.eligibility.csv_io.MOST_LINES", 1_000)
    header = member_file()
    assert len(list(read_rows(io.BytesIO(header + 999 * line)))) in (0, 999)
    with pytest.raises(EndlessFile, match="has more than 1,000 lines; nothing was imported"):
        list(read_rows(io.BytesIO(header + 1_000 * line)))


@pytest.mark.parametrize("byte", [b"a", b"\0", b","])
def test_a_gigabyte_in_the_header_is_refused_without_reading_it(byte: bytes) -> None:
    stream = Endless(b"", byte, b"")
    with pytest.raises(HeaderRefused, match="header row: is longer than 16384 bytes"):
        list(read_rows(stream))
    assert stream._left > GIGABYTE - 1_000_000


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (",".join([*NAMES, "name"]), "name appears more than once"),
        (",".join([*NAMES, *["x"] * 6_000]), "column 36 is not a column of a member file"),
        ("\0" + ",".join(NAMES), "contains a control character"),
        ("name", "insurer_number"),
        ("", "the file is empty"),
    ],
)
@pytest.mark.parametrize("options", [[], ["--preview"]])
def test_a_wrong_header_is_named_with_its_file(
    options: list[str], header: str, why: str, made: Run, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(header.encode())
    done = made("import", str(path), *options)
    assert done.exit_code == 1 and why in done.stderr
    assert done.stderr.startswith(f"{path}: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("number", ["2147483648", "99999999999999999999", "0"])
@pytest.mark.parametrize("command", ["undo", "report"])
def test_a_number_that_no_file_can_have(command: str, number: str, made: Run) -> None:
    done = made(command, number)
    assert done.exit_code == 2 and "Invalid value" in done.stderr


def test_a_closed_standard_input_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UsageRefused) as refused:
        standard_input()
    assert (refused.value.exit_code, capsys.readouterr().err) == (2, "standard input is closed\n")


def test_every_command_asks_for_standard_input_there() -> None:
    folder = Path(kiosk.cli.__path__[0])
    asking = [path.name for path in folder.glob("*.py") if re.search(r"sys\.stdin\b", path.read_text("utf-8"))]
    assert asking == ["answers.py"]


def test_two_imports_at_once_follow_one_another(
    registry: Registry, database: str, member_file: MakeFile, source: MakeSource
) -> None:
    together, reports = Barrier(2), list[Any]()

    def take(name: str) -> None:
        rows = read_rows(io.BytesIO(member_file(*({"number": f"{number:06}", "name": name} for number in range(50)))))
        with Registry.open(database) as own:
            together.wait(30)
            reports.append(own.import_members(rows, source()))

    threads = [Thread(target=take, args=[name]) for name in ("土木 次郎", "土木 三郎")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted((one.inserted, one.updated) for one in reports) == [(0, 50), (50, 0)]
    assert len({one.batch for one in reports}) == 2
    assert len({one.name for one in registry.members()}) == 1


def test_an_import_that_cannot_wait_for_another_one_writes_nothing(
    registry: Registry,
    database: str,
    member_file: MakeFile,
    source: MakeSource,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = list(read_rows(io.BytesIO(member_file({"number": "000002"}))))
    refused = list[bool]()

    def meanwhile() -> Iterator[CsvRow | BadLine]:
        """Yield the lines of an import, with an attempt at another one and at an undoing in the middle."""
        yield from read_rows(io.BytesIO(member_file({})))
        monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0)
        monkeypatch.setattr(transaction, "BUSY_SECONDS", 0.1)
        with Registry.open(database) as impatient:
            with pytest.raises(RegistryBusy):
                impatient.import_members(others, source())
            with pytest.raises(RegistryBusy):
                impatient.undo(1, "hanako", source().recorded_at)
        refused.append(True)

    registry.import_members(meanwhile(), source())
    assert refused == [True]
    assert [one.id.number for one in registry.members()] == ["000001"]
    assert registry.stats(date(2026, 6, 1)).imports == 1

"""`kiosk terminal ask` as a process of its own before a hostile folder: one status, one code, bounded time and memory.

The parser's memory is not Python's, so it is measured as the process's own peak.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.eligibility.terminal import Folders
from simulators.pytest_plugin import need
from tests.kiosk.eligibility.terminal.other_side import (
    INSTITUTION,
    Answering,
    OtherSide,
    answer_name,
    golden,
    identified,
    put,
)
from tests.kiosk.eligibility.terminal.test_hostile_answers import HOSTILE

MAIN = """
import atexit
from pathlib import Path
from kiosk.cli import main

status = Path("/proc/self/status")
atexit.register(lambda: Path("peak").write_text(status.read_text().partition("VmHWM:")[2].split()[0]))
main()
"""
"""The command, which leaves its peak memory in a file: what `wait4` says has the memory of the process before it."""

NUMBERS = ["--insurer", "133033", "--symbol", "71-0000", "--number", "000000", "--branch", "00"]
WHO = [*NUMBERS, "--birth-date", "1960-04-05", "--on", "2026-11-22", "--json"]
MOST_MORE = 32 << 20
"""Bytes of memory that a hostile answer may cost more than a good one: the answer is read twice, 4 MiB at most."""

Start = Callable[[Answering], OtherSide]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: its exit status, what it wrote, how long it took and its peak memory in bytes."""

    status: int
    out: str
    err: str
    seconds: float
    peak: int


def ask(folders: Folders, place: Path, timeout: float = 2) -> Ended:
    names = {"REQ": folders.req, "RES": folders.res, "INSTITUTION": INSTITUTION, "TIMEOUT": timeout}
    environ = {f"KIOSK_TERMINAL__{name}": str(value) for name, value in names.items()}
    command = [sys.executable, "-c", MAIN, "terminal", "ask", *WHO]
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | environ, cwd=place, timeout=60)
    peak = int((place / "peak").read_text()) * 1024
    return Ended(done.returncode, done.stdout, done.stderr, time.monotonic() - begun, peak)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """What a good answer costs on this machine."""
    place = tmp_path_factory.mktemp("good")
    folders = Folders(place / "req", place / "res")
    folders.req.mkdir()
    folders.res.mkdir()
    side = OtherSide(folders.req, folders.res, lambda request, _: [says(request, golden("valid"))])
    ended = ask(folders, place, timeout=20)
    side.close()
    assert (ended.status, json.loads(ended.out)["status"]) == (0, "valid")
    return ended


def says(request: str, content: bytes) -> tuple[str, bytes]:
    return answer_name(request), identified(content, request)


def of_a_stranger(content: bytes) -> bytes:
    """Return an answer about somebody else, under the name of ours."""
    for ours, theirs in (("土木　花子", "他人　太郎"), ("19600405", "19551231"), ("000000", "987654")):
        content = content.replace(ours.encode(), theirs.encode())
    return content


def about_a_stranger(request: str, _: bytes) -> list[tuple[str, bytes]]:
    return [says(request, of_a_stranger(golden("valid")))]


def huge(request: str, _: bytes) -> list[tuple[str, bytes]]:
    return [says(request, golden("valid").replace(b"</XmlMsg>", b"<A>" + b"x" * 60_000_000 + b"</A></XmlMsg>"))]


def hostile(name: str) -> Answering:
    return lambda request, _: [says(request, HOSTILE[name])]


def a_bomb_of_entities(request: str, _: bytes) -> list[tuple[str, bytes]]:
    """Ten levels of a hundred: 10 ** 20 letters in 4 kB."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 100 if n else "ha"}">' for n in range(10))
    head, _, rest = golden("valid").partition(b"<XmlMsg>")
    return [says(request, head + f"<!DOCTYPE XmlMsg [{levels}]><XmlMsg><A>&e9;</A>".encode() + rest)]


def two_suffixes(request: str, _: bytes) -> list[tuple[str, bytes]]:
    name, content = says(request, golden("valid"))
    return [(name.replace(".xml", "(1).xml"), content), (name, content)]


@pytest.mark.parametrize(
    ("answering", "code"),
    [
        (huge, "N-12"),
        (a_bomb_of_entities, "N-12"),
        (hostile("an external entity"), "N-12"),
        (hostile("half-written"), "N-12"),
        (hostile("not XML"), "N-12"),
        (hostile("deep"), "N-12"),
        (hostile("a birthday that does not exist"), "N-12"),
        (about_a_stranger, "N-15"),
        (two_suffixes, "N-14"),
    ],
    ids="60-mb entity-bomb external-entity half-written not-xml deep impossible-date stranger two-suffixes".split(),
)
def test_a_hostile_answer_is_one_status_and_one_code_in_bounded_time_and_memory(
    folders: Folders, tmp_path: Path, good: Ended, other_side: Start, answering: Answering, code: str
) -> None:
    other_side(answering)
    ended = ask(folders, tmp_path)
    said = json.loads(ended.out)
    assert (ended.status, said["status"], said["code"], said["results"]) == (22, "error", code, [])
    assert ended.seconds < good.seconds + 12
    assert ended.peak < good.peak + MOST_MORE
    for text in ("土木", "花子", "他人", "太郎", "987654", "1955", "ﾊﾅｺ", "Traceback"):
        assert text not in ended.out + ended.err


def test_yesterdays_file_and_thousands_of_others_are_nobodys(
    folders: Folders, tmp_path: Path, good: Ended, other_side: Start
) -> None:
    for number in range(3000):
        (folders.res / f"OQSsiquc01res_20261121{number:04}.xml").write_bytes(HOSTILE["half-written"])

    def yesterday(request: str, _: bytes) -> list[tuple[str, bytes]]:
        name, content = says(request, golden("valid"))
        put(folders.res, f"{name}.aside", content)
        a_day_ago = time.time() - 86_400
        os.utime(folders.res / f"{name}.aside", (a_day_ago, a_day_ago))
        (folders.res / f"{name}.aside").rename(folders.res / name)
        return []

    other_side(yesterday)
    ended = ask(folders, tmp_path)
    assert (ended.status, json.loads(ended.out)["code"]) == (23, "N-10")
    assert ended.peak < good.peak + MOST_MORE


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk that is mounted read-only: root may not write there either."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", str(folder)], capture_output=True)
    need([] if mounted.returncode == 0 else ["the right to mount a small disk"])
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_read_only_folder_is_one_code(folders: Folders, tmp_path: Path, read_only: Path) -> None:
    ended = ask(Folders(read_only, folders.res), tmp_path)
    assert (ended.status, json.loads(ended.out)["code"]) == (22, "N-11")
    assert ended.err.splitlines() == ["req: Read-only file system"]


def test_a_folder_that_is_not_there_is_one_code(folders: Folders, tmp_path: Path) -> None:
    ended = ask(Folders(folders.req, tmp_path / "nowhere"), tmp_path)
    assert (ended.status, json.loads(ended.out)["code"]) == (22, "N-11")

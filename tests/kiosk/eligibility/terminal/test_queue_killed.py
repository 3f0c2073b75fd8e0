"""What waits outlasts kills and full disks."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.eligibility.terminal import (
    QuestionQueue,
)
from tests.disks import small_disk
from tests.kiosk.eligibility.terminal.other_side import (
    put,
)
from tests.kiosk.eligibility.terminal.questions import (
    KEY,
    NOW,
    Back,
    Heard,
    Start,
    about,
    answered,
    number_in,
    numbers,
    reasons,
    records,
)

CHILD = """
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from kiosk.eligibility.terminal import *
from tests.kiosk.eligibility.terminal.questions import KEY, NOW, about

what, folder = sys.argv[1], Path(sys.argv[2])
queue = QuestionQueue(folder, KEY, 90)
if what == "put":
    for number in range(10_000):
        print(number if queue.put(about(number), NOW) else "refused", flush=True)
with closing(Exchange(Folders(folder / "req", folder / "res"), 5, takes_back=True)) as exchange:
    def heard(question, answer):
        print(question.enquiry.number, answer.status, flush=True)
    AskingAgain(queue, Terminal(exchange, "1312345678"), heard).ask_all()
"""


def child(what: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", CHILD, what, str(folder)], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("lines", [1, 7, 23])
def test_what_was_put_before_a_kill_is_there_after_it(tmp_path: Path, lines: int) -> None:
    with child("put", tmp_path) as program:
        assert program.stdout
        said = [program.stdout.readline() for _ in range(lines)]
        program.kill()
        said += program.stdout.readlines()
    taken = [int(line) for line in said if line.endswith("\n")]
    again = QuestionQueue(tmp_path, KEY, 90)
    assert numbers(again)[: len(taken)] == taken
    assert len(numbers(again)) <= len(taken) + 1
    assert all(len(path.name) == 45 for path in records(tmp_path) if not path.name.endswith(".new"))
    assert again.put(about(99_999), NOW)
    assert not [path for path in records(tmp_path) if path.name.endswith(".new")], "no draft stays"


@pytest.mark.parametrize("killed_at", [0, 3])
@pytest.mark.parametrize("before_the_answer", [True, False], ids=["before its answer", "after its answer"])
def test_who_was_being_asked_about_at_a_kill_is_not_asked_about_again(
    tmp_path: Path, queue: QuestionQueue, other_side: Start, killed_at: int, before_the_answer: bool
) -> None:
    for number in range(6):
        queue.put(about(number), datetime.now(UTC))
    programs: list[subprocess.Popen[str]] = []
    ready = threading.Event()

    def killing(request: str, content: bytes) -> list[tuple[str, bytes]]:
        ready.wait(30)
        said = answered(request, content)
        if number_in(content) == killed_at and len(programs) == 1:
            if not before_the_answer:
                put(tmp_path / "res", *said[0])
            programs[0].send_signal(signal.SIGKILL)
            programs[0].wait(30)
            programs.append(child("ask", tmp_path))
        return said

    side = other_side(killing)
    programs.append(child("ask", tmp_path))
    ready.set()
    programs[0].wait(60)
    while len(programs) < 2:
        threading.Event().wait(0.01)
    out, _ = programs[1].communicate(timeout=60)
    assert sorted(number_in(content) for _, content in side.requests) == [0, 1, 2, 3, 4, 5]
    heard = [int(line.split()[0]) for line in (programs[0].stdout.read() + out).splitlines()]
    assert sorted(set(heard)) == [0, 1, 2, 3, 4, 5]
    assert numbers(QuestionQueue(tmp_path, KEY, 90)) == []
    programs[0].stdout.close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KiB."""
    with small_disk(tmp_path / "disk", "256k") as folder:
        yield folder


def test_a_full_disk_refuses_new_questions_and_the_others_are_asked(disk: Path, back: Back, other_side: Start) -> None:
    queue = QuestionQueue(disk, KEY, 90)
    taken = 0
    while queue.put(about(taken), NOW):
        taken += 1
    assert 10 < taken < 100
    assert reasons(queue)[0].endswith("; one cannot be kept: No space left on device")
    assert len(records(disk)) == taken, "no draft stays"
    assert numbers(QuestionQueue(disk, KEY, 90)) == list(range(taken))
    side, heard = other_side(answered), Heard()
    assert back(queue, heard).ask_all() == taken, "to ask needs no room"
    assert heard.numbers == list(range(taken))
    assert len(side.requests) == taken
    assert queue.troubles() == ()

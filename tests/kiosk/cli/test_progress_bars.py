"""Long work shows a bar to a person at a terminal, and writes nothing of it into a pipe or a file."""

import io
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.eligibility import Registry, read_rows

MEMBERS = 30
COMMANDS = {
    "registry import": (["registry", "import", "members.csv"], ["import"]),
    "registry import of new members": (["registry", "import", "more.csv"], ["import", "merge"]),
    "issuance plan": (["issuance", "plan", "--on", "2026-11-25", "--json-lines", "p.jsonl"], ["issuance plan"]),
    "document batch": (["document", "batch", "plan.jsonl", "--folder", "out"], ["check", "print"]),
}
WORDIER = {"registry feed": (["registry", "feed", "card", "cards.csv"], ["import", "merge"])}
"""Each command, and what its bars are called; the wordier ones say at the end what has changed, on several lines."""


@pytest.fixture(autouse=True)
def at_work(
    one_registry: Registry,
    member_file: Callable[..., bytes],
    source: Callable[..., Any],
    register_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A folder with a register, the file that it was made from, and a plan."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KIOSK_DATABASE", register_url)
    people = member_file(*({"number": f"{number:06}", "notice_issued_on": ""} for number in range(MEMBERS)))
    Path("members.csv").write_bytes(people)
    Path("more.csv").write_bytes(member_file(*({"number": f"{number:06}"} for number in range(900, 900 + MEMBERS))))
    lost = [f"133033,71-0000,{number:06},00,lost\n" for number in range(MEMBERS)]
    Path("cards.csv").write_text("insurer_number,symbol,number,branch,card\n" + "".join(lost), "utf-8")
    one_registry.import_members(read_rows(io.BytesIO(people)), source())
    line = {"member": "133033:71-0000:000001:00", "issue": "notice", "reasons": ["card_works"]}
    Path("plan.jsonl").write_text(json.dumps(line) + "\n", "utf-8")


_AT_ONCE = """
from kiosk.cli import bars, main

class Passed:
    def __init__(self, seconds, show):
        assert seconds == 1
        self.start = show

    def cancel(self):
        pass

    join = cancel

bars.Timer = Passed
main()
"""
"""The command, for which the second is over at once after which work without a known end is shown."""


def command(*words: str, program: str = "from kiosk.cli import main; main()") -> list[str]:
    return [sys.executable, "-c", program, *words]


def seen_on_a_terminal(*words: str, program: str = "from kiosk.cli import main; main()") -> str:
    """What a terminal shows while the command runs, without colours; it is read all along: its buffer is small."""
    controller, terminal = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    seen = b""
    try:
        with subprocess.Popen(
            command(*words, program=program), stderr=terminal, stdout=subprocess.DEVNULL, env=environment
        ) as process:
            os.close(terminal)
            while part := _read(controller):
                seen += part
            assert process.wait(60) == 0
    finally:
        os.close(controller)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode())


def _read(controller: int) -> bytes:
    try:
        return os.read(controller, 65_536)
    except OSError:  # so Linux tells that nobody has the terminal open any more
        return b""


@pytest.mark.parametrize(("words", "bars"), (COMMANDS | WORDIER).values(), ids=(COMMANDS | WORDIER).keys())
def test_a_person_watches_the_work_grow(words: list[str], bars: list[str]) -> None:
    seen = seen_on_a_terminal(*words)
    for bar in bars:
        assert re.search(rf"{bar} +━+ +(0%|0/|0[.]0/)", seen)
        assert re.search(rf"{bar} +━+ +(100%|([0-9.]+)/\2 )", seen)


WAITING = {
    "registry import": (["registry", "import", "more.csv"], "match"),
    "registry undo": (["registry", "undo", "1", "--by", "hanako"], "undo"),
    "registry init": (["registry", "init"], "init"),
}
"""Commands with work whose end nobody knows, such as one long statement of the database."""


@pytest.mark.parametrize(("words", "bar"), WAITING.values(), ids=WAITING.keys())
def test_a_person_sees_after_a_second_that_it_goes_on(words: list[str], bar: str) -> None:
    assert re.search(rf"{bar} +━+", seen_on_a_terminal(*words, program=_AT_ONCE))


@pytest.mark.parametrize(("words", "bar"), WAITING.values(), ids=WAITING.keys())
def test_before_that_second_there_is_no_such_bar(words: list[str], bar: str) -> None:
    never = _AT_ONCE.replace("self.start = show", "self.start = self.cancel")
    assert not re.search(rf"{bar} +━+", seen_on_a_terminal(*words, program=never))


def test_the_bars_of_one_command_are_in_one_display() -> None:
    """Each frame is drawn once for all bars, so none of them wipes another one away."""
    seen = seen_on_a_terminal("registry", "import", "more.csv", program=_AT_ONCE)
    assert re.search(r"import +━+[^\n]* 100%[^\n]*\n\r?match +━+", seen)


QUIET = {name: words for name, (words, _) in (COMMANDS | WAITING).items()}


@pytest.mark.parametrize("words", QUIET.values(), ids=QUIET.keys())
def test_a_pipe_gets_the_last_line_alone(words: list[str]) -> None:
    done = subprocess.run(command(*words, program=_AT_ONCE), capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert not re.search(r"━|%|\x1b", done.stderr)

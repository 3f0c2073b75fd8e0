"""A program that is killed, or finds its disk full, in the middle of each command about files.

`test_cut_short_files` runs it: python cut_short.py kill|full URL FOLDER. Each attempt is a process of its own, forked
from this one so that nothing is loaded again. It writes one JSON object a command: how many attempts were cut short,
what the command answered then, and whether the register was the same after each of them.
"""

import itertools
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from sqlalchemy import Engine, create_engine, event, select
from typer.main import get_command

from kiosk.cli import app
from kiosk.eligibility.columns import NAMES
from kiosk.store.schema import import_batch, issuance_order, member, member_version

PERSON = {
    "insurer_number": "133033",
    "symbol": "71-0000",
    "branch": "00",
    "name": "土木 太郎",
    "birth_date": "1980-05-06",
    "acquired_on": "2020-04-01",
    "card": "held",
    "registration": "registered",
}
CHANGES = ("INSERT", "UPDATE", "DELETE", "CREATE", "DROP")
STEP = 8_192
COMMAND = get_command(app)
"""Made once: that takes as long as one of the commands."""


def file_of(count: int, **changed: str) -> bytes:
    """Return a member file of that many people, changed alike, with one bad line at its end."""
    lines = [",".join(NAMES)]
    for number in range(count):
        cells = PERSON | {"number": f"{number:06}"} | changed
        lines.append(",".join(cells.get(name, "") for name in NAMES))
    return "\n".join([*lines, "bad", ""]).encode()


FEED = b"insurer_number,symbol,number,branch,card\n133033,71-0000,000001,00,lost\n"
TAKEN = file_of(12, name="土木 次郎")


def commands(folder: Path) -> dict[str, tuple[list[str], bytes]]:
    """Return the commands by name, with what each reads."""
    skipping = ["--skip-bad", str(folder / "bad.csv"), "--allow-large-change"]
    third = file_of(14, address="東京都千代田区〇〇町1")
    return {
        "preview": (["import", "-", "--preview", *skipping], third),
        "import": (["import", "-", *skipping], third),
        "feed": (["feed", "card", "-"], FEED),
        "undo": (["undo", "2", "--by", "hanako", "--leave-changed"], b""),
    }


def run(arguments: list[str], given: bytes, url: str) -> tuple[int, str]:
    """Return exit status and standard error of `kiosk registry`."""
    done = CliRunner().invoke(COMMAND, ["registry", *arguments, "--database", url], input=given)
    return done.exit_code, done.stderr


def contents(url: str) -> list[Any]:
    """Return all rows that the commands may write."""
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = (import_batch, member, member_version, issuance_order)
        rows = [connection.execute(select(table).order_by(*table.primary_key)).all() for table in tables]
    engine.dispose()
    return rows


def attempt(prepare: Callable[[], object], arguments: list[str], given: bytes, url: str) -> tuple[int, str]:
    """Run a command in a process of its own; return how that ended (as `os.waitpid` says it) and what it wrote."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        prepare()
        status, said = run(arguments, given, url)
        os.write(writing, said.encode()[:4_000])
        os._exit(status)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        said = pipe.read()
    return os.waitpid(child, 0)[1], said


def killed_at(point: int) -> None:
    """Kill this process after the change of that number, or at 0 when all are made and the transaction is to end."""
    changed = list[int]()

    def count(*arguments: Any) -> None:
        if arguments[2].lstrip().startswith(CHANGES):
            changed.append(len(changed) + 1)
            if changed[-1] == point:
                os.kill(os.getpid(), signal.SIGKILL)

    def end(_: object) -> None:
        if changed and point == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", count)
    event.listen(Engine, "commit", end)
    event.listen(Engine, "rollback", end)


def full_at(size: int) -> None:
    """Let no file grow beyond a size."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def points(way: str) -> Iterator[Callable[[], None]]:
    """Yield what cuts a command short, ever later."""
    numbers = itertools.count() if way == "kill" else itertools.count(0, STEP)
    cut = killed_at if way == "kill" else full_at
    return ((lambda number=number: cut(number)) for number in numbers)


def cut_short(way: str, arguments: list[str], given: bytes, url: str) -> dict[str, Any]:
    """Run a command, cut short ever later, until it gets through."""
    before, same, said = contents(url), True, set[str]()
    for number, prepare in enumerate(points(way)):
        status, text = attempt(prepare, arguments, given, url)
        if status == 0:
            return {"cut": number, "same": same, "said": sorted(said), "done": contents(url) != before}
        same = same and contents(url) == before
        said.add(str(os.WTERMSIG(status)) if os.WIFSIGNALED(status) else f"{os.WEXITSTATUS(status)}: {text}")
    raise AssertionError


def main(way: str, url: str, folder: str) -> None:
    """Make a register with two files, and cut every command short."""
    for arguments, given in ((["init"], b""), (["import", "-", "--skip-bad", f"{folder}/b.csv"], file_of(10))):
        assert run(arguments, given, url)[0] == 0
    assert run(["import", "-", "--skip-bad", f"{folder}/b.csv"], TAKEN, url)[0] == 0
    for name, (arguments, given) in commands(Path(folder)).items():
        print(json.dumps({"command": name, **cut_short(way, arguments, given, url)}))


if __name__ == "__main__":
    main(*sys.argv[1:])

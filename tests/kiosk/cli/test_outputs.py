"""Every option that names an output (docs/formats.md): new or a regular file, never an input, or `-`."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.main import get_command
from typer.testing import CliRunner

import kiosk.cli
import simulators.cli

TARO = "133033:71-0000:000001:00"
DAY = "2026-11-25"
LINE = {"member": TARO, "issue": "notice", "reasons": ["card_works"]}


@dataclass(frozen=True)
class Output:
    """How a command is called that writes `OUT`.

    Attributes:
        words: the command.
        reads: files that it reads.
        folder: `OUT` is a folder.
        replaces: a regular file there is replaced; otherwise it is refused.
        stdout: `-` can be tried without a card.
        answers: the command takes `--json` for an object on standard output.

    """

    words: str
    reads: tuple[str, ...] = ("register.sqlite", "kiosk.toml", "policy.toml")
    folder: bool = False
    replaces: bool = True
    stdout: bool = True
    answers: bool = True


OUTPUTS = {
    "kiosk card record FILE": Output(
        "kiosk card record OUT --wait 0", reads=(), replaces=False, stdout=False, answers=False
    ),
    "kiosk document batch --folder": Output("kiosk document batch plan.jsonl --folder OUT", folder=True),
    "kiosk document batch --skip-bad": Output(
        "kiosk document batch plan.jsonl --folder printed --skip-bad OUT", ("plan.jsonl", "register.sqlite")
    ),
    "kiosk document confirmation --pdf": Output(f"kiosk document confirmation --member {TARO[:-2]}01 --pdf OUT"),
    "kiosk document declaration --pdf": Output("kiosk document declaration --pdf OUT"),
    "kiosk document notice --pdf": Output(f"kiosk document notice --member {TARO} --pdf OUT"),
    "kiosk document procedures --pdf": Output("kiosk document procedures --pdf OUT", ("kiosk.toml", "policy.toml")),
    "kiosk issuance plan --json-lines": Output(f"kiosk issuance plan --on {DAY} --json-lines OUT"),
    "kiosk registry export FILE": Output("kiosk registry export OUT"),
    "kiosk registry feed --skip-bad": Output(
        "kiosk registry feed filings filings.csv --skip-bad OUT", ("filings.csv", "register.sqlite", "kiosk.toml")
    ),
    "kiosk registry import --skip-bad": Output(
        "kiosk registry import members.csv --skip-bad OUT", ("members.csv", "register.sqlite", "kiosk.toml")
    ),
    "kiosk terminal bulk --json-lines": Output(
        f"kiosk terminal bulk bookings.csv --on {DAY} --json-lines OUT", ("bookings.csv", "kiosk.toml", "policy.toml")
    ),
    "kiosk terminal register --json-lines": Output(
        "kiosk terminal register --from numbers.csv --json-lines OUT", ("numbers.csv", "kiosk.toml", "policy.toml")
    ),
    "simulate people --certificates": Output("simulate people --certificates OUT", reads=(), folder=True),
    "simulate people --csv": Output("simulate people --csv OUT", reads=()),
    "simulate people --terminal": Output("simulate people --terminal OUT", reads=()),
    "simulate pki FOLDER": Output("simulate pki OUT", reads=(), folder=True, answers=False),
}
"""Every output there is. What is new in the tree of commands belongs here, or among the names below."""

MADE_BY_THE_DEMO = {"simulate demo --folder"}
"""A folder that the demo makes anew; its own tests say which one it refuses (tests/simulators/test_demo_folder.py)."""

EXCHANGE = {f"simulate terminal --{name}" for name in ("req", "res", "face")}
"""Folders that are there already, and that two programs write into; no file in them is chosen by whoever calls."""

INPUTS = {
    "kiosk audit verify --journal",
    "kiosk card check --crl",
    "kiosk decide FILE",
    "kiosk document batch PLAN",
    "kiosk document print --file",
    "kiosk issuance enqueue FILE",
    "kiosk policy check FILE",
    "kiosk policy show FILE",
    "kiosk receipt verify --keys",
    "kiosk receipt verify FILE",
    "kiosk registry bind --certificate",
    "kiosk registry feed FILE",
    "kiosk registry import FILE",
    "kiosk terminal bulk BOOKINGS",
    "kiosk terminal register --from",
    "simulate orca --members",
    "simulate orca --password-file",
    "simulate terminal --members",
}
READ_EVERYWHERE = {"--config", "--policy", "--trust"}
NO_FILES = {
    "--again", "--batch", "--birth-date", "--branch", "--by", "--database", "--delay", "--device", "--display",
    "--driver", "--encoding", "--event", "--institution", "--insurer", "--issued-on", "--language", "--linkage-days",
    "--member", "--nfc", "--number", "--ocsp", "--on", "--orders", "--persona", "--port", "--processing", "--profile",
    "--reader", "--reason", "--reference", "--role", "--scenario", "--scope", "--symbol", "--to", "--user",
    "--valid-from", "--wait", "BATCH", "COMMAND", "KIND", "NAME", "NUMBERS", "ROLE",
}  # fmt: skip


def parameters() -> Iterator[str]:
    """Every parameter of every command that takes a value, as `kiosk registry export FILE`."""
    for name, app in (("kiosk", kiosk.cli.app), ("simulate", simulators.cli.app)):
        yield from _parameters(get_command(app), name)


def _parameters(command: object, path: str) -> Iterator[str]:
    for name, below in getattr(command, "commands", {}).items():
        yield from _parameters(below, f"{path} {name}")
    for parameter in getattr(command, "params", []):
        if not getattr(parameter, "is_flag", False) and not hasattr(command, "commands"):
            option = isinstance(parameter, typer.core.TyperOption)
            yield f"{path} {parameter.opts[0] if option else parameter.name.upper()}"


def test_every_output_is_known_here() -> None:
    unknown = {
        parameter
        for parameter in parameters()
        if parameter not in OUTPUTS.keys() | INPUTS | MADE_BY_THE_DEMO | EXCHANGE
        and parameter.rpartition(" ")[2] not in READ_EVERYWHERE | NO_FILES
    }
    assert unknown == set(), "say whether it names an output, an input, or no file"


def test_every_output_known_here_is_there() -> None:
    assert set(OUTPUTS) | INPUTS | MADE_BY_THE_DEMO | EXCHANGE <= set(parameters())


Run = Callable[..., Result]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a register of one who is owed a notice and one who is owed a confirmation, and what was read."""
    folder = tmp_path_factory.mktemp("stage")
    (folder / "kiosk.toml").write_text(
        'database = "sqlite:///register.sqlite"\npolicy = "policy.toml"\n'
        '[terminal]\nreq = "req"\nres = "res"\ninstitution = "1312345678"\n'
    )
    (folder / "bookings.csv").write_text("reference,insurer_number,symbol,number,branch,birth_date\n")
    (folder / "numbers.csv").write_text("reference,insurer_number,symbol,number,branch\n")
    (folder / "filings.csv").write_text("insurer_number,symbol,number,branch,filed_on,my_number_reported\n")
    (folder / "policy.toml").write_text("confirmation_years = 5\n")
    (folder / "plan.jsonl").write_text(json.dumps(LINE) + "\n")
    return folder


@pytest.fixture
def run(stage: Path, member_file: Callable[..., bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a copy of the stage of its own, made once."""
    monkeypatch.chdir(stage)
    if not Path("register.sqlite").exists():
        without_card = {"branch": "01", "card": "never_issued", "certificate": "", "registration": "unregistered"}
        Path("members.csv").write_bytes(member_file({}, without_card))
        for words in ("registry init", "registry import members.csv"):
            assert _run(f"kiosk {words}").exit_code == 0
    shutil.copytree(stage, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return _run


def _run(words: str, *more: str) -> Result:
    program, *rest = words.split()
    app = {"kiosk": kiosk.cli.app, "simulate": simulators.cli.app}[program]
    settings = ["--config", "kiosk.toml"] if program == "kiosk" else []
    ended = CliRunner().invoke(app, [*rest, *settings, *more])
    assert ended.exception is None or isinstance(ended.exception, SystemExit)
    return ended


def state(path: Path) -> tuple[int, ...]:
    found = os.lstat(path)
    return found.st_mode, found.st_ino, found.st_rdev, found.st_size


def device(path: Path) -> Path:
    """A device that the test may lose: root's own /dev/null would be gone for everybody."""
    if os.geteuid():
        return Path("/dev/null")
    os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
    return path


def fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


def link_to_a_device(path: Path) -> Path:
    path.symlink_to("/dev/null")
    return path


def link_to_nothing(path: Path) -> Path:
    path.symlink_to("nowhere")
    return path


KINDS = [device, fifo, link_to_a_device, link_to_nothing]
each_output = pytest.mark.parametrize("output", OUTPUTS.values(), ids=OUTPUTS.keys())
each_file = pytest.mark.parametrize(
    "output",
    [one for one in OUTPUTS.values() if not one.folder],
    ids=[n for n, one in OUTPUTS.items() if not one.folder],
)


@each_output
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_no_regular_file_is_refused_and_stays(run: Run, output: Output, kind: Callable[[Path], Path]) -> None:
    there = kind(Path("there").absolute())
    before = state(there)
    ended = run(output.words.replace("OUT", str(there)))
    assert ended.exit_code in (1, 2, 4)
    assert "there" in ended.stderr or "/dev/null" in ended.stderr
    assert state(there) == before
    assert not Path("printed").exists()


@each_file
def test_a_folder_in_the_place_of_a_file_is_refused(run: Run, output: Output) -> None:
    Path("there").mkdir()
    assert run(output.words.replace("OUT", "there")).exit_code in (1, 2, 4)
    assert list(Path("there").iterdir()) == []


def same(path: str) -> str:
    return path


def another_path(path: str) -> str:
    return f"../{Path.cwd().name}/./{path}"


def symbolic_link(path: str) -> str:
    Path("link").symlink_to(path)
    return "link"


def hard_link(path: str) -> str:
    os.link(path, "link")
    return "link"


@pytest.mark.parametrize(
    ("output", "read"),
    [pytest.param(one, read, id=f"{name} = {read}") for name, one in OUTPUTS.items() for read in one.reads],
)
@pytest.mark.parametrize("way", [same, another_path, symbolic_link, hard_link], ids=lambda way: way.__name__)
def test_what_the_command_reads_is_no_output(run: Run, output: Output, read: str, way: Callable[[str], str]) -> None:
    before = Path(read).read_bytes()
    ended = run(output.words.replace("OUT", way(read)))
    assert ended.exit_code in (2, 4)
    assert Path(read).read_bytes() == before


@pytest.mark.parametrize(
    "output",
    [one for one in OUTPUTS.values() if one.reads],
    ids=[name for name, one in OUTPUTS.items() if one.reads],
)
@pytest.mark.parametrize("own", ["site-key", "api-token", "staff.json", "journal-1.jsonl", "journal-1.jsonl.head"])
def test_what_the_service_keeps_is_no_output(run: Run, output: Output, own: str) -> None:
    """Under another site key nobody who is bound would ever be found again."""
    Path("var").mkdir()
    (kept := Path("var") / own).write_bytes(b"kept")
    assert run(output.words.replace("OUT", str(kept))).exit_code in (1, 2, 4)
    assert kept.read_bytes() == b"kept"


def test_what_stands_behind_standard_input_is_no_output(run: Run, tmp_path: Path) -> None:
    before = Path("members.csv").read_bytes()
    words = [sys.executable, "-c", "from kiosk.cli import main; main()", "registry", "import", "-"]
    with open("members.csv", "rb") as members:
        options = ["--skip-bad", "members.csv", "--config", "kiosk.toml"]
        ended = subprocess.run([*words, *options], stdin=members, capture_output=True, timeout=60, check=False)
    assert (ended.returncode, Path("members.csv").read_bytes()) == (2, before)


@pytest.mark.parametrize(
    "output",
    [one for one in OUTPUTS.values() if not one.folder and one.replaces],
    ids=[name for name, one in OUTPUTS.items() if not one.folder and one.replaces],
)
def test_a_regular_file_that_is_not_read_is_replaced(run: Run, output: Output) -> None:
    Path("there").write_text("of before")
    assert run(output.words.replace("OUT", "there")).exit_code == 0
    assert Path("there").read_bytes() != b"of before"


@pytest.mark.parametrize(
    "output",
    [one for one in OUTPUTS.values() if not one.folder and one.stdout],
    ids=[name for name, one in OUTPUTS.items() if not one.folder and one.stdout],
)
def test_standard_output_gets_the_data_and_nothing_else(run: Run, output: Output) -> None:
    written = run(output.words.replace("OUT", "there"))
    shutil.rmtree("printed", ignore_errors=True)
    shown = run(output.words.replace("OUT", "-"))
    assert (written.exit_code, shown.exit_code) == (0, 0)
    assert _without_what_changes(shown.stdout_bytes) == _without_what_changes(Path("there").read_bytes())
    assert not Path("-").exists()


def _without_what_changes(data: bytes) -> bytes:
    return data[:5] if data.startswith(b"%PDF-") else data


@pytest.mark.parametrize(
    "output",
    [one for one in OUTPUTS.values() if one.answers],
    ids=[name for name, one in OUTPUTS.items() if one.answers],
)
def test_two_things_cannot_both_have_standard_output(run: Run, output: Output) -> None:
    ended = run(output.words.replace("OUT", "-"), "--json")
    assert (ended.exit_code, "No such option" in ended.stderr) == (2, False)
    assert not Path("-").exists()


@pytest.mark.parametrize(
    "output", [one for one in OUTPUTS.values() if one.folder], ids=[name for name in OUTPUTS if OUTPUTS[name].folder]
)
def test_a_folder_is_no_standard_output(run: Run, output: Output) -> None:
    ended = run(output.words.replace("OUT", "-"))
    assert (ended.exit_code, "folder" in ended.stderr) == (2, True)
    assert not Path("-").exists()

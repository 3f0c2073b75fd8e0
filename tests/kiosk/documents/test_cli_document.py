"""`kiosk document` as its users call it: what it prints, its exit statuses, and the files it leaves."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from kiosk.cli import app, document_batch

Run = Callable[..., Result]
TARO = "133033:71-0000:000001:00"
WITHOUT_CARD = {"card": "never_issued", "registration": "unregistered", "certificate": "", "notice_issued_on": ""}


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KIOSK_DATABASE", f"sqlite:///{tmp_path}/register.sqlite")


@pytest.fixture
def run() -> Run:
    def call(*arguments: str) -> Result:
        result = CliRunner().invoke(app, list(arguments))
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return call


@pytest.fixture
def loaded(run: Run, tmp_path: Path, member_file: Callable[..., bytes]) -> Run:
    """A register of a member with a マイナ保険証, three without one, and one whose employer is not known."""
    people = [{}, *({**WITHOUT_CARD, "number": f"{number:06}"} for number in (2, 3, 4))]
    people.append({**WITHOUT_CARD, "number": "000005", "employer": ""})
    (tmp_path / "members.csv").write_bytes(member_file(*people))
    assert run("registry", "init").exit_code == 0
    assert run("registry", "import", "members.csv").exit_code == 0
    return run


def plan_line(number: str, issue: str = "confirmation") -> str:
    line: dict[str, object] = {"member": f"133033:71-0000:{number}:00", "issue": issue, "reasons": ["no_card"]}
    if issue == "confirmation":
        line |= {"valid_from": "2026-11-25", "valid_until": "2031-11-24"}
    return json.dumps(line) + "\n"


def batch(run: Run, tmp_path: Path, *lines: str) -> Result:
    (tmp_path / "plan.jsonl").write_text("".join(lines), "utf-8")
    return run("document", "batch", "plan.jsonl", "--folder", "out", "--issued-on", "2026-11-25", "--json")


def test_a_notice_is_a_private_file(loaded: Run, output: Callable[..., str]) -> None:
    result = loaded("document", "notice", "--member", TARO, "--pdf", "n.pdf", "--issued-on", "2026-11-25", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"pdf": "n.pdf", "specimen": False})
    assert stat.S_IMODE(Path("n.pdf").stat().st_mode) == 0o600
    assert "令和 8年11月25日" in output("pdftotext", "-layout", "n.pdf", "-")


def test_in_a_simulation_everything_is_a_specimen(
    loaded: Run, output: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_SIMULATION", "true")
    assert loaded("document", "notice", "--member", TARO, "--pdf", "n.pdf").exit_code == 0
    assert "見本" in output("pdftotext", "-raw", "n.pdf", "-")


def test_a_confirmation_holds_as_long_as_the_decision_says(loaded: Run, output: Callable[..., str]) -> None:
    whose = ("--member", "133033:71-0000:000002:00")
    result = loaded("document", "confirmation", *whose, "--issued-on", "2026-11-25", "--pdf", "c.pdf")
    assert result.exit_code == 0
    assert "有効期限 令和13年11月24日" in output("pdftotext", "-layout", "c.pdf", "-")


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("notice", "--member", "133033:71-0000:000099:00"), 1, "there is no such member"),
        (("notice", "--member", "nobody"), 2, "--member"),
        (("notice", "--member", TARO, "--issued-on", "today"), 2, "--issued-on: must be a date"),
        (("confirmation", "--member", TARO), 1, "is owed no 資格確認書 and has none"),
        (("confirmation", "--member", "133033:71-0000:000005:00"), 1, "employer: missing in the register"),
        (("confirmation", "--member", TARO, "--event", "reemployed", "--on", "2026-11-25"), 1, "event"),
        (("declaration", "--member", "133033:71-0000:000099:00"), 1, "there is no such member"),
    ],
)
def test_a_document_that_cannot_be_made_leaves_no_file(
    loaded: Run, tmp_path: Path, arguments: tuple[str, ...], status: int, says: str
) -> None:
    before = set(tmp_path.iterdir())
    result = loaded("document", *arguments, "--pdf", "d.pdf", "--json")
    assert result.exit_code == status
    assert says in result.stderr
    assert says in json.loads(result.stdout)["error"]["message"]
    assert set(tmp_path.iterdir()) == before


def test_another_insurer_needs_its_particulars(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_INSURER_NUMBER", "138057")
    refused = run("document", "procedures", "--pdf", "p.pdf")
    assert (refused.exit_code, "documents.insurer" in refused.stderr) == (2, True)
    monkeypatch.setenv("KIOSK_DOCUMENTS__INSURER", "insurer.toml")
    Path("insurer.toml").write_text('number = "138057"\nname = ""\n')
    refused = run("document", "procedures", "--pdf", "p.pdf")
    assert (refused.exit_code, "insurer.toml: scheme: Field required" in refused.stderr) == (2, True)
    assert not Path("p.pdf").exists()


def test_a_batch_is_cut_into_files_in_the_order_of_the_plan(
    loaded: Run, tmp_path: Path, output: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_batch, "BATCH", 2)
    lines = [plan_line("000004"), plan_line("000001", "notice"), plan_line("000002"), plan_line("000003")]
    result = batch(loaded, tmp_path, *lines)
    answer = {"folder": "out", "notice": 1, "confirmation": 3, "files": 3, "specimen": False}
    assert (result.exit_code, json.loads(result.stdout)) == (0, answer)
    made = sorted(path.name for path in Path("out").iterdir())
    assert made == ["confirmation-0001.pdf", "confirmation-0002.pdf", "notice-0001.pdf"]
    assert stat.S_IMODE(Path("out").stat().st_mode) == 0o700
    assert stat.S_IMODE(Path("out/notice-0001.pdf").stat().st_mode) == 0o600
    first = output("pdftotext", "-layout", "out/confirmation-0001.pdf", "-")
    assert first.index("000004") < first.index("000002")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (plan_line("000099"), "line 2: there is no such member"),
        (plan_line("000005"), "line 2: employer: missing in the register"),
        (plan_line("000002")[:40], "line 2: has no end"),
        ("{}\n", "line 2: issue: is missing"),
    ],
)
def test_a_bad_line_is_named_and_no_folder_is_made(loaded: Run, tmp_path: Path, line: str, says: str) -> None:
    result = batch(loaded, tmp_path, plan_line("000002"), line)
    assert (result.exit_code, says in result.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


def test_a_folder_with_something_in_it_is_left_alone(loaded: Run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    result = batch(loaded, tmp_path, plan_line("000002"))
    assert (result.exit_code, "no empty folder" in result.stderr) == (4, True)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


def test_no_plan_is_read_from_a_pipe(loaded: Run) -> None:
    assert loaded("document", "batch", "-", "--folder", "out").exit_code == 2

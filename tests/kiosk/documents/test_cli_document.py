"""`kiosk document` as its users call it: what it prints, its exit statuses, and the files it leaves."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
TARO = "133033:71-0000:000001:00"
WITHOUT_CARD = {"card": "never_issued", "registration": "unregistered", "certificate": "", "notice_issued_on": ""}


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


def batch(run: Run, tmp_path: Path, *lines: str, options: tuple[str, ...] = ()) -> Result:
    (tmp_path / "plan.jsonl").write_text("".join(lines), "utf-8")
    return run("document", "batch", "plan.jsonl", "--folder", "out", "--issued-on", "2026-11-25", "--json", *options)


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
    assert "見本" in output("pdftotext", "n.pdf", "-")


def test_a_confirmation_holds_as_long_as_the_decision_says(loaded: Run, output: Callable[..., str]) -> None:
    whose = ("--member", "133033:71-0000:000002:00")
    result = loaded("document", "confirmation", *whose, "--issued-on", "2026-11-25", "--pdf", "c.pdf")
    assert result.exit_code == 0
    assert "有効期限 令和13年11月24日" in output("pdftotext", "-layout", "c.pdf", "-")


@pytest.mark.parametrize(("profile", "named"), [("clinic", False), ("union_office", True)])
def test_a_blank_declaration_needs_no_register(
    run: Run, output: Callable[..., str], monkeypatch: pytest.MonkeyPatch, profile: str, named: bool
) -> None:
    """In an outage the desk prints it for anybody; at a clinic they may be insured by anybody."""
    monkeypatch.setenv("KIOSK_PROFILE", profile)
    monkeypatch.setenv("KIOSK_DATABASE", "postgresql://nobody@127.0.0.1:1/nowhere")
    assert run("document", "declaration", "--pdf", "d.pdf").exit_code == 0
    text = "".join(output("pdftotext", "-raw", "d.pdf", "-").split())
    assert "被保険者資格申立書" in text
    assert ("133033" in text) is named


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("notice", "--member", "133033:71-0000:000099:00"), 1, "there is no such member"),
        (("notice", "--member", "nobody"), 2, "--member"),
        (("notice", "--member", TARO, "--issued-on", "today"), 2, "--issued-on: must be a date"),
        (
            ("notice", "--member", TARO, "--issued-on", "9999-12-31"),
            2,
            "--issued-on: must lie in the years 1868 to 2199",
        ),
        (("confirmation", "--member", TARO, "--issued-on", "2200-01-01"), 2, "--issued-on: must lie in the years"),
        (("confirmation", "--member", TARO, "--on", "1867-12-31"), 2, "--on: must lie in the years 1868 to 2199"),
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
    Path("insurer.toml").write_text('number = "138058"\n')
    refused = run("document", "procedures", "--pdf", "p.pdf")
    assert (refused.exit_code, "insurer.toml: number: has a wrong check digit" in refused.stderr) == (2, True)
    assert not Path("p.pdf").exists()


def test_a_batch_is_cut_into_files_in_the_order_of_the_plan(
    loaded: Run, tmp_path: Path, output: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.documents.batch.DOCUMENTS_PER_FILE", 2)
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


SKIP_BAD = ("--skip-bad", "bad.jsonl")


@pytest.mark.parametrize("options", [(), SKIP_BAD], ids=["all", "skip bad"])
@pytest.mark.parametrize(
    ("line", "says"),
    [
        (plan_line("000002")[:40], "line 2: has no line end"),
        ("{}\n", "line 2: issue: is missing"),
    ],
)
def test_a_file_that_is_no_whole_plan_is_refused(
    loaded: Run, tmp_path: Path, line: str, says: str, options: tuple[str, ...]
) -> None:
    before = {*tmp_path.iterdir(), tmp_path / "plan.jsonl"}
    result = batch(loaded, tmp_path, plan_line("000002"), line, options=options)
    assert (result.exit_code, f"plan.jsonl: {says}" in result.stderr) == (1, True)
    assert set(tmp_path.iterdir()) == before


BAD = (plan_line("000099"), plan_line("000002"), plan_line("000005"))
WHY = {1: (["member"], "there is no such member"), 3: (["employer"], "employer: missing in the register")}


def test_every_bad_line_is_named_and_no_folder_is_made(loaded: Run, tmp_path: Path) -> None:
    result = batch(loaded, tmp_path, *BAD)
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["refused"]) == (1, 2)
    assert answer["error"]["message"] == "plan.jsonl: 2 document(s) cannot be made, so none was"
    assert {bad["line"]: bad["fields"] for bad in answer["errors"]} == {line: why[0] for line, why in WHY.items()}
    for line, (_, reason) in WHY.items():
        assert f"line {line}, 133033:71-0000:" in result.stderr
        assert reason in result.stderr
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


def test_so_many_bad_lines_are_named_and_all_are_counted(
    loaded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.documents.batch.REPORTED", 2)
    answer = json.loads(batch(loaded, tmp_path, *[plan_line("000099")] * 5).stdout)
    assert (answer["refused"], len(answer["errors"])) == (5, 2)


def test_what_can_be_made_is_made_and_the_rest_is_a_plan_of_its_own(loaded: Run, tmp_path: Path) -> None:
    result = batch(loaded, tmp_path, *BAD, options=SKIP_BAD)
    made = {"folder": "out", "notice": 0, "confirmation": 1, "files": 1, "refused": 2, "specimen": False}
    assert (result.exit_code, json.loads(result.stdout)) == (5, made)
    assert "bad.jsonl: the lines that were left out" in result.stderr
    assert stat.S_IMODE(Path("bad.jsonl").stat().st_mode) == 0o600
    left = [json.loads(line) for line in Path("bad.jsonl").read_text("utf-8").splitlines()]
    assert {bad["line"]: bad["fields"] for bad in left} == {line: why[0] for line, why in WHY.items()}
    assert all(WHY[bad["line"]][1] in bad["message"] for bad in left)


def test_the_lines_left_out_are_printed_once_the_register_is_mended(
    loaded: Run, tmp_path: Path, member_file: Callable[..., bytes], output: Callable[..., str]
) -> None:
    assert batch(loaded, tmp_path, *BAD[1:], options=SKIP_BAD).exit_code == 5
    Path("members.csv").write_bytes(member_file({**WITHOUT_CARD, "number": "000005"}))
    assert loaded("registry", "import", "members.csv").exit_code == 0
    again = loaded("document", "batch", "bad.jsonl", "--folder", "second", "--issued-on", "2026-11-25")
    assert again.exit_code == 0
    assert "000005" in output("pdftotext", "-layout", "second/confirmation-0001.pdf", "-")


def test_with_nothing_left_out_the_status_is_0_and_the_file_is_empty(loaded: Run, tmp_path: Path) -> None:
    result = batch(loaded, tmp_path, plan_line("000002"), options=SKIP_BAD)
    assert (result.exit_code, Path("bad.jsonl").read_bytes()) == (0, b"")


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("-", "--json and --skip-bad - both want standard output"),
        ("plan.jsonl", "must be another file than plan.jsonl"),
        ("out/bad.jsonl", "must not lie in the folder of the documents"),
        ("out", "must not lie in the folder of the documents"),
    ],
)
def test_the_lines_left_out_have_a_file_of_their_own(loaded: Run, tmp_path: Path, bad: str, says: str) -> None:
    result = batch(loaded, tmp_path, *BAD, options=("--skip-bad", bad))
    assert (result.exit_code, says in result.stderr) == (2, True)
    assert not Path("out").exists() and Path("plan.jsonl").read_text("utf-8") == "".join(BAD)


def test_where_the_lines_left_out_cannot_be_kept_nothing_is_made(loaded: Run, tmp_path: Path) -> None:
    result = batch(loaded, tmp_path, *BAD, options=("--skip-bad", "none/bad.jsonl"))
    assert (result.exit_code, "none/bad.jsonl: No such file" in result.stderr) == (4, True)
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


def test_a_folder_with_something_in_it_is_left_alone(loaded: Run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    result = batch(loaded, tmp_path, plan_line("000002"))
    assert (result.exit_code, "no empty folder" in result.stderr) == (4, True)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


@pytest.mark.parametrize("plan", ["-", "pipe"])
def test_no_plan_is_read_from_a_pipe(loaded: Run, plan: str) -> None:
    os.mkfifo("pipe")
    result = loaded("document", "batch", plan, "--folder", "out")
    assert (result.exit_code, "is read twice" in result.stderr, Path("out").exists()) == (2, True, False)


@pytest.mark.parametrize("folder", ["link", "dangling", ".", ""])
def test_a_folder_that_could_not_be_put_in_place_is_refused_before_the_work(
    loaded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    (tmp_path / "plan.jsonl").write_text("no plan", "utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    if folder:
        os.symlink("empty" if folder == "link" else "gone", tmp_path / folder) if folder != "." else None
    target = str(tmp_path / folder) if folder.isalpha() else folder
    result = loaded("document", "batch", "../plan.jsonl", "--folder", target)
    assert (result.exit_code, "name a new one in it" in result.stderr) == (4, True)


def test_a_folder_in_the_place_of_a_file_is_refused_before_the_work(loaded: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    result = batch(loaded, tmp_path, "no plan", options=("--skip-bad", "taken"))
    assert (result.exit_code, "taken: Is a directory" in result.stderr) == (4, True)


@pytest.fixture
def at_work(loaded: Run, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a batch in a process of its own, and wait until its draft exists."""
    (tmp_path / "long.jsonl").write_text(plan_line("000002") * 5_000, "utf-8")
    command = [sys.executable, "-c", "from kiosk.cli import main; main()", "document", "batch"]
    with subprocess.Popen([*command, "long.jsonl", "--folder", "out"], stderr=subprocess.PIPE) as process:
        try:
            wait_until(lambda: drafts(tmp_path), process)
            yield process
        finally:
            process.kill()


def drafts(folder: Path) -> list[Path]:
    return list(folder.glob(".kiosk-*"))


def wait_until(seen: Callable[[], object], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while not seen():
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_batch_that_is_ended_leaves_no_documents(
    at_work: subprocess.Popen[bytes], tmp_path: Path, number: signal.Signals
) -> None:
    at_work.send_signal(number)
    assert at_work.wait(60) == 128 + number
    assert not drafts(tmp_path) and not (tmp_path / "out").exists()


def test_what_a_power_cut_left_of_a_batch_goes_with_the_next_one(
    at_work: subprocess.Popen[bytes], loaded: Run, tmp_path: Path
) -> None:
    at_work.kill()
    at_work.wait(60)
    assert drafts(tmp_path)
    assert batch(loaded, tmp_path, plan_line("000002")).exit_code == 0
    assert not drafts(tmp_path) and (tmp_path / "out").is_dir()


def test_a_batch_leaves_alone_what_another_one_is_making(
    at_work: subprocess.Popen[bytes], loaded: Run, tmp_path: Path
) -> None:
    before = drafts(tmp_path)
    assert batch(loaded, tmp_path, plan_line("000002")).exit_code == 0
    assert at_work.poll() is None and drafts(tmp_path) == before


def test_what_a_power_cut_left_of_one_document_goes_with_the_next_one(loaded: Run, tmp_path: Path) -> None:
    left = tmp_path / ".kiosk-a1b2c3d4.draft"
    left.write_bytes(b"%PDF-1.7 half of somebody")
    assert loaded("document", "notice", "--member", TARO, "--pdf", "n.pdf").exit_code == 0
    assert not left.exists()

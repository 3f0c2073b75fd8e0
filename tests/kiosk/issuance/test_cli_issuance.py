"""`kiosk issuance` as its users call it: what it prints, its exit statuses, and the files it leaves."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import select, update
from typer.testing import CliRunner

from kiosk import TOKYO
from kiosk.cli import app
from kiosk.decision import Document
from kiosk.eligibility import MemberId, Registry, read_rows
from kiosk.issuance import PlanPart, PostBatches, Queue, plan_parts
from kiosk.store.schema import issuance_order, member, member_version
from tests.kiosk.half_way import end_half_way

Run = Callable[..., Result]
TARO, HANAKO = "133033:71-0000:000001:00", "133033:71-0000:000001:01"
NOTICE = {"member": TARO, "issue": "notice", "reasons": ["card_works"]}
CONFIRMATION = {
    "member": HANAKO,
    "issue": "confirmation",
    "reasons": ["no_card"],
    "valid_from": "2026-11-22",
    "valid_until": "2031-11-21",
}


pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
def register(one_registry: Registry, member_file: Callable[..., bytes], source: Callable[..., Any]) -> Registry:
    """A register with Taro, who is owed a notice, and Hanako, who is owed a confirmation."""
    people = ({"notice_issued_on": ""}, {"branch": "01", "card": "never_issued", "notice_issued_on": ""})
    one_registry.import_members(read_rows(BytesIO(member_file(*people))), source())
    return one_registry


@pytest.fixture
def run(kiosk_command: Run, register: Registry, register_url: str) -> Run:
    """Run `kiosk issuance` on that register."""
    return lambda *arguments, **options: kiosk_command("issuance", *arguments, "--database", register_url, **options)


def lines(*values: object) -> bytes:
    return "".join(f"{json.dumps(value)}\n" for value in values).encode()


@pytest.fixture
def enqueued(run: Run) -> Run:
    assert run("enqueue", "-", "--by", "中村", input=lines(NOTICE, CONFIRMATION)).exit_code == 0
    return run


def listed(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("list", "--json").stdout.splitlines()]


def test_a_plan_is_a_private_file_with_one_object_a_line(run: Run) -> None:
    result = run("plan", "--on", "2026-11-22", "--json-lines", "plan.jsonl", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"on": "2026-11-22", "notice": 1, "confirmation": 1})
    assert result.stderr == "2026-11-22: 1 notice, 1 confirmation\n"
    assert stat.S_IMODE(Path("plan.jsonl").stat().st_mode) == 0o600
    notice, confirmation = map(json.loads, Path("plan.jsonl").read_text("utf-8").splitlines())
    assert notice == NOTICE
    assert confirmation == CONFIRMATION | {"reasons": ["no_card"]}


def test_a_plan_goes_to_standard_output_and_back_in(run: Run) -> None:
    written = run("plan", "--on", "2026-11-22", "--json-lines", "-").stdout_bytes
    result = run("enqueue", "-", "--json", input=written)
    assert json.loads(result.stdout) == {"added": 2, "already_open": 0}


def test_the_plan_follows_the_policy(run: Run) -> None:
    Path("policy.toml").write_text("confirmation_years = 1\n")
    written = run("plan", "--on", "2026-11-22", "--json-lines", "-", "--policy", "policy.toml").stdout.splitlines()
    assert json.loads(written[1])["valid_until"] == "2027-11-21"


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--on", "2026-02-30", "--json-lines", "x"], 2, "--on: must be a date YYYY-MM-DD"),
        (["--on", "yesterday", "--json-lines", "x"], 2, "--on: must be a date YYYY-MM-DD"),
        (["--on", "2200-01-01", "--json-lines", "x"], 2, "--on: must lie in the years 1868 to 2199"),
        (["--on", "1867-12-31", "--json-lines", "x"], 2, "--on: must lie in the years 1868 to 2199"),
        (["--json-lines", "x"], 2, "--on"),
        (["--on", "2026-11-22"], 2, "--json-lines"),
        (["--on", "2026-11-22", "--json-lines", "-", "--json"], 2, "both want standard output"),
        (["--on", "2026-11-22", "--json-lines", "x", "--policy", "none.toml"], 2, "none.toml: cannot be read"),
        (["--on", "2026-11-22", "--json-lines", "none/x"], 4, "none/x: No such file or directory"),
    ],
)
def test_a_plan_that_cannot_be_is_one_clear_error(
    run: Run, tmp_path: Path, arguments: list[str], status: int, message: str
) -> None:
    before = sorted(tmp_path.glob("[!r]*"))
    result = run("plan", *arguments)
    assert result.exit_code == status
    assert message in result.stderr
    assert sorted(tmp_path.glob("[!r]*")) == before


def test_a_plan_that_fails_leaves_the_one_before(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run("plan", "--on", "2026-11-22", "--json-lines", "plan.jsonl").exit_code == 0
    before = Path("plan.jsonl").read_bytes()

    def full(**_: object) -> tuple[int, str]:
        return os.open("/dev/full", os.O_WRONLY), str(tmp_path / ".plan.draft")

    monkeypatch.setattr("kiosk.private_files.tempfile.mkstemp", full)
    result = run("plan", "--on", "2026-11-22", "--json-lines", "plan.jsonl")
    assert (result.exit_code, result.stderr) == (4, "plan.jsonl: No space left on device\n")
    assert Path("plan.jsonl").read_bytes() == before


_PLAN_AND_WAIT = """
import sys
from itertools import repeat
from kiosk.cli import issuance_files, main

def slow(*arguments, whole=issuance_files.plan_parts):
    parts = whole(*arguments, processes=2, members_at_once=1)
    yield from repeat(next(parts), 10_000)
    print("half way", flush=True)
    sys.stdin.read()

issuance_files.plan_parts = slow
main()
"""


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_a_program_ended_while_it_plans_leaves_the_plan_before(
    run: Run, register_url: str, ending: signal.Signals
) -> None:
    Path("plan.jsonl").write_bytes(lines(NOTICE))
    words = ["issuance", "plan", "--on", "2026-11-22", "--json-lines", "plan.jsonl", "--database", register_url]
    end_half_way(_PLAN_AND_WAIT, words, ending)
    assert Path("plan.jsonl").read_bytes() == lines(NOTICE)
    assert (drafts() == []) is (ending is signal.SIGINT)
    assert run("plan", "--on", "2026-12-22", "--json-lines", "december.jsonl").exit_code == 0
    assert drafts() == [], "the next output into the folder takes away what the kill left, whatever its name"


def drafts() -> list[Path]:
    return list(Path().glob(".kiosk-*"))


def test_a_process_that_is_killed_ends_the_plan_with_one_clear_error(
    run: Run,
    register: Registry,
    member_file: Callable[..., bytes],
    source: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    more = member_file(*({"number": f"{number:06}"} for number in range(900, 940)))  # more than are handed out ahead
    register.import_members(read_rows(BytesIO(more)), source())

    def cut_short(*arguments: Any) -> Iterator[PlanPart]:
        parts = plan_parts(*arguments, processes=2, members_at_once=1)
        yield next(parts)
        for process in active_children():
            process.kill()
        yield from parts

    monkeypatch.setattr("kiosk.cli.issuance_files.plan_parts", cut_short)
    result = run("plan", "--on", "2026-11-22", "--json-lines", "plan.jsonl")
    said = "one of the processes that share the work has ended (signal 9); give the command again\n"
    assert (result.exit_code, result.stderr) == (4, said)
    assert [*Path().glob("*plan*"), *drafts()] == []


def test_without_a_register_the_status_is_3(tmp_path: Path) -> None:
    database = ["--database", f"sqlite:///{tmp_path}/none.sqlite"]
    for command in (["plan", "--on", "2026-11-22", "--json-lines", "x"], ["list"], ["done", "1"]):
        result = CliRunner().invoke(app, ["issuance", *command, *database])
        assert (result.exit_code, "kiosk registry init" in result.stderr) == (3, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (lines(NOTICE, CONFIRMATION)[:-30], "line 2: has no line end: the file was cut off"),
        (lines(NOTICE, NOTICE | {"member": "133033:71-0000:999999:00"}), "line 2: there is no such member"),
        (lines(NOTICE, {"member": HANAKO}), "line 2: issue: is missing"),
    ],
    ids=["cut off", "unknown member", "no document"],
)
def test_a_plan_is_enqueued_whole_or_not_at_all(run: Run, plan: bytes, message: str) -> None:
    result = run("enqueue", "-", "--json", input=plan)
    assert (result.exit_code, listed(run)) == (1, [])
    assert json.loads(result.stdout)["error"]["message"].startswith(message)
    assert "999999" not in result.output


def test_a_plan_that_is_refused_is_named(run: Run, tmp_path: Path) -> None:
    for second, message in (
        (NOTICE | {"member": "133033:71-0000:999999:00"}, "there is no"),
        ({}, "issue: is missing"),
    ):
        plan = tmp_path / "plan.jsonl"
        plan.write_bytes(lines(NOTICE, second))
        result = run("enqueue", str(plan))
        assert (result.exit_code, result.stderr.startswith(f"{plan}: line 2: {message}")) == (1, True)


def test_a_plan_that_is_not_there_has_status_4(run: Run) -> None:
    result = run("enqueue", "none.jsonl")
    assert (result.exit_code, result.stderr) == (4, "none.jsonl: No such file or directory\n")


def test_the_list_has_one_object_an_order(enqueued: Run) -> None:
    notice, confirmation = listed(enqueued)
    assert (notice["number"], notice["member"], notice["document"]) == (1, TARO, "notice")
    assert (notice["requested_by"], notice["state"], notice["overdue"]) == ("中村", "open", False)
    assert (confirmation["valid_from"], confirmation["valid_until"]) == ("2026-11-22", "2031-11-21")
    assert confirmation["reasons"] == ["no_card"]


def test_the_list_tells_people_why_in_japanese(enqueued: Run) -> None:
    result = enqueued("list")
    assert "2  資格確認書  133033:71-0000:000001:01\n" in result.stdout
    assert "    理由: マイナンバーカードをお持ちではありません。\n" in result.stdout
    assert "    有効期間: 2026-11-22 から 2031-11-21 まで\n" in result.stdout
    assert result.stderr == "未交付の申込みは2件です。\n"


def test_what_is_overdue_stands_out_and_can_be_listed_alone(enqueued: Run, register: Registry) -> None:
    long_ago = datetime.now(TOKYO) - timedelta(days=40)
    late = Queue(register).request(
        MemberId.parse(HANAKO), Document.NOTICE, reasons=["no_card"], by="佐藤", now=long_ago
    )
    overdue = enqueued("list", "--overdue", "--json").stdout.splitlines()
    assert [(json.loads(line)["number"], json.loads(line)["overdue"]) for line in overdue] == [(late.number, True)]
    assert enqueued("list").stdout.count("【目安の日を過ぎています】") == 1
    assert enqueued("list", "--overdue").stderr == "目安の日を過ぎた申込みは1件です。\n"


def test_an_empty_list_says_so(run: Run) -> None:
    assert (run("list").stdout, run("list").stderr) == ("", "未交付の申込みはありません。\n")
    assert run("list", "--overdue").stderr == "目安の日を過ぎた申込みはありません。\n"


def test_the_list_counts_by_the_policy(enqueued: Run) -> None:
    Path("policy.toml").write_text("linkage_days = [0, 0]\n")
    (line, _) = enqueued("list", "--json", "--policy", "policy.toml").stdout.splitlines()
    assert json.loads(line)["due_latest"] == datetime.now(TOKYO).date().isoformat()


def test_done_writes_the_register(enqueued: Run, register: Registry) -> None:
    result = enqueued("done", "1-2", "--by", "佐藤", "--json")
    today = datetime.now(TOKYO).date()
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"done": 2, "issued_on": today.isoformat()})
    taro, hanako = register.members()
    assert (taro.notice_issued_on, hanako.confirmation_valid_until) == (today, date(2031, 11, 21))
    assert listed(enqueued) == []


def test_cancel_keeps_the_reason(enqueued: Run, register: Registry) -> None:
    result = enqueued("cancel", "1", "--reason", "本人の申出", "--by", "佐藤", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"cancelled": 1})
    (order,) = Queue(register).history(MemberId.parse(TARO))
    assert (order.state, order.ended_by, order.ended_why) == ("cancelled", "佐藤", "本人の申出")


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["done", "1", "99"], 1, "there is no order 99"),
        (["done", "1", "1-2"], 1, "order 1 is given twice"),
        (["done", "1-9999999999"], 1, "more than 100,000 orders are given at once"),
        (["done", "2-1"], 2, "NUMBER: must be a number such as 12, or a range such as 101-180, not '2-1'"),
        (["done", "1", "one"], 2, "NUMBER: must be a number such as 12"),
        (["done", "１"], 2, "NUMBER: must be a number such as 12"),
        (["done", "1", "--issued-on", "2026-02-30"], 2, "--issued-on: must be a date"),
        (["done", "1", "--issued-on", "2999-01-01"], 1, "must not lie after today"),
        (["done", "1", "--issued-on", "2020-01-01"], 1, "order 1 was asked for after that day of issue"),
        (["done", "1", "--by", ""], 1, "must have 1 to 64"),
        (["done", "--batch", "9"], 1, "there is no batch 9"),
        (["done", "1", "--batch", "9"], 2, "NUMBER or --batch: one of them"),
        (["cancel", "1", "--reason", ""], 1, "the reason must have 1 to"),
        (["cancel", "7", "--reason", "x"], 1, "there is no order 7"),
    ],
)
def test_an_end_that_cannot_be_changes_nothing(enqueued: Run, arguments: list[str], status: int, message: str) -> None:
    result = enqueued(*arguments, "--json")
    assert result.exit_code == status
    assert result.stderr.startswith(message) or message in result.stderr
    assert message in json.loads(result.stdout)["error"]["message"]
    assert len(listed(enqueued)) == 2


def test_doing_it_twice_is_refused(enqueued: Run) -> None:
    assert enqueued("done", "1", "--by", "中村").exit_code == 0
    again = enqueued("done", "1", "--by", "佐藤")
    today = datetime.now(TOKYO).date()
    assert (again.exit_code, again.stderr) == (1, f"order 1 is not open: 中村 set it to done on {today}\n")


@pytest.fixture
def printed(enqueued: Run, register: Registry) -> Run:
    """Both orders are in batch 1."""
    now = datetime.now(TOKYO)
    with PostBatches(register).taking([1, 2], [], now.date(), "中村", now):
        pass
    return enqueued


def test_a_batch_is_ended_at_once_and_only_once(printed: Run, register: Registry) -> None:
    today = datetime.now(TOKYO).date().isoformat()
    made = f"1  発送  {today}（中村）  交付年月日 {today}  2件、"
    assert printed("batches").stdout == f"{made}未交付2件\n"
    assert "    書類作成済み: 束 1\n" in printed("list").stdout
    result = printed("done", "--batch", "1", "--by", "佐藤", "--json")
    answer = {"done": 2, "issued_on": today, "batch": 1, "ended_before": []}
    assert (result.exit_code, json.loads(result.stdout)) == (0, answer)
    assert printed("batches").stdout == f"{made}交付済み\n"
    again = printed("done", "--batch", "1", "--by", "中村")
    said = f"no order of batch 1 (中村, {today}) is open any more: 佐藤 ended the last one on {today}\n"
    assert (again.exit_code, again.stderr) == (1, said)
    assert [member.notice_issued_on or member.confirmation_valid_from for member in register.members()] == [
        datetime.now(TOKYO).date(),
        date(2026, 11, 22),
    ]


def test_what_ended_before_its_batch_is_named(printed: Run) -> None:
    assert printed("cancel", "2", "--reason", "has left").exit_code == 0
    result = printed("done", "--batch", "1")
    assert (result.exit_code, result.stderr.splitlines()[0]) == (0, "batch 1: ended before: 2")


def test_a_paper_is_issued_on_the_day_that_it_bears(enqueued: Run, register: Registry) -> None:
    now = datetime.now(TOKYO)
    today, before = now.date(), now - timedelta(days=3)
    with register.engine.begin() as connection:
        connection.execute(update(issuance_order).values(requested_at=before))
    with PostBatches(register).taking([1], [], before.date(), "中村", now):
        pass
    result = enqueued("done", input=b"1\n2\n")
    assert (result.exit_code, result.stderr) == (0, f"2 done, issued on {before.date()} (1), {today} (1)\n")
    assert [order.issued_on for order in Queue(register).numbered([1, 2])] == [before.date(), today]


def test_several_days_are_in_the_answer(enqueued: Run, register: Registry) -> None:
    now = datetime.now(TOKYO)
    today, before = str(now.date()), now - timedelta(days=3)
    with register.engine.begin() as connection:
        connection.execute(update(issuance_order).values(requested_at=before))
    with PostBatches(register).taking([1], [], before.date(), "中村", now):
        pass
    answer = json.loads(enqueued("done", "1-2", "--json").stdout)
    assert answer == {"done": 2, "issued_on": None, "days": {str(before.date()): 1, today: 1}}


def test_the_day_that_is_given_counts_for_all(printed: Run, register: Registry) -> None:
    today = datetime.now(TOKYO).date()
    assert json.loads(printed("done", "1-2", "--issued-on", str(today), "--json").stdout)["issued_on"] == str(today)


@pytest.mark.parametrize("words", [["1-2"], ["-"], ["--batch", "1"]], ids=["by number", "scanned", "by batch"])
def test_papers_of_somebody_whose_data_are_withheld_since_are_not_done(
    printed: Run, register: Registry, words: list[str]
) -> None:
    with register.engine.begin() as connection:
        taro = member_version.c.member_id == select(member.c.id).where(member.c.branch == "00").scalar_subquery()
        connection.execute(update(member_version).where(taro).values(information_withheld=True))
    result = printed("done", *words, input=b"2\n1\n")
    said = "order 1: the data are withheld since the batch was made; cancel first\n"
    assert (result.exit_code, result.stderr, len(listed(printed))) == (1, said, 2)


@pytest.mark.parametrize("words", [[], ["-"]], ids=["no number", "-"])
def test_scanned_numbers_come_one_a_line(enqueued: Run, words: list[str]) -> None:
    result = enqueued("done", *words, "--json", input=b"2\r\n\n1\n2\n")
    assert (result.exit_code, json.loads(result.stdout)["done"]) == (0, 2)
    assert listed(enqueued) == []


@pytest.mark.parametrize(
    ("scanned", "status", "says"),
    [
        (b"1\nhttps://myna.go.jp/\n", 2, "standard input: line 2: is not the number of an order"),
        (b"1\n" + b"2" * 100 + b"\n", 2, "standard input: line 2: is not the number of an order"),
        ("１\n".encode(), 2, "standard input: line 1: is not the number of an order"),
        (b"1\n99\n", 1, "there is no order 99"),
        (b"", 1, "no order is given"),
    ],
)
def test_a_scan_that_is_wrong_ends_nothing(enqueued: Run, scanned: bytes, status: int, says: str) -> None:
    result = enqueued("done", input=scanned)
    assert (result.exit_code, result.stderr) == (status, f"{says}\n")
    assert len(listed(enqueued)) == 2


def test_a_real_process_plans_enqueues_and_ends(register: Registry, register_url: str) -> None:
    def kiosk(*words: str) -> str:
        command = [sys.executable, "-c", "from kiosk.cli import main; main()", "issuance", *words]
        done = subprocess.run(
            [*command, "--database", register_url], capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout

    kiosk("plan", "--on", "2026-11-22", "--json-lines", "plan.jsonl")
    kiosk("enqueue", "plan.jsonl", "--by", "中村")
    kiosk("done", "1-2", "--by", "佐藤")
    assert kiosk("plan", "--on", datetime.now(TOKYO).date().isoformat(), "--json-lines", "-") == ""
    assert kiosk("list", "--json") == ""

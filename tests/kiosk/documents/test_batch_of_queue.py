"""`kiosk document batch --queue`: what is open in the queue, as paper."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from kiosk.cli.order_numbers import numbers_of, ranges
from kiosk.decision import Document
from kiosk.documents import OpenOrders
from kiosk.eligibility import MemberId, Registry
from kiosk.issuance import Queue

Run = Callable[..., Result]
WITHOUT_CARD = {"card": "never_issued", "registration": "unregistered", "certificate": "", "notice_issued_on": ""}


def whose(number: int) -> str:
    return f"133033:71-0000:{number:06}:00"


@pytest.fixture
def batch(run: Run) -> Run:
    return lambda *options: run("document", "batch", "--queue", "--folder", "out", "--json", *options)


@pytest.fixture
def change(run: Run, member_file: Callable[..., bytes]) -> Callable[..., None]:
    """Import the members: 1 has a card, 2 to 4 have none; some cells changed."""

    def take(number: int = 0, **cells: str) -> None:
        people = [{}, *({**WITHOUT_CARD, "number": f"{each:06}"} for each in (2, 3, 4))]
        changed = [person | (cells if each == number else {}) for each, person in enumerate(people, 1)]
        Path("members.csv").write_bytes(member_file(*changed))
        assert run("registry", "import", "members.csv").exit_code == 0

    assert run("registry", "init").exit_code == 0
    take()
    return take


@pytest.fixture
def register(change: object, register_url: str) -> Iterator[Registry]:
    with Registry.open(register_url) as opened:
        yield opened


@pytest.fixture
def asked(run: Run, register: Registry) -> Queue:
    """Four orders: 1 is the plan's confirmation of member 4; the others were asked for at the terminal."""
    today = datetime.now(UTC).date()
    assert run("issuance", "plan", "--on", str(today), "--json-lines", "plan.jsonl").exit_code == 0
    lines = [line for line in Path("plan.jsonl").read_text().splitlines() if whose(4) in line]
    Path("plan.jsonl").write_text("".join(f"{line}\n" for line in lines))
    assert run("issuance", "enqueue", "plan.jsonl").exit_code == 0
    queue = Queue(register)
    for number, document in ((1, Document.NOTICE), (3, Document.CONFIRMATION), (2, Document.CONFIRMATION)):
        member = MemberId.parse(whose(number))
        queue.request(member, document, reasons=["no_card"], by="terminal 1", now=datetime.now(UTC))
    return queue


@pytest.mark.both_databases
def test_notices_and_confirmations_come_in_the_order_of_the_queue(
    batch: Run, asked: Queue, output: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.documents.batch.DOCUMENTS_PER_FILE", 2)
    result = batch()
    answer = {"folder": "out", "notice": 1, "confirmation": 3, "files": 3, "orders": ["1-4"], "specimen": False}
    assert (result.exit_code, json.loads(result.stdout)) == (0, answer)
    assert "once they are posted: kiosk issuance done 1-4\n" in result.stderr
    first = output("pdftotext", "-layout", "out/confirmation-0001.pdf", "-")
    assert first.index("000004") < first.index("000003")
    assert "000002" in output("pdftotext", "-layout", "out/confirmation-0002.pdf", "-")
    assert "000001" in output("pdftotext", "-layout", "out/notice-0001.pdf", "-")


def test_what_was_printed_stays_open_until_it_is_done(run: Run, batch: Run, asked: Queue) -> None:
    assert batch().exit_code == 0
    assert asked.open_numbers() == [1, 2, 3, 4]
    assert run("issuance", "done", "1-4").exit_code == 0
    assert json.loads(run("document", "batch", "--queue", "--folder", "none", "--json").stdout)["orders"] == []


CHANGES = [
    ({"lost_on": "2026-01-31"}, "the member is not insured any more"),
    (
        {"card": "held", "certificate": "valid", "registration": "registered", "notice_issued_on": "2020-04-10"},
        "this document is not owed any more",
    ),
    ({"birth_date": "1955-05-06", "acquired_on": "2020-04-01"}, "it would be valid until 2030-05-05, not "),
]


@pytest.mark.parametrize(("changed", "says"), CHANGES, ids=["left", "has a card", "another birthday"])
def test_an_order_whose_facts_have_changed_is_named_and_nothing_is_printed(
    batch: Run, asked: Queue, change: Callable[..., None], changed: dict[str, str], says: str
) -> None:
    change(4, **changed)
    result = batch()
    (wrong,) = json.loads(result.stdout)["errors"]
    assert (result.exit_code, wrong["order"], wrong["member"]) == (1, 1, whose(4))
    assert says in wrong["message"]
    assert f"queue: order 1, {whose(4)}: the register has changed since" in result.stderr
    assert not Path("out").exists()


def test_the_others_are_printed_with_skip_bad(batch: Run, asked: Queue, change: Callable[..., None]) -> None:
    change(4, lost_on="2026-01-31")
    result = batch("--skip-bad", "bad.jsonl")
    assert (result.exit_code, json.loads(result.stdout)["orders"]) == (5, ["2-4"])
    (left_out,) = [json.loads(line) for line in Path("bad.jsonl").read_text("utf-8").splitlines()]
    assert (left_out["order"], left_out["issue"], left_out["fields"]) == (1, "confirmation", [])


@pytest.mark.parametrize(
    "changed", [{"name": "土木 次郎"}, {"filed_on": "2020-04-03"}], ids=["a name", "a day of filing"]
)
def test_a_change_that_decides_nothing_stops_no_document(
    batch: Run, asked: Queue, change: Callable[..., None], changed: dict[str, str]
) -> None:
    change(4, **changed)
    assert batch().exit_code == 0


def test_an_order_that_ends_while_others_are_printed_is_named(asked: Queue) -> None:
    source = OpenOrders(asked, asked.open_numbers())
    asked.cancel([2], "hanako", "asked for twice", datetime.now(UTC))
    assert [(one.number, one.change) for one in source.requested("print")] == [
        (1, None),
        (2, "is cancelled meanwhile"),
        (3, None),
        (4, None),
    ]


@pytest.mark.parametrize("words", [[], ["plan.jsonl", "--queue"]], ids=["neither", "both"])
def test_a_plan_or_the_queue(run: Run, change: object, words: list[str]) -> None:
    result = run("document", "batch", *words, "--folder", "out")
    assert (result.exit_code, result.stderr) == (2, "PLAN.jsonl or --queue: one of them\n")


def test_numbers_are_written_as_done_takes_them() -> None:
    assert ranges([]) == []
    assert ranges([1, 2, 3, 7, 9, 10]) == ["1-3", "7", "9-10"]
    assert list(numbers_of(["1-3", "7", "9-10"])) == [1, 2, 3, 7, 9, 10]

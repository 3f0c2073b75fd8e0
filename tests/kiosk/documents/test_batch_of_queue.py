"""`kiosk document batch --queue`: what is open in the queue, as paper."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import update

from kiosk import tokyo_day
from kiosk.cli.order_numbers import numbers_of, ranges
from kiosk.decision import Document
from kiosk.documents import OpenOrders
from kiosk.eligibility import MemberId, Registry
from kiosk.issuance import PostBatches, Queue
from kiosk.store.schema import issuance_order

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
    today = tokyo_day(datetime.now(UTC))
    assert run("issuance", "plan", "--on", str(today), "--json-lines", "plan.jsonl").exit_code == 0
    lines = [line for line in Path("plan.jsonl").read_text().splitlines() if whose(4) in line]
    Path("plan.jsonl").write_text("".join(f"{line}\n" for line in lines))
    assert run("issuance", "enqueue", "plan.jsonl").exit_code == 0
    queue = Queue(register)
    for number, document in ((1, Document.NOTICE), (3, Document.CONFIRMATION), (2, Document.CONFIRMATION)):
        member = MemberId.parse(whose(number))
        queue.request(member, document, reasons=["no_card"], by="terminal 1", now=datetime.now(UTC))
    return queue


MANIFEST = """batch,order,kind,pile,file,page
1,2,notice,post,notice.pdf,1
1,1,confirmation,post,confirmation.pdf,1
1,3,confirmation,post,confirmation.pdf,2
1,4,confirmation,post,confirmation.pdf,3
"""


@pytest.mark.both_databases
def test_there_is_one_file_for_each_kind_of_sheet_in_the_order_of_the_queue(
    batch: Run, asked: Queue, output: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.documents.shelf.PART", 2)
    result = batch()
    answer = {"folder": "out", "notice": 1, "confirmation": 3, "files": 3, "batch": 1, "orders": ["1-4"]}
    assert (result.exit_code, json.loads(result.stdout)) == (0, answer | {"specimen": False})
    assert "batch 1: once it is posted: kiosk issuance done --batch 1\n" in result.stderr
    assert sorted(file.name for file in Path("out").iterdir()) == [
        "carrier.pdf",
        "confirmation.pdf",
        "manifest.csv",
        "notice.pdf",
    ]
    assert Path("out/manifest.csv").read_text("utf-8") == MANIFEST
    cards, carriers = (output("pdftotext", "-layout", f"out/{name}.pdf", "-") for name in ("confirmation", "carrier"))
    assert re.findall("0000(0[1-4])", cards) == ["04", "03", "02"]
    assert re.findall("受付番号 *([0-9]+)", carriers) == ["1", "3", "4"]
    assert "受付番号 2" in output("pdftotext", "-layout", "out/notice.pdf", "-")


def test_what_was_printed_stays_open_until_it_is_done(run: Run, batch: Run, asked: Queue) -> None:
    assert batch().exit_code == 0
    assert [order.number for order in asked.open_orders()] == [1, 2, 3, 4]
    assert run("issuance", "done", "1-4").exit_code == 0
    assert json.loads(run("document", "batch", "--queue", "--folder", "none", "--json").stdout)["orders"] == []


def test_no_order_is_in_two_batches(run: Run, batch: Run, asked: Queue) -> None:
    assert json.loads(batch("--orders", "1", "--orders", "3-4", "--by", "佐藤").stdout)["orders"] == ["1", "3-4"]
    result = run("document", "batch", "--queue", "--folder", "second", "--json")
    today = tokyo_day(datetime.now(UTC))
    assert (json.loads(result.stdout)["batch"], json.loads(result.stdout)["orders"]) == (2, ["2"])
    said = f"not made again, since papers were made already: orders 1, 3-4 in batch 1 (佐藤, {today})\n"
    assert result.stderr.startswith(said)
    result = run("document", "batch", "--queue", "--folder", "third", "--orders", "2-3")
    assert result.exit_code == 1
    assert result.stderr.startswith("papers were made already: order 2 in batch 2 (")
    result = run("document", "batch", "--queue", "--folder", "third", "--json")
    assert (result.exit_code, json.loads(result.stdout)["batch"]) == (0, None)
    assert Path("third/manifest.csv").read_text("utf-8") == MANIFEST.splitlines(keepends=True)[0]


def test_the_papers_of_a_batch_are_made_once_more(run: Run, batch: Run, asked: Queue, register: Registry) -> None:
    now = datetime.now(UTC)
    with register.engine.begin() as connection:
        connection.execute(update(issuance_order).values(requested_at=now - timedelta(days=9)))
    assert batch("--issued-on", str(tokyo_day(now - timedelta(days=4)))).exit_code == 0
    asked.cancel([3], "佐藤", "has left", datetime.now(UTC))
    result = run("document", "batch", "--queue", "--again", "1", "--folder", "again", "--json")
    assert (json.loads(result.stdout)["batch"], json.loads(result.stdout)["orders"]) == (1, ["1-2", "4"])
    made = [Path(folder, "notice.pdf").read_bytes() for folder in ("out", "again")]
    assert made[0] == made[1], "with the same day of issue"
    assert [batch.orders for batch in PostBatches(register).all()] == [4]


@pytest.mark.parametrize("days", [-1, 1])
def test_a_day_that_could_not_be_issued_on_is_refused_before_papers_have_it(
    batch: Run, asked: Queue, register: Registry, days: int
) -> None:
    result = batch("--issued-on", str(tokyo_day(datetime.now(UTC) + timedelta(days=days))))
    assert result.exit_code == 1 and "day of issue" in result.stderr and not Path("out").exists()
    assert PostBatches(register).all() == []


RETURNED = """insurer_number,symbol,number,branch,notice_issued_on,confirmation_valid_from,confirmation_valid_until
133033,71-0000,000004,00,,,
"""


def test_what_the_post_brings_back_is_owed_again(run: Run, batch: Run, asked: Queue) -> None:
    today = str(tokyo_day(datetime.now(UTC)))

    def planned() -> bool:
        assert run("issuance", "plan", "--on", today, "--json-lines", "again.jsonl").exit_code == 0
        return whose(4) in Path("again.jsonl").read_text("utf-8")

    assert batch().exit_code == 0
    assert run("issuance", "done", "--batch", "1").exit_code == 0
    assert not planned()
    Path("returned.csv").write_text(RETURNED)
    assert run("registry", "feed", "returned", "returned.csv").exit_code == 0
    assert planned()
    assert run("issuance", "enqueue", "again.jsonl").exit_code == 0
    answer = json.loads(run("document", "batch", "--queue", "--folder", "second", "--json").stdout)
    assert (answer["batch"], answer["orders"]) == (2, ["5"])


def test_the_data_of_a_person_that_are_withheld_since_are_not_posted(
    run: Run, batch: Run, asked: Queue, change: Callable[..., None]
) -> None:
    assert batch().exit_code == 0
    change(3, information_withheld="true")
    result = run("document", "batch", "--queue", "--again", "1", "--folder", "again", "--json")
    (wrong,) = json.loads(result.stdout)["errors"]
    assert (result.exit_code, wrong["order"], wrong["fields"]) == (1, 3, ["information_withheld"])
    assert not Path("again").exists()


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
    source = OpenOrders(asked, [order.number for order in asked.open_orders()])
    asked.cancel([2], "hanako", "asked for twice", datetime.now(UTC))
    assert [(one.number, one.change) for one in source.requested("print")] == [
        (1, None),
        (2, "is cancelled meanwhile"),
        (3, None),
        (4, None),
    ]


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ([], 2, "PLAN.jsonl or --queue: one of them"),
        (["plan.jsonl", "--queue"], 2, "PLAN.jsonl or --queue: one of them"),
        (["plan.jsonl", "--orders", "1"], 2, "--orders and --again: need --queue"),
        (["--queue", "--orders", "1", "--again", "1"], 2, "--orders and --again: one of them"),
        (["--queue", "--orders", "one"], 2, "--orders: must be a number such as 12, or a range"),
        (["--queue", "--specimen"], 2, "--specimen: papers for the post are no specimens"),
        (["--queue", "--orders", "9"], 1, "there is no order 9"),
        (["--queue", "--again", "9"], 1, "there is no batch 9"),
        (["--queue", "--by", ""], 1, "must have 1 to 64 printable characters"),
    ],
)
def test_what_does_not_go_together_or_is_unknown(
    run: Run, asked: Queue, words: list[str], status: int, says: str
) -> None:
    result = run("document", "batch", *words, "--folder", "out")
    assert result.exit_code == status
    assert says in result.stderr
    assert not Path("out").exists()


def test_numbers_are_written_as_done_takes_them() -> None:
    assert ranges([]) == []
    assert ranges([1, 2, 3, 7, 9, 10]) == ["1-3", "7", "9-10"]
    assert list(numbers_of(["1-3", "7", "9-10"])) == [1, 2, 3, 7, 9, 10]

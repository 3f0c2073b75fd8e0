"""OrderPapers of the queue are made whole or not at all, whoever else makes some, and whatever ends the work."""

import errno
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.decision import Document
from kiosk.documents import BatchRefused, OpenOrders, PapersLost, PostPrinter, RequestedDocument, Stationery
from kiosk.documents.errors import DocumentRefused
from kiosk.documents.sorting import OrderPapers
from kiosk.documents.volume import Volume
from kiosk.eligibility import MemberId, Registry, Source, read_rows
from kiosk.issuance import OrderRefused, PostBatches, Queue
from tests.kiosk.documents.conftest import DAY

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
WITHOUT_CARD = {"card": "never_issued", "registration": "unregistered", "certificate": "", "notice_issued_on": ""}


@pytest.fixture
def queue(one_registry: Registry, member_file: Callable[..., bytes], source: Callable[..., Source]) -> Queue:
    """Three confirmations and a notice."""
    people = member_file(*({**WITHOUT_CARD, "number": f"{number:06}"} for number in (1, 2, 3)))
    one_registry.import_members(read_rows(io.BytesIO(people)), source())
    queue = Queue(one_registry)
    for number, document in ((1, "confirmation"), (2, "confirmation"), (3, "confirmation"), (3, "notice")):
        member = MemberId("133033", "71-0000", f"{number:06}", "00")
        queue.request(member, Document(document), reasons=["no_card"], by="terminal 1", now=NOW)
    return queue


@pytest.fixture
def batches(one_registry: Registry) -> PostBatches:
    return PostBatches(one_registry)


Printer = Callable[..., PostPrinter]


@pytest.fixture
def printer(one_registry: Registry, queue: Queue, batches: PostBatches, stationery: Stationery) -> Printer:
    def of(source: OpenOrders | None = None, by: str = "佐藤") -> PostPrinter:
        orders = source or OpenOrders(queue, batches.choice().free)
        return PostPrinter(one_registry, batches, orders, stationery, DAY, by, NOW)

    return of


class During(OpenOrders):
    """The open orders; something happens once while they are drawn."""

    __slots__ = ("happens",)

    def requested(self, what: str) -> Iterator[RequestedDocument]:
        yield from super().requested(what)
        if what == "print":
            self.happens()


def during(queue: Queue, numbers: Sequence[int], happens: Callable[[], object]) -> During:
    source = During(queue, numbers)
    object.__setattr__(source, "happens", happens)
    return source


def nothing_is_left(folder: Path, batches: PostBatches) -> bool:
    return list(folder.glob("*out*")) == [] and batches.all() == [] and len(batches.choice().free) == 4


def test_of_two_officers_the_second_makes_nothing(
    printer: Printer, queue: Queue, batches: PostBatches, tmp_path: Path
) -> None:
    meanwhile = printer(OpenOrders(queue, [2]), by="中村")
    source = during(queue, [1, 2, 3, 4], lambda: meanwhile.print_all(tmp_path / "theirs"))
    with pytest.raises(OrderRefused, match="papers were made already: order 2 in batch 1 \\(中村, 2026-11-25\\)"):
        printer(source).print_all(tmp_path / "out")
    assert list(tmp_path.glob("*out*")) == []
    assert [(batch.number, batch.orders) for batch in batches.all()] == [(1, 1)]
    assert printer().print_all(tmp_path / "out").orders == (1, 3, 4)


def test_an_order_that_ends_while_it_is_drawn_makes_nothing(
    printer: Printer, queue: Queue, batches: PostBatches, tmp_path: Path
) -> None:
    source = during(queue, [1, 2], lambda: queue.cancel([2], "中村", "has left", NOW))
    with pytest.raises(OrderRefused, match="order 2 is not open: 中村 set it to cancelled"):
        printer(source).print_all(tmp_path / "out")
    assert (list(tmp_path.glob("*out*")), batches.all()) == ([], [])


@pytest.mark.parametrize("where", ["add", "close"])
def test_a_full_disk_leaves_no_file_and_no_batch(
    printer: Printer, batches: PostBatches, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Volume, where, full)
    with pytest.raises(OSError, match="No space left") as error:
        printer().print_all(tmp_path / "out")
    assert error.value.filename == str(tmp_path / "out")
    assert nothing_is_left(tmp_path, batches)


def test_lists_that_cannot_be_written_leave_no_batch(
    printer: Printer, batches: PostBatches, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("kiosk.documents.post.write_lists", full)
    with pytest.raises(OSError, match="No space left"):
        printer().print_all(tmp_path / "out")
    assert nothing_is_left(tmp_path, batches)


def test_a_folder_that_gets_no_name_after_the_orders_were_taken_names_their_batch(
    printer: Printer, batches: PostBatches, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("kiosk.private_files.os.rename", full)
    says = "No space left on device; the orders are in batch 1: make its papers again"
    with pytest.raises(PapersLost, match=says) as error:
        printer().print_all(tmp_path / "out")
    assert (error.value.batches, error.value.filename) == ((1,), str(tmp_path / "out"))
    assert [batch.open for batch in batches.all()] == [4] and not [*tmp_path.glob("*out*")]


@pytest.fixture
def second_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The paper of order 2 cannot be made."""

    def refused(_self: PostPrinter, papers: OrderPapers) -> None:
        if papers.requested.number == 2:
            raise DocumentRefused(("address",), "is too long")

    monkeypatch.setattr(PostPrinter, "_require_same_pile", refused)


def test_a_folder_that_gets_no_name_after_orders_were_left_out_of_a_batch_names_it(  # noqa: PLR0913 - fixtures
    printer: Printer,
    queue: Queue,
    batches: PostBatches,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    printer().print_all(tmp_path / "first")
    request.getfixturevalue("second_is_refused")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    once_more = replace(printer(OpenOrders(queue, [1, 2, 3, 4])), again=batches.numbered(1))
    monkeypatch.setattr("kiosk.private_files.os.rename", full)
    with pytest.raises(PapersLost, match="in batch 1"):
        once_more.print_good(tmp_path / "second", nullcontext())
    assert batches.open_orders(1) == [1, 3, 4]


def test_an_interrupt_waits_once_the_orders_are_taken(
    printer: Printer, batches: PostBatches, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, ended = os.rename, []
    before = signal.signal(signal.SIGTERM, lambda *_: ended.append(sorted(one.name for one in tmp_path.glob("*out*"))))

    def interrupted(source: Path, target: Path) -> None:
        signal.raise_signal(signal.SIGTERM)
        rename(source, target)

    monkeypatch.setattr("kiosk.private_files.os.rename", interrupted)
    try:
        assert printer().print_all(tmp_path / "out").batches.post == 1
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ended == [["out"]], "the folder had its name by then"


def test_a_batch_without_its_folder_is_made_again(
    printer: Printer, queue: Queue, batches: PostBatches, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched, pytest.raises(OSError, match="error"):
        patched.setattr("kiosk.private_files.os.rename", lost)
        printer().print_all(tmp_path / "out")
    (batch,) = batches.all()
    assert batches.choice().free == []
    orders = OpenOrders(queue, batches.open_orders(batch.number))
    again = PostPrinter(
        printer().registry, batches, orders, printer().stationery, batch.issued_on, "佐藤", NOW, again=batch
    )
    assert again.print_all(tmp_path / "out").orders == (1, 2, 3, 4)
    assert (tmp_path / "out" / "manifest.csv").read_text("utf-8").count("\n1,") == 4
    assert batches.all() == [batch]


def test_what_was_left_out_of_a_batch_that_is_made_again_waits_for_another_one(
    printer: Printer, queue: Queue, batches: PostBatches, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    printer().print_all(tmp_path / "first")
    request.getfixturevalue("second_is_refused")
    orders = OpenOrders(queue, batches.open_orders(1))
    once_more = replace(printer(orders), again=batches.numbered(1))
    with pytest.raises(BatchRefused):
        once_more.print_all(tmp_path / "second")
    assert batches.open_orders(1) == [1, 2, 3, 4]
    assert once_more.print_good(tmp_path / "second", nullcontext()).orders == (1, 3, 4)
    assert (batches.choice().free, batches.complete(1, None, "佐藤", NOW).done) == ([2], 3)


def test_what_was_left_out_is_in_no_batch(printer: Printer, queue: Queue, batches: PostBatches, tmp_path: Path) -> None:
    queue.cancel([1], "中村", "has left", NOW)
    left_out = io.StringIO()
    printed = printer(OpenOrders(queue, [1, 2])).print_good(tmp_path / "out", nullcontext(left_out))
    assert (printed.orders, printed.refused) == ((2,), 1)
    assert json.loads(left_out.getvalue())["order"] == 1
    assert batches.open_orders(1) == [2]
    assert (tmp_path / "out" / "left-out.csv").read_text() == "order,kind,fields\n1,confirmation,\n"


def test_what_was_left_out_is_listed_by_the_columns_at_fault(
    printer: Printer, queue: Queue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refused(_self: PostPrinter, papers: OrderPapers) -> None:
        if papers.requested.number != 2:
            raise DocumentRefused(("name", "address"), "is too long")

    monkeypatch.setattr(PostPrinter, "_require_same_pile", refused)
    printer(OpenOrders(queue, [1, 2, 3])).print_good(tmp_path / "out", nullcontext())
    listed = (tmp_path / "out" / "left-out.csv").read_text().splitlines()
    assert listed[0] == "order,kind,fields"
    assert [line.split(",")[::2] for line in listed[1:]] == [["1", "name address"], ["3", "name address"]]


def test_without_anything_left_out_there_is_no_list_of_it(printer: Printer, queue: Queue, tmp_path: Path) -> None:
    printer(OpenOrders(queue, [1, 2])).print_good(tmp_path / "out", nullcontext())
    assert not (tmp_path / "out" / "left-out.csv").exists()


KILLED = """
import os, signal
from pathlib import Path
from kiosk.documents.errors import DocumentRefused
from kiosk.documents.sorting import OrderPapers
from kiosk.documents.volume import Volume
import kiosk.documents.post
from kiosk.cli import main

def killed(self, part):
    os.kill(os.getpid(), signal.SIGKILL)

Volume.add = killed
main()
"""


def test_a_kill_leaves_nothing_half_and_the_same_command_makes_all_of_it(
    queue: Queue, one_registry: Registry, batches: PostBatches, tmp_path: Path
) -> None:
    url = one_registry.engine.url.render_as_string(hide_password=False)
    command = ["document", "batch", "--queue", "--folder", "out", "--json", "--database", url]
    here = {"cwd": tmp_path, "capture_output": True, "timeout": 120}
    killed = subprocess.run([sys.executable, "-c", KILLED, *command], **here)
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "out").exists()
    assert batches.all() == []
    made = subprocess.run([sys.executable, "-c", "from kiosk.cli import main; main()", *command], **here)
    assert (made.returncode, json.loads(made.stdout)["orders"]) == (0, ["1-4"])
    assert [file.name for file in tmp_path.glob("*out*")] == ["out"]

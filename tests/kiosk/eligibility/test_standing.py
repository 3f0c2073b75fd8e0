"""What waits to be issued, and how old the files are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from kiosk.decision import Document
from kiosk.eligibility import ImportReport, MemberId, Registry, WaitingOrders
from kiosk.issuance import Queue

Load = Callable[..., ImportReport]
NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)


def test_open_orders_are_counted_by_their_day_in_tokyo(registry: Registry, load: Load) -> None:
    load(*({"number": f"{number:06}"} for number in range(4)))
    queue = Queue(registry)
    for number, asked in enumerate((NOW, NOW - timedelta(hours=11), NOW, NOW)):
        member = MemberId("133033", "71-0000", f"{number:06}", "00")
        queue.request(member, Document.NOTICE, reasons=["not_linked_yet"], by="yuko", now=asked)
    (done, *_) = queue.open_orders()
    queue.cancel([done.number], "yuko", "twice", NOW)
    waiting, _ = registry.standing()
    assert waiting == [
        WaitingOrders(Document.NOTICE, date(2026, 11, 25), 1),
        WaitingOrders(Document.NOTICE, date(2026, 11, 26), 2),
    ]


def test_of_each_kind_the_newest_file_that_stands_counts(registry: Registry, load: Load) -> None:
    assert registry.standing() == ([], [])
    first = load({"number": "000001"})
    second = load({"number": "000001", "name": "土木 次郎"})
    _, (file,) = registry.standing()
    assert (file.kind, file.batch) == ("members", second.batch)
    registry.undo(second.batch, "yuko", NOW)
    _, (file,) = registry.standing()
    assert file.batch == first.batch

"""What waits to be issued, and how old the files are."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import event

from kiosk.decision import Document
from kiosk.eligibility import ImportReport, KeptStanding, MemberId, Registry, Source, WaitingOrders, read_rows
from kiosk.issuance import OrderList, OrderSort, Queue, Waited

Load = Callable[..., ImportReport]
MakeFile = Callable[..., bytes]
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


def test_a_day_ends_at_midnight_in_tokyo_and_the_oldest_comes_first(registry: Registry, load: Load) -> None:
    load(*({"number": f"{number:06}"} for number in range(5)))
    queue, midnight = Queue(registry), datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    before, last_year = midnight - timedelta(microseconds=1), midnight - timedelta(days=365)
    asked = [(midnight, Document.NOTICE), (before, Document.NOTICE), (last_year, Document.CONFIRMATION)]
    asked += [(midnight + timedelta(days=1), Document.CONFIRMATION), (midnight, Document.CONFIRMATION)]
    for number, (at, document) in enumerate(asked):
        member = MemberId("133033", "71-0000", f"{number:06}", "00")
        queue.request(member, document, reasons=["no_card"], by="yuko", now=at)
    waiting, _ = registry.standing()
    assert [(line.asked_on, line.document, line.count) for line in waiting] == [
        (date(2025, 11, 26), Document.CONFIRMATION, 1),
        (date(2026, 11, 25), Document.NOTICE, 1),
        (date(2026, 11, 26), Document.CONFIRMATION, 1),
        (date(2026, 11, 26), Document.NOTICE, 1),
        (date(2026, 11, 27), Document.CONFIRMATION, 1),
    ]


def test_days_are_of_tokyo_in_a_server_whose_zone_has_summer_time(postgresql_url: str, member_file: MakeFile) -> None:
    """A day later is then not always 24 hours later: New York changed its clocks on 2026-03-08."""
    url = f"{postgresql_url}&options=-c%20TimeZone%3DAmerica/New_York"
    with Registry.open(url, migrated=False) as registry:
        registry.migrate()
        source = Source(NOW, NOW.date(), "a" * 64, lambda: "b" * 64)
        registry.import_members(read_rows(io.BytesIO(member_file({}, {"number": "000002"}))), source)
        for number, day in (("000001", 5), ("000002", 12)):
            member, noon = MemberId("133033", "71-0000", number, "00"), datetime(2026, 3, day, 3, 0, tzinfo=UTC)
            Queue(registry).request(member, Document.NOTICE, reasons=["not_linked_yet"], by="yuko", now=noon)
        waiting, _ = registry.standing()
    assert [(line.asked_on, line.count) for line in waiting] == [(date(2026, 3, 5), 1), (date(2026, 3, 12), 1)]


def test_what_waits_is_counted_by_its_index_alone(registry: Registry, load: Load) -> None:
    load(*({"number": f"{number:06}"} for number in range(300)))
    sent = list[tuple[str, Any]]()

    def keep(_connection: object, _cursor: object, statement: str, given: object, *_: object) -> None:
        sent.append((statement, given))

    with registry.engine.begin() as connection:
        connection.exec_driver_sql(_ORDER_EACH)
    event.listen(registry.engine, "before_cursor_execute", keep)
    registry.standing()
    OrderList(registry).page(Waited(), OrderSort.NUMBER, down=False, first=0, most=1)
    event.remove(registry.engine, "before_cursor_execute", keep)
    reads = [one for one in sent if "issuance_order" in one[0] and ("count(*)" in one[0] or "min(" in one[0])]
    assert len(reads) >= 2
    for statement, given in reads:
        assert "order_waiting" in plan_of(registry, statement, given)


_ORDER_EACH = """INSERT INTO issuance_order (member_id, document, reasons, requested_at, requested_by, state)
SELECT id, 'notice', 'not_linked_yet', '2026-11-26 01:00:00', 'yuko', 'open' FROM member"""


def plan_of(registry: Registry, statement: str, given: object) -> str:
    """Return how the database answers; PostgreSQL reads the index alone, and nothing sorts."""
    lite = registry.engine.dialect.name == "sqlite"
    with registry.engine.connect() as connection:
        if not lite:
            connection.exec_driver_sql("ANALYZE issuance_order")
            connection.exec_driver_sql("SET enable_seqscan = off; SET enable_bitmapscan = off")
        explain = "EXPLAIN QUERY PLAN " if lite else "EXPLAIN "
        steps = connection.exec_driver_sql(explain + statement, given).all()  # type: ignore[call-overload]
    plan = " | ".join(str(row[-1]) for row in steps)
    assert lite or "Index Only Scan" in plan, plan
    assert "Seq Scan" not in plan and "B-TREE" not in plan and "Sort" not in plan, plan
    return plan


def test_a_count_is_kept_until_this_program_writes(registry: Registry, load: Load) -> None:
    now = iter(NOW + timedelta(seconds=second) for second in range(9))
    kept, queue = KeptStanding(registry, lambda: next(now)), Queue(registry)
    load({"number": "000001"})
    first = kept.get()
    assert (first.waiting, first.at, kept.get()) == ([], NOW, first)
    member = MemberId("133033", "71-0000", "000001", "00")
    queue.request(member, Document.NOTICE, reasons=["not_linked_yet"], by="yuko", now=NOW)
    second = kept.get()
    assert [line.count for line in second.waiting] == [1] and second.at == NOW + timedelta(seconds=1)
    (order,) = queue.open_orders()
    queue.cancel([order.number], "yuko", "twice", NOW)
    assert kept.get().waiting == []
    load({"number": "000002"})
    assert kept.get().files[0].batch > second.files[0].batch


def test_of_each_kind_the_newest_file_that_stands_counts(registry: Registry, load: Load) -> None:
    assert registry.standing() == ([], [])
    first = load({"number": "000001"})
    second = load({"number": "000001", "name": "土木 次郎"})
    _, (file,) = registry.standing()
    assert (file.kind, file.batch) == ("members", second.batch)
    registry.undo(second.batch, "yuko", NOW)
    _, (file,) = registry.standing()
    assert file.batch == first.batch

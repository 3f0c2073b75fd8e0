"""The register's counts for pictures: the insured by 利用登録, certificates that end, and how long documents took."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from kiosk.decision import Document, Registration
from kiosk.eligibility import ImportReport, MemberId, Registry, register_figures
from kiosk.issuance import Queue
from tests.statements import sent_to

Load = Callable[..., ImportReport]
ON = date(2026, 11, 30)
NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
MONTH = (date(2026, 11, 1), date(2026, 12, 1))


def test_the_insured_are_counted_by_registration_and_certificates_in_use_by_month(
    registry: Registry, load: Load
) -> None:
    load(
        {"number": "000001", "certificate_valid_until": "2026-11-02"},
        {"number": "000002", "certificate_valid_until": "2026-12-31", "certificate": ""},
        {"number": "000003", "certificate_valid_until": "2026-12-01", "registration": "unregistered"},
        {"number": "000004", "certificate_valid_until": "2026-12-01", "certificate": "revoked"},
        {"number": "000005", "certificate_valid_until": "2026-12-01", "card": "lost"},
        {"number": "000006", "certificate_valid_until": "2026-12-01", "lost_on": "2026-11-30"},
        {"number": "000007", "certificate_valid_until": "2026-10-31"},
    )
    found = register_figures(registry.engine, ON, MONTH)
    assert found.registration == {Registration.REGISTERED: 5, Registration.UNREGISTERED: 1}
    assert found.certificate_ends == {date(2026, 11, 1): 1, date(2026, 12, 1): 2}
    assert found.waits == {}


def test_only_the_current_version_counts(registry: Registry, load: Load) -> None:
    load({"number": "000001", "registration": "unregistered"})
    load({"number": "000001", "registration": "registered"})
    assert register_figures(registry.engine, ON, MONTH).registration == {Registration.REGISTERED: 1}


def test_documents_count_by_the_days_from_order_to_issue(registry: Registry, load: Load) -> None:
    load(*({"number": f"{number:06}"} for number in range(5)))
    queue = Queue(registry)
    for number, days in enumerate((0, 3, 3, 40)):
        member = MemberId("133033", "71-0000", f"{number:06}", "00")
        asked = NOW - timedelta(days=days)
        queue.request(member, Document.NOTICE, reasons=["not_linked_yet"], by="yuko", now=asked)
    first, *others = queue.open_orders()
    queue.cancel([first.number], "yuko", "twice", NOW)
    queue.complete([order.number for order in others], date(2026, 11, 26), "yuko", NOW)
    assert register_figures(registry.engine, ON, MONTH).waits == {date(2026, 11, 1): {3: 2, 40: 1}}
    assert register_figures(registry.engine, ON, (date(2026, 10, 1), date(2026, 11, 1))).waits == {}


def test_it_is_two_statements_whatever_there_is(registry: Registry, load: Load) -> None:
    load(*({"number": f"{number:06}"} for number in range(9)))
    with sent_to(registry.engine) as sent:
        register_figures(registry.engine, ON, MONTH)
    assert sum(statement.startswith("SELECT") for statement, _ in sent) == 2

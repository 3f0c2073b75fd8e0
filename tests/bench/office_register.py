"""A register as the office finds it: names as different as real ones, a queue to post, batches, years of files."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import psycopg
from sqlalchemy import Connection, insert, text

from kiosk.eligibility import Registry
from kiosk.issuance import Pile
from kiosk.store.limits import StatementLimit
from kiosk.store.schema import import_batch, post_batch
from kiosk.store.transaction import writing
from tests.bench.register import FIRST

__all__ = ["EMPLOYERS", "NAMES", "SYLLABLES", "vary"]

SYLLABLES = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
EMPLOYERS, NAMES = 8_000, 20_000
_IN_A_BATCH = 100
"""Orders of a batch: the hopper of a printer."""
_FILES = 500
"""One each working day of two years."""
_NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)

_ORDERS = """INSERT INTO issuance_order
(number, member_id, document, reasons, requested_at, requested_by, state, valid_from, valid_until)
SELECT m.id, m.id, CASE WHEN m.id % 3 = 0 THEN 'notice' ELSE 'confirmation' END, 'not_linked_yet', b.recorded_at,
'officer ' || (m.id % 7), 'open', CASE WHEN m.id % 3 <> 0 THEN b.valid_from END,
CASE WHEN m.id % 3 <> 0 THEN b.valid_from END
FROM member AS m JOIN import_batch AS b ON b.id = :newest - m.id % 40 WHERE m.id >= :first AND m.id < :end"""
_TAKEN = """UPDATE issuance_order SET post_batch_number = 1 + (number - :first) / :size
WHERE number >= :first AND number < :end"""


def vary(registry: Registry, members: int, waiting: int) -> None:
    """Give the generated members names, フリガナ and employers of their own, and so many of them an open order.

    Two in five of the orders are in batches, and so many files were taken as in two years.
    """
    with writing(registry.engine, StatementLimit.LONG) as connection:
        connection.execute(text(_names()), {"first": FIRST, "end": FIRST + members})
        newest = _take_files(connection)
        connection.execute(text(_ORDERS), {"first": FIRST, "end": FIRST + waiting, "newest": newest})
        batches = waiting * 2 // 5 // _IN_A_BATCH
        _make_batches(connection, batches)
        connection.execute(text(_TAKEN), {"first": FIRST, "size": _IN_A_BATCH, "end": FIRST + batches * _IN_A_BATCH})
        for table in ("certificate_binding", "site"):  # so that the kiosk may make a site key of its own
            connection.execute(text(f"DELETE FROM {table}"))
    if registry.engine.dialect.name == "postgresql":
        address = registry.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection_alone:  # as autovacuum does in service
            connection_alone.execute("VACUUM ANALYZE")


def _names() -> str:
    places = ("", " / 44", " / 1936", " / 7")
    kana = " || ".join(f"substr('{SYLLABLES}', (member_id{place}) % 44 + 1, 1)" for place in places)
    values = f"name = '氏' || (member_id % {NAMES}) || '名 ' || member_id, kana = {kana}"
    values += f", employer = '建設' || (member_id % {EMPLOYERS}) || '社', information_withheld = (member_id % 100 = 0)"
    return f"UPDATE member_version SET {values} WHERE member_id >= :first AND member_id < :end"


def _take_files(connection: Connection) -> int:
    """Write files of so many days; return the number of the newest."""
    empty = {"file_name_sha256": "0" * 64, "content_sha256": "0" * 64, "refused": 0, "kind": "linkage"}
    rows = []
    for days in range(_FILES, 0, -1):
        at = _NOW - timedelta(days=days / 4)
        rows.append(
            {"recorded_at": at, "valid_from": at.date(), "inserted": days, "updated": 7, "unchanged": 9, **empty}
        )
    connection.execute(insert(import_batch), rows)
    return connection.execute(text("SELECT max(id) FROM import_batch")).scalar_one()


def _make_batches(connection: Connection, count: int) -> None:
    made = {"pile": Pile.POST, "made_by": "yuko", "issued_on": date(2026, 11, 27)}
    rows = [{"number": number, "made_at": _NOW + timedelta(minutes=number), **made} for number in range(1, count + 1)]
    connection.execute(insert(post_batch), rows)

"""A year of a busy office for its pictures: invented visits in the journal, members, and documents that were issued."""

from __future__ import annotations

import io
import random
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from kiosk import tokyo_day
from kiosk.audit import Entry, Journal, journal_path
from kiosk.decision import Document
from kiosk.eligibility import Registry, Source, read_rows
from kiosk.identity import load_site_key
from kiosk.issuance import OrderRefused, Queue
from kiosk.settings import Settings
from simulators.people import persona

__all__ = ["a_year_went_by"]

_SYMBOL, _MEMBERS, _ISSUED = "88-0001", 700, 320
_VISITS: dict[tuple[str | None, str], int] = {
    ("card", "card_works"): 60,
    ("card", "registration_unknown"): 9,
    ("notice", "not_linked_yet"): 14,
    ("confirmation", "not_registered"): 20,
    ("confirmation", "certificate_expired"): 12,
    ("confirmation", "no_card"): 6,
    (None, "insurance_ended"): 2,
    ("C-03", ""): 8,
    ("card_removed", ""): 10,
}
"""Documents that apply, or how it failed, with the reason, and how often."""


def a_year_went_by(settings: Settings) -> None:
    """Fill journal and register of a kiosk that does not serve yet."""
    chosen, now = random.Random(15), datetime.now(UTC)  # noqa: S311 (the same picture each time)
    _visited(settings, chosen, now)
    with Registry.open(settings.database) as registry:
        _enrolled(registry, chosen, tokyo_day(now))
        _issued(registry, chosen, now)


def _visited(settings: Settings, chosen: random.Random, now: datetime) -> None:
    at = now - timedelta(days=400)
    path, key = journal_path(settings.data_dir, settings.kiosk_id), load_site_key(settings.site_key_path)
    with Journal.open(path, settings.kiosk_id, key, now=at) as journal:
        for number in range(900):
            at += timedelta(hours=10.4)
            hour = round(min(17, max(8, chosen.gauss(11, 2))))
            then = at.replace(hour=hour) - timedelta(hours=9)
            how, reason = chosen.choices(list(_VISITS), list(_VISITS.values()))[0]
            journal.append(_entry(then, number, how, reason, round(chosen.lognormvariate(3.4, 0.6))))


def _entry(at: datetime, number: int, how: str | None, reason: str, seconds: int) -> Entry:
    if not reason:
        return Entry(at, number, failure=how, seconds=seconds)
    usable = "yes" if how else "no"
    return Entry(at, number, "confirmed", applies=how, usable=usable, reasons=(reason,), seconds=seconds)


def _enrolled(registry: Registry, chosen: random.Random, today: date) -> None:
    cells = persona("card-works", today).member
    assert cells is not None
    lines = [",".join(cells)]
    for number in range(_MEMBERS):
        state = chosen.choices(["registered", "unregistered", "cancelled", "unknown"], [66, 30, 6, 0])[0]
        ends = today + timedelta(days=chosen.randrange(900))
        own = {"symbol": _SYMBOL, "number": f"{number:06}", "registration": state, "notice_issued_on": ""}
        changed = {**cells, **own, "certificate_valid_until": ends.isoformat()}
        lines.append(",".join(f'"{cell}"' for cell in changed.values()))
    content = "\n".join(lines).encode()
    source = Source(datetime.now(UTC), today, sha256(b"a year").hexdigest(), sha256(content).hexdigest)
    registry.import_members(read_rows(io.BytesIO(content)), source)


def _issued(registry: Registry, chosen: random.Random, now: datetime) -> None:
    queue = Queue(registry)
    members = [one.id for one in registry.members() if one.id.symbol == _SYMBOL][:_ISSUED]
    for number, member in enumerate(members):
        asked = now - timedelta(days=330 - number)
        done = asked + timedelta(days=min(2 + round(chosen.expovariate(0.3)), 20))
        with suppress(OrderRefused):
            order = queue.request(member, Document.NOTICE, reasons=["not_linked_yet"], by="yuko", now=asked)
            if done < now:
                queue.complete([order.number], tokyo_day(done), "yuko", done)

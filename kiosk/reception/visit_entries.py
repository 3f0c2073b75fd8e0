"""What the journal says of visits: one entry each."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from threading import Lock

import structlog

from kiosk.audit import Entry, JournalError
from kiosk.decision import Decision
from kiosk.eligibility import MemberId
from kiosk.failures import Code, Failure, place_of
from kiosk.identity import Level, Revocation
from kiosk.receipts import fingerprint
from kiosk.reception.books import LateBooks
from kiosk.reception.durations import seconds_since
from kiosk.reception.not_determinable import NotDeterminable
from kiosk.reception.visit.effects import Determine, Record

__all__ = ["VisitEntries"]

_log = structlog.get_logger(__name__)
_PATHS = {Level.CONFIRMED: "pin", Level.PRESENTED: "presented", Level.OFFICIAL_READER: "official_reader"}


class VisitEntries:
    """The entries that visits leave in the journal of ``books``."""

    def __init__(self, books: LateBooks) -> None:
        self._books = books
        self._lock = Lock()
        self._recorded: deque[int] = deque(maxlen=64)

    def answered(
        self, effect: Determine, decision: Decision, member: MemberId, now: datetime, receipt: str | None
    ) -> None:
        """Journal an answer and its receipt. Raises NotDeterminable with S-02, and JournalError as `LateBooks`."""
        person = effect.asked.person
        staff = person.staff
        revocation = person.card.check.revocation if person.card else Revocation.NOT_CHECKED
        entry = Entry(
            at=now,
            visit=effect.visit,
            level=person.level.value,
            path=_PATHS.get(person.level) or (f"staff.{staff.reason}" if staff else None),
            applies=decision.applies.value if decision.applies else None,
            usable=decision.usable.value,
            reasons=tuple(reason.value for reason in decision.reasons),
            member=self._books.journal.reference(str(member)),
            staff=staff.staff if staff else None,
            revocation=revocation.value,
            receipt=fingerprint(receipt) if receipt else None,
            seconds=seconds_since(effect.began),
        )
        self._write_down(entry)

    def ended(self, effect: Record, now: datetime) -> None:
        """Journal a visit that ended without an answer. Raises NotDeterminable with S-02."""
        level, revocation = effect.level.value if effect.level else None, effect.revocation.value
        seconds = seconds_since(effect.began)
        self._write_down(
            Entry(now, effect.visit, level, failure=effect.outcome, revocation=revocation, seconds=seconds)
        )

    def stop(self, now: datetime) -> None:
        """Journal that the service ends in order, and close the journal, if it was opened."""
        if not self._books.are_open:
            return
        try:
            self._books.journal.stop(now)
        except JournalError as error:
            _log.error("stop not journaled", code=Code.JOURNAL_DOWN.value, place=place_of(error))

    def _write_down(self, entry: Entry) -> None:
        """Journal one entry a visit: of an answer and a removal that cross, the first counts."""
        with self._lock:
            if entry.visit in self._recorded:
                return
            try:
                self._books.journal.append(entry)
            except JournalError as error:
                raise NotDeterminable(Failure(Code.JOURNAL_DOWN, place_of(error))) from error
            self._recorded.append(entry.visit)

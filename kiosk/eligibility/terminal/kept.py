"""The last confirmed answer about each person, kept encrypted for the time when the terminal does not answer.

It is shown with its day («○月○日の時点»), and never as proof. Only the qualification is kept: whose it is, of which
insurer, from when to when, and which share is paid. What a person consents to (限度額, 特定疾病, and the consents
themselves) belongs to the visit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

from pydantic import TypeAdapter, ValidationError

from kiosk import TOKYO
from kiosk.eligibility.terminal.model import Answer, Consents, Qualification, Status
from kiosk.eligibility.terminal.sealed import RecordSpoiled, SealedFolder
from kiosk.eligibility.terminal.whose import Whose
from kiosk.failures import Code, Failure, place_of

__all__ = ["MOST_KEPT", "KeptAnswers"]

MOST_KEPT: Final = 10_000
"""People at most whose answers are kept (a file each, about 1 KB); those that were kept first go first."""

_FOLDER: Final = "terminal-kept"
_LABEL: Final = "kiosk terminal kept answers 1"
_SPARE: Final = 0.1
"""The part of the records that goes at once when there are too many, so that it is seldom done."""

_MOST_TOLD: Final = 100
_A_DAY: Final = timedelta(days=1)
_CONFIRMED = (Status.VALID, Status.INVALID, Status.NEW_QUALIFICATION)


@dataclass(frozen=True, slots=True, repr=False)
class _Kept:
    answer: Answer
    as_of: datetime
    kept_at: datetime


_FORM = TypeAdapter(_Kept)


class KeptAnswers:
    """The last confirmed answers. No method raises for what is on the disk; `troubles` says what is wrong with it.

    A call writes to the disk and waits for it, so a visit calls it from a thread.
    """

    def __init__(self, data_dir: Path, site_key: bytes, keep_days: int, most: int = MOST_KEPT) -> None:
        """Prepare the answers that are kept in ``data_dir`` for ``keep_days`` days, of ``most`` people at most.

        Raises:
            ValueError: The site key has a wrong size.

        """
        self._folder = SealedFolder(data_dir / _FOLDER, site_key, _LABEL)
        self._keep = timedelta(days=keep_days)
        self._most = most
        self._lock = Lock()
        self._count: int | None = None
        self._disk: Failure | None = None
        self._spoiled: dict[str, str] = {}

    def put(self, whose: Whose, answer: Answer, on: date, now: datetime) -> bool:
        """Keep an answer for the day ``on`` (資格確認日) unless a later one is kept; return whether that was possible.

        該当資格なし is the end of what was known before. An answer without a qualification says nothing, and changes
        nothing.
        """
        if answer.status is Status.NONE:
            return self._do(lambda: self._remove(self._folder.names_of(whose.to_bytes())))
        if answer.status not in _CONFIRMED or not answer.results:
            return True
        kept = _Kept(_qualification_alone(answer), _as_of(answer, on, now), now)
        return self._do(lambda: self._keep_later(whose, kept))

    def get(self, whose: Whose, now: datetime) -> tuple[Answer, datetime] | None:
        """Return the last confirmed answer and the moment that it is of; None if none is kept, or it cannot be read."""
        with self._lock:
            kept = self._read(whose)
        return (kept.answer, kept.as_of) if kept and self._is_young(now - kept.kept_at) else None

    def purge(self, now: datetime) -> None:
        """Remove what is older than the days that answers are kept, and what cannot be of this time."""

        def remove_old() -> None:
            ages = self._folder.ages()
            old = [name for name, at in ages.items() if not self._is_young(timedelta(seconds=now.timestamp() - at))]
            self._remove(old)
            self._count = len(ages) - len(old)

        disk = self._disk
        if self._do(remove_old):  # which needs no room, so it does not prove that an answer can be kept again
            self._disk = disk

    def troubles(self) -> tuple[Failure, ...]:
        """Return N-19 while an answer could not be kept, or one that is kept cannot be read."""
        if disk := self._disk:
            return (disk,)
        if not (spoiled := tuple(self._spoiled.values())):
            return ()
        return (Failure.here(Code.ANSWERS_NOT_KEPT, f"{len(spoiled)} kept answer(s) cannot be read: {spoiled[-1]}"),)

    def _do(self, work: Callable[[], None]) -> bool:
        """Do work on the disk, and remember what was wrong with it last."""
        with self._lock:
            try:
                work()
            except (OSError, ValueError) as error:
                self._disk = Failure(Code.ANSWERS_NOT_KEPT, place_of(error), _said(error))
                return False
            self._disk = None
            return True

    def _keep_later(self, whose: Whose, kept: _Kept) -> None:
        before = self._read(whose)
        if before and kept.as_of < before.as_of <= kept.kept_at:
            return
        if before is None:
            self._make_room()
        elif before.answer.status is not kept.answer.status:
            self._remove(self._folder.names_of(whose.to_bytes()))  # it is wrong now, even if the new one finds no room
        self._write(whose, kept)

    def _write(self, whose: Whose, kept: _Kept) -> None:
        newest, *earlier = self._folder.names_of(whose.to_bytes())
        self._folder.write(newest, _FORM.dump_json(kept), kept.kept_at)
        self._spoiled.pop(newest, None)
        self._remove(earlier)
        self._count = self._counted() + 1

    def _remove(self, names: Collection[str]) -> None:
        self._folder.remove(names)
        for name in names:
            self._spoiled.pop(name, None)

    def _counted(self) -> int:
        """Return how many records there may be: they are counted once, and again when there seem to be too many."""
        if self._count is None:
            self._count = len(self._folder.ages())
        return self._count

    def _make_room(self) -> None:
        """Remove the records that were kept first, if there are as many as there may be."""
        if self._counted() < self._most:
            return
        ages = self._folder.ages()
        surplus = len(ages) - self._most + max(1, int(self._most * _SPARE)) if len(ages) >= self._most else 0
        self._remove(sorted(ages, key=ages.__getitem__)[:surplus])
        self._count = len(ages) - surplus

    def _read(self, whose: Whose) -> _Kept | None:
        for name in self._folder.names_of(whose.to_bytes()):
            try:
                content = self._folder.read(name)
                if content is not None:
                    return _FORM.validate_json(content)
            except RecordSpoiled as error:
                self._note_spoiled(name, str(error))
            except ValidationError:  # its text has the answer in it
                self._note_spoiled(name, "it has a form that this version does not know")
        return None

    def _note_spoiled(self, name: str, reason: str) -> None:
        if len(self._spoiled) < _MOST_TOLD:
            self._spoiled[name] = reason

    def _is_young(self, age: timedelta) -> bool:
        return -_A_DAY <= age <= self._keep


def _qualification_alone(answer: Answer) -> Answer:
    results = tuple(_without_consented(one) for one in answer.results)
    return Answer(answer.status, answer.validity, reference_class=answer.reference_class, results=results)


def _without_consented(result: Qualification) -> Qualification:
    return replace(
        result, limit=None, limit_changed=None, specific_diseases=(), medical_tickets=(), consents=Consents()
    )


def _as_of(answer: Answer, on: date, now: datetime) -> datetime:
    """Return the moment that an answer is of: when it was given, or the end of the day that it was asked for."""
    end_of_day = datetime.combine(on, time.max, TOKYO)
    return min(answer.as_of or now, end_of_day, now)


def _said(error: OSError | ValueError) -> str:
    return (error.strerror or "cannot be written") if isinstance(error, OSError) else str(error)

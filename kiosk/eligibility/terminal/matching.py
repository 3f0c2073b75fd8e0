"""Which face file is that of a visit: by its time, and by number or by name and birthday. Never «the next one»."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from kiosk.eligibility.kana import folded
from kiosk.eligibility.terminal.errors import SeveralAnswers
from kiosk.eligibility.terminal.face import FaceFile
from kiosk.eligibility.terminal.file_names import face_moment
from kiosk.eligibility.terminal.model import Qualification
from kiosk.eligibility.terminal.numbers import plain_number

__all__ = ["Awaited", "face_file_of"]

APART: Final = timedelta(minutes=1)
"""How far the clocks of the terminal and of the kiosk may be apart."""


@dataclass(frozen=True, slots=True, repr=False)
class Awaited:
    """What a visit knows of the person whose face file it waits for. Empty texts and None: not known.

    Attributes:
        since: when the visit began to wait; an earlier face file is of somebody before.
        until: when it stops.
        reference: 照会番号, where the card is bound to one.
        numbers: 保険者番号, 記号, 番号 and 枝番.
        kana: フリガナ, in whatever form.
        birth_date: 生年月日; it identifies nobody without フリガナ.

    """

    since: datetime
    until: datetime
    reference: str = ""
    numbers: tuple[str, str, str, str] | None = None
    kana: str = ""
    birth_date: date | None = None

    @property
    def identifies(self) -> bool:
        """Whether it is enough to know the person by."""
        return bool(self.reference or self.numbers or (self.kana and self.birth_date))


def face_file_of(awaited: Awaited, faces: Iterable[FaceFile]) -> FaceFile | None:
    """Return the one face file that fits; None if there is none, or if the visit knows nothing to compare.

    Raises:
        SeveralAnswers: More than one fits: staff choose.

    """
    found = [face for face in faces if _in_time(awaited, face) and any(_fits(awaited, one) for one in _people(face))]
    if len(found) > 1:
        raise SeveralAnswers("more than one face file fits the visit")
    return found[0] if found else None


def _in_time(awaited: Awaited, face: FaceFile) -> bool:
    moment = face_moment(face.name or "")
    return moment is not None and awaited.since - APART <= moment <= awaited.until + APART


def _people(face: FaceFile) -> tuple[Qualification, ...]:
    return () if face.answer.failure else face.answer.results


def _fits(awaited: Awaited, result: Qualification) -> bool:
    """Return whether all that visit and result both know is the same, and enough of it to identify the person."""
    numbers = (result.insurer_number, result.symbol, result.number, result.branch)
    same = [
        _same(awaited.reference, result.reference),
        _same_numbers(awaited.numbers, numbers),
        _same_person(awaited, result),
    ]
    return True in same and False not in same


def _same_numbers(ours: tuple[str, ...] | None, theirs: tuple[str | None, ...]) -> bool | None:
    return None if ours is None else [*map(plain_number, ours)] == [*map(plain_number, theirs)]


def _same(ours: str, theirs: str | None) -> bool | None:
    return plain_number(ours) == plain_number(theirs) if ours and theirs else None


def _same_person(awaited: Awaited, result: Qualification) -> bool | None:
    """Return whether フリガナ and birthday are the same; a birthday alone can only tell two people apart."""
    if awaited.birth_date is None or result.birth_date is None:
        return None
    if awaited.birth_date != result.birth_date:
        return False
    if not awaited.kana or not result.kana:
        return None
    ours, theirs = folded(awaited.kana), folded(result.kana)
    return ours == theirs if ours and theirs else None

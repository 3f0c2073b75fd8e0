"""Where the register and the 資格確認端末 differ about a member, and what of it staff may take over."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kiosk.eligibility.columns import COLUMNS, CellRefused, Value
from kiosk.eligibility.errors import DataRefused
from kiosk.eligibility.kana import folded
from kiosk.eligibility.model import Member
from kiosk.eligibility.terminal import Qualification
from kiosk.graphemes import without_controls

__all__ = [
    "DAYS",
    "KEY_FIELDS",
    "Change",
    "Changes",
    "ConfirmedField",
    "FieldDifference",
    "changes_of",
    "differences_of",
    "takeable",
    "what_changed",
]

Changes = Mapping[str, Value]
"""Values of columns by their names."""


class ConfirmedField(StrEnum):
    """What register and terminal both know, and may know differently; the names are those of `kiosk terminal ask`."""

    INSURER_NUMBER = "insurer_number"
    SYMBOL = "symbol"
    NUMBER = "number"
    BRANCH = "branch"
    NAME = "name"
    KANA = "kana"
    ADDRESS = "address"
    ACQUIRED_ON = "acquired_on"
    LOST_ON = "lost_on"
    COPAY_PERCENT = "copay_percent"


@dataclass(frozen=True, slots=True, repr=False)
class FieldDifference:
    """One field in which register and terminal differ, as staff read both. Empty: there is no such value."""

    field: ConfirmedField
    registered: str
    answered: str


def differences_of(
    member: Member, result: Qualification, lost_on: date | None, on: date
) -> tuple[FieldDifference, ...]:
    """Return where the register differs from a result. What either does not say differs from nothing, but for a loss.

    Args:
        member: the member as the register has them.
        result: what the terminal says.
        lost_on: 資格喪失年月日 as the answer amounts to it; None for a valid 資格.
        on: the day asked about. A loss that is still to come contradicts no 資格 that is valid on that day.

    """
    return tuple(_differing(member, result, lost_on, on))


def _differing(member: Member, result: Qualification, lost_on: date | None, on: date) -> Iterator[FieldDifference]:
    for field, ours, said, plain in _texts(member, result):
        theirs = without_controls(said)
        if ours and theirs and plain(ours) != plain(theirs):
            yield FieldDifference(field, ours, theirs)
    if result.acquired_on not in (None, member.acquired_on):
        yield _days(ConfirmedField.ACQUIRED_ON, member.acquired_on, result.acquired_on)
    still_to_come = lost_on is None and member.lost_on is not None and on < member.lost_on
    if member.lost_on != lost_on and not still_to_come:
        yield _days(ConfirmedField.LOST_ON, member.lost_on, lost_on)
    percent = result.copay_percent
    if percent is not None and member.copay_percent is not None and percent != member.copay_percent:
        yield FieldDifference(ConfirmedField.COPAY_PERCENT, f"{member.copay_percent}%", f"{percent}%")


_Text = tuple[ConfirmedField, str, str, Callable[[str], str]]


def _texts(member: Member, result: Qualification) -> Iterator[_Text]:
    numbers = member.id
    yield ConfirmedField.INSURER_NUMBER, numbers.insurer_number, result.insurer_number or "", _plain
    yield ConfirmedField.SYMBOL, numbers.symbol, result.symbol or "", _bare
    yield ConfirmedField.NUMBER, numbers.number, result.number or "", _bare
    yield ConfirmedField.BRANCH, numbers.branch, result.branch or "", _plain
    yield ConfirmedField.NAME, member.name, result.name or "", _bare
    yield ConfirmedField.KANA, member.kana, _plain(result.kana or ""), folded
    yield ConfirmedField.ADDRESS, member.address, result.address or "", _bare


def _days(field: ConfirmedField, ours: date | None, theirs: date | None) -> FieldDifference:
    return FieldDifference(field, ours.isoformat() if ours else "", theirs.isoformat() if theirs else "")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _bare(text: str) -> str:
    """Return a text without what people write differently: width, spaces, hyphens."""
    return "".join(letter for letter in _plain(text) if letter not in _SEPARATORS and not letter.isspace())


_SEPARATORS: Final = frozenset("-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}ー・")


KEY_FIELDS: Final = frozenset({ConfirmedField.SYMBOL, ConfirmedField.NUMBER, ConfirmedField.BRANCH})
"""The number of a member within the insurer; it is one thing, so its parts are taken over together."""

DAYS: Final = frozenset({ConfirmedField.ACQUIRED_ON, ConfirmedField.LOST_ON})
"""The fields whose values are days (ISO 8601)."""

_TAKEABLE: Final = KEY_FIELDS | frozenset(
    {
        ConfirmedField.NAME,
        ConfirmedField.KANA,
        ConfirmedField.ADDRESS,
        ConfirmedField.ACQUIRED_ON,
        ConfirmedField.LOST_ON,
        ConfirmedField.COPAY_PERCENT,
    }
)
"""What staff may take over into the register. With another 保険者番号 somebody is no member of it any more."""


def takeable(differences: Iterable[FieldDifference]) -> frozenset[ConfirmedField]:
    """Return which of the fields that differ staff may take over; a number of another insurer's is none of them."""
    fields = frozenset(one.field for one in differences)
    elsewhere = ConfirmedField.INSURER_NUMBER in fields
    return fields & (_TAKEABLE - KEY_FIELDS if elsewhere else _TAKEABLE)


class Change(StrEnum):
    """What has changed about a member, in a word (the change indicator)."""

    NEW_NUMBER = "new_number"
    NAME = "name"
    COPAY = "copay"
    ADDRESS = "address"
    LOST = "lost"


_CHANGES: Final[Mapping[Change, frozenset[ConfirmedField]]] = {
    Change.NEW_NUMBER: KEY_FIELDS | {ConfirmedField.INSURER_NUMBER},
    Change.NAME: frozenset({ConfirmedField.NAME, ConfirmedField.KANA}),
    Change.COPAY: frozenset({ConfirmedField.COPAY_PERCENT}),
    Change.ADDRESS: frozenset({ConfirmedField.ADDRESS}),
    Change.LOST: frozenset({ConfirmedField.LOST_ON}),
}


def what_changed(differences: Iterable[FieldDifference]) -> tuple[Change, ...]:
    """Return what the differences amount to. A 資格取得年月日 alone is none of the changes."""
    fields = frozenset(one.field for one in differences)
    return tuple(change for change, among in _CHANGES.items() if fields & among)


def changes_of(member: Member, differences: Iterable[FieldDifference], fields: Collection[ConfirmedField]) -> Changes:
    """Return the columns that change if these fields are as the terminal has them, in the register's own spelling.

    One part of the number brings the others with it.

    Raises:
        DataRefused: A field does not differ, is of another insurer, has a value that no member file may have, or the
            days contradict each other.

    """
    differing = {one.field: one for one in differences}
    may_be_taken, wanted = takeable(differing.values()), frozenset(fields)
    if not wanted or not wanted <= may_be_taken:
        raise DataRefused("a field does not differ, or is not taken over")
    if wanted & KEY_FIELDS:
        wanted |= KEY_FIELDS & may_be_taken
    changes = {field.value: _parsed(differing[field]) for field in sorted(wanted)}
    acquired_on = changes.get("acquired_on", member.acquired_on)
    lost_on = changes.get("lost_on", member.lost_on)
    first = max(member.birth_date, acquired_on) if isinstance(acquired_on, date) else member.birth_date
    if acquired_on != first or (isinstance(lost_on, date) and lost_on < first):
        raise DataRefused("the days contradict each other")
    return changes


def _parsed(difference: FieldDifference) -> Value:
    text = difference.answered.removesuffix("%")
    if difference.field in KEY_FIELDS:
        text = _plain(text)
    if difference.field in (ConfirmedField.NAME, ConfirmedField.KANA):
        text = " ".join(_plain(text).split()) if difference.field is ConfirmedField.KANA else " ".join(text.split())
    column = next(column for column in COLUMNS if column.name == difference.field)
    try:
        return column.parse(text)
    except CellRefused as error:
        raise DataRefused(str(error)) from None

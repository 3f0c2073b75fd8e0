"""The entries of a 資格確認書 that may have any length: 氏名, 組合員氏名, 住所, 事業所名.

On most cards each entry fits into its row, on at most two lines. If an entry needs more, that card is set closely: each
row is as high as its lines need, all rows are nearer together, and a very long 住所 begins right beside its label. So
the card takes the longest 住所 that a register can have; only several entries of that length together do not fit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from kiosk.documents.errors import EntryTooLong
from kiosk.documents.fitting import Fitted, Space, fit
from kiosk.documents.fonts import Face
from kiosk.eligibility import Member

__all__ = ["Entries", "entries_of", "row_height"]

_NAME = Space(56, (9.5, 8.2, 7.2, 6.2), (6.2, 5.5), lines=2, face=Face.BOLD)
_ROW = Space(56, (7.2, 6.2, 5.5), (6.2, 5.5), lines=2)

_HEIGHT = 49.6
"""The height of all ten rows together, in mm."""
_HEADING, _ROW_HEIGHT, _FOOT = 3.7, 3.2, 4.1
"""Heights in mm, as in `.close` of the style sheet; the insurer's row at the foot has room for two lines."""
_LINE_HEIGHTS = {6.2: 2.3, 5.5: 2.05}
_DATES = 3
"""How many rows have dates; they are of one line each."""
_ANY_NUMBER = 32
"""More lines than an entry of 300 characters can need, so that only the height limits it."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The fitted entries.

    Attributes:
        name: 氏名.
        household_head: 組合員氏名.
        address: 住所.
        employer: 事業所名.
        close: whether the rows are near together.
        wide: whether 住所 begins right beside its label.

    """

    name: Fitted
    household_head: Fitted
    address: Fitted
    employer: Fitted
    close: bool = False
    wide: bool = False


class _Way(NamedTuple):
    """One way to set the entries closely.

    Attributes:
        size: the type size of entries with several lines, in points.
        address_width: the width of 住所, in mm.
        anywhere: whether lines may break anywhere.

    """

    size: float
    address_width: float
    anywhere: bool = False


_WAYS = (_Way(6.2, 56), _Way(6.2, 70), _Way(5.5, 56), _Way(5.5, 70), _Way(5.5, 70, anywhere=True))


def entries_of(member: Member, key_height: float) -> Entries:
    """Return the entries of a member in the largest type that fits on the card.

    Args:
        member: the member.
        key_height: the height of the row of 記号 and 番号 on a closely set card, in mm.

    Raises:
        DocumentRefused: an entry does not fit, or has a character that no font has.

    """
    try:
        return Entries(
            fit("name", member.name, _NAME),
            fit("household_head", member.household_head, _ROW),
            fit("address", member.address, _ROW),
            fit("employer", member.employer, _ROW),
        )
    except EntryTooLong:
        return _close(member, _HEIGHT - _HEADING - key_height - _DATES * _ROW_HEIGHT - _FOOT)


def row_height(*texts: Fitted) -> float:
    """Return the height of a row with these texts on a closely set card, in mm."""
    return max(len(text.lines) * _LINE_HEIGHTS[text.size] if len(text.lines) > 1 else _ROW_HEIGHT for text in texts)


def _close(member: Member, height: float) -> Entries:
    long: tuple[str, ...] = ()
    for way in _WAYS:
        entries = _set(member, way)
        texts = {name: getattr(entries, name) for name in ("name", "household_head", "address", "employer")}
        if sum(map(row_height, texts.values())) <= height:
            return entries
        long = tuple(name for name, text in texts.items() if len(text.lines) > 1)
    raise EntryTooLong(long, "too long together for the card, even in the smallest type")


def _set(member: Member, way: _Way) -> Entries:
    row = Space(56, (7.2, 6.2, way.size), (way.size,), _ANY_NUMBER, anywhere=way.anywhere)
    return Entries(
        fit("name", member.name, replace(row, sizes=(8.2, *row.sizes), face=Face.BOLD)),
        fit("household_head", member.household_head, row),
        fit("address", member.address, replace(row, width=way.address_width)),
        fit("employer", member.employer, row),
        close=True,
        wide=way.address_width > row.width,
    )

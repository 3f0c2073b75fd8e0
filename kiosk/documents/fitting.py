"""Texts of any length in the space a form has for them: type stepped down, then more lines, never cut.

The widths are measured from the fonts, so that what fits here fits on paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kiosk.documents.errors import DocumentRefused
from kiosk.documents.fonts import Face, Glyph, NotWritable, glyphs

__all__ = ["MM_PER_POINT", "Fitted", "Run", "Space", "fit"]

MM_PER_POINT = 25.4 / 72

_NO_START = frozenset(" \u3000、。，．・：；？！ー－-〜～）)」』】〕々ゝヽぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ")
"""What must not begin a line (JIS X 4051)."""
_NO_END = frozenset("（(「『【〔〒")
"""What must not end one."""


@dataclass(frozen=True, slots=True)
class Space:
    """The room for one field of a form.

    ``width`` is in mm; ``sizes`` are tried in turn, in points: each of ``sizes`` on one line, then each of ``smaller``
    on two lines, up to ``lines``.
    """

    width: float
    sizes: Sequence[float]
    smaller: Sequence[float] = ()
    lines: int = 1
    face: Face = Face.REGULAR


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that come from one family: BIZ UD, or with ``fallback`` Noto Sans CJK JP."""

    text: str
    fallback: bool


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text as it is set: its size in points, and its lines."""

    size: float
    lines: tuple[tuple[Run, ...], ...]

    @property
    def style(self) -> str:
        """The class of the style sheet for this size, such as ``pt72`` for 7.2 pt."""
        return f"pt{round(self.size * 10)}"


def fit(field: str, text: str, space: Space) -> Fitted:
    """Return ``text`` set into ``space``. Raises DocumentRefused, which names the field, where it does not fit."""
    try:
        row = glyphs(text, space.face)
    except NotWritable as error:
        raise DocumentRefused((field,), f"holds a character that no font here has ({error.code})") from None
    for count, size in _attempts(space):
        lines = _broken(row, space.width / (size * MM_PER_POINT), count)
        if lines is not None:
            return Fitted(size, tuple(_runs(line) for line in lines))
    raise DocumentRefused((field,), f"is too long for its {space.width:g} mm, even in the smallest type")


def _attempts(space: Space) -> Iterator[tuple[int, float]]:
    yield from ((1, size) for size in space.sizes)
    yield from ((count, size) for count in range(2, space.lines + 1) for size in space.smaller)


def _broken(row: Sequence[Glyph], width: float, lines: int) -> list[Sequence[Glyph]] | None:
    """Return at most so many lines of at most ``width`` em each; None where they do not suffice.

    A line ends behind a space where the rest still fits: between names, and before that of a building.
    """
    end = _reach(row, width)
    if end == len(row):
        return [row]
    if end == 0 or lines == 1:
        return None
    cuts = [cut for cut in range(end, 0, -1) if _may_break(row[cut - 1].text, row[cut].text)] or [end]
    for cut in [*(cut for cut in cuts if row[cut - 1].text.isspace()), cuts[0]]:
        rest = _broken(row[cut:], width, lines - 1)
        if rest is not None:
            return [row[:cut], *rest]
    return None


def _reach(row: Sequence[Glyph], width: float) -> int:
    """Return how many characters fit into ``width`` em."""
    total = 0.0
    for number, glyph in enumerate(row):
        total += glyph.width
        if total > width:
            return number
    return len(row)


def _may_break(before: str, after: str) -> bool:
    within = before.isascii() and after.isascii() and before != " "
    return not within and after not in _NO_START and before not in _NO_END


def _runs(line: Sequence[Glyph]) -> tuple[Run, ...]:
    groups = groupby(line, key=lambda glyph: glyph.fallback)
    return tuple(Run("".join(glyph.text for glyph in group), fallback) for fallback, group in groups)

"""Fitting texts of any length into the space of a form: in smaller type, then on more lines, but never cut.

The widths are measured from the fonts, so what fits here also fits on paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from kiosk.documents.errors import DocumentRefused, EntryTooLong
from kiosk.documents.fonts import Face, FontFamily, Glyph, NotWritable, glyphs

__all__ = ["MM_PER_POINT", "Fitted", "Run", "Space", "fit"]

MM_PER_POINT = 25.4 / 72

_NO_START = frozenset(
    " \u3000、。，．・：；？！ー－-〜～）)」』】〕々ゝヽゞヾ゛゜ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
    "､｡･｣ｰｧｨｩｪｫｬｭｮｯ"
)
"""Characters that must not begin a line (JIS X 4051)."""
_NO_END = frozenset("（(「『【〔〒｢")
"""Characters that must not end a line."""


@dataclass(frozen=True, slots=True)
class Space:
    """The space of one field of a form. Its type sizes are tried in turn.

    Attributes:
        width: in mm.
        sizes: type sizes for one line, in points.
        smaller: type sizes for two lines and more, in points.
        lines: the most lines.
        face: the typeface.
        anywhere: whether lines may break anywhere, so that each is filled before the next one begins.

    """

    width: float
    sizes: Sequence[float]
    smaller: Sequence[float] = ()
    lines: int = 1
    face: Face = Face.REGULAR
    anywhere: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive characters of one font family."""

    text: str
    family: FontFamily


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted text: its type size in points, and its lines."""

    size: float
    lines: tuple[tuple[Run, ...], ...]

    @property
    def style(self) -> str:
        """The class of the style sheet for this size, for example `pt72` for 7.2 pt."""
        return f"pt{round(self.size * 10)}"


def fit(field: str, text: str, *spaces: Space) -> Fitted:
    """Fit a text into the first space that takes it.

    Args:
        field: the field's name, for the error.
        text: the text.
        spaces: alternative ways to use the space of the field.

    Raises:
        EntryTooLong: no space takes the text.
        DocumentRefused: no font has one of its characters.

    """
    for space in spaces:
        row = _glyphs(field, text, space.face)
        for count, size in _attempts(space):
            lines = _broken(row, space.width / (size * MM_PER_POINT), count, space.anywhere)
            if lines is not None:
                return Fitted(size, tuple(_runs(line) for line in lines))
    raise EntryTooLong((field,), f"is too long for its {spaces[-1].width:g} mm, even in the smallest type")


def _glyphs(field: str, text: str, face: Face) -> list[Glyph]:
    try:
        return glyphs(text, face)
    except NotWritable as error:
        raise DocumentRefused((field,), f"holds a character that no font here has ({error.code})") from None


def _attempts(space: Space) -> Iterator[tuple[int, float]]:
    yield from ((1, size) for size in space.sizes)
    yield from ((count, size) for count in range(2, space.lines + 1) for size in space.smaller)


def _broken(row: Sequence[Glyph], width: float, lines: int, anywhere: bool) -> list[Sequence[Glyph]] | None:
    """Break a row into at most `lines` lines of at most `width` em each; return None if that is not enough.

    A line ends after a space if the rest still fits: between names, or before the name of a building.
    """

    @cache  # otherwise every combination of many spaces and many lines would be tried
    def broken(start: int, left: int) -> list[Sequence[Glyph]] | None:
        end = start + _reach(row[start:], width)
        if end == len(row):
            return [row[start:]]
        if end == start or left == 1:
            return None
        for cut in [end] if anywhere else _cuts(row, start, end):
            if (rest := broken(cut, left - 1)) is not None:
                return [row[start:cut], *rest]
        return None

    return broken(0, lines)


def _cuts(row: Sequence[Glyph], start: int, end: int) -> list[int]:
    """Return where a line may end, the best place first: after its spaces, else as late as the line rules allow."""
    cuts = [cut for cut in range(end, start, -1) if _may_break(row[cut - 1].text, row[cut].text)] or [end]
    return [*(cut for cut in cuts if row[cut - 1].text.isspace()), cuts[0]]


def _reach(row: Sequence[Glyph], width: float) -> int:
    """Return how many characters fit into `width` em."""
    total = 0.0
    for number, glyph in enumerate(row):
        total += glyph.width
        if total > width:
            return number
    return len(row)


def _may_break(before: str, after: str) -> bool:
    within = before.isascii() and after.isascii() and before != " "
    return not within and after[0] not in _NO_START and before[0] not in _NO_END


def _runs(line: Sequence[Glyph]) -> tuple[Run, ...]:
    groups = groupby(line, key=lambda glyph: glyph.family)
    return tuple(Run("".join(glyph.text for glyph in group), family) for family, group in groups)

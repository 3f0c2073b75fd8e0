"""Measuring the fonts of the documents: how wide a character is, and which of the three families has it.

Documents are set in BIZ UD. A character that BIZ UD does not have (𠮷) comes from Noto Sans CJK JP. An entry with one
that neither has, such as a variant of the family registers, is set in IPAmj Mincho as a whole. One that none of them
has is refused, since a name with a blank box, or with another form of its characters, is wrong.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.documents.errors import StationeryError
from kiosk.font_files import font_file
from kiosk.graphemes import graphemes

__all__ = ["Face", "FontFamily", "Glyph", "NotWritable", "glyphs", "is_writable", "require_fonts", "what_is_writable"]

_PACKAGES = "fonts-morisawa-bizud-gothic, fonts-noto-cjk, fonts-ipamj-mincho"


class FontFamily(IntEnum):
    """The families in the order in which they are tried."""

    BIZ_UD = 0
    NOTO = 1
    IPAMJ = 2


_IPAMJ = "ipamjm.ttf"


class Face(Enum):
    """A typeface of the documents: one file of each FontFamily."""

    REGULAR = ("BIZUDPGothic-Regular.ttf", "NotoSansCJK-Regular.ttc", _IPAMJ)
    BOLD = ("BIZUDPGothic-Bold.ttf", "NotoSansCJK-Bold.ttc", _IPAMJ)
    FIXED = ("BIZUDGothic-Regular.ttf", "NotoSansCJK-Regular.ttc", _IPAMJ)
    """The fixed-pitch face: digits and Latin letters are half as wide as kanji."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character as a person sees it (a grapheme cluster), with its marks and variation selector.

    Attributes:
        text: its code points.
        width: its advance in em.
        family: the family that it comes from.

    """

    text: str
    width: float
    family: FontFamily


class NotWritable(Exception):
    """No font has a character. `code` names it, for example U+E000."""

    def __init__(self, text: str) -> None:
        self.code = " ".join(f"U+{ord(character):04X}" for character in text)
        super().__init__(self.code)


def glyphs(text: str, face: Face) -> list[Glyph]:
    """Return the characters of a text as they are printed: all of them in IPAmj Mincho if one of them must be.

    Raises:
        NotWritable: no font has a character of the text.
        StationeryError: a font is not installed.

    """
    clusters = list(graphemes(text))
    row = [_glyph(cluster, face) for cluster in clusters]
    if all(one.family is not FontFamily.IPAMJ for one in row):
        return row
    whole = [_in_family(cluster, face, FontFamily.IPAMJ) for cluster in clusters]
    return [alone if one is None else one for alone, one in zip(row, whole, strict=True)]


def is_writable(text: str) -> bool:
    """Return whether the documents can print every character of a text. Raises StationeryError without the fonts."""
    try:
        glyphs(text, Face.REGULAR)
    except NotWritable:
        return False
    return True


def require_fonts() -> None:
    """Raise StationeryError if a font is missing: WeasyPrint would replace it without a warning."""
    for face in Face:
        for name in face.value:
            _path(name)


@cache
def _glyph(cluster: str, face: Face) -> Glyph:
    parts = list(_parts(cluster))
    for part in parts:
        if unicodedata.category(part[0]) in ("Cc", "Cf"):  # a soft hyphen has a width, but may be invisible
            raise NotWritable(part)
    for family in FontFamily:
        if (glyph := _in_family(cluster, face, family)) is not None:
            return glyph
    raise NotWritable(cluster)


@cache
def _in_family(cluster: str, face: Face, family: FontFamily) -> Glyph | None:
    parts = list(_parts(cluster))
    font = _font(face.value[family])
    widths = [width for part in parts if (width := font.width(part)) is not None]
    # A mark of another font would be in the wrong place.
    return Glyph(cluster, sum(widths), family) if len(widths) == len(parts) else None


def _parts(cluster: str) -> Iterator[str]:
    """Yield each code point of a cluster, together with the variation selector that follows it."""
    start = 0
    for end in range(1, len(cluster) + 1):
        if end == len(cluster) or not _selects(cluster[end]):
            yield cluster[start:end]
            start = end


def _selects(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


class _Font:
    """The tables of one font file with its characters and their widths."""

    def __init__(self, path: Path) -> None:
        from fontTools.ttLib import TTFont

        with TTFont(path, fontNumber=0, lazy=True) as font:
            self._names: dict[int, str] = font.getBestCmap()
            self._variants = _variants(font)
            self._metrics: dict[str, tuple[int, int]] = font["hmtx"].metrics
            self._em: int = font["head"].unitsPerEm

    def width(self, part: str) -> float | None:
        """Return the advance in em; None if the font does not have the character in exactly this form."""
        name = self._names.get(ord(part[0]))
        if name is None or (len(part) > 1 and part not in self._variants):
            return None
        return self._metrics[name][0] / self._em


def _variants(font: Any) -> frozenset[str]:
    tables = (table for table in font["cmap"].tables if table.format == 14)
    return frozenset(
        chr(base) + chr(selector) for table in tables for selector, pairs in table.uvsDict.items() for base, _ in pairs
    )


@cache
def _font(name: str) -> _Font:
    return _Font(_path(name))


@cache
def _path(name: str) -> Path:
    path = font_file(name)
    if path is None:
        raise StationeryError(f"the font {name} is not installed ({_PACKAGES})")
    return path


def what_is_writable() -> Callable[[str], bool]:
    """Return whether a character can be printed; without the fonts, which a kiosk need not have, every one can.

    The function that is returned can be pickled, for it is used in other processes.
    """
    try:
        require_fonts()
    except StationeryError:
        return _is_some_character
    return is_writable


def _is_some_character(_: str) -> bool:
    return True

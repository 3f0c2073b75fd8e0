"""The fonts of the languages that a visitor may choose, watched: a language without its font is empty boxes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from kiosk.failures import Code, Failure
from kiosk.font_files import font_file
from kiosk.languages import Language
from kiosk.reception import Findings

__all__ = ["FONTS", "Font", "ScreenFonts"]


class Font(NamedTuple):
    """The file of a font, and the Debian package that has it."""

    file: str
    package: str


_BIZ_UD: Final = Font("BIZUDPGothic-Regular.ttf", "fonts-morisawa-bizud-gothic")
_CJK: Final = Font("NotoSansCJK-Regular.ttc", "fonts-noto-cjk")
_DEVANAGARI: Final = Font("NotoSansDevanagari-Regular.ttf", "fonts-noto-core")

FONTS: Final[Mapping[Language, Font]] = {
    Language.JAPANESE: _BIZ_UD,
    Language.EASY_JAPANESE: _BIZ_UD,
    Language.ENGLISH: _BIZ_UD,
    Language.SIMPLIFIED_CHINESE: _CJK,
    Language.TRADITIONAL_CHINESE: _CJK,
    Language.KOREAN: _CJK,
    Language.VIETNAMESE: _CJK,
    Language.BRAZILIAN_PORTUGUESE: _BIZ_UD,
    Language.FILIPINO: _BIZ_UD,
    Language.NEPALI: _DEVANAGARI,
    Language.INDONESIAN: _BIZ_UD,
}
"""In which font each language is set (kiosk/web/static/languages.css)."""


@dataclass
class ScreenFonts:
    """The fonts of the offered languages. A font that was found is looked for at its place alone from then on."""

    languages: Collection[Language]
    _found: dict[Font, Path] = field(default_factory=dict)

    def look(self) -> Findings:
        """Return S-19 for each font that is missing now."""
        return Findings(troubles=tuple(self._troubles()))

    def _troubles(self) -> Iterator[Failure]:
        for font in dict.fromkeys(FONTS[language] for language in self.languages):
            if not self._is_there(font):
                tags = ", ".join(language for language in self.languages if FONTS[language] == font)
                reason = f"screen.languages: {tags} needs the font {font.file} (Debian package {font.package})"
                yield Failure.here(Code.FONT_MISSING, reason)

    def _is_there(self, font: Font) -> bool:
        path = self._found.get(font)
        if path is None or not path.exists():
            path = font_file(font.file)
        if path is None:
            self._found.pop(font, None)
            return False
        self._found[font] = path
        return True

"""The languages that the visitor's screens can have (``screen.languages``), by their BCP 47 tags."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

__all__ = ["DEFAULT_LANGUAGES", "ENGLISH_NAMES", "JAPANESE_NAMES", "OWN_NAMES", "Language"]


class Language(StrEnum):
    """A language, in the order of the list from which visitors choose."""

    JAPANESE = "ja"
    EASY_JAPANESE = "ja-x-easy"
    ENGLISH = "en"
    SIMPLIFIED_CHINESE = "zh-Hans"
    TRADITIONAL_CHINESE = "zh-Hant"
    KOREAN = "ko"
    VIETNAMESE = "vi"
    BRAZILIAN_PORTUGUESE = "pt-BR"
    FILIPINO = "fil"
    NEPALI = "ne"
    INDONESIAN = "id"

    @property
    def locale(self) -> str:
        """The identifier of the locale whose dates and lists Babel knows."""
        return "ja" if self is Language.EASY_JAPANESE else self.value.replace("-", "_")

    @property
    def is_japanese(self) -> bool:
        """Whether everything that is written in it is Japanese."""
        return self in {Language.JAPANESE, Language.EASY_JAPANESE}

    @property
    def is_chinese(self) -> bool:
        """Whether it is written with the characters that Japanese is written with too."""
        return self in {Language.SIMPLIFIED_CHINESE, Language.TRADITIONAL_CHINESE}


DEFAULT_LANGUAGES = (Language.JAPANESE, Language.EASY_JAPANESE, Language.ENGLISH)

OWN_NAMES: Mapping[Language, str] = {
    Language.JAPANESE: "日本語",
    Language.EASY_JAPANESE: "やさしい日本語《にほんご》",
    Language.ENGLISH: "English",
    Language.SIMPLIFIED_CHINESE: "简体中文",
    Language.TRADITIONAL_CHINESE: "繁體中文",
    Language.KOREAN: "한국어",
    Language.VIETNAMESE: "Tiếng Việt",
    Language.BRAZILIAN_PORTUGUESE: "Português (Brasil)",
    Language.FILIPINO: "Filipino",
    Language.NEPALI: "नेपाली",
    Language.INDONESIAN: "Bahasa Indonesia",
}
"""What each language calls itself; ruby in the notation of the catalogues."""

JAPANESE_NAMES: Mapping[Language, str] = {
    Language.JAPANESE: "日本語",
    Language.EASY_JAPANESE: "やさしい日本語",
    Language.ENGLISH: "英語",
    Language.SIMPLIFIED_CHINESE: "中国語（簡体字）",
    Language.TRADITIONAL_CHINESE: "中国語（繁体字）",
    Language.KOREAN: "韓国語",
    Language.VIETNAMESE: "ベトナム語",
    Language.BRAZILIAN_PORTUGUESE: "ポルトガル語（ブラジル）",
    Language.FILIPINO: "フィリピノ語",
    Language.NEPALI: "ネパール語",
    Language.INDONESIAN: "インドネシア語",
}
"""What staff call each language."""

ENGLISH_NAMES: Mapping[Language, str] = {
    Language.JAPANESE: "Japanese",
    Language.EASY_JAPANESE: "Easy Japanese",
    Language.ENGLISH: "English",
    Language.SIMPLIFIED_CHINESE: "Simplified Chinese",
    Language.TRADITIONAL_CHINESE: "Traditional Chinese",
    Language.KOREAN: "Korean",
    Language.VIETNAMESE: "Vietnamese",
    Language.BRAZILIAN_PORTUGUESE: "Brazilian Portuguese",
    Language.FILIPINO: "Filipino",
    Language.NEPALI: "Nepali",
    Language.INDONESIAN: "Indonesian",
}
"""What the English voice calls each language."""

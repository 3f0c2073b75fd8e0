"""Write days, spans and shares as each language writes them: 和暦 in Japanese, 西暦 in every other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from babel.dates import format_date

from kiosk.languages import Language
from kiosk.phrases import DayRange, DaySpan, DayWithoutYear, Name, Phrase, Share, Value
from kiosk.wareki import about, wareki

__all__ = ["BETWEEN", "SOON", "written"]

SOON = "{when}ごろ"
BETWEEN = "{earliest}から{latest}ごろ"
"""About when something is expected, in a language other than Japanese."""

_DAYS: Mapping[int, str] = {
    1: "ついたち",
    2: "ふつか",
    3: "みっか",
    4: "よっか",
    5: "いつか",
    6: "むいか",
    7: "なのか",
    8: "ようか",
    9: "ここのか",
    10: "とおか",
    14: "じゅうよっか",
    20: "はつか",
    24: "にじゅうよっか",
}
"""The days of a month that are not read as their number and にち."""


def written(value: Value, language: Language) -> str | Phrase:
    """Return a value in the notation of the language's catalogue, or the phrase that says it."""
    match value:
        case date():
            return _day(value, language)
        case DayWithoutYear(day=day):
            return f"{day.month}月{day.day}日" if language is Language.JAPANESE else _day(day, language)
        case DaySpan(earliest=earliest, latest=latest):
            return about(earliest, latest) if language is Language.JAPANESE else _span(earliest, latest)
        case DayRange(fewest=fewest, most=most):
            return str(most) if fewest == most else f"{fewest}{_TO.get(language, '–')}{most}"
        case Share(percent=percent):
            return _share(percent, language)
        case Name(text=text):
            return text
        case _:
            return value


_TO: Mapping[Language, str] = {Language.JAPANESE: "～", Language.EASY_JAPANESE: "から "}


def _day(day: date, language: Language) -> str:
    if language is Language.JAPANESE:
        return wareki(day)
    if language is Language.EASY_JAPANESE:
        return f"{day.year}年《ねん》{day.month}月《がつ》{_day_of_month(day.day)}"
    return format_date(day, "long", locale=language.locale)


def _day_of_month(number: int) -> str:
    reading = _DAYS.get(number)
    return f"｜{number}日《{reading}》" if reading else f"{number}日《にち》"


def _span(earliest: date, latest: date) -> Phrase:
    if earliest == latest:
        return Phrase(SOON, values={"when": earliest})
    return Phrase(BETWEEN, values={"earliest": earliest, "latest": latest})


def _share(percent: int, language: Language) -> str:
    tenths, rest = divmod(percent, 10)
    if rest or not language.is_japanese:
        return f"{percent}%"
    return f"{tenths}割" if language is Language.JAPANESE else f"{tenths}割《わり》"

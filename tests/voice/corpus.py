"""Collect everything that the kiosk says: the words of which script/make-voice makes the recordings.

Run as a program with a language (ja, en), it prints one piece a line, and after a tab how it is read.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from kiosk.decision import Purpose
from kiosk.languages import ENGLISH_NAMES, JAPANESE_NAMES, Language
from kiosk.phrases import DayRange, DaySpan, Phrase, Value
from kiosk.reception import Reminder, View
from kiosk.web import aids, asking, texts
from kiosk.web.farewell import farewell_of
from kiosk.web.results import ResultView, result_of
from kiosk.web.screens import Screens
from kiosk.web.voice import VOICES, clean, parts_of, sentences_of, sheets_of
from kiosk.web.voice.blocks import Block, PartKind, Sheet, SpokenPart
from kiosk.web.voice.speech import aloud
from tests.gallery.texts import every_text
from tests.gallery.views import every_decision, every_screen, failure_screens

__all__ = ["READINGS", "pieces", "read"]

_VOICE = Path(__file__).parents[2] / "kiosk/web/voice"
READINGS = {Language.JAPANESE: _VOICE / "readings.toml", Language.ENGLISH: _VOICE / "readings-en.toml"}
PROFILES = ("clinic", "union_office")

_FIRST, _LAST = date(2026, 12, 3), date(2026, 12, 5)
_WHENS: tuple[Value, ...] = (_FIRST, DaySpan(_FIRST, _FIRST), DaySpan(_FIRST, _LAST))
_NAMES = {name: ("…",) for name in ("supplements", "papers", "first", "second", "insurer")}
_NEVER_SAID = {
    *texts.RENEWALS_UNTIL.values(),
    texts.TYPED,
    *asking.RECORD,
    aids.CURTAIN,
    aids.LETTERS_TITLE,
    aids.MORE_NUMBERS,
    aids.SWITCHES["lowered"],
}
_JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
_ENDS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November")
_COUNTED = ("other certificate", "more mistake")
_ENGLISH_DATES_AND_NUMBERS = (
    [*_MONTHS, "December", "and", "1 minute"]
    + [f"{number}{_ENDS.get(number, 'th')}" for number in range(1, 32)]
    + [f"of {year}" for year in range(2024, 2049)]
    + [f"{number} to" for number in range(1, 10)]
    + [f"{number} days" for number in range(1, 15)]
    + [f"{number} seconds" for number in range(1, 60)]
    + [f"{number} minutes" for number in range(2, 11)]
    + [f"{number} {thing}{'s' * (number > 1)}" for thing in _COUNTED for number in range(1, 10)]
    + [f"Key {number}" for number in range(10)]
)
_DATES_AND_NUMBERS = (
    [f"{number}日" for number in range(1, 32)]
    + [f"{number}月" for number in range(1, 13)]
    + [f"令和{year}年" for year in ("元", *range(2, 31))]
    + [f"{number}秒" for number in range(1, 60)]
    + [f"{number}分" for number in range(1, 11)]
    + [f"{number}回" for number in range(1, 10)]
    + [f"{number}つ" for number in range(1, 10)]
    + [f"{number}番" for number in range(10)]
    + ["から", "ごろ"]
)


_OTHERS: Mapping[Language, list[str]] = {
    Language.JAPANESE: [*_DATES_AND_NUMBERS, *JAPANESE_NAMES.values()],
    Language.ENGLISH: [*_ENGLISH_DATES_AND_NUMBERS, *ENGLISH_NAMES.values()],
}


@cache
def pieces(language: Language = Language.JAPANESE) -> frozenset[str]:
    """Return every piece that a screen of this kiosk may say."""
    found = {*_OTHERS[language], *VOICES[language.value].always, *VOICES[language.value].keys.values()}
    for profile in PROFILES:
        corpus = _Corpus(Screens(profile=profile), language)
        found.update(corpus.of_views([*every_screen().values(), *failure_screens().values()]))
        found.update(corpus.of_phrases(_phrases(at_union_office=profile == "union_office")))
        found.update(corpus.of_tables())
    return frozenset(found - {""})


class _Corpus:
    """The pieces of one kiosk's screens in one language."""

    def __init__(self, screens: Screens, language: Language) -> None:
        self._screens, self._language, self._voice = screens, language, VOICES[language.value]

    def of_views(self, views: Iterable[View]) -> Iterator[str]:
        for view in views:
            for sheet in self._sheets(self._screens.main(replace(view, language=self._language))):
                yield from self._wholes(aloud(sheet, self._voice))

    def of_phrases(self, phrases: Iterable[Phrase | str]) -> Iterator[str]:
        html = {f"<p>{self._screens.marked(phrase, self._language)}</p>" for phrase in phrases}
        for block in self._blocks("".join(html)):
            yield from self._wholes(sentences_of(block.segments, self._voice))

    def of_tables(self) -> Iterator[str]:
        """Return the parts of every text around what is put into it; tables also have signs and names of pictures."""
        for text in {text for text in every_text() if _JAPANESE.search(text)} - _NEVER_SAID:
            for phrase in _filled(text):
                said = self._screens.marked(phrase, self._language)
                for block in self._blocks(f"<p>{said}</p>"):
                    for sentence in sentences_of(block.segments, self._voice):
                        for part in parts_of(sentence, self._voice):
                            yield from self._around_names(part)

    def _around_names(self, part: list[SpokenPart]) -> Iterator[str]:
        if not any(segment.text == "…" for segment in part):
            yield self._clean(part)
            return
        yield from (words for segment in part if segment.kind is PartKind.TEXT and (words := self._clean([segment])))

    def _wholes(self, sentences: Iterable[list[SpokenPart]]) -> Iterator[str]:
        """Return the parts of sentences, and the names in them, which other sentences say one by one."""
        for sentence in sentences:
            for part in parts_of(sentence, self._voice):
                yield self._clean(part)
                yield from (self._clean([segment]) for segment in part if segment.kind is PartKind.LIST)

    def _clean(self, part: list[SpokenPart]) -> str:
        return clean("".join(segment.text for segment in part), self._voice)

    def _sheets(self, html: str) -> list[Sheet]:
        return sheets_of(html, spaced=self._voice.spaced)

    def _blocks(self, html: str) -> list[Block]:
        return [block for sheet in self._sheets(html) for block in sheet.blocks]


def _filled(text: str) -> Iterator[Phrase]:
    """Return a text with each kind of day, and one or several, where it has room for them."""
    counts = (1, 2) if "{count}" in text else (None,)
    for when in _WHENS if "{when}" in text else _WHENS[:1]:
        for count in counts:
            yield Phrase(text, _NAMES, {"seconds": "30", "days": DayRange(5, 7), "when": when}, count=count)


def _phrases(*, at_union_office: bool) -> list[Phrase | str]:
    """Return what the results of all decisions say, and the screens after them."""
    found: dict[str, Phrase | str] = {}
    for decision in every_decision():
        for purpose in Purpose:
            result = result_of(decision, purpose=purpose, at_union_office=at_union_office)
            after = farewell_of(Reminder.of(decision, purpose), at_union_office=at_union_office)
            found.update((repr(phrase), phrase) for phrase in (*_sentences(result), after.heading, after.step))
    return list(found.values())


def _sentences(result: ResultView) -> tuple[Phrase | str, ...]:
    notes = tuple(note.phrase for note in result.notes)
    more = (*result.more_reasons, *result.more_steps, *result.hints, *result.ways)
    return (result.heading, result.why, *result.steps, *result.later, *notes, *more)


@cache
def _readings(language: Language) -> tuple[dict[str, str], dict[str, str]]:
    table = tomllib.loads(READINGS[language].read_text("utf-8"))
    return table["words"], table["signs"]


def read(piece: str, language: Language = Language.JAPANESE) -> str:
    """Return how a piece is read: with the words of the table as they sound, the longest first."""
    words, signs = _readings(language)
    if code := re.fullmatch(r"([A-Z])-(\d)(\d)", piece):
        return "".join(signs[sign] for sign in code.groups())
    for written in sorted(words, key=len, reverse=True):
        piece = piece.replace(written, words[written])
    return piece


if __name__ == "__main__":
    spoken = Language(sys.argv[1])
    sys.stdout.writelines(f"{piece}\t{read(piece, spoken)}\n" for piece in sorted(pieces(spoken)))

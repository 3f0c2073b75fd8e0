"""Collect everything that the kiosk says: the words of which script/make-voice makes the recordings.

Run as a program, it prints one piece a line, and after a tab how it is read.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from kiosk.decision import Purpose
from kiosk.languages import JAPANESE_NAMES
from kiosk.phrases import Phrase
from kiosk.reception import Reminder, View
from kiosk.web import aids, asking, texts
from kiosk.web.farewell import farewell_of
from kiosk.web.results import ResultView, result_of
from kiosk.web.screens import Screens
from kiosk.web.voice import ALWAYS, clean, parts_of, sentences_of, sheets_of
from kiosk.web.voice.blocks import Block, Kind, Segment
from kiosk.web.voice.speech import aloud
from tests.gallery.texts import every_text
from tests.gallery.views import every_decision, every_screen, failure_screens

__all__ = ["READINGS", "pieces", "read"]

READINGS = Path(__file__).parents[2] / "kiosk/web/voice/readings.toml"
PROFILES = ("clinic", "union_office")

_FILLED = {"seconds": "30", "days": "5～7", "when": "12月3日"}
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


@cache
def pieces() -> frozenset[str]:
    """Return every piece that a screen of this kiosk may say."""
    found = {*_DATES_AND_NUMBERS, *ALWAYS, *JAPANESE_NAMES.values()}
    for profile in PROFILES:
        screens = Screens(profile=profile)
        found.update(_of_views(screens, [*every_screen().values(), *failure_screens().values()]))
        found.update(_of_phrases(screens, _phrases(at_union_office=profile == "union_office")))
        found.update(_of_tables(screens))
    return frozenset(found - {""})


def _of_views(screens: Screens, views: Iterable[View]) -> Iterator[str]:
    for view in views:
        for sheet in sheets_of(screens.main(view)):
            yield from _wholes(aloud(sheet))


def _of_phrases(screens: Screens, phrases: Iterable[Phrase | str]) -> Iterator[str]:
    html = {f"<p>{screens.marked(phrase)}</p>" for phrase in phrases}
    for block in _blocks("".join(html)):
        yield from _wholes(sentences_of(block.segments))


def _of_tables(screens: Screens) -> Iterator[str]:
    """Return the parts of every text around what is put into it; the tables also have signs and names of pictures."""
    for text in {text for text in every_text() if _JAPANESE.search(text)} - _NEVER_SAID:
        said = screens.marked(Phrase(text, _NAMES, _FILLED, count=2 if "{count}" in text else None))
        for block in _blocks(f"<p>{said}</p>"):
            for part in (part for sentence in sentences_of(block.segments) for part in parts_of(sentence)):
                yield from _around_names(part)


def _around_names(part: list[Segment]) -> Iterator[str]:
    if not any(segment.text == "…" for segment in part):
        yield clean("".join(segment.text for segment in part))
        return
    yield from (words for segment in part if segment.kind is Kind.TEXT and (words := clean(segment.text)))


def _wholes(sentences: Iterable[list[Segment]]) -> Iterator[str]:
    """Return the parts of sentences, and the names in them, which other sentences say one by one."""
    for sentence in sentences:
        for part in parts_of(sentence):
            yield clean("".join(segment.text for segment in part))
            yield from (clean(segment.text) for segment in part if segment.kind is Kind.LIST)


def _blocks(html: str) -> list[Block]:
    return [block for sheet in sheets_of(html) for block in sheet.blocks]


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
def _readings() -> tuple[dict[str, str], dict[str, str]]:
    table = tomllib.loads(READINGS.read_text("utf-8"))
    return table["words"], table["signs"]


def read(piece: str) -> str:
    """Return how a piece is read: with the words of the table in kana, the longest first."""
    words, signs = _readings()
    if code := re.fullmatch(r"([A-Z])-(\d)(\d)", piece):
        return "".join(signs[sign] for sign in code.groups())
    for written in sorted(words, key=len, reverse=True):
        piece = piece.replace(written, words[written])
    return piece


if __name__ == "__main__":
    sys.stdout.writelines(f"{piece}\t{read(piece)}\n" for piece in sorted(pieces()))

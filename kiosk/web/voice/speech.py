"""Say a screen: the text that is spoken, and the recordings that say it, from the screen's own HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter

from kiosk.web.voice.blocks import Block, PartKind, Sheet, SpokenPart, sheets_of
from kiosk.web.voice.pieces import clean, name_of, parts_of, sentences_of
from kiosk.web.voice.voices import JAPANESE, Voice

__all__ = ["Sentence", "Speech", "aloud", "numbered", "spoken"]

_DIGITS = 10
_WHILE_TYPING = frozenset({"", "staff", "finish"})
"""What can be pressed with the keypad while its digits and its point belong to the 暗証番号."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its words, and the names of the recordings that say it."""

    text: str
    voice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Speech:
    """What is said of a screen (``sheet`` empty) or of one of its sheets."""

    sheet: str
    sentences: tuple[Sentence, ...]
    speaker: Voice = JAPANESE

    @property
    def text(self) -> str:
        """The words, for ``data-speech``."""
        written = (one.text if one.text[-1] in "。？.?!" else one.text + self.speaker.stop for one in self.sentences)
        return (" " if self.speaker.spaced else "").join(written)

    @property
    def voice(self) -> str:
        """The recordings, for ``data-voice``: names, with a comma where a sentence ends."""
        return ",".join(" ".join(one.voice) for one in self.sentences)


def spoken(html: str, recorded: Set[str], voice: Voice = JAPANESE) -> list[Speech]:
    """Return what is said of a rendered screen, and of each sheet.

    ``recorded`` has the names of the recordings in its language; without any there is only the text.
    """
    say = partial(_said, recorded=recorded, voice=voice) if recorded else _unrecorded
    sheets = (sheet for sheet in sheets_of(html, spaced=voice.spaced) if sheet.blocks)
    return [Speech(sheet.name, _once(map(say, aloud(sheet, voice))), voice) for sheet in sheets]


def aloud(sheet: Sheet, voice: Voice = JAPANESE) -> Iterator[list[SpokenPart]]:
    """Return the sentences of a screen or sheet in the order in which they are said."""
    for block in sorted(sheet.blocks, key=attrgetter("turn")):
        if sheet.digits and block.action not in _WHILE_TYPING:
            continue
        if block.action and not block.continues:
            yield from numbered(block, sheet.buttons, voice)
        else:
            yield from sentences_of(block.segments, voice)


def numbered(block: Block, buttons: int, voice: Voice = JAPANESE) -> Iterator[list[SpokenPart]]:
    """Return a button with the key that presses it: its number first, as the page numbers ``buttons`` of them."""
    pages = buttons > _DIGITS
    if pages and block.number > 1 and block.number % (_DIGITS - 1) == 1:
        yield [SpokenPart(voice.more_numbers)]
    key = voice.keys.get(block.action) or voice.numbered.format(_key(block.number, pages=pages))
    first, *others = sentences_of(block.segments, voice)
    yield [SpokenPart(key, PartKind.KEY), SpokenPart(voice.pause), *first]
    yield from others


def _key(number: int, *, pages: bool) -> int:
    return (number - 1) % (_DIGITS - 1) + 1 if pages else number % _DIGITS


def _once(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """Return sentences without one that says the same as the one before."""
    return tuple(sentence for sentence, _ in groupby(sentences))


def _unrecorded(sentence: list[SpokenPart]) -> Sentence:
    return Sentence(_joined(sentence), ())


def _joined(sentence: list[SpokenPart]) -> str:
    return "".join(segment.text for segment in sentence).strip(" 　")


def _said(sentence: list[SpokenPart], recorded: Set[str], voice: Voice) -> Sentence:
    """Return a sentence as recordings: whole, or around its dates and numbers, or name by name."""
    names: list[str] = []
    for part in parts_of(sentence, voice):
        whole = name_of(clean("".join(segment.text for segment in part), voice))
        words = (clean(segment.text, voice) for segment in part)
        pieces = [whole] if whole in recorded else [name_of(piece) for piece in words if piece]
        if not recorded >= {*pieces}:
            return Sentence(voice.unsaid, (name_of(voice.unsaid),))
        names += pieces
    return Sentence(_joined(sentence), tuple(names))

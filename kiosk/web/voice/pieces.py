"""Cut what is said into the pieces that are recorded: whole sentences, and around a date or a number its parts.

The words are the same in every part of the kiosk, so a piece is found by its words alone (``name_of``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256

from kiosk.web.voice.blocks import PartKind, SpokenPart
from kiosk.web.voice.voices import JAPANESE, Voice

__all__ = ["clean", "name_of", "parts_of", "sentences_of"]


def name_of(piece: str) -> str:
    """Return the name of the recording of these words: ten hexadecimal digits of their SHA-256."""
    return sha256(piece.encode()).hexdigest()[:10]


def clean(words: str, voice: Voice = JAPANESE) -> str:
    """Return words as they are recorded: without the signs around them that are not heard."""
    return re.sub("[「」『』“”]", "", words).strip(voice.around)


def sentences_of(segments: Iterable[SpokenPart], voice: Voice = JAPANESE) -> Iterator[list[SpokenPart]]:
    """Return the sentences of a block."""
    sentence: list[SpokenPart] = []
    for segment in segments:
        ends = voice.sentence_end.split(segment.text) if segment.kind is PartKind.TEXT else [segment.text]
        for index, words in enumerate(ends):
            if index and sentence:
                yield sentence
                sentence = []
            if words:
                sentence.append(SpokenPart(words, segment.kind))
    if sentence:
        yield sentence


def parts_of(sentence: list[SpokenPart], voice: Voice = JAPANESE) -> list[list[SpokenPart]]:
    """Return a sentence cut at its dates and numbers; a date or number is a part for each of its pieces.

    A number takes the counter behind it along, since that changes how it is read (一回, 二日).
    """
    parts: list[list[SpokenPart]] = [[]]
    rest = list(sentence)
    while rest:
        segment = rest.pop(0)
        if segment.kind is PartKind.KEY:
            parts += [[segment], []]
            continue
        if segment.kind is not PartKind.VALUE:
            parts[-1].append(segment)
            continue
        following = rest[0].text if rest and rest[0].kind is PartKind.TEXT else ""
        pieces, left = voice.value_parts(segment.text, following)
        parts += [[SpokenPart(piece)] for piece in pieces]
        if following:
            rest[0] = SpokenPart(left)
        parts.append([])
    return [part for part in parts if clean("".join(segment.text for segment in part), voice)]

"""Cut what is said into the pieces that are recorded: whole sentences, and around a date or a number its parts.

The words are the same in every part of the kiosk, so a piece is found by its words alone (``name_of``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256

from kiosk.web.voice.blocks import Kind, Segment

__all__ = ["clean", "name_of", "parts_of", "sentences_of", "value_parts"]

_AROUND = " 　、。，．,「」『』：:・＋-"
_END = re.compile("(?<=[。？])(?![」』）])")
_DATE = re.compile(r"(?:明治|大正|昭和|平成|令和)?(?:元|\d+)年|\d{1,2}月|\d{1,2}日|から|ごろ|～|\d+")
_COUNTER = re.compile("^(?:日|秒|回|つ|か月|けた|番)")
_MINUTE = 60


def name_of(piece: str) -> str:
    """Return the name of the recording of these words: ten hexadecimal digits of their SHA-256."""
    return sha256(piece.encode()).hexdigest()[:10]


def clean(words: str) -> str:
    """Return words as they are recorded: without the signs around them that are not heard."""
    return re.sub("[「」『』]", "", words).strip(_AROUND)


def sentences_of(segments: Iterable[Segment]) -> Iterator[list[Segment]]:
    """Return the sentences of a block."""
    sentence: list[Segment] = []
    for segment in segments:
        ends = _END.split(segment.text) if segment.kind is Kind.TEXT else [segment.text]
        for index, words in enumerate(ends):
            if index and sentence:
                yield sentence
                sentence = []
            if words:
                sentence.append(Segment(words, segment.kind))
    if sentence:
        yield sentence


def parts_of(sentence: list[Segment]) -> list[list[Segment]]:
    """Return a sentence cut at its dates and numbers; a date or number is a part for each of its pieces.

    A number takes the counter behind it along, since that changes how it is read (一回, 二日).
    """
    parts: list[list[Segment]] = [[]]
    rest = list(sentence)
    while rest:
        segment = rest.pop(0)
        if segment.kind is not Kind.VALUE:
            parts[-1].append(segment)
            continue
        following = rest[0].text if rest and rest[0].kind is Kind.TEXT else ""
        pieces, left = value_parts(segment.text, following)
        parts += [[Segment(piece)] for piece in pieces]
        if following:
            rest[0] = Segment(left)
        parts.append([])
    return [part for part in parts if clean("".join(segment.text for segment in part))]


def value_parts(value: str, following: str) -> tuple[list[str], str]:
    """Return the pieces of a date, a number or a span of them, and what is left of the words behind it.

    What is neither is one piece, which nobody has recorded.
    """
    pieces = _DATE.findall(value)
    if not pieces or "".join(pieces) != value:
        return [value], following
    counter = _COUNTER.match(following)
    if counter is None or not pieces[-1].isdigit():
        return ["から" if piece == "～" else piece for piece in pieces], following
    counted = [said for piece in pieces for said in _counted(piece, counter.group())]
    return counted, following[counter.end() :]


def _counted(piece: str, counter: str) -> list[str]:
    if not piece.isdigit():
        return ["から" if piece == "～" else piece]
    minutes, seconds = divmod(int(piece), _MINUTE)
    if counter != "秒" or not minutes:
        return [f"{int(piece)}{counter}"]
    return [f"{minutes}分", *([f"{seconds}秒"] if seconds else [])]

"""Hold what differs between the languages that are spoken: where sentences end, how keys and values are said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["ENGLISH", "JAPANESE", "VOICES", "Voice", "english_parts", "value_parts"]

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Voice:
    """One spoken language.

    Attributes:
        spaced: Words are apart, and Japanese within them is not said.
        stop: What the written form has behind a sentence that has no end of its own.
        sentence_end: Matches, between two sentences of a block.
        around: Signs around words that are not heard.
        keys: Buttons with a key of their own on the numeric keypad, by their action.
        numbered: A button's number on the keypad, ``pause`` what separates it from the button.
        unsaid: Said in place of a sentence that was not recorded: an insurer's name, a message of another system.
        more_numbers: Said before the buttons beyond ten.
        counts: How many digits were typed: never which.
        chosen: What a toggle says, on and off.
        value_parts: Cuts a date, a number or a span of them into the pieces that are recorded; also returns what is
            left of the words behind it, since a number takes its counter along. What is neither is one piece, which
            nobody has recorded.

    """

    spaced: bool
    stop: str
    sentence_end: re.Pattern[str]
    around: str
    keys: Mapping[str, str]
    numbered: str
    pause: str
    unsaid: str
    more_numbers: str
    counts: tuple[str, ...]
    chosen: tuple[str, str]
    started: str
    stopped: str
    value_parts: Callable[[str, str], tuple[list[str], str]]

    @property
    def always(self) -> tuple[str, ...]:
        """What is on no screen."""
        return (*self.counts, *self.chosen, self.started, self.stopped, self.unsaid, self.more_numbers)


# Japanese

_DATE = re.compile(r"(?:明治|大正|昭和|平成|令和)?(?:元|\d+)年|\d{1,2}月|\d{1,2}日|から|ごろ|～|\d+")
_COUNTER = re.compile("^(?:日|秒|回|つ|か月|けた|番)")


def value_parts(value: str, following: str) -> tuple[list[str], str]:
    """Return the Japanese pieces of a value, and what is left of the words behind it.

    A number takes the counter behind it along, since that changes how it is read (一回, 二日).
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


# English

_ENGLISH_DATE = re.compile(r"([A-Z][a-z]+) (\d{1,2}), (\d{4})")
_SPAN = re.compile(r"(?:(\d{1,3})–)?(\d{1,3})")
_NOUN = re.compile(r"^ ((?:other |more )?(?:second|day|certificate|mistake)s?)\b")


def english_parts(value: str, following: str) -> tuple[list[str], str]:
    """Return the English pieces of a value, and what is left of the words behind it.

    A day is an ordinal, a year has «of» before it and a number its noun behind it: none of them is a bare number.
    """
    if day := _ENGLISH_DATE.fullmatch(value):
        return [day[1], _ordinal(int(day[2])), f"of {day[3]}"], following
    span, noun = _SPAN.fullmatch(value), _NOUN.match(following)
    if span is None or noun is None:
        return [value], following
    pieces = [f"{span[1]} to"] if span[1] else []
    return pieces + _with_noun(int(span[2]), noun[1]), following[noun.end() :]


def _with_noun(number: int, noun: str) -> list[str]:
    minutes, seconds = divmod(number, _MINUTE)
    if not noun.startswith("second") or not minutes:
        return [f"{number} {noun}"]
    whole = f"{minutes} minute" if minutes == 1 else f"{minutes} minutes"
    return [whole, *([f"{seconds} seconds"] if seconds else [])]


def _ordinal(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number in (11, 12, 13) else ends.get(number % 10, 'th')}"


JAPANESE = Voice(
    spaced=False,
    stop="。",
    sentence_end=re.compile("(?<=[。？])(?![」』）])"),
    around=" 　、。，．,「」『』：:・＋-",
    keys={"staff": "プラスのキー", "finish": "マイナスのキー", "open_aids": "点のキー"},
    numbered="{}番",
    pause="、",
    unsaid="画面に書かれていることは、係員におたずねください",
    more_numbers="0番で、続きのボタンに番号がつきます",
    counts=tuple(f"{count}けた" for count in range(5)),
    chosen=("選びました", "外しました"),
    started="音声で案内します",
    stopped="音声を止めます",
    value_parts=value_parts,
)
ENGLISH = Voice(
    spaced=True,
    stop=".",
    sentence_end=re.compile(r"(?<=[a-z)”][.?!]) ?(?=[A-Z“])"),
    around=' ,.;:?!＋-–()“”"',
    keys={"staff": "Plus key", "finish": "Minus key", "open_aids": "Point key"},
    numbered="Key {}",
    pause=", ",
    unsaid="Please ask the staff about what is written on the screen",
    more_numbers="Key 0 gives numbers to more buttons",
    counts=("No digits", "1 digit", "2 digits", "3 digits", "4 digits"),
    chosen=("Selected", "Not selected"),
    started="Spoken guidance begins",
    stopped="Spoken guidance ends",
    value_parts=english_parts,
)
VOICES: Mapping[str, Voice] = {"ja": JAPANESE, "en": ENGLISH}
"""The languages in which the kiosk speaks, by their tags."""

"""Read a rendered screen as a screen reader does: the words of each block, in order, and nothing that is drawn only.

What is spoken and what a screen reader says has one source, the HTML of the screen itself. Three attributes and classes
steer it: ``data-silent`` is never said aloud (a name, a number, what is for staff), ``data-aloud`` has the words to say
instead, ``data-last`` is said last, and ``span.nb`` and ``span.list`` mark what was put into a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from html.parser import HTMLParser

__all__ = ["Block", "PartKind", "SpokenPart", "Sheet", "sheets_of"]

_VOID = frozenset({"img", "br", "input", "hr", "meta", "link"})
_PLAIN_SPANS = frozenset({"nb", "list", "particle", "seconds__number"})
"""Spans that are part of their sentence; every other element begins and ends a block."""
_EMPTY = re.compile(r"\s*[（(]\s*[)）]")
_RUBY = frozenset({"ruby", "rt"})
_VALUES = frozenset({"nb", "seconds__number"})
_SILENT = frozenset({"data-silent", "hidden", "data-key"})
"""What is not said: keys of the 暗証番号 neither."""
_UNNUMBERED = frozenset({"staff", "finish", "open_aids"})
"""Buttons with a key of their own on the numeric keypad."""

Attributes = dict[str, str | None]


class PartKind(Enum):
    """What a part of a sentence is."""

    TEXT = auto()
    LIST = auto()
    """A name that was put into the sentence: a paper, a certificate."""
    VALUE = auto()
    """A date or a number that was put into the sentence."""
    KEY = auto()
    """The key that presses a button."""


@dataclass(frozen=True, slots=True)
class SpokenPart:
    """A part of a block's words."""

    text: str
    kind: PartKind = PartKind.TEXT


@dataclass(frozen=True, slots=True)
class Block:
    """The words of one paragraph, item, cell or button.

    Attributes:
        segments: The words, part by part.
        action: What a button does; empty if it is no button.
        number: A button's place on its screen or sheet, from 1, as the page counts buttons for the keypad; 0 if it has
            a key of its own.
        turn: When it is said: first what the screen is about, then the words at its foot, then the buttons there, at
            last that all of it is a simulation.
        continues: Whether a button goes on: the block before has its first words.

    """

    segments: tuple[SpokenPart, ...]
    action: str = ""
    number: int = 0
    turn: int = 0
    continues: bool = False


@dataclass(slots=True)
class Sheet:
    """The blocks of the screen itself (``name`` empty), or of a sheet that unfolds from it (the sheet's id)."""

    name: str
    blocks: list[Block] = field(default_factory=list)
    buttons: int = 0
    digits: bool = False
    """Whether the keys of the numeric keypad type the digits of a 暗証番号 here."""


def sheets_of(html: str, *, spaced: bool = False) -> list[Sheet]:
    """Return the screen and its sheets, in order. ``spaced``: words are apart, and Japanese within them is not said."""
    reader = _Reader(spaced=spaced)
    reader.feed(html)
    reader.close()
    reader.end_block()
    return list(reader.sheets.values())


@dataclass(frozen=True, slots=True)
class _Open:
    """An element that is open, and what it changes for what is inside."""

    tag: str
    inline: bool = False
    silent: bool = False
    last: bool = False
    sheet: str = ""
    kind: PartKind = PartKind.TEXT


class _Reader(HTMLParser):
    """Collects the blocks of each sheet."""

    def __init__(self, *, spaced: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._spaced = spaced
        self.sheets = {"": Sheet("")}
        self._open = [_Open("")]
        self._words: list[SpokenPart] = []
        self._button: tuple[str, int] = ("", 0)
        self._continues = False
        self._columns: list[str] = []
        self._column = 0
        self._in_head = False

    @property
    def _here(self) -> _Open:
        return self._open[-1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element: a block, unless it is part of a sentence."""
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        if tag in _VOID:
            self._void(tag, given)
            return
        inline = tag in _RUBY or tag == "span" and (bool(classes & _PLAIN_SPANS) or set(given) == {"lang"})
        if not inline:
            self.end_block()
        self._open.append(self._opened(tag, given, classes, inline))
        if not inline:
            self._begin(tag, given)
        if words := _instead(given):
            self._say(words, self._here.kind)
            self._open[-1] = replace(self._here, silent=True)

    def _void(self, tag: str, given: Attributes) -> None:
        if tag == "img" and (words := given.get("alt")):
            self.end_block()
            self._say(words, PartKind.TEXT)
            self.end_block()

    def _opened(self, tag: str, given: Attributes, classes: set[str], inline: bool) -> _Open:
        outer = self._here
        sheet = (given.get("id") or "") if "popover" in given else outer.sheet
        self.sheets.setdefault(sheet, Sheet(sheet))
        foreign = self._spaced and tag == "span" and given.get("lang") == "ja" and "data-aloud" not in given
        unsaid = foreign or tag == "rt" or given.get("aria-hidden") == "true" or bool(_SILENT & given.keys())
        kind = PartKind.VALUE if classes & _VALUES else PartKind.LIST if "list" in classes else outer.kind
        return _Open(tag, inline, outer.silent or unsaid, "data-last" in given, sheet, kind)

    def _begin(self, tag: str, given: Attributes) -> None:
        if "data-key" in given:
            self.sheets[self._here.sheet].digits = True
        elif tag == "button":
            self._button = (given.get("data-action") or "", self._number(given.get("data-action") or ""))
        elif tag in ("thead", "tbody"):
            self._in_head = tag == "thead"
            self._columns = [] if self._in_head else self._columns
        elif tag == "tr":
            self._column = 0
        elif tag == "td" and not self._in_head and self._column < len(self._columns):
            self._say(self._columns[self._column], PartKind.TEXT)
            self.end_block()

    def _number(self, action: str) -> int:
        if action in _UNNUMBERED:
            return 0
        sheet = self.sheets[self._here.sheet]
        sheet.buttons += 1
        return sheet.buttons

    def handle_endtag(self, tag: str) -> None:
        """End an element, and with it its block."""
        if not self._here.inline:
            self._end(tag)
        if len(self._open) > 1:
            self._open.pop()

    def _end(self, tag: str) -> None:
        if tag == "th" and self._in_head:
            self._columns.append("".join(segment.text for segment in self._words).strip())
        elif tag == "td" and not self._in_head:
            self._column += 1
        self.end_block()
        if tag == "button":
            self._button, self._continues = ("", 0), False

    def handle_data(self, data: str) -> None:
        """Take words in, if they are said."""
        self._say(data, self._here.kind)

    def _say(self, words: str, kind: PartKind) -> None:
        if self._here.silent:
            return
        if self._spaced:
            self._go_on(re.sub(r"\s+", " ", words), kind)
        elif words.strip():
            # A Japanese word that goes on in the next line has no space there.
            self._words.append(SpokenPart(" ".join(words.replace("\n", "").split()), kind))

    def _go_on(self, words: str, kind: PartKind) -> None:
        """Take in words that are apart; what is left of a name in Japanese, in brackets, goes with it."""
        before = self._words[-1] if self._words else None
        if before and before.kind is kind and kind is not PartKind.VALUE:
            self._words[-1] = SpokenPart(_EMPTY.sub("", before.text + words), kind)
        elif words.strip() or before:
            self._words.append(SpokenPart(words, kind))

    def end_block(self) -> None:
        """Put what was said into a block of the sheet that is open."""
        if any(segment.text.strip() for segment in self._words):
            block = Block(tuple(self._words), *self._button, self._turn(), self._continues)
            self.sheets[self._here.sheet].blocks.append(block)
            self._continues = bool(self._button[0])
        self._words = []

    def _turn(self) -> int:
        if any(element.last for element in self._open):
            return 3
        if any(element.tag == "footer" for element in self._open):
            return 2 if self._button[0] else 1
        if self._button[0] == "languages":  # in the corner, and the last of the buttons
            return 2
        return 0


def _instead(given: Attributes) -> str:
    """Return what is said in place of an element's content; empty if the content is said."""
    label = given.get("aria-label") if given.get("role") == "img" else ""
    return given.get("data-aloud") or label or ""

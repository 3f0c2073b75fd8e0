"""Reading the children of one element: bounded, typed, and with a note of everything that nobody asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from kiosk import TOKYO
from kiosk.eligibility.terminal.errors import AnswerUnreadable
from kiosk.eligibility.terminal.markup import Node

__all__ = ["Fields", "Notes"]

_EMPTY: Final = Node("")
_LONGEST = 1000
_MOST_NOTES = 100
_PERCENT = re.compile(r"0\d\d|100", re.ASCII)
_AMOUNT = re.compile(r"\d{1,9}", re.ASCII)
_MOMENT = re.compile(r"(\d{4})" + r"(\d\d)" * 5, re.ASCII)


class Notes:
    """Elements and codes of one answer that this program does not know."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def add(self, name: str, text: str) -> None:
        """Note one; beyond a bound no more are kept, and long texts are cut."""
        if len(self._texts) >= _MOST_NOTES:
            return
        key, number = name[:100], 1
        while key in self._texts:
            number += 1
            key = f"{name[:100]}[{number}]"
        self._texts[key] = text[:_LONGEST]

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts by element; a name that comes again has a number behind it."""
        return self._texts


class Fields:
    """The children of one element. Each method takes some; ``finish`` notes those that were never taken.

    Every method raises AnswerUnreadable for an element that comes twice, is too long, or is no value of its kind. The
    text names the element, and never says what it holds.
    """

    def __init__(self, node: Node, notes: Notes) -> None:
        self._notes = notes
        self._left: dict[str, list[Node]] = {}
        for child in node.children:
            self._left.setdefault(child.name, []).append(child)

    def text(self, name: str) -> str | None:
        """Return a text as it is; None if it is absent or empty."""
        found = self._left.pop(name, [])
        if len({node.text for node in found}) > 1:
            raise AnswerUnreadable(f"{name} comes twice")
        if any(node.children for node in found):
            raise AnswerUnreadable(f"{name} has elements in it")
        if not found or not found[0].text:
            return None
        if len(found[0].text) > _LONGEST:
            raise AnswerUnreadable(f"{name} is longer than {_LONGEST} characters")
        return found[0].text

    def trimmed(self, name: str) -> str | None:
        """Return a number or code without space around it; None if nothing is left."""
        return (self.text(name) or "").strip() or None

    def only(self, name: str) -> str | None:
        """Return a number that may come several times; where they differ each is noted, and None."""
        found = {node.text.strip() for node in self._left.get(name, [])} - {""}
        if len(found) <= 1:
            return self.trimmed(name)
        for node in self._left.pop(name):
            self._notes.add(name, node.text.strip())
        return None

    def known(self, name: str, table: Mapping[str, str]) -> str | None:
        """Return what a code means; a code that the table does not have is noted, and None."""
        code = self.trimmed(name)
        if code is not None and code not in table:
            self._notes.add(name, code)
        return table.get(code or "")

    def flag(self, name: str, table: Mapping[str, bool | None]) -> bool | None:
        """Return yes, no or neither; a code that the table does not have is noted, and None."""
        code = self.trimmed(name)
        if code is not None and code not in table:
            self._notes.add(name, code)
        return table.get(code or "")

    def day(self, name: str) -> date | None:
        """Return a date YYYYMMDD."""
        moment = self._moment(name, 8)
        return None if moment is None else moment.date()

    def moment(self, name: str) -> datetime | None:
        """Return a date and time YYYYMMDDHHmmss of Asia/Tokyo."""
        return self._moment(name, 14)

    def _moment(self, name: str, digits: int) -> datetime | None:
        if (text := self.trimmed(name)) is None:
            return None
        try:
            if len(text) == digits and (found := _MOMENT.fullmatch(text.ljust(14, "0"))):
                year, month, day, hour, minute, second = map(int, found.groups())
                return datetime(year, month, day, hour, minute, second, tzinfo=TOKYO)
        except ValueError:
            pass
        raise AnswerUnreadable(f"{name} is no date")

    def percent(self, name: str) -> int | None:
        """Return a ratio in percent, which is written with three digits."""
        return self._number(name, _PERCENT)

    def amount(self, name: str) -> int | None:
        """Return an amount or a count."""
        return self._number(name, _AMOUNT)

    def _number(self, name: str, form: re.Pattern[str]) -> int | None:
        if (text := self.trimmed(name)) is None:
            return None
        if not form.fullmatch(text):
            raise AnswerUnreadable(f"{name} is no number of its form")
        return int(text)

    def node(self, name: str) -> Node | None:
        """Return the one child of this name that has children; None if there is none."""
        found = [node for node in self._left.pop(name, []) if node.children]
        if len(found) > 1:
            raise AnswerUnreadable(f"{name} comes twice")
        return found[0] if found else None

    def section(self, name: str) -> Fields:
        """Return the fields of the one child of this name; there are none if it is absent."""
        return Fields(self.node(name) or _EMPTY, self._notes)

    def optional(self, name: str) -> Fields | None:
        """Return the fields of the one child of this name; None if it is absent or empty."""
        node = self.node(name)
        return None if node is None else Fields(node, self._notes)

    def all(self, name: str) -> Iterator[Fields]:
        """Yield the fields of each child of this name that is not empty."""
        for node in self._left.pop(name, []):
            if node.children:
                yield Fields(node, self._notes)

    def leave(self, *names: str) -> None:
        """Pass over elements that are known, but that nothing is made of."""
        for name in names:
            self._left.pop(name, None)

    def rest(self) -> Iterator[tuple[str, str]]:
        """Yield name and text of everything that was not taken, down to the innermost elements."""
        for nodes in self._left.values():
            for node in nodes:
                yield from _leaves(node)
        self._left.clear()

    def finish(self) -> None:
        """Note what was not taken."""
        for name, text in self.rest():
            self._notes.add(name, text)


def _leaves(node: Node) -> Iterator[tuple[str, str]]:
    if not node.children:
        yield node.name, node.text
    for child in node.children:
        yield from _leaves(child)

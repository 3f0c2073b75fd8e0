"""Characters of a member file that stand for others, or that no document can print: they are listed at the import.

Host systems write ● or 〓 for a kanji that they do not have, and private use characters for 外字. Such a line is taken
as it is, for the rest of it is right; the officer finds the name and mends it.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from operator import itemgetter
from typing import Any

from kiosk.eligibility.columns import NAMES
from kiosk.eligibility.csv_row import CsvRow
from kiosk.eligibility.errors import BadLine
from kiosk.graphemes import graphemes

MOST_LISTED = 100
"""How many characters are listed. All of them are counted."""

_STAND_INS = {"\N{BLACK CIRCLE}", "\N{GETA MARK}"}
_LOOKED_AT = ("symbol", "number", "name", "kana", "household_head", "address", "employer")
_texts = itemgetter(*map(NAMES.index, _LOOKED_AT))
_PLACES = tuple((name, NAMES.index(name)) for name in _LOOKED_AT)


@dataclass(frozen=True, slots=True)
class DoubtfulCharacter:
    """One of them: where it is, its code points (`U+25CF`), and what is wrong with it."""

    line: int
    column: str
    code: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.code} {self.reason}"

    def to_json(self) -> dict[str, Any]:
        """Return the object of the report."""
        return asdict(self)


@dataclass(slots=True)
class DoubtfulCharacters:
    """How many there are, and the first of them in the order of the file (MOST_LISTED)."""

    count: int = 0
    first: list[DoubtfulCharacter] = field(default_factory=list)

    def add(self, following: "DoubtfulCharacters") -> None:
        """Add those of the lines that follow."""
        self.count += following.count
        self.first += following.first[: MOST_LISTED - len(self.first)]


@dataclass(slots=True)
class CharacterCheck:
    """Looks at the characters of the rows that pass through it.

    Args:
        is_writable: whether the documents can print a character as a person sees it, with its marks and selector.

    """

    is_writable: Callable[[str], bool]
    _found: DoubtfulCharacters = field(default_factory=DoubtfulCharacters)
    _good: set[str] = field(default_factory=set)

    def taken(self) -> DoubtfulCharacters:
        """Return what was found since the last call."""
        found, self._found = self._found, DoubtfulCharacters()
        return found

    def rows(self, lines: Iterable[CsvRow | BadLine]) -> Iterator[CsvRow | BadLine]:
        """Yield the lines as they are, having looked at them."""
        for line in lines:
            if isinstance(line, CsvRow):
                self._look_at(line)
            yield line

    def _look_at(self, row: CsvRow) -> None:
        if self._good.issuperset("".join(map(str, _texts(row.values)))):
            return
        for name, place in _PLACES:
            text = row.values[place]
            if isinstance(text, str) and not self._good.issuperset(text):
                self._look_closer(row.line, name, text)

    def _look_closer(self, line: int, column: str, text: str) -> None:
        for cluster in graphemes(text):
            if cluster in self._good:
                continue
            if (reason := self._reason(cluster)) is None:
                self._good.add(cluster)
            else:
                self._found.add(DoubtfulCharacters(1, [DoubtfulCharacter(line, column, _code(cluster), reason)]))

    def _reason(self, cluster: str) -> str | None:
        kinds = set(map(unicodedata.category, cluster))
        if _STAND_INS.intersection(cluster):
            return "stands for a character that another system does not have"
        if "Co" in kinds:
            return "is a private use character (外字)"
        if "Cn" in kinds:
            return "is no character of Unicode"
        return None if self.is_writable(cluster) else "has no form in the fonts of the documents"


def _code(cluster: str) -> str:
    return " ".join(f"U+{ord(character):04X}" for character in cluster)

"""CSV for people: a spreadsheet program that opens it calculates nothing out of what somebody has typed.

Excel, LibreOffice and others take a cell that begins with `=`, `+`, `-` or `@` for a formula, quoted or not, after
blanks too, and in Japanese locales the full-width twins as well (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import TextIOBase
from unicodedata import category, normalize

__all__ = ["SpreadsheetWriter", "harmless"]

_SIGNS = frozenset("=+-@\N{MINUS SIGN}")
_CONTROLS = frozenset("\t\r\n")


def harmless(cell: str) -> str:
    """Return the cell, with an apostrophe before it if a spreadsheet could take it for a formula."""
    first = next((character for character in cell if not _passed_over(character)), "")
    formula = cell[:1] in _CONTROLS or normalize("NFKC", first) in _SIGNS
    return f"'{cell}" if formula else cell


def _passed_over(character: str) -> bool:
    """Whether a program may see a blank or nothing there: spaces of every width, controls, formatting characters."""
    return character.isspace() or category(character) in ("Cc", "Cf") or character == "\N{HANGUL FILLER}"


class SpreadsheetWriter:
    """Writes rows of text to a stream, every cell harmless and in quotation marks.

    They keep a cell whole where a list is separated by something else than a comma: what follows a semicolon would
    begin a cell of its own.
    """

    def __init__(self, stream: TextIOBase) -> None:
        self._writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)

    def writerow(self, cells: Iterable[str]) -> None:
        """Write one row."""
        self._writer.writerow([harmless(cell) for cell in cells])

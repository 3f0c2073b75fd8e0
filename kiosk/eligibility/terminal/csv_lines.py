"""CSV that a clinic hands to `kiosk terminal`, read a line at a time and refused with its line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

__all__ = ["LineRefused", "read_lines"]

_LONGEST_LINE: Final = 4096
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


class LineRefused(Exception):
    """A line cannot be used. The text says which line and column, and never what it holds."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")


def read_lines(stream: BinaryIO, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each line and its cells, in the order of ``columns``. Empty lines are skipped.

    Raises:
        LineRefused: The header does not have each of the columns once, or a line is no CSV of that width.

    """
    order: list[int] = []
    for number, raw in enumerate(_raw_lines(stream), start=1):
        cells = _cells(number, raw)
        if not order:
            order = _order(cells, columns)
        elif any(cells):
            yield number, _in_order(number, cells, order)
    if not order:
        raise LineRefused(1, "the header is missing")


def _raw_lines(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline(_LONGEST_LINE + 1):
        yield line
        if len(line) > _LONGEST_LINE:
            return  # the line itself is refused


def _cells(number: int, raw: bytes) -> list[str]:
    if len(raw) > _LONGEST_LINE:
        raise LineRefused(number, f"is longer than {_LONGEST_LINE} bytes")
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        if _FORBIDDEN.search(text):
            raise LineRefused(number, "holds a control character")
        return next(csv.reader([text], strict=True), [])
    except UnicodeDecodeError:
        raise LineRefused(number, "is not UTF-8") from None
    except csv.Error:
        raise LineRefused(number, "has a quotation mark out of place, or a line break inside a cell") from None


def _order(header: Sequence[str], columns: Sequence[str]) -> list[int]:
    if sorted(header) != sorted(columns):
        raise LineRefused(1, f"the header must have each of these once: {', '.join(columns)}")
    return [header.index(name) for name in columns]


def _in_order(line: int, cells: Sequence[str], order: Sequence[int]) -> list[str]:
    if len(cells) != len(order):
        raise LineRefused(line, f"has {len(cells)} cells where the header has {len(order)}")
    return [cells[place] for place in order]

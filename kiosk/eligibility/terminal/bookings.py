"""Tomorrow's bookings as CSV, read a line at a time: whom a 一括照会 asks about."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Final

from kiosk.eligibility.my_number import contains_my_number
from kiosk.eligibility.terminal.errors import RequestRefused
from kiosk.eligibility.terminal.model import Enquiry
from kiosk.eligibility.terminal.requests import check_enquiry

__all__ = ["COLUMNS", "Booking", "BookingRefused", "read_bookings"]

COLUMNS: Final = ("reference", "insurer_number", "symbol", "number", "branch", "birth_date")
_LONGEST_LINE = 4096
_LONGEST_REFERENCE = 50
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


class BookingRefused(Exception):
    """A line is no booking. The text says which line and column, and never what it holds."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")


@dataclass(frozen=True, slots=True, repr=False)
class Booking:
    """One booking: the clinic's patient number, and the enquiry."""

    reference: str
    enquiry: Enquiry


def read_bookings(stream: BinaryIO, on: date) -> Iterator[Booking]:
    """Yield the bookings of a day in their order. Empty lines are skipped.

    Raises:
        BookingRefused: The header does not have each of COLUMNS once, or a line is no booking.

    """
    order: list[int] = []
    for number, raw in enumerate(_lines(stream), start=1):
        cells = _cells(number, raw)
        if not order:
            order = _order(cells)
        elif any(cells):
            yield _booking(number, cells, order, on)
    if not order:
        raise BookingRefused(1, "the header is missing")


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline(_LONGEST_LINE + 1):
        yield line
        if len(line) > _LONGEST_LINE:
            return  # the line itself is refused


def _cells(number: int, raw: bytes) -> list[str]:
    if len(raw) > _LONGEST_LINE:
        raise BookingRefused(number, f"is longer than {_LONGEST_LINE} bytes")
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        if _FORBIDDEN.search(text):
            raise BookingRefused(number, "holds a control character")
        return next(csv.reader([text], strict=True), [])
    except UnicodeDecodeError:
        raise BookingRefused(number, "is not UTF-8") from None
    except csv.Error:
        raise BookingRefused(number, "has a quotation mark out of place, or a line break inside a cell") from None


def _order(header: Sequence[str]) -> list[int]:
    if sorted(header) != sorted(COLUMNS):
        raise BookingRefused(1, f"the header must have each of these once: {', '.join(COLUMNS)}")
    return [header.index(name) for name in COLUMNS]


def _booking(line: int, cells: Sequence[str], order: Sequence[int], on: date) -> Booking:
    if len(cells) != len(order):
        raise BookingRefused(line, f"has {len(cells)} cells where the header has {len(order)}")
    reference, insurer, symbol, number, branch, birth = (cells[place] for place in order)
    if not 1 <= len(reference) <= _LONGEST_REFERENCE:
        raise BookingRefused(line, f"reference: must be 1 to {_LONGEST_REFERENCE} characters")
    enquiry = Enquiry(insurer, symbol, number, branch, _day(line, birth), on)
    try:
        check_enquiry(enquiry)
    except RequestRefused as error:
        raise BookingRefused(line, str(error)) from None
    if any(map(contains_my_number, (reference, symbol, number))):
        raise BookingRefused(line, "holds a マイナンバー, which must not be kept or sent")
    return Booking(reference, enquiry)


def _day(line: int, text: str) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BookingRefused(line, "birth_date: must be a date YYYY-MM-DD")

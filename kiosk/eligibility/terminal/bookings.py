"""Tomorrow's bookings as CSV, read a line at a time: whom a 一括照会 asks about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Final

from kiosk.eligibility.my_number import contains_my_number
from kiosk.eligibility.terminal.csv_lines import LineRefused, read_lines
from kiosk.eligibility.terminal.errors import RequestRefused
from kiosk.eligibility.terminal.model import Enquiry
from kiosk.eligibility.terminal.requests import Encoding, check_enquiry

__all__ = ["COLUMNS", "Booking", "read_bookings"]

COLUMNS: Final = ("reference", "insurer_number", "symbol", "number", "branch", "birth_date")
_LONGEST_REFERENCE = 50
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class Booking:
    """One booking: the clinic's patient number, and the enquiry."""

    reference: str
    enquiry: Enquiry


def read_bookings(stream: BinaryIO, on: date, encoding: Encoding = "utf-8") -> Iterator[Booking]:
    """Yield the bookings of a day in their order. Empty lines are skipped.

    Args:
        stream: CSV in UTF-8.
        on: the day.
        encoding: of the requests, which must have every character.

    Raises:
        LineRefused: The header does not have each of COLUMNS once, or a line is no booking.

    """
    for number, cells in read_lines(stream, COLUMNS):
        yield _booking(number, cells, on, encoding)


def _booking(line: int, cells: Sequence[str], on: date, encoding: Encoding) -> Booking:
    reference, insurer, symbol, number, branch, birth = cells
    if not 1 <= len(reference) <= _LONGEST_REFERENCE:
        raise LineRefused(line, f"reference: must be 1 to {_LONGEST_REFERENCE} characters")
    enquiry = Enquiry(insurer, symbol, number, branch, _day(line, birth), on)
    try:
        check_enquiry(enquiry, encoding)
    except RequestRefused as error:
        raise LineRefused(line, str(error)) from None
    if any(map(contains_my_number, (reference, symbol, number))):
        raise LineRefused(line, "holds a マイナンバー, which must not be kept or sent")
    return Booking(reference, enquiry)


def _day(line: int, text: str) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise LineRefused(line, "birth_date: must be a date YYYY-MM-DD")

"""照会番号 to register as CSV, read a line at a time: the clinic's patient numbers and whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

from kiosk.eligibility.my_number import contains_my_number
from kiosk.eligibility.terminal.csv_lines import LineRefused, read_lines
from kiosk.eligibility.terminal.errors import RequestRefused
from kiosk.eligibility.terminal.model import ReferenceRegistration
from kiosk.eligibility.terminal.requests import Encoding, check_registration

__all__ = ["REGISTRATION_COLUMNS", "read_registrations"]

REGISTRATION_COLUMNS: Final = ("reference", "insurer_number", "symbol", "number", "branch")


def read_registrations(stream: BinaryIO, encoding: Encoding = "utf-8") -> Iterator[ReferenceRegistration]:
    """Yield the registrations in their order. Empty lines are skipped; memory is that of the numbers.

    Args:
        stream: CSV in UTF-8.
        encoding: of the requests, which must have every character.

    Raises:
        LineRefused: The header does not have each of REGISTRATION_COLUMNS once, a line is no registration, or a
            照会番号 or a person comes twice.

    """
    references: set[str] = set()
    people: set[tuple[str, ...]] = set()
    for line, cells in read_lines(stream, REGISTRATION_COLUMNS):
        registration, person = _registration(line, cells, encoding), tuple(cells[1:])
        if registration.reference in references:
            raise LineRefused(line, "reference: comes twice")
        if person in people:
            raise LineRefused(line, "has another reference for a person of an earlier line")
        references.add(registration.reference)
        people.add(person)
        yield registration


def _registration(line: int, cells: Sequence[str], encoding: Encoding) -> ReferenceRegistration:
    reference, insurer, symbol, number, branch = cells
    registration = ReferenceRegistration(insurer, symbol, number, branch, reference)
    try:
        check_registration(registration, encoding)
    except RequestRefused as error:
        raise LineRefused(line, str(error)) from None
    if any(map(contains_my_number, (reference, symbol, number))):
        raise LineRefused(line, "holds a マイナンバー, which must not be kept or sent")
    return registration

"""The columns of a member file (docs/formats.md): one table of name, reading and writing.

Texts are stored as they were given, in Unicode normal form C. Compatibility ideographs (U+F900 block: 﨑, 神 …) stay
untouched, since NFC would turn some of them into another form of a person's name.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from functools import lru_cache

from kiosk.decision import CardStatus, Certificate, Registration
from kiosk.decision.facts import FIRST_YEAR, LAST_YEAR
from kiosk.eligibility.member_keys import (
    CellOfSpreadsheet,
    is_branch,
    is_symbol_or_number,
    refuse_spreadsheet_cell,
)
from kiosk.eligibility.my_number import contains_my_number
from kiosk.insurer_number import is_insurer_number, with_check_digit
from kiosk.store.codes import Relationship, Sex
from kiosk.store.schema import KEY_NAMES


class ColumnLeftOut(Enum):
    """In the place of a value: the file has no such column, so what is in the register stays."""

    LEFT_OUT = "left_out"


Value = str | date | StrEnum | bool | int | None
"""What one cell of a member file can hold."""

KEY_COLUMNS = len(KEY_NAMES)
"""How many columns make a MemberId: the first ones of COLUMNS."""

_COMPATIBILITY_IDEOGRAPHS = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_POSTAL_CODE = re.compile(r"[0-9]{3}-?[0-9]{4}")
_PERCENT = re.compile(r"[0-9]{1,2}")
_HIGHEST_COPAY = 30


class CellRefused(ValueError):
    """A cell cannot be read. The message says what is expected, and does not repeat the cell."""


class MyNumberRefused(CellRefused):
    """A cell looks like a マイナンバー, so nothing of its line may be stored."""

    def __init__(self) -> None:
        super().__init__("contains a number that passes as a マイナンバー, which must not be kept")


@dataclass(frozen=True, slots=True)
class Column:
    """How one column is read and written.

    Attributes:
        name: the column's name in the header row.
        parse: turns a cell into its value; raises CellRefused.
        text: turns a value into a cell, so that `parse(text(value)) == value`.
        recurs: whether many members have the same cell, so that it is worth while to remember what it means.

    """

    name: str
    parse: Callable[[str], Value]
    text: Callable[[Value], str]
    recurs: bool


def _nfc(text: str) -> str:
    if unicodedata.is_normalized("NFC", text):
        return text
    parts = _COMPATIBILITY_IDEOGRAPHS.split(text)
    return "".join(part if index % 2 else unicodedata.normalize("NFC", part) for index, part in enumerate(parts))


def _text(longest: int) -> Callable[[str], Value]:
    def parse(cell: str) -> Value:
        if len(cell) > longest:
            raise CellRefused(f"is longer than {longest} characters")
        if contains_my_number(cell):
            raise MyNumberRefused
        if cell.startswith('="') and cell.endswith('"'):
            raise CellRefused('is a formula of a spreadsheet; write the text alone, without =" and "')
        return cell if cell.isascii() else _nfc(cell)

    return parse


def _narrow(parse: Callable[[str], Value]) -> Callable[[str], Value]:
    """Return a parser that takes full-width digits, letters and signs for their half-width twins."""
    return lambda cell: parse(cell if cell.isascii() else unicodedata.normalize("NFKC", cell))


def _shaped(fits: Callable[[str], object], expected: str, longest: int = 20) -> Callable[[str], Value]:
    plain = _text(longest)

    def parse(cell: str) -> Value:
        text = plain(cell)
        if not fits(str(text)):
            raise CellRefused(f"must be {expected}")
        return text

    return parse


def _insurer_number(cell: str) -> Value:
    number = _SIX_OR_EIGHT(cell)
    try:
        return with_check_digit(str(number))
    except ValueError as error:
        raise CellRefused(str(error)) from None


def _part_of_key(cell: str) -> Value:
    try:
        refuse_spreadsheet_cell(cell)
    except CellOfSpreadsheet as error:
        raise CellRefused(str(error)) from None
    return _SYMBOL_OR_NUMBER(cell)


def _optional(parse: Callable[[str], Value], empty: Value = None) -> Callable[[str], Value]:
    return lambda cell: parse(cell) if cell else empty


@lru_cache(maxsize=65_536)
def parse_date(cell: str) -> date:
    """Return the day that a cell names.

    Raises:
        CellRefused: the cell is not a date YYYY-MM-DD, or lies outside the years that facts can have.

    """
    if _ISO_DATE.fullmatch(cell) is None:
        raise CellRefused("must be a date YYYY-MM-DD")
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        raise CellRefused("must be a day of the calendar, YYYY-MM-DD") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CellRefused(f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


def parse_postal_code(cell: str) -> str:
    """Return a 郵便番号 as it is kept; it may be empty. Raises CellRefused."""
    return str(_optional(_POSTAL, "")(cell))


def parse_address(cell: str) -> str:
    """Return a 住所 as it is kept. Raises CellRefused."""
    return str(_ADDRESS(cell))


def _one_of(kind: type[StrEnum]) -> Callable[[str], Value]:
    values: dict[str, Value] = {member.value: member for member in kind}
    expected = "must be " + ", ".join(values)

    def parse(cell: str) -> Value:
        if cell not in values:
            raise CellRefused(expected)
        return values[cell]

    return parse


def _boolean(cell: str) -> Value:
    if cell not in ("true", "false"):
        raise CellRefused("must be true or false")
    return cell == "true"


def _percent(cell: str) -> Value:
    if _PERCENT.fullmatch(cell) is None or int(cell) > _HIGHEST_COPAY:
        raise CellRefused(f"must be a whole number from 0 to {_HIGHEST_COPAY}")
    return int(cell)


def _as_text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


_SIX_OR_EIGHT = _shaped(is_insurer_number, "6 or 8 digits")
_BRANCH = _shaped(is_branch, "two characters, such as 00")
_SYMBOL_OR_NUMBER = _shaped(
    is_symbol_or_number, "1 to 20 letters, digits, kana, 漢字, hyphens and ・ . / ( ) & _ with single spaces inside"
)
_POSTAL = _shaped(_POSTAL_CODE.fullmatch, "a postal code such as 102-0093")
_ADDRESS = _text(300)

_PARSERS: tuple[tuple[str, Callable[[str], Value]], ...] = (
    ("insurer_number", _narrow(_insurer_number)),
    ("symbol", _optional(_part_of_key, "")),
    ("number", _part_of_key),
    ("branch", _narrow(_BRANCH)),
    ("name", _text(100)),
    ("kana", _text(100)),
    ("birth_date", _narrow(parse_date)),
    ("sex", _narrow(_optional(_one_of(Sex)))),
    ("relationship", _narrow(_optional(_one_of(Relationship)))),
    ("household_head", _text(100)),
    ("postal_code", _narrow(_optional(_POSTAL, ""))),
    ("address", _ADDRESS),
    ("employer", _text(200)),
    ("acquired_on", _narrow(parse_date)),
    ("lost_on", _narrow(_optional(parse_date))),
    ("copay_percent", _narrow(_optional(_percent))),
    ("limit_class", _text(20)),
    ("filed_on", _narrow(_optional(parse_date))),
    ("my_number_reported", _narrow(_optional(_boolean))),
    ("linked_on", _narrow(_optional(parse_date))),
    ("card", _narrow(_one_of(CardStatus))),
    ("certificate", _narrow(_optional(_one_of(Certificate)))),
    ("certificate_valid_until", _narrow(_optional(parse_date))),
    ("registration", _narrow(_one_of(Registration))),
    ("registration_ends_on", _narrow(_optional(parse_date))),
    ("confirmation_requested", _narrow(_optional(_boolean))),
    ("notice_issued_on", _narrow(_optional(parse_date))),
    ("confirmation_valid_from", _narrow(_optional(parse_date))),
    ("confirmation_valid_until", _narrow(_optional(parse_date))),
    ("legacy_card_until", _narrow(_optional(parse_date))),
    ("information_withheld", _narrow(_optional(_boolean, empty=False))),
    ("special_consideration", _narrow(_optional(_boolean, empty=False))),
    ("pays_in_full", _narrow(_optional(_boolean, empty=False))),
    ("card_without_pin", _narrow(_optional(_boolean, empty=False))),
    ("stay_until", _narrow(_optional(parse_date))),
)

_OF_ONE_MEMBER = ("number", "name", "kana", "household_head", "address", "employer", "limit_class")

COLUMNS: tuple[Column, ...] = tuple(
    Column(name, parse, _as_text, name not in _OF_ONE_MEMBER) for name, parse in _PARSERS
)
"""Every column in the order in which files are written, the four of the key first."""

NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)

MAY_BE_LEFT_OUT: Mapping[str, Value] = {
    "information_withheld": False,
    "special_consideration": False,
    "pays_in_full": False,
    "card_without_pin": False,
    "stay_until": None,
}
"""The columns that a file need not have, each with what a new member then gets."""

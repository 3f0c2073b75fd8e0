"""Read who is insured: the register's member file, with columns of our own for what a register does not know."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

__all__ = ["InsuredPerson", "MembersRefused", "Scenario", "read_members"]


class Scenario(StrEnum):
    """What the terminal is to do, beside what the members file says (docs/simulators.md has the list)."""

    VALID = "valid"
    INVALID = "invalid"
    NEW_QUALIFICATION = "new_qualification"
    NONE = "none"
    SEVERAL = "several"
    TWINS = "twins"
    SLOW = "slow"
    SILENT = "silent"
    HALF_WRITTEN = "half_written"
    BROKEN = "broken"
    ERROR = "error"
    NOTICE = "notice"
    SHIFT_JIS = "shift_jis"
    ELDERLY = "elderly"
    LATE_ELDERLY = "late_elderly"
    PRESCHOOL = "preschool"
    LIMIT = "limit"
    SPECIFIC_DISEASE = "specific_disease"
    NOT_LINKED_YET = "not_linked_yet"
    WRONG_FACE = "wrong_face"


class MembersRefused(Exception):
    """The members file cannot be used. The text says where and why, and repeats nothing of a person."""


@dataclass(frozen=True, slots=True, repr=False)
class InsuredPerson:
    """One membership of one person, by the columns of docs/formats.md; ``None`` or an empty text is unknown.

    ``insurer_number`` has 6 or 8 digits. The columns of our own are ``scenario``, ``insurer_name``, and the codes
    ``certificate_class`` (OQSCD010), ``loss_reason`` (OQSCD008) and ``specific_disease`` (OQSCD013).
    """

    insurer_number: str
    symbol: str
    number: str
    branch: str
    birth_date: date
    acquired_on: date
    name: str = ""
    kana: str = ""
    sex: str = ""
    relationship: str = ""
    household_head: str = ""
    postal_code: str = ""
    address: str = ""
    lost_on: date | None = None
    copay_percent: int | None = None
    limit_class: str = ""
    filed_on: date | None = None
    my_number_reported: bool = True
    linked_on: date | None = None
    certificate_valid_until: date | None = None
    notice_issued_on: date | None = None
    confirmation_valid_until: date | None = None
    scenario: Scenario | None = None
    insurer_name: str = ""
    certificate_class: str = "01"
    loss_reason: str = "03"
    specific_disease: str = ""

    @property
    def key(self) -> str:
        """The member as ``INSURER:SYMBOL:NUMBER:BRANCH``."""
        return f"{self.insurer_number}:{self.symbol}:{self.number}:{self.branch}"


def read_members(path: Path) -> list[InsuredPerson]:
    """Return everybody of a members file: CSV in UTF-8 with a header row, the columns in any order.

    Raises:
        MembersRefused: A line or the header is wrong, a member is there twice, or the file is too large.
        OSError: It cannot be read.

    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            return _everybody(csv.reader(_bounded(file), strict=True))
        except (csv.Error, UnicodeDecodeError):
            raise MembersRefused("is not CSV in UTF-8") from None


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if number > MOST_LINES or len(line) > LONGEST_LINE:
            raise MembersRefused(
                f"line {number}: a file has at most {MOST_LINES} lines of at most {LONGEST_LINE} characters"
            )
        yield line


def _everybody(rows: Iterator[list[str]]) -> list[InsuredPerson]:
    header = next(rows, [])
    _check_header(header)
    found: dict[str, InsuredPerson] = {}
    for number, row in enumerate(rows, start=2):
        if row:
            person = _person(header, row, number)
            if person.key in found:
                raise MembersRefused(f"line {number}: this member is in the file twice")
            found[person.key] = person
    return list(found.values())


def _check_header(header: list[str]) -> None:
    for place, name in enumerate(header, start=1):
        if name not in _COLUMNS or header.index(name) != place - 1:
            raise MembersRefused(f"header row: column {place} is unknown, or there twice")
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise MembersRefused(f"header row: {', '.join(missing)} is missing")


def _person(header: list[str], row: list[str], line: int) -> InsuredPerson:
    if len(row) != len(header):
        raise MembersRefused(f"line {line}: has {len(row)} cells where the header has {len(header)}")
    cells = _Cells(dict(zip(header, row, strict=True)), line)
    return InsuredPerson(
        insurer_number=cells.matching("insurer_number", r"\d{6}|\d{8}"),
        symbol=cells.matching("symbol", r"[^:]{0,20}"),
        number=cells.matching("number", r"[^:]{1,20}"),
        branch=cells.matching("branch", r"\d\d"),
        birth_date=cells.needed_day("birth_date"),
        acquired_on=cells.needed_day("acquired_on"),
        name=cells.text("name"),
        kana=cells.text("kana"),
        sex=cells.matching("sex", "male|female|unset|"),
        relationship=cells.matching("relationship", "self|family|"),
        household_head=cells.text("household_head"),
        postal_code=cells.text("postal_code"),
        address=cells.text("address"),
        lost_on=cells.day("lost_on"),
        copay_percent=cells.number("copay_percent"),
        limit_class=cells.text("limit_class"),
        filed_on=cells.day("filed_on"),
        my_number_reported=cells.matching("my_number_reported", "true|false|") != "false",
        linked_on=cells.day("linked_on" if cells.tells_linkage else "acquired_on"),
        certificate_valid_until=cells.day("certificate_valid_until"),
        notice_issued_on=cells.day("notice_issued_on"),
        confirmation_valid_until=cells.day("confirmation_valid_until"),
        scenario=cells.scenario(),
        insurer_name=cells.text("insurer_name"),
        certificate_class=cells.text("certificate_class") or cells.usual_class,
        loss_reason=cells.text("loss_reason") or "03",
        specific_disease=cells.text("specific_disease"),
    )


@dataclass(frozen=True, slots=True, repr=False)
class _Cells:
    """The cells of one line by their columns; a column that the file does not have is empty."""

    of: Mapping[str, str]
    line: int

    @property
    def tells_linkage(self) -> bool:
        """Whether the file says when data are linked; else they are from the first day on."""
        return "linked_on" in self.of or "filed_on" in self.of

    @property
    def usual_class(self) -> str:
        """被保険者証区分 (OQSCD010) as the register has it: 05 is 特別療養費支給対象者, who pays in full."""
        return "05" if self.matching("pays_in_full", "true|false|") == "true" else "01"

    def text(self, column: str) -> str:
        return self.of.get(column, "")

    def matching(self, column: str, pattern: str) -> str:
        if not re.fullmatch(pattern, self.text(column), re.ASCII):
            raise self._refusal(column)
        return self.text(column)

    def day(self, column: str) -> date | None:
        return self.needed_day(column) if self.text(column) else None

    def needed_day(self, column: str) -> date:
        try:
            return date.fromisoformat(self.matching(column, r"(18[6-9]|19\d|20\d|21\d)\d-\d\d-\d\d"))
        except ValueError:
            raise self._refusal(column) from None

    def number(self, column: str) -> int | None:
        text = self.matching(column, r"\d{0,2}")
        return int(text) if text else None

    def scenario(self) -> Scenario | None:
        name = self.text("scenario")
        if name and name not in set(Scenario):
            raise self._refusal("scenario")
        return Scenario(name) if name else None

    def _refusal(self, column: str) -> MembersRefused:
        return MembersRefused(f"line {self.line}, {column}: no such value is possible there")


MOST_LINES: Final = 100_001
LONGEST_LINE: Final = 16_384
_NEEDED: Final = ("insurer_number", "symbol", "number", "branch", "birth_date", "acquired_on")
_UNUSED: Final = (
    "employer card certificate registration registration_ends_on confirmation_requested confirmation_valid_from"
    " legacy_card_until information_withheld special_consideration card_without_pin stay_until"
).split()
"""Columns of the register that no answer depends on."""
_COLUMNS: Final = frozenset(field.name for field in fields(InsuredPerson)) | frozenset([*_UNUSED, "pays_in_full"])

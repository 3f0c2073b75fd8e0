"""A line of a member file once it is read: its values, and which of them exclude one another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kiosk.decision import Certificate
from kiosk.eligibility.columns import KEY_COLUMNS, MAY_BE_LEFT_OUT, NAMES, ColumnLeftOut, Value
from kiosk.eligibility.errors import BadLine
from kiosk.eligibility.model import Member, MemberId

_POSITION = {name: index for index, name in enumerate(NAMES)}


@dataclass(frozen=True, slots=True, repr=False)
class CsvRow:
    """One well-formed line of a member file.

    Attributes:
        line: its number in the file; the header is line 1.
        values: one value for each of COLUMNS, in that order; LEFT_OUT for a column that the file does not have.
        text: the line as the file has it; empty if the row does not come from a file.

    """

    line: int
    values: tuple[Any, ...]
    text: str = ""

    @classmethod
    def of(cls, member: Member, line: int = 0) -> "CsvRow":
        """Return the row that a file with this member would have."""
        return cls(line, values_of(member))

    def completed(self, known: Sequence[Any] | None) -> "CsvRow":
        """Return the row with a value for every column that its file left out.

        Args:
            known: what the register has in the columns after those of the key; None for a new member.

        """
        if ColumnLeftOut.LEFT_OUT not in self.values[-len(MAY_BE_LEFT_OUT) :]:  # only the last columns can be
            return self
        instead = _OF_NEW_MEMBERS if known is None else known
        pairs = zip(self.values[KEY_COLUMNS:], instead, strict=True)
        return self.with_details([other if value is ColumnLeftOut.LEFT_OUT else value for value, other in pairs])

    @property
    def fault(self) -> tuple[str, str] | None:
        """What makes a completed row impossible, as column and message; None for a possible one."""
        return impossible(self.values)

    def as_bad_line(self) -> BadLine:
        """Return the bad line that an impossible row is."""
        column, message = self.fault or (None, "is impossible")
        return BadLine(self.line, column, message, self.text)

    def with_details(self, details: Sequence[Any]) -> "CsvRow":
        """Return the row with other values in all columns but the four of the key."""
        return replace(self, values=self.values[:KEY_COLUMNS] + tuple(details))

    @property
    def key(self) -> MemberId:
        """The member of this row."""
        return MemberId(*self.values[:KEY_COLUMNS])


def values_of(member: Member) -> tuple[Value, ...]:
    """Return the values of a member in the order of COLUMNS."""
    key = (member.id.insurer_number, member.id.symbol, member.id.number, member.id.branch)
    return key + tuple(getattr(member, name) for name in NAMES[KEY_COLUMNS:])


def impossible(values: Sequence[Any]) -> tuple[str, str] | None:
    """Return column and fault of a combination that docs/formats.md excludes; most give no possible facts.

    A line of a feed, which has few columns, is looked at when it has been completed: before that this is None.
    """
    if values[_BIRTH] is ColumnLeftOut.LEFT_OUT:
        return None
    if values[_ACQUIRED] < values[_BIRTH]:
        return "acquired_on", "lies before birth_date"
    if values[_LOST] is not None and values[_LOST] < values[_ACQUIRED]:
        return "lost_on", "lies before acquired_on"
    if values[_CERTIFICATE] is Certificate.EXPIRED and values[_CERTIFICATE_UNTIL] is None:
        return "certificate_valid_until", "must not be empty when certificate is expired"
    first, last = values[_CONFIRMATION_FROM], values[_CONFIRMATION_UNTIL]
    if (first is None) != (last is None):
        empty = "confirmation_valid_from" if first is None else "confirmation_valid_until"
        return empty, "must not be empty when the other date of the confirmation is given"
    if first is not None and last < first:
        return "confirmation_valid_until", "lies before confirmation_valid_from"
    return None


_OF_NEW_MEMBERS = tuple(MAY_BE_LEFT_OUT.get(name) for name in NAMES[KEY_COLUMNS:])

_BIRTH = _POSITION["birth_date"]
_ACQUIRED = _POSITION["acquired_on"]
_LOST = _POSITION["lost_on"]
_CERTIFICATE = _POSITION["certificate"]
_CERTIFICATE_UNTIL = _POSITION["certificate_valid_until"]
_CONFIRMATION_FROM = _POSITION["confirmation_valid_from"]
_CONFIRMATION_UNTIL = _POSITION["confirmation_valid_until"]

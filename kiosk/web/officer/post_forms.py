"""What is typed for the post: whose papers are made, what is printed, and on which day papers were issued."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field

from kiosk.reception import PostProblem, PostRefused
from kiosk.web.officer.forms import Form
from kiosk.web.officer.order_filter import DocumentChoice
from kiosk.web.staff.written_day import written_day

__all__ = ["CancelForm", "IssueForm", "MakeForm", "PrintForm", "ScanForm"]

_MOST_DIGITS: Final = 9
_Typed = Annotated[str, Field(max_length=100)]


class MakeForm(Form):
    """Whose papers are made: the kind, how many of the oldest (empty: all), and 交付年月日 (empty: today)."""

    kind: DocumentChoice = DocumentChoice.ALL
    most: _Typed = ""
    issued_on: _Typed = ""

    @property
    def count(self) -> int | None:
        """How many; None for all. Raises PostRefused."""
        typed = unicodedata.normalize("NFKC", self.most).strip()
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS and int(typed)):
            raise PostRefused(PostProblem.COUNT)
        return int(typed)

    def day(self, today: date) -> date:
        """Return 交付年月日 of the papers. Raises PostRefused."""
        day = _day(self.issued_on, PostProblem.PAPERS_DAY) or today
        if day > today:
            raise PostRefused(PostProblem.PAPERS_DAY)
        return day


class IssueForm(Form):
    """交付年月日 (empty: the one on the papers), and that the officer has made sure."""

    issued_on: _Typed = ""
    posted: Literal["", "yes"] = ""

    @property
    def day(self) -> date | None:
        """交付年月日. Raises PostRefused, also if the officer has not made sure."""
        if not self.posted:
            raise PostRefused(PostProblem.NOT_AGREED)
        return _day(self.issued_on, PostProblem.DAY)


class CancelForm(Form):
    """The number of the order that is cancelled, and why."""

    order: _Typed = ""
    reason: Annotated[str, Field(max_length=1000, repr=False)] = ""

    @property
    def number(self) -> int:
        """The number of the order. Raises PostRefused."""
        typed = unicodedata.normalize("NFKC", self.order).strip()
        if not (typed.isascii() and typed.isdigit() and len(typed) <= len(str(2**31))):
            raise PostRefused(PostProblem.NOT_HERE)
        return int(typed)


class PrintForm(Form):
    """The file that is printed; empty: all that have a printer."""

    file: Annotated[str, Field(pattern=r"^([a-z-]{1,32}\.pdf)?$")] = ""


class ScanForm(Form):
    """What the scanner has typed."""

    order: Annotated[str, Field(max_length=80)] = ""

    @property
    def number(self) -> int | None:
        """The number of the order, in whatever width it was typed; None if it is no number of an order."""
        plain = unicodedata.normalize("NFKC", self.order).strip()
        return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= len(str(2**31)) else None


def _day(text: str, problem: PostProblem) -> date | None:
    """Return the day that was typed; None if the field is empty. Raises PostRefused."""
    if not text.strip():
        return None
    if (day := written_day(text)) is None:
        raise PostRefused(problem)
    return day

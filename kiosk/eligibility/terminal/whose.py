"""By what a person is known to the terminal: by the numbers on a paper with the birthday."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from kiosk.eligibility.terminal.model import Enquiry
from kiosk.eligibility.terminal.numbers import plain_number

__all__ = ["Whose"]


@dataclass(frozen=True, slots=True, repr=False)
class Whose:
    """Whose record it is. Full-width and half-width forms of a number are the same."""

    _parts: tuple[str, ...]

    @classmethod
    def of(cls, enquiry: Enquiry) -> Whose:
        """Return the person of an enquiry."""
        numbers = enquiry.insurer_number, enquiry.symbol, enquiry.number, enquiry.branch
        return cls.by_numbers(*numbers, enquiry.birth_date)

    @classmethod
    def by_numbers(cls, insurer_number: str, symbol: str, number: str, branch: str, birth_date: date) -> Whose:
        """Return the person with these numbers and this birthday; an empty 枝番 is not the same as a known one."""
        numbers = (plain_number(one) for one in (insurer_number, symbol, number, branch))
        return cls(("numbers", *numbers, birth_date.isoformat()))

    def to_bytes(self) -> bytes:
        """Return bytes that are the same for this person alone; no other parts have them."""
        return json.dumps(self._parts, ensure_ascii=True).encode("ascii")

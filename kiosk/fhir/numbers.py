"""保険者番号, 記号, 番号 and 枝番 as JP Core writes them: read from a request, and written into a resource."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kiosk.eligibility import DataRefused, KeyQuery, MemberId, NumberRefused
from kiosk.fhir.refusals import FhirRefusal
from kiosk.fhir.systems import COVERAGE_CSV, MEMBER_ID

__all__ = ["IdentifierRefused", "Numbers", "key_of"]

_LONGEST: Final = 200
_PARTS: Final = 4
_FULL_WIDTH = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


class IdentifierRefused(Exception):
    """The identifier names nobody: of another system, of another form, or with what could be a マイナンバー."""

    def __init__(self, refusal: FhirRefusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


def key_of(system: str, value: str, birth_date: date | None = None) -> KeyQuery:
    """Return the look-up for an identifier of a Coverage.

    Raises:
        IdentifierRefused: it is none of JP Core's two, or it is malformed.

    """
    if system not in (MEMBER_ID, COVERAGE_CSV):
        raise IdentifierRefused(FhirRefusal.UNKNOWN_SYSTEM)
    parts = value.split(":") if system == MEMBER_ID else _cells(value)
    if len(value) > _LONGEST or len(parts) != _PARTS:
        raise IdentifierRefused(FhirRefusal.BAD_IDENTIFIER)
    insurer, symbol, number, branch = (part.strip() for part in parts)
    try:
        return KeyQuery.of(insurer, symbol, number, branch, birth_date)
    except NumberRefused:
        refusal = FhirRefusal.MY_NUMBER
    except DataRefused:
        refusal = FhirRefusal.BAD_IDENTIFIER
    raise IdentifierRefused(refusal)  # outside the block: the refused number is not to be in its context


def _cells(value: str) -> Sequence[str]:
    try:
        (cells,) = csv.reader([value[: _LONGEST + 1]], strict=True)
    except (csv.Error, ValueError):
        return ()
    return cells


@dataclass(frozen=True, slots=True, repr=False)
class Numbers:
    """A member's numbers as they are written into resources.

    By JP Core's text a 記号 or 番号 is written in full width, unless it has only letters and digits. `full_width` does
    so; without it they are as the register has them.
    """

    id: MemberId
    full_width: bool = False

    @property
    def symbol(self) -> str:
        """記号 for the extension; empty where the insurer has none."""
        return self._wide(self.id.symbol) if self.full_width else self.id.symbol

    @property
    def number(self) -> str:
        """番号 for the extension."""
        return self._wide(self.id.number) if self.full_width else self.id.number

    @property
    def subscriber(self) -> str:
        """記号 and 番号 between a colon: Coverage.subscriberId."""
        return f"{self._plain(self.id.symbol)}:{self._plain(self.id.number)}"

    @property
    def member(self) -> str:
        """The 被保険者個人識別子."""
        return f"{self.insurer}:{self.subscriber}:{self.id.branch}"

    @property
    def insurer(self) -> str:
        """保険者番号 in eight digits."""
        return self.id.insurer_number.zfill(len("00133033"))

    @property
    def csv(self) -> str:
        """The 被保険者識別子 in CSV, in which 記号 and 番号 are always in full width."""
        cells = (self.insurer, self._wide(self.id.symbol), self._wide(self.id.number), self.id.branch)
        return ",".join(f'"{cell}"' for cell in cells)

    def _plain(self, text: str) -> str:
        if not self.full_width or (text.isascii() and text.isalnum()):
            return text
        return self._wide(text)

    @staticmethod
    def _wide(text: str) -> str:
        return text.translate(_FULL_WIDTH)

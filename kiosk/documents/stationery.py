"""What all documents of one kiosk share: the insurer, the address of their code, the position on pre-cut stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kiosk.documents.errors import DocumentRefused
from kiosk.documents.insurer import Insurer, insurer_from, insurer_of
from kiosk.eligibility import Member

if TYPE_CHECKING:
    from kiosk.settings import Settings

__all__ = ["Offset", "Stationery", "insurer_for", "require", "require_insured", "stationery_for"]


@dataclass(frozen=True, slots=True)
class Offset:
    """How far the print is moved on pre-cut stock, in mm: `x` to the right, `y` downwards."""

    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Stationery:
    """Everything about a document that is not about its member.

    Attributes:
        insurer: who issues the documents.
        specimen: whether 「見本」 is printed across every sheet and every card.
        portal: the address in the 二次元コード.
        notice_offset: how far a notice is moved.
        confirmation_offset: how far a confirmation is moved.
        any_insurer: whether members of every insurer come here, as to a clinic: a blank form then names no insurer.

    """

    insurer: Insurer
    specimen: bool
    portal: str = "https://myna.go.jp/"
    notice_offset: Offset = Offset()
    confirmation_offset: Offset = Offset()
    any_insurer: bool = False

    def require_issuer_of(self, member: Member) -> None:
        """Raise DocumentRefused for a member of another insurer, whose document must not have this insurer's name."""
        if member.id.insurer_number != self.insurer.number:
            raise DocumentRefused(("insurer_number",), f"the documents here are those of insurer {self.insurer.number}")


def require(member: Member, *fields: str) -> None:
    """Raise DocumentRefused if the member lacks any of `fields`; the error names each that is missing."""
    missing = tuple(field for field in fields if not str(getattr(member, field) or "").strip())
    if missing:
        raise DocumentRefused(missing, "missing in the register; the document needs it")


def require_insured(member: Member, issued_on: date) -> None:
    """Raise DocumentRefused for a member whose insurance has not begun, or has ended, on the day of issue."""
    if member.acquired_on > issued_on:
        raise DocumentRefused(("acquired_on",), "the insurance has not begun on the day of issue")
    if member.lost_on is not None and member.lost_on <= issued_on:
        raise DocumentRefused(("lost_on",), "the insurance has ended on the day of issue")


def insurer_for(settings: Settings) -> Insurer:
    """Return the insurer of the settings, whose name is on the screens and on the documents.

    Raises:
        StationeryError: its particulars are missing or wrong.

    """
    chosen = settings.documents.insurer
    return insurer_from(chosen) if chosen else insurer_of(settings.insurer_number)


def stationery_for(settings: Settings, *, specimen: bool = False) -> Stationery:
    """Return the stationery of the settings; in a simulation all documents are specimens.

    Raises:
        StationeryError: the insurer's particulars are missing or wrong.

    """
    chosen = settings.documents
    return Stationery(
        insurer=insurer_for(settings),
        specimen=specimen or settings.simulation,
        portal=chosen.portal,
        notice_offset=Offset(chosen.notice_x, chosen.notice_y),
        confirmation_offset=Offset(chosen.confirmation_x, chosen.confirmation_y),
        any_insurer=settings.profile == "clinic",
    )

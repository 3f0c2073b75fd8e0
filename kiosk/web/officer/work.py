"""Keep what an officer has open, with the session: lists and looks under handles that say nothing, and end with it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, TypeVar

from kiosk.audit import LookReason
from kiosk.eligibility import MemberId, MemberLine
from kiosk.staff import StaffSession
from kiosk.web.officer.lists import KeptList, ListView
from kiosk.web.officer.order_filter import OrdersFilter
from kiosk.web.officer.refusals import GONE, PageRefused
from kiosk.web.officer.search_form import SearchForm

__all__ = ["Found", "Look", "OfficeWork", "ScannedPile", "office_work"]

_MOST: Final = 8
"""Most lists, and most looks, of one session; the oldest goes first."""

_MOST_SCANNED: Final = 20
"""Most scanned papers of each kind that a page names."""

_T = TypeVar("_T")


@dataclass(slots=True, repr=False)
class Found:
    """The list of a search, who is on each of its rows, what was typed, and why somebody of it was looked at last."""

    listed: KeptList
    members: tuple[MemberLine, ...]
    typed: SearchForm
    reason: LookReason | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Look:
    """A member who is open, why, and the list that they were chosen from: its handle, and the part of it."""

    member: MemberId
    reason: LookReason
    found: str
    view: ListView


@dataclass(slots=True, repr=False)
class ScannedPile:
    """What was scanned last: in words what is issued, the newest first, and by number what was refused, the oldest
    first.
    """

    issued: list[str] = field(default_factory=list)
    refused: dict[int | None, str] = field(default_factory=dict)

    def note_issued(self, said: str) -> None:
        """Note an order that is issued."""
        self.issued = [said, *self.issued[: _MOST_SCANNED - 1]]

    def note_refused(self, number: int | None, said: str) -> None:
        """Note why a number (None: something else) was refused, until it is scanned again."""
        while len(self.refused) >= _MOST_SCANNED:
            del self.refused[next(iter(self.refused))]
        self.refused[number] = said


@dataclass(slots=True, repr=False)
class OfficeWork:
    """What is open, by handle, and what was done last.

    Attributes:
        filters: of the lists, by their addresses.
        scanned: what was scanned last.
        cancelled: the order that was cancelled last in a batch, until its page has said so.
        cancelled_orders: what this session has cancelled.

    """

    found: dict[str, Found] = field(default_factory=dict)
    looks: dict[str, Look] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)
    orders_filter: OrdersFilter = OrdersFilter()
    scanned: ScannedPile = field(default_factory=ScannedPile)
    cancelled: dict[int, int] = field(default_factory=dict)
    cancelled_orders: set[int] = field(default_factory=set)

    def keep_found(self, found: Found) -> str:
        """Keep the list of a search; return its handle."""
        return _kept(self.found, found)

    def keep_look(self, look: Look) -> str:
        """Keep who is open; return the handle."""
        return _kept(self.looks, look)

    def found_of(self, handle: str) -> Found:
        """Return the list of a handle. Raises PageRefused if it is closed."""
        return _of(self.found, handle)

    def look_of(self, handle: str) -> Look:
        """Return who is open under a handle. Raises PageRefused if it is closed."""
        return _of(self.looks, handle)


def office_work(session: StaffSession) -> OfficeWork:
    """Return what the session has open in the office."""
    if not isinstance(session.office, OfficeWork):
        session.office = OfficeWork()
    return session.office


def _kept(kept: dict[str, _T], value: _T) -> str:
    while len(kept) >= _MOST:
        del kept[next(iter(kept))]
    handle = secrets.token_urlsafe(12)
    kept[handle] = value
    return handle


def _of(kept: dict[str, _T], handle: str) -> _T:
    if handle not in kept:
        raise PageRefused(GONE, HTTPStatus.GONE)
    return kept[handle]

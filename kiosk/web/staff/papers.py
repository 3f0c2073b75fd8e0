"""Make the papers that staff print: one after another, beside the service, journaled, and kept with the session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import structlog

from kiosk.decision import FactsError, LifeEvent
from kiosk.documents import (
    ConfirmationOrder,
    DocumentRefused,
    GivenAddress,
    Notice,
    Stationery,
    StationeryError,
    confirmation_pdf,
    declaration_pdf,
    notice_pdf,
    procedures_pdf,
    validity_for,
)
from kiosk.eligibility import Member
from kiosk.languages import Language
from kiosk.reception import DeskProblem, FoundMember, StaffDesk
from kiosk.web.staff.refusals import EntryProblem, NotDone
from kiosk.web.staff.texts import FIELDS
from kiosk.web.wording import wording_of

__all__ = ["PaperKind", "Papers"]

_log = structlog.get_logger(__name__)
_LIMIT = 30.0  # seconds to wait for those before and for one's own


class PaperKind(StrEnum):
    """What can be printed at the desk. The first two are for a member; the declaration may be blank."""

    NOTICE = "notice"
    CONFIRMATION = "confirmation"
    DECLARATION = "declaration"
    PROCEDURES = "procedures"


@dataclass(frozen=True, slots=True)
class _Wish:
    """A paper to make: ``address`` is one that staff gave for it, ``language`` that of the visitor's screens."""

    kind: PaperKind
    member: Member | None
    event: LifeEvent | None
    address: GivenAddress | None
    language: Language


class Papers:
    """Makes papers. ``stationery`` is asked each time, since it may be mended while the kiosk serves."""

    def __init__(self, desk: StaffDesk, stationery: Callable[[], Stationery]) -> None:
        self._desk, self._stationery = desk, stationery
        # One thread, so that however many desks print, the other processor is left for the visitor's screen.
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="papers")

    async def make(
        self,
        kind: PaperKind,
        whose: FoundMember | None,
        event: LifeEvent | None,
        by: str,
        written: tuple[str, str] = ("", ""),
    ) -> bytes:
        """Return a PDF, which is journaled before it is handed out.

        ``written`` are 郵便番号 and 住所 for this print, if staff gave any. The journal does not say whether they did,
        since only people whose data are withheld can be given one.

        Raises:
            NotDone: The paper cannot be made.
            DeskRefused: The journal refused it.

        """
        found = await self._desk.again(whose) if whose else None
        if found and not found.registered and kind in {PaperKind.NOTICE, PaperKind.CONFIRMATION}:
            raise NotDone(EntryProblem.NOT_OUR_PAPER)
        make = partial(self._make, kind, found.member if found else None, event, written)
        try:
            async with asyncio.timeout(_LIMIT):
                pdf = await asyncio.get_running_loop().run_in_executor(self._maker, make)
        except TimeoutError:
            raise NotDone(EntryProblem.PAPERS_BUSY) from None
        await self._desk.printed(found, kind.value, by)
        return pdf

    def _make(self, kind: PaperKind, member: Member | None, event: LifeEvent | None, written: tuple[str, str]) -> bytes:
        try:
            given = GivenAddress.checked(*written) if any(written) else None
            return self._printed(_Wish(kind, member, event, given, self._desk.language), self._stationery())
        except DocumentRefused as error:
            fields = "、".join(FIELDS[field] for field in error.fields)
            raise NotDone(EntryProblem.PAPER_REFUSED, fields=fields) from None
        except StationeryError as error:
            _log.error("no document can be made", problem=str(error))
            raise NotDone(EntryProblem.NO_STATIONERY) from None
        except FactsError:
            raise NotDone(DeskProblem.EVENT_IMPOSSIBLE) from None

    def _printed(self, wish: _Wish, stationery: Stationery) -> bytes:
        if wish.kind is PaperKind.PROCEDURES:
            words = wording_of(wish.language)
            return procedures_pdf(stationery, words, wish.event, self._desk.policy)
        if wish.kind is PaperKind.DECLARATION:
            return declaration_pdf(stationery, wish.member, wish.address)
        if wish.member is None:
            raise NotDone(EntryProblem.NOBODY_CHOSEN)
        if wish.kind is PaperKind.NOTICE:
            return notice_pdf([Notice(wish.member, self._desk.today, wish.address)], stationery)
        return self._confirmation(wish, wish.member, stationery)

    def _confirmation(self, wish: _Wish, member: Member, stationery: Stationery) -> bytes:
        today = self._desk.today
        validity = validity_for(member, today, self._desk.policy, wish.event)
        if validity is None:
            raise NotDone(EntryProblem.NO_CONFIRMATION)
        return confirmation_pdf([ConfirmationOrder(member, validity, today, wish.address)], stationery)

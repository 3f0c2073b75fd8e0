"""Serve finished visits: by cursor without personal data, and one by one with it, to who may read of members."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from kiosk.identity import Level
from kiosk.reception import NotDeterminable, TooManyQuestions
from kiosk.results import FinishedVisits, NamedMember, ResultsUnavailable, UnknownVisit
from kiosk.web.access import Access, Caller, Right
from kiosk.web.errors import SHIELD, ApiRefusal, ErrorCode, documented
from kiosk.web.models import VisitBody, published_visit
from kiosk.web.seams import ProgramsPort, ReceptionPort

__all__ = ["visits_router"]

_MOST = 200
_USUAL = 50
_LONGEST_IDENTIFIER = 64
_PROVED = {Level.CONFIRMED.value, Level.STAFF_CONFIRMED.value, Level.OFFICIAL_READER.value}
_REFUSED = (*SHIELD, ErrorCode.UNAUTHENTICATED, ErrorCode.NOT_PERMITTED, ErrorCode.RESULTS_UNAVAILABLE)
_T = TypeVar("_T")


class VisitsBody(BaseModel):
    """Finished visits in their order. ``next`` is the ``since`` of the next page; null if no more are there now."""

    visits: list[VisitBody]
    next: str | None


class MemberVisitBody(VisitBody):
    """A visit. The keys from ``insurer_number`` on are there for a caller with ``member:read`` alone.

    They are left out if the person proved nothing, or nobody knows who it was. There is no address.
    """

    insurer_number: str | None = None
    symbol: str | None = None
    number: str | None = None
    branch: str | None = None
    name: str | None = None
    kana: str | None = None
    birth_date: date | None = None
    sex: Literal["male", "female", "unset"] | None = None


def visits_router(
    desk: ReceptionPort, results: FinishedVisits, programs: ProgramsPort, access: Access, profile: str
) -> APIRouter:
    """Return the routes of visits, finished ones and, by its identifier, the one that is on."""
    router = APIRouter()
    _serve_list(router, desk, results, access)
    _serve_one(router, _Visits(desk, results, profile), programs, access)
    return router


def _serve_list(router: APIRouter, desk: ReceptionPort, results: FinishedVisits, access: Access) -> None:
    reads = [Depends(access.reading_program)]
    refusals = documented([*_REFUSED, ErrorCode.INVALID, ErrorCode.GONE])

    @router.get("/api/v1/visits", dependencies=reads, response_model=VisitsBody, responses=refusals)
    async def visits(
        since: Annotated[
            str | None, Query(max_length=_LONGEST_IDENTIFIER, description="A finished visit, which is left out itself.")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = _USUAL,
    ) -> JSONResponse:
        """Return the visits that have finished after ``since``, in their order; without it from the oldest kept on.

        Go on with the ``visit`` of the last one that came; after the one that is still on there is none yet. An
        identifier that is no longer known is 410: visits may have been missed; begin again without it.
        """
        is_on = since == desk.view.identifier
        try:
            page = await _asked(lambda: results.after(since, limit))
        except UnknownVisit:
            if is_on:
                return JSONResponse({"visits": [], "next": None})
            raise ApiRefusal(ErrorCode.GONE) from None
        return JSONResponse({"visits": [json.loads(each.body) for each in page.visits], "next": page.next})


@dataclass(frozen=True, slots=True)
class _Visits:
    """Every visit that is known by its identifier."""

    desk: ReceptionPort
    results: FinishedVisits
    profile: str

    async def find(self, visit: str) -> tuple[bytes, NamedMember | None]:
        """Return the visit object as anybody may read it, and who it was about.

        Raises:
            ApiRefusal: There is no such visit, or the file cannot be read.

        """
        view, person = self.desk.view, self.desk.person
        try:
            found = await _asked(lambda: self.results.find(visit))
        except UnknownVisit:
            if visit != view.identifier:
                raise ApiRefusal(ErrorCode.NOT_FOUND) from None
            return published_visit(view, self.profile), person
        return found.body, found.person


def _serve_one(router: APIRouter, visits: _Visits, programs: ProgramsPort, access: Access) -> None:
    refusals = documented([*_REFUSED, ErrorCode.NOT_FOUND, ErrorCode.NOT_JOURNALED])

    @router.get("/api/v1/visits/{visit}", response_model=MemberVisitBody, responses=refusals)
    async def one(visit: str, caller: Caller = Depends(access.reading_program)) -> JSONResponse:  # noqa: B008 (FastAPI)
        """Return one visit: as it ended, or as it is now if it is still on.

        With the scope ``member:read`` it says who the person is, if they have proved it. Each such look is in the
        journal first; if the journal cannot take it, nothing is given (503).
        """
        body, person = await visits.find(visit)
        shown: dict[str, object] = json.loads(body)
        if person is None or shown["level"] not in _PROVED or not caller.may(Right.READ_MEMBERS):
            return JSONResponse(shown)
        await _journaled(programs, person, caller)
        return JSONResponse({**shown, **person.to_json()})


async def _journaled(programs: ProgramsPort, person: NamedMember, caller: Caller) -> None:
    """Have the journal note who is about to be named to whom.

    Raises:
        ApiRefusal: It does not take it.

    """
    try:
        await programs.visit(person, "visit", caller.name)
    except (NotDeterminable, TooManyQuestions):
        raise ApiRefusal(ErrorCode.NOT_JOURNALED) from None


async def _asked(ask: Callable[[], _T]) -> _T:
    """Return what the file of finished visits says, which may take the disk's time.

    Raises:
        ApiRefusal: The file cannot be read.

    """
    try:
        return await asyncio.to_thread(ask)
    except ResultsUnavailable:
        raise ApiRefusal(ErrorCode.RESULTS_UNAVAILABLE) from None

"""Serve the visit as server-sent events to many programs: each event is written once, and sent to all who follow."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import StreamingResponse

from kiosk.reception import Following, View
from kiosk.results import FinishedVisit, FinishedVisits, ResultsUnavailable
from kiosk.web.access import Access, Caller
from kiosk.web.errors import SHIELD, ErrorCode, Responses, documented
from kiosk.web.models import VisitBody
from kiosk.web.openapi import EVENT
from kiosk.web.replay import MOST_MISSED, event_number, in_place
from kiosk.web.seams import ReceptionPort
from kiosk.web.streams import BEAT, MOST_READERS, MOST_READERS_IN_ALL, Seats

__all__ = ["events_router"]

_ALIVE: Final = b": alive\n\n"
_BEATS: Final = 8
"""Beats of quiet after which a comment is sent, by which either side notices that the other is gone."""

_LAST_EVENT_ID = "The `id` of the last event that was seen; one of another kiosk or of no event is ignored."


class EventStream(StreamingResponse):
    """A response that never ends by itself."""

    media_type = "text/event-stream"


def events_router(
    desk: ReceptionPort, access: Access, word: str, closing: asyncio.Event, results: FinishedVisits | None
) -> APIRouter:
    """Return the route of the stream.

    Args:
        desk: The reception.
        access: Who may do what.
        word: 受付 or 窓口.
        closing: Ends every stream when it is set.
        results: The finished visits that a reader may have missed; None: there are none.

    """
    router = APIRouter()
    streams = _Streams(desk, access, word, closing, results)
    streamed: Responses = {200: {"content": {"text/event-stream": {"schema": EVENT}}}}
    # What fails after the first event would only end the stream.
    refused = documented(code for code in (*SHIELD, *_REFUSED) if code is not ErrorCode.INTERNAL)

    @router.get("/api/v1/events", response_class=EventStream, responses=streamed | refused)
    async def events(
        request: Request,
        caller: Caller = Depends(access.reader),  # noqa: B008 (FastAPI's own way)
        last_event_id: Annotated[str | None, Header(description=_LAST_EVENT_ID)] = None,
    ) -> EventStream:
        """Send the visit as server-sent events: the present state first, then one event for every change.

        Events have no name, and the ``id`` is the sequence number, which no other event of this kiosk ever has. With
        ``Last-Event-ID`` the stream begins with what the reader missed, in order: the latest changes, and before them
        the visits that have finished. The stream ends for a reader that falls far behind, and for the oldest one when
        there are too many. The reader may connect again.
        """
        # The page's cookie is the next visitor's too: it never sees a visit that is over.
        after = event_number(last_event_id) if caller.is_program else None
        return EventStream(streams.of(request, caller, after), headers={"X-Accel-Buffering": "no"})

    return router


_REFUSED = (ErrorCode.UNAUTHENTICATED, ErrorCode.NOT_PERMITTED)


class _Streams:
    """The streams of one kiosk, and their seats."""

    def __init__(
        self, desk: ReceptionPort, access: Access, word: str, closing: asyncio.Event, results: FinishedVisits | None
    ) -> None:
        self._desk, self._access, self._closing, self._results = desk, access, closing, results
        self._seats, self._all_seats = Seats(MOST_READERS), Seats(MOST_READERS_IN_ALL)
        self._said = _Said(word)

    async def of(self, request: Request, caller: Caller, after: int | None) -> AsyncIterator[bytes]:
        """Yield the events for one caller: all that came since the last ones in one piece."""
        with (
            self._seats.taken(request, caller) as left,
            self._all_seats.taken(request) as crowded,
            _following(self._desk, after) as following,
            _ending(following, lambda: self._access.is_current(caller), left, crowded, self._closing),
        ):
            missed: deque[FinishedVisit] | None = None
            while (views := await following.next()) is not None:
                if not self._access.is_current(caller):
                    return
                if views and missed is None:
                    missed = await self._missed(after)
                yield b"".join(map(self._said.event, in_place(views, missed or deque()))) or _ALIVE

    async def _missed(self, event: int | None) -> deque[FinishedVisit]:
        """Return the visits that have finished since an event; a disk that cannot say so keeps no stream from going."""
        if self._results is None or event is None:
            return deque()
        try:
            found = await asyncio.to_thread(self._results.after_event, event, MOST_MISSED)
        except ResultsUnavailable:
            return deque()
        return deque(sorted(found, key=lambda each: each.event))


class _Said:
    """The events as they are sent. The one that every reader gets at the same time is written once."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._last: tuple[View, bytes] | None = None

    def event(self, shown: View | FinishedVisit) -> bytes:
        """Return the event for a view, or for a visit that has finished."""
        if isinstance(shown, FinishedVisit):
            return _event(shown.event, shown.body)
        if self._last is None or self._last[0] is not shown:
            body = VisitBody.of(shown, self._word).model_dump_json().encode()
            self._last = shown, _event(shown.sequence, body)
        return self._last[1]


def _event(number: int, body: bytes) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (number, body)


@contextmanager
def _following(desk: ReceptionPort, after: int | None) -> Iterator[Following]:
    following = desk.follow(after)
    try:
        yield following
    finally:
        following.leave()


@contextmanager
def _ending(following: Following, may_stay: Callable[[], bool], *ends: asyncio.Event) -> Iterator[None]:
    """End ``following`` when one of ``ends`` is set, or its caller may no longer stay; poke it now and then."""
    watch = asyncio.create_task(_end(following, may_stay, ends))
    try:
        yield
    finally:
        watch.cancel()


async def _end(following: Following, may_stay: Callable[[], bool], ends: Sequence[asyncio.Event]) -> None:
    waiting = [asyncio.ensure_future(end.wait()) for end in ends]
    try:
        beats = 0
        while may_stay():
            beats += 1
            if (await asyncio.wait(waiting, timeout=BEAT, return_when=asyncio.FIRST_COMPLETED))[0]:
                break
            if beats % _BEATS == 0:
                following.poke()
    finally:
        for each in waiting:
            each.cancel()
        following.end()

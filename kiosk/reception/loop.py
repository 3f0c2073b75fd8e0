"""The loop of one kiosk: events come in, the visit changes, is shown, and asks for effects."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from kiosk.reception.audience import Audience
from kiosk.reception.durations import begun
from kiosk.reception.endings import Endings
from kiosk.reception.identifiers import new_identifier
from kiosk.reception.lying import CardsLying
from kiosk.reception.picture import Painter
from kiosk.reception.readers import ReaderBoard
from kiosk.reception.sleep import SleepWatch
from kiosk.reception.time_limits import time_limit
from kiosk.reception.view import View
from kiosk.reception.visit.effects import Effect
from kiosk.reception.visit.events import Suspended, TimedOut, VisitEvent
from kiosk.reception.visit.machine import step
from kiosk.reception.visit.rules import Rules
from kiosk.reception.visit.states import Idle, OutOfService, VisitState
from kiosk.reception.visit.table import Ignored
from kiosk.reception.visit.visit import Visit

__all__ = ["VisitLoop"]

_SLEEP_LOOK_EVERY = 1.0


class VisitLoop:
    """Runs one visit after another on the pure machine. All methods belong to one event loop.

    Attributes:
        visit: the visit as it is now, certificate and all.
        audience: who looks at it.
        endings: who learns of each visit that is over.
        ignored: how often an event came in a state that takes no notice of it.

    """

    def __init__(
        self,
        board: ReaderBoard,
        rules: Rules,
        painter: Painter,
        *,
        now: Callable[[], datetime],
        carry_out: Callable[[Effect], None],
        sleep: SleepWatch,
        first_sequence: Callable[[], int],
    ) -> None:
        """Begin with a kiosk that is out of service.

        Args:
            board: the readers, and the cards on them that concern nobody.
            rules: what is required of a card, and how long people may take.
            painter: makes a picture of a visit.
            now: the clock (aware).
            carry_out: starts an effect, and returns at once.
            sleep: notices that the machine was suspended.
            first_sequence: the least number that a change may have, since the last run has given those before it.

        """
        self._board, self._rules, self._painter = board, rules, painter
        self._now, self._carry_out, self._sleep = now, carry_out, sleep
        self._first_sequence = first_sequence
        self.visit = _named(Visit(1, OutOfService(), board.failure))
        self._sequence = max(1, first_sequence())
        self._attended = False
        self.audience = Audience(self._picture())
        self.endings = Endings()
        self.ignored: Counter[tuple[type[VisitState], type[VisitEvent]]] = Counter()
        self._observers: list[Callable[[Visit, Visit], None]] = []
        self._events: asyncio.Queue[VisitEvent] = asyncio.Queue()
        self._lying = CardsLying()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def view(self) -> View:
        """The present picture, never one from before the machine slept."""
        self._notice_sleep()
        return self.audience.view

    def observe(self, observer: Callable[[Visit, Visit], None]) -> None:
        """Have ``observer`` called with the visit before and after every change, before anybody is shown it."""
        self._observers.append(observer)

    def attend(self, attended: bool) -> None:
        """Know whether a staff page is open; a screen that says so of a call is shown anew."""
        self._attended = attended
        if self.visit.staff_called:
            self._become(self.visit)

    def enqueue(self, event: VisitEvent) -> None:
        """Take an event after those that came before it."""
        self._events.put_nowait(event)

    def happen(self, event: VisitEvent) -> bool:
        """Take an event now; return whether it changed anything."""
        self._notice_sleep()
        return self._apply(event)

    async def run(self) -> None:
        """Take the events of the queue, until cancelled."""
        while True:
            self.happen(await self._events.get())

    async def watch_sleep(self) -> None:
        """Notice within a second that the machine slept, until cancelled."""
        while True:
            await asyncio.sleep(_SLEEP_LOOK_EVERY)
            self._notice_sleep()

    def stop(self) -> None:
        """Let no time limit end any more, and end the visit that is on."""
        self._disarm()
        self.endings.close(self.audience.view)

    def _notice_sleep(self) -> None:
        """End what was on before the machine slept, ahead of anything that is shown or done after it."""
        if self._sleep.has_slept():
            self._apply(Suspended())

    def _apply(self, event: VisitEvent) -> bool:
        self._lying.note(event)
        before, reaction = self.visit, step(self.visit, event, self._rules)
        if isinstance(reaction, Ignored):
            self.ignored[(type(before.state), type(event))] += 1
            return False
        self._become(reaction.visit)
        for effect in reaction.effects:
            self._carry_out(effect)
        if before.service and self.visit.service is None and isinstance(self.visit.state, Idle):
            self._read_what_lies_there()
        return True

    def _read_what_lies_there(self) -> None:
        for put in self._lying.events:
            if not self._board.holds_foreign(put.reader):
                self.enqueue(put)

    def _become(self, visit: Visit) -> None:
        visit = begun(visit if visit.identifier else _named(visit))
        for observe in self._observers:
            observe(self.visit, visit)
        self.visit = visit
        self._sequence = max(self._sequence + 1, self._first_sequence())
        self._arm_timer()
        picture = self._picture()
        self.endings.note(visit, picture)
        self.audience.show(picture)

    def _picture(self) -> View:
        return self._painter.view(self.visit, self._sequence, self._now(), attended=self._attended)

    def _disarm(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _arm_timer(self) -> None:
        self._disarm()
        limit = time_limit(self.visit, self._rules)
        event = TimedOut(self.visit.number, self._board.may_lie(self.visit.reader))
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(limit, self.happen, event) if limit is not None else None


def _named(visit: Visit) -> Visit:
    return replace(visit, identifier=new_identifier(), began=None)

"""The reception: runs one visit at a time on the pure machine, and carries out what it asks for."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime

import structlog

from drivers.events import CardInserted, CardWithdrawn, OfReader, ReaderEvent
from drivers.worker.client import DEFAULT_LIMITS, Limits, ReaderPlugin, ReaderWorker
from kiosk.cardcheck import CardDialogue
from kiosk.failures import Code, Failure, Family
from kiosk.identity import Verifier
from kiosk.pin import wipe_pin
from kiosk.reception.actions import Action, StaffConfirm
from kiosk.reception.answering import Answering, AnswerRefused
from kiosk.reception.audience import Audience
from kiosk.reception.failing import failure_of, held_for
from kiosk.reception.floors import Findings, Floors, Watcher
from kiosk.reception.lying import CardsLying
from kiosk.reception.picture import Painter, time_limit
from kiosk.reception.readers import DriverState, ReaderBoard, sought
from kiosk.reception.safeguards import safeguards
from kiosk.reception.service_log import ServiceLog
from kiosk.reception.sleep import SleepWatch
from kiosk.reception.view import View
from kiosk.reception.visit.card import StaffAct
from kiosk.reception.visit.effects import Determine, Effect, PlaceOrder, Probe, Prove, Read, Record, Release, Renew
from kiosk.reception.visit.events import (
    CardFailed,
    CardPut,
    CardRead,
    CardTaken,
    Determined,
    FaceCompared,
    NotDetermined,
    OrderFailed,
    OrderPlaced,
    Proved,
    ServiceChanged,
    Suspended,
    TimedOut,
    VisitEvent,
)
from kiosk.reception.visit.machine import step
from kiosk.reception.visit.rules import Require, Rules
from kiosk.reception.visit.states import Idle, OutOfService, VisitState
from kiosk.reception.visit.table import Ignored
from kiosk.reception.visit.visit import Visit

__all__ = ["Reception"]

_log = structlog.get_logger(__name__)
_ANSWER_LIMIT = 10.0
_CHECK_LIMIT = 10.0
_LOOK_EVERY = 5.0
_SLEEP_LOOK_EVERY = 1.0


class Reception:
    """One kiosk's reception. Start it inside a running event loop; all methods belong to that loop."""

    def __init__(
        self,
        plugins: Mapping[str, tuple[ReaderPlugin, Mapping[str, object]]],
        verifier: Verifier,
        answering: Answering,
        *,
        now: Callable[[], datetime],
        kiosk: str = "1",
        rules: Rules | None = None,
        limits: Limits = DEFAULT_LIMITS,
        simulation: bool = False,
        sleep: SleepWatch | None = None,
    ) -> None:
        self._verifier, self._answering, self._now = verifier, answering, now
        self._rules, self._simulation = rules or Rules(), simulation
        self._painter = Painter(kiosk, self._rules, answering.policy, simulation)
        self._sleep = sleep or SleepWatch()
        self._plugins = {name: plugin for name, (plugin, _) in plugins.items()}
        labels = {name: plugin.label for name, plugin in self._plugins.items()}
        self._board = ReaderBoard(labels, sought=sought(plugins))
        self._clients = {
            name: ReaderWorker(plugin, options=options, limits=limits, on_event=self._on_reader_event)
            for name, (plugin, options) in plugins.items()
        }
        self._visit = Visit(1, OutOfService(), self._board.failure)
        self._sequence = 1
        self._audience = Audience(self._picture())
        # Answering first: a clock that is wrong makes roots and lists look out of date.
        self._floors = Floors((self._answering.look, safeguards(verifier, now)))
        # Until the first look nobody knows whether a visit can be served.
        self._found = Findings.stopping(Failure.here(Code.STARTING))
        self._lying, self._said = CardsLying(), ServiceLog(self._board)
        self._closed: Failure | None = None
        self._observers: list[Callable[[Visit, Visit], None]] = []
        self._events: asyncio.Queue[VisitEvent] = asyncio.Queue()
        # Its own threads: an answer that hangs must not keep the next card from being checked.
        self._answerers = ThreadPoolExecutor(2, "answer")
        self._lookers = ThreadPoolExecutor(1, "look")
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._runner: asyncio.Task[None] | None = None
        self.ignored: Counter[tuple[type[VisitState], type[VisitEvent]]] = Counter()

    @property
    def view(self) -> View:
        """The present picture, never one from before the machine slept."""
        self._notice_sleep()
        return self._audience.view

    async def start(self) -> None:
        """Start the workers and the loop of events."""
        self._runner = asyncio.create_task(self._run(), name="reception")
        self._spawn(self._watch_floors())
        self._spawn(self._watch_sleep())
        await asyncio.gather(*(client.start() for client in self._clients.values()))

    def leave(self) -> None:
        """Know that the service ends: readers that go from here on are no loss. Safe in a signal's handler."""
        self._said.end()

    async def stop(self) -> None:
        """Power off the card, end the workers and forget the visit."""
        self.leave()
        if self._timer:
            self._timer.cancel()
        await asyncio.gather(*(client.stop() for client in self._clients.values()))
        running = [task for task in (self._runner, *self._tasks) if task]
        for pool in (self._answerers, self._lookers):
            pool.shutdown(wait=False, cancel_futures=True)
        for task in running:
            task.cancel()
        for task in running:
            with suppress(asyncio.CancelledError):
                await task

    def changes(self) -> AsyncIterator[View]:
        """Yield the present view, then the latest after each change; a slow reader skips what is stale."""
        return self._audience.changes()

    def every_change(self) -> AsyncIterator[View]:
        """Yield the present view, then every one that follows; ends for a reader that falls 256 views behind."""
        return self._audience.every_change()

    def health(self) -> tuple[Failure, ...]:
        """Return the reasons why no visit can be served; empty when healthy."""
        return (self._visit.service,) if self._visit.service else ()

    def troubles(self) -> tuple[Failure, ...]:
        """Return what else is wrong, with readers or with a safeguard, though visits go on."""
        reasons = self.health()
        return tuple(each for each in (*self._board.troubles, *self._found.troubles) if each not in reasons)

    async def act(self, action: Action) -> bool:
        """Take a visitor's or staff's action; False for one that does not fit the present state: it is counted."""
        if isinstance(action, StaffConfirm):
            return self._take(FaceCompared(self._visit.number, StaffAct(action.staff, action.reason)))
        return self._take(action)

    # For the staff desk

    @property
    def visit(self) -> Visit:
        """The visit itself, certificate and all: for the staff desk, never for a page."""
        return self._visit

    def observe(self, observer: Callable[[Visit, Visit], None]) -> None:
        """Have ``observer`` called with the visit before and after every change, before anybody is shown it."""
        self._observers.append(observer)

    def watch(self, watcher: Watcher) -> None:
        """Have ``watcher`` look with those of the reception, every few seconds."""
        self._floors.add(watcher)

    def happen(self, event: VisitEvent) -> bool:
        """Take an event of the staff desk; returns whether it changed anything."""
        return self._take(event)

    def drivers(self) -> list[DriverState]:
        """Every driver with its readers as they are now."""
        return self._board.states({name: client.known for name, client in self._clients.items()})

    def restart(self, driver: str) -> None:
        """End a driver's worker, which is replaced at once. Raises KeyError."""
        self._clients[driver].restart()

    def close(self, reason: Failure | None) -> None:
        """Serve nobody for ``reason``, or with None everybody again, whoever's card lies there already first.

        A visit under way goes on to its end in either case.
        """
        self._closed = reason
        self._service_changed()

    # Events in

    def _on_reader_event(self, event: ReaderEvent) -> None:
        if self._is_ignored(event):
            return
        self._board.take(event)
        self._said.heard(event)
        if not isinstance(event, CardInserted | CardWithdrawn) or self._visit.service != self._trouble:
            self._service_changed()
        if isinstance(event, CardInserted):
            # Of a card that was laid aside everybody was told when it came.
            if not self._board.holds_foreign(event.reader):
                self._events.put_nowait(CardPut(event.reader, held_for(event)))
        if isinstance(event, CardWithdrawn):
            self._events.put_nowait(CardTaken(event.reader))

    def _is_ignored(self, event: ReaderEvent) -> bool:
        """Return whether it is about a reader that must not be used: a virtual one serves simulations only."""
        if self._simulation or not isinstance(event, OfReader):
            return False
        return self._plugins[event.driver].is_virtual(event.reader)

    @property
    def _trouble(self) -> Failure | None:
        return self._closed or self._found.failure or self._board.failure

    def _service_changed(self) -> None:
        self._events.put_nowait(ServiceChanged(self._board.names, self._trouble))

    async def _watch_floors(self) -> None:
        """Look every few seconds whether register, journal and roots serve: nobody shall type a 暗証番号 in vain."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_EVERY)

    async def look(self) -> Findings:
        """Look at every floor now, and tell the visit and the log what has changed."""
        try:
            async with asyncio.timeout(_ANSWER_LIMIT):
                found = await asyncio.get_running_loop().run_in_executor(self._lookers, self._floors.look)
        except Exception as error:  # whatever it is, it is no health
            found = Findings.stopping(failure_of(None, error))
        before, self._found = self._found, found
        self._said.found(found)
        if found.failure != before.failure:
            self._service_changed()
        return found

    async def _require_served(self, visit: int) -> None:
        """Raise AnswerRefused where a look finds what the last one, seconds ago, did not, or the visit ends meanwhile.

        What was typed for one card must never reach the next one.
        """
        failure = (await self.look()).failure
        if failure or self._visit.number != visit:
            raise AnswerRefused(failure or Failure.here(Code.CARD_LEFT))

    async def _watch_sleep(self) -> None:
        while True:
            await asyncio.sleep(_SLEEP_LOOK_EVERY)
            self._notice_sleep()

    def _notice_sleep(self) -> None:
        """End what was on before the machine slept, ahead of anything that is shown or done after it."""
        if self._sleep.has_slept():
            self._apply(Suspended())

    async def _run(self) -> None:
        while True:
            self._take(await self._events.get())

    def _take(self, event: VisitEvent) -> bool:
        self._notice_sleep()
        return self._apply(event)

    def _apply(self, event: VisitEvent) -> bool:
        self._lying.note(event)
        before, reaction = self._visit, step(self._visit, event, self._rules)
        if isinstance(reaction, Ignored):
            self.ignored[(type(before.state), type(event))] += 1
            return False
        self._become(reaction.visit)
        for effect in reaction.effects:
            self._spawn(self._carry_out(effect))
        if before.service and self._visit.service is None and isinstance(self._visit.state, Idle):
            self._read_what_lies_there()
        return True

    def _read_what_lies_there(self) -> None:
        for put in self._lying.events:
            if not self._board.holds_foreign(put.reader):
                self._events.put_nowait(put)

    def _become(self, visit: Visit) -> None:
        for observe in self._observers:
            observe(self._visit, visit)
        self._visit = visit
        self._sequence += 1
        self._arm_timer()
        self._audience.show(self._picture())

    def _picture(self) -> View:
        return self._painter.view(self._visit, self._sequence, self._answering.today)

    def _arm_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
        limit = time_limit(self._visit, self._rules)
        event = TimedOut(self._visit.number, self._board.may_lie(self._visit.reader))
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(limit, self._take, event) if limit is not None else None

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Effects out

    async def _carry_out(self, effect: Effect) -> None:
        try:
            match effect:
                case Read():
                    self._take(await self._read(effect))
                case Prove():
                    self._take(await self._prove(effect))
                case Determine():
                    self._take(await self._determine(effect))
                case PlaceOrder():
                    self._take(await self._order(effect))
                case Record():
                    await asyncio.to_thread(self._answering.record, effect)
                case Release():
                    await self._client(effect.reader).release(effect.reader, effect.visit)
                case Probe():
                    await self._client(effect.reader).probe(effect.reader, effect.visit)
                case Renew():
                    for client in self._clients.values():
                        client.renew()
        except Exception as error:  # every failure of an effect ends in a screen or at least in the log
            self._fail(effect, error)

    async def _read(self, effect: Read) -> CardRead:
        allowed = self._rules.pin_before_certificate and self._rules.require is Require.PIN
        with self._dialogue(effect) as dialogue:
            card = await dialogue.read(pin_before_certificate=allowed)
            await self._require_served(effect.visit)
            check = await dialogue.check(card)
        return CardRead(effect.visit, check, card.tries_left, card.without_pin)

    async def _prove(self, effect: Prove) -> Proved:
        try:
            with self._dialogue(effect) as dialogue:
                await self._require_served(effect.visit)
                proved = await dialogue.prove(effect.pin, effect.check)
        finally:
            # No dialogue overwrites it if the reader is gone, or nobody is served any more.
            wipe_pin(effect.pin)
        return Proved(effect.visit, proved.proof, proved.signature_valid, proved.check)

    def _dialogue(self, effect: Read | Prove) -> CardDialogue:
        """Return the dialogue with the effect's card. Raises ServiceNotRunning if the reader is gone."""
        worker = self._client(effect.reader)
        return CardDialogue(worker, effect.reader, effect.visit, self._verifier, self._now, check_limit=_CHECK_LIMIT)

    async def _determine(self, effect: Determine) -> Determined:
        async with asyncio.timeout(_ANSWER_LIMIT):
            loop = asyncio.get_running_loop()
            eligibility = await loop.run_in_executor(self._answerers, self._answering.answer, effect)
        return Determined(effect.visit, eligibility)

    async def _order(self, effect: PlaceOrder) -> OrderPlaced:
        await self._require_served(effect.visit)
        async with asyncio.timeout(_ANSWER_LIMIT):
            loop = asyncio.get_running_loop()
            own = await loop.run_in_executor(self._answerers, self._answering.order, effect)
        return OrderPlaced(effect.visit, own)

    def _client(self, reader: str) -> ReaderWorker:
        return self._clients[self._board.driver_of(reader)]

    def _fail(self, effect: Effect, error: Exception) -> None:
        failure = failure_of(effect, error)
        say = _log.error if failure.code.family is Family.SERVICE else _log.info
        say("effect failed", effect=type(effect).__name__, code=failure.code.value, place=failure.place)
        if isinstance(effect, Read | Probe) and failure.code is Code.READER_SERVICE_STUCK:
            self._board.stick(effect.reader, failure)
            self._service_changed()
        if isinstance(effect, Read) and failure.code is Code.NOT_MY_NUMBER_CARD:
            self._board.lay_aside(effect.reader)
        match effect:
            case Read() | Prove() | Probe():
                self._take(CardFailed(effect.visit, failure))
            case Determine():
                self._take(NotDetermined(effect.visit, failure))
            case PlaceOrder():
                self._take(OrderFailed(effect.visit, failure))

"""The reception of one kiosk: readers, visit, effects and watch put together, for the pages and the staff desk."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from drivers.events import CardInserted, CardWithdrawn, ReaderEvent
from drivers.worker.client import DEFAULT_LIMITS, Limits
from kiosk.audit import JournalError
from kiosk.eligibility import RegistryError
from kiosk.failures import Code, Failure
from kiosk.identity import CertificateCheck, Verifier
from kiosk.reception.actions import Action, StaffConfirm
from kiosk.reception.attendance import Attendance
from kiosk.reception.audience import Following
from kiosk.reception.effect_runner import EffectRunner
from kiosk.reception.eligibility_service import EligibilityService
from kiosk.reception.endings import Ended, person_of
from kiosk.reception.failing import known_failure
from kiosk.reception.floor_watch import FloorWatch
from kiosk.reception.floors import Findings, Watcher
from kiosk.reception.loop import VisitLoop
from kiosk.reception.not_determinable import NotDeterminable
from kiosk.reception.photo import HolderUnknown
from kiosk.reception.picture import Painter
from kiosk.reception.readers import DriverState
from kiosk.reception.safeguards import safeguards
from kiosk.reception.service_log import ServiceLog
from kiosk.reception.sleep import SleepWatch
from kiosk.reception.tending import Tending
from kiosk.reception.view import View
from kiosk.reception.visit.card import StaffAct
from kiosk.reception.visit.effects import Effect, SeekResult
from kiosk.reception.visit.events import CardPut, CardTaken, FaceCompared, ServiceChanged, VisitEvent
from kiosk.reception.visit.identifying import confirmable
from kiosk.reception.visit.rules import Rules
from kiosk.reception.visit.states import AwaitingReader, VisitState
from kiosk.reception.visit.visit import Visit
from kiosk.reception.workers import Plugins, Workers
from kiosk.results import NamedMember

__all__ = ["Reception", "ReceptionOptions"]

_LOOK_UP_LIMIT = 10.0


@dataclass(frozen=True, slots=True)
class ReceptionOptions:
    """How one kiosk's reception differs from another's.

    Attributes:
        kiosk: this kiosk's name.
        rules: what is required of a card, and how long people may take.
        limits: the patience with the workers.
        simulation: whether virtual readers count, and every screen says 模擬.
        sleep: notices that the machine was suspended.
        first_sequence: the least number that a change may have; an earlier run of the service has given those before.

    """

    kiosk: str = "1"
    rules: Rules = field(default_factory=Rules)
    limits: Limits = DEFAULT_LIMITS
    simulation: bool = False
    sleep: SleepWatch = field(default_factory=SleepWatch)
    first_sequence: Callable[[], int] = lambda: 1


class Reception:
    """One kiosk's reception. Start it inside a running event loop; all methods belong to that loop."""

    def __init__(
        self,
        plugins: Plugins,
        verifier: Verifier,
        service: EligibilityService,
        now: Callable[[], datetime],
        options: ReceptionOptions,
    ) -> None:
        """Prepare the reception; nothing runs yet.

        Args:
            plugins: the drivers by name, each with its options.
            verifier: how certificates are checked.
            service: the register, the rules and the journal.
            now: the clock (aware).
            options: what differs between kiosks.

        """
        limits, simulation = options.limits, options.simulation
        self._workers = Workers(plugins, limits=limits, simulation=simulation, on_event=self._on_reader_event)
        self._board = self._workers.board
        self._log = ServiceLog(self._board)
        self._service, self._verifier = service, verifier
        self._loop = self._visit_loop(service, options)
        self._attendance = Attendance(self._loop.attend)
        self._effects = self._effect_runner(verifier, service, now, options.rules)
        # The service's own look first: a clock that is wrong makes roots and lists look out of date.
        watchers = (service.look, safeguards(verifier, now))
        self._floors = FloorWatch(watchers, self._log, self._service_changed)
        self._closed: Failure | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._beside: list[Callable[[], Coroutine[None, None, None]]] = []
        self._tending = Tending()

    def _visit_loop(self, service: EligibilityService, options: ReceptionOptions) -> VisitLoop:
        return VisitLoop(
            self._board,
            options.rules,
            Painter(options.kiosk, options.rules, service.policy, options.simulation),
            now=lambda: service.now(),
            carry_out=self._carry_out,
            sleep=options.sleep,
            first_sequence=options.first_sequence,
        )

    def _effect_runner(
        self, verifier: Verifier, service: EligibilityService, now: Callable[[], datetime], rules: Rules
    ) -> EffectRunner:
        return EffectRunner(
            self._workers,
            verifier,
            service,
            rules,
            now,
            require_served=self._require_served,
            present_visit=lambda: self.visit.number,
            happen=self._loop.happen,
            readers_changed=self._service_changed,
        )

    # Beginning and end

    async def start(self) -> None:
        """Start the workers and the loop of events."""
        for part in (self._loop.run, self._floors.run, self._loop.watch_sleep, *self._beside):
            self._spawn(self._tending.keep_going(part))
        self._watch_results()
        await self._workers.start()

    def leave(self) -> None:
        """Know that the service ends: readers that go from here on are no loss. Safe in a signal's handler."""
        self._log.end()

    async def stop(self) -> None:
        """Power off the card, end the workers and forget the visit."""
        self.leave()
        self._loop.stop()
        await self._workers.stop()
        running = list(self._tasks)
        self._effects.stop()
        self._floors.stop()
        for task in running:
            task.cancel()
        for task in running:
            with suppress(asyncio.CancelledError):
                await task

    # What is seen of it

    @property
    def view(self) -> View:
        """The present picture, never one from before the machine slept."""
        return self._loop.view

    @property
    def person(self) -> NamedMember | None:
        """Who the present answer is about; None without one, or if the person proved nothing."""
        return person_of(self.visit.state)

    def changes(self) -> AsyncIterator[View]:
        """Yield the present view, then the latest after each change; a slow reader skips what is stale."""
        return self._loop.audience.changes()

    def follow(self, after: int | None = None) -> Following:
        """Return a follower of every change, as `every_change` yields them: all that wait at once."""
        return self._loop.audience.follow(after)

    def every_change(self, after: int | None = None) -> AsyncIterator[View]:
        """Yield the present view, then every one that follows; ends for a reader that falls 256 views behind.

        For a reader that has seen the view with the number ``after``, begin with those that it missed instead.
        """
        return self._loop.audience.every_change(after)

    def health(self) -> tuple[Failure, ...]:
        """Return the reasons why no visit can be served; empty when healthy."""
        return (self.visit.service,) if self.visit.service else ()

    def troubles(self) -> tuple[Failure, ...]:
        """Return what else is wrong, with readers or with a safeguard, though visits go on."""
        reasons, errors = self.health(), filter(None, [self._tending.error])
        found = (*self._board.troubles, *self._floors.found.troubles, *errors)
        return tuple(each for each in found if each not in reasons)

    @property
    def ignored(self) -> Counter[tuple[type[VisitState], type[VisitEvent]]]:
        """How often an event came in a state that takes no notice of it."""
        return self._loop.ignored

    def trust_as_of(self) -> datetime | None:
        """Return when the revocation list was made by which cards are checked; None without one. Does not block."""
        return self._verifier.revocation_as_of(self._service.now())

    def drivers(self) -> list[DriverState]:
        """Return every driver with its readers as they are now."""
        return self._workers.states()

    async def act(self, action: Action) -> bool:
        """Take a visitor's or staff's action; return False if the present state ignores it.

        Raises:
            PhotoRefused: it is a 目視確認 with a card that may have, or has, no photograph.
            HolderUnknown: it is a 目視確認, and the card's holder cannot be looked up now.

        """
        return await self._compared(action) if isinstance(action, StaffConfirm) else self.happen(action)

    async def _compared(self, action: StaffConfirm) -> bool:
        visit, card = self.visit.number, confirmable(self.visit)
        act = StaffAct(action.staff, action.reason, action.card_has_photo)
        if card:
            await self._require_photo(card.check, act)
        return self.happen(FaceCompared(visit, act))

    async def _require_photo(self, check: CertificateCheck, act: StaffAct) -> None:
        try:
            async with asyncio.timeout(_LOOK_UP_LIMIT):
                await asyncio.to_thread(self._service.require_photo, check, act)
        except (RegistryError, JournalError, TimeoutError) as error:
            raise HolderUnknown from error

    # For the staff desk

    @property
    def visit(self) -> Visit:
        """The visit itself, certificate and all: for the staff desk, never for a page."""
        return self._loop.visit

    def staff_page(self) -> AbstractContextManager[None]:
        """Know that a staff page is open, for as long as the block runs: a call is seen there."""
        return self._attendance.page()

    def observe(self, observer: Callable[[Visit, Visit], None]) -> None:
        """Have ``observer`` called with the visit before and after every change, before anybody is shown it."""
        self._loop.observe(observer)

    def on_end(self, listener: Callable[[Ended], None]) -> None:
        """Have ``listener`` called with every visit that ends; it must return at once."""
        self._loop.endings.listen(listener)

    def happen(self, event: VisitEvent) -> bool:
        """Take an event; return whether it changed anything."""
        return self._loop.happen(event)

    def watch(self, watcher: Watcher) -> None:
        """Have ``watcher`` look with those of the reception, every few seconds."""
        self._floors.add(watcher)

    def tend(self, part: Callable[[], Coroutine[None, None, None]]) -> None:
        """Have ``part`` run beside the others, from `start` to `stop`."""
        self._beside.append(part)

    async def look(self) -> Findings:
        """Look at every floor now, and report to the visit and the log what has changed."""
        return await self._floors.look()

    def restart(self, driver: str) -> None:
        """End a driver's worker, which is replaced at once. Raises KeyError."""
        self._workers.restart(driver)

    def close(self, reason: Failure | None) -> None:
        """Serve nobody for ``reason``; with None serve everybody again, beginning with a card that lies there already.

        A visit under way goes on to its end in either case.
        """
        self._closed = reason
        self._service_changed()

    # Between the parts

    def _on_reader_event(self, event: ReaderEvent) -> None:
        if self._workers.ignores(event):
            return
        self._board.take(event)
        self._log.heard(event)
        if not isinstance(event, CardInserted | CardWithdrawn) or self.visit.service != self._trouble:
            self._service_changed()
        if isinstance(event, CardInserted):
            # The screen has said already that a card that was laid aside is no My Number card.
            if not self._board.holds_foreign(event.reader):
                self._loop.enqueue(CardPut(event.reader, known_failure(event)))
        if isinstance(event, CardWithdrawn):
            self._loop.enqueue(CardTaken(event.reader))

    @property
    def _trouble(self) -> Failure | None:
        return self._closed or self._floors.found.failure or self._board.failure

    def _watch_results(self) -> None:
        loop = asyncio.get_running_loop()

        def came() -> None:
            loop.call_soon_threadsafe(self._result_came)

        if reader := self._service.sources.reader:
            reader.start(came)

    def _result_came(self) -> None:
        """Look whether the new result of the 顔認証付きカードリーダー is that of the visit that waits for one."""
        state = self.visit.state
        if isinstance(state, AwaitingReader) and state.awaited is not None:
            self._carry_out(SeekResult(self.visit.number, state.awaited))

    def _service_changed(self) -> None:
        self._loop.enqueue(ServiceChanged(self._board.names, self._trouble))

    async def _require_served(self, visit: int) -> None:
        """Raise NotDeterminable if a look finds what the last one, seconds ago, did not, or the visit ends meanwhile.

        What was typed for one card must never reach the next one.
        """
        failure = (await self.look()).failure
        if failure or self.visit.number != visit:
            raise NotDeterminable(failure or Failure.here(Code.CARD_LEFT))

    def _carry_out(self, effect: Effect) -> None:
        self._spawn(self._effects.run(effect))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

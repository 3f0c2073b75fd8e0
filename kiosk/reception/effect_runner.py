"""Carry out what the visit asks for, and report how it went as an event of the visit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog

from kiosk.cardcheck import CardDialogue
from kiosk.eligibility.terminal import Enquiry, SeveralAnswers
from kiosk.failures import Code, Failure, Family
from kiosk.identity import Verifier
from kiosk.pin import wipe_pin
from kiosk.reception.eligibility_service import EligibilityService
from kiosk.reception.failing import failure_of, unanswered
from kiosk.reception.not_determinable import NotDeterminable
from kiosk.reception.patient_answer import answer_by_card
from kiosk.reception.reader_answer import answer_by_reader, awaited_by_card, somebody
from kiosk.reception.visit.card import FromReader
from kiosk.reception.visit.effects import (
    AskTerminal,
    AwaitReader,
    Determine,
    Effect,
    PlaceOrder,
    Probe,
    Prove,
    Read,
    Record,
    Release,
    Renew,
    SeekResult,
)
from kiosk.reception.visit.eligibility import Eligibility
from kiosk.reception.visit.events import (
    CardFailed,
    CardRead,
    Determined,
    NotDetermined,
    OrderFailed,
    OrderPlaced,
    Proved,
    ReaderAwaited,
    ResultFound,
    ResultToChoose,
    TerminalAnswered,
    TerminalNeeded,
    VisitEvent,
)
from kiosk.reception.visit.rules import Require, Rules
from kiosk.reception.workers import Workers

__all__ = ["EffectRunner"]

_log = structlog.get_logger(__name__)
_ANSWER_LIMIT = 10.0
_CHECK_LIMIT = 10.0
_JUST_USED = timedelta(minutes=3)
"""How long before a visit a result may have come that staff are called to choose."""

_TERMINAL_GRACE = 10.0
"""Seconds beyond its own limit in which the exchange with the 資格確認端末 has to give up."""


class EffectRunner:
    """Carries out the effects of one reception's visits. All methods belong to one event loop."""

    def __init__(
        self,
        workers: Workers,
        verifier: Verifier,
        service: EligibilityService,
        rules: Rules,
        now: Callable[[], datetime],
        *,
        require_served: Callable[[int], Awaitable[None]],
        present_visit: Callable[[], int],
        happen: Callable[[VisitEvent], bool],
        readers_changed: Callable[[], None],
    ) -> None:
        """Prepare the runner.

        Args:
            workers: who speak to the cards.
            verifier: how certificates are checked.
            service: the register, the rules and the journal.
            rules: what this kiosk requires of a card.
            now: the clock (aware).
            require_served: raises NotDeterminable if a visit of this number cannot be served just now.
            present_visit: returns the number of the visit that is on.
            happen: takes the event in which an effect ends.
            readers_changed: is called if an effect has shown that a reader does not serve.

        """
        self._workers, self._verifier, self._service, self._rules = workers, verifier, service, rules
        self._now, self._require_served = now, require_served
        self._present_visit, self._happen, self._readers_changed = present_visit, happen, readers_changed
        # Its own threads: an answer that hangs must not keep the next card from being checked.
        self._answerers = ThreadPoolExecutor(2, "answer")
        # The terminal may take its whole limit, which must keep no answer of the register waiting.
        self._askers = ThreadPoolExecutor(4, "ask-terminal")

    def stop(self) -> None:
        """Begin no further answer; one that hangs is not waited for."""
        for threads in (self._answerers, self._askers):
            threads.shutdown(wait=False, cancel_futures=True)

    async def run(self, effect: Effect) -> None:
        """Carry out one effect. Every failure of it ends in a screen, or at least in the log."""
        try:
            if event := await self._carry_out(effect):
                self._happen(event)
        except Exception as error:  # whatever it is, the visit has to end in a screen
            self._fail(effect, error)

    async def _carry_out(self, effect: Effect) -> VisitEvent | None:
        match effect:
            case Read():
                return await self._read(effect)
            case Prove():
                return await self._prove(effect)
            case Determine():
                return await self._determine(effect)
            case AskTerminal():
                return await self._ask_terminal(effect)
            case AwaitReader():
                return await self._await_reader(effect)
            case SeekResult():
                return self._seek_result(effect)
            case PlaceOrder():
                return await self._order(effect)
            case Record():
                await asyncio.to_thread(self._service.record, effect)
            case Release():
                await self._workers.of(effect.reader).release(effect.reader, effect.visit)
            case Probe():
                await self._workers.of(effect.reader).probe(effect.reader, effect.visit)
            case Renew():
                self._workers.renew()
        return None

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
        worker = self._workers.of(effect.reader)
        return CardDialogue(worker, effect.reader, effect.visit, self._verifier, self._now, check_limit=_CHECK_LIMIT)

    async def _determine(self, effect: Determine) -> Determined | TerminalNeeded:
        async with asyncio.timeout(_ANSWER_LIMIT):
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._answerers, self._answer, effect)
        if isinstance(answer, Enquiry):
            return TerminalNeeded(effect.visit, answer)
        return Determined(effect.visit, answer)

    async def _ask_terminal(self, effect: AskTerminal) -> TerminalAnswered:
        """Ask the terminal for as long as the visit lasts. An answer that comes later is dropped."""
        sources = self._service.sources

        def is_on() -> bool:
            return self._present_visit() == effect.visit

        async with asyncio.timeout(sources.limit + _TERMINAL_GRACE):
            loop = asyncio.get_running_loop()
            visit = str(effect.visit)
            answer = await loop.run_in_executor(self._askers, sources.ask, effect.enquiry, is_on, visit)
        return TerminalAnswered(effect.visit, answer)

    def _answer(self, effect: Determine) -> Eligibility | Enquiry:
        person = effect.asked.person
        if isinstance(person, FromReader):
            return answer_by_reader(self._service, effect, person)
        return answer_by_card(self._service, effect)

    async def _await_reader(self, effect: AwaitReader) -> ReaderAwaited:
        async with asyncio.timeout(_ANSWER_LIMIT):
            loop = asyncio.get_running_loop()
            awaited = await loop.run_in_executor(self._answerers, awaited_by_card, self._service, effect)
        return ReaderAwaited(effect.visit, awaited)

    def _seek_result(self, effect: SeekResult) -> ResultFound | ResultToChoose | None:
        """Take the result that fits the visit, if it still waits. The loop is not left meanwhile."""
        reader = self._service.sources.reader
        if reader is None or self._present_visit() != effect.visit:
            return None
        try:
            face = reader.result_for(effect.awaited)
        except SeveralAnswers:
            return ResultToChoose(effect.visit, several=True)
        if face and face.name and reader.take(face.name):
            return ResultFound(effect.visit, face)
        anybody = not effect.awaited.identifies and reader.has_results_since(effect.awaited.since - _JUST_USED)
        return ResultToChoose(effect.visit) if anybody else None

    async def _order(self, effect: PlaceOrder) -> OrderPlaced:
        await self._require_served(effect.visit)
        async with asyncio.timeout(_ANSWER_LIMIT):
            loop = asyncio.get_running_loop()
            pages = await loop.run_in_executor(self._answerers, self._service.order, effect)
        return OrderPlaced(effect.visit, pages)

    def _fail(self, effect: Effect, error: Exception) -> None:
        failure = failure_of(effect, error)
        say = _log.error if failure.code.family is Family.SERVICE else _log.info
        say("effect failed", effect=type(effect).__name__, code=failure.code.value, place=failure.place)
        self._note_reader(effect, failure)
        match effect:
            case Read() | Prove() | Probe():
                self._happen(CardFailed(effect.visit, failure))
            case Determine():
                last_known = error.last_known if isinstance(error, NotDeterminable) else None
                self._happen(NotDetermined(effect.visit, failure, last_known))
            case AskTerminal():
                self._happen(TerminalAnswered(effect.visit, unanswered(failure)))
            case AwaitReader():
                # Who it is was not found out: staff choose.
                self._happen(ReaderAwaited(effect.visit, somebody(self._now())))
            case PlaceOrder():
                self._happen(OrderFailed(effect.visit, failure))

    def _note_reader(self, effect: Effect, failure: Failure) -> None:
        """Note at the reader what the failure says of it, or of the card that lies there."""
        if isinstance(effect, Read | Probe) and failure.code is Code.READER_SERVICE_STUCK:
            self._workers.board.stick(effect.reader, failure)
            self._readers_changed()
        if isinstance(effect, Read) and failure.code is Code.NOT_MY_NUMBER_CARD:
            self._workers.board.lay_aside(effect.reader)

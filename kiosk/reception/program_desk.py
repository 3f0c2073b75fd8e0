"""Where programs ask about people: bounded in number and in time, in threads of its own.

A register or a 資格確認端末 that does not answer keeps neither a visit nor the staff desk waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event
from typing import TypeVar

from kiosk.audit import JournalError
from kiosk.eligibility import KeyQuery, Member, RegistryError
from kiosk.failures import Code, Failure, place_of
from kiosk.reception.eligibility_service import EligibilityService
from kiosk.reception.not_determinable import NotDeterminable
from kiosk.reception.program_look_up import ProgramAnswer, ProgramLookUp
from kiosk.results import NamedMember

__all__ = ["MOST_QUESTIONS", "ProgramDesk", "TooManyQuestions"]

MOST_QUESTIONS = 32
"""The most questions that are open at once."""

_LIMIT = 10.0
_THREADS = 4
_T = TypeVar("_T")


class TooManyQuestions(Exception):
    """So many questions are open that this one was not asked."""


class ProgramDesk:
    """The desk of programs. Each question raises NotDeterminable if it could not be answered at all."""

    def __init__(self, service: EligibilityService) -> None:
        self._looks, self._service = ProgramLookUp(service), service
        self._threads, self._open = ThreadPoolExecutor(_THREADS, "programs"), 0

    @property
    def today(self) -> date:
        """The day in Asia/Tokyo."""
        return self._service.today

    async def coverage(self, query: KeyQuery, act: str, by: str) -> list[Member]:
        """Return the members whom the register has under this key.

        Raises:
            BirthDateNeeded: the register is not among ``eligibility.sources``.
            TooManyQuestions: it was not asked.

        """
        return await self._within(_LIMIT, lambda: self._looks.coverage(query, act, by), Code.REGISTRY_DOWN)

    async def eligibility(self, query: KeyQuery, on: date | None, act: str, by: str) -> ProgramAnswer:
        """Return what holds on a day (None: today) for the person whom a key names. Raises what ``coverage`` does."""
        sources, given_up, day = self._service.sources, Event(), on or self.today
        limit = _LIMIT if sources.terminal is None else _LIMIT + sources.limit
        silent = Code.REGISTRY_DOWN if sources.terminal is None else Code.TERMINAL_SILENT

        def work() -> ProgramAnswer:
            return self._looks.eligibility(query, day, act, by, lambda: not given_up.is_set())

        try:
            return await self._within(limit, work, silent)
        finally:
            given_up.set()

    async def visit(self, person: NamedMember, act: str, by: str) -> None:
        """Note that a program reads who a visit was about, before it is told. Raises what ``coverage`` does."""
        await self._within(_LIMIT, lambda: self._looks.visit(person, act, by), Code.JOURNAL_DOWN)

    async def _within(self, limit: float, work: Callable[[], _T], silent: Code) -> _T:
        if self._open >= MOST_QUESTIONS:
            raise TooManyQuestions
        self._open += 1
        try:
            async with asyncio.timeout(limit):
                return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except TimeoutError:
            raise NotDeterminable(Failure.here(silent, f"no answer in {limit:.0f} seconds")) from None
        except RegistryError as error:
            raise NotDeterminable(Failure(Code.REGISTRY_DOWN, place_of(error))) from error
        except JournalError as error:
            raise NotDeterminable(Failure(Code.JOURNAL_DOWN, place_of(error))) from error
        finally:
            self._open -= 1

"""What every act of staff needs: the screen that they saw, the threads that wait, the journal that comes first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

import structlog

from kiosk.failures import Code
from kiosk.reception.desk.asking import DeskProblem, DeskRefused, FoundMember
from kiosk.reception.desk.looking_up import LookingUp
from kiosk.reception.desk.within import within
from kiosk.reception.reception import Reception

__all__ = ["Acting"]

_log = structlog.get_logger(__name__)
_LIMIT = 10.0
_TERMINAL_GRACE = 10.0
_WRITE_LIMIT = 15.0  # the register waits ten seconds for another writer, and then says that nothing was done
_T = TypeVar("_T")
_PROBLEMS = {
    Code.REGISTRY_DOWN: DeskProblem.REGISTER_DOWN,
    Code.JOURNAL_DOWN: DeskProblem.JOURNAL_DOWN,
    Code.DATA_DIR_IN_USE: DeskProblem.JOURNAL_DOWN,
    Code.CLOCK_WRONG: DeskProblem.CLOCK_WRONG,
}


class Acting:
    """Acts of staff at one reception. Each raises DeskRefused if it is not done."""

    def __init__(self, reception: Reception, looking_up: LookingUp) -> None:
        self._reception, self._looking_up = reception, looking_up
        # Threads of its own: a register that does not answer keeps neither a visit nor the journal waiting.
        self._askers, self._scribe = ThreadPoolExecutor(4, "desk"), ThreadPoolExecutor(1, "desk-journal")
        self._terminal_askers = ThreadPoolExecutor(2, "desk-terminal")

    async def again(self, found: FoundMember) -> FoundMember:
        """Return the same member as the register has it now."""
        return await self._asked(lambda: self._looking_up.again(found))

    def _on_screen(self, sequence: int) -> int:
        """Return the number of the visit whose screen staff saw."""
        if sequence != self._reception.view.sequence:
            raise DeskRefused(DeskProblem.SCREEN_CHANGED)
        return self._reception.visit.number

    def _of_this_visit(self, found: FoundMember) -> None:
        """Raise DeskRefused if the member was found for another visit than the one that is on."""
        if found.visit != self._reception.visit.number:
            raise DeskRefused(DeskProblem.VISIT_CHANGED)

    async def _require_answers(self) -> None:
        """Raise DeskRefused if register, journal or clock fail now, even if they worked seconds ago."""
        for failure in (await self._reception.look()).failures:
            if problem := _PROBLEMS.get(failure.code):
                raise DeskRefused(problem)

    async def _after(self, found: FoundMember) -> FoundMember:
        """Return the member as an act that was done has left them. Raises DeskRefused (UNSURE)."""
        try:
            return await self.again(found)
        except DeskRefused as error:
            raise DeskRefused(DeskProblem.UNSURE) from error

    @asynccontextmanager
    async def _refusal_noted(
        self, act: str, by: str, found: FoundMember, visit: int | None = None
    ) -> AsyncIterator[None]:
        """Journal that an act was not done, or perhaps not: it is written down before it is done."""
        try:
            yield
        except DeskRefused as refusal:
            unsure = refusal.problem is DeskProblem.UNSURE
            kind, detail = ("unsure", act) if unsure else ("refused", f"{act}.{refusal.problem}")
            await self._noted(kind, by, detail, found, visit)
            raise

    async def _noted(
        self, act: str, by: str, detail: str | None = None, found: FoundMember | None = None, visit: int | None = None
    ) -> None:
        """Journal what has happened already; a journal that is down must not stop staff."""
        try:
            await self._journaled(lambda: self._looking_up.write(act, by, found, visit=visit, detail=detail))
        except DeskRefused:
            _log.error("act of staff not journaled", code=Code.JOURNAL_DOWN.value)

    async def _asked(self, work: Callable[[], _T]) -> _T:
        """Ask the register: nothing is changed by it."""
        return await within(_LIMIT, self._askers, work, DeskProblem.REGISTER_DOWN)

    async def _asked_online(self, work: Callable[[], _T]) -> _T:
        """Ask the 資格確認端末, which may take its whole limit."""
        limit = self._looking_up.terminal_limit
        if limit is None:
            raise DeskRefused(DeskProblem.NOT_CONFIRMED_ONLINE, Code.TERMINAL_FOLDER)
        return await within(limit + _TERMINAL_GRACE, self._terminal_askers, work, DeskProblem.NOT_CONFIRMED_ONLINE)

    async def _written(self, work: Callable[[], _T]) -> _T:
        """Change the register. If it does not answer, it may have been changed all the same."""
        return await within(_WRITE_LIMIT, self._askers, work, DeskProblem.UNSURE)

    async def _journaled(self, work: Callable[[], _T]) -> _T:
        """Do ``work``, which journals its act first."""
        return await within(_LIMIT, self._scribe, work, DeskProblem.JOURNAL_DOWN)

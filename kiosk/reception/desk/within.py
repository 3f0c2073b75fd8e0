"""Work in threads for the desk: nothing that hangs keeps a member of staff waiting for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from kiosk.audit import JournalError
from kiosk.eligibility import RegistryBusy, RegistryError, RegistryFull
from kiosk.reception.desk.asking import DeskProblem, DeskRefused

__all__ = ["within"]

_T = TypeVar("_T")


async def within(limit: float, threads: ThreadPoolExecutor, work: Callable[[], _T], silent: DeskProblem) -> _T:
    """Return what ``work`` returns. Raises DeskRefused, with ``silent`` if no answer comes in ``limit`` seconds."""
    try:
        async with asyncio.timeout(limit):
            return await asyncio.get_running_loop().run_in_executor(threads, work)
    except (RegistryBusy, RegistryFull) as error:
        raise DeskRefused(DeskProblem.REGISTER_DOWN) from error
    except (RegistryError, TimeoutError) as error:
        raise DeskRefused(silent) from error
    except JournalError as error:
        raise DeskRefused(DeskProblem.JOURNAL_DOWN) from error

"""Parts of the service that run until it ends: a slip of ours in one of them neither ends it nor stays untold."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import structlog

from kiosk.failures import Code, Failure, place_of

__all__ = ["Tending"]

_log = structlog.get_logger(__name__)
_PAUSE = 0.2
"""Seconds before a part that failed runs again, so that one which fails at once does not take the processor."""


class Tending:
    """Runs parts over and over.

    Attributes:
        slip: where a part last failed (S-01), until the service is started anew; None: nowhere.

    """

    def __init__(self) -> None:
        self.slip: Failure | None = None

    async def keep_going(self, part: Callable[[], Coroutine[None, None, None]]) -> None:
        """Run ``part`` until cancelled, again whenever it fails."""
        while True:
            try:
                await part()
            except Exception as error:  # whatever it is, the next card has to be served
                self.slip = Failure(Code.INTERNAL, place_of(error), type(error).__qualname__)
                _log.critical("slip", code=Code.INTERNAL.value, place=self.slip.place, problem=self.slip.reason)
                await asyncio.sleep(_PAUSE)

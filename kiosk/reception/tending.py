"""Parts of the service that run until it ends: an error of our own in one of them is reported and does not end it."""

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
        error: the last error of a part (S-01), kept until the service is started again; None if there was none.

    """

    def __init__(self) -> None:
        self.error: Failure | None = None

    async def keep_going(self, part: Callable[[], Coroutine[None, None, None]]) -> None:
        """Run ``part`` until cancelled, again whenever it fails."""
        while True:
            try:
                await part()
            except Exception as error:  # whatever it is, the next card has to be served
                self.error = Failure(Code.INTERNAL, place_of(error), type(error).__qualname__)
                _log.critical(
                    "unexpected error", code=Code.INTERNAL.value, place=self.error.place, problem=self.error.reason
                )
                await asyncio.sleep(_PAUSE)

"""Check a certificate while its card is still busy with the rest of the dialogue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from kiosk.identity.check import CertificateCheck, Verifier

__all__ = ["CheckAhead"]


class CheckAhead:
    """One check in a thread: call ``begin`` when the certificate is known, and ``result`` when the answer is needed.

    It is a context manager: a check whose result nobody asked for is cancelled at the end. ``now`` is the clock
    (aware).
    """

    def __init__(self, verifier: Verifier, now: Callable[[], datetime]) -> None:
        self._verifier = verifier
        self._now = now
        self._begun: tuple[bytes, asyncio.Task[CertificateCheck]] | None = None

    def begin(self, der: bytes) -> None:
        """Begin to check ``der``, and give up an earlier check. Needs a running event loop."""
        self._give_up()
        self._begun = der, self._checking(der)

    async def result(self, der: bytes) -> CertificateCheck:
        """Return the check of ``der``; if another certificate was begun, check this one now."""
        begun, task = self._begun or (b"", None)
        return await (task if task is not None and begun == der else self._checking(der))

    def _checking(self, der: bytes) -> asyncio.Task[CertificateCheck]:
        task = asyncio.create_task(asyncio.to_thread(self._verifier.check, der, self._now()))
        # Nobody waits for a check that was given up, so its exception must not be reported as never retrieved.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return task

    def _give_up(self) -> None:
        begun, self._begun = self._begun, None
        if begun is not None:
            begun[1].cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._give_up()

"""Find the reader that a command means, and wait for a card on it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Self

from drivers.errors import NoCard, NoReader, error_of
from drivers.events import CardInserted, OfReader, ReaderAdded, ReaderEvent
from drivers.worker.client import ReaderInfo, ReaderPlugin, ReaderWorker, list_every

__all__ = ["CardFinder", "SeveralReaders"]

_SETTLING = 2.0
"""Seconds that readers get to report themselves and the cards that lie on them."""


class SeveralReaders(Exception):
    """The text fits several readers; it names them."""

    def __init__(self, text: str, names: Sequence[str]) -> None:
        super().__init__(f"{text!r} fits several readers: {', '.join(names)}")


class CardFinder:
    """Runs the workers of one check, and finds the first card that lies on a reader that fits, or is put there.

    An async context manager: the workers end with it.
    """

    def __init__(
        self,
        plugins: Mapping[str, tuple[ReaderPlugin, Mapping[str, object]]],
        reader: str | None,
        narrowed: frozenset[str] = frozenset(),
    ) -> None:
        """Prepare the workers.

        Args:
            plugins: the drivers by name, each with its options.
            reader: a reader's name, a part of it, or its VID:PID; None: every reader fits.
            narrowed: the drivers whose workers list no other reader than the one that is meant.

        """
        self._reader, self._narrowed = reader, narrowed
        self._cards: asyncio.Queue[CardInserted] = asyncio.Queue()
        self._settled = asyncio.Event()
        self._exact: str | None = None
        self.workers = {
            name: ReaderWorker(plugin, options=options, on_event=self._take)
            for name, (plugin, options) in plugins.items()
        }

    async def __aenter__(self) -> Self:
        await asyncio.gather(*(worker.start() for worker in self.workers.values()))
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(worker.stop() for worker in self.workers.values()))

    def _take(self, event: ReaderEvent) -> None:
        match event:
            case ReaderAdded() if self._fits(event):
                self._settled.set()
            case CardInserted() if self._fits(event):
                self._cards.put_nowait(event)

    def _fits(self, event: OfReader) -> bool:
        return self._is_meant(event.reader, event.driver)

    def _is_meant(self, name: str, driver: str) -> bool:
        text = self._reader or ""
        if self._exact is not None:
            return name == self._exact
        return driver in self._narrowed or text.casefold() in name.casefold()

    async def card(self, wait: float) -> CardInserted:
        """Return the first card on a reader that fits.

        Args:
            wait: how many seconds to wait for a card that does not lie there yet.

        Raises:
            NoReader: no reader fits, or the last one left.
            NoCard: no card was put down.
            SeveralReaders: the text fits several readers.
            DriverError: what is wrong with the readers that fit.

        """
        there = await self._require_reader(wait)
        # A card that lies there is reported in its own time, however short the wait for a new one may be.
        wait = max(wait, _SETTLING) if there else wait
        with suppress(TimeoutError):
            return await asyncio.wait_for(self._next_card(), wait)
        if await self._fitting():
            raise NoCard("no card was put down")
        raise NoReader("the reader left during the wait")

    async def _require_reader(self, wait: float) -> bool:
        """Return whether a card lies there already. Raises NoReader, and what `_fitting` raises."""
        if fitting := await self._fitting():
            return any(reader.card_present for reader in fitting)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), min(_SETTLING, wait))
            return False
        text = self._reader
        raise NoReader("no reader is connected" if text is None else f"no reader fits {text!r}")

    async def _fitting(self) -> list[ReaderInfo]:
        """Return the readers that fit. Raises SeveralReaders, and if none of them can be used the error of one."""
        listed, lost = await list_every(worker.readers() for worker in self.workers.values())
        fitting = self._one_of([reader for reader in listed if self._is_meant(reader.name, reader.driver)])
        usable = [reader for reader in fitting if not reader.trouble]
        if lost and not usable:
            raise lost
        for reader in fitting:
            if reader.trouble and not usable:
                raise error_of(reader.trouble, f"{reader.name} cannot be used")
        return usable

    def _one_of(self, fitting: list[ReaderInfo]) -> list[ReaderInfo]:
        """Return the readers that the text means: of several, the one whose whole name it is. Raises SeveralReaders."""
        text = self._reader
        if text is None or len(fitting) < 2:
            return fitting
        if not any(reader.name == text for reader in fitting):
            raise SeveralReaders(text, [reader.name for reader in fitting])
        self._exact = text
        return [reader for reader in fitting if reader.name == text]

    async def _next_card(self) -> CardInserted:
        while not self._fits(event := await self._cards.get()):
            pass
        return event

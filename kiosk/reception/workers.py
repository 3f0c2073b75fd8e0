"""The workers of all drivers, one process each, and the readers that they have."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from drivers.events import OfReader, ReaderEvent
from drivers.worker.client import Limits, ReaderPlugin, ReaderWorker
from kiosk.reception.readers import DriverState, ReaderBoard, sought

__all__ = ["Plugins", "Workers"]

Plugins = Mapping[str, tuple[ReaderPlugin, Mapping[str, object]]]
"""The drivers by name: each its plug-in, and the options of its worker."""


class Workers:
    """Starts and ends the workers of one kiosk. ``board`` is what their events say of the readers."""

    def __init__(
        self, plugins: Plugins, *, limits: Limits, simulation: bool, on_event: Callable[[ReaderEvent], None]
    ) -> None:
        """Prepare the workers; none runs yet.

        Args:
            plugins: the drivers.
            limits: the patience with them.
            simulation: whether virtual readers count.
            on_event: is called in the event loop for everything that happens to readers and cards.

        """
        self._plugins, self._simulation = {name: plugin for name, (plugin, _) in plugins.items()}, simulation
        labels = {name: plugin.label for name, plugin in self._plugins.items()}
        self.board = ReaderBoard(labels, sought=sought(plugins))
        self._by_driver = {
            name: ReaderWorker(plugin, options=options, limits=limits, on_event=on_event)
            for name, (plugin, options) in plugins.items()
        }

    async def start(self) -> None:
        """Start all workers."""
        await asyncio.gather(*(worker.start() for worker in self._by_driver.values()))

    async def stop(self) -> None:
        """Have all workers power off their cards and end."""
        await asyncio.gather(*(worker.stop() for worker in self._by_driver.values()))

    def ignores(self, event: ReaderEvent) -> bool:
        """Return whether an event is about a reader that must not be used: a virtual one serves simulations only."""
        if self._simulation or not isinstance(event, OfReader):
            return False
        return self._plugins[event.driver].is_virtual(event.reader)

    def of(self, reader: str) -> ReaderWorker:
        """Return the worker that has a reader. Raises ServiceNotRunning if the reader is gone."""
        return self._by_driver[self.board.driver_of(reader)]

    def renew(self) -> None:
        """Replace all workers, so that every reader is looked at anew."""
        for worker in self._by_driver.values():
            worker.renew()

    def restart(self, driver: str) -> None:
        """End the worker of a driver, whatever it is doing; it is replaced at once. Raises KeyError."""
        self._by_driver[driver].restart()

    def states(self) -> list[DriverState]:
        """Return every driver with its readers as they are now."""
        return self.board.states({name: worker.known for name, worker in self._by_driver.items()})

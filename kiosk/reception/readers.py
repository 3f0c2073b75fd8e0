"""Which readers work right now, over all drivers, and what to say when none does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drivers.connection import Snapshot
from drivers.errors import ServiceNotRunning, Trouble
from drivers.events import (
    CardInserted,
    DriverLost,
    DriverReady,
    OfReader,
    ReaderAdded,
    ReaderEvent,
    ReaderLeftOut,
    ReaderRemoved,
)
from drivers.worker.plugin import ReaderPlugin
from kiosk.failures import Code, Failure, code_of_trouble

__all__ = ["DriverState", "LeftOut", "ReaderBoard", "WorkingReader", "sought"]


@dataclass(frozen=True, slots=True)
class WorkingReader:
    """One reader that works."""

    name: str
    card_present: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One reader that is there and cannot be used, beside others of its driver that work."""

    name: str
    failure: Failure


@dataclass(frozen=True, slots=True)
class DriverState:
    """One driver, its readers, and why it has none; ``failure`` is None while it works. ``label`` is Japanese."""

    name: str
    label: str
    readers: tuple[WorkingReader, ...]
    failure: Failure | None
    left_out: tuple[LeftOut, ...] = ()


def sought(plugins: Mapping[str, tuple[ReaderPlugin, Mapping[str, object]]]) -> str:
    """Return, for a technician, which readers the options of the drivers choose; empty if they choose none."""
    chosen = [
        f"nothing fits {driver}.{key} = {own[key]}"
        for driver, (plugin, own) in plugins.items()
        for key in plugin.options.model_fields
        if own.get(key)
    ]
    return "; ".join(chosen)


class ReaderBoard:
    """Keeps the readers by name.

    ``drivers`` are the labels of the drivers by name. ``sought`` says which readers were chosen, in case none is there.
    """

    def __init__(self, drivers: Mapping[str, str], *, sought: str = "") -> None:
        self._sought = sought
        self._drivers = drivers
        self._trouble: dict[str, Failure] = {}
        self._heard: set[str] = set()
        self._readers: dict[str, str] = {}
        self._stuck: dict[str, Failure] = {}
        self._left_out: dict[str, tuple[str, Failure]] = {}
        self._foreign: set[str] = set()

    @property
    def names(self) -> frozenset[str]:
        """The readers that work."""
        return frozenset(self._readers)

    @property
    def failure(self) -> Failure | None:
        """Why no visit can be served; None while at least one reader works."""
        if self._readers:
            stuck = [self._stuck.get(reader) for reader in self._readers]
            return stuck[0] if all(stuck) else None
        if not self._heard:
            return Failure.here(Code.STARTING)
        return self.troubles[0] if self.troubles else Failure.here(Code.NO_READER, self._sought)

    @property
    def troubles(self) -> list[Failure]:
        """What is wrong with drivers that are down, and with single readers, whether or not another one serves."""
        down = [self._trouble[driver] for driver in self._drivers if driver in self._trouble]
        return down + [failure for _, failure in self._left_out.values()]

    def driver_of(self, reader: str) -> str:
        """Return the driver of a reader. Raises ServiceNotRunning when the reader is gone."""
        try:
            return self._readers[reader]
        except KeyError:
            raise ServiceNotRunning("the reader is gone") from None

    def stick(self, reader: str, failure: Failure) -> None:
        """Note that the reader service lets nobody at the card on this reader, until the card is moved."""
        if reader in self._readers:
            self._stuck[reader] = failure

    def lay_aside(self, reader: str) -> None:
        """Note that the card on this reader is no My Number card: until it is moved it concerns nobody."""
        self._foreign.add(reader)

    def holds_foreign(self, reader: str) -> bool:
        """Return whether the card on this reader was laid aside."""
        return reader in self._foreign

    def may_lie(self, reader: str) -> bool:
        """Return whether the card on this reader may stay: it was laid aside, and another reader takes the next one."""
        return reader in self._foreign and bool(self._readers.keys() - self._foreign)

    def states(self, known: Mapping[str, Snapshot]) -> list[DriverState]:
        """Return every driver; ``known`` are the snapshots of their workers, which say where a card lies."""
        return [self._state(driver, known.get(driver, {})) for driver in self._drivers]

    def _state(self, driver: str, known: Snapshot) -> DriverState:
        names = [name for name, owner in self._readers.items() if owner == driver]
        readers = tuple(WorkingReader(name, name in known and known[name].card_present) for name in names)
        starting = None if driver in self._heard else Failure.here(Code.STARTING)
        stuck = next((self._stuck[name] for name in names if name in self._stuck), None)
        left_out = tuple(LeftOut(name, failure) for name, (owner, failure) in self._left_out.items() if owner == driver)
        failure = self._trouble.get(driver, starting) or stuck
        return DriverState(driver, self._drivers[driver], readers, failure, left_out)

    def take(self, event: ReaderEvent) -> None:
        """Note an event."""
        if isinstance(event, OfReader):
            self._judge_card(event)
        match event:
            case DriverReady():
                self._heard.add(event.driver)
                self._trouble.pop(event.driver, None)
            case DriverLost():
                self._heard.add(event.driver)
                self._lose(event)
            case ReaderAdded():
                self._heard.add(event.driver)
                self._readers[event.reader] = event.driver
            case ReaderLeftOut():
                self._leave_out(event)
            case ReaderRemoved():
                self._readers.pop(event.reader, None)
                self._left_out.pop(event.reader, None)

    def _judge_card(self, event: OfReader) -> None:
        """Forget what was known of the card on a reader, unless the event reports that same card again."""
        trouble = event.trouble if isinstance(event, CardInserted | ReaderLeftOut) else None
        if trouble is None:
            self._stuck.pop(event.reader, None)
            self._foreign.discard(event.reader)
        elif trouble is Trouble.UNSUPPORTED_CARD:
            self.lay_aside(event.reader)

    def _leave_out(self, event: ReaderLeftOut) -> None:
        reason = f"driver {event.driver}, reader {event.reader}: {event.trouble}"
        failure = Failure.here(code_of_trouble(event.trouble), reason)
        self._left_out[event.reader] = event.driver, failure

    def _lose(self, event: DriverLost) -> None:
        reason = f"driver {event.driver}: {event.trouble}"
        self._trouble[event.driver] = Failure.here(code_of_trouble(event.trouble), reason)
        self._readers = {reader: driver for reader, driver in self._readers.items() if driver != event.driver}
        self._stuck = {reader: failure for reader, failure in self._stuck.items() if reader in self._readers}

"""Our own monitor of readers and cards: it reports a card that was there at the start, and survives its driver.

pyscard's CardMonitor does neither (pyscard issues 82, 128, 153, 231).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from drivers.connection import Driver, ReaderState, Snapshot
from drivers.errors import DriverError, Trouble
from drivers.events import (
    CardInserted,
    CardWithdrawn,
    DriverLost,
    DriverReady,
    OfReader,
    ReaderAdded,
    ReaderEvent,
    ReaderLeftOut,
    ReaderRemoved,
)

__all__ = ["events_between", "events_of_loss", "snapshot_after", "watch_forever"]

WATCH_SECONDS = 5.0
"""Seconds that one wait for a change lasts. A call that takes much longer does not return by itself."""

CALM_SECONDS = 0.5
"""Seconds between two looks that saw no change, at least, and the first pause after a failure."""

BACK_OFF_SECONDS = 2.0
"""The longest pause, in seconds, between two attempts to reach a failed driver."""


def events_between(before: Snapshot, after: Snapshot, driver: str, at: int) -> list[ReaderEvent]:
    """Return what happened between two states of all readers, what left before what came.

    Another card in the same reader is a removal and an insertion. ``before`` is empty at the start, so that
    readers and cards that were there already are reported too.
    """
    left = [event for name in before for event in _left(name, before[name], after.get(name), driver, at)]
    came = [event for name in after for event in _came(name, before.get(name), after[name], driver, at)]
    return [*left, *came]


def events_of_loss(before: Snapshot, driver: str, trouble: Trouble, at: int) -> list[ReaderEvent]:
    """Return the events of a driver that failed: its cards and readers are gone, then it is lost."""
    return [*events_between(before, {}, driver, at), DriverLost(driver, trouble, at)]


def snapshot_after(before: Snapshot, event: ReaderEvent) -> Snapshot:
    """Return the state of all readers after ``event``, for code that sees only events."""
    after = dict(before)
    match event:
        case ReaderAdded() | CardWithdrawn():
            after[event.reader] = ReaderState(card_present=False)
        case CardInserted():
            after[event.reader] = ReaderState(True, event.atr, event.insertions)
        case ReaderLeftOut():
            after[event.reader] = ReaderState(False, trouble=event.trouble)
        case ReaderRemoved():
            after.pop(event.reader, None)
        case DriverReady() | DriverLost():
            after.clear()
    return after


def watch_forever(driver: Driver, emit: Callable[[Sequence[ReaderEvent]], None], stop: threading.Event) -> None:
    """Watch a driver and report every change until ``stop`` is set.

    DriverReady comes before the readers of the first look, and of the first look after a failure. DriverLost comes
    once for each failure, after the removal of what was there, and again when one failure turns into another.

    Args:
        driver: The driver to watch.
        emit: Called with the events of one look together.
        stop: Ends the watch. The caller that sets it must wake the driver.

    """
    known: Snapshot | None = None
    lost: Trouble | None = None
    pause = CALM_SECONDS
    while not stop.is_set():
        begun = time.monotonic()
        try:
            seen = driver.watch(known, WATCH_SECONDS)
        except DriverError as error:
            if lost != error.trouble:
                lost = error.trouble
                emit(events_of_loss(known or {}, driver.name, lost, time.monotonic_ns()))
            known = None
            stop.wait(pause)
            pause = min(2 * pause, BACK_OFF_SECONDS)
            continue
        if seen == known:
            stop.wait(max(0.0, begun + CALM_SECONDS - time.monotonic()))
            continue
        if events := _events_seen(known, seen, driver.name, time.monotonic_ns()):
            emit(events)
        known, lost, pause = seen, None, CALM_SECONDS


def _events_seen(known: Snapshot | None, seen: Snapshot, driver: str, at: int) -> list[ReaderEvent]:
    ready = [DriverReady(driver, at)] if known is None else []
    return [*ready, *events_between(known or {}, seen, driver, at)]


def _left(name: str, old: ReaderState, new: ReaderState | None, driver: str, at: int) -> list[OfReader]:
    events: list[OfReader] = []
    if old.card_present and (new is None or not new.card_present or _swapped(old, new)):
        events.append(CardWithdrawn(driver, name, at))
    if new is None or new.trouble != old.trouble:
        events.append(ReaderRemoved(driver, name, at))
    return events


def _came(name: str, old: ReaderState | None, new: ReaderState, driver: str, at: int) -> list[OfReader]:
    events: list[OfReader] = []
    if old is None or old.trouble != new.trouble:
        there = ReaderLeftOut(driver, name, new.trouble, at) if new.trouble else ReaderAdded(driver, name, at)
        events.append(there)
    if new.card_present and (old is None or not old.card_present or _swapped(old, new)):
        events.append(CardInserted(driver, name, new.atr, new.insertions, at=at))
    return events


def _swapped(old: ReaderState, new: ReaderState) -> bool:
    if old.insertions or new.insertions:
        # Where movements are counted the ATR says less: it may be empty while the card has no power.
        return old.insertions != new.insertions
    return old.atr != new.atr

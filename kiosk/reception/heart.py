"""The heartbeat of a kiosk in the register that it shares, and its look at the others.

It is a part of its own with a thread of its own, so a register that does not answer keeps no visit waiting. A beat that
fails is tried again; the others then see for themselves that this kiosk was not heard of.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final

import structlog

from kiosk import __version__
from kiosk.eligibility import Heartbeat, Registry, RegistryError, keep_heartbeat, kiosks_seen
from kiosk.failures import Failure, place_of
from kiosk.reception.desk import StaffDesk
from kiosk.reception.desk.neighbours import Neighbours

__all__ = ["BEAT_EVERY", "Heart"]

BEAT_EVERY: Final = timedelta(seconds=30)
"""The longest time between two beats. A change (a call, another state) is told at once."""

_LOOK_EVERY: Final = timedelta(seconds=10)
_TICK: Final = 2.0


class Heart:
    """Beats while the reception runs. All methods belong to its event loop."""

    def __init__(
        self, desk: StaffDesk, registry: Registry, neighbours: Neighbours, trust_as_of: Callable[[], datetime | None]
    ) -> None:
        """Take what is told of.

        Args:
            desk: the kiosk as its staff see it.
            registry: where the beats go.
            neighbours: takes what is read of the others.
            trust_as_of: returns when the revocation list was made by which the kiosk goes; it must not block.

        """
        self._desk, self._registry, self._neighbours, self._trust_as_of = desk, registry, neighbours, trust_as_of
        self._thread = ThreadPoolExecutor(1, "heart")
        self._told: Heartbeat | None = None
        self._told_at = self._looked_at = datetime.min
        self._fails = False

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            await self.tick()
            await asyncio.sleep(_TICK)

    async def tick(self) -> None:
        """Tell what has changed, or that the kiosk still lives, and read what the others tell, if it is time."""
        picture = self._desk.picture()
        if picture.now is None:
            return
        said, now, clock = self._said(), picture.now, picture.now.replace(tzinfo=None)
        beats = said != self._told or clock - self._told_at >= BEAT_EVERY
        looks = beats or clock - self._looked_at >= _LOOK_EVERY
        if not looks:
            return
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._thread, self._reach, said if beats else None, now)
        except RegistryError as error:
            self._note(error)
            return
        self._fails, self._looked_at = False, clock
        if beats:
            self._told, self._told_at = said, clock

    def _said(self) -> Heartbeat:
        picture = self._desk.picture()
        failure, call = picture.view.failure, picture.call
        return Heartbeat(
            kiosk=self._neighbours.kiosk,
            version=__version__,
            state=picture.view.state.value,
            failure=failure.code.value if failure else None,
            since=picture.since,
            called_at=picture.called_at or (picture.since if call else None),
            last_visit_at=picture.recent[0].at if picture.recent else None,
            trust_as_of=self._trust_as_of(),
            reasons=_codes(picture.reasons),
            troubles=_codes(picture.troubles),
            call=call,
        )

    def _reach(self, said: Heartbeat | None, now: datetime) -> None:
        engine = self._registry.engine
        if said is not None:
            keep_heartbeat(engine, said, now)
        self._neighbours.keep(kiosks_seen(engine, now))

    def _note(self, error: RegistryError) -> None:
        """Log once that the register takes no beat; the floors say what is wrong with it."""
        if not self._fails:
            _log.warning("no heartbeat in the register", place=place_of(error), reason=str(error))
        self._fails = True


def _codes(failures: Iterable[Failure]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(failure.code.value for failure in failures))


_log = structlog.get_logger(__name__)

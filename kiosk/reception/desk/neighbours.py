"""The kiosks that share the register with this one, as they were seen last: for the staff board and the office."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.eligibility import KioskSeen

__all__ = ["Neighbours"]


class Neighbours:
    """What was read last. ``kiosk`` is the name of this one, which is among them."""

    def __init__(self, kiosk: str) -> None:
        self.kiosk = kiosk
        self.seen: tuple[KioskSeen, ...] = ()

    def keep(self, seen: Sequence[KioskSeen]) -> None:
        """Take what was read."""
        self.seen = tuple(seen)

    @property
    def calling(self) -> tuple[KioskSeen, ...]:
        """The others at which somebody calls for staff, the longest call first."""
        others = [one for one in self.seen if one.said.kiosk != self.kiosk and not one.is_gone]
        waiting = [(one.said.called_at, one) for one in others if one.said.called_at]
        return tuple(one for _, one in sorted(waiting, key=lambda pair: pair[0]))

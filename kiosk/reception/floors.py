"""What the watchers of the floors below found: where their findings meet, and how the log learns of each change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import structlog

from kiosk.failures import Code, Failure

__all__ = ["Findings", "Floors", "FindingsLog", "Watcher"]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong: ``failures`` stop visits, and the first of them is shown; with ``troubles`` visits go on."""

    failures: tuple[Failure, ...] = ()
    troubles: tuple[Failure, ...] = ()

    @classmethod
    def stopping(cls, failure: Failure | None) -> Findings:
        """Return findings with one failure, or with none for None."""
        return cls((failure,) if failure else ())

    @property
    def failure(self) -> Failure | None:
        """The failure that is shown; None while visits can be served."""
        return self.failures[0] if self.failures else None

    def __add__(self, other: Findings) -> Findings:
        return Findings(self.failures + other.failures, self.troubles + other.troubles)


Watcher = Callable[[], Findings]
"""Looks at one floor, in a thread and quickly. What it raises counts as a failure of the service (S-01)."""


class Floors:
    """Every floor that a visit rests on: register, journal, clock, roots, revocation."""

    def __init__(self, watchers: Sequence[Watcher]) -> None:
        self._watchers = list(watchers)

    def add(self, watcher: Watcher) -> None:
        """Have one more watcher look, from the next look on."""
        self._watchers.append(watcher)

    def look(self) -> Findings:
        """Return what all watchers find now, the failures of an earlier watcher first. Blocks."""
        return sum((watcher() for watcher in self._watchers), Findings())


class FindingsLog:
    """Says each failure and each trouble once when it comes, and once when it goes."""

    def __init__(self) -> None:
        self._said: dict[tuple[Code, str], Failure] = {}

    def note(self, failures: Iterable[Failure], troubles: Iterable[Failure]) -> None:
        """Compare what is wrong now with what was said; a reason in other words is no news."""
        stops = {(each.code, each.place): each for each in failures}
        hinders = {(each.code, each.place): each for each in troubles}
        for key in sorted(self._said.keys() - (stops.keys() | hinders.keys())):
            _log.info("mended", **_fields(self._said.pop(key)))
        for key in sorted(stops.keys() - self._said.keys()):
            _log.error("no visit can be served", **_fields(stops[key]))
        for key in sorted(hinders.keys() - stops.keys() - self._said.keys()):
            _log.warning("something is wrong though visits go on", **_fields(hinders[key]))
        self._said |= hinders | stops


def _fields(failure: Failure) -> dict[str, str]:
    return {"code": failure.code.value, "place": failure.place, "reason": failure.reason}

"""The findings of all watchers of the floors below, and how the log learns of each change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

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


_Key = tuple[Code, str]
_MOST_REASONS = 32


@dataclass
class _Said:
    """What the log has said of one failure since it came: whether it stops visits, and its latest reasons."""

    stops: bool
    reasons: dict[str, Failure] = field(default_factory=dict)

    def is_news(self, failure: Failure) -> bool:
        """Return whether its reason is new, and remember it."""
        known = self.reasons.pop(failure.reason, None)
        self.reasons[failure.reason] = failure
        if len(self.reasons) > _MOST_REASONS:
            del self.reasons[next(iter(self.reasons))]
        return known is None

    @property
    def latest(self) -> Failure:
        return next(reversed(self.reasons.values()))


class FindingsLog:
    """Says each failure and each trouble once when it comes, each other cause of it once, and once when it goes."""

    def __init__(self) -> None:
        self._said: dict[_Key, _Said] = {}

    def note(self, failures: Iterable[Failure], troubles: Iterable[Failure]) -> None:
        """Compare what is wrong now with what was logged."""
        stopping = list(failures)
        stops = {_key(each) for each in stopping}
        hindering = [each for each in troubles if _key(each) not in stops]
        for key in sorted(self._said.keys() - stops - {_key(each) for each in hindering}):
            _log.info("mended", **_fields(self._said.pop(key).latest))
        for each in stopping:
            if self._is_news(each, stops=True):
                _log.error("no visit can be served", **_fields(each))
        for each in hindering:
            if self._is_news(each, stops=False):
                _log.warning("something is wrong though visits go on", **_fields(each))

    def _is_news(self, failure: Failure, *, stops: bool) -> bool:
        said = self._said.get(_key(failure))
        if said is None or said.stops != stops:
            said = self._said[_key(failure)] = _Said(stops)
        return said.is_news(failure)


def _key(failure: Failure) -> _Key:
    return failure.code, failure.place


def _fields(failure: Failure) -> dict[str, str]:
    return {"code": failure.code.value, "place": failure.place, "reason": failure.reason}

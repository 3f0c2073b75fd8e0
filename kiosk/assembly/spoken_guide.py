"""The recordings of the spoken guide, watched: a sentence without its recording sends the listener to staff."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from time import monotonic
from typing import Final

from kiosk.failures import Code, Failure
from kiosk.languages import Language
from kiosk.reception import Findings
from kiosk.web.voice import VOICES, Trace, forget_recordings, traces, unplayable

__all__ = ["SpokenGuide"]

_EVERY: Final = 30.0
"""Seconds between two looks at the folders, which have more than a thousand files each."""


class SpokenGuide:
    """The recordings of the offered languages that are spoken. They are read at the start, and when a file changes."""

    def __init__(self, languages: Collection[Language], clock: Callable[[], float] = monotonic) -> None:
        """Look at nothing yet; ``clock`` returns seconds."""
        self._spoken = [language.value for language in languages if language.value in VOICES]
        self._clock = clock
        self._looked_at: float | None = None
        self._seen: dict[str, frozenset[Trace]] = {}
        self._lost: dict[str, list[str]] = {}

    def look(self) -> Findings:
        """Return S-24 for each language with a recording that is missing or damaged, and have it spoken again after."""
        now = self._clock()
        if self._looked_at is None or now - self._looked_at >= _EVERY:
            self._looked_at = now
            self._look_at_files()
        return Findings(troubles=tuple(self._troubles()))

    def _look_at_files(self) -> None:
        for language in self._spoken:
            seen, found = self._seen.get(language), traces(language)
            if found == seen:
                continue
            self._seen[language], self._lost[language] = found, [*unplayable(language, found)]
            if seen is not None:
                forget_recordings()

    def _troubles(self) -> Iterator[Failure]:
        for language, lost in self._lost.items():
            if lost:
                reason = f"{len(lost)} recordings of {language} are missing or damaged, such as {lost[0]}.opus"
                yield Failure.here(Code.RECORDING_MISSING, reason)

"""The journal's anchor in the register: compared when the journal is opened, and moved on as it grows.

It does not delay a visit: it has a thread of its own, which may wait as long as the register lets it. Each
anchor is in the log too. Where the journal went back, or another one is in its place, visits go on: a clinic that is
closed for it would be harmed, and the proof is kept in the new journal, at the desk (S-11) and in the log.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event, Thread

import structlog

from kiosk.audit import Anchor, Head, Journal, JournalError
from kiosk.eligibility import Registry, RegistryError
from kiosk.failures import Code, Failure, place_of
from kiosk.reception.eligibility_service import EligibilityService
from kiosk.reception.floors import Findings

__all__ = ["Anchoring", "known_end"]

_log = structlog.get_logger(__name__)
_LOOK_EVERY = 5.0
_MOST_ENTRIES = 50
_LONGEST = timedelta(minutes=5)
_PATIENCE = timedelta(hours=1)
_TOLD_FOR = timedelta(days=7)


def known_end(registry: Registry, kiosk: str, key: bytes) -> Head | None:
    """Return the last entry of a kiosk's journal that the register knows of; None: none, or it does not answer."""
    try:
        anchor = registry.anchor(kiosk)
    except RegistryError:  # it is compared later
        return None
    return anchor.end if anchor and anchor.is_genuine(key) else None


class Anchoring:
    """The anchor of one kiosk's journal, which is that of ``service`` (another one after a fault)."""

    def __init__(self, registry: Registry, kiosk: str, service: EligibilityService) -> None:
        self._registry, self._kiosk, self._service, self._now = registry, kiosk, service, service.now
        self._compared: Journal | None = None
        self._kept: Anchor | None = None
        self._missing: Head | None = None
        self._lost_at: datetime | None = None
        self._reason = ""
        self._failing_since: datetime | None = None
        self._ended = Event()
        self._thread = Thread(target=self._run, name="anchoring", daemon=True)

    def start(self) -> None:
        """Compare and keep anchors from now on, in a thread of its own."""
        self._thread.start()

    def stop(self, patience: float) -> None:
        """End the thread, if there is one, after it has kept the journal's end; wait ``patience`` seconds at most."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(patience)

    def look(self) -> Findings:
        """Return S-11 for a week after the journal was found behind its anchor, or another one in its place.

        N-02 is added if the register has taken no anchor for an hour, although it may answer everything else.
        """
        troubles = []
        if self._lost_at and self._now() - self._lost_at <= _TOLD_FOR:
            troubles.append(Failure.here(Code.JOURNAL_WENT_BACK, self._reason))
        if self._failing_since and self._now() - self._failing_since > _PATIENCE:
            troubles.append(Failure.here(Code.REGISTRY_DOWN, "it has taken no anchor of the journal for an hour"))
        return Findings(troubles=tuple(troubles))

    def keep(self, *, at_once: bool = False) -> None:
        """Compare the journal with its anchor if that was not done yet, and move the anchor on if it is time.

        Raises RegistryError, JournalError.
        """
        journal, key = self._service.journal, self._service.site_key
        if self._compared is not journal:
            self._compare(journal, key)
        self._note_loss(journal)
        if at_once or self._is_due(journal.end):
            anchor = Anchor(self._kiosk, journal.end, self._now(), self._lost_at).sealed(key)
            self._registry.keep_anchor(anchor)
            self._kept = anchor
            _log.info("journal anchored", sequence=anchor.end.sequence, hash=anchor.end.hash)

    def work(self) -> None:
        """Do what `keep` does, and note a failure: nothing may end the watch."""
        try:
            self.keep()
        except Exception as error:  # whatever it is, no anchor is kept
            self._note_failure(error)
        else:
            self._failing_since = None

    def _compare(self, journal: Journal, key: bytes) -> None:
        anchor = self._registry.anchor(self._kiosk)
        if anchor and not anchor.is_genuine(key):
            self._lose("the anchor in the register was changed, or sealed under another site key")
        elif anchor:
            journal.compare(anchor.end, self._now())
            self._remember(anchor.lost_at)
        self._compared, self._kept = journal, None

    def _note_loss(self, journal: Journal) -> None:
        missing, self._missing = self._missing, journal.before_missing
        if self._missing and self._missing != missing:
            self._lose(f"entry {self._missing.sequence} ({self._missing.hash}) was written and is no longer there")

    def _lose(self, reason: str) -> None:
        self._lost_at, self._reason = self._now(), reason
        self._kept = None

    def _remember(self, lost_at: datetime | None) -> None:
        if lost_at and self._lost_at is None:
            self._lost_at = lost_at
            self._reason = f"the journal went back, or was replaced, before {lost_at.isoformat(timespec='seconds')}"

    def _is_due(self, end: Head) -> bool:
        if self._kept is None:
            return True
        grown = end.sequence - self._kept.end.sequence
        return grown >= _MOST_ENTRIES or (grown > 0 and self._now() - self._kept.at >= _LONGEST)

    def _run(self) -> None:
        ended = False
        while not ended:
            self.work()
            ended = self._ended.wait(_LOOK_EVERY)
        with suppress(RegistryError, JournalError):  # the next start writes one
            self.keep(at_once=True)

    def _note_failure(self, error: Exception) -> None:
        """Log once that no anchor can be kept; visits do not wait for it."""
        if self._failing_since is None:
            self._failing_since = self._now()
            _log.warning("journal not anchored", place=place_of(error), reason=str(error))

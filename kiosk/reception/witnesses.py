"""Look at register, journal and clock together: the clock is compared with the other two."""

from __future__ import annotations

from kiosk.audit import DeskEntry, Journal, JournalError, JournalLost
from kiosk.eligibility import Registry, RegistryError
from kiosk.failures import Code, Failure, place_of
from kiosk.reception.clock import Clock, Heard, of_journal
from kiosk.reception.floors import Findings
from kiosk.reception.set_aside import SetAside, SetAsideFile, SetAsides, Witness

__all__ = ["Witnesses"]


class Witnesses:
    """The witnesses of one kiosk's ``clock``, without the statements that ``set_aside`` holds."""

    def __init__(self, clock: Clock, set_aside: SetAsideFile | None) -> None:
        self.clock, self._set_aside = clock, set_aside
        self._asides: SetAsides = {}
        self._journaled: set[SetAside] = set()

    def look(self, registry: Registry, journal: Journal) -> Findings:
        """Return what is wrong with journal, register or clock now."""
        found = self._ask_journal(journal)
        found += self._ask_register(registry)
        self.clock.hear_build(self._asides)
        return found + self.clock.look()

    def _ask_register(self, registry: Registry) -> Findings:
        aside = self._asides.get(Witness.REGISTER)
        try:
            newest = registry.check(through=aside.through, after=aside.after) if aside else registry.check()
        except RegistryError as error:
            return Findings.stopping(Failure(Code.REGISTRY_DOWN, place_of(error), str(error)))
        self.clock.hear(Witness.REGISTER, Heard(*newest) if newest else None)
        return Findings()

    def _ask_journal(self, journal: Journal) -> Findings:
        try:
            self._require_there(journal)
            self._asides = self._believed(journal)
        except JournalError as error:
            return Findings.stopping(Failure(Code.JOURNAL_DOWN, place_of(error), str(error)))
        except (OSError, ValueError) as error:
            return Findings.stopping(Failure(Code.JOURNAL_DOWN, place_of(error), str(error)))
        self.clock.hear(Witness.JOURNAL, of_journal(journal.stamps(), self._asides.get(Witness.JOURNAL)))
        return Findings()

    def _require_there(self, journal: Journal) -> None:
        """Begin a new journal if the file is gone. Raises JournalError if nothing can be written."""
        try:
            journal.check()
        except JournalLost:
            journal.reopen(self.clock.now())

    def _believed(self, journal: Journal) -> SetAsides:
        """Return what was set aside. What is new counts only after it was journaled."""
        if self._set_aside is None:
            return {}
        asides = self._set_aside.read()
        for each in asides.values():
            if not each.journaled:
                self._note(each, journal)
                self._set_aside.mark_journaled(each)
        return asides

    def _note(self, each: SetAside, journal: Journal) -> None:
        """Journal it once, even if the disk has no room to keep that this was done."""
        if each not in self._journaled:
            detail = f"{each.witness.value}.{each.said:%Y-%m-%d}"
            journal.append(DeskEntry(at=self.clock.now(), staff=each.by, act="clock_accepted", detail=detail))
            self._journaled.add(each)

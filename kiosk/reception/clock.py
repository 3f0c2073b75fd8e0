"""Whether the clock can be right. A wrong one accuses genuine cards, and brings expired ones back to life.

Three witnesses know a time that must be past: this program (when it was put here), the journal (its last entries) and
the register (its newest file).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import kiosk
from kiosk import EARLIEST
from kiosk.audit import Stamp, newest_stamp
from kiosk.failures import Code, Failure
from kiosk.reception.floors import Findings
from kiosk.reception.set_aside import SetAside, SetAsides, Witness

__all__ = ["BEHIND", "Clock", "Heard", "ahead_of", "built", "of_build", "of_journal"]

BEHIND = timedelta(days=1)
"""How far a clock may lag: the witnesses may have got the time from another machine."""
_FAR_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Heard:
    """A time (aware) that a witness says is past, and the number under which it says so."""

    number: int
    at: datetime


Testimony = Mapping[Witness, Heard]


def built() -> datetime:
    """Return when this program was put on this machine, by its files; `EARLIEST` at the least."""
    return max(EARLIEST, datetime.fromtimestamp(Path(kiosk.__file__).stat().st_mtime, UTC))


def of_build(at: datetime, aside: SetAside | None) -> Heard:
    """Return what the program says: that it was made after `EARLIEST` can never be set aside."""
    said = Heard(int(at.timestamp()), at)
    return Heard(0, EARLIEST) if aside and aside.covers(said.number, said.at) else said


def of_journal(stamps: Sequence[Stamp], aside: SetAside | None) -> Heard | None:
    """Return what the journal says; None if it is empty, or if all of it was set aside."""
    found = newest_stamp(stamps, through=aside.through, after=aside.after) if aside else newest_stamp(stamps)
    return Heard(found.sequence, found.at) if found else None


def ahead_of(now: datetime, said: Testimony) -> dict[Witness, timedelta]:
    """Return the witnesses that are more than a day ahead of the clock, and by how much, the furthest first."""
    found = {witness: heard.at - now for witness, heard in said.items() if heard.at - now > BEHIND}
    return dict(sorted(found.items(), key=lambda item: item[1], reverse=True))


class Clock:
    """The clock ``now`` of one kiosk, and what was last heard of each witness."""

    def __init__(self, now: Callable[[], datetime], *, built_at: datetime) -> None:
        self.now, self._built_at = now, built_at
        self._said: dict[Witness, Heard] = {Witness.BUILD: of_build(built_at, None)}
        self._trusted: datetime | None = None

    def hear(self, witness: Witness, heard: Heard | None) -> None:
        """Take what a witness says now; None: nothing any more."""
        self._said.pop(witness, None)
        if heard is not None:
            self._said[witness] = heard

    def hear_build(self, asides: SetAsides) -> None:
        """Ask this program."""
        self.hear(Witness.BUILD, of_build(self._built_at, asides.get(Witness.BUILD)))

    def failure(self) -> Failure | None:
        """Return the failure of a clock that is more than a day behind a witness; None if the clock is right."""
        now = self.now()
        for witness, lag in ahead_of(now, self._said).items():
            reason = f"the clock says {now:%Y-%m-%d}, which is {lag.days} days behind the {witness.value}"
            return Failure.here(Code.CLOCK_WRONG, reason)
        return None

    def look(self) -> Findings:
        """Return what is wrong with the clock now: behind a witness, or far ahead of all of them."""
        if failure := self.failure():
            return Findings.stopping(failure)
        now, believed = self.now(), self._believed()
        if now - believed <= _FAR_AHEAD:
            self._trusted = max(now, believed)
            return Findings()
        reason = f"the clock says {now:%Y-%m-%d}, which is {(now - believed).days} days after all that is known"
        return Findings(troubles=(Failure.here(Code.CLOCK_AHEAD, reason),))

    def _believed(self) -> datetime:
        """Return the latest time that is known: the journal counts at the start alone.

        A clock that has jumped ahead writes into the journal, and its own entries would then confirm it.
        """
        others = [heard.at for witness, heard in self._said.items() if witness is not Witness.JOURNAL]
        return max(self._trusted or max(heard.at for heard in self._said.values()), *others)

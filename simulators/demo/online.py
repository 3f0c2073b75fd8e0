"""Run a simulated 資格確認端末 beside the demo's kiosk, and ask it about the people of other insurers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final
from unicodedata import normalize

from kiosk.eligibility.terminal import Answer, Enquiry, Exchange, Folders, Status, Terminal
from simulators.demo.stage import Stage
from simulators.people import Outsider, outsiders, terminal_csv
from simulators.terminal import Options, SimulatedTerminal, TerminalFolders, read_members

__all__ = ["OnlineResult", "ask_about_outsiders", "running_terminal", "terminal_keys"]

_INSTITUTION: Final = "1312345678"
_FOLDER: Final = "terminal"

_EXPECTED: Final[Mapping[str, Status]] = MappingProxyType(
    {
        "kyokai-not-linked": Status.NONE,
        "kumiai-silent": Status.TIMEOUT,
        "kumiai-error": Status.ERROR,
        "city-lost": Status.INVALID,
        "city-moved": Status.NEW_QUALIFICATION,
    }
)
"""Who is not simply valid."""

_PERCENT: Final[Mapping[str, int]] = MappingProxyType(
    {"kyosai-elderly": 20, "kyosai-elderly-active": 30, "kouki-one": 10, "kouki-two": 20}
)
"""Whose answer has a ratio of its own."""


@dataclass(frozen=True, slots=True)
class OnlineResult:
    """What the terminal said about one person of another insurer, and how long it took."""

    person: Outsider
    answer: Answer
    milliseconds: float

    @property
    def percent(self) -> int | None:
        """一部負担金割合 as the answer has it."""
        return self.answer.results[0].copay_percent if self.answer.results else None

    @property
    def insurer(self) -> str:
        """保険者名称 as the answer has it."""
        return (self.answer.results[0].insurer_name or "") if self.answer.results else ""

    @property
    def right(self) -> bool:
        """Whether this is what the person's membership demands."""
        names = {normalize("NFKC", one.name or "") for one in self.answer.results}
        due = _EXPECTED.get(self.person.id, Status.VALID), _PERCENT.get(self.person.id)
        return names <= {self.person.member["name"]} and (self.answer.status, self.percent) == due


def terminal_keys(folder: Path, *, once: bool) -> dict[str, object]:
    """Return the settings of a kiosk whose terminal has its folders in ``folder``; for ``once`` nobody waits long."""
    keys: dict[str, object] = {f"terminal.{name}": str(folder / _FOLDER / name) for name in ("req", "res", "face")}
    sources = {"eligibility.sources": ["registry", "terminal"]}
    return keys | sources | {"terminal.institution": _INSTITUTION, "terminal.timeout": 4 if once else 30}


@contextmanager
def running_terminal(stage: Stage, *, once: bool) -> Iterator[SimulatedTerminal]:
    """Run the terminal of a stage, which knows everybody here and elsewhere, for a block; it answers after a second.

    With ``once`` it answers at once.
    """
    members = stage.folder / "terminal.csv"
    members.write_text(terminal_csv(stage.on), encoding="utf-8")
    folders = TerminalFolders.made_in(stage.folder / _FOLDER)
    options = Options(institution=_INSTITUTION)
    with SimulatedTerminal(folders, read_members(members), delay=0 if once else 1, options=options) as terminal:
        yield terminal


def ask_about_outsiders(stage: Stage) -> Iterator[OnlineResult]:
    """Yield what the terminal says about each person of another insurer, as `kiosk terminal ask` does.

    Raises:
        LookupError: The stage has no terminal.

    """
    chosen = stage.settings.terminal
    if chosen.req is None or chosen.res is None:
        raise LookupError("the stage has no 資格確認端末")
    with closing(Exchange(Folders(chosen.req, chosen.res), chosen.timeout)) as exchange:
        terminal = Terminal(exchange, chosen.institution, chosen.encoding)
        for person in outsiders(stage.on):
            yield _asked(terminal, person, stage.on)


def _asked(terminal: Terminal, person: Outsider, on: date) -> OnlineResult:
    cells, born = person.member, date.fromisoformat(person.member["birth_date"])
    enquiry = Enquiry(cells["insurer_number"], cells["symbol"], cells["number"], cells["branch"], born, on)
    begun = time.perf_counter()
    answer = terminal.ask(enquiry)
    return OnlineResult(person, answer, (time.perf_counter() - begun) * 1000)

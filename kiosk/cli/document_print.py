"""`kiosk document print`: the files of a batch to the queues of CUPS, one after another, each followed to its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import typer

from kiosk.cli.answers import print_json, refuse
from kiosk.documents import FILES, Manifest
from kiosk.eligibility import DataRefused, RegistryError
from kiosk.failures import Code
from kiosk.issuance import Pile
from kiosk.printing import (
    Destination,
    JobFollower,
    PrinterTrouble,
    PrintFailed,
    PrintingError,
    destination_of,
    queue_setting,
    send,
)
from kiosk.printing_settings import PrintingSettings

__all__ = ["NOT_PRINTED", "PrintCommand"]

NOT_PRINTED = 6

_SAID = {
    PrinterTrouble.NO_PAPER: "is out of paper",
    PrinterTrouble.JAM: "has a paper jam",
    PrinterTrouble.OPEN: "has an open door",
    PrinterTrouble.NO_TONER: "has no toner",
    PrinterTrouble.STOPPED: "is stopped",
    PrinterTrouble.HELD: "holds the job",
    PrinterTrouble.SILENT: "does not answer",
    PrinterTrouble.NO_SCHEDULER: "cannot be asked, since CUPS does not run",
}


@dataclass(frozen=True, slots=True)
class PrintCommand:
    """What is printed and where.

    Attributes:
        folder: the folder of the batch.
        manifest: its manifest.
        pile: the pile for the post, or what is set aside.
        files: the names of the files, in the order in which they are printed.
        printing: the queues.

    """

    folder: Path
    manifest: Manifest
    pile: Pile
    files: Sequence[str]
    printing: PrintingSettings

    @classmethod
    def checked(
        cls, folder: Path, manifest: Manifest, aside: bool, chosen: Sequence[str], printing: PrintingSettings
    ) -> PrintCommand:
        """Return the command, or end with status 2 if a file is unknown or its queue is not set."""
        pile = Pile.ASIDE if aside else Pile.POST
        there = [name for key in manifest.batches if key[0] is pile for name in FILES[key]]
        if unknown := next((name for name in chosen if name not in there), None):
            refuse(f"--file: {unknown} is not in this pile; there are: {', '.join(there) or 'none'}")
        command = cls(folder, manifest, pile, [name for name in there if name in chosen or not chosen], printing)
        for name in command.files:
            command.destination(name)
        return command

    def destination(self, name: str) -> Destination:
        """Return the queue of a file, or end with status 2 if the settings name none."""
        if (found := destination_of(name, self.printing)) is None:
            refuse(f"{queue_setting(name)}: is not set, and {name} needs it")
        return found

    @property
    def batch(self) -> int | None:
        """The number of the batch; None if the pile has no papers."""
        return self.manifest.batch_of(self.pile)

    @property
    def orders(self) -> Sequence[int]:
        """The orders whose papers are in the pile."""
        return self.manifest.orders[self.pile]

    def print(self, check: Callable[[], None]) -> list[str]:
        """Print the files; end with status 6 at the first one that is not printed, and name those that were.

        ``check`` raises DataRefused if a paper must not go out any more, or RegistryError. It is asked before each
        file; before the first one that is raised.
        """
        printed: list[str] = []
        for name in self.files:
            try:
                check()
                self._print(name)
            except (DataRefused, RegistryError) as error:
                if not printed:
                    raise
                self._refuse(name, str(error), printed)
            except PrintingError as error:
                self._refuse(name, f"{error} ({Code.PRINTER_SILENT})", printed)
            except PrintFailed as error:
                why = f"{self.destination(name).queue} {_SAID[error.trouble]}: " if error.trouble else ""
                self._refuse(name, f"{why}{error} ({error.code}); some pages may be on paper", printed)
            printed.append(name)
        return printed

    def _print(self, name: str) -> None:
        destination = self.destination(name)
        job = send(self.folder / name, destination, f"kiosk {self.batch} {name}")
        typer.echo(f"{name}: job {job.queue}-{job.number}", err=True)
        JobFollower(self.printing.patience, lambda trouble: _say(destination.queue, trouble)).to_the_end(job)
        typer.echo(f"{name}: printed", err=True)

    def _refuse(self, name: str, why: str, printed: Sequence[str]) -> NoReturn:
        rest = self.files[self.files.index(name) :]
        again = " ".join(f"--file {one}" for one in rest)
        refuse(f"{name}: {why}. To go on: {again}", NOT_PRINTED, printed=list(printed), not_printed=list(rest))

    def say(self, printed: Sequence[str], *, as_json: bool) -> None:
        """Say what was printed."""
        if as_json:
            answer: Mapping[str, object] = {"batch": self.batch, "printed": list(printed)}
            print_json(answer)
        if not printed:
            typer.echo(f"{self.folder}: nothing to print in this pile", err=True)


def _say(queue: str, trouble: PrinterTrouble | None) -> None:
    said = f"{queue} {_SAID[trouble]} ({trouble.code}); the job waits" if trouble else f"{queue} goes on"
    typer.echo(said, err=True)

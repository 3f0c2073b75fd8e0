"""``kiosk document batch``: every document of a plan, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import NoReturn

import typer

from kiosk.cli.answers import print_json, refuse
from kiosk.cli.register import REFUSED, day_of, opened_input, private_output
from kiosk.documents import BatchPrinter, BatchRefused, PlanFile, Printed, Stationery
from kiosk.eligibility import Registry
from kiosk.issuance import PlanRefused
from kiosk.outputs import STANDARD

__all__ = ["PARTLY", "BatchCommand", "name_refused", "require_apart", "say_left_out"]

PARTLY = 5


@dataclass(frozen=True, slots=True)
class BatchCommand:
    """What is printed and where to.

    Attributes:
        plan: the plan.
        folder: where the documents go.
        skip_bad: where the lines go that cannot be printed; None: one of them refuses the whole batch.

    """

    plan: Path
    folder: Path
    skip_bad: Path | None

    @classmethod
    def checked(cls, plan: Path, folder: Path, skip_bad: Path | None) -> BatchCommand:
        """Return the command, or end with status 2 if the plan cannot be read twice or the outputs are not apart."""
        if str(plan) == STANDARD or plan.is_fifo():
            refuse("PLAN.jsonl: is read twice, what comes through a pipe cannot be")
        require_apart(folder, skip_bad)
        return cls(plan, folder, skip_bad)

    def print(self, registry: Registry, stationery: Stationery, issued_on: date | None) -> Printed:
        """Make the documents, or end with status 1 and name those that cannot be made.

        `issued_on` is 交付年月日; None for today.
        """
        source = PlanFile(partial(opened_input, str(self.plan)))
        printer = BatchPrinter(registry, source, stationery, issued_on or day_of(None))
        try:
            if self.skip_bad:
                return printer.print_good(self.folder, private_output(self.skip_bad))
            return printer.print_all(self.folder)
        except BatchRefused as error:
            name_refused(str(self.plan), error)
        except PlanRefused as error:
            refuse(f"{self.plan}: {error}", REFUSED)

    def say(self, printed: Printed, *, specimen: bool, as_json: bool) -> None:
        """Say what was made; end with status 5 if lines were left out."""
        counts = printed.to_json() | ({"refused": printed.refused} if self.skip_bad else {})
        if as_json:
            aside = {"aside": [one.to_json() for one in printed.aside]} if printed.aside else {}
            print_json({"folder": str(self.folder), **counts, **aside, "specimen": specimen})
        typer.echo(f"{self.folder}: " + ", ".join(f"{count} {what}" for what, count in counts.items()), err=True)
        _say_aside(printed)
        if self.skip_bad and printed.refused:
            say_left_out(self.skip_bad)
            raise typer.Exit(PARTLY)


def require_apart(folder: Path, skip_bad: Path | None) -> None:
    """End with status 2 unless the folder is one, and the file of what is left out lies elsewhere."""
    if str(folder) == STANDARD:
        refuse("--folder: is a folder of files, which standard output is not")
    if skip_bad is None or str(skip_bad) == STANDARD:
        return
    bad = skip_bad.resolve()
    if folder.resolve() in (bad, *bad.parents):
        refuse("--skip-bad: must not lie in the folder of the documents")


def say_left_out(skip_bad: Path) -> None:
    """Say where the lines or orders are that were left out."""
    typer.echo(f"{skip_bad}: the lines that were left out, each with its reason", err=True)


def name_refused(what: str, error: BatchRefused) -> NoReturn:
    """Name what cannot be made, and end with status 1."""
    for bad in error.first:
        typer.echo(f"{what}: {bad}", err=True)
    refuse(f"{what}: {error}", REFUSED, refused=error.refused, errors=[bad.to_json() for bad in error.first])


def _say_aside(printed: Printed) -> None:
    """Name the documents that are made one by one, once it is agreed where they go."""
    for one in printed.aside:
        what = f"{one.kind} {one.number}, {one.line.member}: {one.line.issue}"
        typer.echo(f"set aside: {what}; agree first where it goes (自己情報提供不可)", err=True)

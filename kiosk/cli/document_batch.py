"""``kiosk document batch``: every document of a plan or of the queue, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import NoReturn

import typer

from kiosk.cli.answers import insurer_policy, print_json, refuse
from kiosk.cli.bars import tracked
from kiosk.cli.configured import load_settings
from kiosk.cli.order_numbers import ranges
from kiosk.cli.register import REFUSED, opened_input, private_output
from kiosk.documents import BatchPrinter, BatchRefused, BatchSource, OpenOrders, PlanFile, Printed, Stationery
from kiosk.eligibility import Registry
from kiosk.issuance import PlanRefused, Queue
from kiosk.outputs import STANDARD

__all__ = ["PARTLY", "BatchCommand"]

PARTLY = 5


@dataclass(frozen=True, slots=True)
class BatchCommand:
    """What is printed and where to.

    Attributes:
        plan: the plan; None: the open orders of the queue.
        folder: where the documents go.
        skip_bad: where the lines go that cannot be printed; None: one of them refuses the whole batch.
        config: the settings' file, whose policy the queue obeys.

    """

    plan: Path | None
    folder: Path
    skip_bad: Path | None
    config: Path | None

    def require_apart(self, queue: bool) -> None:
        """End with status 2 unless either a plan or the ``queue`` is given, and the outputs are apart."""
        if (self.plan is None) is not queue:
            refuse("PLAN.jsonl or --queue: one of them")
        if self.plan is not None and (str(self.plan) == STANDARD or self.plan.is_fifo()):
            refuse("PLAN.jsonl: is read twice, what comes through a pipe cannot be")
        if str(self.folder) == STANDARD:
            refuse("--folder: is a folder of files, which standard output is not")
        if self.skip_bad is None or str(self.skip_bad) == STANDARD:
            return
        bad = self.skip_bad.resolve()
        if self.folder.resolve() in (bad, *bad.parents):
            refuse("--skip-bad: must not lie in the folder of the documents")

    def print(self, registry: Registry, stationery: Stationery, issued_on: date) -> Printed:
        """Make the documents, or end with status 1 and name those that cannot be made."""
        printer = BatchPrinter(registry, self._source(registry), stationery, issued_on)
        try:
            if self.skip_bad:
                return printer.print_good(self.folder, private_output(self.skip_bad))
            return printer.print_all(self.folder)
        except BatchRefused as error:
            self._refuse(error)
        except PlanRefused as error:
            refuse(f"{self.plan}: {error}", REFUSED)

    def say(self, printed: Printed, *, specimen: bool, as_json: bool) -> None:
        """Say what was made; end with status 5 if lines were left out."""
        counts = printed.to_json() | ({"refused": printed.refused} if self.skip_bad else {})
        orders = ranges(printed.orders)
        if as_json:
            more = {} if self.plan else {"orders": orders}
            aside = {"aside": [one.to_json() for one in printed.aside]} if printed.aside else {}
            print_json({"folder": str(self.folder), **counts, **more, **aside, "specimen": specimen})
        self._say_printed(counts, orders)
        self._say_aside(printed)
        if self.skip_bad and printed.refused:
            typer.echo(f"{self.skip_bad}: the lines that were left out, each with its reason", err=True)
            raise typer.Exit(PARTLY)

    def _source(self, registry: Registry) -> BatchSource:
        if self.plan is not None:
            return PlanFile(partial(opened_input, str(self.plan)))
        queue = Queue(registry, insurer_policy(load_settings(self.config).policy))
        return OpenOrders(queue, queue.open_numbers(), tracked)

    def _say_printed(self, counts: Mapping[str, int], orders: Sequence[str]) -> None:
        """Say what was made; for the queue, also which orders `issuance done` may end."""
        typer.echo(f"{self.folder}: " + ", ".join(f"{count} {what}" for what, count in counts.items()), err=True)
        if orders:
            typer.echo(f"once they are posted: kiosk issuance done {' '.join(orders)}", err=True)

    def _say_aside(self, printed: Printed) -> None:
        """Name the documents that are made one by one, once it is agreed where they go."""
        for one in printed.aside:
            what = f"{one.kind} {one.number}, {one.line.member}: {one.line.issue}"
            typer.echo(f"set aside: {what}; agree first where it goes (自己情報提供不可)", err=True)

    def _refuse(self, error: BatchRefused) -> NoReturn:
        what = self.plan or "queue"
        for bad in error.first:
            typer.echo(f"{what}: {bad}", err=True)
        refuse(f"{what}: {error}", REFUSED, refused=error.refused, errors=[bad.to_json() for bad in error.first])

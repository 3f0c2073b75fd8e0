"""`kiosk document batch --queue`: the papers of the queue for the post, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import typer

from kiosk.cli.answers import insurer_policy, print_json, refuse
from kiosk.cli.bars import tracked
from kiosk.cli.configured import load_settings
from kiosk.cli.document_batch import PARTLY, name_refused, require_apart, say_left_out
from kiosk.cli.order_numbers import numbers_of, ranges
from kiosk.cli.register import day_of, private_output
from kiosk.documents import BatchRefused, OpenOrders, PostPrinter, Printed, Stationery
from kiosk.eligibility import Registry
from kiosk.issuance import OrderChoice, PostBatch, PostBatches, Queue

__all__ = ["PostCommand"]


@dataclass(frozen=True, slots=True)
class PostCommand:
    """What is printed and where to.

    Attributes:
        folder: where the papers go.
        chosen: the orders to print, as people write them; empty for all open ones that are in no batch.
        again: the batch whose papers are made once more; None for a new one.
        skip_bad: where the orders go that cannot be printed; None: one of them refuses the whole batch.
        by: who makes the papers.
        config: the settings' file, whose policy the queue obeys.

    """

    folder: Path
    chosen: Sequence[str]
    again: int | None
    skip_bad: Path | None
    by: str
    config: Path | None

    @classmethod
    def checked(
        cls,
        folder: Path,
        chosen: Sequence[str],
        again: int | None,
        skip_bad: Path | None,
        by: str,
        config: Path | None,
    ) -> PostCommand:
        """Return the command, or end with status 2 if the options do not go together."""
        if chosen and again is not None:
            refuse("--orders and --again: one of them")
        require_apart(folder, skip_bad)
        return cls(folder, chosen, again, skip_bad, by, config)

    def print(self, registry: Registry, stationery: Stationery, issued_on: date | None) -> Printed:
        """Make the papers, or end with status 1 and name what cannot be made.

        `issued_on` is 交付年月日; None for today, or for the day of the batch that is made again.
        """
        policy = insurer_policy(load_settings(self.config).policy)
        queue, batches = Queue(registry, policy), PostBatches(registry, policy)
        again = None if self.again is None else batches.numbered(self.again)
        source = OpenOrders(queue, self._numbers(batches, again), tracked)
        day = issued_on or (again.issued_on if again else day_of(None))
        now = datetime.now(UTC)
        if again is None:
            batches.require_makeable(source.orders, day, now)
        printer = PostPrinter(registry, batches, source, stationery, day, self.by, now, again)
        try:
            if self.skip_bad:
                return printer.print_good(self.folder, private_output(self.skip_bad))
            return printer.print_all(self.folder)
        except BatchRefused as error:
            name_refused("queue", error)

    def _numbers(self, batches: PostBatches, again: PostBatch | None) -> Sequence[int]:
        if again is not None:
            return batches.open_orders(again.number)
        choice = batches.choice(numbers_of(self.chosen, "--orders") if self.chosen else None)
        _say_taken(choice)
        return choice.free

    def say(self, printed: Printed, *, specimen: bool, as_json: bool) -> None:
        """Say what was made; end with status 5 if orders were left out."""
        counts = printed.to_json() | ({"refused": printed.refused} if self.skip_bad else {})
        if as_json:
            batches = {"batch": printed.batches.post, "orders": ranges(printed.orders)}
            aside = {"aside_batch": printed.batches.aside, "aside": [one.to_json() for one in printed.aside]}
            more = aside if printed.aside else {}
            print_json({"folder": str(self.folder), **counts, **batches, **more, "specimen": specimen})
        typer.echo(f"{self.folder}: " + ", ".join(f"{count} {what}" for what, count in counts.items()), err=True)
        self._say_next(printed)
        if self.skip_bad and printed.refused:
            say_left_out(self.skip_bad)
            raise typer.Exit(PARTLY)

    def _say_next(self, printed: Printed) -> None:
        """Say how the batches are ended."""
        if (batch := printed.batches.post) is not None:
            typer.echo(f"batch {batch}: once it is posted: kiosk issuance done --batch {batch}", err=True)
        if (batch := printed.batches.aside) is not None:
            where = f"{len(printed.aside)} set aside (自己情報提供不可), named in {self.folder / 'aside.csv'}"
            typer.echo(f"batch {batch}: {where}; agree first where each of them goes", err=True)


def _say_taken(choice: OrderChoice) -> None:
    if choice.taken:
        typer.echo(f"not made again, since papers were made already: {choice}", err=True)

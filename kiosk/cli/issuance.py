"""`kiosk issuance`: to whom the union owes a document, and the queue of those to issue.

The floor below is imported when a command runs: `kiosk --help` and `kiosk decide` must not pay for SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.answers import insurer_policy, print_json, refuse, require_output
from kiosk.cli.configured import load_settings
from kiosk.cli.order_numbers import numbers_of
from kiosk.cli.register import (
    REFUSED,
    By,
    Config,
    Database,
    Json,
    actor,
    answering_register,
    day_of,
    day_of_facts,
    in_file,
    opened_registry,
    read_by,
)

if TYPE_CHECKING:
    from kiosk.decision import Policy
    from kiosk.issuance import Queue

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "Documents that the union owes its members: 資格情報通知書 (notice) and 資格確認書 (confirmation).\n\n"
        'With --json a refusal is answered with {"error": {"message"}} on standard output.\n\n'
        "Exit status: 0 done; 1 the data or the request was refused; 2 wrong usage, settings or policy;"
        " 3 the database cannot serve; 4 a file cannot be read or written, or a process of a plan was ended; 74 the"
        " answer could not be written. With any but 0 and 74 nothing was changed,"
        " unless the message says that this is not known."
    ),
)

PolicyFile = Annotated[
    Path | None,
    typer.Option("--policy", metavar="FILE", help="Values of the insurer (TOML); instead of the settings'."),
]
Numbers = Annotated[
    list[str], typer.Argument(metavar="NUMBER...", help="Orders by number, or several at once: 101-180.")
]
Scanned = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NUMBER...]",
        help="As for `cancel`; without any, and for -: one a line from standard input, as scanned.",
    ),
]


@app.callback()
def issuance() -> None:
    """Documents that the union owes its members: 資格情報通知書 (notice) and 資格確認書 (confirmation)."""


@app.command("plan")
def plan_command(
    on: Annotated[str, typer.Option(metavar="DATE", help="The day asked about.")],
    file: Annotated[
        str, typer.Option("--json-lines", metavar="FILE", help="Made with mode 0600; - for standard output.")
    ],
    policy: PolicyFile = None,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Write one line for each member to whom the union owes a document on a day.

    The lines are ordered by the four columns of the member. Who has papers to file is left out: the union acts on
    the application. The file is there whole or not at all; nothing is written to the register.
    """
    from kiosk.cli.issuance_files import write_plan_file

    with answering_register(as_json):
        read = [*read_by(database, config), *([policy] if policy else [])]
        require_output("--json-lines", file, read, as_json=as_json)
        day = day_of_facts(on)
        values = _policy(policy, config)
        with opened_registry(database, config) as registry:
            counts = write_plan_file(registry, file, day, values)
    if as_json:
        print_json({"on": day.isoformat(), **counts})
    typer.echo(f"{day}: " + ", ".join(f"{count} {what}" for what, count in counts.items()), err=True)


@app.command("enqueue")
def enqueue_command(
    file: Annotated[str, typer.Argument(metavar="PLAN.jsonl", help="A plan, or its lines; - for standard input.")],
    by: By = None,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Put every line of a plan into the queue, or none (status 1).

    A member whose document is in the queue already keeps that order: doing it twice changes nothing.
    """
    from kiosk.cli.issuance_files import enqueue_plan_file
    from kiosk.issuance import OrderRefused, PlanRefused

    with answering_register(as_json), _queue(database, config, None) as queue:
        try:
            report = enqueue_plan_file(queue, file, actor(by))
        except (PlanRefused, OrderRefused) as error:
            refuse(in_file(file, error), REFUSED)
    if as_json:
        print_json({"added": report.added, "already_open": report.already_open})
    else:
        typer.echo(f"{report.added} added, {report.already_open} in the queue already", err=True)


@app.command("list")
def list_command(
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what should have been issued by now.")] = False,
    policy: PolicyFile = None,
    database: Database = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, one line an order.")] = False,
) -> None:
    """Print what is in the queue, the oldest first: what for whom, since when, until when, and why.

    A document is expected on the 3rd to 4th business day (policy `linkage_days`) after it was asked for.
    """
    from kiosk.cli.issuance_show import counted, text_of

    today, shown = day_of(None), 0
    with answering_register(as_json), _queue(database, config, policy) as queue:
        for order in queue.open_orders():
            if order.overdue(today) or not overdue:
                shown += 1
                print_json(order.to_json(today)) if as_json else typer.echo(text_of(order, today))
    typer.echo(counted(shown, overdue=overdue), err=True)


@app.command("batches")
def batches_command(
    database: Database = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, one line a batch.")] = False,
) -> None:
    """Print the batches whose papers `document batch --queue` has made, the newest first."""
    from kiosk.cli.issuance_show import text_of_batch
    from kiosk.issuance import PostBatches

    with answering_register(as_json), opened_registry(database, config) as registry:
        for batch in PostBatches(registry).all():
            print_json(batch.to_json()) if as_json else typer.echo(text_of_batch(batch))


@app.command("done")
def done_command(
    numbers: Scanned = None,
    batch: Annotated[
        int | None, typer.Option(metavar="BATCH", help="Every order of a batch that is open still.")
    ] = None,
    issued_on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="交付年月日 (default: the batch's, and today for an order in none)."),
    ] = None,
    by: By = None,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Finish orders, all of them or none, and write into the register what was issued.

    An order that somebody else finished or cancelled meanwhile is refused (status 1), but not one of a batch: those are
    named, and the others are finished. Refused are also papers of people whose data are withheld since they were made
    for the post: cancel those first. A member file that still says what stood in the register before does not undo
    the issue; any other value in a file is taken.
    """
    from kiosk.cli.issuance_done import batch_done, orders_done, said_days

    with answering_register(as_json):
        if numbers and batch is not None:
            refuse("NUMBER or --batch: one of them")
        day = None if issued_on is None else day_of(issued_on, "--issued-on")
        with opened_registry(database, config) as registry:
            values = _policy(None, config)
            if batch is not None:
                done = batch_done(registry, values, batch, day, actor(by))
            else:
                done = orders_done(registry, values, numbers or (), day, actor(by))
    if as_json:
        print_json(done)
    else:
        typer.echo(f"{done['done']} done, issued on {said_days(done)}", err=True)


@app.command("cancel")
def cancel_command(
    numbers: Numbers,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, for the history.")],
    by: By = None,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Cancel orders, all of them or none. They stay in the history; the register is not changed."""
    with answering_register(as_json):
        wanted = numbers_of(numbers)
        with _queue(database, config, None) as queue:
            cancelled = queue.cancel(wanted, actor(by), reason, datetime.now(UTC))
    if as_json:
        print_json({"cancelled": len(cancelled)})
    else:
        typer.echo(f"{len(cancelled)} cancelled", err=True)


@contextmanager
def _queue(database: str | None, config: Path | None, policy: Path | None) -> Iterator[Queue]:
    from kiosk.issuance import Queue

    values = _policy(policy, config)
    with opened_registry(database, config) as registry:
        yield Queue(registry, values)


def _policy(file: Path | None, config: Path | None) -> Policy:
    return insurer_policy(file or load_settings(config).policy)

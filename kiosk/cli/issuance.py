"""`kiosk issuance`: to whom the union owes a document.

The floor below is imported when a command runs: `kiosk --help` and `kiosk decide` must not pay for SQLAlchemy.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.common import load_settings, print_json
from kiosk.cli.registry_common import (
    STANDARD,
    Config,
    Database,
    Json,
    answering_register,
    day_of,
    opened_registry,
)
from kiosk.cli.shared import insurer_policy, refuse

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "Documents that the union owes its members: 資格情報通知書 (notice) and 資格確認書 (confirmation).\n\n"
        'With --json a refusal is answered with {"error": {"message"}} on standard output.\n\n'
        "Exit status: 0 done; 1 the data or the request was refused; 2 wrong usage, settings or policy;"
        " 3 the database cannot serve; 4 a file cannot be read or written. With any but 0 nothing was changed."
    ),
)

PolicyFile = Annotated[
    Path | None,
    typer.Option("--policy", metavar="FILE", help="Values of the insurer (TOML); instead of the settings'."),
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
        if as_json and file == STANDARD:
            refuse("--json and - both want standard output")
        day = _day_of_facts(on)
        values = insurer_policy(policy or load_settings(config).policy)
        with opened_registry(database, config) as registry:
            counts = write_plan_file(registry, file, day, values)
    if as_json:
        print_json({"on": day.isoformat(), **counts})
    typer.echo(f"{day}: " + ", ".join(f"{count} {what}" for what, count in counts.items()), err=True)


def _day_of_facts(text: str) -> date:
    from kiosk.decision.facts import FIRST_YEAR, LAST_YEAR

    day = day_of(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        refuse(f"--on: must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return day

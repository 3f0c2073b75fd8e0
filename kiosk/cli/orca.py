"""`kiosk orca`: the connector to ORCA (日医標準レセプトソフト), for a technician.

The room below is imported when a command runs: `kiosk --help` must not pay for httpx and lxml.
"""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from kiosk.cli.answers import answering, print_json, refuse
from kiosk.cli.configured import load_settings
from kiosk.cli.register import Config, Json

__all__ = ["app"]

REFUSED, SILENT = 22, 23

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "ORCA (日医標準レセプトソフト), to which confirmed visits are handed (settings: orca.*).\n\n"
        'With --json a refusal is answered with {"error": {"message"}} on standard output.\n\n'
        "Exit status: 0 ORCA answers as it should; 2 wrong usage or settings; 22 it refuses, its answer cannot be used,"
        " or it does not know the department or physician; 23 no answer; 74 the answer could not be written."
    ),
)


@app.callback()
def _orca() -> None:
    """Keep `check` a command of its own."""


@app.command("check")
def check(config: Config = None, as_json: Json = False) -> None:
    """Try the connection, the password and the codes of the settings. It registers nothing and names nobody."""
    from kiosk.assembly.orca import orca_of
    from kiosk.orca import OrcaError

    with answering(as_json):
        settings = load_settings(config)
        orca = orca_of(settings, lambda: datetime.now(UTC))
        if orca is None:
            refuse("orca: set orca.url, orca.user, orca.password_file and orca.department")
        try:
            found = orca.check()
        except OrcaError as error:
            status = SILENT if error.code.value == "N-25" else REFUSED
            refuse(f"{error.code.value} {error}", status, code=error.code.value)
    chosen = settings.orca
    known = {"department_known": found.department_known, "physician_known": found.physician_known}
    if as_json:
        print_json({"departments": found.departments, "physicians": found.physicians, **known})
    else:
        typer.echo(f"ORCA answers: {found.departments} departments, {found.physicians} physicians")
    unknown = [
        f"orca.{key} = {code!r}"
        for key, code, is_known in (
            ("department", chosen.department, found.department_known),
            ("physician", chosen.physician, found.physician_known),
        )
        if code and not is_known
    ]
    if unknown:
        typer.echo(f"ORCA does not know {' and '.join(unknown)}", err=True)
        raise typer.Exit(REFUSED)

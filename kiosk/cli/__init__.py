"""The command line. Each subcommand imports its floor when it runs, so that starting one stays quick.

Exit statuses: 0 done; 1 the data was refused, or whoever read standard output left; 2 wrong usage or settings; others
are listed in each command's help.
"""

from __future__ import annotations

import os
import signal
import sys

import typer

from kiosk.cli.audit import app as audit_app
from kiosk.cli.card import app as card_app
from kiosk.cli.decide import decide_command
from kiosk.cli.document import app as document_app
from kiosk.cli.issuance import app as issuance_app
from kiosk.cli.registry import app as registry_app
from kiosk.cli.serve import handbook_command, serve_command, settings_command
from kiosk.cli.staff import app as staff_app

__all__ = ["app", "main"]

app = typer.Typer(
    name="kiosk",
    help="Eligibility kiosk for the My Number health-insurance card (マイナ保険証).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("serve")(serve_command)
app.command("decide")(decide_command)
app.command("handbook")(handbook_command)
app.command("settings")(settings_command)
app.add_typer(card_app, name="card")
app.add_typer(registry_app, name="registry")
app.add_typer(issuance_app, name="issuance")
app.add_typer(document_app, name="document")
app.add_typer(audit_app, name="audit")
app.add_typer(staff_app, name="staff")


def main() -> None:
    """Run the command line. Ended by a signal, a command leaves nothing half-made either."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)
    try:
        app()
    finally:
        _flush_output()


def _flush_output() -> None:
    """Write what is still kept for standard output, and end with 1 in silence where its reader has gone (`… | head`).

    A command that meets this earlier only lets the error pass: Typer ends it in the same way.
    """
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _end(number: int, _frame: object) -> None:
    # A second one must not interrupt the clearing away.
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)

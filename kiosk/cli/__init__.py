"""The command line. Each command imports what it needs when it runs, so that every one starts quickly.

Exit statuses: 0 done; 1 the data was refused; 2 wrong usage or settings; others are listed in each command's help.
Every command also has 74 (EX_IOERR): the answer could not be written, but the work may have been done.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import Annotated, NoReturn

import typer

from kiosk import __version__
from kiosk.cli.audit import app as audit_app
from kiosk.cli.card import app as card_app
from kiosk.cli.clock import app as clock_app
from kiosk.cli.decide import decide_command
from kiosk.cli.document import app as document_app
from kiosk.cli.issuance import app as issuance_app
from kiosk.cli.orca import app as orca_app
from kiosk.cli.policy import app as policy_app
from kiosk.cli.receipt import app as receipt_app
from kiosk.cli.registry import app as registry_app
from kiosk.cli.serve import handbook_command, serve_command, settings_command
from kiosk.cli.staff import app as staff_app
from kiosk.cli.streams import speak_plainly
from kiosk.cli.terminal import app as terminal_app
from kiosk.cli.token import app as token_app

__all__ = ["app", "main"]

app = typer.Typer(
    name="kiosk",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kiosk {__version__}")
        raise typer.Exit


@app.callback()
def _kiosk(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Eligibility kiosk for the My Number health-insurance card (マイナ保険証)."""
    from kiosk.logs import configure_logs  # imported when needed: `kiosk --help` must not pay for it

    configure_logs(logging.WARNING)  # or a warning would be in the answer on standard output


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
app.add_typer(clock_app, name="clock")
app.add_typer(policy_app, name="policy")
app.add_typer(terminal_app, name="terminal")
app.add_typer(token_app, name="token")
app.add_typer(orca_app, name="orca")
app.add_typer(receipt_app, name="receipt")


def main() -> None:
    """Run the command line. A command that is ended by a signal leaves nothing half-made."""
    speak_plainly()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)
    try:
        app()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            _unheard(end.__context__)
        _last_words(end)
        raise
    except OSError as error:
        _unheard(error)
    except UnicodeEncodeError as error:
        typer.echo(
            f"a name is no {error.encoding} text, as this system's names of files are: set LANG=C.UTF-8", err=True
        )
        sys.exit(2)


def _last_words(end: SystemExit) -> None:
    """Write what is left of the answer. A command that failed has already reported why, and keeps its status."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        _forget_standard_output()
        if not end.code:
            _unheard(error)


def _unheard(error: OSError) -> NoReturn:
    """End a command whose answer cannot be written. A full disk is reported; a reader that left (`… | head`) knows.

    Every command itself reports the files that people named.
    """
    if not isinstance(error, BrokenPipeError):
        typer.echo(f"the answer could not be written: {error.strerror}", err=True)
    _forget_standard_output()
    sys.exit(os.EX_IOERR)


def _forget_standard_output() -> None:
    """Drop what is left in its buffer, which would fail once more when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(number: int, _frame: object) -> None:
    # A second one must not interrupt the clearing up.
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)

"""`kiosk audit`: is the journal as it was written?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.answers import answering, print_json, refuse
from kiosk.cli.configured import load_settings, settings_refused

if TYPE_CHECKING:
    from kiosk.assembly.journal_check import JournalCheck

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Verify the tamper-evident journal of visits.")

TAMPERED, UNREADABLE, CLOCK_JUMPED = 1, 3, 4


@app.callback()
def audit() -> None:
    """Verify the tamper-evident journal of visits."""


@app.command("verify")
def verify(
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="Settings file (TOML).")] = None,
    journal: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Another journal than that of the settings' kiosk.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Check every entry; may run while the kiosk writes.

    Exit status: 0 every entry is as it was written; 1 something was edited, removed or put elsewhere, or the register's
    anchor was changed; 2 wrong usage, settings or site key file; 3 the journal cannot be read; 4 every entry is as it
    was written, but the clock went back by more than five minutes or ahead by more than 400 days. With --json a changed
    anchor, 2 and 3 are answered with {"error": {"message"}}.
    """
    with answering(as_json):
        checked = _checked(config, journal)
    path, verification, anchor = checked.path, checked.verification, checked.anchor
    if as_json:
        print_json({**verification.to_json(), "anchor": anchor and anchor.to_json()})
    for jump in verification.jumps:
        typer.echo(f"{path}: {jump}", err=True)
    problem = verification.problem
    if problem is not None:
        refuse(f"{path}: line {problem.line} {problem.message}", TAMPERED)
    torn = ", and an unfinished last line" if verification.torn else ""
    typer.echo(f"{path}: {verification.entries} entries as they were written{torn}", err=True)
    if verification.jumps:
        raise typer.Exit(CLOCK_JUMPED)


def _checked(config: Path | None, journal: Path | None) -> JournalCheck:
    from kiosk.assembly.journal_check import AnchorChanged, JournalUnreadable, check_journal

    try:
        with settings_refused():
            return check_journal(load_settings(config), journal, lambda sentence: typer.echo(sentence, err=True))
    except AnchorChanged as error:
        refuse(str(error), TAMPERED)
    except JournalUnreadable as error:
        refuse(str(error), UNREADABLE)

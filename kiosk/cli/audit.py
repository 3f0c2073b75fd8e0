"""`kiosk audit`: is the journal as it was written?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.answers import answering, print_json, refuse
from kiosk.cli.configured import load_settings

if TYPE_CHECKING:
    from kiosk.audit import Head, Verification
    from kiosk.settings import Settings

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
        path, verification, anchor = _verified(config, journal)
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


def _verified(config: Path | None, journal: Path | None) -> tuple[Path, Verification, Head | None]:
    from kiosk.audit import journal_path
    from kiosk.audit import verify as verify_journal
    from kiosk.files import FileError
    from kiosk.identity import SiteKeyError, load_site_key

    settings = load_settings(config)
    path, anchor = journal or journal_path(settings.data_dir, settings.kiosk_id), None
    try:
        key = load_site_key(settings.site_key_path)
        anchor = None if journal else _anchor(settings, key)
        return path, verify_journal(path, key, anchor), anchor
    except SiteKeyError as error:
        refuse(f"site_key_file: {error}")
    except FileError as error:
        known = f"; the register knows {anchor.sequence} entries of it" if anchor else ""
        refuse(f"{path}: {error}{known}", UNREADABLE)


def _anchor(settings: Settings, key: bytes) -> Head | None:
    """Return how far the journal reached, as the register knows it; else None, and why."""
    from kiosk.eligibility import Registry, RegistryError

    try:
        with Registry.open(settings.database) as registry:
            anchor = registry.anchor(settings.kiosk_id)
    except RegistryError as error:
        typer.echo(f"not compared with the register: {error}", err=True)
        return None
    if anchor is None:
        typer.echo("not compared with the register: it has no anchor of this journal", err=True)
        return None
    if not anchor.is_genuine(key):
        refuse("the register's anchor of this journal was changed, or sealed under another site key", TAMPERED)
    return anchor.end

"""``kiosk policy``: what differs between insurers and desks, for the officer who answers for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.answers import answering, insurer_policy, print_json

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "The insurer's policy: what differs between insurers and desks.\n\n"
        "Exit status: 0 done; 2 wrong usage, or the policy is refused: one sentence names the value at fault;"
        " 74 the answer could not be written."
    ),
)

_FILE = "A policy (TOML), as the setting `policy` names it."


@app.callback()
def policy() -> None:
    """Show or check the insurer's policy."""


@app.command("show")
def show_command(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help=f"{_FILE} Without: the defaults.")] = None,
) -> None:
    """Print a policy as a commented file: every value, what it is, its source, its bounds and its default.

    The output is a policy again: edit it, and name it in the settings.
    """
    from kiosk.policy_text import policy_text

    typer.echo(policy_text(insurer_policy(file)), nl=False)


@app.command("check")
def check_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_FILE)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Check a policy, and say which values differ from their defaults."""
    from kiosk.policy_text import differences

    with answering(as_json):
        found = differences(insurer_policy(file))
    if as_json:
        print_json({"differs": {one.name: {"value": one.value, "default": one.default} for one in found}})
    for one in found:
        typer.echo(f"{one.name}: {one.value} (default: {one.default})", err=as_json)
    if not found:
        typer.echo("every value has its default", err=True)

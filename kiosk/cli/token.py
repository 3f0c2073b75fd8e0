"""``kiosk token``: which programs may use the API, and what for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.answers import print_json, refuse
from kiosk.cli.configured import load_settings

if TYPE_CHECKING:
    from kiosk.staff import ApiTokens

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "The programs that may use the API (docs/api.md). A kiosk that is running takes up every change at once.\n\n"
        "Exit status: 0 done; 1 the name was refused, or the tokens cannot be read or kept; 2 wrong usage or settings."
    ),
)

REFUSED = 1


class _Scope(StrEnum):
    """The scopes, as the command line takes them; a test holds them and ``kiosk.staff.Scope`` together."""

    VISIT_READ = "visit:read"
    MEMBER_READ = "member:read"
    VISIT_ACT = "visit:act"
    STAFF_CONFIRM = "staff:confirm"


Name = Annotated[str, typer.Argument(help="The program: letters, digits, dot, dash, underscore.")]
Config = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="Settings file (TOML).")]


@app.command("add")
def add(
    name: Name,
    scope: Annotated[list[_Scope], typer.Option(help="What the program may do; repeat it for more.")],
    config: Config = None,
) -> None:
    """Add a token and print it, alone and this once: only its hash is kept."""
    from kiosk.eligibility import contains_my_number
    from kiosk.staff import Scope

    if contains_my_number(name):
        refuse("NAME: contains a number that passes as a マイナンバー, which must not be kept", REFUSED)
    with _tokens(config) as tokens:
        typer.echo(tokens.add(name, {Scope(each) for each in scope}))


@app.command("list")
def list_tokens(
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """List the tokens: names, scopes and when they were made; never a token itself."""
    with _tokens(config) as tokens:
        every = tokens.all()
    if as_json:
        listed = [
            {"name": one.name, "scopes": sorted(one.scopes), "created_at": one.created_at.isoformat()} for one in every
        ]
        print_json({"tokens": listed})
        return
    for one in every:
        typer.echo(f"{one.name}\t{' '.join(sorted(one.scopes))}\t{one.created_at.isoformat()}")


@app.command("revoke")
def revoke(name: Name, config: Config = None) -> None:
    """Revoke a token: it is refused from now on, and the event streams that were opened with it end."""
    with _tokens(config) as tokens:
        tokens.revoke(name)
    typer.echo("revoked", err=True)


@contextmanager
def _tokens(config: Path | None) -> Iterator[ApiTokens]:
    from kiosk.staff import ApiTokenError, ApiTokens, api_tokens_path

    settings = load_settings(config)
    try:
        yield ApiTokens(api_tokens_path(settings.data_dir))
    except ApiTokenError as error:
        refuse(str(error), REFUSED)

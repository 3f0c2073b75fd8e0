"""``kiosk staff``: who may use the staff pages."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.answers import print_json, refuse, standard_input
from kiosk.cli.configured import load_settings
from kiosk.roles import Role

if TYPE_CHECKING:
    from kiosk.staff import Accounts

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "The people who may use the staff pages.\n\n"
        "A password is one line of standard input, or typed twice without being shown; it is never an argument.\n\n"
        "Exit status: 0 done; 1 the name or the password was refused, or the accounts cannot be read or kept;"
        " 2 wrong usage or settings."
    ),
)

REFUSED = 1
_LONGEST_LINE = 1024

Name = Annotated[str, typer.Argument(help="The account: lower-case letters, digits, dot, dash, underscore.")]
RoleWanted = Annotated[
    Role, typer.Option("--role", help="staff: the kiosk's desk; officer: the union's office (/officer); admin: both.")
]
Config = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="Settings file (TOML).")]


@app.command("add")
def add(
    name: Name,
    display: Annotated[str | None, typer.Option(help="How colleagues call the person (default: NAME).")] = None,
    role: RoleWanted = Role.STAFF,
    config: Config = None,
) -> None:
    """Add a member of staff. Each person has an account of their own, whose name is in the journal."""
    from kiosk.eligibility import contains_my_number

    for option, text in (("NAME", name), ("--display", display)):
        if text is not None and contains_my_number(text):
            refuse(f"{option}: contains a number that passes as a マイナンバー, which must not be kept", REFUSED)
    with _accounts(config) as accounts:
        accounts.add(name, display or name, _password(), role)
    typer.echo("added", err=True)


@app.command("list")
def list_accounts(
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """List the accounts: name, display name and role."""
    with _accounts(config) as accounts:
        everybody = accounts.all()
    if as_json:
        print_json({"staff": [{"name": one.name, "display": one.display, "role": one.role} for one in everybody]})
        return
    for one in everybody:
        typer.echo(f"{one.name}\t{one.display}\t{one.role}")


@app.command("remove")
def remove(name: Name, config: Config = None) -> None:
    """Remove an account; who is logged in with it is logged out."""
    with _accounts(config) as accounts:
        accounts.remove(name)
    typer.echo("removed", err=True)


@app.command("passwd")
def passwd(name: Name, config: Config = None) -> None:
    """Give an account another password; who is logged in with it is logged out."""
    with _accounts(config) as accounts:
        if accounts.find(name) is None:
            refuse("there is no such account", REFUSED)
        accounts.set_password(name, _password())
    typer.echo("changed", err=True)


@app.command("role")
def change_role(
    name: Name,
    role: Annotated[Role, typer.Argument(help="What the account is for from now on, as with add --role.")],
    config: Config = None,
) -> None:
    """Give an account another role; who is logged in with it is logged out."""
    with _accounts(config) as accounts:
        accounts.set_role(name, role)
    typer.echo("changed", err=True)


@contextmanager
def _accounts(config: Path | None) -> Iterator[Accounts]:
    from kiosk.staff import AccountError, Accounts, PasswordRefused, accounts_path

    settings = load_settings(config)
    try:
        yield Accounts(accounts_path(settings.data_dir))
    except (AccountError, PasswordRefused) as error:
        refuse(str(error), REFUSED)


def _password() -> str:
    """Return one line of standard input; at a terminal, what was typed twice alike."""
    if not (given := standard_input()).isatty():
        return given.readline(_LONGEST_LINE).decode("utf-8", "replace").rstrip("\r\n")
    typed = getpass.getpass("password: ")
    if getpass.getpass("once more: ") != typed:
        refuse("the two are not the same", REFUSED)
    return typed

"""``kiosk clock``: compare the clock with its witnesses, and set aside a witness that has a wrong time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk import TOKYO
from kiosk.cli.answers import answering, print_json, refuse
from kiosk.cli.configured import load_settings, settings_refused

if TYPE_CHECKING:
    from kiosk.reception import Witness
    from kiosk.settings import Settings

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Check the clock against its witnesses, and accept it.")

REFUSED, UNREADABLE = 1, 3


@app.callback()
def clock() -> None:
    """Check the clock against its witnesses, and accept it."""


@app.command("accept")
def accept(
    config: Annotated[Path | None, typer.Option("--config", metavar="FILE", help="Settings file (TOML).")] = None,
    by: Annotated[str, typer.Option(help="The account of who does it, for the journal.")] = "administrator",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Set aside every witness that is more than a day ahead of the clock, which must be right now (S-05).

    A witness is this program (when it was installed), the journal or the register's newest file. Its times up to now
    no longer count if they are later than tomorrow; its times from now on count again. A running service follows by
    itself, after it has written this into the journal.

    Exit status: 0 set aside, or no witness is ahead; 1 the clock is before this program was written, so that it is the
    clock that must be set; 2 wrong usage or settings; 3 journal or register cannot be read, or it cannot be kept.
    """
    with answering(as_json):
        ahead = _accepted(load_settings(config), _account(by))
    now = datetime.now(TOKYO).isoformat(timespec="minutes")
    if as_json:
        seconds = {witness.value: int(lag.total_seconds()) for witness, lag in ahead.items()}
        print_json({"clock": now, "set_aside": seconds})
    typer.echo(f"the clock says {now}", err=True)
    for witness, lag in ahead.items():
        typer.echo(f"{witness.value}: was {lag.days} days ahead of it and is set aside", err=True)
    if not ahead:
        typer.echo("no witness is ahead of it; nothing was set aside", err=True)


def _account(by: str) -> str:
    from kiosk.staff import is_account_name

    if not is_account_name(by):
        refuse("--by: is not the name of an account (lower-case letters, digits, dot, dash, underscore)")
    return by


def _accepted(settings: Settings, by: str) -> Mapping[Witness, timedelta]:
    """Set aside every witness that is ahead of the clock, or end with the command's status."""
    from kiosk.assembly.clock import ClockTooEarly, WitnessUnreadable, set_aside_ahead

    try:
        with settings_refused():
            return set_aside_ahead(settings, by, datetime.now(UTC))
    except ClockTooEarly as error:
        refuse(str(error), REFUSED)
    except WitnessUnreadable as error:
        refuse(str(error), UNREADABLE)

"""``kiosk clock``: compare the clock with its witnesses, and set aside a witness that has a wrong time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from kiosk import EARLIEST, TOKYO
from kiosk.cli.answers import answering, print_json, refuse
from kiosk.cli.configured import load_settings

if TYPE_CHECKING:
    from kiosk.reception.clock import Heard
    from kiosk.reception.set_aside import SetAsides, Witness
    from kiosk.settings import Settings

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Check the clock against its witnesses, and accept it.")

REFUSED, UNREADABLE = 1, 3
_T = TypeVar("_T")


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
        print_json({"clock": now, "set_aside": {witness.value: int(lag.total_seconds()) for witness, lag in ahead}})
    typer.echo(f"the clock says {now}", err=True)
    for witness, lag in ahead:
        typer.echo(f"{witness.value}: was {lag.days} days ahead of it and is set aside", err=True)
    if not ahead:
        typer.echo("no witness is ahead of it; nothing was set aside", err=True)


def _account(by: str) -> str:
    from kiosk.staff import is_account_name

    if not is_account_name(by):
        refuse("--by: is not the name of an account (lower-case letters, digits, dot, dash, underscore)")
    return by


def _accepted(settings: Settings, by: str) -> list[tuple[Witness, timedelta]]:
    """Set aside every witness that is ahead of the clock; return them, and by how much."""
    from kiosk.reception.clock import BEHIND, ahead_of
    from kiosk.reception.set_aside import SetAside, SetAsideFile

    now = datetime.now(UTC)
    if now < EARLIEST:
        refuse(f"the clock says {now:%Y-%m-%d}, before this program was written: set the clock", REFUSED)
    file = SetAsideFile(settings.data_dir)
    said = _testimony(settings, _read(file.read))
    ahead = ahead_of(now, {witness: heard for witness, (heard, _) in said.items()})
    asides = [SetAside(each, said[each][1], now + BEHIND, said[each][0].at, by, now) for each in ahead]
    if asides:
        _read(lambda: file.put(*asides))
    return list(ahead.items())


def _testimony(settings: Settings, asides: SetAsides) -> dict[Witness, tuple[Heard, int]]:
    """Return the time of each witness now, and the number of its last statement."""
    from kiosk.reception.clock import built, of_build
    from kiosk.reception.set_aside import Witness

    build = of_build(built(), asides.get(Witness.BUILD))
    found = {Witness.BUILD: (build, int(built().timestamp()))}
    for witness, ask in ((Witness.JOURNAL, _ask_journal), (Witness.REGISTER, _ask_register)):
        if said := ask(settings, asides):
            found[witness] = said
    return found


def _ask_journal(settings: Settings, asides: SetAsides) -> tuple[Heard, int] | None:
    from kiosk.audit import journal_path, journal_stamps
    from kiosk.identity import SiteKeyError, load_site_key
    from kiosk.reception.clock import of_journal
    from kiosk.reception.set_aside import Witness

    path = journal_path(settings.data_dir, settings.kiosk_id)
    try:
        stamps = journal_stamps(path, load_site_key(settings.site_key_path)) if path.exists() else []
    except SiteKeyError as error:
        refuse(f"site_key_file: {error}")
    except OSError as error:
        refuse(f"{path}: {error.strerror}", UNREADABLE)
    heard = of_journal(stamps, asides.get(Witness.JOURNAL))
    return (heard, max(stamp.sequence for stamp in stamps)) if heard else None


def _ask_register(settings: Settings, asides: SetAsides) -> tuple[Heard, int] | None:
    from kiosk.eligibility import Registry, RegistryError
    from kiosk.reception.clock import Heard
    from kiosk.reception.set_aside import Witness

    aside = asides.get(Witness.REGISTER)
    try:
        with Registry.open(settings.database) as registry:
            newest = registry.check(through=aside.through, after=aside.after) if aside else registry.check()
            return (Heard(*newest), registry.last_import()) if newest else None
    except RegistryError as error:
        refuse(f"database: {error}", UNREADABLE)


def _read(work: Callable[[], _T]) -> _T:
    try:
        return work()
    except OSError as error:
        refuse(f"data_dir: {error.filename}: {error.strerror}", UNREADABLE)
    except ValueError as error:
        refuse(str(error), UNREADABLE)

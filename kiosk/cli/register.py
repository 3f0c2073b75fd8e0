"""What the commands beside the register share: its options, its opening, its refusals.

The floor below is imported when a command runs: `kiosk --help` and `kiosk decide` must not pay for SQLAlchemy.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from kiosk import TOKYO
from kiosk.cli.answers import answering, refuse, sentence_of, standard_input, standard_output
from kiosk.cli.bars import watched
from kiosk.cli.configured import load_settings, settings_files
from kiosk.outputs import STANDARD

if TYPE_CHECKING:
    from kiosk.eligibility import MemberId, Registry

__all__ = [
    "DATABASE",
    "FILE",
    "REFUSED",
    "By",
    "Config",
    "Database",
    "Json",
    "MaybeMember",
    "MemberOption",
    "actor",
    "answering_register",
    "database_url",
    "day_of",
    "day_of_facts",
    "in_file",
    "member_of",
    "opened_input",
    "opened_registry",
    "private_output",
    "read_by",
]

REFUSED, DATABASE, FILE = 1, 3, 4

Database = Annotated[
    str | None,
    typer.Option(help="sqlite:///PATH or postgresql+psycopg://...; instead of the settings'.", metavar="URL"),
]
Config = Annotated[Path | None, typer.Option(help="Settings file (TOML).", metavar="FILE")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
MaybeMember = Annotated[str | None, typer.Option("--member", help="Whose.", metavar="INSURER:SYMBOL:NUMBER:BRANCH")]
MemberOption = Annotated[str, typer.Option("--member", help="Whose.", metavar="INSURER:SYMBOL:NUMBER:BRANCH")]
By = Annotated[str | None, typer.Option(help="Who does it, for the history (default: the user logged in).")]


def database_url(option: str | None, config: Path | None) -> str:
    """Return the database of ``--database``, or that of the settings; end with status 2 if those are wrong."""
    return option or load_settings(config).database


def read_by(database: str | None, config: Path | None) -> list[Path]:
    """Return the files, beside those a command is given, that no output may replace: settings and database."""
    from kiosk.eligibility import files_of

    settings = [] if database and config is None else settings_files(config)
    return [*settings, *files_of(database_url(database, config))]


@contextmanager
def opened_registry(database: str | None, config: Path | None) -> Iterator[Registry]:
    """Open the register of ``--database`` or of the settings for a block.

    Raises:
        RegistryError: The register cannot serve.

    """
    from kiosk.eligibility import Registry

    with Registry.open(database_url(database, config)) as registry:
        yield registry


@contextmanager
def answering_register(as_json: bool, **more: object) -> Iterator[None]:
    """One clear line on standard error and the status of the help, whatever goes wrong; with `--json` an object too."""
    with answering(as_json, **more), _errors():
        yield


@contextmanager
def _errors() -> Iterator[None]:
    from kiosk.eligibility import DataRefused, RegistryError

    try:
        yield
    except DataRefused as error:
        refuse(str(error), REFUSED)
    except RegistryError as error:
        refuse(str(error), DATABASE)
    except BrokenPipeError:
        raise  # whoever read standard output has left: no file of ours is wrong
    except OSError as error:
        refuse(sentence_of(error), FILE)


def in_file(file: str, error: Exception) -> str:
    """Return what is wrong with a file, after its name if it has one: standard input has none."""
    return str(error) if file == STANDARD else f"{file}: {error}"


def member_of(text: str, option: str = "--member") -> MemberId:
    """Return the member that an option names, or end with status 2."""
    from kiosk.eligibility import DataRefused, MemberId

    try:
        return MemberId.parse(text)
    except DataRefused as error:
        refuse(f"{option}: {error}")


def actor(by: str | None) -> str:
    """Return the name in `--by`, else the user who is logged in; end with status 2 if there is neither."""
    try:
        return by if by is not None else getpass.getuser()
    except (KeyError, OSError):
        refuse("--by: name who does this; there is no user logged in")


def day_of(text: str | None, option: str = "--on") -> date:
    """Return the date of an option, or today in Asia/Tokyo."""
    if text is None:
        return datetime.now(TOKYO).date()
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        refuse(f"{option}: must be a date YYYY-MM-DD")


def day_of_facts(text: str | None, option: str = "--on") -> date:
    """Return the date of an option, in the years for which there can be facts, or today in Asia/Tokyo."""
    from kiosk.decision.facts import FIRST_YEAR, LAST_YEAR

    day = day_of(text, option)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        refuse(f"{option}: must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


@contextmanager
def opened_input(file: str, what: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input for ``-``; show a progress bar named ``what`` if a person watches.

    Raises:
        OSError: The file cannot be read, or is not a regular one: a FIFO might keep the command waiting for ever.

    """
    from kiosk.files import FileError, open_regular

    if file == STANDARD:
        yield standard_input()
        return
    try:
        descriptor = open_regular(Path(file))
    except FileError as error:
        raise OSError(0, str(error), file) from None
    with os.fdopen(descriptor, "rb") as stream, watched(stream, what) as counted:
        yield counted


@contextmanager
def private_output(file: str | Path) -> Iterator[TextIOWrapper]:
    """Open a text file (mode 0600) that appears completely or not at all, or standard output for ``-``.

    Raises:
        OSError: The file cannot be written.

    """
    from kiosk.private_files import private_file

    if str(file) != STANDARD:
        with private_file(Path(file)) as stream:
            yield stream
        return
    text = TextIOWrapper(standard_output(), encoding="utf-8", newline="", write_through=True)
    try:
        yield text
    finally:
        text.detach()

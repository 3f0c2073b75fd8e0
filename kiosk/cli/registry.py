"""`kiosk registry`: the register of members.

The floor below is imported when a command runs: `kiosk --help` and `kiosk decide` must not pay for SQLAlchemy.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from kiosk import TOKYO
from kiosk.cli.common import load_settings, print_json
from kiosk.cli.shared import answering, refuse, sentence_of

if TYPE_CHECKING:
    from kiosk.eligibility import ImportRefused, MemberId, Registry

__all__ = ["app", "database_url"]

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "The register of members.\n\n"
        'With --json a refusal is answered with {"error": {"message"}} on standard output.\n\n'
        "Exit status: 0 done; 1 the data or the request was refused; 2 wrong usage or settings;"
        " 3 the database cannot serve; 4 a file cannot be read or written. With any but 0 nothing was changed."
    ),
)

REFUSED, DATABASE, FILE = 1, 3, 4


Database = Annotated[
    str | None,
    typer.Option(help="sqlite:///PATH or postgresql+psycopg://...; instead of the settings'.", metavar="URL"),
]
Config = Annotated[Path | None, typer.Option(help="Settings file (TOML).", metavar="FILE")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
MemberOption = Annotated[str, typer.Option("--member", help="Whose.", metavar="INSURER:SYMBOL:NUMBER:BRANCH")]
By = Annotated[str | None, typer.Option(help="Who does it, for the history (default: the user logged in).")]


def database_url(option: str | None, config: Path | None) -> str:
    """The database of `--database`, else of the settings; ends with status 2 when those are wrong."""
    return option or load_settings(config).database


@app.command("init")
def init(database: Database = None, config: Config = None, as_json: Json = False) -> None:
    """Create the register, or bring it to the schema of this program. Doing it twice changes nothing."""
    from kiosk.eligibility import Registry

    with _answering(as_json), Registry.open(database_url(database, config), migrated=False) as registry:
        changed = registry.migrate()
    if as_json:
        print_json({"migrated": changed})
    else:
        typer.echo("the register is ready" if changed else "the register was ready already", err=True)


@app.command("import")
def import_file(
    file: Annotated[str, typer.Argument(metavar="FILE.csv", help="Member file, UTF-8; - for standard input.")],
    skip_bad: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Take the good lines; write the bad ones here, with reasons (mode 0600)."),
    ] = None,
    valid_from: Annotated[
        str | None, typer.Option(metavar="DATE", help="Day from which the data hold (default: today); not later.")
    ] = None,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Insert or update members: all of them or, without --skip-bad, none (status 1).

    A member named twice in one file is a bad line; so is any number that passes as a マイナンバー: it is not kept.
    Lines that change nothing write no new version.
    """
    from kiosk.cli.registry_files import import_members
    from kiosk.eligibility import ImportRefused, ImportReport

    with _answering(as_json, **ImportReport().to_json()):
        day = _not_later_than_today(valid_from)
        _require_file_for(skip_bad)
        with _registry(database, config) as registry:
            try:
                report = import_members(registry, file, day, skip_bad)
            except ImportRefused as error:
                _refuse_import(error, file)
    if as_json:
        print_json(report.to_json())
    typer.echo(", ".join(f"{count} {what}" for what, count in report.to_json().items()), err=True)


@app.command("export")
def export_file(
    file: Annotated[str, typer.Argument(metavar="FILE.csv", help="Made with mode 0600; - for standard output.")],
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Write every member in the form that import reads, ordered by the four columns of the key."""
    from kiosk.cli.registry_files import export_members

    with _answering(as_json):
        if as_json and file == "-":
            refuse("--json and - both want standard output")
        with _registry(database, config) as registry:
            count = export_members(registry, file)
    if as_json:
        print_json({"exported": count})
    else:
        typer.echo(f"{count} exported", err=True)


@app.command("bind")
def bind(
    member: MemberOption,
    certificate: Annotated[Path, typer.Option(metavar="FILE", help="利用者証明用電子証明書, PEM or DER.")],
    by: By = None,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Tie a certificate to a member; the tie of the member's certificate before it ends.

    The certificate's chain is not checked here: who is at the desk vouches for it. Its serial number is not stored,
    only an HMAC of it under the site key. A certificate that is bound to another member is refused (status 1), and
    so is another site key than that of the first tie (status 3).
    """
    from kiosk.cli.registry_bind import load_certificate, tie

    with _answering(as_json):
        whose, loaded = _member(member), load_certificate(certificate)
        with _registry(database, config) as registry:
            answer = tie(registry, whose, loaded, load_settings(config), _actor(by))
    if as_json:
        print_json(answer)
    else:
        typer.echo("bound" if answer["changed"] else "was bound already", err=True)


@app.command("unbind")
def unbind(
    member: MemberOption, by: By = None, database: Database = None, config: Config = None, as_json: Json = False
) -> None:
    """End the tie between a member and a certificate; the history stays."""
    from kiosk.cli.registry_bind import untie

    with _answering(as_json):
        whose = _member(member)
        with _registry(database, config) as registry:
            answer = untie(registry, whose, load_settings(config), _actor(by))
    if as_json:
        print_json(answer)
    else:
        typer.echo("unbound", err=True)


@app.command("show")
def show(
    member: MemberOption,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Day of the facts (default: today).")] = None,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print a member with the facts of a day, as the register has them (no card at hand)."""
    from kiosk.cli.registry_show import shown, text_of

    with _answering(as_json):
        whose, day = _member(member), _day(on)
        with _registry(database, config) as registry:
            answer = shown(registry, whose, day, load_settings(config).policy)
    if as_json:
        print_json(answer)
    else:
        typer.echo(text_of(answer))


@app.command("stats")
def stats(database: Database = None, config: Config = None, as_json: Json = False) -> None:
    """Count what the register holds."""
    from kiosk.cli.registry_show import counts, text_of

    with _answering(as_json), _registry(database, config) as registry:
        answer = counts(registry.stats(_day(None)))
    if as_json:
        print_json(answer)
    else:
        typer.echo(text_of(answer))


@contextmanager
def _registry(database: str | None, config: Path | None) -> Iterator[Registry]:
    from kiosk.eligibility import Registry

    with Registry.open(database_url(database, config)) as registry:
        yield registry


@contextmanager
def _answering(as_json: bool, **more: object) -> Iterator[None]:
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
    except OSError as error:
        refuse(sentence_of(error), FILE)


def _refuse_import(error: ImportRefused, file: str) -> NoReturn:
    for bad in error.first:
        typer.echo(f"{file}: {bad}", err=True)
    listed = [{"line": bad.line, "column": bad.column, "message": bad.message} for bad in error.first]
    refuse(f"{file}: {error}", REFUSED, refused=error.refused, errors=listed)


def _member(text: str) -> MemberId:
    from kiosk.eligibility import DataRefused, MemberId

    try:
        return MemberId.parse(text)
    except DataRefused as error:
        refuse(f"--member: {error}")


def _actor(by: str | None) -> str:
    try:
        return by if by is not None else getpass.getuser()
    except (KeyError, OSError):
        refuse("--by: name who does this; there is no user logged in")


def _require_file_for(skip_bad: Path | None) -> None:
    if skip_bad == Path("-"):
        refuse("--skip-bad: the bad lines need a file of their own, - is none")


def _not_later_than_today(text: str | None) -> date:
    day = _day(text, "--valid-from")
    if day > _day(None):
        refuse("--valid-from: must not lie after today")
    return day


def _day(text: str | None, option: str = "--on") -> date:
    """The date of an option, or today in Asia/Tokyo."""
    if text is None:
        return datetime.now(TOKYO).date()
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        refuse(f"{option}: must be a date YYYY-MM-DD")

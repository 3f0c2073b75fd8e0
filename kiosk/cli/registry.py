"""`kiosk registry`: the register of members.

The floor below is imported when a command runs: `kiosk --help` and `kiosk decide` must not pay for SQLAlchemy.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from kiosk.cli.answers import print_json, refuse, require_output
from kiosk.cli.configured import load_settings
from kiosk.cli.register import (
    REFUSED,
    By,
    Config,
    Database,
    Json,
    MemberOption,
    actor,
    answering_register,
    database_url,
    day_of,
    member_of,
    opened_registry,
    read_by,
)

if TYPE_CHECKING:
    from kiosk.eligibility import ImportRefused

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "The register of members.\n\n"
        'With --json a refusal is answered with {"error": {"message"}} on standard output.\n\n'
        "Exit status: 0 done; 1 the data or the request was refused; 2 wrong usage or settings;"
        " 3 the database cannot serve; 4 a file cannot be read or written; 74 the answer"
        " could not be written. With any but 0 and 74 nothing was changed."
    ),
)


@app.command("init")
def init(database: Database = None, config: Config = None, as_json: Json = False) -> None:
    """Create the register, or bring it to the schema of this program. Doing it twice changes nothing.

    Its place is written to standard error.
    """
    from kiosk.eligibility import Registry, place_of

    with answering_register(as_json):
        url = database_url(database, config)
        with Registry.open(url, migrated=False) as registry:
            changed = registry.migrate()
    if as_json:
        print_json({"migrated": changed})
    ready = "the register is ready" if changed else "the register was ready already"
    typer.echo(f"{place_of(url)}: {ready}{_by_default(database, config)}", err=True)


def _by_default(database: str | None, config: Path | None) -> str:
    from kiosk.settings import settings_file

    named = database or settings_file(config) or os.environ.get("KIOSK_DATABASE")
    return "" if named else " (by default: no --database, --config or KIOSK_CONFIG names another)"


@app.command("import")
def import_file(
    file: Annotated[str, typer.Argument(metavar="FILE.csv", help="Member file, UTF-8; - for standard input.")],
    skip_bad: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Take the good lines; write the bad ones here, with reasons (mode 0600; - for standard output).",
        ),
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

    with answering_register(as_json, **ImportReport().to_json()):
        day = _not_later_than_today(valid_from)
        require_output("--skip-bad", skip_bad, [file, *read_by(database, config)], as_json=as_json)
        with opened_registry(database, config) as registry:
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
    for_spreadsheet: Annotated[
        bool,
        typer.Option(
            "--for-spreadsheet",
            help="For people: an apostrophe before what would be a formula. It is not for import, which would keep it.",
        ),
    ] = False,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Write every member in the form that import reads, ordered by the four columns of the key.

    The cells are those of the register, byte for byte: one that begins with = + - @ is a formula to a spreadsheet.
    Whoever opens the file in one wants --for-spreadsheet.
    """
    from kiosk.cli.registry_files import export_members

    with answering_register(as_json):
        require_output("FILE.csv", file, read_by(database, config), as_json=as_json)
        with opened_registry(database, config) as registry:
            count = export_members(registry, file, for_spreadsheet=for_spreadsheet)
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
    """Bind a certificate to a member; the binding of the member's certificate before it ends.

    The certificate's chain is not checked here: who is at the desk vouches for it. Its serial number is not stored,
    only an HMAC of it under the site key. A certificate that is bound to another member is refused (status 1), and
    so is another site key than that of the first binding (status 3).
    """
    from kiosk.cli.registry_bind import bind_certificate, load_certificate

    with answering_register(as_json):
        whose, loaded = member_of(member), load_certificate(certificate)
        with opened_registry(database, config) as registry:
            answer = bind_certificate(registry, whose, loaded, load_settings(config), actor(by))
    if as_json:
        print_json(answer)
    else:
        typer.echo("bound" if answer["changed"] else "was bound already", err=True)


@app.command("unbind")
def unbind(
    member: MemberOption, by: By = None, database: Database = None, config: Config = None, as_json: Json = False
) -> None:
    """End the binding between a member and a certificate; the history stays."""
    from kiosk.cli.registry_bind import unbind_certificate

    with answering_register(as_json):
        whose = member_of(member)
        with opened_registry(database, config) as registry:
            answer = unbind_certificate(registry, whose, load_settings(config), actor(by))
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

    with answering_register(as_json):
        whose, day = member_of(member), day_of(on)
        with opened_registry(database, config) as registry:
            answer = shown(registry, whose, day, load_settings(config).policy)
    if as_json:
        print_json(answer)
    else:
        typer.echo(text_of(answer))


@app.command("stats")
def stats(database: Database = None, config: Config = None, as_json: Json = False) -> None:
    """Count what the register holds."""
    from kiosk.cli.registry_show import counts, text_of

    with answering_register(as_json), opened_registry(database, config) as registry:
        answer = counts(registry.stats(day_of(None)))
    if as_json:
        print_json(answer)
    else:
        typer.echo(text_of(answer))


def _refuse_import(error: ImportRefused, file: str) -> NoReturn:
    for bad in error.first:
        typer.echo(f"{file}: {bad}", err=True)
    listed = [{"line": bad.line, "column": bad.column, "message": bad.message} for bad in error.first]
    refuse(f"{file}: {error}", REFUSED, refused=error.refused, errors=listed)


def _not_later_than_today(text: str | None) -> date:
    day = day_of(text, "--valid-from")
    if day > day_of(None):
        refuse("--valid-from: must not lie after today")
    return day

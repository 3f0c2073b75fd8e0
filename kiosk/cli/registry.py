"""`kiosk registry`: the register of members.

The floor below is imported when a command runs: `kiosk --help` and `kiosk decide` must not pay for SQLAlchemy.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.answers import print_json, require_output
from kiosk.cli.bars import waiting
from kiosk.cli.column_help import FeedCommand, MemberFileCommand
from kiosk.cli.configured import load_settings
from kiosk.cli.register import (
    By,
    Config,
    Database,
    Json,
    MemberOption,
    actor,
    answering_register,
    database_url,
    day_of,
    day_of_facts,
    member_of,
    opened_registry,
    read_by,
)
from kiosk.cli.registry_import import duplicates, feed, import_file, report, say_duplicates, undo

__all__ = ["app"]

NAMED = 20
"""How many numbers with several spellings `init` names. `duplicates` names all of them."""

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "The register of members.\n\n"
        'With --json a refusal is answered with {"error": {"message"}} on standard output.\n\n'
        "Exit status: 0 done; 1 the data or the request was refused; 2 wrong usage or settings;"
        " 3 the database cannot serve; 4 a file cannot be read or written; 74 the answer"
        " could not be written. With any but 0 and 74 nothing was changed,"
        " unless the message says that this is not known."
    ),
)


app.command("import", cls=MemberFileCommand)(import_file)
app.command("feed", cls=FeedCommand)(feed)
app.command("undo")(undo)
app.command("report")(report)
app.command("duplicates")(duplicates)


@app.command("init")
def init(database: Database = None, config: Config = None, as_json: Json = False) -> None:
    """Create the register, or bring it to the schema of this program. Doing it twice changes nothing.

    Its place is written to standard error, and so are members whose numbers differ only in their spelling (the first
    20 numbers): of those an officer must find out who is right.
    """
    from kiosk.eligibility import Registry, place_of

    with answering_register(as_json):
        url = database_url(database, config)
        with Registry.open(url, migrated=False) as registry, waiting("init"):
            changed = registry.migrate()
            twice = registry.duplicates()
    if as_json:
        print_json({"migrated": changed, "duplicates": twice})
    say_duplicates(twice, NAMED)
    ready = "the register is ready" if changed else "the register was ready already"
    typer.echo(f"{place_of(url)}: {ready}{_by_default(database, config)}", err=True)


def _by_default(database: str | None, config: Path | None) -> str:
    from kiosk.settings import settings_file

    named = database or settings_file(config) or os.environ.get("KIOSK_DATABASE")
    return "" if named else " (by default: no --database, --config or KIOSK_CONFIG names another)"


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


@app.command("renumber")
def renumber(
    member: MemberOption,
    to: Annotated[str, typer.Option(help="The key from now on.", metavar="INSURER:SYMBOL:NUMBER:BRANCH")],
    by: By = None,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Give a member another 記号, 番号 or 枝番 of the same insurer; the former one stays in the history.

    Certificates, orders and history go with the member. A number that another member has is refused (status 1). Of
    members whose numbers differ only in their spelling, the one that is left is then reached by every spelling.
    """
    with answering_register(as_json):
        whose, key = member_of(member), member_of(to, "--to")
        with opened_registry(database, config) as registry:
            changed = registry.renumber(whose, key, actor(by), datetime.now(UTC))
    if as_json:
        print_json({"member": str(key), "changed": changed})
    typer.echo(f"{key}" if changed else f"{key}: had this number already", err=True)


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
        whose, day = member_of(member), day_of_facts(on)
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

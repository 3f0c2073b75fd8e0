"""`kiosk registry import`, `feed`, `undo`, `report` and `duplicates`: files about members, and taking them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from kiosk.cli.answers import answering, print_json, refuse, require_output
from kiosk.cli.bars import waiting
from kiosk.cli.configured import load_settings
from kiosk.cli.register import (
    REFUSED,
    By,
    Config,
    Database,
    Json,
    actor,
    answering_register,
    day_of,
    day_of_facts,
    in_file,
    opened_registry,
    read_by,
)

if TYPE_CHECKING:
    from kiosk.eligibility import FileColumns, ImportRefused, ImportReport, ImportRules, Registry

__all__ = ["duplicates", "feed", "import_file", "report", "undo"]


class EncodingName(StrEnum):
    """`--encoding`."""

    AUTO = "auto"
    UTF_8 = "utf-8"
    CP932 = "cp932"


class KindName(StrEnum):
    """The kinds of feeds."""

    CARD = "card"
    CERTIFICATE = "certificate"
    REGISTRATION = "registration"
    LINKAGE = "linkage"
    FILINGS = "filings"
    RETURNED = "returned"


SkipBad = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Take the good lines; write the bad ones here, with reasons (mode 0600; - for standard output).",
    ),
]
ValidFrom = Annotated[
    str | None, typer.Option(metavar="DATE", help="Day from which the data hold (default: today); not later.")
]
EncodingOption = Annotated[EncodingName, typer.Option("--encoding", help="Of the file; auto finds it.")]
Preview = Annotated[bool, typer.Option("--preview", help="Say what the file would do, and change nothing.")]
AllowLargeChange = Annotated[
    bool,
    typer.Option(
        "--allow-large-change", help="Take a file that changes more members than the setting import.most_changed."
    ),
]

BatchNumber = Annotated[int, typer.Argument(help="The number that import gave as batch.", min=1, max=2**31 - 1)]
AllowOlder = Annotated[
    bool,
    typer.Option("--allow-older", help="Take a file though one of its kind holds from a later day (--valid-from)."),
]


def import_file(
    file: Annotated[str, typer.Argument(metavar="FILE.csv", help="Member file; - for standard input.")],
    skip_bad: SkipBad = None,
    valid_from: ValidFrom = None,
    encoding: EncodingOption = EncodingName.AUTO,
    preview: Preview = False,
    complete: Annotated[
        bool, typer.Option("--complete", help="The file names everybody: list the insured whom it leaves out.")
    ] = False,
    allow_large_change: AllowLargeChange = False,
    allow_older: AllowOlder = False,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Insert or update members: all of them or, without --skip-bad, none (status 1).

    A member named twice in one file is a bad line; so is any number that passes as a マイナンバー: it is not kept.
    Lines that change nothing write no new version. `kiosk registry undo` takes the file back.
    """
    from kiosk.eligibility import MEMBER_FILE, ImportRules

    if complete and skip_bad is not None:
        with answering(as_json):
            refuse("--complete: the file names everybody, so no line may be left out (--skip-bad)")
    given = _Given(
        file, skip_bad, valid_from, encoding, preview, allow_large_change, allow_older, database, config, as_json
    )
    _take(given, MEMBER_FILE, ImportRules(complete=complete))


def feed(
    kind: Annotated[KindName, typer.Argument(help="What the file says of the members (docs/formats.md).")],
    file: Annotated[str, typer.Argument(metavar="FILE.csv", help="The file; - for standard input.")],
    skip_bad: SkipBad = None,
    valid_from: ValidFrom = None,
    encoding: EncodingOption = EncodingName.AUTO,
    preview: Preview = False,
    allow_large_change: AllowLargeChange = False,
    allow_older: AllowOlder = False,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Take over one thing about members who are in the register: the state's monthly data, linkage, filings, mail.

    The file has the four columns of the key and those of its kind. A member whom the register does not have is a bad
    line. The same file again changes nothing, and `kiosk registry undo` takes it back.
    """
    from kiosk.eligibility import FEEDS, FeedKind, ImportRules

    what = FEEDS[FeedKind(kind.value)]
    given = _Given(
        file, skip_bad, valid_from, encoding, preview, allow_large_change, allow_older, database, config, as_json
    )
    _take(given, what.columns, ImportRules(kind=kind.value, confirms=what.confirms))


def undo(
    batch: BatchNumber,
    leave_changed: Annotated[
        bool, typer.Option("--leave-changed", help="Leave members as they are who have changed since; name them.")
    ] = False,
    by: By = None,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Take an imported file back: members whom it brought go, those whom it changed get the data from before.

    Where a later file, an issued document or a person has changed a member since, nothing is taken back (status 1)
    and they are named, unless --leave-changed is given.
    """
    from kiosk.eligibility import UndoRefused

    with answering_register(as_json), opened_registry(database, config) as registry:
        try:
            with waiting("undo"):
                done = registry.undo(batch, actor(by), datetime.now(UTC), leave_changed=leave_changed)
        except UndoRefused as error:
            _name(error.members)
            refuse(str(error), REFUSED, members=list(error.members))
    if as_json:
        print_json(done.to_json())
    typer.echo(f"{done.removed} removed, {done.restored} restored, {done.left} left", err=True)
    for number in done.repeated:
        typer.echo(f"  with it {number}, the same file again", err=True)
    _name(done.members)


def report(
    batch: BatchNumber,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print what was reported when a file was imported or taken back."""
    from kiosk.cli.registry_show import text_of

    with answering_register(as_json), opened_registry(database, config) as registry:
        kept = registry.kept_report(batch)
        if kept is None:
            refuse(f"there is no file {batch}", REFUSED)
    if as_json:
        print_json(kept.to_json())
    else:
        typer.echo(text_of(kept.to_json()))


def duplicates(database: Database = None, config: Config = None, as_json: Json = False) -> None:
    """Name the members of an older register whose 記号 and 番号 differ only in their spelling."""
    with answering_register(as_json), opened_registry(database, config) as registry:
        found = registry.duplicates()
    if as_json:
        print_json({"duplicates": found})
    else:
        say_duplicates(found)


def say_duplicates(groups: list[list[str]], most: int | None = None) -> None:
    """Write groups of members with one key on standard error: the first ones, or all of them."""
    for group in groups[:most]:
        typer.echo(f"one number, spelled in {len(group)} ways: {', '.join(group)}", err=True)
    if most is not None and len(groups) > most:
        typer.echo(f"{len(groups):,} such numbers in all; `kiosk registry duplicates` names them", err=True)


@dataclass(frozen=True, slots=True)
class _Given:
    """What `import` and `feed` are both given."""

    file: str
    skip_bad: Path | None
    valid_from: str | None
    encoding: EncodingName
    preview: bool
    allow_large_change: bool
    allow_older: bool
    database: str | None
    config: Path | None
    as_json: bool


def _take(given: _Given, columns: FileColumns, rules: ImportRules) -> None:
    """Take a file with these columns by the rules of its kind, and answer."""
    from kiosk.cli.registry_files import FileOptions, import_members

    most = None if given.allow_large_change else load_settings(given.config).imports.most_changed
    allowed = replace(rules, most_changed=most, older=given.allow_older)
    with _importing(given) as registry:
        day, encoding = _not_later_than_today(given.valid_from), str(given.encoding)
        options = FileOptions(given.file, day, given.skip_bad, encoding, given.preview, columns)
        done = import_members(registry, options, allowed)
    if given.as_json:
        print_json({**done.to_json(), "preview": given.preview})
    _say(done, "a preview: nothing was changed" if given.preview else f"batch {done.batch}, {done.encoding}")


@contextmanager
def _importing(given: _Given) -> Iterator[Registry]:
    """Open the register for an import, and answer for a file that is refused."""
    from kiosk.eligibility import ChangeRefused, EndlessFile, HeaderRefused, ImportRefused, ImportReport

    file, as_json = given.file, given.as_json
    with answering_register(as_json, **ImportReport().counts()):
        read: list[str | Path] = [file, *read_by(given.database, given.config)]
        require_output("--skip-bad", given.skip_bad, read, as_json=as_json)
        with opened_registry(given.database, given.config) as registry:
            try:
                yield registry
            except (HeaderRefused, EndlessFile) as error:
                refuse(in_file(file, error), REFUSED)
            except ImportRefused as error:
                _refuse_import(error, file)
            except ChangeRefused as error:
                _say(error.report)
                refuse(f"{file}: {error}", REFUSED, refused=error.report.refused, would=error.report.to_json())


def _say(done: ImportReport, *more: str) -> None:
    counts = ", ".join(f"{count} {what}" for what, count in done.counts().items())
    typer.echo("; ".join((counts, *more)), err=True)
    for name, count in done.to_json()["changed"].items():
        typer.echo(f"  {count} changed in {name}, such as {', '.join(done.examples[name])}", err=True)
    for one in done.characters:
        typer.echo(f"  {one}", err=True)
    if done.doubtful > len(done.characters):
        typer.echo(f"  {done.doubtful} doubtful characters in all", err=True)
    if done.lost:
        typer.echo(f"  {done.lost} lost, such as {', '.join(done.examples['lost'])}", err=True)
    if done.gone:
        typer.echo(f"  {done.gone} insured, and not in the file:", err=True)
        _name(done.missing)


def _name(members: Iterable[str]) -> None:
    for one in members:
        typer.echo(f"    {one}", err=True)


def _refuse_import(error: ImportRefused, file: str) -> NoReturn:
    for bad in error.first:
        typer.echo(f"{file}: {bad}", err=True)
    listed = [{"line": bad.line, "column": bad.column, "message": bad.message} for bad in error.first]
    refuse(f"{file}: {error}", REFUSED, refused=error.refused, errors=listed)


def _not_later_than_today(text: str | None) -> date:
    day = day_of_facts(text, "--valid-from")
    if day > day_of(None):
        refuse("--valid-from: must not lie after today")
    return day

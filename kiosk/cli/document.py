"""`kiosk document`: the 資格情報通知書, the 資格確認書 and the papers around them, as PDF.

The floors below are imported when a command runs: `kiosk --help` and `kiosk decide` must not pay for WeasyPrint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.answers import insurer_policy, print_json, refuse, require_output, standard_input
from kiosk.cli.configured import load_settings, settings_files
from kiosk.cli.register import (
    REFUSED,
    By,
    Config,
    Database,
    Json,
    MemberOption,
    actor,
    answering_register,
    day_of_facts,
    member_of,
    opened_registry,
    private_output,
    read_by,
)
from kiosk.languages import Language

if TYPE_CHECKING:
    from kiosk.cli.document_batch import BatchCommand
    from kiosk.cli.document_post import PostCommand
    from kiosk.decision import LifeEvent
    from kiosk.documents import GivenAddress, Stationery
    from kiosk.eligibility import Member

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "Documents as PDF: 資格情報通知書 (notice), 資格確認書 (confirmation), 被保険者資格申立書, 手続きの案内.\n\n"
        "In a simulation every one of them bears 「見本」.\n\n"
        'With --json a refusal is answered with {"error": {"message"}} on standard output.\n\n'
        "Exit status: 0 done; 1 the member, the plan or the data was refused; 2 wrong usage or settings, or a font is"
        " missing; 3 the database cannot serve; 4 a file cannot be read or written, or a process of a batch was"
        " ended; 5 made, except the lines that --skip-bad has left out; 6 not all was printed; 74 the answer could not"
        " be written. With 1 to 4 no file was made."
    ),
)

_LONGEST_LINE = 1_300
"""Bytes of a line on standard input; a 住所 has at most 300 characters."""

Pdf = Annotated[
    Path, typer.Option("--pdf", metavar="FILE", help="Made with mode 0600, whole or not at all; - for standard output.")
]
IssuedOn = Annotated[str | None, typer.Option(metavar="DATE", help="交付年月日 (default: today).")]
Specimen = Annotated[bool, typer.Option("--specimen", help="Put 「見本」 across every document.")]
MaybeMember = Annotated[
    str | None, typer.Option("--member", help="Fill in what is known of whom.", metavar="INSURER:SYMBOL:NUMBER:BRANCH")
]
Folder = Annotated[Path, typer.Option(metavar="DIR", help="Made with mode 0700; must not exist, or be empty.")]
Plan = Annotated[Path | None, typer.Argument(metavar="[PLAN.jsonl]", help="What `kiosk issuance plan` wrote.")]
FromQueue = Annotated[
    bool, typer.Option("--queue", help="Instead of a plan: what is open in the queue (`kiosk issuance list`).")
]
SkipBad = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Make what can be made; write the other lines here, with reasons (mode 0600; - for standard output).",
    ),
]
ChosenOrders = Annotated[
    list[str] | None,
    typer.Option("--orders", metavar="NUMBERS", help="With --queue: only these, 12 or 101-180; may be given again."),
]
Again = Annotated[
    int | None, typer.Option(metavar="BATCH", help="With --queue: the papers of this batch once more, of what is open.")
]
AddressStdin = Annotated[
    bool,
    typer.Option(
        "--address-stdin",
        help="Only for a person whose data are withheld, whose 住所 is not printed: read one for this print from two"
        " lines, 郵便番号 (may be empty) and 住所.",
    ),
]


class EventName(StrEnum):
    """`--event`: the names of `kiosk.decision.LifeEvent`, which only the commands load."""

    ENROLLED = "enrolled"
    RENAMED = "renamed"
    REEMPLOYED = "reemployed"
    CERTIFICATE_EXPIRED = "certificate_expired"
    REGISTRATION_CANCELLED = "registration_cancelled"
    CARD_RETURNED = "card_returned"
    CARD_LOST = "card_lost"
    CONFIRMATION_LOST = "confirmation_lost"
    CONSIDERATION_REQUESTED = "consideration_requested"


Why = Annotated[EventName | None, typer.Option(help="交付が必要な状況: one row of the union's table.")]

Tongue = Annotated[Language, typer.Option("--language", help="The language of the sheet.", show_default=True)]


@app.command("notice")
def notice_command(
    member: MemberOption,
    pdf: Pdf,
    issued_on: IssuedOn = None,
    address_stdin: AddressStdin = False,
    specimen: Specimen = False,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make the 資格情報通知書 of a member: A4, with a card to peel off."""
    from kiosk.documents import Notice, notice_pdf

    with _answering(as_json):
        _require_pdf(pdf, database, config, as_json)
        stationery, day = _stationery(config, specimen), day_of_facts(issued_on, "--issued-on")
        notice = Notice(_member(member, database, config), day, _given_address(address_stdin))
        _save(pdf, notice_pdf([notice], stationery))
    _made(pdf, stationery, as_json)


@app.command("confirmation")
def confirmation_command(
    member: MemberOption,
    pdf: Pdf,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="Day of the decision (default: the day of issue).")
    ] = None,
    issued_on: IssuedOn = None,
    event: Why = None,
    address_stdin: AddressStdin = False,
    specimen: Specimen = False,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make the 資格確認書 of a member: a card of 85.6 x 54 mm.

    It holds as long as the decision of that day says, or as the register says of the one the member has; a member who
    is owed none and has none is refused (status 1).
    """
    from kiosk.documents import ConfirmationOrder, confirmation_pdf, validity_for

    with _answering(as_json):
        _require_pdf(pdf, database, config, as_json)
        stationery, issued = _stationery(config, specimen), day_of_facts(issued_on, "--issued-on")
        day = issued if on is None else day_of_facts(on)
        found = _member(member, database, config)
        validity = validity_for(found, day, insurer_policy(load_settings(config).policy), _life_event(event))
        if validity is None:
            refuse(f"on {day} this member is owed no 資格確認書 and has none", REFUSED)
        order = ConfirmationOrder(found, validity, issued, _given_address(address_stdin))
        _save(pdf, confirmation_pdf([order], stationery))
    _made(pdf, stationery, as_json)


@app.command("declaration")
def declaration_command(
    pdf: Pdf,
    member: MaybeMember = None,
    address_stdin: AddressStdin = False,
    specimen: Specimen = False,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make the 被保険者資格申立書: a blank form, or one with what the register knows of a member."""
    from kiosk.documents import declaration_pdf

    with _answering(as_json):
        _require_pdf(pdf, database, config, as_json)
        if address_stdin and member is None:
            refuse("--address-stdin: needs --member")
        stationery = _stationery(config, specimen)
        found = None if member is None else _member(member, database, config)
        _save(pdf, declaration_pdf(stationery, found, _given_address(address_stdin)))
    _made(pdf, stationery, as_json)


@app.command("procedures")
def procedures_command(
    pdf: Pdf,
    event: Why = None,
    language: Tongue = Language.JAPANESE,
    specimen: Specimen = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make the 手続き sheet: which papers to file, what the union does, when the document comes; or one row of it."""
    from kiosk.documents import procedures_pdf
    from kiosk.web.wording import wording_of

    with _answering(as_json):
        require_output("--pdf", pdf, settings_files(config), as_json=as_json)
        stationery = _stationery(config, specimen)
        policy = insurer_policy(load_settings(config).policy)
        _save(pdf, procedures_pdf(stationery, wording_of(language), _life_event(event), policy))
    _made(pdf, stationery, as_json)


@app.command("batch")
def batch_command(
    folder: Folder,
    plan: Plan = None,
    queue: FromQueue = False,
    orders: ChosenOrders = None,
    again: Again = None,
    skip_bad: SkipBad = None,
    issued_on: IssuedOn = None,
    specimen: Specimen = False,
    by: By = None,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make every document of a plan, or the papers of the queue for the post.

    All is checked first. If a document cannot be made, all such lines or orders are named with the member, the field
    and the reason, and no folder is made (status 1). An order of the queue is also named when the register has changed
    since it was asked for, so that the document is not owed any more or would hold for another time. With --skip-bad
    the others are made, and the status is 5.

    Of a plan, files have up to 100 documents in its order, notices and confirmations apart. FILE of --skip-bad is a
    plan of those left out: once the register has what was missing, it is printed in the same way, into another folder.
    A file that is no whole plan is refused all the same.

    With --queue there is one PDF for each kind of sheet: notice.pdf (A4), confirmation.pdf (cards) and carrier.pdf (A4,
    one 台紙 for each card), in the order of the queue. The order's number is on the A4 sheets, small and as a code.
    manifest.csv says which order is on which page. Papers of people whose data are withheld are in files aside-*.pdf,
    and in aside.csv. The orders stay open, and are in a numbered batch: no other batch takes them. `kiosk issuance done
    --batch` ends all of it once it is posted; --again makes the papers of a batch once more.

    DIR is there when all is written, not before: after a kill or a power cut the same command can be given again.
    Nothing that was printed before is overwritten.
    """
    with _answering(as_json):
        command = _batch(plan, queue, folder, skip_bad, PostOptions(orders or (), again, specimen, by, config))
        read = [*([plan] if plan else []), *settings_files(config), *read_by(database, config)]
        require_output("--skip-bad", skip_bad, read, as_json=as_json)
        stationery = _stationery(config, specimen)
        day = None if issued_on is None else day_of_facts(issued_on, "--issued-on")
        with opened_registry(database, config) as registry:
            printed = command.print(registry, stationery, day)
    command.say(printed, specimen=stationery.specimen, as_json=as_json)


@app.command("print")
def print_command(
    batch: Annotated[Path, typer.Argument(metavar="DIR", help="What `kiosk document batch --queue` made.")],
    file: Annotated[
        list[str] | None, typer.Option("--file", metavar="NAME", help="Only this file of DIR; may be given again.")
    ] = None,
    aside: Annotated[
        bool, typer.Option("--aside", help="The papers that are set aside, instead of the others.")
    ] = False,
    database: Database = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print the papers of a batch by CUPS, without scaling: A4 and cards, each to the queue that the settings name.

    The files are printed one after another, and each job is followed to its end. A printer that is out of paper,
    stopped or gone is named, and the job waits for it; after `printing.patience` seconds it is cancelled (status 6),
    and the files that are left are named. A queue that holds the job is named too. No order is ended.

    The register is asked before each file. If no order of the batch is open any more, or if one of those in the files
    was cancelled or left out since they were made, or its member's data are withheld, nothing is printed (status 1):
    make the papers again with `kiosk document batch --queue --again`.
    """
    from kiosk.cli.document_print import PrintCommand
    from kiosk.documents import Manifest
    from kiosk.issuance import PostBatches

    with _answering(as_json):
        command = PrintCommand.checked(batch, Manifest.of(batch), aside, file or (), load_settings(config).printing)
        printed: list[str] = []
        if command.batch is not None:
            with opened_registry(database, config) as registry:
                printed = command.print(partial(PostBatches(registry).require_current, command.batch, command.orders))
    command.say(printed, as_json=as_json)


@dataclass(frozen=True, slots=True)
class PostOptions:
    """The options that only go with `--queue`."""

    orders: Sequence[str]
    again: int | None
    specimen: bool
    by: str | None
    config: Path | None


def _batch(
    plan: Path | None, queue: bool, folder: Path, skip_bad: Path | None, options: PostOptions
) -> BatchCommand | PostCommand:
    """Return what makes the batch, or end with status 2 if the options do not go together."""
    from kiosk.cli.document_batch import BatchCommand
    from kiosk.cli.document_post import PostCommand

    if (plan is None) is not queue:
        refuse("PLAN.jsonl or --queue: one of them")
    if plan is not None:
        if options.orders or options.again is not None:
            refuse("--orders and --again: need --queue")
        return BatchCommand.checked(plan, folder, skip_bad)
    if options.specimen:
        refuse("--specimen: papers for the post are no specimens")
    return PostCommand.checked(folder, options.orders, options.again, skip_bad, actor(options.by), options.config)


@contextmanager
def _answering(as_json: bool) -> Iterator[None]:
    """As the other commands beside the register; what is wrong with the stationery is a wrong setting."""
    from kiosk.decision import FactsError
    from kiosk.documents import StationeryError

    with answering_register(as_json):
        try:
            yield
        except StationeryError as error:
            refuse(str(error))
        except FactsError as error:
            refuse(str(error), REFUSED)


def _stationery(config: Path | None, specimen: bool) -> Stationery:
    from kiosk.documents import stationery_for

    return stationery_for(load_settings(config), specimen=specimen)


def _member(text: str, database: str | None, config: Path | None) -> Member:
    from kiosk.eligibility import UnknownMember

    whose = member_of(text)
    with opened_registry(database, config) as registry:
        found = registry.member(whose)
    if found is None:
        raise UnknownMember("there is no such member in the register")
    return found


def _given_address(wanted: bool) -> GivenAddress | None:
    """Return the address of two lines of standard input, which is in no list of processes and no history."""
    from kiosk.documents import GivenAddress

    if not wanted:
        return None
    lines = [standard_input().readline(_LONGEST_LINE) for _ in range(2)]
    code, address = (line.decode("utf-8", "replace").rstrip("\r\n") for line in lines)
    return GivenAddress.checked(code, address)


def _require_pdf(pdf: Path, database: str | None, config: Path | None, as_json: bool) -> None:
    require_output("--pdf", pdf, [*settings_files(config), *read_by(database, config)], as_json=as_json)


def _save(path: Path, pdf: bytes) -> None:
    with private_output(path) as stream:
        stream.buffer.write(pdf)


def _made(path: Path, stationery: Stationery, as_json: bool) -> None:
    if as_json:
        print_json({"pdf": str(path), "specimen": stationery.specimen})
    else:
        typer.echo(f"{path}: made{' (見本)' if stationery.specimen else ''}", err=True)


def _life_event(event: EventName | None) -> LifeEvent | None:
    from kiosk.decision import LifeEvent

    return None if event is None else LifeEvent(event)

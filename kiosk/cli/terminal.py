"""`kiosk terminal`: ask オンライン資格確認 through the clinic's 資格確認端末.

The room below is imported when a command runs: `kiosk --help` must not pay for lxml.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, Protocol

import typer

from kiosk.cli.answers import answering, print_json, refuse, require_output, sentence_of
from kiosk.cli.configured import load_settings, settings_files
from kiosk.cli.register import FILE, Config, Json, MaybeMember, day_of, member_of

if TYPE_CHECKING:
    from kiosk.eligibility.terminal import Enquiry, Registered

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "オンライン資格確認 through the 資格確認端末 of a clinic (settings: terminal.*).\n\n"
        'With --json a refusal is answered with {"error": {"message"}} on standard output.\n\n'
        "Exit status: 0 valid, or done; 1 the file was refused; 2 wrong usage or settings; 3 the register cannot"
        " serve; 4 a file cannot be read or written; 20 invalid, or a new qualification; 21 none or several found;"
        " 22 an error, or an answer that cannot be used; 23 no answer in time; 74 the answer could not be written."
    ),
)

On = Annotated[str | None, typer.Option(metavar="DATE", help="資格確認日 (default: today).")]


@app.command("ask")
def ask(
    insurer: Annotated[str, typer.Option(metavar="NUMBER", help="保険者番号, 6 or 8 digits.")],
    number: Annotated[str, typer.Option(metavar="NUMBER", help="番号.")],
    birth_date: Annotated[str, typer.Option(metavar="DATE", help="生年月日, YYYY-MM-DD.")],
    symbol: Annotated[str, typer.Option(metavar="SYMBOL", help="記号; empty where the insurer has none.")] = "",
    branch: Annotated[str, typer.Option(metavar="NN", help="枝番; without it two people may fit.")] = "",
    on: On = None,
    limit_consent: Annotated[
        bool, typer.Option("--limit-consent", help="The person agreed to the 限度額適用認定証情報.")
    ] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Ask for the qualification of one person by the numbers on a paper, and wait for the answer."""
    from kiosk.cli.terminal_run import exit_status, opened_terminal
    from kiosk.eligibility.terminal import Enquiry, answer_json, summary

    with answering(as_json):
        day, born = day_of(on), day_of(birth_date, "--birth-date")
        enquiry = Enquiry(insurer, symbol, number, branch, born, day, limit_consent)
        _require_sendable(enquiry)
        with opened_terminal(load_settings(config)) as terminal:
            answer = terminal.ask(enquiry)
    _explain(answer.reason)
    if as_json:
        print_json(answer_json(answer))
    else:
        typer.echo(summary(answer))
    raise typer.Exit(exit_status(answer.status))


@app.command("register")
def register(
    member: MaybeMember = None,
    reference: Annotated[
        str | None, typer.Option(metavar="TEXT", help="照会番号: the clinic's patient number.")
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE.csv",
            help="Register many at once: columns reference, insurer_number, symbol, number, branch; UTF-8.",
        ),
    ] = None,
    json_lines: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="With --from: one object a line (mode 0600; - for standard output)."),
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Register a 照会番号 for a person, which every later answer about the person then has; or many from a file.

    With --from the exit status is 22 if there is an error among the answers, 23 if the terminal did not answer in time.
    """
    from kiosk.cli.terminal_run import registered_status
    from kiosk.eligibility.terminal import registered_json

    if source is not None:
        _register_many(source, json_lines, config, as_json, alone=member is None and reference is None)
    with answering(as_json):
        if member is None or reference is None or json_lines is not None:
            refuse("give --member and --reference, or --from and --json-lines")
        registered = _registered(member, reference, config)
    _explain(registered.reason)
    if as_json:
        print_json(registered_json(registered))
    else:
        typer.echo(" ".join(filter(None, (registered.status, registered.code, registered.message))))
    raise typer.Exit(registered_status(registered))


def _registered(member: str, reference: str, config: Path | None) -> Registered:
    """Register one 照会番号; end the command with status 2 for what no request can carry."""
    from kiosk.cli.terminal_run import opened_terminal
    from kiosk.eligibility.terminal import ReferenceRegistration, RequestRefused, check_registration

    whose = member_of(member)
    registration = ReferenceRegistration(whose.insurer_number, whose.symbol, whose.number, whose.branch, reference)
    _require_no_my_number("--reference", reference)
    try:
        check_registration(registration)
    except RequestRefused as error:
        refuse(f"{'--reference' if error.field == 'reference' else '--member'}: {error.message}")
    with opened_terminal(load_settings(config)) as terminal:
        return terminal.register(registration)


def _register_many(
    source: Path, json_lines: str | None, config: Path | None, as_json: bool, *, alone: bool
) -> NoReturn:
    """Register the 照会番号 of a file, and end the command."""
    from kiosk.cli.terminal_register import check_registrations, write_registered

    with answering(as_json):
        if json_lines is None or not alone:
            refuse("--from: goes with --json-lines, and with neither --member nor --reference")
        require_output("--json-lines", json_lines, [source, *settings_files(config)], as_json=as_json)
        settings = load_settings(config)
        with _files_named():
            check_registrations(settings, source)
            counts = write_registered(settings, source, json_lines)
    _end_with(counts, as_json)


@app.command("bulk")
def bulk(
    bookings: Annotated[
        Path,
        typer.Argument(
            metavar="BOOKINGS.csv", help="Columns reference, insurer_number, symbol, number, branch, birth_date; UTF-8."
        ),
    ],
    json_lines: Annotated[
        str, typer.Option(metavar="FILE", help="One object a booking (mode 0600; - for standard output).")
    ],
    on: On = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Ask about all bookings of a day at once, in the order of the file, and say whose qualification has changed.

    Exit status 22 if there is an error among the answers, 23 if the terminal did not answer in time.
    """
    from kiosk.cli.terminal_bulk import check_bookings, write_answers

    with answering(as_json):
        day = day_of(on)
        require_output("--json-lines", json_lines, [bookings, *settings_files(config)], as_json=as_json)
        settings = load_settings(config)
        with _files_named():
            check_bookings(settings, bookings, day)
            counts = write_answers(settings, bookings, day, json_lines)
    _end_with(counts, as_json)


@app.command("watch")
def watch(
    json_lines: Annotated[bool, typer.Option("--json-lines", help="One JSON object a line.")] = False,
    config: Config = None,
) -> None:
    """Print each face file of today, those that are there first, until it is ended.

    A face file tells who was at the 顔認証付きカードリーダー. The next one is not the person in front of you.
    """
    from kiosk.cli.terminal_run import watch_faces

    watch_faces(load_settings(config), json_lines)


class _Counts(Protocol):
    """How many lines of a file have come to each end."""

    def to_json(self) -> dict[str, int]:
        """Return the counts for people and programs."""

    @property
    def status(self) -> int:
        """The exit status of the command."""


@contextmanager
def _files_named() -> Iterator[None]:
    """End the command with status 4 and one sentence for a file that cannot be read or written in the block."""
    try:
        yield
    except BrokenPipeError:
        raise  # the reader of standard output has left: no file is wrong
    except OSError as error:
        refuse(sentence_of(error), FILE)


def _end_with(counts: _Counts, as_json: bool) -> NoReturn:
    """Say how many there were of each, and end the command with the status of that."""
    said = counts.to_json()
    if as_json:
        print_json(said)
    typer.echo(", ".join(f"{count} {what}" for what, count in said.items()), err=True)
    raise typer.Exit(counts.status)


def _explain(reason: str) -> None:
    """Say on standard error why there is no answer, for a technician."""
    if reason:
        typer.echo(reason, err=True)


def _require_sendable(enquiry: Enquiry) -> None:
    """End the command with status 2 for an enquiry that no request can carry."""
    from kiosk.eligibility.terminal import RequestRefused, check_enquiry

    _require_no_my_number("--symbol", enquiry.symbol)
    _require_no_my_number("--number", enquiry.number)
    try:
        check_enquiry(enquiry)
    except RequestRefused as error:
        option = {"insurer_number": "insurer", "birth_date": "birth-date"}.get(error.field, error.field)
        refuse(f"--{option}: {error.message}")


def _require_no_my_number(option: str, text: str) -> None:
    from kiosk.eligibility import contains_my_number

    if contains_my_number(text):
        refuse(f"{option}: must not hold a マイナンバー")

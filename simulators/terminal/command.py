"""``simulate terminal``: the other side of the file exchange, until Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from simulators.ends import ENDS, ends_waited_for
from simulators.terminal.answering import Options
from simulators.terminal.elements import Encoding
from simulators.terminal.folders import TerminalFolders
from simulators.terminal.insured import InsuredPerson, MembersRefused, Scenario, read_members
from simulators.terminal.orders import OrderReader
from simulators.terminal.running import SimulatedTerminal

__all__ = ["terminal_command"]


def terminal_command(
    req: Annotated[Path, typer.Option(exists=True, file_okay=False, help="Where clients put requests.")],
    res: Annotated[Path, typer.Option(exists=True, file_okay=False, help="Where answers go.")],
    face: Annotated[Path, typer.Option(exists=True, file_okay=False, help="Where the face reader's files go.")],
    members: Annotated[
        Path, typer.Option(help="Who is insured: a member file, as `simulate people --terminal` writes it.")
    ],
    scenario: Annotated[
        Scenario | None,
        typer.Option(metavar="NAME", help=f"Do this with everybody, whatever their lines say: {', '.join(Scenario)}."),
    ] = None,
    delay: Annotated[float, typer.Option(min=0, max=600, help="Seconds until an answer.")] = 1.0,
    encoding: Annotated[
        Encoding | None, typer.Option(help="Of all files; default: answers utf-8, face files shift_jis.")
    ] = None,
    institution: Annotated[
        str | None, typer.Option(metavar="CODE", help="Refuse requests of another 医療機関コード.")
    ] = None,
    linkage_days: Annotated[
        int, typer.Option(min=0, max=100, help="Business days from a 届書 until its data are there.")
    ] = 4,
    processing: Annotated[int, typer.Option(min=0, max=1000, help="How often a bulk is 処理中 before its result.")] = 1,
    zipped: Annotated[bool, typer.Option("--zip", help="The results of a bulk come as ZIP files.")] = False,
) -> None:
    """Be the 資格確認端末 of a clinic: take requests from req, answer into res, until Ctrl-C.

    Standard output gets one JSON object when it is ready, and one for each line of standard input. Such a line is
    either `face INSURER:SYMBOL:NUMBER:BRANCH`: this person is at the face reader. GivenConsents may follow (limit,
    specific_disease, checkup, medicine, treatment, operation; refused with no- before it), and scenario=NAME for this
    file alone. Or it is `scenario NAME`, for everybody from now on; `scenario -` ends it.
    """
    if institution is not None and not (len(institution) == 10 and institution.isascii() and institution.isdigit()):
        raise typer.BadParameter("must be 10 digits", param_hint="--institution")
    options = Options(institution, encoding, linkage_days, processing, zipped)
    everybody = _everybody(members)
    with ends_waited_for():
        terminal = SimulatedTerminal(
            TerminalFolders(req, res, face),
            everybody,
            scenario=scenario,
            delay=delay,
            options=options,
            on_trouble=lambda text: typer.echo(f"simulate: {text}", err=True),
            on_end=lambda: os.kill(os.getpid(), signal.SIGUSR1),
        )
        _serve(terminal)


def _serve(terminal: SimulatedTerminal) -> None:
    try:
        with terminal:
            _tell(json.dumps({"ready": True, "people": terminal.people}))
            with OrderReader(sys.stdin.fileno(), terminal, _tell) if sys.stdin else nullcontext():
                ended = signal.sigwait(ENDS)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    if ended == signal.SIGUSR1:
        _fail("the terminal has ended by a fault of its own")


def _everybody(members: Path) -> list[InsuredPerson]:
    try:
        return read_members(members)
    except MembersRefused as refusal:
        raise typer.BadParameter(f"{members}: {refusal}", param_hint="--members") from None
    except OSError as error:
        raise typer.BadParameter(f"{members}: {error.strerror}", param_hint="--members") from None


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _fail(message: str) -> NoReturn:
    typer.echo(f"simulate: {message}", err=True)
    raise typer.Exit(1)

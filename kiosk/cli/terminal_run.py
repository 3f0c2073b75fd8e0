"""What `kiosk terminal` does with one answer, and with the face files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import typer

from kiosk.cli.answers import refuse, standard_output
from kiosk.eligibility.terminal import (
    Exchange,
    FaceFile,
    FaceFolder,
    Folders,
    Registered,
    RequestRefused,
    Status,
    Terminal,
    answer_json,
    consents_json,
    summary,
)
from kiosk.graphemes import without_controls

if TYPE_CHECKING:
    from kiosk.settings import Settings

__all__ = ["ERROR", "TIMEOUT", "exit_status", "opened_terminal", "registered_status", "watch_faces"]

ERROR, TIMEOUT = 22, 23

_STATUSES = {
    Status.VALID: 0,
    Status.INVALID: 20,
    Status.NEW_QUALIFICATION: 20,
    Status.NONE: 21,
    Status.SEVERAL: 21,
    Status.ERROR: ERROR,
    Status.TIMEOUT: TIMEOUT,
}


def exit_status(status: Status) -> int:
    """Return the exit status of a command whose answer has this status."""
    return _STATUSES[status]


def registered_status(registered: Registered) -> int:
    """Return the exit status of a registration."""
    return {"done": 0, "timeout": TIMEOUT}.get(registered.status, ERROR)


@contextmanager
def opened_terminal(settings: Settings) -> Iterator[Terminal]:
    """Give the terminal of the settings for a block; end with status 2 where they name none, or cannot write to it."""
    chosen = settings.terminal
    if chosen.req is None or chosen.res is None:
        refuse("terminal: set terminal.req, terminal.res and terminal.institution")
    with closing(Exchange(Folders(chosen.req, chosen.res), chosen.timeout)) as exchange:
        try:
            yield Terminal(exchange, chosen.institution, chosen.encoding)
        except RequestRefused as error:
            refuse(str(error))


def watch_faces(settings: Settings, json_lines: bool) -> None:
    """Print each face file of today until the command is ended."""
    chosen = settings.terminal
    if chosen.face is None or not chosen.institution:
        refuse("terminal: set terminal.face and terminal.institution")
    with closing(FaceFolder(chosen.face, chosen.institution, trash=chosen.trash)) as folder:
        for face in folder.watch():
            if face.answer.reason:
                typer.echo(f"{_named(face, str(chosen.face))}: {face.answer.reason}", err=True)
            _print(_line(face) if json_lines else _text(face))


def _line(face: FaceFile) -> str:
    said = {**answer_json(face.answer), "face_file": face.name, "consents": consents_json(face.answer.consents)}
    return json.dumps(said, ensure_ascii=False)


def _text(face: FaceFile) -> str:
    return f"{_named(face, '-')}: {summary(face.answer)}"


def _named(face: FaceFile, folder: str) -> str:
    """Return a file's name for a person to read: others may have put escapes of a terminal into it."""
    return folder if face.name is None else without_controls(face.name)


def _print(line: str) -> None:
    output = standard_output()
    output.write(line.encode("utf-8", "backslashreplace") + b"\n")
    output.flush()

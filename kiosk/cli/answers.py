"""How commands answer: an object, or a refusal in words or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

import typer

from kiosk.outputs import STANDARD, input_behind, require_replaceable

if TYPE_CHECKING:  # imported when needed: `kiosk --help` must not pay for it
    from kiosk.decision import Policy

__all__ = [
    "USAGE",
    "UsageRefused",
    "answering",
    "insurer_policy",
    "print_json",
    "refuse",
    "refusing",
    "require_output",
    "sentence_of",
    "standard_input",
    "standard_output",
]

USAGE = 2


def _plainly(sentence: str) -> None:
    typer.echo(sentence, err=True)


_say: ContextVar[Callable[[str], None]] = ContextVar("_say", default=_plainly)


class UsageRefused(typer.Exit):
    """The end of a command whose sentence is on standard error already.

    Attributes:
        message: the sentence.
        more: what the JSON answer says beside it.

    """

    def __init__(self, message: str, status: int, more: dict[str, object]) -> None:
        super().__init__(status)
        self.message = message
        self.more = more


def refuse(message: str, status: int = USAGE, **more: object) -> NoReturn:
    """Say one clear sentence on standard error and end with ``status``; ``more`` goes into the JSON answer only."""
    _say.get()(message)
    raise UsageRefused(message, status, more)


@contextmanager
def refusing(say: Callable[[str], None]) -> Iterator[None]:
    """Have ``say`` write the sentences of refusals in the block."""
    before = _say.set(say)
    try:
        yield
    finally:
        _say.reset(before)


def print_json(value: Mapping[str, Any]) -> None:
    """Write one JSON object on standard output, in UTF-8 whatever the terminal's encoding is."""
    text = json.dumps(value, ensure_ascii=False)
    # Half a surrogate pair has no form in UTF-8: its escape is good JSON again.
    standard_output().write(text.encode("utf-8", "backslashreplace") + b"\n")


@contextmanager
def answering(as_json: bool, **more: object) -> Iterator[None]:
    """With ``--json`` a refusal in the block also writes one object: {"error": {"message": …}} and ``more``.

    The block must not have written an object of its own before.
    """
    try:
        yield
    except UsageRefused as end:
        if as_json:
            print_json({"error": {"message": end.message}, **more, **end.more})
        raise
    except typer.Exit as end:
        if as_json:
            print_json({"error": {"message": str(end.__context__ or "see standard error")}, **more})
        raise


def standard_input() -> BinaryIO:
    """Return standard input for bytes, or end with status 2 if it is closed."""
    if sys.stdin is None:
        refuse("standard input is closed")
    return sys.stdin.buffer


def standard_output() -> BinaryIO:
    """Return standard output for the bytes of an answer, or end with status 2 if it is closed."""
    if sys.stdout is None:
        refuse("standard output is closed")
    sys.stdout.flush()
    return sys.stdout.buffer


def require_output(
    name: str, output: str | Path | None, inputs: Iterable[str | Path] = (), *, as_json: bool = False, status: int = 4
) -> None:
    """Return if an output may be written, or end the command before it does anything.

    Args:
        name: the option or argument, for the message.
        output: the path that was given, `-` for standard output; None if none was given.
        inputs: what the same command reads, and what the service keeps.
        as_json: whether the command also answers with an object on standard output.
        status: the exit status if something other than a regular file is there; 2 for an output that is an input.

    """
    if output is None:
        return
    if as_json and str(output) == STANDARD:
        refuse(f"--json and {name} - both want standard output")
    if (same := input_behind(output, inputs)) is not None:
        refuse(f"{name}: must be another file than {same}: what the command reads, or the service keeps, would be lost")
    try:
        if str(output) != STANDARD:
            require_replaceable(Path(output))
    except OSError as error:
        refuse(f"{name}: {sentence_of(error)}", status)


def sentence_of(error: OSError) -> str:
    """Return what went wrong with which file, for people."""
    name = f"{error.filename}: " if error.filename else ""
    return f"{name}{error.strerror or 'cannot be read or written'}"


def insurer_policy(path: Path | None) -> Policy:
    """Return the policy in a file (None: the default), or end with status 2."""
    from kiosk.decision import DEFAULT_POLICY, PolicyError

    if path is None:
        return DEFAULT_POLICY
    from kiosk.policy_file import load_policy

    try:
        return load_policy(path)
    except PolicyError as error:
        refuse(f"{path}: {error}")

"""``kiosk decide``: facts in, decisions out, one JSON object each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from kiosk.cli.answers import insurer_policy, refuse, sentence_of, standard_input
from kiosk.cli.bars import watched

if TYPE_CHECKING:
    from kiosk.cli.clerk import Clerk

__all__ = ["LONGEST", "decide_command"]

LONGEST = 1_000_000
"""Bytes that one facts object, and so one line, may have; a real one has about 700."""


def decide_command(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Facts as JSON; - reads standard input.")],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read one object a line, write one a line.")] = False,
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="Values of the insurer (TOML).")
    ] = None,
    explained: Annotated[
        bool, typer.Option("--explain", help="Add a sentence and its source for each reason.")
    ] = False,
) -> None:
    """Decide which document applies, for one facts object or for many.

    A refused object is answered with {"error": {"field", "message"}} in its place.

    Exit status: 0 all decided; 1 an object was refused; 2 wrong usage, unreadable file, bad policy; 74 the answer
    could not be written.
    """
    from kiosk.cli.clerk import Clerk

    if sys.stdout is None:
        refuse("standard output is closed")
    clerk = Clerk(insurer_policy(policy), sys.stdout.buffer, explained=explained, longest=LONGEST)
    try:
        with _opened(file) as source:
            all_decided = _decide_lines(clerk, source) if jsonl else clerk.serve(source.read(LONGEST + 1))
    except BrokenPipeError:
        raise  # the reader of standard output has left: no file is wrong
    except OSError as error:
        refuse(sentence_of(error))
    raise typer.Exit(0 if all_decided else 1)


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    if file != "-":
        return open(file, "rb")
    return nullcontext(standard_input())


def _decide_lines(clerk: Clerk, source: BinaryIO) -> bool:
    all_decided = True
    with _watched(source) as counted:
        for line in _lines(counted):
            all_decided &= clerk.serve(line)
    return all_decided


def _watched(source: BinaryIO) -> AbstractContextManager[BinaryIO]:
    """No bar among answers: a person who sees them needs none."""
    return nullcontext(source) if sys.stdout.isatty() else watched(source, "decide")


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Yield the lines that are not blank; of a line that is too long only a beginning that is too long."""
    while line := source.readline(LONGEST + 1):
        rest = line
        while len(rest) > LONGEST and not rest.endswith(b"\n"):
            rest = source.readline(LONGEST + 1)
        line = line.removesuffix(b"\n")
        if line.strip(b" \t\r") or len(line) > LONGEST:
            yield line

"""``kiosk decide``: facts in, decisions out, one JSON object each."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from kiosk.cli.answers import insurer_policy, refuse, sentence_of, standard_input, watched
from kiosk.decision import (
    Decision,
    FactsError,
    Policy,
    decide,
    explain,
    facts_from_json,
)

__all__ = ["decide_command"]

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
    if sys.stdout is None:
        refuse("standard output is closed")
    clerk = _Clerk(insurer_policy(policy), explained)
    try:
        with _opened(file) as source:
            all_decided = _decide_lines(clerk, source) if jsonl else clerk.serve(source.read(LONGEST + 1))
    except BrokenPipeError:
        raise  # the reader of standard output has left: no file is wrong
    except OSError as error:
        refuse(sentence_of(error))
    raise typer.Exit(0 if all_decided else 1)


class _Clerk:
    """Answers objects on standard output, one line each."""

    def __init__(self, policy: Policy, explained: bool) -> None:
        self._policy = policy
        self._explained = explained
        self._output = sys.stdout.buffer

    def serve(self, data: bytes) -> bool:
        """Write the decision or the error for one object; say whether it was decided."""
        try:
            decision = decide(facts_from_json(_text(data)), self._policy)
        except FactsError as error:
            self._write(error.to_json())
            return False
        self._write(self._answer(decision))
        return True

    def _answer(self, decision: Decision) -> dict[str, object]:
        answer = decision.to_json()
        if self._explained:
            answer["explanations"] = [{"reason": code, **explain(code)._asdict()} for code in decision.reasons]
        return answer

    def _write(self, answer: dict[str, object]) -> None:
        text = _JSON.encode(answer)
        # A key may hold half a surrogate pair, which UTF-8 has no form for: its escape is good JSON again.
        self._output.write(text.encode("utf-8", "backslashreplace") + b"\n")
        self._output.flush()  # a caller that feeds us line by line waits for the answer


_JSON = json.JSONEncoder(ensure_ascii=False)


def _text(data: bytes) -> str:
    if len(data) > LONGEST:
        raise FactsError(None, f"the input must be one JSON object of at most {LONGEST} bytes")
    try:
        return data.decode("utf-8-sig")  # Windows' editors begin a file with a byte order mark
    except UnicodeDecodeError:
        raise FactsError(None, "the input must be one JSON object in UTF-8") from None


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    if file != "-":
        return open(file, "rb")
    return nullcontext(standard_input())


def _decide_lines(clerk: _Clerk, source: BinaryIO) -> bool:
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

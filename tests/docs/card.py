"""The recorded dialogues of ``tests/dialogues`` as tables, for ``docs/card.md``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

__all__ = ["card_dialogues"]

_RECORDINGS: Final = Path(__file__).parents[1] / "dialogues"
_ROOM = 24
"""Characters of hexadecimal that a cell shows of a long text."""


def card_dialogues() -> str:
    """Return one table for each recording: every command with its meaning and the answer to it."""
    return "\n".join(_dialogue(path) for path in sorted(_RECORDINGS.glob("*.jsonl")))


def _dialogue(path: Path) -> str:
    header, *steps = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    rows = "".join(_row(number, step) for number, step in enumerate(steps, 1))
    head = f"### `{path.name}`\n\nAnswer to reset `{header['atr']}`, {_count(len(steps))}.\n\n"
    return f"{head}| | command | what it is | answer |\n|---|---|---|---|\n{rows}"


def _count(steps: int) -> str:
    return "one command" if steps == 1 else f"{steps} commands"


def _row(number: int, step: Mapping[str, Any]) -> str:
    return f"| {number} | `{_command(step['command'])}` | {_step(step['step'])} | {_answer(step['answer'])} |\n"


def _step(name: str) -> str:
    return re.sub(r", \d+ bytes came$", "", name)


def _command(text: str) -> str:
    """Return the four bytes of the header, then the rest."""
    rest = text[8:]
    return " ".join((*_bytes(text[:8]), rest if len(rest) <= 2 * _ROOM else f"{rest[:_ROOM]}…{rest[-2:]}")).strip()


def _bytes(text: str) -> Iterator[str]:
    yield from (text[place : place + 2] for place in range(0, len(text), 2))


def _answer(text: str) -> str:
    """Return the status word, and how long the data are."""
    length = len(text) // 2 - 2
    return f"{length} bytes, `{text[-4:]}`" if length else f"`{text[-4:]}`"

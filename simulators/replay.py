"""Play a recorded dialogue as a card, strictly: a wrong, a missing and an additional command each fail.

Recordings are made by ``kiosk card record``; ``drivers.recording`` describes their format.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drivers.recording import FORMAT, MAX_RECORDING, RecordedCommand, step_name, step_of
from kiosk.files import FileError, read_bounded
from simulators.cards import CardExchange
from simulators.faults import CardLeft

__all__ = ["Recording", "RecordingError", "ReplayCard", "ReplayError", "load_recording", "parse_recording"]

_MAX_FILE = 8 * MAX_RECORDING
# The longest possible read and prove.
_MAX_STEPS = 2048
_MAX_ATR = 33


class RecordingError(ValueError):
    """A file is not a recording that can be played. The text says where and why."""


class ReplayError(AssertionError):
    """The dialogue was not the recorded one. The text names the step."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A dialogue: the card's answer to reset, and the steps, each with its line and comment."""

    atr: bytes
    steps: Sequence[RecordedCommand] = field(repr=False)
    comments: Sequence[str] = field(repr=False)


def load_recording(path: Path, *, atr: bytes | None = None) -> Recording:
    """Return the recording in a file, of a card with that ``atr`` if one is given.

    Raises:
        RecordingError: The file is not a recording that can be played.

    """
    try:
        recording = parse_recording(read_bounded(path, _MAX_FILE))
    except (FileError, RecordingError) as error:
        raise RecordingError(f"{path}: {error}") from None
    if atr is not None and recording.atr != atr:
        raise RecordingError(f"{path}: recorded from another card, with the ATR {recording.atr.hex().upper()}")
    return recording


def parse_recording(content: bytes) -> Recording:
    """Return the recording in these bytes.

    Raises:
        RecordingError: The bytes are not a recording that can be played.

    """
    lines = content.splitlines()
    if not 2 <= len(lines) <= _MAX_STEPS + 1:
        raise RecordingError(f"a recording has a header and up to {_MAX_STEPS} exchanges")
    header = _object(lines[0], 1)
    if _whole(header, "recording") != FORMAT:
        raise RecordingError(f"line 1: not the header of a recording of version {FORMAT}")
    if (promised := _whole(header, "steps")) not in range(1, _MAX_STEPS + 1):
        raise RecordingError(f"line 1: steps is not the number of exchanges, 1 to {_MAX_STEPS}")
    read = [_step(_object(line, number), number) for number, line in enumerate(lines[1:], start=2)]
    if promised != len(read) or not content.endswith(b"\n"):
        raise RecordingError(f"truncated: {len(read)} exchanges, the header promises {promised}")
    return Recording(_atr(header), [step for step, _ in read], [comment for _, comment in read])


class ReplayCard:
    """The card of a recording, behind any link. After the dialogue ``finish`` checks that it was the recorded one.

    At the first wrong or additional command the card leaves. The failure is kept, because links swallow exceptions.
    """

    def __init__(self, recording: Recording) -> None:
        self.atr = recording.atr
        self.apdu_log: list[CardExchange] = []
        self._recording = recording
        self._at = 0
        self._failure: str | None = None

    def power_on(self) -> None:
        """Do nothing."""

    def power_off(self) -> None:
        """Do nothing: the dialogue continues where it was."""

    def reset(self) -> None:
        """Do nothing."""

    def transmit(self, apdu: bytes) -> bytes:
        """Return the recorded answer.

        Raises:
            CardLeft: This command was not recorded here.

        """
        self._failure = self._failure or self._fault(apdu)
        if self._failure is not None:
            raise CardLeft
        answer = self._recording.steps[self._at].answer
        self._at += 1
        sw = int.from_bytes(answer[-2:], "big")
        self.apdu_log.append(CardExchange(apdu[1], len(apdu), len(answer), sw))
        return answer

    def finish(self) -> None:
        """Check that everything recorded was asked for, and nothing else.

        Raises:
            ReplayError: The dialogue was another one.

        """
        if self._failure is None and self._at < len(self._recording.steps):
            self._failure = f"{self._name()}: this command never came"
        if self._failure is not None:
            raise ReplayError(self._failure)

    def _fault(self, apdu: bytes) -> str | None:
        """Return what is wrong with a command; it quotes only the header, because a PIN may follow."""
        if self._at == len(self._recording.steps):
            return f"behind step {self._at}, the last: {bytes(apdu[:4]).hex().upper()} came besides"
        if not self._recording.steps[self._at].fits(apdu):
            return f"{self._name()}: {bytes(apdu[:4]).hex().upper()} of {len(apdu)} bytes came instead"
        return None

    def _name(self) -> str:
        step, comment = self._recording.steps[self._at], self._recording.comments[self._at]
        return f"step {self._at + 1} ({comment}), {step.command[:8]} of {len(step.command) // 2} bytes"


def _object(line: bytes, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise RecordingError(f"line {number}: not a JSON object")
    return value


def _whole(header: dict[str, Any], key: str) -> int | None:
    value = header.get(key)
    return value if type(value) is int else None


def _step(value: dict[str, Any], number: int) -> tuple[RecordedCommand, str]:
    texts = value.get("command"), value.get("answer"), value.get("step")
    command, answer, comment = (text if isinstance(text, str) else "" for text in texts)
    try:
        step = step_of(command, answer)
    except ValueError as error:
        raise RecordingError(f"line {number}: {error}") from None
    return step, (comment if comment.isprintable() and comment else step_name(step))[:80]


def _atr(header: dict[str, Any]) -> bytes:
    try:
        atr = bytes.fromhex(header["atr"])
    except (KeyError, TypeError, ValueError):
        atr = b""
    if not 2 <= len(atr) <= _MAX_ATR:
        raise RecordingError("line 1: the ATR is hexadecimal, of 2 to 33 bytes")
    return atr

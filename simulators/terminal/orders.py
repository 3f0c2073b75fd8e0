"""Take orders while the terminal runs, one a line: somebody is at the face reader, or the scenario changes."""

from __future__ import annotations

import json
import os
import select
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from simulators.terminal.directory import NobodyElse
from simulators.terminal.insured import Scenario
from simulators.terminal.results import GivenConsents
from simulators.terminal.running import SimulatedTerminal

__all__ = ["OrderReader", "carry_out"]

_MOST_BYTES: Final = 1000
"""The most bytes of a line."""
_CONSENTS: Final = ("limit", "specific_disease", "checkup", "medicine", "treatment", "operation")
_EXPECTED: Final = (
    "expected: face INSURER:SYMBOL:NUMBER:BRANCH [CONSENT|no-CONSENT …] [scenario=NAME], or scenario NAME|-"
)


class _OrderRefused(ValueError):
    """An order cannot be carried out; the text says why."""


def carry_out(order: str, terminal: SimulatedTerminal) -> str:
    """Carry out one line and return what came of it, as one JSON object."""
    try:
        return json.dumps(_carried_out(order.split(), terminal))
    except (_OrderRefused, NobodyElse, KeyError, OSError) as error:
        unknown = "no such member" if isinstance(error, KeyError) else str(error)
        return json.dumps({"error": unknown}, ensure_ascii=False)


def _carried_out(words: list[str], terminal: SimulatedTerminal) -> dict[str, str | None]:
    match words:
        case ["face", member, *choices]:
            consents, scenario = _choices(choices)
            return {"face_file": terminal.write_face(member, consents, scenario=scenario).name}
        case ["scenario", name]:
            terminal.scenario = None if name == "-" else _scenario(name)
            return {"scenario": terminal.scenario}
        case _:
            raise _OrderRefused(_EXPECTED)


def _choices(words: list[str]) -> tuple[GivenConsents, Scenario | None]:
    consents, scenario = GivenConsents(), None
    for word in words:
        name = word.removeprefix("no-")
        if word.startswith("scenario="):
            scenario = _scenario(word.removeprefix("scenario="))
        elif name in _CONSENTS:
            consents = replace(consents, **{name: name == word})
        else:
            raise _OrderRefused(_EXPECTED)
    return consents, scenario


def _scenario(name: str) -> Scenario:
    if name not in set(Scenario):
        raise _OrderRefused(f"no such scenario; one of: {', '.join(Scenario)}")
    return Scenario(name)


class OrderReader:
    """Reads orders from a descriptor in a thread while a block runs; the end of the input is no end of the terminal."""

    def __init__(self, descriptor: int, terminal: SimulatedTerminal, tell: Callable[[str], None]) -> None:
        self._descriptor = descriptor
        self._terminal = terminal
        self._tell = tell
        self._stopped, self._stop = os.pipe()
        self._thread = threading.Thread(target=self._run, name="orders", daemon=True)

    def __enter__(self) -> OrderReader:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._stop)
        self._thread.join()
        os.close(self._stopped)

    def _run(self) -> None:
        # In the background of a shell, reading the terminal would stop the whole process; like this it is an error.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTIN})
        waiting = b""
        while piece := self._read():
            *lines, waiting = (waiting + piece).split(b"\n")
            for line in lines:
                self._obey(line)
            waiting = waiting[: _MOST_BYTES + 1]
        self._obey(waiting)

    def _read(self) -> bytes:
        """Return the next bytes; none at the end of the input, and when the block ends."""
        try:
            ready, _, _ = select.select([self._descriptor, self._stopped], [], [])
            return b"" if self._stopped in ready else os.read(self._descriptor, 4096)
        except OSError:
            return b""

    def _obey(self, line: bytes) -> None:
        if len(line) > _MOST_BYTES:
            self._tell(json.dumps({"error": f"a line has at most {_MOST_BYTES} bytes"}))
        elif line.strip():
            self._tell(carry_out(line.decode("utf-8", "replace"), self._terminal))

"""What 一括照会 and 照会番号一括登録 have in common: upload a part, then ask for its result until it is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from kiosk.eligibility.terminal.answers import parse_receipt
from kiosk.eligibility.terminal.checks import require_ours
from kiosk.eligibility.terminal.errors import NoAnswer
from kiosk.eligibility.terminal.file_names import Kind
from kiosk.eligibility.terminal.model import Receipt
from kiosk.eligibility.terminal.requests import write_download
from kiosk.eligibility.terminal.terminal import Terminal

__all__ = ["TwoSteps"]

_PATIENCE: Final = 30
"""How many times the time for one answer the terminal may take to process a part."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class TwoSteps:
    """One such exchange. ``pause`` waits for so many seconds while the terminal is processing."""

    terminal: Terminal
    upload: Kind
    download: Kind
    pause: Callable[[float], object] = time.sleep

    def put(self, write: Callable[[str], bytes]) -> Receipt:
        """Upload what ``write`` makes for a 任意のファイル識別子, and return the 受付番号. Raises TerminalError."""
        terminal = self.terminal

        def parse(content: bytes, identifier: str) -> Receipt:
            receipt, header = parse_receipt(content)
            require_ours(header, terminal.institution, identifier)
            return receipt

        return terminal.exchange.ask(self.upload, terminal.clock(), write, parse)

    def get(self, reception: str, parse: Callable[[bytes], Result | None]) -> Result:
        """Ask for the result until ``parse`` returns one, and not None: still processed. Raises TerminalError."""
        deadline, wait = time.monotonic() + _PATIENCE * self.terminal.exchange.timeout, _FIRST_PAUSE
        while (result := self._got(reception, parse)) is None:
            if time.monotonic() >= deadline:
                raise NoAnswer("the terminal is still processing")
            self.pause(wait)
            wait = min(wait * 2, _LONGEST_PAUSE)
        return result

    def _got(self, reception: str, parse: Callable[[bytes], Result | None]) -> Result | None:
        terminal = self.terminal

        def write(_identifier: str) -> bytes:
            return write_download(reception, terminal.institution, terminal.encoding)

        def parse_any(content: bytes, _identifier: str) -> Result | None:
            return parse(content)

        return terminal.exchange.ask(self.download, terminal.clock(), write, parse_any)

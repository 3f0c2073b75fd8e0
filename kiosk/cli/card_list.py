"""The readers as ``kiosk card list`` shows them: those to use, those that cannot be used, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from drivers.worker.client import ReaderInfo
from kiosk.failures import FAILURES, Code, code_of_trouble

__all__ = ["ReaderList"]


@dataclass(frozen=True, slots=True)
class ReaderList:
    """The readers of all drivers; ``code`` is why one of the drivers has none to list."""

    found: Sequence[ReaderInfo]
    code: Code | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the object of docs/formats.md; what is wrong is in keys of its own, which are there only then."""
        rows = [{"name": one.name, "driver": one.driver, "card_present": one.card_present} for one in self._usable]
        left_out = [
            {"name": one.name, "driver": one.driver, "code": code.value, "message": FAILURES[code].why}
            for one, code in self._left_out
        ]
        wrong = {"code": self.code.value, "message": FAILURES[self.code].why} if self.code else {}
        return {"readers": rows} | ({"left_out": left_out} if left_out else {}) | wrong

    def lines(self) -> Iterator[str]:
        """Yield a line for each reader: driver, ``card``, ``empty`` or a code, and its name."""
        for one in self._usable:
            yield f"{one.driver}\t{'card' if one.card_present else 'empty'}\t{one.name}"
        for one, code in self._left_out:
            yield f"{one.driver}\t{code.value}\t{one.name}"

    def hints(self) -> list[str]:
        """Return what a technician does about each code, once."""
        codes = dict.fromkeys([code for _, code in self._left_out] + ([self.code] if self.code else []))
        return [f"{code.value} {FAILURES[code].technician}" for code in codes]

    @property
    def _usable(self) -> list[ReaderInfo]:
        return [one for one in self.found if not one.trouble]

    @property
    def _left_out(self) -> list[tuple[ReaderInfo, Code]]:
        return [(one, code_of_trouble(one.trouble)) for one in self.found if one.trouble]

"""Keep bulks between their two steps: the first gives a 受付番号, the second fetches the result with it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from simulators.terminal.questions import BulkQuestion, BulkRegistration, WrongRequest

__all__ = ["Receptions"]

_MOST: Final = 16
Bulk = BulkQuestion | BulkRegistration


@dataclass(slots=True)
class _Reception:
    request: Bulk
    left: int


class Receptions:
    """The latest 16 bulks. A result may be fetched more than once."""

    def __init__(self) -> None:
        self._by_number: OrderedDict[str, _Reception] = OrderedDict()
        self._count = 0

    def receive(self, request: Bulk, processing: int, now: datetime) -> str:
        """Return the 受付番号; the result is 処理中 for the next ``processing`` fetches."""
        self._count += 1
        number = f"SIM{now:%Y%m%d%H%M%S}{self._count:06}"
        self._by_number[number] = _Reception(request, processing)
        if len(self._by_number) > _MOST:
            self._by_number.popitem(last=False)
        return number

    def fetch(self, number: str, kind: type[Bulk]) -> tuple[Bulk, bool]:
        """Return the bulk, and whether it is done.

        Raises:
            WrongRequest: There is no such reception of that kind.

        """
        reception = self._by_number.get(number)
        if reception is None or not isinstance(reception.request, kind):
            raise WrongRequest("SIM-E006", "ReceptionNumber: is not known")
        reception.left -= 1
        return reception.request, reception.left < 0

"""Remember the 照会番号: a clinic's own number of a patient, written into later answers about that patient."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from simulators.terminal.directory import Directory
from simulators.terminal.findings import ResultMessage
from simulators.terminal.insured import InsuredPerson
from simulators.terminal.questions import RegistrationBlock

__all__ = ["References"]

_MOST: Final = 100_000
_NOBODY: Final = ResultMessage("SIM-R004", "該当する資格がありません。(模擬)")
_SEVERAL: Final = ResultMessage("SIM-R005", "該当する資格が複数あります。(模擬)")


class References:
    """The registered 照会番号 by member; the oldest of more than 100,000 is forgotten."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._by_key: OrderedDict[str, str] = OrderedDict()

    def meant(self, registration: RegistrationBlock) -> list[InsuredPerson]:
        """Return whom a registration can mean."""
        found = self._directory.with_number(registration.insurer_number, registration.symbol, registration.number)
        return [person for person in found if registration.branch in ("", person.branch)]

    def register(self, registration: RegistrationBlock) -> ResultMessage | None:
        """Remember a 照会番号; return why it cannot be, or None."""
        meant = self.meant(registration)
        if len(meant) != 1:
            return _SEVERAL if meant else _NOBODY
        self._by_key[meant[0].key] = registration.reference
        self._by_key.move_to_end(meant[0].key)
        if len(self._by_key) > _MOST:
            self._by_key.popitem(last=False)
        return None

    def of(self, person: InsuredPerson | None) -> str:
        """Return the member's 照会番号; an empty text if there is none."""
        return self._by_key.get(person.key, "") if person else ""

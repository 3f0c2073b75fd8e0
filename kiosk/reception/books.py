"""What every answer is written down with. It may come later than the service: a disk that is not there yet heals."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.audit import Journal
from kiosk.failures import Failure

__all__ = ["Books", "NotOpen"]


@dataclass(frozen=True, slots=True)
class Books:
    """The journal that every answer is written into, and the key under which that is done."""

    journal: Journal
    site_key: bytes = field(repr=False)


class NotOpen(Exception):
    """The books cannot be opened now, but may be later; ``failure`` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.line)
        self.failure = failure

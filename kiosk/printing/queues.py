"""Which queue of CUPS a file of a batch goes to: cards to the card printer, sheets to the printer of A4."""

from __future__ import annotations

from typing import Protocol

from kiosk.printing.cups import Destination

__all__ = ["PrintingQueues", "destination_of", "queue_setting"]


class PrintingQueues(Protocol):
    """``[printing]``."""

    @property
    def a4_queue(self) -> str:
        """Queue for notices and 台紙; empty: none."""

    @property
    def a4_media(self) -> str:
        """Its paper."""

    @property
    def card_queue(self) -> str:
        """Queue of the card printer; empty: none."""

    @property
    def card_media(self) -> str:
        """Its card."""

    @property
    def patience(self) -> float:
        """Seconds that a printer may not be ready."""


def destination_of(name: str, queues: PrintingQueues) -> Destination | None:
    """Return the queue of a file; None if the settings name none, or if the file is a list."""
    if not name.endswith(".pdf"):
        return None
    card = _is_card(name)
    queue, media = (queues.card_queue, queues.card_media) if card else (queues.a4_queue, queues.a4_media)
    return Destination(queue, media) if queue else None


def queue_setting(name: str) -> str:
    """Return the setting that names the queue of a PDF."""
    return "printing.card_queue" if _is_card(name) else "printing.a4_queue"


def _is_card(name: str) -> bool:
    return name.endswith("confirmation.pdf")

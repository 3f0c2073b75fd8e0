"""One card from read to judged: the dialogue of the visit and of ``kiosk card check``."""

from kiosk.cardcheck.check import CheckRequest, check_card, troubles_of
from kiosk.cardcheck.dialogue import CardDialogue, ProvedCard
from kiosk.cardcheck.finder import SeveralReaders
from kiosk.cardcheck.report import CheckReport

__all__ = [
    "CardDialogue",
    "CheckReport",
    "CheckRequest",
    "ProvedCard",
    "SeveralReaders",
    "check_card",
    "troubles_of",
]

"""What several tests of the simulators share."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from simulators.card import JpkiCardSimulator
from simulators.faults import Fault, FaultyCard


class SilentCard(FaultyCard):
    """A card that never answers its first command, and says when it was asked."""

    def __init__(self, card: JpkiCardSimulator) -> None:
        super().__init__(card, [Fault.silent()])
        self.asked = threading.Event()

    def transmit(self, apdu: bytes) -> bytes:
        self.asked.set()
        return super().transmit(apdu)


@pytest.fixture
def silent_card(card: Callable[..., JpkiCardSimulator]) -> SilentCard:
    return SilentCard(card())

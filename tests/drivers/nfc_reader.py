"""The nfc driver in this process, on nfcpy itself: a simulated Type B card before its udp device."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property

from drivers.connection import ReaderState, Snapshot
from drivers.jpki import JpkiCard, PinOutcome
from drivers.memory import CardMemory
from drivers.nfc.driver import NfcDriver, NfcReader, create
from simulators.card import JpkiCardSimulator
from simulators.nfc_target import NfcTarget
from simulators.picc import ATQBS, TargetAtqb

MakeCard = Callable[..., JpkiCardSimulator]
FWI_13 = ATQBS[2]
QUICK = TargetAtqb().with_sizes(fwi=7)
"""A waiting time of 39 milliseconds: faults cost little time."""


class WatchedReader:
    """The driver's side: waits for what it sees, and holds whole dialogues.

    The driver begins when it is first needed: nfcpy's udp device waits a second where no card lies there yet.
    """

    def __init__(self, target: NfcTarget) -> None:
        self.target = target
        self._seen: Snapshot | None = None

    @cached_property
    def driver(self) -> NfcDriver:
        return create(self.target.options)

    @property
    def seen(self) -> Snapshot:
        if self._seen is None:
            self._seen = self.driver.watch(None, 5.0)
        return self._seen

    @property
    def reader(self) -> NfcReader:
        return self.driver.reader(self.target.path)

    @property
    def state(self) -> ReaderState:
        return self.seen[self.target.path]

    def until(self, fits: Callable[[ReaderState], bool], limit: float = 20.0) -> ReaderState:
        deadline = time.monotonic() + limit
        while not fits(self.state):
            assert time.monotonic() < deadline, f"still {self.state}"
            self._seen = self.driver.watch(self.seen, deadline - time.monotonic())
        return self.state

    def card(self) -> ReaderState:
        return self.until(lambda state: state.card_present)

    def empty(self) -> ReaderState:
        return self.until(lambda state: not state.card_present)


def visit(reader: NfcReader, pin: bytes = b"1234") -> tuple[int, PinOutcome, int]:
    """A whole visit: bytes of certificate, what became of the PIN, bytes of signature."""
    with reader.connect() as connection:
        card = JpkiCard(connection, CardMemory())
        card.select()
        certificate = card.read_certificate()
        result = card.verify_pin(bytearray(pin))
        signature = card.sign(bytes(32)) if result.outcome is PinOutcome.RIGHT else b""
    return len(certificate), result.outcome, len(signature)

"""What was learnt of the link to a card: which profile fits, how much one READ brings, which short file ids work."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

from drivers.connection import Transport

__all__ = [
    "AFTER_A_FAULT",
    "FIRST_BLOCK",
    "LEAST",
    "MAX_EXPECTED",
    "READS_ON_A_REFUSAL",
    "SHORTER",
    "CardMemory",
    "LinkCapabilities",
]

MAX_EXPECTED = 2048
"""The longest certificate, in bytes, that the next card on a link is asked for at once."""

READS_ON_A_REFUSAL = 16
"""How many reads a refusal counts for: the card may have lied, and the next one of its kind may work better."""

LARGEST = 4096
"""The largest Le in bytes of any command; no certificate is longer."""

SHORT = 256
"""The most bytes a READ can ask for without extended length."""

FIRST_BLOCK = 510
"""The bytes that a certificate's first READ asks for: with a status word they fit common readers' 522-byte messages."""

SHORTER = (253, 125, 61, 29)
"""What to ask for where less is carried, in bytes: frames of 256 to 32 (ISO/IEC 14443-4), less 3 for the frame."""

LEAST = SHORTER[-1]
"""The least that a READ asks for, in bytes, however little the link carries."""

AFTER_A_FAULT = 61
"""What to ask for after a short READ broke the link, in bytes: it was too long, or the card was moved."""


@dataclass(frozen=True, slots=True)
class LinkCapabilities:
    """What works on one transport. Everything is tried at first, and every refusal takes something away.

    ``largest`` is the largest Le in bytes that is not known to fail; 256 means no extended length, less a link that
    carries less in one answer.
    ``proven`` is the largest that has brought as much. ``refused`` are the files whose short identifier is.
    ``faults`` counts the link faults under an extended command that no success followed. ``expected`` is
    the length of the last certificate that signed here (0: none yet), ``profile`` the name of the last
    card's profile. ``reads`` counts those that began since something was first refused.
    """

    largest: int = LARGEST
    refused: frozenset[int] = frozenset()
    faults: int = 0
    proven: int = SHORT
    expected: int = 0
    profile: str = ""
    reads: int = 0

    def narrowed(self, largest: int) -> LinkCapabilities:
        """Return them without READs of more than ``largest`` bytes, or of more than 29 where it is less."""
        largest = max(LEAST, min(largest, self.largest))
        return replace(self, largest=largest, proven=min(largest, self.proven))

    def narrower_than(self, refused: int, *, broke: bool) -> LinkCapabilities:
        """Return them with the next shorter length: one that has worked, or commonly does. ``broke``: the link did."""
        if broke and refused <= SHORT:
            return self.narrowed(AFTER_A_FAULT)
        worked = [length for length in (self.proven, FIRST_BLOCK) if length > SHORT]
        return self.narrowed(next(length for length in (*worked, SHORT, *SHORTER) if length < refused))

    def proved(self, length: int) -> LinkCapabilities:
        """Return them after a READ of ``length`` bytes that brought them all."""
        return replace(self, proven=max(length, self.proven))

    def expecting(self, length: int) -> LinkCapabilities:
        """Return them with the length that the next certificate probably has; a long one is cut to MAX_EXPECTED."""
        return replace(self, expected=min(length, MAX_EXPECTED))

    def for_read(self) -> LinkCapabilities:
        """Return them for one more read: what was refused is tried again after READS_ON_A_REFUSAL reads.

        If that breaks the link, the first fault is enough to rule it out again.
        """
        if self.largest == LARGEST and not self.refused:
            return self
        if self.reads < READS_ON_A_REFUSAL:
            return replace(self, reads=self.reads + 1)
        return replace(self, largest=LARGEST, refused=frozenset(), faults=1, reads=0)

    def first_read(self) -> int:
        """Return how many bytes to ask for in the first READ of a certificate: the usual until more has worked here."""
        wanted = self.expected if self.expected and self.proven > FIRST_BLOCK else FIRST_BLOCK
        return min(wanted, self.largest)

    def without_short_ids(self, files: frozenset[int]) -> LinkCapabilities:
        """Return them without the short identifiers of ``files``."""
        return replace(self, refused=self.refused | files)


class CardMemory:
    """Remembers capabilities by transport (reader and ATR), the latest ``capacity`` of them. Safe between threads."""

    def __init__(self, capacity: int = 64) -> None:
        self._capacity = capacity
        self._known: OrderedDict[Transport, LinkCapabilities] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, transport: Transport) -> LinkCapabilities:
        """Return what is known of ``transport``; full capabilities if nothing is."""
        with self._lock:
            return self._known.get(transport, LinkCapabilities())

    def begin_read(self, transport: Transport) -> LinkCapabilities:
        """Return the capabilities for a read that begins now."""
        capabilities = self.recall(transport).for_read()
        self._keep(transport, capabilities)
        return capabilities

    def learn(self, transport: Transport, capabilities: LinkCapabilities) -> None:
        """Remember capabilities that work, and forget those learnt longest ago if there are too many."""
        self._keep(transport, replace(capabilities, faults=0))

    def doubt(self, transport: Transport, narrower: LinkCapabilities) -> None:
        """Note a link fault that may mean ``narrower``. The second in a row is believed.

        One alone may be a card that was moved. But where such a command always breaks the link, nothing after it
        can succeed, so that nothing else would be learnt.
        """
        known = self.recall(transport)
        self._keep(transport, narrower if known.faults else replace(known, faults=1))

    def _keep(self, transport: Transport, capabilities: LinkCapabilities) -> None:
        with self._lock:
            self._known[transport] = capabilities
            self._known.move_to_end(transport)
            while len(self._known) > self._capacity:
                self._known.popitem(last=False)

"""What was learnt of a road to cards: which profile fits, how much one READ may bring, where short file ids work."""

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
"""The longest certificate, in bytes, that the next card on a road is asked for at once."""

READS_ON_A_REFUSAL = 16
"""For how many reads a refusal is believed: the card may have lied, and the next one of its kind works better."""

LARGEST = 4096
"""The largest Le in bytes of any command; no certificate is longer."""

SHORT = 256
"""The most bytes a READ can ask for without extended length."""

FIRST_BLOCK = 510
"""The bytes that a certificate's first READ asks for: with a status word they fit common readers' 522-byte messages."""

SHORTER = (253, 125, 61, 29)
"""What to ask for where less is carried, in bytes: frames of 256 to 32 (ISO/IEC 14443-4), without 3 of their own."""

LEAST = SHORTER[-1]
"""The least that a READ asks for, in bytes, however little the road carries."""

AFTER_A_FAULT = 61
"""What to ask for after a short READ broke the link, in bytes: it was too long, or the card was moved."""


@dataclass(frozen=True, slots=True)
class LinkCapabilities:
    """What works on one transport. It begins with everything; every refusal takes something away.

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
        """Return the road without READs of more than ``largest`` bytes, which is 29 at least."""
        largest = max(LEAST, min(largest, self.largest))
        return replace(self, largest=largest, proven=min(largest, self.proven))

    def narrower_than(self, refused: int, *, broke: bool) -> LinkCapabilities:
        """Return the road that carries what has worked, or else what commonly does; ``broke``: the link did."""
        if broke and refused <= SHORT:
            return self.narrowed(AFTER_A_FAULT)
        worked = [length for length in (self.proven, FIRST_BLOCK) if length > SHORT]
        return self.narrowed(next(length for length in (*worked, SHORT, *SHORTER) if length < refused))

    def proved(self, length: int) -> LinkCapabilities:
        """Return the road on which a READ of ``length`` bytes brought them all."""
        return replace(self, proven=max(length, self.proven))

    def expecting(self, length: int) -> LinkCapabilities:
        """Return the road whose next certificate is likely to have ``length`` bytes; a long one misleads by little."""
        return replace(self, expected=min(length, MAX_EXPECTED))

    def for_read(self) -> LinkCapabilities:
        """Return the road for one more read: what was refused is tried anew after READS_ON_A_REFUSAL of them.

        Where that breaks the link, once is enough then.
        """
        if self.largest == LARGEST and not self.refused:
            return self
        if self.reads < READS_ON_A_REFUSAL:
            return replace(self, reads=self.reads + 1)
        return replace(self, largest=LARGEST, refused=frozenset(), faults=1, reads=0)

    def first_read(self) -> int:
        """Return how much the first READ of a certificate shall ask for: the usual until more has worked here."""
        wanted = self.expected if self.expected and self.proven > FIRST_BLOCK else FIRST_BLOCK
        return min(wanted, self.largest)

    def without_short_ids(self, files: frozenset[int]) -> LinkCapabilities:
        """Return the road without the short identifiers of ``files``."""
        return replace(self, refused=self.refused | files)


class CardMemory:
    """Remembers roads by transport (reader and ATR), the latest ``capacity`` of them. Safe between threads."""

    def __init__(self, capacity: int = 64) -> None:
        self._capacity = capacity
        self._known: OrderedDict[Transport, LinkCapabilities] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, transport: Transport) -> LinkCapabilities:
        """Return what is known of ``transport``; the most hopeful road if that is nothing."""
        with self._lock:
            return self._known.get(transport, LinkCapabilities())

    def begin_read(self, transport: Transport) -> LinkCapabilities:
        """Return the road for a read that begins now."""
        capabilities = self.recall(transport).for_read()
        self._keep(transport, capabilities)
        return capabilities

    def learn(self, transport: Transport, capabilities: LinkCapabilities) -> None:
        """Remember ``road`` as one that works, and forget the one learnt longest ago if they are too many."""
        self._keep(transport, replace(capabilities, faults=0))

    def doubt(self, transport: Transport, narrower: LinkCapabilities) -> None:
        """Note a link fault that may mean ``narrower``: the second in a row is believed.

        One alone may be a card that was moved; but where such a command always breaks the link,
        nothing that follows could succeed and be learnt from.
        """
        known = self.recall(transport)
        self._keep(transport, narrower if known.faults else replace(known, faults=1))

    def _keep(self, transport: Transport, capabilities: LinkCapabilities) -> None:
        with self._lock:
            self._known[transport] = capabilities
            self._known.move_to_end(transport)
            while len(self._known) > self._capacity:
                self._known.popitem(last=False)

"""Put cards on the virtual reader of a private pcscd as on simulated readers, so that the 模擬 panel can use either."""

from __future__ import annotations

from drivers.connection import ReaderState, Snapshot
from drivers.errors import NoReader
from simulators.cards import Card
from simulators.pcscd import PrivatePcscd

__all__ = ["VirtualReaders"]


class VirtualReaders:
    """One reader: the first slot of a running private pcscd."""

    def __init__(self, daemon: PrivatePcscd) -> None:
        self._daemon = daemon
        self._insertions = 0

    @property
    def names(self) -> list[str]:
        """The reader's name, as clients list it."""
        return [self._daemon.reader]

    def put(self, card: Card, reader: str | None = None) -> None:
        """Put a card on the reader, taking away the one that is there.

        Raises:
            NoReader: ``reader`` is the name of another reader.

        """
        self._require(reader)
        self._insertions += 1
        self._daemon.put(card)

    def take(self, reader: str | None = None) -> None:
        """Take the card away, if there is one.

        Raises:
            NoReader: ``reader`` is the name of another reader.

        """
        self._require(reader)
        self._daemon.take()

    def snapshot(self) -> Snapshot:
        """Return what is on the reader."""
        return {self._daemon.reader: ReaderState(self._daemon.occupied, insertions=self._insertions)}

    def _require(self, reader: str | None) -> None:
        if reader not in (None, self._daemon.reader):
            raise NoReader("there is no such reader")

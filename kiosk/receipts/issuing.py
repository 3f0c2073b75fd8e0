"""Sign the receipts of one kiosk. A key that cannot be had is a trouble (S-18); no visit waits for it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk.decision import Decision
from kiosk.failures import Code, Failure, place_of
from kiosk.identity import Level
from kiosk.receipts.key_file import KeyFileError, Keys, ReceiptKeyFile
from kiosk.receipts.key_set import PublicJwk, public_jwk
from kiosk.receipts.receipt import PresenceReceipt

__all__ = ["ReceiptIssuer"]

_PROVED: Final = {
    Level.CONFIRMED: "confirmed",
    Level.STAFF_CONFIRMED: "staff_confirmed",
    Level.OFFICIAL_READER: "official_reader",
}


class ReceiptIssuer:
    """The signer of one kiosk's receipts. It may be used from several threads; only `look` touches the disk."""

    def __init__(self, data_dir: Path, kiosk: str) -> None:
        self._file, self._kiosk = ReceiptKeyFile(data_dir), kiosk
        self._keys: Keys | None = None
        self._version: tuple[int, ...] = ()

    def look(self) -> tuple[Failure, ...]:
        """Take the keys as the file has them now, and make the first one; return S-18 while that is impossible."""
        try:
            version = self._file.version()
            if self._keys is None or version != self._version:
                self._keys = self._file.obtain()
                self._version = self._file.version()
        except KeyFileError as error:
            self._keys = None
            return (Failure(Code.RECEIPTS_UNSIGNED, place_of(error), str(error)),)
        return ()

    def issue(self, visit: str, member: str, level: Level, decision: Decision, at: datetime) -> str | None:
        """Return the receipt of an answer; None if the level proves nobody's presence, or there is no key now.

        Args:
            visit: the identifier of the visit.
            member: the member's pseudonym.
            level: what was proved of the person.
            decision: the answer, as it is published.
            at: the moment of the answer (aware).

        """
        keys = self._keys
        if keys is None or level not in _PROVED:
            return None
        claims = {
            "iss": self._kiosk,
            "sub": member,
            "iat": int(at.timestamp()),
            "level": _PROVED[level],
            "visit": visit,
            "applies": decision.applies,
            "usable": decision.usable,
        }
        return PresenceReceipt.model_validate(claims).signed(keys.private, public_jwk(keys.private.public_key())["kid"])

    def public_keys(self) -> list[PublicJwk]:
        """Return the public keys of all receipts of this kiosk, the newest first."""
        return self._keys.public() if self._keys else []

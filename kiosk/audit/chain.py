"""Write and read one line of the journal: canonical JSON, sealed with a key that the file does not contain.

hash = HMAC-SHA256(chain key, the line's object without ``hash``), and the object names the hash before it. The keys are
derived from the site key (HKDF-SHA256, RFC 5869), so the journal's own key opens nothing else.
"""

import hmac
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LONGEST_LINE = 16_384
"""Most bytes of a line of the journal, line feed included."""

FIRST_PREVIOUS = "0" * 64
"""The first line names this as the hash before it."""


class MalformedLine(ValueError):
    """A line is not an object of the journal."""


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One line that was read from the journal: its place in the chain and its content.

    Attributes:
        sequence: The line's number; the first line has 1.
        previous: The hash that the line names as the one before.
        hash: The seal that the line carries.
        genuine: Whether that seal fits the content.
        body: Everything except the seal.

    """

    sequence: int
    previous: str
    hash: str
    genuine: bool
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class Seal:
    """The journal's keys."""

    chain_key: bytes
    reference_key: bytes

    @classmethod
    def of(cls, site_key: bytes) -> "Seal":
        """Return the keys that are derived from a site key."""
        return cls(_derive(site_key, b"kiosk audit chain 1"), _derive(site_key, b"kiosk audit reference 1"))

    def line(self, body: dict[str, Any]) -> tuple[bytes, str]:
        """Return the line for ``body``, line feed included, and its hash."""
        seal = self.hash_of(body)
        return _canonical({**body, "hash": seal}) + b"\n", seal

    def hash_of(self, body: dict[str, Any]) -> str:
        """Return the seal of an object, in hex."""
        return hmac.new(self.chain_key, _canonical(body), sha256).hexdigest()

    def reference(self, member: str) -> str:
        """Return a member's pseudonym, in hex: always the same for one member, and not reversible."""
        return hmac.new(self.reference_key, member.encode(), sha256).hexdigest()

    def read(self, line: bytes) -> ChainLink:
        """Return the content of a line, with or without its line feed.

        Raises:
            MalformedLine: The line is not an object of the journal.

        """
        body = _object(line)
        seal, sequence, previous = body.pop("hash", None), body.get("sequence"), body.get("previous")
        if not (isinstance(seal, str) and isinstance(previous, str) and type(sequence) is int):
            raise MalformedLine
        genuine = seal.isascii() and hmac.compare_digest(seal, self.hash_of(body))
        return ChainLink(sequence, previous, seal, genuine, body)


def _derive(site_key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=purpose).derive(site_key)


def _canonical(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def _object(line: bytes) -> dict[str, Any]:
    try:
        body = json.loads(line.decode("ascii"))
        # Serialising the object again needs more of the stack than parsing it did.
        if isinstance(body, dict) and _canonical(body) == line.rstrip(b"\n"):
            return body
    except (ValueError, RecursionError):
        pass
    raise MalformedLine

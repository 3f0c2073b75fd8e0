"""One line of the journal: canonical JSON, sealed with a key that the file does not hold.

hash = HMAC-SHA256(chain key, the line's object without `hash`), and the object names the hash before it. The keys are
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
"""Bytes of a line of the journal, its end included."""

FIRST_PREVIOUS = "0" * 64
"""What the first line names as the hash before it."""


class MalformedLine(ValueError):
    """A line is not an object of the journal."""


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A line of the journal that was read: its place in the chain and what it says.

    Attributes:
        sequence: 1 for the first.
        previous: the hash it names as the one before.
        hash: the seal it carries.
        genuine: whether the seal fits what the line says.
        body: everything but the seal.

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
        """The keys that belong to a site key."""
        return cls(_derive(site_key, b"kiosk audit chain 1"), _derive(site_key, b"kiosk audit reference 1"))

    def line(self, body: dict[str, Any]) -> tuple[bytes, str]:
        """The line for `body`, its end included, and its hash."""
        seal = self.hash_of(body)
        return _canonical({**body, "hash": seal}) + b"\n", seal

    def hash_of(self, body: dict[str, Any]) -> str:
        """The seal of an object, in hex."""
        return hmac.new(self.chain_key, _canonical(body), sha256).hexdigest()

    def reference(self, member: str) -> str:
        """What stands for a member, in hex: the same each time, and no way back."""
        return hmac.new(self.reference_key, member.encode(), sha256).hexdigest()

    def read(self, line: bytes) -> ChainLink:
        """The link that a line (its end included or not) holds; raises MalformedLine."""
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
        # Writing it down again takes more of the stack than reading it did.
        if isinstance(body, dict) and _canonical(body) == line.rstrip(b"\n"):
            return body
    except (ValueError, RecursionError):
        pass
    raise MalformedLine

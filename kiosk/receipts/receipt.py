"""What a receipt says, how it is signed, and how it is checked."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.decision import Document, Usable
from kiosk.receipts.jws import JwsRefused, opened_jws, signed_jws
from kiosk.receipts.key_set import KeySet
from kiosk.receipts.strict_json import strict_object

__all__ = ["LONGEST", "PresenceReceipt", "ReceiptRefused", "fingerprint", "verified"]

LONGEST: Final = 8192
"""Characters of a receipt at most."""

_Text = Annotated[str, Field(min_length=1, max_length=256)]


class ReceiptRefused(Exception):
    """The text is no receipt that one of these keys has signed. The message says why, and quotes nothing of it."""


class PresenceReceipt(BaseModel):
    """The claims: a member was at this kiosk, proved it at this level, and got this answer. Nobody is named.

    Attributes:
        iss: the kiosk.
        sub: the member's pseudonym.
        iat: the second of the answer (Unix time).
        level: what was proved.
        visit: the identifier of the visit.
        applies: the document that applies; None if none does.
        usable: whether it serves today.

    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    iss: _Text
    sub: _Text
    iat: Annotated[int, Field(ge=0)]
    level: Literal["confirmed", "staff_confirmed", "official_reader"]
    visit: _Text
    applies: Document | None
    usable: Usable

    def signed(self, key: Ed25519PrivateKey, kid: str) -> str:
        """Return the receipt as a compact JWS."""
        return signed_jws(self.model_dump_json().encode(), key, kid)


def verified(text: str, keys: KeySet) -> PresenceReceipt:
    """Return what a receipt says, if one of these keys has signed it.

    Raises:
        ReceiptRefused: It is too long, no receipt, changed, or of another key or algorithm.

    """
    if len(text) > LONGEST:
        raise ReceiptRefused(f"longer than {LONGEST} characters")
    try:
        claims = opened_jws(text, keys.by_name)
        strict_object(claims)
        return PresenceReceipt.model_validate_json(claims, strict=True)
    except (JwsRefused, ValidationError, ValueError) as error:
        raise ReceiptRefused(_reason(error)) from None


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        return f"claims: {'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error) if isinstance(error, JwsRefused) else f"claims: {error}"


def fingerprint(receipt: str) -> str:
    """Return the SHA-256 of a receipt, in 64 hexadecimal digits, as the journal names it."""
    return sha256(receipt.encode("ascii")).hexdigest()

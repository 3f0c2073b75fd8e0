"""Serve the public keys of presence receipts, as a JWK set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from kiosk.receipts import PublicJwk
from kiosk.web.errors import SHIELD, documented

__all__ = ["ReceiptKeys", "no_keys", "receipt_router"]

ReceiptKeys = Callable[[], Sequence[PublicJwk]]


class KeyBody(BaseModel):
    """One public key (RFC 8037); ``kid`` is its thumbprint (RFC 7638)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    kid: str
    use: Literal["sig"]
    alg: Literal["EdDSA"]


class KeySetBody(BaseModel):
    """The keys that have signed receipts at this kiosk, the present one first."""

    keys: list[KeyBody]


def no_keys() -> Sequence[PublicJwk]:
    """Return the keys of a kiosk that signs no receipts."""
    return ()


def receipt_router(keys: ReceiptKeys) -> APIRouter:
    """Return the route of the public keys."""
    router = APIRouter()

    @router.get("/api/v1/receipt-keys", responses=documented(SHIELD))
    async def receipt_keys() -> KeySetBody:
        """Return the public keys of presence receipts as a JWK set (RFC 7517). They are no secret: it needs no token.

        Keys of before a rotation stay in it.
        """
        return KeySetBody(keys=[KeyBody(**key) for key in keys()])

    return router

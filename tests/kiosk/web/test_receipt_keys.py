"""The public keys of receipts, as anybody may fetch them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from kiosk.receipts import ReceiptIssuer, ReceiptKeyFile
from kiosk.web import create_app

pytestmark = pytest.mark.anyio


async def test_they_are_a_jwk_set_that_needs_no_token_and_has_no_private_part(kiosk: Any, tmp_path: Path) -> None:
    issuer = ReceiptIssuer(tmp_path, "1")
    assert issuer.look() == ()
    ReceiptKeyFile(tmp_path).rotate()
    assert issuer.look() == ()
    app = create_app(kiosk.reception, kiosk.settings, receipt_keys=issuer.public_keys)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{kiosk.settings.listen}") as client:
        answer = await client.get("/api/v1/receipt-keys")
    assert answer.status_code == 200
    assert {name for key in answer.json()["keys"] for name in key} == {"kty", "crv", "x", "kid", "use", "alg"}
    assert [key.key_id for key in jwt.PyJWKSet.from_dict(answer.json()).keys] == [
        key["kid"] for key in issuer.public_keys()
    ]


async def test_a_kiosk_without_keys_has_none(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/receipt-keys")).json() == {"keys": []}

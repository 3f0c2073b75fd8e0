"""A card whose key is RSA-3072, on the real pcscd: its signature of 384 bytes comes by one extended command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from drivers.jpki import PinOutcome
from drivers.pcsc import plugin
from simulators.issuing import genuine_card
from tests.drivers.workers import real_worker

if TYPE_CHECKING:
    from simulators.pcscd import PrivatePcscd
    from simulators.pytest_plugin import Authorities

CHALLENGE = bytes(range(32))


@pytest.mark.anyio
async def test_a_signature_of_384_bytes(pcscd: PrivatePcscd, authorities: Authorities) -> None:
    key = rsa.generate_private_key(65537, 3072)
    card = genuine_card(authorities.user, authorities.now, issued=authorities.user.issue(key=key))
    pcscd.put(card)
    async with real_worker(plugin) as (client, events):
        await events.until("card_inserted")
        await client.read(pcscd.reader, 1)
        proof = await client.prove(pcscd.reader, 1, CHALLENGE, bytearray(b"1234"))
    assert (proof.outcome, len(proof.signature or b"")) == (PinOutcome.RIGHT, 384)
    key.public_key().verify(proof.signature or b"", CHALLENGE, padding.PKCS1v15(), hashes.SHA256())
    assert [exchange.ins for exchange in card.apdu_log].count(0x2A) == 1

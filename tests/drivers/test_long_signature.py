"""A card whose key is RSA-3072, on the real pcscd: its signature of 384 bytes comes by one extended command."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from drivers.jpki import PinOutcome
from drivers.pcsc import plugin
from drivers.worker.client import Proof, ReaderWorker
from simulators.issuing import genuine_card

if TYPE_CHECKING:
    from simulators.pcscd import PrivatePcscd
    from simulators.pytest_plugin import Authorities
    from tests.drivers.doubles import Events

CHALLENGE = bytes(range(32))


def test_a_signature_of_384_bytes(pcscd: PrivatePcscd, authorities: Authorities, make_events: type[Events]) -> None:
    key = rsa.generate_private_key(65537, 3072)
    card = genuine_card(authorities.user, authorities.now, issued=authorities.user.issue(key=key))

    async def visit() -> Proof:
        events = make_events()
        client = ReaderWorker(plugin, on_event=events)
        await client.start()
        try:
            await events.until("card_inserted")
            await client.read(pcscd.reader, 1)
            return await client.prove(pcscd.reader, 1, CHALLENGE, bytearray(b"1234"))
        finally:
            await client.stop()

    pcscd.put(card)
    proof = asyncio.run(visit())
    assert (proof.outcome, len(proof.signature or b"")) == (PinOutcome.RIGHT, 384)
    key.public_key().verify(proof.signature or b"", CHALLENGE, padding.PKCS1v15(), hashes.SHA256())
    assert [exchange.ins for exchange in card.apdu_log].count(0x2A) == 1

"""Links that carry little in one answer, and signatures that are longer than a short answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from drivers.apdu import Command
from drivers.connection import Transport
from drivers.errors import CardAnswerError, CommunicationFailed
from drivers.jpki import JpkiCard, PinOutcome
from drivers.keys import signature_length
from drivers.memory import CardMemory

if TYPE_CHECKING:
    from tests.drivers.doubles import CardDouble

CHALLENGE = bytes(range(32))
READ, SIGN, GET_RESPONSE = 0xB0, 0x2A, 0xC0


def le_of(apdu: bytes) -> int:
    """The Le of a READ BINARY, COMPUTE DIGITAL SIGNATURE or GET RESPONSE; 0 of any other command."""
    if apdu[1] not in (READ, SIGN, GET_RESPONSE):
        return 0
    extended = apdu[4] == 0 and len(apdu) > 5
    return int.from_bytes(apdu[-2:], "big") if extended else apdu[-1] or 256


@dataclass
class Narrow:
    """A link that carries ``most`` bytes of data in one answer, to a card that keeps the rest of a signature."""

    card: CardDouble
    most: int
    breaks: bool = False
    signature: bytes = b""
    lengths: list[int] = field(default_factory=list)
    rest: bytes = b""

    @property
    def transport(self) -> Transport:
        return self.card.transport

    def __enter__(self) -> Narrow:
        return self

    def __exit__(self, *_: object) -> None: ...

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        le = le_of(apdu)
        self.lengths += [le] if le else []
        if le > self.most:
            if self.breaks:
                raise CommunicationFailed("too long for this reader")
            return b"", 0x6700
        if apdu[1] == GET_RESPONSE:
            return self._part(le)
        data, sw = self.card.send_and_receive(apdu)
        if apdu[1] != SIGN or sw != 0x9000:
            return data, sw
        self.rest = self.signature or data
        return self._part(le)

    def _part(self, le: int) -> tuple[bytes, int]:
        data, self.rest = self.rest[:le], self.rest[le:]
        return data, 0x6100 | min(len(self.rest), 256) & 0xFF if self.rest else 0x9000


def visited(link: Narrow, memory: CardMemory) -> bytes:
    """Read, prove, and return the signature."""
    link.lengths.clear()
    card = JpkiCard(link, memory)
    card.select()
    assert card.read_certificate() == link.card.certificate
    assert card.verify_pin(bytearray(b"1234"), allow_last_try=True).outcome is PinOutcome.RIGHT
    return card.sign(CHALLENGE)


@pytest.mark.parametrize("breaks", [False, True], ids=["6700", "link fault"])
@pytest.mark.parametrize("most", [255, 253, 200, 128, 125, 64, 61])
def test_a_link_that_carries_less_than_a_short_answer(make_card: type[CardDouble], most: int, breaks: bool) -> None:
    link, memory = Narrow(make_card(), most, breaks), CardMemory()
    signature = visited(link, memory)
    assert len(signature) == 256
    # The next card on this road is not asked for too much again.
    assert visited(link, memory) == signature
    assert max(link.lengths) <= most
    assert not memory.recall(link.transport).refused


def test_the_narrowest_link_that_is_served(make_card: type[CardDouble]) -> None:
    assert len(visited(Narrow(make_card(), 29), CardMemory())) == 256
    with pytest.raises(CardAnswerError) as caught:
        visited(Narrow(make_card(), 28), CardMemory())
    assert caught.value.sw == 0x6700


def test_6700_for_a_short_identifier_is_not_taken_for_a_length_for_ever(make_card: type[CardDouble]) -> None:
    def refuse(apdu: bytes) -> tuple[bytes, int] | None:
        return (b"", 0x6700) if apdu[1] == READ and apdu[2] & 0x80 else None

    link, memory = Narrow(make_card(always=refuse), 65_536), CardMemory()
    visited(link, memory)
    visited(link, memory)
    assert link.lengths[0] == 256


def rsa_certificate(bits: int) -> bytes:
    key = rsa.generate_private_key(65537, bits)
    return a_certificate(key)


def a_certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    from datetime import UTC, datetime, timedelta

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=1))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@pytest.fixture(scope="module")
def rsa_3072() -> bytes:
    return rsa_certificate(3072)


def test_the_length_of_a_signature_is_that_of_the_modulus(
    rsa_3072: bytes, make_certificate: Callable[..., bytes]
) -> None:
    assert signature_length(rsa_3072) == 384
    assert signature_length(rsa_certificate(2048)) == 256
    # Of an elliptic curve, of a key that is none, of no certificate at all.
    others = a_certificate(ec.generate_private_key(ec.SECP384R1())), make_certificate(), b""
    assert [signature_length(other) for other in others] == [0, 0, 0]


def test_a_signature_of_384_bytes_is_asked_for_at_once(make_card: type[CardDouble], rsa_3072: bytes) -> None:
    """By extended Le, for such a card has no 61xx."""
    signature = hashlib.sha256(b"").digest() * 12
    link = Narrow(make_card(certificate=rsa_3072), 65_536, signature=signature)
    assert visited(link, CardMemory()) == signature
    assert link.lengths[-1] == 384
    assert link.card.log[-1] == "802A0097000033" + link.card.log[-1][14:-4] + "0180"


def test_where_the_road_is_short_it_comes_in_parts(make_card: type[CardDouble], rsa_3072: bytes) -> None:
    signature = hashlib.sha256(b"").digest() * 12
    link = Narrow(make_card(certificate=rsa_3072), 253, signature=signature)
    assert visited(link, CardMemory()) == signature
    assert link.lengths[-2:] == [253, 131]


def test_case_4_extended() -> None:
    """ISO/IEC 7816-3, 12.1.3: both lengths are extended, behind one zero byte."""
    assert bytes(Command(0x80, 0x2A, 0, 0x97, b"\x01\x02", 384).encode()) == bytes.fromhex("802A009700000201020180")
    assert bytes(Command(0, 0xA4, 4, 0, b"\x01", 65_536).encode()) == bytes.fromhex("00A4040000000101" + "0000")

"""The public key in a card's certificate: of which kind it is, and what its signatures look like."""

from __future__ import annotations

from enum import StrEnum

from drivers.errors import BadCardData
from drivers.tlv import Tlv, children

__all__ = ["KeyKind", "der_of_raw", "key_kind", "signature_length"]


class KeyKind(StrEnum):
    """The kinds of keys that a card may sign with."""

    RSA = "RSA"
    EC_P256 = "EC-P256"
    EC_P384 = "EC-P384"


_INTEGER, _BIT_STRING, _OBJECT_IDENTIFIER, _SEQUENCE, _VERSION = 0x02, 0x03, 0x06, 0x30, 0xA0
_RSA = bytes.fromhex("2A864886F70D010101")
_EC = bytes.fromhex("2A8648CE3D0201")
_CURVES = {
    bytes.fromhex("2A8648CE3D030107"): KeyKind.EC_P256,
    bytes.fromhex("2B81040022"): KeyKind.EC_P384,
}
_BEFORE_KEY = 5
_MOST_BYTES = {KeyKind.EC_P256: 32, KeyKind.EC_P384: 48}


def key_kind(certificate: bytes) -> KeyKind:
    """Return the kind of the public key in a certificate (DER; RFC 5280, 4.1, subjectPublicKeyInfo).

    Raises:
        BadCardData: This is no certificate, or its key is of another kind.

    """
    algorithm = children(_inside(_key_of(certificate), 0))
    identifiers = [item.value if item.tag == _OBJECT_IDENTIFIER else b"" for item in algorithm[:2]]
    if identifiers[:1] == [_RSA]:
        return KeyKind.RSA
    if identifiers[:1] == [_EC] and identifiers[1:] and identifiers[1] in _CURVES:
        return _CURVES[identifiers[1]]
    raise BadCardData("the certificate is about a key of an unknown kind")


def signature_length(certificate: bytes) -> int:
    """Return the length of an RSA signature in bytes, which is that of the modulus; 0 for any other key."""
    try:
        key = _key_of(certificate)
        # The first byte of a BIT STRING counts its unused bits.
        modulus = children(_inside(children(_bits(key)), 0))[:1] if key_kind(certificate) is KeyKind.RSA else []
    except BadCardData:
        return 0
    return len(modulus[0].value.lstrip(b"\0")) if modulus and modulus[0].tag == _INTEGER else 0


def der_of_raw(kind: KeyKind, raw: bytes) -> bytes:
    """Return an ECDSA signature given as r || s (IEEE P1363) as a DER sequence (RFC 3279, 2.2.3).

    Raises BadCardData where it has another length than twice the curve's.
    """
    size = _MOST_BYTES[kind]
    if len(raw) != 2 * size:
        raise BadCardData(f"a signature of {len(raw)} bytes where {2 * size} belong")
    body = _integer(raw[:size]) + _integer(raw[size:])
    return bytes([_SEQUENCE, len(body)]) + body


def _integer(number: bytes) -> bytes:
    value = int.from_bytes(number, "big")
    body = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return bytes([_INTEGER, len(body)]) + body


def _key_of(certificate: bytes) -> list[Tlv]:
    """Return what subjectPublicKeyInfo holds: the algorithm and the key. Raises BadCardData."""
    fields = children(_inside(children(_inside(children(certificate), 0)), 0))
    place = _BEFORE_KEY + (bool(fields) and fields[0].tag == _VERSION)
    return children(_inside(fields, place))


def _bits(key: list[Tlv]) -> bytes:
    return key[1].value[1:] if key[1:] and key[1].tag == _BIT_STRING else b""


def _inside(items: list[Tlv], place: int) -> bytes:
    """Return what the SEQUENCE at ``place`` holds. Raises BadCardData where there is none."""
    if place >= len(items) or items[place].tag != _SEQUENCE:
        raise BadCardData("a certificate in which no key can be found")
    return items[place].value

"""The key in a certificate, found without trusting any of its bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import BadCardData
from drivers.keys import KeyKind, der_of_raw, key_kind
from drivers.tlv import MAX_SIZE, children
from simulators.pki import next_authority, pool_key, user_authority

if TYPE_CHECKING:
    from simulators.pki import Authority

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return user_authority(NOW)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("rsa2048-07", KeyKind.RSA),
        ("rsa1024-01", KeyKind.RSA),
        ("p256-01", KeyKind.EC_P256),
        ("p384-02", KeyKind.EC_P384),
    ],
)
def test_kinds(authority: Authority, key: str, kind: KeyKind) -> None:
    assert key_kind(authority.issue(key=pool_key(key)).der) is kind
    assert key_kind(next_authority(NOW).issue(key=pool_key(key)).der) is kind


def test_a_curve_that_no_card_has(authority: Authority) -> None:
    with pytest.raises(BadCardData, match="unknown kind"):
        key_kind(authority.issue(key=pool_key("p521-01")).der)


def test_a_certificate_of_version_1_has_no_version(make_certificate: Callable[..., bytes]) -> None:
    der = make_certificate(400)
    # Its first field and what follows move up by the five bytes that go.
    shorter = b"\x30\x82" + (400 - 9).to_bytes(2, "big") + b"\x30\x82" + (400 - 13).to_bytes(2, "big") + der[13:]
    assert key_kind(shorter) is key_kind(der) is KeyKind.RSA


@pytest.mark.parametrize(
    "der",
    [b"", b"\x30\x00", b"\x30\x02\x30\x00", b"\x04\x02\x30\x00", b"\x30\x80", b"\x30\x05\x30\x00", b"\x1f" * 9]
    + [bytes([0x30, 2 * n + 2, 0x30, 2 * n]) + b"\x30\x00" * n for n in (5, 6, 7)]
    + [b"\x30\x0e\x30\x0c" + b"\x30\x00" * 5 + b"\x02\x00"],
)
def test_what_is_no_certificate(der: bytes) -> None:
    with pytest.raises(BadCardData):
        key_kind(der)


@given(st.binary(max_size=200))
def test_any_bytes_end_in_an_error_of_ours(der: bytes) -> None:
    with pytest.raises(BadCardData):
        key_kind(der)


@given(place=st.integers(0, 4000), byte=st.integers(0, 255), length=st.integers(0, 4000))
def test_a_certificate_that_was_tampered_with(place: int, byte: int, length: int) -> None:
    der = bytearray(ISSUED)
    der[place % len(der)] = byte
    try:
        assert key_kind(bytes(der[:length])) in KeyKind
    except BadCardData:
        pass


ISSUED = user_authority(NOW).issue().der


def test_side_by_side_objects_only() -> None:
    assert [(item.tag, item.value) for item in children(b"\x30\x02\x05\x00\x04\x01\xaa")] == [
        (0x30, b"\x05\x00"),
        (0x04, b"\xaa"),
    ]
    for wrong in (b"\x30\x05\x05\x00", bytes(MAX_SIZE + 1)):
        with pytest.raises(BadCardData):
            children(wrong)


@given(r=st.integers(1, 2**384 - 1), s=st.integers(1, 2**384 - 1))
def test_r_and_s_become_the_der_that_verifiers_take(r: int, s: int) -> None:
    raw = r.to_bytes(48, "big") + s.to_bytes(48, "big")
    assert der_of_raw(KeyKind.EC_P384, raw) == encode_dss_signature(r, s)


@pytest.mark.parametrize("length", [0, 64, 95, 97, 256])
def test_a_signature_of_another_length_is_none_of_this_curve(length: int) -> None:
    with pytest.raises(BadCardData):
        der_of_raw(KeyKind.EC_P384, bytes(length))

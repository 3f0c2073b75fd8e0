"""The pseudonym of a certificate."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from kiosk.identity import binding_key, site_key_fingerprint, wrap_binding_key
from simulators import pki

SITE_KEY = bytes(range(32))
NEXT_KEY = bytes(range(32, 64))


@pytest.fixture(scope="module")
def plain(now):
    """An issuer whose name is written out in the vectors below."""
    name = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "X")]
    )
    return pki.root(name, pki.pool_key("rsa2048-03"), now)


ISSUER = bytes.fromhex("3019 310b3009060355040613024a50 310a3008060355040a0c0158")


@pytest.mark.parametrize(
    ("serial", "octets"),
    [(1, "01"), (0x7F, "7f"), (0x80, "0080"), (0x06D18006, "06d18006"), (1 << 158, "40" + "00" * 19)],
)
def test_vectors(serial, octets, plain):
    """HMAC-SHA256(site key, length and issuer, length and number), with lengths of four bytes, big-endian."""
    number = bytes.fromhex(octets)
    message = (27).to_bytes(4, "big") + ISSUER + len(number).to_bytes(4, "big") + number
    expected = hmac.new(SITE_KEY, message, hashlib.sha256).hexdigest()
    assert binding_key(plain.issue(serial=serial).certificate, SITE_KEY) == expected


def test_a_fixed_vector(plain):
    key = binding_key(plain.issue(serial=0x06D18006).certificate, SITE_KEY)
    assert key == "4b6b5861a6bc3c71748b1a5767ebef906cdeada33f966428e9936624883f4fa8"


def test_the_same_certificate_gives_the_same_key_and_a_renewed_one_another(user):
    first, renewed = user.issue(serial=5).certificate, user.issue(serial=6).certificate
    assert binding_key(first, SITE_KEY) == binding_key(first, SITE_KEY)
    assert binding_key(first, SITE_KEY) != binding_key(renewed, SITE_KEY)


def test_another_issuer_or_site_gives_another_key(user, plain):
    ours, theirs = (authority.issue(serial=5).certificate for authority in (user, plain))
    keys = {binding_key(ours, SITE_KEY), binding_key(theirs, SITE_KEY), binding_key(ours, NEXT_KEY)}
    assert len(keys) == 3


def test_rotation_wraps_what_is_stored(user, leaf):
    stored = binding_key(leaf.certificate, SITE_KEY)
    wrapped = wrap_binding_key(stored, NEXT_KEY)
    assert wrapped == binding_key(leaf.certificate, SITE_KEY + NEXT_KEY)
    assert wrapped == hmac.new(NEXT_KEY, bytes.fromhex(stored), hashlib.sha256).hexdigest()
    assert wrap_binding_key(wrapped, b"\x07" * 32) == binding_key(leaf.certificate, SITE_KEY + NEXT_KEY + b"\x07" * 32)


def test_a_forgery_has_the_key_of_its_victim_so_only_a_trusted_chain_may_be_looked_up(user, leaf, verifier_for, now):
    clone = pki.lookalike(user).issue(serial=leaf.certificate.serial_number)
    assert binding_key(clone.certificate, SITE_KEY) == binding_key(leaf.certificate, SITE_KEY)
    assert not verifier_for(user).check(clone.der, now).may_ask_pin


def test_the_fingerprint_of_a_site_key_is_an_hmac_of_a_fixed_label():
    expected = hmac.new(SITE_KEY, b"kiosk site key fingerprint", hashlib.sha256).hexdigest()
    assert site_key_fingerprint(SITE_KEY) == expected
    assert site_key_fingerprint(NEXT_KEY) != expected


def test_rotation_wraps_the_fingerprint_like_what_is_stored():
    wrapped = wrap_binding_key(site_key_fingerprint(SITE_KEY), NEXT_KEY)
    assert site_key_fingerprint(SITE_KEY + NEXT_KEY) == wrapped


@pytest.mark.parametrize("size", [0, 16, 31, 33, 32 * 65])
def test_a_site_key_of_a_wrong_size_is_refused(size, leaf):
    with pytest.raises(ValueError, match="site key"):
        binding_key(leaf.certificate, bytes(size))
    with pytest.raises(ValueError, match="site key"):
        site_key_fingerprint(bytes(size))


@pytest.mark.parametrize(("key", "part"), [("00" * 31, NEXT_KEY), ("zz" * 32, NEXT_KEY), ("00" * 32, b"short")])
def test_wrapping_refuses_what_has_a_wrong_form(key, part):
    with pytest.raises(ValueError, match="hex"):
        wrap_binding_key(key, part)

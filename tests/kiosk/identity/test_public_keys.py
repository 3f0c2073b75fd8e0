"""Keys and algorithms that the profile does not know are refused, never an error."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519

from kiosk.identity import Chain
from kiosk.identity.keys import accepted_hash, algorithm_name, is_signed_by, key_of, signature_fits
from simulators import pki

RSA_KEY = bytes.fromhex("2a864886f70d010101")
SHA256_WITH_RSA = bytes.fromhex("2a864886f70d01010b")
NO_ALGORITHM = bytes.fromhex("2a864886f70d01017f")


@pytest.fixture(scope="module")
def of_unknown_key(leaf):
    return x509.load_der_x509_certificate(leaf.der.replace(RSA_KEY, NO_ALGORITHM))


@pytest.fixture(scope="module")
def of_unknown_signature(leaf):
    return x509.load_der_x509_certificate(leaf.der.replace(SHA256_WITH_RSA, NO_ALGORITHM))


def test_a_key_that_the_library_does_not_know(of_unknown_key):
    assert (key_of(of_unknown_key), algorithm_name(of_unknown_key)) == (None, "unknown")


def test_a_signature_that_the_library_does_not_know(of_unknown_signature, user):
    assert not accepted_hash(of_unknown_signature)
    assert not is_signed_by(of_unknown_signature, user.certificate)


def test_an_edwards_key_is_not_of_the_profile(user, verifier_for, now):
    issued = user.issue(key=ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))
    check = verifier_for(user).check(issued.der, now)
    assert (check.chain, check.algorithm) == (Chain.UNTRUSTED, "unknown")


@pytest.mark.parametrize("digest", [None, hashes.SHA224(), hashes.SHA3_256()])
def test_a_hash_that_is_not_accepted_fits_nothing(digest):
    key = pki.pool_key("rsa2048-07").public_key()
    assert not signature_fits(key, b"data", bytes(256), digest)


def test_an_issuer_with_an_unknown_key_signed_nothing(of_unknown_key, leaf):
    assert not is_signed_by(leaf.certificate, of_unknown_key)

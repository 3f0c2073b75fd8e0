"""The card's signature over a fresh challenge."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from kiosk.identity import new_challenge, signature_is_valid
from simulators import pki


def signed(key: pki.PrivateKey, data: bytes, digest: hashes.HashAlgorithm) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), digest)
    return key.sign(data, ec.ECDSA(digest))


SHA1 = hashes.SHA1()  # noqa: S303 - it is what must be refused
KINDS = [("rsa2048-08", hashes.SHA256()), ("p384-02", hashes.SHA384()), ("p256-01", hashes.SHA256())]


def test_a_challenge_is_fresh_and_of_32_bytes():
    challenges = {new_challenge() for _ in range(100)}
    assert len(challenges) == 100
    assert {len(challenge) for challenge in challenges} == {32}


@pytest.mark.parametrize(("name", "digest"), KINDS)
def test_the_cards_own_signature_is_valid(name, digest, user):
    key, challenge = pki.pool_key(name), new_challenge()
    certificate = user.issue(key=key).certificate
    assert signature_is_valid(certificate, challenge, signed(key, challenge, digest))


@pytest.mark.parametrize(("name", "digest"), KINDS)
def test_a_clone_without_the_private_key_cannot_sign(name, digest, user):
    challenge = new_challenge()
    certificate = user.issue(key=pki.pool_key(name)).certificate
    assert not signature_is_valid(
        certificate, challenge, signed(pki.pool_key("rsa2048-06"), challenge, hashes.SHA256())
    )
    assert not signature_is_valid(certificate, challenge, signed(pki.pool_key("p384-01"), challenge, digest))


@pytest.mark.parametrize(("name", "digest"), KINDS)
def test_a_signature_over_an_earlier_challenge_is_a_replay(name, digest, user):
    key = pki.pool_key(name)
    replayed = signed(key, new_challenge(), digest)
    assert not signature_is_valid(user.issue(key=key).certificate, new_challenge(), replayed)


@pytest.mark.parametrize(
    ("name", "digest"),
    [("rsa2048-08", SHA1), ("rsa2048-08", hashes.SHA512()), ("p384-02", hashes.SHA256())],
)
def test_another_hash_is_refused(name, digest, user):
    key, challenge = pki.pool_key(name), new_challenge()
    certificate = user.issue(key=key).certificate
    assert not signature_is_valid(certificate, challenge, signed(key, challenge, digest))


def test_another_padding_is_refused(user):
    key, challenge = pki.pool_key("rsa2048-08"), new_challenge()
    assert isinstance(key, rsa.RSAPrivateKey)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    signature = key.sign(challenge, pss, hashes.SHA256())
    assert not signature_is_valid(user.issue(key=key).certificate, challenge, signature)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_challenge_of_another_size_is_none_of_ours(size, user):
    key, challenge = pki.pool_key("rsa2048-08"), bytes(size)
    certificate = user.issue(key=key).certificate
    assert not signature_is_valid(certificate, challenge, signed(key, challenge, hashes.SHA256()))


@pytest.mark.parametrize("name", ["rsa2048-08", "p384-02"])
@pytest.mark.parametrize(
    "signature", [b"", b"\x00", b"\x00" * 256, b"\xff" * 256, b"\x30\x06\x02\x01\x00\x02\x01\x00", b"\x00" * 4096]
)
def test_rubbish_is_no_signature(name, signature, user):
    certificate = user.issue(key=pki.pool_key(name)).certificate
    assert not signature_is_valid(certificate, new_challenge(), signature)


@pytest.mark.parametrize(("name", "digest"), [("rsa1024-01", hashes.SHA256()), ("p521-01", hashes.SHA384())])
def test_a_key_that_the_profile_refuses_proves_nothing(name, digest, user):
    key, challenge = pki.pool_key(name), new_challenge()
    certificate = user.issue(key=key).certificate
    assert not signature_is_valid(certificate, challenge, signed(key, challenge, digest))

"""Fuzz targets of what is signed: certificates, CRLs and OCSP answers, whatever was done to them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_der_x509_crl, ocsp

from kiosk.identity import Chain, CrlSource, NoSource, Revocation, TrustAnchor, TrustStore, Verifier, binding_key
from kiosk.identity.challenge import signature_is_valid
from kiosk.identity.crl import parse_crls
from kiosk.identity.ocsp import judge_response
from kiosk.identity.ocsp_form import OcspAnswer, take_apart
from simulators import pki
from tests.fuzz.card import GENUINE, NOW, USER

__all__ = [
    "answer",
    "certificate",
    "genuine_answers",
    "genuine_certificates",
    "genuine_lists",
    "is_signed",
    "revocation_list",
]

ROOTS = pki.jpki_generations(NOW)
VERIFIER = Verifier(TrustStore(tuple(TrustAnchor(root.certificate) for root in ROOTS)), NoSource())
OTHER = USER.issue(serial=0x5EC2E7A2)
NONCE = bytes(range(16))


@cache
def genuine_certificates() -> tuple[bytes, ...]:
    """What the trusted roots did sign: the usual one, one that is over, one of an older root, one for an EC key."""
    over = USER.issue(serial=0x5EC2E7A3, not_before=NOW - _YEARS * 2, not_after=NOW - _YEARS)
    old = ROOTS[1].issue(serial=0x5EC2E7A4)
    curve = USER.issue(serial=0x5EC2E7A5, key=pki.pool_key("p384-02"))
    return GENUINE.der, over.der, old.der, curve.der


@cache
def genuine_lists() -> tuple[bytes, ...]:
    """CRLs of the authority: one that lists the certificate, one that does not, a delta, a part."""
    listed = [GENUINE.certificate]
    return (
        USER.crl(revoked=listed),
        USER.crl(revoked=[OTHER.certificate], partition=pki.DEFAULT_PARTITION),
        USER.crl(revoked=listed, number=2, delta_of=1),
        USER.crl(revoked=[*listed, pki.Listed(7)], partition=pki.DEFAULT_PARTITION),
    )


@cache
def genuine_answers() -> tuple[bytes, ...]:
    """OCSP answers of the authority and of its responder, good and revoked."""
    gone = ocsp.OCSPCertStatus.REVOKED
    return (
        USER.ocsp(GENUINE.certificate, nonce=NONCE),
        USER.ocsp(GENUINE.certificate, nonce=NONCE, responder=USER.responder()),
        USER.ocsp(GENUINE.certificate, nonce=NONCE, status=gone),
    )


def certificate(data: bytes) -> None:
    """Any bytes get a verdict; a good one only what a trusted root did sign, however it is wrapped."""
    found = VERIFIER.check(data, NOW)
    assert repr(found) and isinstance(found.subject + found.issuer + found.algorithm, str)
    if found.certificate is None:
        assert found.chain is Chain.MALFORMED and not found.may_ask_pin
        return
    assert found.last_day
    assert not signature_is_valid(found.certificate, bytes(32), data[:512])
    if found.may_be_genuine:
        assert found.certificate.tbs_certificate_bytes in _signed_certificates()
        assert len(binding_key(found.certificate, bytes(32))) == 64


def revocation_list(data: bytes) -> None:
    """Any bytes are read; only what the authority signed says anything, and a source says the same."""
    lists = parse_crls(data).lists
    said = {crl.status(GENUINE.certificate, USER.certificate, NOW) for crl in lists} | {Revocation.NOT_CHECKED}
    assert said == {Revocation.NOT_CHECKED} or any(signed in data for signed in _signed_lists())
    path = _folder() / "list.crl"
    path.write_bytes(data)
    assert CrlSource((path,)).status(GENUINE.certificate, USER.certificate, NOW) in said


def answer(data: bytes) -> None:
    """Any bytes are an answer that counts only if it was signed, else ``not_checked``."""
    said = judge_response(data, GENUINE.certificate, USER.certificate, NONCE, NOW)
    if said is not Revocation.NOT_CHECKED:
        assert is_signed(take_apart(data))


@cache
def _signed_certificates() -> frozenset[bytes]:
    loaded = (VERIFIER.check(der, NOW).certificate for der in genuine_certificates())
    own = (root.certificate for root in ROOTS)
    return frozenset(found.tbs_certificate_bytes for found in (*loaded, *own) if found is not None)


@cache
def _signed_lists() -> frozenset[bytes]:
    return frozenset(load_der_x509_crl(der).tbs_certlist_bytes for der in genuine_lists())


def is_signed(answer: OcspAnswer) -> bool:
    """Whether the authority's or its responder's key signed it; a set of bytes would not do, for each has its time."""
    return any(_fits(key, answer) for key in (USER.key, pki.pool_key("rsa2048-12")))


def _fits(key: pki.PrivateKey, answer: OcspAnswer) -> bool:
    public, algorithm = key.public_key(), answer.response.signature_hash_algorithm
    assert isinstance(public, rsa.RSAPublicKey) and algorithm is not None
    try:
        public.verify(answer.response.signature, answer.signed, padding.PKCS1v15(), algorithm)
    except InvalidSignature:
        return False
    return True


@cache
def _folder() -> Path:
    return Path(_FOLDER.name)


_FOLDER = TemporaryDirectory(prefix="fuzz-crl-")
_YEARS = NOW - NOW.replace(year=NOW.year - 1)

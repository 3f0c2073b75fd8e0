"""A second opinion: the openssl command takes our simulated certificates and lists for what they are."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.identity import Chain
from simulators import pki

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command is not installed")


def openssl(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, timeout=30, check=False)


def verified(root, issued, now: datetime, *options: object) -> bool:
    return (
        openssl("verify", "-x509_strict", "-attime", int(now.timestamp()), *options, "-CAfile", root, issued).returncode
        == 0
    )


def pem(crl: bytes) -> bytes:
    return x509.load_der_x509_crl(crl).public_bytes(Encoding.PEM)


AUTHORITIES = {
    "current": pki.user_authority,
    "second generation": lambda now: pki.jpki_generations(now)[1],
    "signing": pki.signing_authority,
    "test hierarchy": pki.test_hierarchy,
    "next generation": pki.next_authority,
}


@pytest.mark.parametrize("name", AUTHORITIES)
def test_openssl_accepts_what_our_authorities_issue(name, now, write):
    authority = AUTHORITIES[name](now)
    assert verified(write("root.pem", authority.pem), write("leaf.pem", authority.issue().pem), now)


def test_openssl_and_we_refuse_a_forgery(user, verifier_for, now, write):
    forged = pki.lookalike(user).issue()
    assert not verified(write("root.pem", user.pem), write("leaf.pem", forged.pem), now)
    assert verifier_for(user).check(forged.der, now).chain is Chain.UNTRUSTED


@pytest.mark.parametrize("partition", [None, pki.DEFAULT_PARTITION])
@pytest.mark.parametrize("revoked", [False, True])
def test_openssl_reads_our_lists(partition, revoked, user, leaf, now, write):
    listed = [17, leaf.certificate] if revoked else [17]
    crl = write("list.pem", pem(user.crl(revoked=listed, partition=partition)))
    paths = write("root.pem", user.pem), write("leaf.pem", leaf.pem)
    assert verified(*paths, now, "-crl_check", "-extended_crl", "-CRLfile", crl) is not revoked


def test_openssl_verifies_the_signature_of_our_lists(user, write):
    root, crl = write("root.pem", user.pem), write("list.pem", pem(user.crl()))
    forged = write("forged.pem", pem(pki.lookalike(user).crl()))
    assert "verify OK" in openssl("crl", "-in", crl, "-CAfile", root, "-noout").stderr
    assert "verify OK" not in openssl("crl", "-in", forged, "-CAfile", root, "-noout").stderr

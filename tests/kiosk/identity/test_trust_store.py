"""Roots from files and folders."""

from __future__ import annotations

import base64
import os

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID, ObjectIdentifier

from kiosk.identity import TrustAnchor, TrustError, TrustStore
from kiosk.identity.trust import MAX_TRUST_FILE
from simulators import pki


def names(store: TrustStore) -> list[int]:
    return [anchor.certificate.serial_number for anchor in store.anchors]


def test_a_pem_whose_comment_begins_with_a_zero_is_no_der(user, write):
    assert names(TrustStore.load([write("root.pem", b"0 of 3 roots\n" + user.pem)])) == [3]


@pytest.mark.parametrize("encoding", ["pem", "der"])
def test_loads_a_file(encoding, user, write):
    assert names(TrustStore.load([write("root.cer", getattr(user, encoding))])) == [3]


def test_loads_several_certificates_of_one_pem_file(generations, write):
    bundle = b"# three roots\n" + b"\n".join(authority.pem for authority in generations)
    assert names(TrustStore.load([write("roots.pem", bundle)])) == [1, 2, 3]


def test_loads_the_certificate_files_of_a_folder_only(generations, write, tmp_path):
    first, second, third = generations
    write("trust/a.pem", first.pem)
    write("trust/b.CER", second.der)
    write("trust/c.der", third.der)
    write("trust/README.txt", b"not a certificate")
    write("trust/.hidden.pem", b"not a certificate")
    (tmp_path / "trust" / "folder.pem").mkdir()
    assert names(TrustStore.load([tmp_path / "trust"])) == [1, 2, 3]


def test_the_same_root_twice_counts_once(user, write):
    paths = [write("a.pem", user.pem), write("b.der", user.der)]
    assert len(TrustStore.load(paths).anchors) == 1


def test_no_paths_make_an_empty_store():
    assert TrustStore.load([]).anchors == ()


def numbered_zero(user) -> bytes:
    """A root's DER with another number: the library warns of it on standard error, and here a warning is an error."""
    return user.der.replace(b"\x02\x01\x03", b"\x02\x01\x00", 1)


def x509_pem(der: bytes) -> bytes:
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"


NOT_USABLE = {
    "rubbish": (lambda user: b"rubbish", "not a certificate"),
    "an empty file": (lambda user: b"", "not a certificate"),
    "DER cut short": (lambda user: user.der[:-1], "not a certificate"),
    "PEM of a key": (lambda user: user.pem.replace(b"CERTIFICATE", b"PRIVATE KEY"), "not a certificate"),
    "one bad block among good ones": (
        lambda user: user.pem + b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "not a certificate",
    ),
    "a block without its end": (lambda user: user.pem + user.pem[:-30], "not a certificate"),
    "the number zero": (lambda user: numbered_zero(user), "its number"),
    "the number zero in PEM": (
        lambda user: x509_pem(numbered_zero(user)),
        "its number",
    ),
    "too large": (lambda user: user.pem + b"\n" * MAX_TRUST_FILE, "larger"),
    "too many": (lambda user: user.pem * 65, "more than 64"),
    "a card's certificate": (lambda user: user.issue(serial=0x5EC2E7A1).pem, "not a certificate authority"),
    "not self-signed": (
        lambda user: (
            user.issue(
                instead={
                    x509.BasicConstraints: (x509.BasicConstraints(True, None), True),
                    x509.KeyUsage: (pki.key_usage("key_cert_sign", "crl_sign"), True),
                    x509.CertificatePolicies: None,
                }
            ).pem
        ),
        "not self-signed",
    ),
}


@pytest.mark.parametrize("name", NOT_USABLE)
def test_refuses_and_names_the_file_never_a_number(name, user, write):
    make, word = NOT_USABLE[name]
    path = write("root.pem", make(user))
    with pytest.raises(TrustError) as caught:
        TrustStore.load([path])
    assert str(caught.value).startswith(f"{path}: ")
    assert word in caught.value.message
    assert caught.value.path == path
    assert "5ec2e7a1" not in str(caught.value).lower()
    assert str(0x5EC2E7A1) not in str(caught.value)


UNKNOWN = x509.UnrecognizedExtension(ObjectIdentifier("1.2.392.200149.9999.1"), b"\x05\x00")

BAD_ROOTS = {
    "no basic constraints": {x509.BasicConstraints: None},
    "not a CA": {x509.BasicConstraints: (x509.BasicConstraints(False, None), True)},
    "may not sign certificates": {x509.KeyUsage: (pki.key_usage("digital_signature", "crl_sign"), True)},
    "unknown critical extension": {x509.UnrecognizedExtension: (UNKNOWN, True)},
}


@pytest.mark.parametrize("name", BAD_ROOTS)
def test_refuses_a_root_that_is_none(name, user, now, write):
    bad = pki.root(user.certificate.subject, user.key, now, instead=BAD_ROOTS[name])
    with pytest.raises(TrustError, match="not usable as a root"):
        TrustStore.load([write("root.pem", bad.pem)])


def test_refuses_a_root_with_a_weak_key(user, now, write):
    bad = pki.root(user.certificate.subject, pki.pool_key("rsa1024-01"), now)
    with pytest.raises(TrustError, match="too weak"):
        TrustStore.load([write("root.pem", bad.pem)])


def test_an_expired_root_may_be_loaded_it_is_judged_at_the_time_of_checking(generations, write):
    assert names(TrustStore.load([write("old.pem", generations[0].pem)])) == [1]


def test_refuses_what_is_not_there(tmp_path):
    with pytest.raises(TrustError, match="No such file"):
        TrustStore.load([tmp_path / "none.pem"])


def test_refuses_a_folder_without_certificates(tmp_path):
    with pytest.raises(TrustError, match="holds no certificate file"):
        TrustStore.load([tmp_path])


def test_refuses_a_folder_with_too_many_files(tmp_path, user):
    for number in range(257):
        (tmp_path / f"{number}.pem").write_bytes(user.pem)
    with pytest.raises(TrustError, match="more than 256 files"):
        TrustStore.load([tmp_path])


def test_a_folder_that_cannot_be_listed_is_refused(tmp_path, mocker):
    mocker.patch("pathlib.Path.iterdir", side_effect=PermissionError(13, "Permission denied"))
    with pytest.raises(TrustError, match="Permission denied"):
        TrustStore.load([tmp_path])


def test_a_root_in_a_folder_that_cannot_be_read_is_not_left_out_in_silence(tmp_path, user):
    (tmp_path / "one.pem").write_bytes(user.pem)
    (tmp_path / "two.pem").symlink_to("gone")
    with pytest.raises(TrustError, match="No such file or directory"):
        TrustStore.load([tmp_path])


def test_a_pipe_in_the_place_of_a_file_is_refused_and_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "root.pem")
    with pytest.raises(TrustError, match="not a regular file"):
        TrustStore.load([tmp_path / "root.pem"])


@pytest.mark.parametrize(
    ("organisation", "is_test"),
    [
        ("JPKI", False),
        ("JPKI-TEST", True),
        ("JPKI-SIMULATION", True),
        ("jpki-simulation", True),
        ("JPKI 模擬", True),
    ],
)
def test_a_test_root_is_known_by_its_subject(organisation, is_test, user, now):
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)])
    assert TrustAnchor(pki.root(name, user.key, now).certificate).is_test is is_test


def test_a_subject_of_bits_is_no_test(user, now):
    bits = x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, b"\x01\x02", x509.name._ASN1Type.BitString)
    assert not TrustAnchor(pki.root(x509.Name([bits]), user.key, now).certificate).is_test

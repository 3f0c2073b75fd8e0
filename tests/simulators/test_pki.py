"""The simulated authorities have the shape that the kiosk meets in the field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

from simulators import pki

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
DAY = timedelta(days=1)


def value(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> x509.Extension:
    return certificate.extensions.get_extension_for_class(kind)


def organisation(authority: pki.Authority) -> str:
    return authority.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value


def test_three_generations_share_a_name_and_no_key():
    generations = pki.jpki_generations(NOW)
    assert len({authority.certificate.subject for authority in generations}) == 1
    assert len({authority.key.public_key().public_numbers() for authority in generations}) == 3


def test_the_first_generation_is_over_and_the_last_two_overlap():
    periods = [
        (authority.certificate.not_valid_before_utc, authority.certificate.not_valid_after_utc)
        for authority in pki.jpki_generations(NOW)
    ]
    assert [begin <= NOW <= end for begin, end in periods] == [False, True, True]
    assert [begin.year for begin, _ in periods] == [2015, 2019, 2023]
    assert [end.year for _, end in periods] == [2025, 2029, 2033]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (pki.user_authority, "JPKI-SIMULATION"),
        (pki.signing_authority, "JPKI-SIMULATION"),
        (pki.next_authority, "JPKI-SIMULATION"),
        (pki.test_hierarchy, "JPKI-TEST"),
    ],
)
def test_every_authority_says_what_it_is(make, expected):
    authority = make(NOW)
    assert organisation(authority) == expected
    assert [attribute.oid for attribute in authority.certificate.subject] == [
        NameOID.COUNTRY_NAME,
        NameOID.ORGANIZATION_NAME,
        NameOID.ORGANIZATIONAL_UNIT_NAME,
        NameOID.ORGANIZATIONAL_UNIT_NAME,
    ]


def test_a_card_has_the_profile_of_a_user_authentication_certificate():
    authority = pki.user_authority(NOW)
    certificate = authority.issue().certificate
    assert certificate.version is x509.Version.v3
    assert [attribute.oid for attribute in certificate.subject] == [NameOID.COUNTRY_NAME, NameOID.COMMON_NAME]
    assert isinstance(certificate.public_key(), rsa.RSAPublicKey)
    assert certificate.public_key().key_size == 2048
    usage = value(certificate, x509.KeyUsage)
    assert (usage.critical, usage.value) == (True, pki.key_usage("digital_signature"))
    policies = value(certificate, x509.CertificatePolicies)
    assert policies.critical
    assert [policy.policy_identifier for policy in policies.value] == [pki.USER_POLICY]
    (point,) = value(certificate, x509.CRLDistributionPoints).value
    assert isinstance(point.full_name[0], x509.DirectoryName)
    certificate.verify_directly_issued_by(authority.certificate)


def test_the_common_name_does_not_contain_the_number():
    certificate = pki.user_authority(NOW).issue(serial=0x0ABCDEF1).certificate
    assert "ABCDEF1" not in certificate.subject.rfc4514_string()


def test_what_is_issued_under_the_same_number_is_the_same_card():
    first, second = (pki.user_authority(NOW).issue(serial=4242) for _ in range(2))
    assert first.der == second.der


def test_a_card_never_outlives_its_authority_by_default():
    for authority in pki.jpki_generations(NOW):
        assert authority.issue().certificate.not_valid_after_utc <= authority.certificate.not_valid_after_utc


def test_extensions_can_be_replaced_and_dropped():
    instead = {x509.KeyUsage: None, x509.BasicConstraints: (x509.BasicConstraints(True, None), True)}
    extensions = pki.user_authority(NOW).issue(instead=instead).certificate.extensions
    assert extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    with pytest.raises(x509.ExtensionNotFound):
        extensions.get_extension_for_class(x509.KeyUsage)


def test_the_next_generation_signs_with_p384():
    authority = pki.next_authority(NOW)
    issued = authority.issue(key=pki.pool_key("p384-02"))
    assert isinstance(issued.certificate.public_key(), ec.EllipticCurvePublicKey)
    assert issued.certificate.signature_hash_algorithm.name == "sha384"


def test_a_lookalike_differs_in_the_key_only():
    true = pki.user_authority(NOW)
    false = pki.lookalike(true)
    assert false.certificate.subject == true.certificate.subject
    assert false.certificate.serial_number == true.certificate.serial_number
    assert false.key.public_key() != true.key.public_key()


def test_a_partition_names_the_point_that_is_in_the_certificate():
    authority = pki.user_authority(NOW)
    (point,) = value(authority.issue(partition="Mitaka-shi CRLDP").certificate, x509.CRLDistributionPoints).value
    crl = x509.load_der_x509_crl(authority.crl(partition="Mitaka-shi CRLDP"))
    scope = crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint)
    assert (scope.critical, scope.value.full_name) == (True, point.full_name)


def test_a_list_holds_certificates_numbers_and_whole_lines():
    authority = pki.user_authority(NOW)
    leaf = authority.issue(serial=5).certificate
    line = pki.Listed(7, on=NOW - 3 * DAY, reason=x509.ReasonFlags.certificate_hold)
    crl = x509.load_der_x509_crl(authority.crl(revoked=[leaf, 6, line]))
    assert [entry.serial_number for entry in crl] == [5, 6, 7]
    assert crl[2].revocation_date_utc == NOW - 3 * DAY
    assert crl[2].extensions.get_extension_for_class(x509.CRLReason).value.reason is line.reason
    assert crl.is_signature_valid(authority.certificate.public_key())


def test_a_delta_names_its_base():
    crl = x509.load_der_x509_crl(pki.user_authority(NOW).crl(number=9, delta_of=8))
    delta = crl.extensions.get_extension_for_class(x509.DeltaCRLIndicator)
    assert (delta.critical, delta.value.crl_number) == (True, 8)


def test_a_responder_is_appointed_by_its_authority():
    authority = pki.user_authority(NOW)
    responder = authority.responder()
    responder.certificate.verify_directly_issued_by(authority.certificate)
    response = ocsp.load_der_ocsp_response(
        authority.ocsp(authority.issue().certificate, responder=responder, nonce=b"12345678")
    )
    assert response.certificates == [responder.certificate]
    assert response.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"12345678"


def test_private_keys_do_not_show():
    authority = pki.user_authority(NOW)
    assert "PrivateKey" not in f"{authority!r} {authority.issue()!r}"


def test_every_key_of_the_pool_is_labelled_as_a_test_key():
    folder = pki.pool_key.__wrapped__.__globals__["_FOLDER"]
    files = sorted(folder.glob("*.pem"))
    assert len(files) == 17
    assert all(file.read_bytes().startswith(b"TEST KEY") and file.name.startswith("test-only-") for file in files)

"""Check the profile of a user authentication certificate (利用者証明用電子証明書): what a leaf must be like.

The rules are RFC 5280 section 4 and what is known of the JPKI profile. The profile document itself is not public, so a
field whose value nobody could confirm (extendedKeyUsage) is judged only if the certificate itself calls it critical.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, TypeVar

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from kiosk.identity.der import INTEGER, DerError, context, element
from kiosk.identity.keys import accepted_hash, key_of

__all__ = [
    "MAX_CERTIFICATE",
    "PRODUCTION_POLICIES",
    "TEST_POLICIES",
    "Kind",
    "MalformedCertificate",
    "extension",
    "parse_certificate",
    "profile_fault",
    "require_number",
]

MAX_CERTIFICATE: Final = 4096
"""Bytes. The card's file holds 3808; certificates of 1.5 kB were seen."""

PRODUCTION_POLICIES: Final = frozenset({"1.2.392.200149.8.5.1.3.30"})
TEST_POLICIES: Final = frozenset({"1.2.392.200149.8.5.1.0.20"})

_MAX_SERIAL_BITS = 159  # RFC 5280 4.1.2.2: positive and at most 20 octets
_UNDERSTOOD = frozenset(
    {
        ExtensionOID.KEY_USAGE,
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
        # Names only: nothing is read from them, so nothing is to be enforced.
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.ISSUER_ALTERNATIVE_NAME,
    }
)

Kind = TypeVar("Kind", bound=x509.ExtensionType)


class MalformedCertificate(ValueError):
    """The bytes are not an X.509 v3 certificate in DER. The text says why and quotes nothing of them."""


def parse_certificate(der: bytes) -> x509.Certificate:
    """Return the certificate that ``der`` holds, to the last byte.

    Raises:
        MalformedCertificate: The bytes are anything else.

    """
    if len(der) > MAX_CERTIFICATE:
        raise MalformedCertificate(f"longer than {MAX_CERTIFICATE} bytes")
    require_number(der)
    try:
        certificate = x509.load_der_x509_certificate(bytes(der))
        _read_everything(certificate)
    except (
        Exception
    ):  # The exceptions that hostile DER causes in a parser are listed nowhere; all of them mean the same.
        raise MalformedCertificate("not a certificate in DER") from None
    if certificate.version is not x509.Version.v3:
        raise MalformedCertificate("not an X.509 v3 certificate")
    return certificate


def require_number(der: bytes) -> None:
    """Check the serial number before the library does, which would write a warning about it to standard error.

    Raises:
        MalformedCertificate: The number is not positive, or too long.

    """
    try:
        fields = next(element(der, 0, len(der)).inside()).inside()
        # Only a certificate of version 1 begins with its number.
        found = next(field for field in fields if field.tag != context(0))
    except (DerError, StopIteration):
        raise MalformedCertificate("not a certificate in DER") from None
    number = int.from_bytes(found.value, "big", signed=True) if found.tag == INTEGER else 0
    if number <= 0 or number.bit_length() > _MAX_SERIAL_BITS:
        raise MalformedCertificate("its number is not of the form of RFC 5280")


def _read_everything(certificate: x509.Certificate) -> None:
    """Read every field, because the library parses lazily and would raise the fault later and elsewhere."""
    for part in (certificate.subject, certificate.issuer):
        part.rfc4514_string()
    if certificate.not_valid_before_utc > certificate.not_valid_after_utc:
        raise ValueError("ends before it begins")
    list(certificate.extensions)


def profile_fault(certificate: x509.Certificate, policies: Collection[str]) -> str | None:
    """Return why this cannot be a card's certificate under one of these policy OIDs; None if it can."""
    checks = (
        (key_of(certificate) is not None, "its key is too weak or of an unknown kind"),
        (accepted_hash(certificate) is not None, "it is signed with an algorithm that is not accepted"),
        (not _is_authority(certificate), "it is the certificate of an authority, not of a person"),
        (_may_sign(certificate), "its key usage does not allow signatures for authentication"),
        (_has_policy(certificate, policies), "it was not issued under the policy for user authentication"),
        (_critical_ones_are_understood(certificate), "it has a critical extension that is not understood"),
    )
    return next((fault for fine, fault in checks if not fine), None)


def extension(certificate: x509.Certificate, kind: type[Kind]) -> Kind | None:
    """Return the value of the extension of that kind; None if the certificate has none."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _is_authority(certificate: x509.Certificate) -> bool:
    constraints = extension(certificate, x509.BasicConstraints)
    usage = extension(certificate, x509.KeyUsage)
    signs_others = usage is not None and (usage.key_cert_sign or usage.crl_sign)
    return signs_others or (constraints is not None and constraints.ca)


def _may_sign(certificate: x509.Certificate) -> bool:
    usage = extension(certificate, x509.KeyUsage)
    return usage is not None and usage.digital_signature


def _has_policy(certificate: x509.Certificate, policies: Collection[str]) -> bool:
    stated = extension(certificate, x509.CertificatePolicies) or ()
    return any(policy.policy_identifier.dotted_string in policies for policy in stated)


def _critical_ones_are_understood(certificate: x509.Certificate) -> bool:
    critical = [item for item in certificate.extensions if item.critical]
    purposes = [item.value for item in critical if isinstance(item.value, x509.ExtendedKeyUsage)]
    return all(item.oid in _UNDERSTOOD for item in critical) and all(
        ExtendedKeyUsageOID.CLIENT_AUTH in purpose for purpose in purposes
    )

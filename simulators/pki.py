"""Simulate a public-key infrastructure in the shape of JPKI (公的個人認証).

It makes roots, cards' certificates, CRLs and OCSP responses as in RFC 5280 and what is known of the profile: opaque
subject, critical policy, CRL distribution point as a DirectoryName. Every authority marks itself in its subject
(``O=JPKI-SIMULATION``; the test hierarchy ``O=JPKI-TEST``), and every private key comes from the public pool in
``simulators/keys``, so nothing made here can pass for real.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from simulators.keys import PrivateKey, pool_key
from simulators.keys.signing import Instead, Usual, extended, hash_for, key_usage

__all__ = [
    "DEFAULT_PARTITION",
    "SIGN_POLICY",
    "TEST_POLICY",
    "USER_POLICY",
    "Authority",
    "Issued",
    "Listed",
    "PrivateKey",
    "distribution_point",
    "jpki_generations",
    "key_usage",
    "lookalike",
    "next_authority",
    "pool_key",
    "root",
    "signing_authority",
    "test_hierarchy",
    "user_authority",
]

USER_POLICY: Final = ObjectIdentifier("1.2.392.200149.8.5.1.3.30")
SIGN_POLICY: Final = ObjectIdentifier("1.2.392.200149.8.5.1.1.20")
TEST_POLICY: Final = ObjectIdentifier("1.2.392.200149.8.5.1.0.20")
DEFAULT_PARTITION: Final = "Musashino-shi CRLDP"
"""The common name of the CRL's distribution point if none is given."""

_CPS = "http://www.jpki.go.jp/cps.html"
_CARD_KEYS = tuple(f"rsa2048-{number:02}" for number in range(7, 13))
_serials = itertools.count(0x0A5A5A01)
_DAY = timedelta(days=1)
_YEAR = timedelta(days=365, hours=6)


@dataclass(frozen=True)
class Issued:
    """A certificate together with its private key, as a simulated card holds them."""

    certificate: x509.Certificate
    key: PrivateKey = field(repr=False)

    @property
    def der(self) -> bytes:
        """The certificate as DER, as on the card."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)


@dataclass(frozen=True)
class Listed:
    """One line of a CRL, if a bare certificate or serial does not say enough."""

    serial: int = field(repr=False)
    on: datetime | None = None
    reason: x509.ReasonFlags | None = None
    certificate_issuer: x509.Name | None = None
    critical_extra: x509.UnrecognizedExtension | None = None


@dataclass(frozen=True)
class Authority:
    """A certificate authority (認証局). Default validity periods count from ``now``."""

    certificate: x509.Certificate
    key: PrivateKey = field(repr=False)
    now: datetime
    policy: ObjectIdentifier = USER_POLICY

    @property
    def pem(self) -> bytes:
        """The authority's own certificate as PEM, for a trust folder."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def der(self) -> bytes:
        """The authority's own certificate as DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def issue(
        self,
        *,
        serial: int | None = None,
        common_name: str | None = None,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        key: PrivateKey | None = None,
        subject: x509.Name | None = None,
        partition: str = DEFAULT_PARTITION,
        policy: ObjectIdentifier | None = None,
        instead: Instead | None = None,
    ) -> Issued:
        """Return a user authentication certificate (利用者証明用電子証明書) and its key.

        Without dates it is valid from a year before ``now`` to four years after, but never beyond its authority's end.
        ``instead`` replaces or drops single extensions; every faulty variant is made that way.
        """
        number = next(_serials) if serial is None else serial
        chosen = key or pool_key(_CARD_KEYS[number % len(_CARD_KEYS)])
        end = not_after or min(self.now + 4 * _YEAR, self.certificate.not_valid_after_utc)
        builder = x509.CertificateBuilder(
            issuer_name=self.certificate.subject,
            subject_name=subject or _user_name(common_name or _opaque_code(number)),
            public_key=chosen.public_key(),
            serial_number=number,
            not_valid_before=not_before or min(self.now - _YEAR, end - _YEAR),
            not_valid_after=end,
        )
        usual = self._leaf_extensions(chosen, partition, policy or self.policy)
        return Issued(extended(builder, usual, instead).sign(self.key, hash_for(self.key)), chosen)

    def responder(
        self,
        *,
        key: PrivateKey | None = None,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        instead: Instead | None = None,
    ) -> Issued:
        """Return a delegated OCSP responder (RFC 6960 4.2.2.2) that is valid for a month around ``now``."""
        eku = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
        return self.issue(
            subject=_name("JPKI-SIMULATION", "OCSP responder"),
            key=key or pool_key("rsa2048-12"),
            not_before=not_before or self.now - 15 * _DAY,
            not_after=not_after or self.now + 15 * _DAY,
            instead={
                x509.ExtendedKeyUsage: (eku, False),
                x509.OCSPNoCheck: (x509.OCSPNoCheck(), False),
                **(instead or {}),
            },
        )

    def crl(
        self,
        *,
        revoked: Iterable[x509.Certificate | int | Listed] = (),
        this_update: datetime | None = None,
        next_update: datetime | None = None,
        partition: str | None = None,
        number: int = 1,
        delta_of: int | None = None,
        scope: x509.IssuingDistributionPoint | None = None,
        issuer: x509.Name | None = None,
        instead: Instead | None = None,
    ) -> bytes:
        """Return a CRL as DER, by default made yesterday and valid for a week from ``now``.

        ``partition`` makes it a partial CRL whose critical IssuingDistributionPoint (RFC 5280 5.2.5) names that point;
        ``scope`` sets that extension freely; ``delta_of`` makes it a delta to that base number.
        """
        made = this_update or self.now - _DAY
        builder = x509.CertificateRevocationListBuilder(
            issuer_name=issuer or self.certificate.subject,
            last_update=made,
            next_update=next_update or self.now + 7 * _DAY,
            # The entries are given all at once, because the builder's own method copies the list for every entry.
            revoked_certificates=[_entry(item, made) for item in revoked],
        )
        if partition is not None:
            scope = _scope(distribution_point(self.certificate.subject, partition))
        usual = self._crl_extensions(number, delta_of, scope)
        signed = extended(builder, usual, instead).sign(self.key, hash_for(self.key))
        return signed.public_bytes(serialization.Encoding.DER)

    def ocsp(
        self,
        certificate: x509.Certificate,
        *,
        status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
        this_update: datetime | None = None,
        next_update: datetime | None = None,
        nonce: bytes | None = None,
        responder: Issued | None = None,
        answers_for: x509.Certificate | None = None,
        attach: bool = True,
        algorithm: hashes.HashAlgorithm | None = None,
    ) -> bytes:
        """Return an OCSP response as DER, signed by this authority or by ``responder``.

        ``answers_for`` is the issuer that the certID names, if it must be another than this authority; ``attach`` says
        whether
        the responder's certificate is included.
        """
        made = this_update or self.now - timedelta(hours=1)
        gone = status is ocsp.OCSPCertStatus.REVOKED
        builder = ocsp.OCSPResponseBuilder().add_response(
            certificate,
            answers_for or self.certificate,
            algorithm or hashes.SHA1(),  # noqa: S303 - the certID of RFC 6960 names, it protects nothing
            status,
            made,
            next_update or self.now + _DAY,
            made if gone else None,
            None,
        )
        signer = responder or Issued(self.certificate, self.key)
        return _signed_answer(builder, signer, nonce, attach=attach and responder is not None)

    def _leaf_extensions(self, key: PrivateKey, partition: str, policy: ObjectIdentifier) -> Usual:
        point = distribution_point(self.certificate.subject, partition)
        qualified = x509.PolicyInformation(policy, [_CPS])
        return [
            (key_usage("digital_signature"), True),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False),
            (x509.CertificatePolicies([qualified]), True),
            (x509.CRLDistributionPoints([point]), False),
            (self._authority_key_identifier(), False),
            (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        ]

    def _crl_extensions(self, number: int, delta_of: int | None, scope: x509.IssuingDistributionPoint | None) -> Usual:
        delta = [] if delta_of is None else [(x509.DeltaCRLIndicator(delta_of), True)]
        limits = [] if scope is None else [(scope, True)]
        return [
            (self._authority_key_identifier(), False),
            (x509.CRLNumber(number), False),
            *delta,
            *limits,
        ]

    def _authority_key_identifier(self) -> x509.AuthorityKeyIdentifier:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())


def root(
    name: x509.Name,
    key: PrivateKey,
    now: datetime,
    *,
    serial: int = 1,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    policy: ObjectIdentifier = USER_POLICY,
    instead: Instead | None = None,
) -> Authority:
    """Return a self-signed authority with that name and key, by default in the middle of ten years."""
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=serial,
        not_valid_before=not_before or now - 3 * _YEAR,
        not_valid_after=not_after or now + 7 * _YEAR,
    )
    usual: Usual = [
        (x509.BasicConstraints(ca=True, path_length=None), True),
        (key_usage("key_cert_sign", "crl_sign"), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    ]
    return Authority(extended(builder, usual, instead).sign(key, hash_for(key)), key, now, policy)


def jpki_generations(now: datetime) -> list[Authority]:
    """Return three roots with one name and three keys, oldest first, with the ages of the real roots.

    The first ended about thirteen months ago, like the real one of 2015; the last two overlap.
    """
    ages = ((4051, 398), (2626, -1027), (1225, -2427))  # days before now: begin, end
    name = _name("JPKI-SIMULATION", "JPKI for user authentication")
    return [
        root(
            name,
            pool_key(f"rsa2048-{number:02}"),
            now,
            serial=number,
            not_before=now - begin * _DAY,
            not_after=now - end * _DAY,
        )
        for number, (begin, end) in enumerate(ages, start=1)
    ]


def user_authority(now: datetime) -> Authority:
    """Return the current generation for user authentication (利用者証明用)."""
    return jpki_generations(now)[-1]


def signing_authority(now: datetime) -> Authority:
    """Return the authority for digital signatures (署名用), whose certificates the kiosk must refuse."""
    name = _name("JPKI-SIMULATION", "JPKI for digital signature")
    return root(name, pool_key("rsa2048-04"), now, policy=SIGN_POLICY)


def test_hierarchy(now: datetime) -> Authority:
    """Return an authority with the name of the real test hierarchy (``O=JPKI-TEST``) and its test policy."""
    name = _name("JPKI-TEST", "JPKI for user authentication")
    return root(name, pool_key("rsa2048-05"), now, policy=TEST_POLICY)


def next_authority(now: datetime) -> Authority:
    """Return the announced next generation: ECDSA P-384 with SHA-384, under the same name, for cards of ten years."""
    name = _name("JPKI-SIMULATION", "JPKI for user authentication")
    return root(name, pool_key("p384-01"), now, serial=4, not_after=now + 17 * _YEAR)


def lookalike(authority: Authority) -> Authority:
    """Return a forger: a root with the same name, serial and dates, but another key."""
    true, key = authority.certificate, pool_key("rsa2048-06")
    forged = root(
        true.subject,
        key,
        authority.now,
        serial=true.serial_number,
        not_before=true.not_valid_before_utc,
        not_after=true.not_valid_after_utc,
    )
    return replace(forged, policy=authority.policy)


def distribution_point(issuer: x509.Name, partition: str) -> x509.DistributionPoint:
    """Return the CRL distribution point of that partition: a DirectoryName, as JPKI has it, not an address."""
    parts = [
        *list(issuer)[:3],
        _attribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "CRL Distribution Points"),
        _attribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Tokyo-to"),
        _attribute(NameOID.COMMON_NAME, partition),
    ]
    return x509.DistributionPoint([x509.DirectoryName(x509.Name(parts))], None, None, None)


def _scope(point: x509.DistributionPoint) -> x509.IssuingDistributionPoint:
    return x509.IssuingDistributionPoint(point.full_name, None, False, False, None, False, False)


def _signed_answer(builder: ocsp.OCSPResponseBuilder, signer: Issued, nonce: bytes | None, *, attach: bool) -> bytes:
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
    if attach:
        builder = builder.certificates([signer.certificate])
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.sign(signer.key, hash_for(signer.key)).public_bytes(serialization.Encoding.DER)


def _entry(item: x509.Certificate | int | Listed, made: datetime) -> x509.RevokedCertificate:
    serial = item.serial_number if isinstance(item, x509.Certificate) else item
    line = serial if isinstance(serial, Listed) else Listed(serial)
    builder = x509.RevokedCertificateBuilder(line.serial, line.on or made)
    if line.reason is not None:
        builder = builder.add_extension(x509.CRLReason(line.reason), critical=False)
    if line.certificate_issuer is not None:
        names = [x509.DirectoryName(line.certificate_issuer)]
        builder = builder.add_extension(x509.CertificateIssuer(names), critical=True)
    if line.critical_extra is not None:
        builder = builder.add_extension(line.critical_extra, critical=True)
    return builder.build()


def _opaque_code(number: int) -> str:
    """Return a code like the real ones, from which the certificate's number cannot be read."""
    return f"{sha256(str(number).encode()).hexdigest()[:12].upper()}SIM13203001A"


def _user_name(common_name: str) -> x509.Name:
    return x509.Name([_attribute(NameOID.COUNTRY_NAME, "JP"), _attribute(NameOID.COMMON_NAME, common_name)])


def _name(organisation: str, unit: str) -> x509.Name:
    agency = "Simulated Agency for Local Authority Information Systems"
    return x509.Name(
        [
            _attribute(NameOID.COUNTRY_NAME, "JP"),
            _attribute(NameOID.ORGANIZATION_NAME, organisation),
            _attribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            _attribute(NameOID.ORGANIZATIONAL_UNIT_NAME, agency),
        ]
    )


def _attribute(oid: ObjectIdentifier, text: str) -> x509.NameAttribute[str]:
    return x509.NameAttribute(oid, text)

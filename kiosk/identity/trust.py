"""Keep the trusted roots, and find which of them signed a certificate.

The three JPKI roots share one distinguished name, so the name proves nothing: the issuer is the root whose key verifies
the signature (``verify_directly_issued_by``). The authority's certificate on the card itself is never used. The
library's ``x509.verification`` builds a path and gives one yes or no at one instant. Here there is no path to build
(one tier), and the answer must say which of two certificates is out of date and which root it was, so the few checks
are made by hand. A test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtensionOID

from kiosk.files import FileError, files_under, read_bounded
from kiosk.identity.certificate_file import certificates_in
from kiosk.identity.keys import is_signed_by, key_of
from kiosk.identity.problems import Problem, Safeguard
from kiosk.identity.profile import MalformedCertificate, extension

__all__ = ["MAX_TRUST_FILE", "SOON", "TrustAnchor", "TrustError", "TrustStore"]

MAX_TRUST_FILE: Final = 1024 * 1024
SOON: Final = timedelta(days=30)
"""How long before its end staff are warned about a root."""

_NO_ROOT = "no root certificate is given (identity.trust, --trust), so that no card can be taken for genuine"
_MAX_FILES = 256
_MAX_CERTIFICATES = 64
_SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der"})
_TEST = re.compile("TEST|SIMULATION|模擬", re.IGNORECASE)
_UNDERSTOOD = frozenset({ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE})


class TrustError(Exception):
    """A file or folder cannot be used. The text names it and says why, but contains no certificate's number."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


@dataclass(frozen=True, slots=True)
class TrustAnchor:
    """One trusted root."""

    certificate: x509.Certificate

    @property
    def is_test(self) -> bool:
        """Whether the subject calls itself a test or a simulation: such a root is worth nothing in production."""
        return any(_TEST.search(_text(attribute.value)) for attribute in self.certificate.subject)

    def is_in_date(self, moment: datetime) -> bool:
        """Return whether its validity covers the moment (aware, whole seconds; both ends included)."""
        return self.certificate.not_valid_before_utc <= moment <= self.certificate.not_valid_after_utc

    def issued(self, certificate: x509.Certificate) -> bool:
        """Return whether this root's key verifies the certificate's signature and the names match."""
        return is_signed_by(certificate, self.certificate)


@dataclass(frozen=True, slots=True)
class TrustStore:
    """The trusted roots, each once."""

    anchors: tuple[TrustAnchor, ...] = ()

    @classmethod
    def load(cls, paths: Sequence[Path]) -> TrustStore:
        """Return the roots in PEM and DER files, and in folders of ``.pem .crt .cer .der`` files.

        A PEM file may hold several. Every certificate must be a self-signed authority that may sign certificates.

        Raises:
            TrustError: A file cannot be read, or holds something else; the error names the file.

        """
        found = {
            anchor.certificate.fingerprint(hashes.SHA256()): anchor for path in paths for anchor in _anchors_under(path)
        }
        return cls(tuple(found.values()))

    def issuers_of(self, certificate: x509.Certificate) -> tuple[TrustAnchor, ...]:
        """Return the roots whose key signed the certificate: none, one, or a root and its renewal with the same key."""
        return tuple(anchor for anchor in self.anchors if anchor.issued(certificate))

    def problems(self, now: datetime) -> tuple[Problem, ...]:
        """Return what is wrong with the roots at ``now`` (aware): none is in date, or one ends without a successor.

        The roots of JPKI share one name. An old one that is over (that of 2015) is no problem while its successors are
        there.
        """
        if not self.anchors:
            return (Problem(Safeguard.TRUST, _NO_ROOT, stops=True),)
        if not self.in_date(now):
            return (Problem(Safeguard.TRUST, "no root of identity.trust is in date", stops=True),)
        lasting = {anchor.certificate.subject for anchor in self.in_date(now + SOON)}
        ending = [anchor.certificate for anchor in self.anchors if anchor.certificate.subject not in lasting]
        ends = sorted({root.not_valid_after_utc for root in ending if root.not_valid_after_utc < now + SOON})
        return tuple(Problem(Safeguard.TRUST, _ending(end, now)) for end in ends)

    def in_date(self, now: datetime) -> tuple[TrustAnchor, ...]:
        """Return the roots that are in date at ``now`` (aware)."""
        moment = now.replace(microsecond=0)
        return tuple(anchor for anchor in self.anchors if anchor.is_in_date(moment))


def _ending(end: datetime, now: datetime) -> str:
    state = "is out of date" if end < now else "will soon be out of date"
    return f"a root {state}, and none of its name follows it: it ends on {end:%Y-%m-%d}"


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _anchors_under(path: Path) -> Iterable[TrustAnchor]:
    try:
        files = files_under(path, _MAX_FILES, lambda item: item.suffix.lower() in _SUFFIXES)
    except FileError as error:
        raise TrustError(path, str(error)) from None
    if not files:
        raise TrustError(path, "holds no certificate file (.pem, .crt, .cer, .der)")
    for file in files:
        yield from _anchors_in(file)


def _anchors_in(path: Path) -> Iterable[TrustAnchor]:
    for certificate in _certificates_in(path):
        fault = _anchor_fault(certificate)
        if fault is not None:
            raise TrustError(path, f"not usable as a root: {fault}")
        yield TrustAnchor(certificate)


def _certificates_in(path: Path) -> Sequence[x509.Certificate]:
    try:
        content = read_bounded(path, MAX_TRUST_FILE)
    except FileError as error:
        raise TrustError(path, str(error)) from None
    try:
        found = certificates_in(content)
    except MalformedCertificate as error:
        raise TrustError(path, str(error)) from None
    if len(found) > _MAX_CERTIFICATES:
        raise TrustError(path, f"holds more than {_MAX_CERTIFICATES} certificates")
    return found


def _anchor_fault(certificate: x509.Certificate) -> str | None:
    constraints = extension(certificate, x509.BasicConstraints)
    usage = extension(certificate, x509.KeyUsage)
    checks = (
        (constraints is not None and constraints.ca, "it is not a certificate authority"),
        (usage is None or usage.key_cert_sign, "its key may not sign certificates"),
        (key_of(certificate) is not None, "its key is too weak or of an unknown kind"),
        (is_signed_by(certificate, certificate), "it is not self-signed"),
        (
            all(item.oid in _UNDERSTOOD for item in certificate.extensions if item.critical),
            "it has a critical extension that is not understood",
        ),
    )
    return next((fault for fine, fault in checks if not fine), None)

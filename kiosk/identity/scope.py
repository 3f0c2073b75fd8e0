"""Decide which certificates a CRL covers, from its issuingDistributionPoint and theirs (RFC 5280 5.2.5 and 6.3.3)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto

from cryptography import x509

from kiosk.identity.profile import extension

__all__ = ["Coverage", "coverage"]


class Coverage(Enum):
    """How much a CRL can say about a certificate."""

    WHOLE = auto()
    """A listed certificate is revoked; one that is not listed is good."""
    PART = auto()
    """A listed certificate is revoked; one that is not listed may be either."""
    NONE = auto()
    """The CRL is about other certificates."""


def coverage(certificate: x509.Certificate, issuer: x509.Name, scope: x509.IssuingDistributionPoint | None) -> Coverage:
    """Return how much a CRL of ``issuer`` with that scope (None: no limit) can say about a card's certificate."""
    if scope is None:
        return Coverage.WHOLE
    if scope.only_contains_ca_certs or scope.only_contains_attribute_certs:
        return Coverage.NONE
    covered = _point_coverage(certificate, issuer, scope)
    partial = scope.only_some_reasons is not None or scope.indirect_crl
    return Coverage.PART if partial and covered is Coverage.WHOLE else covered


def _point_coverage(certificate: x509.Certificate, issuer: x509.Name, scope: x509.IssuingDistributionPoint) -> Coverage:
    wanted = _names(scope.full_name, scope.relative_name, issuer)
    if not wanted:
        return Coverage.WHOLE
    shared = [point for point in _points(certificate, issuer) if wanted & _point_names(point, issuer)]
    if not shared:
        return Coverage.NONE
    return Coverage.WHOLE if any(point.reasons is None for point in shared) else Coverage.PART


def _points(certificate: x509.Certificate, issuer: x509.Name) -> Iterable[x509.DistributionPoint]:
    """Return the points whose CRLs come from the certificate's own issuer."""
    ours = x509.DirectoryName(issuer)
    points = extension(certificate, x509.CRLDistributionPoints) or ()
    return (point for point in points if point.crl_issuer is None or ours in point.crl_issuer)


def _point_names(point: x509.DistributionPoint, issuer: x509.Name) -> set[x509.GeneralName]:
    return _names(point.full_name, point.relative_name, issuer)


def _names(
    full: Iterable[x509.GeneralName] | None,
    relative: x509.RelativeDistinguishedName | None,
    issuer: x509.Name,
) -> set[x509.GeneralName]:
    if relative is not None:
        return {x509.DirectoryName(x509.Name([*issuer.rdns, relative]))}
    return set(full or ())

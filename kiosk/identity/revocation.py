"""Whether a certificate was revoked (失効): three answers, and sources that give them.

``not_checked`` never counts as ``good``: J-LIS answers only registered verifiers, so many kiosks have no source.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from cryptography import x509

__all__ = ["Combined", "NoSource", "Revocation", "RevocationSource"]


class Revocation(StrEnum):
    """What is known of a certificate's revocation."""

    GOOD = "good"
    REVOKED = "revoked"
    NOT_CHECKED = "not_checked"


class RevocationSource(Protocol):
    """Something that knows of revocations. It never raises: what it cannot find out is ``not_checked``."""

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
        """Return what is known at ``now`` (aware) of a certificate that ``issuer``'s key did sign."""


class NoSource:
    """No source is configured."""

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
        """Return ``not_checked``."""
        return Revocation.NOT_CHECKED


class Combined:
    """Several sources as one: any ``revoked`` wins, else any ``good``, else ``not_checked``."""

    def __init__(self, sources: Sequence[RevocationSource]) -> None:
        self._sources = tuple(sources)

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
        """Ask the sources in order; the first ``revoked`` ends the asking."""
        answer = Revocation.NOT_CHECKED
        for source in self._sources:
            found = source.status(certificate, issuer, now)
            if found is Revocation.REVOKED:
                return found
            answer = found if found is Revocation.GOOD else answer
        return answer

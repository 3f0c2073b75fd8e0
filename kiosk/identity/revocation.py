"""Whether a certificate was revoked (失効): three answers, and sources that give them.

``not_checked`` never counts as ``good``: J-LIS answers only registered verifiers, so many kiosks have no source. But a
source that is configured and gives nothing usable is a problem: it must never look like one that was never there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from cryptography import x509

__all__ = ["Combined", "NoSource", "Outlook", "Revocation", "RevocationSource"]


class Revocation(StrEnum):
    """What is known of a certificate's revocation."""

    GOOD = "good"
    REVOKED = "revoked"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a source is good for: ``usable``, it can call certificates good; ``problems`` in English, for staff."""

    usable: bool = False
    problems: tuple[str, ...] = ()


class RevocationSource(Protocol):
    """Something that knows of revocations. It never raises: what it cannot find out is ``not_checked``."""

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
        """Return what is known at ``now`` (aware) of a certificate that ``issuer``'s key did sign."""

    def refresh(self, issuers: Sequence[x509.Certificate], now: datetime) -> None:
        """Begin, in the background, to look for what is new."""

    def outlook(self, issuers: Sequence[x509.Certificate], now: datetime) -> Outlook:
        """Return what may be expected at ``now`` for certificates of these issuers. Does not wait for anything."""


class NoSource:
    """No source is configured."""

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
        """Return ``not_checked``."""
        return Revocation.NOT_CHECKED

    def refresh(self, issuers: Sequence[x509.Certificate], now: datetime) -> None:
        """Do nothing."""

    def outlook(self, issuers: Sequence[x509.Certificate], now: datetime) -> Outlook:
        """Return that nothing may be expected, and that nothing is wrong with that."""
        return Outlook()


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

    def refresh(self, issuers: Sequence[x509.Certificate], now: datetime) -> None:
        """Have every source look for what is new."""
        for source in self._sources:
            source.refresh(issuers, now)

    def outlook(self, issuers: Sequence[x509.Certificate], now: datetime) -> Outlook:
        """Return usable where one source is, with the problems of all."""
        found = [source.outlook(issuers, now) for source in self._sources]
        problems = tuple(problem for each in found for problem in each.problems)
        return Outlook(any(each.usable for each in found), problems)

"""Find out whether a certificate was revoked (失効): there are three answers, and several sources.

``not_checked`` never counts as ``good``: J-LIS answers only registered verifiers, so many kiosks have no source. But a
source that is configured and gives nothing usable is a problem: it must never look as if there were no source.
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
    """What a source can do.

    ``usable`` if it can call certificates good; ``problems`` in English, for staff; ``as_of``: when the newest list
    that it can use was made (None: it has no list).
    """

    usable: bool = False
    problems: tuple[str, ...] = ()
    as_of: datetime | None = None


class RevocationSource(Protocol):
    """A source that knows of revocations. It never raises: what it cannot find out is ``not_checked``."""

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
        """Return what is known at ``now`` (aware) of a certificate that was signed by ``issuer``'s key."""

    def refresh(self, issuers: Sequence[x509.Certificate], now: datetime) -> None:
        """Begin, in the background, to look for what is new."""

    def outlook(self, issuers: Sequence[x509.Certificate], now: datetime) -> Outlook:
        """Return what can be expected at ``now`` for certificates of these issuers, without waiting."""


class NoSource:
    """No source is configured."""

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
        """Return ``not_checked``."""
        return Revocation.NOT_CHECKED

    def refresh(self, issuers: Sequence[x509.Certificate], now: datetime) -> None:
        """Do nothing."""

    def outlook(self, issuers: Sequence[x509.Certificate], now: datetime) -> Outlook:
        """Return that nothing can be expected, and that nothing is wrong."""
        return Outlook()


class Combined:
    """Several sources as one: any ``revoked`` wins, else any ``good``, else ``not_checked``."""

    def __init__(self, sources: Sequence[RevocationSource]) -> None:
        self._sources = tuple(sources)

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
        """Ask the sources in order and stop at the first ``revoked``."""
        answer = Revocation.NOT_CHECKED
        for source in self._sources:
            found = source.status(certificate, issuer, now)
            if found is Revocation.REVOKED:
                return found
            answer = found if found is Revocation.GOOD else answer
        return answer

    def refresh(self, issuers: Sequence[x509.Certificate], now: datetime) -> None:
        """Let every source look for what is new."""
        for source in self._sources:
            source.refresh(issuers, now)

    def outlook(self, issuers: Sequence[x509.Certificate], now: datetime) -> Outlook:
        """Return usable if one source is, with the problems of all."""
        found = [source.outlook(issuers, now) for source in self._sources]
        problems = tuple(problem for each in found for problem in each.problems)
        made = [each.as_of for each in found if each.as_of]
        return Outlook(any(each.usable for each in found), problems, min(made, default=None))

"""Check a card's certificate: is it genuine, in date and not revoked, and may the card be sent a PIN?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from cryptography import x509

from kiosk import tokyo_day
from kiosk.identity.keys import algorithm_name
from kiosk.identity.problems import Problem, Safeguard
from kiosk.identity.profile import (
    PRODUCTION_POLICIES,
    TEST_POLICIES,
    MalformedCertificate,
    parse_certificate,
    profile_fault,
)
from kiosk.identity.revocation import Revocation, RevocationSource
from kiosk.identity.trust import TrustAnchor, TrustStore

__all__ = ["CertificateCheck", "Chain", "Verifier", "last_day_of"]

_NO_END = 9999


class Chain(StrEnum):
    """What is known of the certificate's origin and dates."""

    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"
    """No trusted root's key signed it, or it does not match the profile of a card's certificate."""
    EXPIRED = "expired"
    """Everything is right except the dates of the certificate or of the root that signed it."""
    NOT_YET_VALID = "not_yet_valid"
    MALFORMED = "malformed"


def last_day_of(certificate: x509.Certificate) -> date:
    """Return the last day of validity in Asia/Tokyo."""
    end = certificate.not_valid_after_utc
    # RFC 5280 4.1.2.5: this year means "no end", and nine hours later is beyond the last date.
    return date.max if end.year == _NO_END else tokyo_day(end)


@dataclass(frozen=True, slots=True)
class CertificateCheck:
    """The result of checking one certificate.

    Attributes:
        certificate: The parsed certificate; None if it could not be parsed.
        chain: What is known of its origin and dates.
        revocation: What is known of its revocation.
        test_root: Whether a test root signed it.
        reason: Why, in English and without anything that identifies a person.
        leaf_expired: Whether the certificate itself is out of date and everything else is right, including its root.
            Only then does the decision's grace period (猶予期間) apply.
        revocation_required: Whether a revocation that is ``not_checked`` is not accepted.

    """

    certificate: x509.Certificate | None = field(repr=False)
    chain: Chain
    revocation: Revocation = Revocation.NOT_CHECKED
    test_root: bool = False
    reason: str = ""
    leaf_expired: bool = False
    revocation_required: bool = False

    @property
    def may_be_genuine(self) -> bool:
        """Whether a trusted root signed it and at most its dates or a revocation speak against it."""
        return self.chain in {Chain.TRUSTED, Chain.EXPIRED}

    @property
    def is_unchecked(self) -> bool:
        """Whether the revocation had to be checked and could not be."""
        return self.revocation_required and self.revocation is Revocation.NOT_CHECKED

    @property
    def may_ask_pin(self) -> bool:
        """Whether the card may be sent a 暗証番号: genuine (or out of date by date alone), not revoked, and checked."""
        return self.may_be_genuine and self.revocation is not Revocation.REVOKED and not self.is_unchecked

    @property
    def last_day(self) -> date:
        """The last day of validity in Asia/Tokyo.

        Raises:
            ValueError: The certificate could not be parsed.

        """
        if self.certificate is None:
            raise ValueError("there is no certificate")
        return last_day_of(self.certificate)

    @property
    def algorithm(self) -> str:
        """The kind and size of the key, such as ``RSA-2048`` or ``EC-P384``; empty without a certificate."""
        return algorithm_name(self.certificate) if self.certificate else ""

    @property
    def subject(self) -> str:
        """The subject as in RFC 4514 (an opaque code, not a person's name); empty without a certificate."""
        return self.certificate.subject.rfc4514_string() if self.certificate else ""

    @property
    def issuer(self) -> str:
        """The issuer as in RFC 4514; empty without a certificate."""
        return self.certificate.issuer.rfc4514_string() if self.certificate else ""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Checks certificates against roots and a revocation source.

    Attributes:
        trust: The trusted roots.
        revocation: The source that knows of revocations.
        policies: The policy OIDs that are accepted.
        require_revocation: Whether a certificate whose revocation is ``not_checked`` is refused.

    """

    trust: TrustStore
    revocation: RevocationSource
    policies: Collection[str] = PRODUCTION_POLICIES
    require_revocation: bool = False

    def refresh(self, now: datetime) -> None:
        """Let the revocation source look in the background for what is new at ``now`` (aware)."""
        self.revocation.refresh(self._issuers(now), now)

    def problems(self, now: datetime) -> tuple[Problem, ...]:
        """Return what is wrong with roots and revocation at ``now`` (aware), with what stops visits first.

        This does not block. A broken list is reported even if other lists are usable, but then it does not stop visits.
        """
        outlook = self.revocation.outlook(self._issuers(now), now)
        stops = self.require_revocation and not outlook.usable
        causes = outlook.problems or (("no answer yet",) if stops else ())
        found = [Problem(Safeguard.REVOCATION, cause, stops) for cause in causes]
        return tuple(sorted((*self.trust.problems(now), *found), key=lambda problem: not problem.stops))

    def revocation_as_of(self, now: datetime) -> datetime | None:
        """Return when the newest usable revocation list was made; None if there is none. This does not block."""
        return self.revocation.outlook(self._issuers(now), now).as_of

    def _issuers(self, now: datetime) -> Sequence[x509.Certificate]:
        return [anchor.certificate for anchor in self.trust.in_date(now)]

    def check(self, der: bytes, now: datetime) -> CertificateCheck:
        """Return the result of checking, at ``now`` (aware), whatever bytes the card gave as its certificate.

        This blocks for as long as the revocation source does.

        Raises:
            ValueError: ``now`` has no time zone.

        """
        if now.tzinfo is None:
            raise ValueError("now must be aware")
        try:
            certificate = parse_certificate(der)
        except MalformedCertificate as error:
            return CertificateCheck(None, Chain.MALFORMED, reason=str(error))
        # Validity is counted in whole seconds, and includes the last one (RFC 5280 4.1.2.5).
        return self._judge(certificate, now.replace(microsecond=0))

    def _judge(self, certificate: x509.Certificate, moment: datetime) -> CertificateCheck:
        anchor = _best(self.trust.issuers_of(certificate), moment)
        if anchor is None:
            return CertificateCheck(certificate, Chain.UNTRUSTED, reason="no trusted root's key signed it")
        fault = profile_fault(certificate, self._policies_under(anchor))
        if fault is not None:
            return CertificateCheck(certificate, Chain.UNTRUSTED, test_root=anchor.is_test, reason=fault)
        chain, reason = _dates(certificate, anchor, moment)
        return CertificateCheck(
            certificate,
            chain,
            self.revocation.status(certificate, anchor.certificate, moment),
            anchor.is_test,
            reason,
            leaf_expired=chain is Chain.EXPIRED and not _is_over(anchor.certificate, moment),
            revocation_required=self.require_revocation,
        )

    def _policies_under(self, anchor: TrustAnchor) -> Collection[str]:
        return {*self.policies, *TEST_POLICIES} if anchor.is_test else self.policies


def _best(anchors: Sequence[TrustAnchor], moment: datetime) -> TrustAnchor | None:
    """Return the root that is in date, if a root and its renewal have the same key."""
    in_date = [anchor for anchor in anchors if anchor.is_in_date(moment)]
    return next(iter((*in_date, *anchors)), None)


def _dates(certificate: x509.Certificate, anchor: TrustAnchor, moment: datetime) -> tuple[Chain, str]:
    verdicts = (
        (_is_early(certificate, moment), Chain.NOT_YET_VALID, "the certificate is not valid yet"),
        (_is_early(anchor.certificate, moment), Chain.NOT_YET_VALID, "its root is not valid yet"),
        (_is_over(anchor.certificate, moment), Chain.EXPIRED, "its root is out of date"),
        (_is_over(certificate, moment), Chain.EXPIRED, "the certificate is out of date"),
    )
    found = ((chain, reason) for applies, chain, reason in verdicts if applies)
    return next(found, (Chain.TRUSTED, "signed by a trusted root, and in date"))


def _is_early(certificate: x509.Certificate, moment: datetime) -> bool:
    return moment < certificate.not_valid_before_utc


def _is_over(certificate: x509.Certificate, moment: datetime) -> bool:
    return moment > certificate.not_valid_after_utc

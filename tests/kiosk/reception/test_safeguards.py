"""The watcher of roots and revocation: which code each problem has, and whether visits go on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cryptography import x509

from kiosk.failures import Code
from kiosk.identity import Outlook, Revocation, TrustAnchor, TrustStore, Verifier
from kiosk.reception.floors import Findings
from kiosk.reception.safeguards import safeguards
from simulators import pki

NOW = datetime(2026, 11, 22, tzinfo=UTC)
USER = pki.user_authority(NOW)
ENDING = pki.root(USER.certificate.issuer, pki.pool_key("rsa2048-05"), NOW, not_after=NOW + timedelta(days=3))


class Away:
    """A source that gives nothing, for two reasons; it counts how often it was told to look."""

    def __init__(self) -> None:
        self.looks = 0

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
        return Revocation.NOT_CHECKED

    def refresh(self, issuers: Sequence[x509.Certificate], now: datetime) -> None:
        self.looks += 1

    def outlook(self, issuers: Sequence[x509.Certificate], now: datetime) -> Outlook:
        return Outlook(problems=("a.crl: broken", "b.crl: broken"))


def found(*roots: pki.Authority, source: Away, required: bool = False) -> Findings:
    store = TrustStore(tuple(TrustAnchor(root.certificate) for root in roots))
    return safeguards(Verifier(store, source, require_revocation=required), lambda: NOW)()


def codes(findings: Findings) -> tuple[list[Code], list[Code]]:
    return [each.code for each in findings.failures], [each.code for each in findings.troubles]


def test_what_is_wrong_with_many_files_is_one_trouble_with_every_reason() -> None:
    findings = found(USER, source=Away())
    assert codes(findings) == ([], [Code.REVOCATION_UNUSABLE])
    assert findings.troubles[0].reason == "a.crl: broken; b.crl: broken"


def test_where_revocation_is_required_the_same_stops_visits() -> None:
    assert codes(found(USER, source=Away(), required=True)) == ([Code.REVOCATION_UNUSABLE], [])


def test_a_root_that_ends_is_a_trouble_and_none_in_date_stops_visits() -> None:
    assert codes(found(ENDING, source=Away())) == ([], [Code.ROOT_ENDING, Code.REVOCATION_UNUSABLE])
    assert codes(found(source=Away())) == ([Code.NO_TRUST], [Code.REVOCATION_UNUSABLE])


def test_every_look_has_the_source_look_too() -> None:
    source = Away()
    look = safeguards(Verifier(TrustStore((TrustAnchor(USER.certificate),)), source), lambda: NOW)
    assert look() == look()
    assert source.looks == 2

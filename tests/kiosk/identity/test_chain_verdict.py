"""Who signed the certificate, and when it holds."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store

from kiosk.identity import CertificateCheck, Chain, Revocation
from simulators import pki

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


class Answer:
    """A source that always answers the same and counts how often it was asked."""

    def __init__(self, answer: Revocation) -> None:
        self.answer, self.asked = answer, 0

    def status(self, certificate, issuer, now):
        certificate.verify_directly_issued_by(issuer)
        self.asked += 1
        return self.answer


def test_a_genuine_certificate_is_trusted(user, leaf, verifier_for, now):
    check = verifier_for(user).check(leaf.der, now)
    assert check.chain is Chain.TRUSTED
    assert check.revocation is Revocation.NOT_CHECKED
    assert check.may_ask_pin
    assert check.test_root
    assert not check.leaf_expired
    assert check.subject.endswith(",C=JP")
    assert "O=JPKI-SIMULATION" in check.issuer


def test_without_roots_nothing_is_trusted(leaf, verifier_for, now):
    assert verifier_for().check(leaf.der, now).chain is Chain.UNTRUSTED


@pytest.mark.parametrize("generation", [1, 2])
def test_the_issuer_is_the_root_whose_key_fits_among_roots_of_one_name(generation, generations, verifier_for, now):
    assert len({authority.certificate.subject for authority in generations}) == 1
    issued = generations[generation].issue()
    others = [authority for authority in generations if authority is not generations[generation]]
    assert verifier_for(*generations).check(issued.der, now).chain is Chain.TRUSTED
    assert verifier_for(*others).check(issued.der, now).chain is Chain.UNTRUSTED


def test_a_forgery_under_the_right_name_is_untrusted(user, verifier_for, now):
    forged = pki.lookalike(user).issue()
    check = verifier_for(user).check(forged.der, now)
    assert (check.chain, check.reason) == (Chain.UNTRUSTED, "no trusted root's key signed it")


def test_a_clone_with_another_key_is_untrusted(user, leaf, verifier_for, now):
    """Everything copied from a genuine card, its number too, only the public key is the forger's."""
    clone = pki.lookalike(user).issue(
        serial=leaf.certificate.serial_number,
        subject=leaf.certificate.subject,
        not_before=leaf.certificate.not_valid_before_utc,
        not_after=leaf.certificate.not_valid_after_utc,
    )
    assert verifier_for(user).check(clone.der, now).chain is Chain.UNTRUSTED


def test_one_changed_bit_of_the_signature_is_untrusted(user, leaf, verifier_for, now):
    changed = leaf.der[:-1] + bytes([leaf.der[-1] ^ 1])
    assert verifier_for(user).check(changed, now).chain is Chain.UNTRUSTED


def test_a_certificate_of_the_signing_hierarchy_is_untrusted_even_if_its_root_is_trusted(verifier_for, now):
    signing = pki.signing_authority(now)
    check = verifier_for(signing).check(signing.issue().der, now)
    assert (check.chain, "policy" in check.reason) == (Chain.UNTRUSTED, True)


def test_the_root_itself_is_no_card(user, verifier_for, now):
    assert verifier_for(user).check(user.der, now).chain is Chain.UNTRUSTED


def test_a_certificate_below_a_card_is_untrusted(user, leaf, verifier_for, now):
    below = pki.Authority(leaf.certificate, leaf.key, now).issue()
    assert verifier_for(user).check(below.der, now).chain is Chain.UNTRUSTED


@pytest.mark.parametrize(
    ("offset", "chain"),
    [(-SECOND, Chain.NOT_YET_VALID), (timedelta(0), Chain.TRUSTED)],
)
def test_the_first_second_counts(offset, chain, user, verifier_for, now):
    issued = user.issue(not_before=now)
    check = verifier_for(user).check(issued.der, now + offset)
    assert (check.chain, check.may_ask_pin) == (chain, chain is Chain.TRUSTED)


@pytest.mark.parametrize(
    ("offset", "chain"),
    [
        (timedelta(0), Chain.TRUSTED),
        (timedelta(microseconds=999_999), Chain.TRUSTED),
        (SECOND, Chain.EXPIRED),
    ],
)
def test_the_last_second_counts(offset, chain, user, verifier_for, now):
    issued = user.issue(not_after=now)
    check = verifier_for(user).check(issued.der, now + offset)
    assert (check.chain, check.leaf_expired) == (chain, chain is Chain.EXPIRED)
    assert check.may_ask_pin


def test_a_root_out_of_date_makes_the_chain_expired_but_not_the_leaf(generations, verifier_for, now):
    first = generations[0]
    issued = first.issue(not_after=now + 30 * DAY)
    check = verifier_for(*generations).check(issued.der, now)
    assert (check.chain, check.leaf_expired, check.reason) == (Chain.EXPIRED, False, "its root is out of date")


def test_both_out_of_date_gives_no_grace(generations, verifier_for, now):
    check = verifier_for(*generations).check(generations[0].issue().der, now)
    assert (check.chain, check.leaf_expired) == (Chain.EXPIRED, False)


def test_a_root_not_yet_valid(user, leaf, verifier_for, now):
    early = pki.root(user.certificate.subject, user.key, now, not_before=now + DAY)
    check = verifier_for(early).check(leaf.der, now)
    assert (check.chain, check.reason) == (Chain.NOT_YET_VALID, "its root is not valid yet")


@pytest.mark.parametrize("order", [1, -1])
def test_of_a_root_and_its_renewal_under_the_same_key_the_one_in_date_counts(order, user, leaf, verifier_for, now):
    ended = pki.root(user.certificate.subject, user.key, now, serial=9, not_after=now - DAY)
    check = verifier_for(*[ended, user][::order]).check(leaf.der, now)
    assert check.chain is Chain.TRUSTED


def test_a_forgery_out_of_date_is_untrusted_not_expired(user, verifier_for, now):
    forged = pki.lookalike(user).issue(not_after=now - DAY)
    assert verifier_for(user).check(forged.der, now).chain is Chain.UNTRUSTED


def test_a_wrong_profile_out_of_date_is_untrusted_not_expired(user, verifier_for, now):
    bad = user.issue(not_after=now - DAY, instead={x509.KeyUsage: None})
    assert verifier_for(user).check(bad.der, now).chain is Chain.UNTRUSTED


@pytest.mark.parametrize("days", [1000, -1])
def test_a_revoked_certificate_is_never_sent_a_pin_in_date_or_not(days, user, verifier_for, now):
    issued = user.issue(not_after=now + days * DAY)
    check = verifier_for(user, source=Answer(Revocation.REVOKED)).check(issued.der, now)
    assert (check.revocation, check.may_ask_pin) == (Revocation.REVOKED, False)


def test_an_untrusted_certificate_is_not_looked_up_anywhere(user, verifier_for, now):
    source = Answer(Revocation.GOOD)
    check = verifier_for(user, source=source).check(pki.lookalike(user).issue().der, now)
    assert (check.revocation, source.asked) == (Revocation.NOT_CHECKED, 0)


def test_the_number_of_the_certificate_shows_nowhere(user, leaf, verifier_for, now):
    serial = leaf.certificate.serial_number
    verifier = verifier_for(user)
    check = verifier.check(leaf.der, now)
    shown = f"{check!r} {check} {check.reason} {verifier!r} {check.issuer} {leaf!r}".lower()
    assert str(serial) not in shown
    assert f"{serial:x}" not in shown
    assert isinstance(check, CertificateCheck)
    assert set(asdict(check)) == {
        "certificate", "chain", "revocation", "test_root", "reason", "leaf_expired", "revocation_required",
    }  # fmt: skip


def library_accepts(root: x509.Certificate, leaf: x509.Certificate, now) -> bool:
    """The library's own path validation with the extensions left to us."""
    anything = ExtensionPolicy.permit_all()
    authority = anything.require_present(x509.BasicConstraints, Criticality.CRITICAL, None)
    person = anything.require_present(x509.CertificatePolicies, Criticality.AGNOSTIC, None)
    builder = PolicyBuilder().store(Store([root])).time(now)
    verifier = builder.extension_policies(ca_policy=authority, ee_policy=person).build_client_verifier()
    return bool(verifier.verify(leaf, []).chain)


@pytest.mark.parametrize("key", ["rsa2048-07", "p384-02", "p256-01"])
def test_what_we_trust_the_librarys_own_path_validation_trusts_too(key, user, verifier_for, now):
    issued = user.issue(key=pki.pool_key(key))
    assert verifier_for(user).check(issued.der, now).chain is Chain.TRUSTED
    assert library_accepts(user.certificate, issued.certificate, now)

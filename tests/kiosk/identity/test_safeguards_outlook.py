"""What staff learn of roots and revocation before any card is there, and what stops visits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from kiosk.identity import (
    Chain,
    Combined,
    CrlSource,
    Level,
    NoSource,
    Outlook,
    Revocation,
    Safeguard,
    TrustAnchor,
    TrustStore,
    Verifier,
    claimable_level,
)
from simulators import pki

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
TRUST, REVOCATION = Safeguard.TRUST, Safeguard.REVOCATION


class Fixed:
    """A source whose outlook is given."""

    def __init__(self, outlook: Outlook) -> None:
        self._outlook = outlook

    def status(self, certificate, issuer, now):
        return Revocation.NOT_CHECKED

    def refresh(self, issuers, now):
        """Nothing is new."""

    def outlook(self, issuers, now):
        return self._outlook


def store(*authorities):
    return TrustStore(tuple(TrustAnchor(authority.certificate) for authority in authorities))


def told(verifier, now):
    return [(problem.safeguard, problem.stops) for problem in verifier.problems(now)]


def ending(now, end, name="somebody"):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return pki.root(subject, pki.pool_key("rsa2048-01"), now, not_after=end)


def test_without_a_root_nobody_is_asked_for_anything(now):
    assert told(Verifier(TrustStore(), NoSource()), now) == [(TRUST, True)]


def test_roots_that_are_all_over_are_as_good_as_none(generations, now):
    first = generations[0]
    assert told(Verifier(store(first), NoSource()), now) == [(TRUST, True)]
    assert told(Verifier(store(ending(now, now), ending(now, now + SECOND, "b")), NoSource()), now + DAY) == [
        (TRUST, True)
    ]


@pytest.mark.parametrize(
    ("end", "words"),
    [(-SECOND, "is out of date"), (30 * DAY - SECOND, "will soon be out of date"), (30 * DAY, None), (DAY * 365, None)],
)
def test_a_root_that_ends_without_another_after_it_is_a_problem(end, words, user, now):
    problems = Verifier(store(user, ending(now, now + end)), NoSource()).problems(now)
    assert [(problem.safeguard, problem.stops) for problem in problems] == ([(TRUST, False)] if words else [])
    assert all(words in problem.cause for problem in problems)


def test_the_first_root_of_jpki_is_over_and_no_problem_beside_those_that_follow_it(generations, now):
    assert told(Verifier(store(*generations), NoSource()), now) == []


def test_no_source_at_all_is_no_problem(user, now):
    assert told(Verifier(store(user), NoSource()), now) == []


@pytest.mark.parametrize("required", [False, True])
def test_a_source_that_gives_nothing_usable_stops_visits_only_where_it_is_required(required, user, write, now):
    verifier = Verifier(store(user), CrlSource.load([write("list.crl", b"rubbish")]), require_revocation=required)
    assert told(verifier, now) == [(REVOCATION, required)]


def test_one_usable_source_is_enough(user, now):
    sources = Combined([Fixed(Outlook(usable=True)), Fixed(Outlook(problems=("it is away",)))])
    verifier = Verifier(store(user), sources, require_revocation=True)
    assert told(verifier, now) == [(REVOCATION, False)]


def test_a_source_that_was_not_asked_yet_is_not_usable(user, now):
    source = Fixed(Outlook())
    assert told(Verifier(store(user), source, require_revocation=True), now) == [(REVOCATION, True)]
    assert told(Verifier(store(user), source), now) == []


def test_what_stops_visits_comes_first(user, now):
    verifier = Verifier(
        store(user, ending(now, now + DAY)), Fixed(Outlook(problems=("it is away",))), require_revocation=True
    )
    assert told(verifier, now) == [(REVOCATION, True), (TRUST, False)]


@pytest.mark.parametrize("required", [False, True])
def test_a_card_that_nobody_could_check_gets_no_pin_where_that_is_required(required, user, leaf, now):
    check = Verifier(store(user), NoSource(), require_revocation=required).check(leaf.der, now)
    assert (check.chain, check.revocation) == (Chain.TRUSTED, Revocation.NOT_CHECKED)
    assert check.may_ask_pin is not required
    assert claimable_level(check) is (None if required else Level.PRESENTED)


def test_a_card_that_was_checked_gets_its_pin_where_that_is_required(user, leaf, now, write):
    source = CrlSource.load([write("list.crl", user.crl())])
    check = Verifier(store(user), source, require_revocation=True).check(leaf.der, now)
    assert (check.revocation, check.may_ask_pin) == (Revocation.GOOD, True)

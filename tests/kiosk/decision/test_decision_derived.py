"""What follows from the facts, a boundary day at a time. The usual day is 2026-11-24."""

from datetime import date

import pytest

from kiosk.decision import DEFAULT_POLICY, Policy, Supplement
from kiosk.decision.derived import derive, supplements


@pytest.fixture
def derived(known):
    return lambda policy=DEFAULT_POLICY, **changes: derive(known(**changes), policy)


class TestCertificate:
    @pytest.mark.parametrize(("certificate", "has_card"), [("valid", True), ("unknown", True), ("revoked", False)])
    def test_valid_and_unknown_work_and_revoked_never(self, derived, certificate, has_card):
        assert derived(certificate=certificate).has_card is has_card

    @pytest.mark.parametrize(
        ("expired_on", "months", "in_grace"),
        [
            ("2026-08-01", 3, True),
            ("2026-07-31", 3, False),
            ("2026-10-31", 1, True),
            ("2026-09-30", 1, False),
            ("2026-11-23", 0, False),
        ],
    )
    def test_an_expired_one_works_to_the_end_of_the_last_month_of_grace(self, derived, expired_on, months, in_grace):
        policy = Policy(certificate_grace_months=months)
        state = derived(policy, certificate="expired", certificate_expired_on=expired_on)
        assert (state.in_grace, state.has_card, state.lasting) == (in_grace, in_grace, False)

    @pytest.mark.parametrize(("on", "in_grace"), [("2026-11-30", True), ("2026-12-01", False)])
    def test_the_grace_ends_with_the_month(self, derived, on, in_grace):
        state = derived(on=on, certificate="expired", certificate_expired_on="2026-08-15")
        assert state.in_grace is in_grace


class TestRegistration:
    @pytest.mark.parametrize(
        ("registration", "ends_on", "works", "lasting"),
        [
            ("registered", None, True, True),
            ("unregistered", None, False, False),
            ("cancelled", None, False, False),
            ("cancelled", "2026-11-23", False, False),
            ("cancelled", "2026-11-24", True, False),
        ],
    )
    def test_a_cancelled_one_works_to_its_last_day(self, derived, registration, ends_on, works, lasting):
        state = derived(registration=registration, registration_ends_on=ends_on)
        assert (state.registration_works, state.has_card, state.lasting) == (works, works, lasting)


@pytest.mark.parametrize("card", ["never_issued", "returned", "lost"])
def test_only_a_held_card_is_one(derived, card):
    assert not derived(card=card).has_card


class TestLinkage:
    @pytest.mark.parametrize(("linked_on", "linked"), [("2026-11-24", True), ("2026-11-25", False)])
    def test_linked_from_the_day_of_the_linkage(self, derived, linked_on, linked):
        state = derived(linked_on=linked_on)
        assert (state.linked, state.assumed) == (linked, False)

    @pytest.mark.parametrize(
        ("acquired_on", "reported", "assumed"),
        [("2026-09-25", True, True), ("2026-09-26", True, False), ("2026-09-25", False, False)],
    )
    def test_an_unknown_day_counts_after_60_days_with_my_number(self, derived, acquired_on, reported, assumed):
        state = derived(linked_on=None, acquired_on=acquired_on, my_number_reported=reported)
        assert (state.linked, state.assumed) == (assumed, assumed)

    def test_a_known_day_to_come_is_never_assumed(self, derived):
        assert not derived(linked_on="2027-01-01", acquired_on="2020-01-01").linked

    def test_a_linkage_without_my_number_still_is_one(self, derived):
        assert derived(my_number_reported=False).linked


class TestConfirmation:
    @pytest.mark.parametrize(
        ("valid_from", "valid_until", "valid", "coming"),
        [
            ("2026-11-24", "2026-11-24", True, False),
            ("2026-11-25", "2031-11-24", False, True),
            ("2026-04-01", "2026-11-23", False, False),
            ("2026-04-01", "2026-11-24", True, False),
            ("2026-03-31", "2031-03-30", False, False),
        ],
    )
    def test_both_days_are_inclusive_and_an_earlier_membership_never_counts(
        self, derived, held, valid_from, valid_until, valid, coming
    ):
        state = derived(confirmation_held=held(valid_from, valid_until))
        assert (state.confirmation_valid, state.confirmation_coming) == (valid, coming)


class TestLegacyCard:
    @pytest.mark.parametrize(
        ("on", "acquired_on", "printed", "valid"),
        [
            ("2025-12-01", "2024-12-01", "2025-12-01", True),
            ("2025-12-01", "2024-12-02", "2025-12-01", False),
            ("2025-12-01", "2024-12-01", "2025-11-30", False),
            ("2025-12-02", "2024-12-01", "2027-03-31", False),
            ("2025-12-01", "2024-12-01", "2027-03-31", True),
            ("2025-12-01", "2024-12-01", None, False),
        ],
    )
    def test_never_after_the_last_day_whatever_is_printed(self, derived, on, acquired_on, printed, valid):
        state = derived(on=on, acquired_on=acquired_on, legacy_card_until=printed, filed_on=None)
        assert state.legacy_valid is valid


class TestPhone:
    @pytest.mark.parametrize(
        ("changes", "works"),
        [
            ({}, True),
            ({"certificate": "unknown"}, True),
            ({"certificate": "expired", "certificate_expired_on": "2026-11-01"}, False),
            ({"linked_on": "2026-11-25"}, False),
            ({"card": "lost"}, False),
            ({"smartphone": False}, False),
        ],
    )
    def test_it_needs_a_card_that_can_log_in_and_linked_data(self, derived, changes, works):
        assert derived(**{"smartphone": True} | changes).phone_works is works


class TestEvents:
    @pytest.mark.parametrize(("event", "card"), [("card_lost", "lost"), ("card_returned", "returned")])
    def test_the_card_follows_the_event(self, derived, event, card):
        assert derived(event=event).facts.card == card

    def test_a_lost_confirmation_takes_both_papers_away(self, derived, held):
        papers = {"confirmation_held": held("2026-04-01", "2031-03-31"), "legacy_card_until": "2025-12-01"}
        facts = derived(event="confirmation_lost", **papers).facts
        assert (facts.confirmation_held, facts.legacy_card_until) == (None, None)

    @pytest.mark.parametrize("event", [None, "enrolled", "renamed", "certificate_expired", "registration_cancelled"])
    def test_the_others_change_nothing(self, derived, known, event):
        assert derived(event=event).facts == known(event=event)


class TestSupplements:
    @pytest.mark.parametrize(
        ("birth_date", "elderly"),
        [
            ("1956-10-31", True),
            ("1956-11-01", True),  # attains 70 on 31 October
            ("1956-11-02", False),
            ("1951-11-25", True),  # attains 75 today
        ],
    )
    def test_the_elderly_bring_theirs(self, known, birth_date, elderly):
        expected = (Supplement.ELDERLY_RECIPIENT_CERTIFICATE,) if elderly else ()
        assert supplements(known(birth_date=birth_date), DEFAULT_POLICY) == expected

    def test_after_the_age_of_the_late_elderly_there_is_none(self, known):
        assert supplements(known(birth_date="1951-11-24"), DEFAULT_POLICY) == ()

    def test_they_come_in_the_order_of_their_list(self, known):
        facts = known(birth_date="1956-01-01", needs=["specific_disease", "meal_reduction", "high_cost"])
        assert supplements(facts, DEFAULT_POLICY) == (
            Supplement.ELDERLY_RECIPIENT_CERTIFICATE,
            Supplement.LIMIT_APPLICATION_CERTIFICATE,
            Supplement.MEAL_REDUCTION_CERTIFICATE,
            Supplement.SPECIFIC_DISEASE_CERTIFICATE,
        )


def test_a_policy_of_its_own_dates_decides(derived):
    policy = Policy(
        linkage_assumed_days=300, legacy_card_last_day=date(2027, 3, 31), legacy_card_last_issue=date(2026, 4, 1)
    )
    state = derived(policy, linked_on=None, legacy_card_until="2027-03-31")
    assert (state.assumed, state.legacy_valid) == (False, True)

"""Section 1: insured at all?"""

import pytest

from kiosk.decision import Policy

NOTHING = {
    "applies": None,
    "usable": "no",
    "present": [],
    "also_bring": [],
    "usable_after": None,
    "issue": None,
    "file": [],
    "usable_from": None,
}


@pytest.mark.parametrize(
    ("purpose", "steps"),
    [
        ("visit", ["ask_new_insurer"]),
        ("benefit_claim", ["contact_union", "ask_new_insurer"]),
        ("health_program", ["contact_union", "ask_new_insurer"]),
    ],
)
class TestInsuredElsewhere:
    def test_from_the_day_after_attaining_75_the_person_belongs_to_the_late_elderly(self, decided, purpose, steps):
        answer = decided(purpose=purpose, birth_date="1951-11-24")
        assert answer == NOTHING | {"reasons": ["moved_to_late_elderly"], "next_steps": steps}

    def test_from_the_day_of_the_loss_the_insurance_has_ended(self, decided, purpose, steps):
        answer = decided(purpose=purpose, lost_on="2026-11-24")
        assert answer == NOTHING | {"reasons": ["insurance_ended"], "next_steps": steps}


@pytest.mark.parametrize("purpose", ["visit", "benefit_claim", "health_program"])
def test_before_the_acquisition_the_person_is_not_yet_insured(decided, purpose):
    answer = decided(purpose=purpose, acquired_on="2026-11-25")
    assert answer == NOTHING | {"reasons": ["not_yet_insured"], "next_steps": ["contact_union"]}


@pytest.mark.parametrize(
    ("changes", "file"),
    [
        ({"event": "enrolled", "filed_on": None}, ["enrolment_notice", "acquisition_notice"]),
        ({"event": "enrolled", "filed_on": "2026-11-20"}, []),
        ({"event": "reemployed", "birth_date": "1960-01-01"}, ["withdrawal_notice", "enrolment_notice"]),
        (
            {"event": "reemployed", "birth_date": "1960-01-01", "filed_on": None},
            ["withdrawal_notice", "enrolment_notice"],
        ),
        ({"event": "renamed"}, []),
        ({"event": "registration_cancelled"}, []),
        ({"event": "card_lost"}, []),
        ({"event": "confirmation_lost"}, []),
    ],
)
def test_only_the_papers_that_begin_a_membership_are_filed_before_it(decided, changes, file):
    answer = decided(acquired_on="2026-12-01", **changes)
    steps = ["file_papers", "contact_union"] if file else ["contact_union"]
    assert answer == NOTHING | {"file": file, "reasons": ["not_yet_insured"], "next_steps": steps}


class TestTheFirstRowThatFitsDecides:
    def test_age_before_the_loss(self, decided):
        assert decided(birth_date="1951-11-24", lost_on="2026-11-24")["reasons"] == ["moved_to_late_elderly"]

    def test_age_before_the_acquisition(self, decided):
        assert decided(birth_date="1951-11-24", acquired_on="2026-11-25")["reasons"] == ["moved_to_late_elderly"]

    def test_a_membership_that_never_was_begins_as_not_yet_insured(self, decided):
        """Lost on the day it begins: before that day, the loss does not count yet."""
        answer = decided(acquired_on="2026-11-25", lost_on="2026-11-25")
        assert answer["reasons"] == ["not_yet_insured"]


class TestTheLastInsuredDay:
    def test_on_the_day_of_attaining_75_the_card_still_works(self, decided):
        assert decided(birth_date="1951-11-25")["reasons"] == ["card_works"]

    def test_on_the_day_before_the_loss_the_card_still_works(self, decided):
        assert decided(lost_on="2026-11-25")["reasons"] == ["card_works"]

    def test_on_the_day_of_the_acquisition_the_person_is_insured(self, decided):
        assert decided(acquired_on="2026-11-24")["reasons"] == ["card_works"]

    def test_a_leap_day_birth_attains_75_on_28_february(self, decided):
        birth = {"birth_date": "1952-02-29"}
        assert decided(on="2027-02-28", **birth)["reasons"] == ["card_works"]
        assert decided(on="2027-03-01", **birth)["reasons"] == ["moved_to_late_elderly"]

    def test_another_insurer_may_have_another_age(self, decided):
        answer = decided(Policy(late_elderly_age=46), birth_date="1980-05-15")
        assert answer["reasons"] == ["moved_to_late_elderly"]


def test_nothing_else_is_said_of_who_is_not_insured(decided, held):
    """No extra reasons and no steps of section 5, whatever the card and the papers are."""
    answer = decided(
        lost_on="2026-11-24",
        card_today="not_here",
        certificate="unknown",
        registration="unregistered",
        legacy_card_until="2025-12-01",
        confirmation_held=held("2026-04-01", "2026-05-01"),
        event="confirmation_lost",
        needs=["high_cost"],
    )
    assert answer == NOTHING | {"reasons": ["insurance_ended"], "next_steps": ["ask_new_insurer"]}

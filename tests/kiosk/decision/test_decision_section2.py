"""Section 2: a benefit claim or a health programme."""

import pytest

VALID = ("2026-04-01", "2031-03-31")
BEFORE_THE_LAST_DAY = {"on": "2025-11-25", "acquired_on": "2020-04-01", "filed_on": None, "linked_on": "2020-04-06"}
"""A day on which an old card may still be valid."""


@pytest.fixture(params=["benefit_claim", "health_program"])
def confirm(request, decided):
    return lambda **changes: decided(purpose=request.param, **changes)


def shown(answer):
    return {key: answer[key] for key in ("applies", "present", "usable", "reasons", "next_steps")}


class TestPresent:
    def test_a_notice_comes_first(self, confirm, held):
        answer = confirm(notice_held=True, smartphone=True, confirmation_held=held(*VALID))
        assert shown(answer) == {
            "applies": "notice",
            "present": ["notice"],
            "usable": "yes",
            "reasons": ["notice_confirms_details"],
            "next_steps": ["show_notice"],
        }

    def test_then_a_valid_confirmation(self, confirm, held):
        assert shown(confirm(smartphone=True, confirmation_held=held(*VALID))) == {
            "applies": "confirmation",
            "present": ["confirmation"],
            "usable": "yes",
            "reasons": ["notice_confirms_details"],
            "next_steps": ["show_confirmation"],
        }

    def test_then_the_smartphone(self, confirm):
        assert shown(confirm(**BEFORE_THE_LAST_DAY, smartphone=True, legacy_card_until="2025-12-01")) == {
            "applies": "notice",
            "present": ["smartphone_screen"],
            "usable": "yes",
            "reasons": ["notice_confirms_details"],
            "next_steps": ["view_mynaportal"],
        }

    def test_then_the_old_card_with_a_card_for_which_the_notice_applies(self, confirm):
        assert shown(confirm(**BEFORE_THE_LAST_DAY, legacy_card_until="2025-12-01")) == {
            "applies": "notice",
            "present": ["legacy_card"],
            "usable": "yes",
            "reasons": ["notice_confirms_details"],
            "next_steps": ["show_old_card"],
        }

    def test_the_old_card_without_a_card_for_which_the_confirmation_applies(self, confirm):
        answer = confirm(**BEFORE_THE_LAST_DAY, legacy_card_until="2025-12-01", card="never_issued")
        assert shown(answer) == {
            "applies": "confirmation",
            "present": ["legacy_card"],
            "usable": "yes",
            "reasons": ["no_card"],
            "next_steps": ["show_old_card", "await_confirmation"],
        }

    def test_with_nothing_the_holder_of_a_card_asks_for_a_notice(self, confirm):
        assert shown(confirm()) == {
            "applies": "notice",
            "present": [],
            "usable": "no",
            "reasons": ["notice_confirms_details"],
            "next_steps": ["ask_for_notice"],
        }

    def test_with_nothing_and_no_card_staff_is_asked(self, confirm):
        assert shown(confirm(card="never_issued")) == {
            "applies": "confirmation",
            "present": [],
            "usable": "no",
            "reasons": ["no_card"],
            "next_steps": ["await_confirmation", "ask_staff"],
        }


class TestWithoutACard:
    def test_a_notice_serves_even_then_and_the_causes_are_named(self, confirm):
        answer = confirm(notice_held=True, card="lost", registration="unregistered")
        assert (answer["applies"], answer["present"]) == ("notice", ["notice"])
        assert answer["reasons"] == ["card_lost", "not_registered"]

    def test_the_phone_does_not_work(self, confirm):
        assert confirm(smartphone=True, registration="unregistered")["present"] == []

    def test_a_card_to_register_is_to_be_registered_but_not_at_this_desk(self, confirm):
        answer = confirm(registration="unregistered")
        assert answer["next_steps"] == ["register_card", "await_confirmation", "ask_staff"]
        assert answer["usable_after"] is None


class TestWhatIsForVisitsOnly:
    def test_no_supplements(self, confirm, held):
        answer = confirm(needs=["high_cost"], birth_date="1956-01-01", confirmation_held=held(*VALID))
        assert answer["also_bring"] == []

    def test_a_card_left_at_home_is_not_missed(self, confirm):
        assert shown(confirm(card_today="not_here", notice_held=True))["next_steps"] == ["show_notice"]

    def test_no_linkage_is_waited_for(self, confirm):
        answer = confirm(linked_on=None, acquired_on="2026-11-20", filed_on="2026-11-20", notice_held=True)
        assert answer["reasons"] == ["notice_confirms_details"]
        assert answer["usable_from"] is None
        assert answer["next_steps"] == ["show_notice"]


def test_extra_reasons_follow_the_main_one(confirm):
    answer = confirm(certificate="expired", certificate_expired_on="2026-11-01", linked_on=None, notice_held=True)
    assert answer["reasons"] == ["notice_confirms_details", "certificate_in_grace", "linkage_assumed"]
    assert answer["next_steps"] == ["show_notice", "await_confirmation", "renew_certificate"]

"""Section 3, a visit, row by row. The usual day is Tuesday 2026-11-24, after a Monday's holiday."""

import pytest

from tests.kiosk.decision.visits import NOT_LINKED, OLD_CARD, OLD_CARD_NOT_LINKED, VALID, WINDOW


def shown(answer):
    return {key: answer[key] for key in ("applies", "present", "usable", "reasons", "next_steps")}


class TestRowA:
    def test_a_card_that_is_read_works(self, decided):
        assert decided() == {
            "applies": "card",
            "usable": "yes",
            "present": ["card"],
            "also_bring": [],
            "usable_after": None,
            "issue": None,
            "file": [],
            "usable_from": None,
            "reasons": ["card_works"],
            "next_steps": ["take_card_and_wait"],
        }

    def test_the_card_comes_before_every_paper(self, decided, held):
        answer = decided(notice_held=True, smartphone=True, confirmation_held=held(*VALID))
        assert shown(answer) == shown(decided())

    def test_nothing_more_is_brought_to_the_card(self, decided):
        answer = decided(needs=["high_cost", "meal_reduction", "specific_disease"], birth_date="1956-01-01")
        assert answer["also_bring"] == []


class TestRowB:
    @pytest.fixture
    def unreadable(self, decided):
        return lambda **changes: decided(card_today="unreadable", **changes)

    def test_the_smartphone_comes_first(self, unreadable, held):
        assert shown(unreadable(smartphone=True, notice_held=True, confirmation_held=held(*VALID))) == {
            "applies": "card",
            "present": ["card", "smartphone_screen"],
            "usable": "yes",
            "reasons": ["card_unreadable"],
            "next_steps": ["show_smartphone_screen"],
        }

    def test_then_the_notice_with_the_card(self, unreadable, held):
        assert shown(unreadable(notice_held=True, confirmation_held=held(*VALID))) == {
            "applies": "notice",
            "present": ["card", "notice"],
            "usable": "yes",
            "reasons": ["card_unreadable"],
            "next_steps": ["show_notice_with_card"],
        }

    def test_then_the_confirmation(self, unreadable, held):
        assert shown(unreadable(confirmation_held=held(*VALID))) == {
            "applies": "confirmation",
            "present": ["confirmation"],
            "usable": "yes",
            "reasons": ["card_unreadable"],
            "next_steps": ["show_confirmation"],
        }

    def test_then_the_old_card(self, unreadable):
        assert shown(unreadable(**OLD_CARD)) == {
            "applies": "card",
            "present": ["legacy_card"],
            "usable": "yes",
            "reasons": ["card_unreadable"],
            "next_steps": ["show_old_card"],
        }

    def test_the_card_alone_needs_a_declaration(self, unreadable):
        assert shown(unreadable()) == {
            "applies": "card",
            "present": ["card"],
            "usable": "with_declaration",
            "reasons": ["card_unreadable"],
            "next_steps": ["declare_eligibility"],
        }

    def test_a_smartphone_does_not_help_an_expired_certificate(self, unreadable):
        answer = unreadable(smartphone=True, certificate="expired", certificate_expired_on="2026-11-01")
        assert answer["present"] == ["card"]
        assert answer["reasons"] == ["card_unreadable", "certificate_in_grace"]


class TestRowC:
    @pytest.fixture
    def not_here(self, decided):
        return lambda **changes: decided(card_today="not_here", **changes)

    def test_a_confirmation_serves_alone(self, not_here, held):
        assert shown(not_here(confirmation_held=held(*VALID), notice_held=True)) == {
            "applies": "confirmation",
            "present": ["confirmation"],
            "usable": "yes",
            "reasons": ["card_not_here"],
            "next_steps": ["show_confirmation", "bring_card"],
        }

    def test_so_does_the_old_card(self, not_here):
        assert shown(not_here(**OLD_CARD, notice_held=True)) == {
            "applies": "card",
            "present": ["legacy_card"],
            "usable": "yes",
            "reasons": ["card_not_here"],
            "next_steps": ["show_old_card", "bring_card"],
        }

    def test_without_a_paper_there_is_no_treatment_today(self, not_here):
        assert shown(not_here(smartphone=True)) == {
            "applies": "card",
            "present": [],
            "usable": "no",
            "reasons": ["card_not_here"],
            "next_steps": ["bring_card", "ask_staff"],
        }

    def test_a_notice_alone_is_not_enough(self, not_here):
        assert not_here(notice_held=True)["reasons"] == ["card_not_here", "notice_not_enough"]

    def test_not_linked_the_reasons_of_row_d_stand_between(self, not_here):
        answer = not_here(**NOT_LINKED, notice_held=True)
        assert answer["reasons"] == ["card_not_here", "not_linked_yet", "notice_not_enough"]
        assert answer["usable_from"] == WINDOW
        assert answer["next_steps"] == ["bring_card", "wait_for_linkage", "ask_staff"]

    def test_not_linked_with_a_confirmation(self, not_here, held):
        answer = not_here(**NOT_LINKED, notice_held=True, confirmation_held=held("2026-11-01", "2031-10-31"))
        assert (answer["applies"], answer["present"]) == ("confirmation", ["confirmation"])
        assert answer["reasons"] == ["card_not_here", "not_linked_yet"]
        assert answer["usable_from"] == WINDOW

    @pytest.mark.parametrize(
        ("changes", "reasons", "step"),
        [
            ({"my_number_reported": False}, ["not_linked_yet", "my_number_missing"], "report_my_number"),
            ({"filed_on": None}, ["not_linked_yet", "filing_unknown"], "contact_union"),
            ({"filed_on": "2026-11-02"}, ["not_linked_yet", "linkage_overdue"], "contact_union"),
        ],
    )
    def test_not_linked_for_a_reason_of_row_d(self, not_here, changes, reasons, step):
        answer = not_here(**NOT_LINKED | changes)
        assert answer["reasons"] == ["card_not_here", *reasons]
        assert answer["usable_from"] is None
        assert step in answer["next_steps"]


class TestRowD:
    def test_a_confirmation_comes_first(self, decided, held):
        confirmation = held("2026-11-01", "2031-10-31")
        assert shown(decided(**NOT_LINKED, confirmation_held=confirmation, notice_held=True)) == {
            "applies": "confirmation",
            "present": ["confirmation"],
            "usable": "yes",
            "reasons": ["not_linked_yet"],
            "next_steps": ["show_confirmation", "wait_for_linkage"],
        }

    def test_then_the_old_card(self, decided):
        assert shown(decided(**OLD_CARD_NOT_LINKED, notice_held=True)) == {
            "applies": "card",
            "present": ["legacy_card"],
            "usable": "yes",
            "reasons": ["not_linked_yet"],
            "next_steps": ["show_old_card", "wait_for_linkage"],
        }

    def test_then_the_notice_with_the_card(self, decided):
        assert shown(decided(**NOT_LINKED, notice_held=True)) == {
            "applies": "card",
            "present": ["card", "notice"],
            "usable": "yes",
            "reasons": ["not_linked_yet"],
            "next_steps": ["show_notice_with_card", "wait_for_linkage"],
        }

    def test_the_card_alone_needs_a_declaration(self, decided):
        assert shown(decided(**NOT_LINKED, smartphone=True)) == {
            "applies": "card",
            "present": ["card"],
            "usable": "with_declaration",
            "reasons": ["not_linked_yet"],
            "next_steps": ["declare_eligibility", "wait_for_linkage"],
        }

    def test_an_unreadable_card_makes_no_difference(self, decided):
        assert decided(**NOT_LINKED, card_today="unreadable") == decided(**NOT_LINKED)

    def test_without_my_number_it_takes_an_unknown_time(self, decided):
        answer = decided(**NOT_LINKED | {"my_number_reported": False, "filed_on": None})
        assert answer["reasons"] == ["not_linked_yet", "my_number_missing"]
        assert answer["usable_from"] is None
        assert answer["next_steps"] == ["declare_eligibility", "wait_for_linkage", "report_my_number"]

    def test_without_a_known_filing_the_union_is_asked(self, decided):
        answer = decided(**NOT_LINKED | {"filed_on": None})
        assert answer["reasons"] == ["not_linked_yet", "filing_unknown"]
        assert answer["usable_from"] is None
        assert answer["next_steps"] == ["declare_eligibility", "wait_for_linkage", "contact_union"]


class TestRowE:
    def test_a_confirmation_serves(self, decided, held):
        answer = decided(card="never_issued", confirmation_held=held(*VALID), notice_held=True)
        assert shown(answer) == {
            "applies": "confirmation",
            "present": ["confirmation"],
            "usable": "yes",
            "reasons": ["no_card", "confirmation_is_enough"],
            "next_steps": ["show_confirmation"],
        }

    def test_the_old_card_serves(self, decided):
        assert shown(decided(**OLD_CARD, card="never_issued", notice_held=True)) == {
            "applies": "confirmation",
            "present": ["legacy_card"],
            "usable": "yes",
            "reasons": ["no_card"],
            "next_steps": ["show_old_card", "await_confirmation"],
        }

    def test_without_a_paper_there_is_no_treatment_today(self, decided):
        assert shown(decided(card="never_issued", smartphone=True)) == {
            "applies": "confirmation",
            "present": [],
            "usable": "no",
            "reasons": ["no_card"],
            "next_steps": ["await_confirmation", "ask_staff"],
        }

    @pytest.mark.parametrize(
        ("changes", "causes"),
        [
            ({"card": "never_issued"}, ["no_card"]),
            ({"card": "returned"}, ["card_returned"]),
            ({"card": "lost"}, ["card_lost"]),
            (
                {"certificate": "expired", "certificate_expired_on": "2026-07-31"},
                ["certificate_expired"],
            ),
            ({"certificate": "revoked"}, ["certificate_revoked"]),
            ({"registration": "unregistered"}, ["not_registered"]),
            ({"registration": "cancelled"}, ["registration_cancelled"]),
            ({"registration": "cancelled", "registration_ends_on": "2026-11-23"}, ["registration_cancelled"]),
            (
                {"certificate": "expired", "certificate_expired_on": "2026-11-01", "registration": "unregistered"},
                ["certificate_expired", "not_registered"],
            ),
            (
                {"certificate": "revoked", "registration": "cancelled"},
                ["certificate_revoked", "registration_cancelled"],
            ),
            (
                {"card": "lost", "certificate": "revoked", "registration": "unregistered"},
                ["card_lost", "not_registered"],
            ),
            ({"card": "never_issued", "registration": "unregistered"}, ["no_card", "not_registered"]),
            ({"card": "returned", "registration": "cancelled"}, ["card_returned", "registration_cancelled"]),
            (
                {"card": "lost", "certificate": "expired", "certificate_expired_on": "2020-01-01"},
                ["card_lost"],
            ),
            (
                {"card": "lost", "registration": "cancelled", "registration_ends_on": "2026-12-31"},
                ["card_lost"],
            ),
        ],
    )
    def test_every_cause_is_named_in_order(self, decided, changes, causes):
        assert decided(**changes)["reasons"] == causes

    def test_a_notice_is_not_enough_after_the_causes(self, decided):
        answer = decided(card="lost", registration="unregistered", notice_held=True)
        assert answer["reasons"] == ["card_lost", "not_registered", "notice_not_enough"]

    @pytest.mark.parametrize("event", ["card_lost", "card_returned"])
    def test_an_event_overrides_the_register(self, decided, event):
        assert decided(event=event)["reasons"] == [event]

    def test_a_lost_confirmation_cannot_be_shown(self, decided, held):
        answer = decided(card="never_issued", event="confirmation_lost", confirmation_held=held(*VALID))
        assert (answer["present"], answer["reasons"]) == ([], ["no_card"])


class TestRowOrder:
    def test_a_card_that_is_not_here_is_not_read_whether_linked_or_not(self, decided):
        assert decided(**NOT_LINKED, card_today="not_here")["reasons"][0] == "card_not_here"

    def test_a_card_that_is_not_held_is_not_missed(self, decided):
        answer = decided(card="lost", card_today="not_here")
        assert answer["reasons"] == ["card_lost"]
        assert "bring_card" not in answer["next_steps"]

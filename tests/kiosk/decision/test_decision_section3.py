"""Section 3: a visit. A class a row; the usual day is Tuesday 2026-11-24, after a Monday's holiday."""

import pytest

from kiosk.decision import Policy

VALID = ("2026-04-01", "2031-03-31")
OLD_CARD = {
    "on": "2025-11-25",
    "acquired_on": "2020-04-01",
    "filed_on": None,
    "linked_on": "2020-04-06",
    "legacy_card_until": "2025-12-01",
}
"""A Tuesday on which an old card is still valid."""
OLD_CARD_NOT_LINKED = OLD_CARD | {"filed_on": "2025-11-20", "linked_on": "2025-11-27"}
NOT_LINKED = {"linked_on": None, "acquired_on": "2026-11-01", "filed_on": "2026-11-18"}
"""The filing came on a Wednesday: Thursday and Friday, then Tuesday 24 and Wednesday 25 November."""
WINDOW = {"earliest": "2026-11-24", "latest": "2026-11-25"}


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


class TestUsableFrom:
    AFTER_THE_TABLE = {
        "on": "2100-06-01",
        "birth_date": "2080-05-15",
        "acquired_on": "2100-05-01",
        "linked_on": None,
        "filed_on": "2099-12-24",
    }

    @pytest.mark.parametrize(
        ("on", "usable_from", "reasons"),
        [
            ("2026-11-18", WINDOW, ["not_linked_yet"]),
            ("2026-11-25", WINDOW, ["not_linked_yet"]),
            ("2026-11-26", None, ["not_linked_yet"]),
            ("2026-11-30", None, ["not_linked_yet"]),
            ("2026-12-01", None, ["not_linked_yet", "linkage_overdue"]),
        ],
    )
    def test_the_third_to_fourth_business_day_and_overdue_three_later(self, decided, on, usable_from, reasons):
        answer = decided(**NOT_LINKED, on=on)
        assert (answer["usable_from"], answer["reasons"]) == (usable_from, reasons)
        assert ("contact_union" in answer["next_steps"]) is ("linkage_overdue" in reasons)

    def test_the_year_end_closure_counts_as_no_business_day(self, decided):
        answer = decided(on="2026-12-28", acquired_on="2026-12-01", linked_on=None, filed_on="2026-12-25")
        assert answer["usable_from"] == {"earliest": "2027-01-05", "latest": "2027-01-06"}

    def test_another_insurer_may_be_quicker(self, decided):
        policy = Policy(linkage_days=(1, 2), linkage_slack_days=0)
        assert decided(policy, **NOT_LINKED, on="2026-11-19")["usable_from"] == {
            "earliest": "2026-11-19",
            "latest": "2026-11-20",
        }
        assert decided(policy, **NOT_LINKED, on="2026-11-21")["reasons"] == ["not_linked_yet", "linkage_overdue"]

    def test_where_the_table_of_holidays_ends_nothing_is_said(self, decided):
        answer = decided(**self.AFTER_THE_TABLE)
        assert (answer["usable_from"], answer["reasons"]) == (None, ["not_linked_yet"])

    def test_nothing_is_overdue_where_the_table_ends(self, decided):
        """Friday 25 and Monday 28 December 2099 are the last business days that are known."""
        answer = decided(Policy(linkage_days=(1, 2)), **self.AFTER_THE_TABLE)
        assert (answer["usable_from"], answer["reasons"]) == (None, ["not_linked_yet"])

    def test_a_known_day_of_linkage_to_come_does_not_change_the_window(self, decided):
        answer = decided(**NOT_LINKED | {"linked_on": "2026-12-24"})
        assert answer["usable_from"] == WINDOW

    @pytest.mark.parametrize("card_today", ["read", "unreadable", "not_here"])
    def test_without_a_card_no_day_is_named(self, decided, card_today):
        assert decided(**NOT_LINKED, card="never_issued", card_today=card_today)["usable_from"] is None


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


class TestAlsoBring:
    EVERYTHING = {"needs": ["specific_disease", "high_cost", "meal_reduction"], "birth_date": "1956-01-01"}
    ALL_FOUR = [
        "elderly_recipient_certificate",
        "limit_application_certificate",
        "meal_reduction_certificate",
        "specific_disease_certificate",
    ]

    def test_with_a_confirmation(self, decided, held):
        answer = decided(**self.EVERYTHING, card="lost", confirmation_held=held(*VALID))
        assert answer["also_bring"] == self.ALL_FOUR
        assert answer["next_steps"] == ["show_confirmation", "bring_supplements"]

    def test_less_what_is_printed_on_the_confirmation(self, decided, held):
        policy = Policy(printed_on_confirmation=frozenset(self.ALL_FOUR[::2]))
        answer = decided(policy, **self.EVERYTHING, card="lost", confirmation_held=held(*VALID))
        assert answer["also_bring"] == self.ALL_FOUR[1::2]

    def test_nothing_where_all_is_printed(self, decided, held):
        policy = Policy(printed_on_confirmation=frozenset(self.ALL_FOUR))
        answer = decided(policy, **self.EVERYTHING, card="lost", confirmation_held=held(*VALID))
        assert answer["also_bring"] == []
        assert "bring_supplements" not in answer["next_steps"]

    def test_with_the_old_card_whatever_is_printed_on_a_confirmation(self, decided):
        policy = Policy(printed_on_confirmation=frozenset(self.ALL_FOUR))
        assert decided(policy, **self.EVERYTHING | OLD_CARD, card="lost")["also_bring"] == self.ALL_FOUR[1:]

    def test_with_card_and_notice_whatever_is_printed_on_a_confirmation(self, decided):
        policy = Policy(printed_on_confirmation=frozenset(self.ALL_FOUR))
        answer = decided(policy, **self.EVERYTHING, card_today="unreadable", notice_held=True)
        assert answer["also_bring"] == self.ALL_FOUR

    def test_not_with_the_card_and_the_smartphone(self, decided):
        assert decided(**self.EVERYTHING, card_today="unreadable", smartphone=True)["also_bring"] == []

    @pytest.mark.parametrize("changes", [{"card_today": "unreadable"}, {"card_today": "not_here"}, {"card": "lost"}])
    def test_not_with_the_card_alone_nor_with_nothing(self, decided, changes):
        assert decided(**self.EVERYTHING, **changes)["also_bring"] == []

    def test_the_order_of_the_needs_does_not_matter(self, decided, held):
        paper = {"card": "lost", "confirmation_held": held(*VALID)}
        answer = decided(needs=["meal_reduction", "high_cost"], **paper)
        assert answer["also_bring"] == ["limit_application_certificate", "meal_reduction_certificate"]
        assert answer == decided(needs=["high_cost", "meal_reduction"], **paper)


class TestUsableAfter:
    @pytest.mark.parametrize(
        "changes",
        [
            {"registration": "unregistered"},
            {"registration": "cancelled"},
            {"registration": "cancelled", "registration_ends_on": "2026-11-23"},
            {"registration": "unregistered", "certificate": "unknown"},
        ],
    )
    def test_a_card_here_can_be_registered_at_this_desk(self, decided, changes):
        answer = decided(**changes)
        assert answer["usable_after"] == "register_card"
        assert answer["next_steps"][0] == "register_card"

    @pytest.mark.parametrize(
        "changes",
        [
            {"registration": "registered"},
            {"registration": "cancelled", "registration_ends_on": "2026-11-24"},
            {"card": "lost"},
            {"event": "card_returned"},
            {"card_today": "unreadable"},
            {"card_today": "not_here"},
            {"certificate": "revoked"},
            {"certificate": "expired", "certificate_expired_on": "2026-11-01"},
            {"linked_on": "2026-11-25"},
            {"purpose": "benefit_claim"},
        ],
    )
    def test_not_otherwise(self, decided, changes):
        assert decided(**{"registration": "unregistered"} | changes)["usable_after"] is None


class TestExtraReasons:
    @pytest.mark.parametrize(
        ("changes", "reasons"),
        [
            (
                {"certificate": "expired", "certificate_expired_on": "2026-08-31"},
                ["card_works", "certificate_in_grace"],
            ),
            (
                {"certificate": "expired", "certificate_expired_on": "2026-08-31", "registration": "unregistered"},
                ["certificate_expired", "not_registered"],
            ),
            ({"certificate": "unknown"}, ["card_works", "certificate_not_checked"]),
            ({"certificate": "unknown", "registration": "unregistered"}, ["not_registered", "certificate_not_checked"]),
            ({"certificate": "unknown", "card": "lost"}, ["card_lost"]),
            (
                {"registration": "cancelled", "registration_ends_on": "2026-11-24"},
                ["card_works", "registration_ending"],
            ),
            (
                {"registration": "cancelled", "registration_ends_on": "2026-11-24", "certificate": "revoked"},
                ["certificate_revoked"],
            ),
            ({"linked_on": None}, ["card_works", "linkage_assumed"]),
            ({"linked_on": None, "card": "never_issued"}, ["no_card"]),
            (
                {"legacy_card_until": "2025-12-01", "acquired_on": "2024-12-01"},
                ["card_works", "old_card_expired"],
            ),
            (
                {"legacy_card_until": "2025-12-01", "acquired_on": "2024-12-02"},
                ["card_works", "paper_of_earlier_insurance"],
            ),
        ],
    )
    def test_each_stands_where_it_holds(self, decided, changes, reasons):
        assert decided(**changes)["reasons"] == reasons

    @pytest.mark.parametrize(
        ("days", "reason"),
        [
            (("2026-04-01", "2026-11-23"), "confirmation_expired"),
            (("2026-11-25", "2031-11-24"), "confirmation_starts_later"),
            (("2026-03-31", "2031-03-30"), "paper_of_earlier_insurance"),
            (("2025-04-01", "2026-03-30"), "paper_of_earlier_insurance"),
        ],
    )
    def test_a_confirmation_that_cannot_be_shown_is_explained(self, decided, held, days, reason):
        assert decided(confirmation_held=held(*days))["reasons"] == ["card_works", reason]

    def test_a_valid_confirmation_needs_no_word(self, decided, held):
        assert decided(confirmation_held=held(*VALID))["reasons"] == ["card_works"]

    def test_a_valid_old_card_needs_no_word(self, decided):
        assert decided(**OLD_CARD)["reasons"] == ["card_works"]

    def test_two_papers_of_earlier_insurance_are_one_reason(self, decided, held):
        answer = decided(confirmation_held=held("2025-04-01", "2030-03-31"), legacy_card_until="2025-12-01")
        assert answer["reasons"] == ["card_works", "paper_of_earlier_insurance"]

    def test_a_lost_paper_needs_no_word(self, decided, held):
        answer = decided(
            event="confirmation_lost",
            confirmation_held=held("2025-04-01", "2030-03-31"),
            legacy_card_until="2025-12-01",
        )
        assert answer["reasons"] == ["card_works"]

    def test_they_come_in_their_order(self, decided, held):
        answer = decided(
            acquired_on="2024-04-01",
            certificate="expired",
            certificate_expired_on="2026-11-01",
            registration="cancelled",
            registration_ends_on="2026-12-31",
            linked_on=None,
            legacy_card_until="2025-12-01",
            confirmation_held=held("2026-11-25", "2027-04-01"),
        )
        assert answer["reasons"] == [
            "card_works",
            "certificate_in_grace",
            "registration_ending",
            "linkage_assumed",
            "old_card_expired",
            "confirmation_starts_later",
            "confirmation_is_enough",
        ]

    def test_an_old_card_and_a_confirmation_of_earlier_insurance(self, decided, held):
        answer = decided(
            acquired_on="2024-04-01",
            legacy_card_until="2025-12-01",
            confirmation_held=held("2024-03-31", "2029-03-30"),
        )
        assert answer["reasons"] == ["card_works", "old_card_expired", "paper_of_earlier_insurance"]

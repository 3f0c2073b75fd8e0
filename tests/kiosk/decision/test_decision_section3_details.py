"""Section 3, what is said beside a visit's row: from when the card works, what else to bring, further reasons."""

import pytest

from kiosk.decision import Policy
from tests.kiosk.decision.visits import NOT_LINKED, OLD_CARD, VALID, WINDOW


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

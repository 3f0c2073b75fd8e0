"""Section 4: what the union issues and what is filed. A class an event; the usual person has a lasting card."""

import pytest

from kiosk.decision import Policy

GRACE = {"certificate": "expired", "certificate_expired_on": "2026-11-01"}
ENDING = {"registration": "cancelled", "registration_ends_on": "2026-12-31"}
NO_CARD = {"card": "never_issued"}
NOT_LASTING = [GRACE, ENDING, NO_CARD]
LONG = ("2026-04-01", "2031-03-31")
SOON = ("2026-04-01", "2026-12-24")
NOTICES_ARE_NOT_ISSUED = Policy(notice_on_change=False)
SIXTY = {"birth_date": "1966-01-01"}


@pytest.fixture
def issued(decided):
    def issued_for(*policy, **changes):
        answer = decided(*policy, **changes)
        return answer["issue"], answer["file"]

    return issued_for


class TestEnrolled:
    def test_a_lasting_card_brings_a_notice(self, issued):
        assert issued(event="enrolled") == ("notice", [])

    @pytest.mark.parametrize("changes", NOT_LASTING)
    def test_any_other_a_confirmation(self, issued, changes):
        assert issued(event="enrolled", **changes) == ("confirmation", [])

    def test_the_box_ticked_brings_a_confirmation_to_everybody(self, issued):
        assert issued(event="enrolled", confirmation_requested=True) == ("confirmation", [])

    def test_the_papers_are_filed_until_they_are(self, issued):
        assert issued(event="enrolled", filed_on=None) == ("notice", ["enrolment_notice", "acquisition_notice"])

    def test_the_notice_of_an_enrolment_is_no_choice_of_the_union(self, issued):
        assert issued(NOTICES_ARE_NOT_ISSUED, event="enrolled") == ("notice", [])


@pytest.mark.parametrize(
    ("event", "file"),
    [
        ("renamed", ["name_change_notice"]),
        ("reemployed", ["withdrawal_notice", "enrolment_notice"]),
        ("certificate_expired", []),
    ],
)
class TestChanges:
    def test_a_lasting_card_brings_a_notice(self, issued, event, file):
        assert issued(event=event, **SIXTY) == ("notice", file)

    def test_or_nothing_where_the_union_issues_none(self, issued, event, file):
        assert issued(NOTICES_ARE_NOT_ISSUED, event=event, **SIXTY) == (None, file)

    @pytest.mark.parametrize("changes", NOT_LASTING)
    def test_any_other_a_confirmation(self, issued, event, file, changes):
        assert issued(NOTICES_ARE_NOT_ISSUED, event=event, **SIXTY, **changes) == ("confirmation", file)


class TestRegistrationCancelled:
    @pytest.mark.parametrize("changes", [{}, *NOT_LASTING])
    def test_a_confirmation_with_the_application_to_cancel(self, issued, changes):
        assert issued(event="registration_cancelled", **changes) == ("confirmation", ["registration_cancellation"])

    def test_the_application_is_filed_even_where_a_confirmation_is_enough(self, issued, held):
        answer = issued(event="registration_cancelled", confirmation_held=held(*LONG))
        assert answer == (None, ["registration_cancellation"])


@pytest.mark.parametrize("event", ["card_returned", "card_lost"])
class TestCardGone:
    @pytest.mark.parametrize("changes", [{}, *NOT_LASTING])
    def test_a_confirmation_on_application(self, issued, event, changes):
        assert issued(event=event, **changes) == ("confirmation", ["confirmation_application"])

    def test_no_application_where_a_confirmation_is_enough(self, decided, held, event):
        answer = decided(event=event, confirmation_held=held(*LONG))
        assert (answer["issue"], answer["file"]) == (None, [])
        assert answer["reasons"] == [event, "confirmation_is_enough"]

    @pytest.mark.parametrize("days", [SOON, ("2026-04-01", "2026-05-01")])
    def test_an_application_where_it_ends_or_has_ended(self, issued, held, event, days):
        assert issued(event=event, confirmation_held=held(*days)) == ("confirmation", ["confirmation_application"])


class TestConfirmationLost:
    @pytest.mark.parametrize("changes", [{}, *NOT_LASTING])
    def test_a_confirmation_on_application_with_a_card_too(self, issued, changes):
        assert issued(event="confirmation_lost", **changes) == ("confirmation", ["confirmation_application"])

    def test_the_lost_one_is_never_enough(self, decided, held):
        answer = decided(event="confirmation_lost", confirmation_held=held(*LONG))
        assert (answer["issue"], answer["file"]) == ("confirmation", ["confirmation_application"])
        assert answer["reasons"] == ["card_works"]


class TestNoEvent:
    def test_a_lasting_card_needs_nothing(self, issued):
        assert issued() == (None, [])

    @pytest.mark.parametrize("changes", NOT_LASTING)
    def test_any_other_a_confirmation_without_an_application(self, issued, changes):
        assert issued(**changes) == ("confirmation", [])

    @pytest.mark.parametrize("card", ["returned", "lost"])
    def test_a_card_returned_or_lost_is_applied_for(self, issued, card):
        assert issued(card=card) == ("confirmation", ["confirmation_application"])

    @pytest.mark.parametrize("days", [SOON, ("2026-04-01", "2026-05-01")])
    def test_but_not_where_one_of_this_membership_is_held_not_even_an_expired_one(self, issued, held, days):
        assert issued(card="lost", confirmation_held=held(*days)) == ("confirmation", [])

    def test_one_of_an_earlier_membership_is_none(self, issued, held):
        earlier = held("2025-04-01", "2030-03-31")
        assert issued(card="lost", confirmation_held=earlier) == ("confirmation", ["confirmation_application"])

    def test_nothing_is_applied_for_where_nothing_is_issued(self, issued, held):
        assert issued(card="lost", confirmation_held=held(*LONG)) == (None, [])

    def test_a_ticked_box_counts_at_the_enrolment_only(self, issued):
        assert issued(confirmation_requested=True) == (None, [])


class TestHeldAlready:
    """The usual person without a card, born in 1980: the cap lies in 2055."""

    @pytest.mark.parametrize(
        ("days", "issue", "reasons"),
        [
            (("2026-04-01", "2026-12-25"), None, ["confirmation_is_enough"]),
            (("2026-04-01", "2026-12-24"), "confirmation", ["confirmation_ending"]),
            (("2026-04-01", "2026-11-24"), "confirmation", ["confirmation_ending"]),
            (("2026-04-01", "2026-11-23"), "confirmation", ["confirmation_expired"]),
            (("2026-11-25", "2026-11-30"), None, ["confirmation_starts_later", "confirmation_is_enough"]),
            (("2026-03-31", "2031-03-30"), "confirmation", ["paper_of_earlier_insurance"]),
        ],
    )
    def test_renewed_from_30_days_before_its_end(self, decided, held, days, issue, reasons):
        answer = decided(**NO_CARD, confirmation_held=held(*days))
        assert (answer["issue"], answer["reasons"]) == (issue, ["no_card", *reasons])
        assert ("await_confirmation" in answer["next_steps"]) is (issue == "confirmation")

    def test_another_insurer_may_renew_earlier(self, decided, held):
        answer = decided(
            Policy(confirmation_renewal_days=31), **NO_CARD, confirmation_held=held("2026-04-01", "2026-12-25")
        )
        assert (answer["issue"], answer["reasons"]) == ("confirmation", ["no_card", "confirmation_ending"])

    @pytest.mark.parametrize(
        ("changes", "days", "issue", "reasons"),
        [
            ({"lost_on": "2026-12-25"}, ("2026-04-01", "2026-12-24"), None, []),
            ({"lost_on": "2026-12-26"}, ("2026-04-01", "2026-12-24"), "confirmation", ["confirmation_ending"]),
            ({"lost_on": "2026-12-01"}, ("2026-04-01", "2026-12-24"), None, []),
            ({"birth_date": "1951-12-25"}, ("2026-04-01", "2026-12-24"), None, []),
            ({"birth_date": "1951-12-26"}, ("2026-04-01", "2026-12-24"), "confirmation", ["confirmation_ending"]),
            ({"lost_on": "2026-12-26"}, ("2026-04-01", "2026-12-25"), None, ["confirmation_is_enough"]),
            ({"lost_on": "2026-11-25"}, ("2026-04-01", "2031-03-31"), None, ["confirmation_is_enough"]),
        ],
    )
    def test_one_that_reaches_the_cap_is_not_renewed(self, decided, held, changes, days, issue, reasons):
        answer = decided(**NO_CARD | changes, confirmation_held=held(*days))
        assert (answer["issue"], answer["reasons"]) == (issue, ["no_card", *reasons])

    @pytest.mark.parametrize(
        "event", ["certificate_expired", "registration_cancelled", "card_returned", "card_lost", "enrolled", None]
    )
    @pytest.mark.parametrize(
        ("days", "issue", "reason"),
        [(LONG, None, "confirmation_is_enough"), (SOON, "confirmation", "confirmation_ending")],
    )
    def test_whatever_the_event(self, decided, held, event, days, issue, reason):
        answer = decided(**NO_CARD, event=event, confirmation_held=held(*days))
        assert (answer["issue"], answer["reasons"][-1]) == (issue, reason)

    @pytest.mark.parametrize(
        "changes",
        [
            {"event": "renamed"},
            {"event": "reemployed"} | SIXTY,
            {"event": "confirmation_lost"},
            {"event": "enrolled", "confirmation_requested": True},
        ],
    )
    @pytest.mark.parametrize("days", [LONG, SOON, ("2026-11-25", "2031-11-24")])
    def test_but_for_the_exceptions_which_are_always_issued(self, decided, held, changes, days):
        answer = decided(**NO_CARD | changes, confirmation_held=held(*days))
        assert answer["issue"] == "confirmation"
        assert not {"confirmation_is_enough", "confirmation_ending"} & set(answer["reasons"])

    def test_an_exception_is_issued_even_at_the_cap(self, decided, held):
        answer = decided(**NO_CARD, event="renamed", lost_on="2026-12-25", confirmation_held=held(*SOON))
        assert answer["issue"] == "confirmation"

    def test_a_notice_is_not_weighed_against_it(self, decided, held):
        answer = decided(event="renamed", confirmation_held=held(*LONG))
        assert (answer["issue"], answer["reasons"]) == ("notice", ["card_works"])


@pytest.mark.parametrize("purpose", ["benefit_claim", "health_program"])
def test_the_purpose_makes_no_difference(issued, purpose):
    changes = {"event": "card_lost"}
    assert issued(purpose=purpose, **changes) == issued(**changes) == ("confirmation", ["confirmation_application"])

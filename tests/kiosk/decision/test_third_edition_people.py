"""What the third edition says of people (◆ there): unknown 利用登録, withheld data, 要配慮者, 特別療養費."""

import pytest

from kiosk.decision import FactsError, parse_facts
from tests.kiosk.decision.third_edition import (
    CLAIM,
    EXPIRED,
    IN_FULL,
    IN_GRACE,
    NEW,
    NO_CARD,
    UNKNOWN,
    WITHHELD,
    policy,
)

# 利用登録 unknown


def test_a_card_of_unknown_registration_works_where_the_reader_says_so_and_may_be_registered_there(decided):
    decision = decided(**NEW)
    assert (decision["applies"], decision["present"], decision["usable"]) == ("card", ["card"], "yes")
    assert decision["reasons"] == ["registration_unknown"], "in the place of card_works, and once"
    assert (decision["usable_after"], decision["next_steps"]) == ("register_card", ["register_card"])


def test_where_another_row_decides_it_is_an_extra_reason(decided):
    decision = decided(card_today="not_here", **NEW)
    assert decision["reasons"] == ["card_not_here", "registration_unknown"]
    assert decision["next_steps"] == ["register_card", "bring_card", "ask_staff"]


def test_the_main_reason_comes_before_the_extra_ones(decided):
    assert decided(**UNKNOWN, **IN_GRACE)["reasons"] == ["registration_unknown", "certificate_in_grace"]


def test_a_registration_that_is_being_cancelled_is_not_asked_for_again(decided):
    decision = decided(event="registration_cancelled", **NEW)
    assert (decision["usable_after"], decision["next_steps"][0]) == (None, "take_card_and_wait")
    assert "register_card" not in decision["next_steps"]


def test_a_claim_needs_no_registration_and_is_sent_to_staff(decided):
    decision = decided(**NEW, **CLAIM)
    assert (decision["usable"], decision["next_steps"]) == ("no", ["ask_staff"])


def test_its_last_day_is_impossible_there():
    with pytest.raises(FactsError, match="registration_ends_on"):
        parse_facts(
            {"on": "2026-11-24", "birth_date": "1980-05-15", "acquired_on": "2026-04-01", "card": "held"}
            | UNKNOWN
            | {"registration_ends_on": "2026-12-31"}
        )


@pytest.mark.parametrize(
    ("issue", "event", "issued"),
    [
        ("none", None, None),
        ("none", "enrolled", None),
        ("none", "renamed", None),
        ("confirmation", None, "confirmation"),
        ("confirmation", "enrolled", "confirmation"),
        ("confirmation", "certificate_expired", "confirmation"),
        ("notice", None, None),
        ("notice", "enrolled", "notice"),
        ("notice", "reemployed", "notice"),
        ("none", "registration_cancelled", "confirmation"),
        ("none", "confirmation_lost", "confirmation"),
    ],
)
def test_what_the_union_issues_to_the_undetermined_is_its_choice(decided, issue, event, issued):
    facts = NEW | {"event": event, "birth_date": "1960-05-15"}
    assert decided(policy(unknown_registration_issue=issue), **facts)["issue"] == issued


def test_a_notice_on_change_is_the_unions_choice_for_them_too(decided):
    rules = policy(unknown_registration_issue="notice", notice_on_change=False)
    assert decided(rules, **NEW, event="renamed")["issue"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"acquired_on": "2026-09-25"},
        {"my_number_reported": False},
        IN_GRACE,
        {"confirmation_held": {"valid_from": "2026-11-02", "valid_until": "2026-11-20"}},
        {"card": "lost"},
    ],
    ids=["sixty days are over", "no My Number", "in grace", "a confirmation that ended", "no card"],
)
def test_who_is_not_undetermined_gets_a_confirmation(decided, change):
    assert decided(**NEW | change)["issue"] == "confirmation"


def test_who_asked_for_a_confirmation_gets_it(decided):
    assert decided(**NEW, event="enrolled", confirmation_requested=True)["issue"] == "confirmation"


# Data withheld


@pytest.mark.parametrize("registration", ["registered", "unregistered", "cancelled", "unknown"])
@pytest.mark.parametrize("certificate", [{}, EXPIRED, IN_GRACE, {"certificate": "revoked"}, {"certificate": "unknown"}])
def test_one_reason_stands_for_everything_about_card_and_registration(decided, registration, certificate):
    decision = decided(**WITHHELD, registration=registration, **certificate)
    causes = [reason for reason in decision["reasons"] if reason != "certificate_not_checked"]
    assert (decision["applies"], causes) == ("confirmation", ["information_withheld"])
    assert (decision["issue"], decision["file"], decision["usable_after"]) == ("confirmation", [], None)
    assert decision["next_steps"] == ["await_confirmation", "ask_staff", "contact_union"]


def test_where_the_card_is_gone_is_said_before_it(decided):
    assert decided(**WITHHELD, card="lost")["reasons"] == ["card_lost", "information_withheld"]


@pytest.mark.parametrize("event", ["card_lost", "card_returned", "confirmation_lost", "consideration_requested", None])
def test_they_get_a_confirmation_without_an_application(decided, event):
    decision = decided(**WITHHELD, card="lost", event=event)
    assert (decision["issue"], decision["file"]) == ("confirmation", [])


def test_the_other_papers_are_filed_and_where_to_send_what_comes_is_agreed_first(decided, paper):
    decision = decided(**WITHHELD, **paper, event="registration_cancelled")
    assert decision["file"] == ["registration_cancellation"]
    assert decision["next_steps"] == ["show_confirmation", "file_papers", "contact_union"]


def test_with_a_valid_confirmation_nothing_is_to_be_agreed(decided, paper):
    assert decided(**WITHHELD, **paper)["next_steps"] == ["show_confirmation"]


@pytest.mark.parametrize(
    "ended", [{"lost_on": "2026-11-01"}, {"birth_date": "1950-05-15", "acquired_on": "2020-04-01"}]
)
def test_each_insurer_must_be_told_anew(decided, ended):
    assert decided(**ended)["next_steps"] == ["ask_new_insurer"]
    assert decided(**ended, **WITHHELD)["next_steps"] == ["contact_union", "ask_new_insurer"]


def test_a_card_left_at_home_is_not_asked_for(decided):
    assert "bring_card" not in decided(**WITHHELD, card_today="not_here")["next_steps"]


# 要配慮者


@pytest.mark.parametrize("event", [None, "enrolled", "renamed", "certificate_expired"])
def test_a_confirmation_is_issued_beside_a_working_card(decided, event):
    decision = decided(special_consideration=True, event=event, filed_on="2026-04-01")
    assert (decision["applies"], decision["issue"]) == ("card", "confirmation")
    assert "confirmation_application" not in decision["file"]


def test_it_is_issued_to_the_undetermined_too(decided):
    assert decided(**NEW, special_consideration=True)["issue"] == "confirmation"


def test_it_is_renewed_without_an_application(decided, held):
    ending = {"confirmation_held": held("2026-04-01", "2026-12-10")}
    decision = decided(special_consideration=True, card="returned", **ending)
    assert (decision["issue"], decision["file"], decision["reasons"][-1]) == ("confirmation", [], "confirmation_ending")
    assert decided(special_consideration=True, card="lost")["file"] == []


def test_a_valid_one_is_enough(decided, paper):
    assert decided(special_consideration=True, **paper)["reasons"] == ["card_works", "confirmation_is_enough"]


def test_the_application_itself_is_filed(decided):
    decision = decided(event="consideration_requested")
    assert (decision["issue"], decision["file"]) == ("confirmation", ["confirmation_application"])
    assert decision["next_steps"] == ["take_card_and_wait", "file_papers", "await_confirmation"]


# 特別療養費


def test_in_full_nothing_but_the_subsidy_is_to_be_brought(decided, paper):
    needs = {"needs": ["high_cost", "specific_disease", "public_subsidy"]}
    decision = decided(**NO_CARD, **paper, **needs, **IN_FULL)
    assert decision["also_bring"] == ["subsidy_certificate"]
    assert decision["reasons"] == ["no_card", "not_registered", "pays_in_full", "confirmation_is_enough"]
    assert decision["next_steps"] == ["show_confirmation", "bring_supplements", "pay_and_claim"]


def test_a_declaration_would_change_nothing_that_is_paid_today(decided):
    decision = decided(card_today="unreadable", **IN_FULL)
    assert (decision["usable"], decision["next_steps"]) == ("with_declaration", ["pay_and_claim"])


def test_a_claim_is_not_paid_at_a_desk(decided):
    assert decided(**CLAIM, **IN_FULL, notice_held=True)["reasons"] == ["notice_confirms_details"]


@pytest.mark.parametrize(
    ("birth_date", "on", "in_full"),
    [
        ("2008-04-01", "2026-03-31", False),  # attains 18 on 31 March 2026
        ("2008-04-01", "2026-04-01", True),
        ("2008-04-02", "2026-04-01", False),  # attains it on 1 April
        ("2008-04-02", "2027-03-31", False),
        ("2008-04-02", "2027-04-01", True),
    ],
)
def test_nobody_pays_in_full_until_the_march_after_eighteen(decided, birth_date, on, in_full):
    facts = {"birth_date": birth_date, "acquired_on": birth_date, "on": on, "filed_on": None}
    assert ("pays_in_full" in decided(**facts, **IN_FULL)["reasons"]) is in_full


def test_withheld_data_and_arrears_lead_to_the_union_first(decided, paper):
    decision = decided(**WITHHELD, **IN_FULL, **paper)
    assert decision["next_steps"] == ["show_confirmation", "pay_and_claim", "contact_union"]

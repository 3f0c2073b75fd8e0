"""What is new in the third edition of the specification, each under its own name (◆ there)."""

import pytest

from kiosk.decision import DEFAULT_POLICY, FactsError, PolicyError, parse_facts, parse_policy

WITHHELD = {"information_withheld": True}
UNKNOWN = {"registration": "unknown"}
NEW = UNKNOWN | {"acquired_on": "2026-11-02", "filed_on": "2026-11-02", "linked_on": "2026-11-06"}
"""A new member of whose 利用登録 the state's data say nothing yet."""
PHONE = {"phone_card": True}
IN_FULL = {"pays_in_full": True}
EXPIRED = {"certificate": "expired", "certificate_expired_on": "2026-07-31"}
IN_GRACE = {"certificate": "expired", "certificate_expired_on": "2026-10-31"}
CLAIM = {"purpose": "benefit_claim"}
NO_CARD = {"card": "never_issued", "registration": "unregistered"}


@pytest.fixture
def paper(held):
    return {"confirmation_held": held("2026-04-01", "2031-03-31")}


def policy(**values):
    return parse_policy(values)


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


# The card in the smartphone


TAKES_PHONES = {"desk_takes_phone_card": True}


@pytest.mark.parametrize("card_today", ["unreadable", "not_here"])
def test_where_the_desk_takes_it_it_is_the_card(decided, paper, card_today):
    decision = decided(policy(**TAKES_PHONES), **PHONE, **paper, card_today=card_today)
    assert (decision["applies"], decision["present"], decision["usable"]) == ("card", ["phone_card"], "yes")
    assert decision["reasons"] == ["phone_card_works"]
    assert decision["next_steps"] == ["hold_phone_to_reader"]


def test_a_card_that_can_be_read_comes_first(decided):
    assert decided(policy(**TAKES_PHONES), **PHONE)["reasons"] == ["card_works"]


@pytest.mark.parametrize("card_today", ["unreadable", "not_here"])
def test_where_the_desk_does_not_take_it_the_screen_says_so(decided, card_today):
    decision = decided(**PHONE, card_today=card_today)
    assert decision["reasons"] == [f"card_{card_today}", "phone_card_not_taken"]
    assert "hold_phone_to_reader" not in decision["next_steps"]


@pytest.mark.parametrize(
    "change",
    [
        IN_GRACE,
        {"card_without_pin": True},
        {"linked_on": None, "acquired_on": "2026-11-20"},
        {"card": "lost"},
        WITHHELD,
    ],
    ids=["no grace there", "no 暗証番号", "not linked", "no card", "withheld"],
)
def test_what_the_card_lacks_the_phone_lacks_too(decided, change):
    decision = decided(policy(**TAKES_PHONES), **PHONE, card_today="unreadable", **change)
    assert "phone_card" not in decision["present"]


def test_a_phone_registers_nothing_on_the_spot(decided):
    decision = decided(policy(**TAKES_PHONES), **PHONE, **NEW, card_today="unreadable")
    assert decision["reasons"] == ["phone_card_works", "registration_unknown"]
    assert decision["next_steps"] == ["hold_phone_to_reader"]


# Cards without a 暗証番号


def test_they_show_no_mynaportal(decided):
    decision = decided(card_without_pin=True, smartphone=True, card_today="unreadable")
    assert (decision["present"], decision["usable"]) == (["card"], "with_declaration")


@pytest.mark.parametrize("has_face_reader", [True, False])
def test_they_are_registered_by_face_alone(decided, has_face_reader):
    rules = policy(desk_has_face_reader=has_face_reader)
    decision = decided(rules, card_without_pin=True, registration="unregistered")
    assert decision["usable_after"] == ("register_card" if has_face_reader else None)
    assert decision["next_steps"][0] == "register_card_at_reader"


def test_without_a_face_reader_one_of_unknown_registration_is_read_and_waits(decided):
    decision = decided(policy(desk_has_face_reader=False), card_without_pin=True, **NEW)
    assert decision["next_steps"] == ["take_card_and_wait", "register_card_at_reader"]


# 医療費助成


SUBSIDY = {"needs": ["public_subsidy"]}


@pytest.mark.parametrize("change", [{}, {"card_today": "unreadable"}, {"card_today": "unreadable", "smartphone": True}])
def test_the_certificate_of_a_subsidy_is_brought_whatever_is_shown(decided, change):
    assert decided(**SUBSIDY, **change)["also_bring"] == ["subsidy_certificate"]


def test_with_nothing_to_show_it_is_not_mentioned(decided):
    assert decided(**SUBSIDY, card_today="not_here")["also_bring"] == []


@pytest.mark.parametrize(
    ("change", "brings"),
    [
        ({}, []),
        (PHONE | {"card_today": "unreadable"}, []),
        ({"card_today": "unreadable"}, ["subsidy_certificate"]),
        (
            NO_CARD | {"confirmation_held": {"valid_from": "2026-04-01", "valid_until": "2031-03-31"}},
            ["subsidy_certificate"],
        ),
    ],
    ids=["card", "phone", "card with a declaration", "paper"],
)
def test_a_desk_that_reads_it_from_the_card_needs_none_beside_the_card(decided, change, brings):
    rules = policy(subsidy_on_card=True, **TAKES_PHONES)
    assert decided(rules, **SUBSIDY, **change)["also_bring"] == brings


def test_it_is_the_last_of_the_supplements_and_never_printed_on_the_insurers_paper(decided, paper):
    rules = policy(printed_on_confirmation=["limit_application_certificate"])
    needs = {"needs": ["public_subsidy", "high_cost", "meal_reduction"]}
    brings = decided(rules, **NO_CARD, **paper, **needs)["also_bring"]
    assert brings == ["meal_reduction_certificate", "subsidy_certificate"]
    with pytest.raises(PolicyError, match="printed_on_confirmation"):
        policy(printed_on_confirmation=["subsidy_certificate"])


def test_a_claim_brings_none(decided):
    assert decided(**CLAIM, **SUBSIDY, notice_held=True)["also_bring"] == []


# The end of a stay


@pytest.mark.parametrize(
    ("stay_until", "months", "valid_until"),
    [
        ("2028-05-10", 2, "2028-05-10"),
        ("2026-11-24", 2, "2026-11-24"),
        ("2026-11-23", 2, "2027-01-23"),
        ("2026-09-30", 2, "2026-11-30"),
        ("2026-09-24", 2, "2026-11-24"),
        ("2033-01-01", 2, "2031-11-23"),
        ("2026-12-31", 0, "2026-12-31"),
    ],
)
def test_a_stay_caps_the_confirmation(valid, stay_until, months, valid_until):
    rules = policy(stay_grace_months=months)
    assert valid(rules, **NO_CARD, stay_until=stay_until) == ("2026-11-24", valid_until)


def test_the_same_day_of_a_shorter_month_is_its_last_day(valid):
    facts = NO_CARD | {"on": "2027-02-20", "stay_until": "2026-12-31"}
    assert valid(**facts) == ("2027-02-20", "2027-02-28")


@pytest.mark.parametrize(("stay_until", "months"), [("2026-09-23", 2), ("2026-11-23", 0)])
def test_after_it_no_confirmation_is_issued_and_none_applied_for(decided, stay_until, months):
    rules = policy(stay_grace_months=months)
    decision = decided(rules, **NO_CARD | {"card": "lost"}, stay_until=stay_until)
    assert (decision["issue"], decision["file"], decision["reasons"][-1]) == (None, [], "stay_ended")
    assert decision["next_steps"] == ["ask_staff", "contact_union"]


def test_even_what_is_always_issued_is_not_issued_then(decided):
    decision = decided(stay_until="2026-01-01", event="confirmation_lost")
    assert (decision["issue"], decision["file"], decision["reasons"]) == (None, [], ["card_works", "stay_ended"])


def test_other_papers_are_filed_all_the_same(decided):
    decision = decided(**NO_CARD, stay_until="2026-01-01", event="renamed")
    assert (decision["issue"], decision["file"]) == (None, ["name_change_notice"])


def test_who_needs_no_confirmation_hears_nothing_of_it(decided):
    assert decided(stay_until="2026-01-01")["reasons"] == ["card_works"]


def test_a_confirmation_that_reaches_the_end_of_the_stay_is_not_renewed_and_the_union_hears_of_it(decided, held):
    reaching = {"confirmation_held": held("2026-04-01", "2026-12-10"), "stay_until": "2026-12-10"}
    decision = decided(**NO_CARD, **reaching)
    assert (decision["issue"], decision["reasons"][-1]) == (None, "confirmation_ending")
    assert decision["next_steps"] == ["show_confirmation", "contact_union"]


def test_one_that_reaches_the_end_of_the_insurance_is_not_mentioned(decided, held):
    reaching = {"confirmation_held": held("2026-04-01", "2026-12-10"), "lost_on": "2026-12-11"}
    for stay in ({}, {"stay_until": "2026-12-10"}):
        decision = decided(**NO_CARD, **reaching, **stay)
        assert (decision["issue"], decision["reasons"], decision["next_steps"]) == (
            None,
            ["no_card", "not_registered"],
            ["show_confirmation"],
        )


# The mended step, and the policy


def test_a_card_that_cannot_be_registered_is_not_asked_for(decided):
    steps = decided(card_today="not_here", registration="unregistered", **EXPIRED)["next_steps"]
    assert "bring_card" not in steps and "renew_certificate" in steps


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("unknown_registration_issue", "card"),
        ("unknown_registration_issue", 1),
        ("stay_grace_months", -1),
        ("stay_grace_months", True),
        ("desk_has_face_reader", "yes"),
        ("desk_takes_phone_card", 1),
        ("subsidy_on_card", "true"),
        ("full_payment_from_age", 1_001),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(name, value):
    with pytest.raises(PolicyError) as refusal:
        policy(**{name: value})
    assert refusal.value.field == name


def test_the_defaults_are_those_of_the_specification():
    assert (DEFAULT_POLICY.unknown_registration_issue, DEFAULT_POLICY.stay_grace_months) == ("none", 2)
    assert (DEFAULT_POLICY.desk_has_face_reader, DEFAULT_POLICY.desk_takes_phone_card) == (True, False)
    assert (DEFAULT_POLICY.subsidy_on_card, DEFAULT_POLICY.full_payment_from_age) == (False, 18)

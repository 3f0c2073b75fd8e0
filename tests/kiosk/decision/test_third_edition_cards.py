"""What the third edition says of cards, papers and stays (◆ there), each under its own name."""

import pytest

from kiosk.decision import DEFAULT_POLICY, PolicyError
from tests.kiosk.decision.third_edition import CLAIM, EXPIRED, IN_GRACE, NEW, NO_CARD, PHONE, WITHHELD, policy

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

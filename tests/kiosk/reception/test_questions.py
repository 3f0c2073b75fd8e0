"""What is asked: only what changes the answer, each thing once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.decision import (
    DEFAULT_POLICY,
    CardStatus,
    Certificate,
    Confirmation,
    Facts,
    Need,
    Purpose,
    Registration,
    Supplement,
    decide,
)
from kiosk.reception.questions import Inquiry, Question, Replies, inquire, with_limit_consent
from kiosk.reception.renewal import Renewal, renewal_of

PAPER = {"card": CardStatus.LOST, "confirmation_held": Confirmation(date(2025, 1, 1), date(2029, 12, 31))}


def facts(**more: Any) -> Facts:
    return Facts.checked(
        **{
            "on": date(2026, 11, 22),
            "birth_date": date(1985, 4, 1),
            "acquired_on": date(2024, 4, 1),
            "linked_on": date(2024, 4, 5),
            "card": CardStatus.HELD,
            "registration": Registration.REGISTERED,
            **more,
        }
    )


def test_a_working_card_needs_no_word_about_needs_or_telephones() -> None:
    assert inquire(facts(), DEFAULT_POLICY) == Inquiry((Question.PURPOSE,), reminds_of_subsidy=True)


def test_beside_a_paper_the_needs_count() -> None:
    assert inquire(facts(**PAPER), DEFAULT_POLICY) == Inquiry((Question.NEEDS,), tuple(Need))


def test_what_is_printed_on_the_paper_is_not_asked_for() -> None:
    policy = replace(DEFAULT_POLICY, printed_on_confirmation=frozenset({Supplement.LIMIT_APPLICATION_CERTIFICATE}))
    assert inquire(facts(**PAPER), policy).needs == (Need.MEAL_REDUCTION, Need.SPECIFIC_DISEASE, Need.PUBLIC_SUBSIDY)


def test_for_a_claim_with_no_paper_the_telephone_counts() -> None:
    asked = inquire(facts(purpose=Purpose.BENEFIT_CLAIM), DEFAULT_POLICY)
    assert asked.questions == (Question.PURPOSE, Question.SMARTPHONE)


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize(
    "more", [{}, PAPER, {"notice_held": True, "linked_on": None, "acquired_on": date(2026, 11, 19)}]
)
def test_nothing_else_that_could_be_said_changes_the_answer(purpose: Purpose, more: dict[str, Any]) -> None:
    known = facts(purpose=purpose, **more)
    asked = inquire(known, DEFAULT_POLICY)
    others = set(Need) - set(asked.needs) - {Need.PUBLIC_SUBSIDY}  # a remark reminds everybody of that one
    variants: dict[str, list[Any]] = {"needs": [(), *((need,) for need in others)]}
    if Question.SMARTPHONE not in asked.questions:
        variants["smartphone"] = [False, True]
    for name, values in variants.items():
        assert len({decide(replace(known, **{name: value}), DEFAULT_POLICY) for value in values}) == 1


def test_the_questions_come_one_after_another_and_the_purpose_at_the_union_only() -> None:
    inquiry = Inquiry((Question.PURPOSE, Question.NEEDS), (Need.HIGH_COST,))
    assert inquiry.next(Replies(), ask_purpose=True) is Question.PURPOSE
    assert inquiry.next(Replies(), ask_purpose=False) is Question.NEEDS
    asked = Replies(asked=frozenset({Question.PURPOSE, Question.NEEDS}))
    assert inquiry.next(asked, ask_purpose=True) is None


@pytest.mark.parametrize(
    ("on", "reminded"),
    [(date(2026, 11, 27), False), (date(2026, 11, 28), True), (date(2027, 2, 28), True)],
)
def test_from_three_months_before_its_last_day_a_certificate_is_to_be_renewed(on: date, reminded: bool) -> None:
    last_day = date(2027, 2, 28)
    found = renewal_of(facts(on=on), last_day, DEFAULT_POLICY)
    assert found == (Renewal(last_day, in_grace=False) if reminded else None)


def test_three_months_before_a_31st_may_be_the_last_of_a_short_month() -> None:
    assert renewal_of(facts(on=date(2027, 2, 27)), date(2027, 5, 31), DEFAULT_POLICY) is None
    assert renewal_of(facts(on=date(2027, 2, 28)), date(2027, 5, 31), DEFAULT_POLICY) is not None


@pytest.mark.parametrize(("on", "until"), [(date(2027, 1, 31), date(2027, 1, 31)), (date(2027, 2, 1), None)])
def test_in_its_grace_a_certificate_works_to_the_end_of_the_third_month(on: date, until: date | None) -> None:
    last_day = date(2026, 10, 5)
    expired = facts(on=on, certificate=Certificate.EXPIRED, certificate_expired_on=last_day)
    assert renewal_of(expired, last_day, DEFAULT_POLICY) == (Renewal(until, in_grace=True) if until else None)


def test_a_revoked_certificate_is_no_matter_of_renewal() -> None:
    revoked = facts(certificate=Certificate.REVOKED)
    assert renewal_of(revoked, date(2026, 12, 1), DEFAULT_POLICY) is None


def test_the_subsidy_alone_is_no_question_but_a_reminder() -> None:
    working = inquire(facts(), DEFAULT_POLICY)
    assert (working.needs, working.reminds_of_subsidy) == ((), True)
    offered = inquire(facts(**PAPER), DEFAULT_POLICY)
    assert Need.PUBLIC_SUBSIDY in offered.needs and not offered.reminds_of_subsidy


def test_a_desk_that_reads_the_subsidy_from_the_card_reminds_nobody() -> None:
    assert not inquire(facts(), replace(DEFAULT_POLICY, subsidy_on_card=True)).reminds_of_subsidy


# The consent to the 限度額


@pytest.mark.parametrize(
    ("need", "asked"),
    [(Need.HIGH_COST, True), (Need.MEAL_REDUCTION, True), (Need.SPECIFIC_DISEASE, False), (Need.PUBLIC_SUBSIDY, False)],
)
def test_the_consent_is_asked_for_where_it_may_spare_a_certificate(need: Need, asked: bool) -> None:
    known = facts(**PAPER, needs=(need,))
    inquiry = with_limit_consent(inquire(known, DEFAULT_POLICY), decide(known))
    assert (Question.LIMIT_CONSENT in inquiry.questions) is asked


def test_the_consent_is_the_last_question() -> None:
    known = facts(**PAPER, needs=(Need.HIGH_COST,))
    assert with_limit_consent(inquire(known, DEFAULT_POLICY), decide(known)).questions[-1] is Question.LIMIT_CONSENT


def test_with_a_working_card_nothing_has_to_be_agreed_to() -> None:
    known = facts(needs=(Need.HIGH_COST,))
    assert with_limit_consent(inquire(known, DEFAULT_POLICY), decide(known)).questions == (Question.PURPOSE,)

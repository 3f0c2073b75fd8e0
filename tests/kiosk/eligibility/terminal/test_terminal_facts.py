"""From the terminal's answer to facts, row by row of the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.decision import (
    DEFAULT_POLICY,
    CardStatus,
    CardToday,
    Certificate,
    Confirmation,
    Facts,
    Need,
    NextStep,
    Presented,
    Reason,
    Registration,
    Supplement,
    decide,
)
from kiosk.eligibility import CardSeen, PapersSeen
from kiosk.eligibility.terminal import (
    Answer,
    Desk,
    FactsNote,
    NoFacts,
    Qualification,
    Status,
    TerminalFacts,
    facts_of_answer,
    parse_answer,
    policy_for,
    without_served,
)
from kiosk.eligibility.terminal.codes import Validity
from kiosk.eligibility.terminal.model import Elderly, Limit, SpecificDisease
from kiosk.failures import Code
from tests.kiosk.eligibility.terminal.other_side import golden

ON = date(2026, 11, 22)
BORN = date(1960, 4, 5)
BY_NUMBERS = Desk(birth_date=BORN)
FACE = Desk(face_file=True)


def made(answer: Answer, desk: Desk = BY_NUMBERS, **more: object) -> TerminalFacts:
    facts = facts_of_answer(answer, ON, replace(desk, **more))
    assert isinstance(facts, TerminalFacts)
    return facts


def valid(**changed: object) -> Answer:
    result = Qualification(birth_date=BORN, acquired_on=date(2019, 4, 1))
    return Answer(Status.VALID, Validity.VALID, reference_class="2", results=(replace(result, **changed),))


def invalid(validity: Validity = Validity.INVALID, **changed: object) -> Answer:
    return replace(valid(**changed), validity=validity)


@pytest.mark.parametrize("name", ["valid", "unregistered"])
def test_1_and_6_are_insured_on_the_day(name: str) -> None:
    facts = made(parse_answer(golden(name))).facts
    assert (facts.on, facts.birth_date, facts.acquired_on, facts.lost_on) == (ON, BORN, date(2019, 4, 1), None)


def test_with_1_a_day_of_loss_counts_for_nothing() -> None:
    assert made(valid(lost_on=date(2026, 4, 1))).facts.lost_on is None


def test_with_1_a_qualification_that_begins_later_is_insured_on_the_day_all_the_same() -> None:
    answered = made(valid(acquired_on=ON + timedelta(days=1)))
    assert (answered.facts.acquired_on, answered.notes) == (ON, (FactsNote.DAYS_CONTRADICT,))
    assert Reason.NOT_YET_INSURED not in decide(answered.facts).reasons


def test_a_day_of_loss_that_never_comes_is_none() -> None:
    """Some insurers write 99991231 for no end."""
    never = date(9999, 12, 31)
    assert made(valid(lost_on=never)).facts.lost_on is None
    assert made(invalid(lost_on=never)).facts.lost_on == ON


def test_2_is_lost_on_its_day() -> None:
    answered = made(parse_answer(golden("invalid")))
    assert (answered.facts.lost_on, answered.notes) == (date(2026, 4, 1), ())


@pytest.mark.parametrize("lost_on", [None, ON + timedelta(days=1)])
def test_2_without_its_day_is_lost_on_the_day_itself(lost_on: date | None) -> None:
    answered = made(invalid(lost_on=lost_on))
    assert (answered.facts.lost_on, answered.notes) == (ON, (FactsNote.LOST_ON_MISSING,))
    assert decide(answered.facts).reasons == (Reason.INSURANCE_ENDED,)


def test_3_is_as_2_and_told_as_old() -> None:
    answered = made(parse_answer(golden("new_qualification")))
    assert (answered.facts.lost_on, answered.notes) == (date(2026, 10, 1), (FactsNote.OLD_QUALIFICATION,))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("none", Code.NOT_FOUND_ONLINE),
        ("several", Code.SEVERAL_FOUND_ONLINE),
        ("segment_9", Code.TERMINAL_REFUSED),
        ("status_2", Code.TERMINAL_REFUSED),
        ("unknown_validity", Code.ANSWER_UNREADABLE),
    ],
)
def test_4_5_and_errors_give_no_facts_but_a_code(name: str, code: Code) -> None:
    assert facts_of_answer(parse_answer(golden(name)), ON, BY_NUMBERS) == NoFacts(code)


def test_a_time_out_gives_no_facts_but_its_code() -> None:
    answer = Answer(Status.TIMEOUT, code="N-10", failure=Code.TERMINAL_SILENT)
    assert facts_of_answer(answer, ON, BY_NUMBERS) == NoFacts(Code.TERMINAL_SILENT)


def test_without_its_day_the_qualification_begins_on_the_day_asked_about() -> None:
    answered = made(valid(acquired_on=None))
    assert (answered.facts.acquired_on, answered.notes) == (ON, (FactsNote.ACQUIRED_ON_MISSING,))


def test_an_answer_at_all_is_linked_on_the_day_asked_about() -> None:
    assert made(valid()).facts.linked_on == ON


@pytest.mark.parametrize(
    ("answer", "desk"),
    [(replace(valid(), reference_class="1"), BY_NUMBERS), (replace(valid(), reference_class=None), FACE)],
    ids=["card", "face file"],
)
def test_by_card_or_face_file_the_card_is_registered_and_held(answer: Answer, desk: Desk) -> None:
    facts = made(answer, replace(desk, registration=Registration.UNREGISTERED)).facts
    assert (facts.registration, facts.card, facts.card_today, facts.certificate) == (
        *(Registration.REGISTERED, CardStatus.HELD, CardToday.READ, Certificate.VALID),
    )
    assert decide(facts).reasons == (Reason.CARD_WORKS,)


def test_by_numbers_the_registration_is_what_the_card_read_here_says() -> None:
    card = CardSeen(date(2028, 1, 1), chain_trusted=True, revocation="good")
    facts = made(valid(), replace(BY_NUMBERS, card=card)).facts
    assert (facts.registration, facts.card, facts.card_today) == (
        *(Registration.UNKNOWN, CardStatus.HELD, CardToday.READ),
    )
    facts = made(valid(), replace(BY_NUMBERS, card=card, registration=Registration.UNREGISTERED)).facts
    assert facts.registration is Registration.UNREGISTERED


@pytest.mark.parametrize(
    ("card", "certificate", "expired_on"),
    [
        (CardSeen(ON, chain_trusted=True, revocation="good"), Certificate.VALID, None),
        (CardSeen(ON, chain_trusted=True, revocation="not_checked"), Certificate.UNKNOWN, None),
        (CardSeen(ON, chain_trusted=False, revocation="good"), Certificate.UNKNOWN, None),
        (CardSeen(ON, chain_trusted=True, revocation="revoked"), Certificate.REVOKED, None),
        (CardSeen(date(2026, 11, 21), True, "good"), Certificate.EXPIRED, date(2026, 11, 21)),
    ],
)
def test_the_certificate_is_that_of_the_card_read_here(
    card: CardSeen, certificate: Certificate, expired_on: date | None
) -> None:
    facts = made(valid(), replace(BY_NUMBERS, card=card)).facts
    assert (facts.certificate, facts.certificate_expired_on) == (certificate, expired_on)


@pytest.mark.parametrize("without_pin", [True, False])
def test_whether_there_is_a_暗証番号_is_seen_on_the_card_read_here(without_pin: bool) -> None:
    card = CardSeen(ON, chain_trusted=True, revocation="good", without_pin=without_pin)
    assert made(valid(), replace(BY_NUMBERS, card=card)).facts.card_without_pin is without_pin


def test_a_confirmation_counts_by_its_printed_days_as_staff_saw_them() -> None:
    papers = PapersSeen(confirmation=Confirmation(date(2026, 1, 1), date(2030, 12, 31)))
    facts = made(valid(), replace(BY_NUMBERS, card_status=CardStatus.NEVER_ISSUED), papers=papers).facts
    assert (facts.card, facts.confirmation_held, facts.notice_held) == (
        *(CardStatus.NEVER_ISSUED, papers.confirmation, False),
    )
    assert decide(facts).present == (Presented.CONFIRMATION,)


@pytest.mark.parametrize("looked", [PapersSeen(), PapersSeen(notice=False, confirmation=False, legacy_card=False)])
def test_the_terminal_knows_of_no_papers(looked: PapersSeen) -> None:
    facts = made(valid(), papers=looked).facts
    assert (facts.notice_held, facts.confirmation_held, facts.legacy_card_until) == (False, None, None)


@pytest.mark.parametrize(("code", "in_full"), [("05", True), ("01", False), (None, False)])
def test_05_pays_in_full(code: str | None, in_full: bool) -> None:
    assert made(valid(certificate_class=code)).facts.pays_in_full is in_full


def limit(certificate: str | None, valid_until: date | None = None) -> Limit:
    return Limit(certificate, "A03", None, None, valid_until, None)


def disease(valid_until: date | None) -> SpecificDisease:
    return SpecificDisease("1", None, None, valid_until, 10000)


@pytest.mark.parametrize(
    ("result", "left"),
    [
        ({}, (Need.HIGH_COST, Need.MEAL_REDUCTION, Need.SPECIFIC_DISEASE)),
        ({"limit": limit("01")}, (Need.MEAL_REDUCTION, Need.SPECIFIC_DISEASE)),
        ({"limit": limit("02")}, (Need.SPECIFIC_DISEASE,)),
        ({"limit": limit("03")}, (Need.HIGH_COST, Need.SPECIFIC_DISEASE)),
        ({"limit": limit("99")}, (Need.MEAL_REDUCTION, Need.SPECIFIC_DISEASE)),
        ({"limit": limit("02", date(2026, 7, 31))}, (Need.HIGH_COST, Need.MEAL_REDUCTION, Need.SPECIFIC_DISEASE)),
        (
            {"specific_diseases": (SpecificDisease("1", None, None, None, 10000),)},
            (Need.HIGH_COST, Need.MEAL_REDUCTION),
        ),
        (
            {"specific_diseases": (disease(date(2026, 1, 1)),)},
            (Need.HIGH_COST, Need.MEAL_REDUCTION, Need.SPECIFIC_DISEASE),
        ),
    ],
)
def test_what_the_answer_has_serves_the_need(result: dict[str, object], left: tuple[Need, ...]) -> None:
    needs = (Need.HIGH_COST, Need.MEAL_REDUCTION, Need.SPECIFIC_DISEASE)
    assert made(valid(**result), needs=needs).facts.needs == left


def test_with_a_ratio_in_the_answer_no_elderly_certificate_is_to_be_brought() -> None:
    born = date(1953, 1, 15)
    answer = valid(birth_date=born, elderly=Elderly(None, date(2026, 8, 1), date(2027, 7, 31), 20))
    papers = PapersSeen(confirmation=Confirmation(date(2026, 1, 1), date(2027, 12, 31)))
    answered = made(answer, Desk(born, card_status=CardStatus.NEVER_ISSUED), papers=papers)
    decision = decide(answered.facts)
    assert decision.also_bring == (Supplement.ELDERLY_RECIPIENT_CERTIFICATE,)
    served = without_served(decision, answered.served)
    assert (served.also_bring, NextStep.BRING_SUPPLEMENTS in served.next_steps) == ((), False)
    assert without_served(decision, frozenset()) == decision


def test_with_an_insurer_of_the_late_elderly_nobody_leaves_at_75() -> None:
    answer = parse_answer(golden("late_elderly"))
    answered = made(replace(answer, reference_class="1"), Desk(date(1948, 3, 1)))
    assert decide(answered.facts).reasons == (Reason.MOVED_TO_LATE_ELDERLY,)
    assert decide(answered.facts, policy_for(answered.result, DEFAULT_POLICY)).reasons == (Reason.CARD_WORKS,)
    assert policy_for(Qualification(insurer_number="133033"), DEFAULT_POLICY) is DEFAULT_POLICY


def test_of_two_qualifications_that_of_the_insurance_counts() -> None:
    answered = made(parse_answer(golden("medical_assistance")))
    assert answered.result is not None and answered.result.certificate_class == "01"


def test_of_two_insurances_none_is_picked() -> None:
    answer = valid()
    two = replace(answer, results=answer.results * 2)
    assert facts_of_answer(two, ON, BY_NUMBERS) == NoFacts(Code.SEVERAL_FOUND_ONLINE)


@pytest.mark.parametrize("born", [None, ON + timedelta(days=1), date(1, 1, 1)])
def test_without_a_birthday_there_are_no_facts(born: date | None) -> None:
    assert facts_of_answer(valid(birth_date=born), ON, FACE) == NoFacts(Code.ANSWER_UNREADABLE)


def test_an_answer_without_a_result_has_the_facts_of_the_enquiry() -> None:
    answered = made(replace(valid(), results=()))
    assert (answered.facts.birth_date, answered.facts.acquired_on, answered.result) == (BORN, ON, None)


def test_days_that_contradict_are_told() -> None:
    answered = made(invalid(acquired_on=date(2026, 6, 1), lost_on=date(2026, 4, 1)))
    assert (answered.facts.acquired_on, answered.facts.lost_on) == (date(2026, 4, 1), date(2026, 4, 1))
    assert answered.notes == (FactsNote.DAYS_CONTRADICT,)


@pytest.mark.parametrize(
    "changed", [{"acquired_on": date(1, 1, 1)}, {"acquired_on": date(9999, 12, 31)}, {"lost_on": date(1, 1, 1)}]
)
def test_days_that_no_facts_can_hold_are_an_answer_that_cannot_be_used(changed: dict[str, date]) -> None:
    assert facts_of_answer(invalid(**changed), ON, BY_NUMBERS) == NoFacts(Code.ANSWER_UNREADABLE)


days = st.none() | st.dates(date(1950, 1, 1), date(2030, 12, 31))


@given(
    validity=st.sampled_from([Validity.VALID, Validity.INVALID, Validity.NEW_QUALIFICATION]),
    acquired_on=days,
    lost_on=days,
)
def test_the_facts_are_possible_and_who_is_not_valid_is_not_insured(
    validity: Validity, acquired_on: date | None, lost_on: date | None
) -> None:
    facts = made(invalid(validity, acquired_on=acquired_on, lost_on=lost_on)).facts
    assert isinstance(facts, Facts)
    if validity is not Validity.VALID:
        assert decide(facts).reasons in ((Reason.INSURANCE_ENDED,), (Reason.NOT_YET_INSURED,))

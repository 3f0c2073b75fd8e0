"""Where register and terminal meet: what differs, whose facts count, and members of other insurers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kiosk.decision import DEFAULT_POLICY, CardStatus, Decision, Facts, NextStep, Purpose, Reason, Registration, decide
from kiosk.eligibility import CardSeen, DataRefused, Member, MemberId, facts_for
from kiosk.eligibility.sources import (
    ConfirmedFacts,
    ConfirmedField,
    FieldDifference,
    Sources,
    changes_of,
    confirmed,
    differences_of,
    enquiry_of,
    member_of,
)
from kiosk.eligibility.terminal import Answer, Desk, FactsNote, NoFacts, Qualification, Status
from kiosk.eligibility.terminal.codes import Validity
from kiosk.eligibility.terminal.model import Elderly
from kiosk.failures import Code
from kiosk.store.codes import Relationship, Sex

ON = date(2026, 11, 25)
BORN = date(1980, 4, 1)
ID = MemberId("133033", "71-0000", "000101", "00")
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
ASKED = enquiry_of(ID, BORN, ON)
CARD = CardSeen(date(2030, 1, 1), chain_trusted=True, revocation="good")


def result(**more: Any) -> Qualification:
    usual = {
        "insurer_number": "133033",
        "symbol": "７１－００００",
        "number": "000101",
        "branch": "00",
        "name": "土木　太郎",
        "kana": "ﾄﾞﾎﾞｸ ﾀﾛｳ",
        "birth_date": BORN,
        "acquired_on": date(2020, 4, 1),
        "address": "東京都千代田区 １－２－３",
        "sex": "male",
        "relationship": "self",
    }
    return Qualification(**{**usual, **more})


def member(**more: Any) -> Member:
    usual = replace(
        member_of(result(), ASKED, ON, NOW),
        id=ID,
        name="土木 太郎",
        kana="ドボク タロウ",
        address="東京都千代田区1-2-3",
        registration=Registration.REGISTERED,
    )
    return replace(usual, **more)


def answer(validity: Validity = Validity.VALID, **more: Any) -> Answer:
    status = Status.VALID if validity is Validity.VALID else Status.INVALID
    return Answer(status, validity, as_of=NOW, reference_class="2", results=(result(**more),))


def judged(said: Answer, known: Member | None = None, **desk: Any) -> ConfirmedFacts:
    facts = None
    if known is not None:
        facts = facts_for(known, ON, policy=DEFAULT_POLICY, card=CARD)
        assert isinstance(facts, Facts)
    registration = known.registration if known else Registration.UNKNOWN
    at = Desk(**{"birth_date": BORN, "card": CARD, "registration": registration, **desk})
    found = confirmed(said, known, facts, at, DEFAULT_POLICY, ON, "133033")
    assert isinstance(found, ConfirmedFacts)
    return found


def test_ways_of_writing_are_no_differences() -> None:
    assert differences_of(member(), result(), None, ON) == ()


@pytest.mark.parametrize("field", ["symbol", "branch", "name", "kana", "address", "copay_percent"])
def test_what_either_does_not_say_differs_from_nothing(field: str) -> None:
    silent = Qualification() if field == "copay_percent" else result(**{field: None})
    assert field not in {one.field for one in differences_of(member(copay_percent=30), silent, None, ON)}


@pytest.mark.parametrize(
    ("theirs", "field", "registered", "answered"),
    [
        ({"number": "000999"}, ConfirmedField.NUMBER, "000101", "000999"),
        ({"branch": "01"}, ConfirmedField.BRANCH, "00", "01"),
        ({"name": "建設　太郎"}, ConfirmedField.NAME, "土木 太郎", "建設　太郎"),
        ({"kana": "ｹﾝｾﾂ ﾀﾛｳ"}, ConfirmedField.KANA, "ドボク タロウ", "ケンセツ タロウ"),
        ({"address": "東京都港区"}, ConfirmedField.ADDRESS, "東京都千代田区1-2-3", "東京都港区"),
        ({"acquired_on": date(2021, 1, 1)}, ConfirmedField.ACQUIRED_ON, "2020-04-01", "2021-01-01"),
        ({"insurer_number": "06139992"}, ConfirmedField.INSURER_NUMBER, "133033", "06139992"),
        ({"elderly": Elderly(None, None, None, 20)}, ConfirmedField.COPAY_PERCENT, "30%", "20%"),
    ],
)
def test_each_field_that_differs(theirs: dict[str, Any], field: ConfirmedField, registered: str, answered: str) -> None:
    found = differences_of(member(copay_percent=30), result(**theirs), None, ON)
    assert found == (FieldDifference(field, registered, answered),)


@pytest.mark.parametrize(("ours", "theirs"), [(None, ON), (ON, None), (date(2026, 1, 1), ON)])
def test_a_loss_that_one_of_them_does_not_know_differs(ours: date | None, theirs: date | None) -> None:
    (found,) = differences_of(member(lost_on=ours), result(), theirs, ON)
    assert found.field is ConfirmedField.LOST_ON


def test_a_loss_that_is_still_to_come_contradicts_no_valid_資格() -> None:
    """Staff would be told that register and terminal disagree, and could erase what the insurer has announced."""
    assert differences_of(member(lost_on=ON + timedelta(days=1)), result(), None, ON) == ()
    (found,) = differences_of(member(lost_on=ON + timedelta(days=1)), result(), ON, ON)
    assert found.field is ConfirmedField.LOST_ON


def test_a_difference_shows_nothing_of_a_person_where_it_is_logged() -> None:
    assert "建設" not in repr(FieldDifference(ConfirmedField.NAME, "土木", "建設"))


# Whose facts


def test_the_membership_is_the_terminals_and_the_papers_are_the_registers() -> None:
    known = member(linked_on=None, filed_on=None, acquired_on=ON, notice_issued_on=ON)
    found = judged(answer(), known)
    assert (found.facts.linked_on, found.facts.acquired_on) == (ON, date(2020, 4, 1))
    assert found.facts.registration is Registration.REGISTERED
    assert found.facts.notice_held


def test_a_loss_that_the_register_does_not_know_ends_the_insurance() -> None:
    found = judged(answer(Validity.INVALID, lost_on=date(2026, 11, 1)), member())
    assert found.decision(decide).reasons == (Reason.INSURANCE_ENDED,)


def test_a_loss_that_the_terminal_does_not_know_does_not_count() -> None:
    found = judged(answer(), member(lost_on=date(2026, 1, 1)))
    assert found.facts.lost_on is None
    assert Reason.CARD_WORKS in found.decision(decide).reasons


def test_what_staff_are_told_of_an_answer_goes_with_its_facts() -> None:
    assert judged(answer(), member()).notes == ()
    old = judged(answer(Validity.NEW_QUALIFICATION, lost_on=date(2026, 11, 1)), member())
    assert old.notes == (FactsNote.OLD_QUALIFICATION,)
    assert judged(answer(acquired_on=None), member()).notes == (FactsNote.ACQUIRED_ON_MISSING,)


def test_an_answer_without_facts_stays_one() -> None:
    said = Answer(Status.NONE, Validity.NONE, failure=Code.NOT_FOUND_ONLINE)
    at = Desk(birth_date=BORN)
    assert confirmed(said, member(), None, at, DEFAULT_POLICY, ON, "133033") == NoFacts(Code.NOT_FOUND_ONLINE)


@pytest.mark.parametrize("by", [{"reference_class": "1"}, {"face_file": True}], ids=["照会区分 1", "face file"])
@pytest.mark.parametrize(
    "known",
    [
        {"registration": Registration.UNREGISTERED, "card": CardStatus.LOST},
        {"registration": Registration.UNKNOWN, "card": CardStatus.NEVER_ISSUED},
        {"registration": Registration.CANCELLED, "registration_ends_on": ON - timedelta(days=1)},
        {"registration": Registration.CANCELLED, "registration_ends_on": None},
    ],
)
def test_an_answer_by_card_shows_that_the_card_is_held_and_registered(
    by: dict[str, Any], known: dict[str, Any]
) -> None:
    said = replace(answer(), reference_class=by.get("reference_class", "2"))
    found = judged(said, member(**known), face_file=by.get("face_file", False))
    assert (found.facts.registration, found.facts.registration_ends_on) == (Registration.REGISTERED, None)
    assert found.facts.card is CardStatus.HELD
    assert found.decision(decide).reasons[0] is Reason.CARD_WORKS


def test_a_registration_that_is_going_to_end_still_ends() -> None:
    known = member(registration=Registration.CANCELLED, registration_ends_on=ON)
    found = judged(replace(answer(), reference_class="1"), known)
    assert (found.facts.registration, found.facts.registration_ends_on) == (Registration.CANCELLED, ON)


def test_an_answer_by_numbers_leaves_the_registration_to_the_register() -> None:
    found = judged(answer(), member(registration=Registration.UNREGISTERED))
    assert found.facts.registration is Registration.UNREGISTERED


# Members of other insurers


def elsewhere(**desk: Any) -> ConfirmedFacts:
    return judged(answer(insurer_number="06139992", insurer_name="模擬電機健康保険組合"), None, **desk)


def test_another_insurer_has_its_name_and_none_of_our_issuance() -> None:
    found = elsewhere(card=None, card_status=CardStatus.LOST)
    ours = decide(found.facts, found.policy)
    theirs = found.decision(decide)
    assert found.insurer_name == "模擬電機健康保険組合"
    assert ours.issue is not None
    assert (theirs.issue, theirs.file) == (None, ())
    assert not {NextStep.FILE_PAPERS, NextStep.AWAIT_CONFIRMATION} & {*theirs.next_steps}
    assert theirs.applies == ours.applies


@pytest.mark.parametrize("card_status", CardStatus)
@pytest.mark.parametrize("purpose", Purpose)
def test_reasons_and_steps_are_never_empty(card_status: CardStatus, purpose: Purpose) -> None:
    made: Decision = elsewhere(card=None, card_status=card_status, purpose=purpose).decision(decide)
    assert made.reasons
    assert made.next_steps


def test_a_member_who_has_moved_to_another_insurer_loses_our_papers() -> None:
    known = member(notice_issued_on=date(2020, 5, 1))
    found = judged(answer(insurer_number="06139992", insurer_name="模擬電機健康保険組合"), known)
    assert not found.facts.notice_held
    assert found.insurer_name == "模擬電機健康保険組合"
    assert ConfirmedField.INSURER_NUMBER in {one.field for one in found.differences}


@pytest.mark.parametrize(
    ("said", "shown"), [(None, "ご加入の保険者"), ("  ", "ご加入の保険者"), ("長" * 90, "長" * 40)]
)
def test_the_name_of_an_insurer_is_bounded_and_never_missing(said: str | None, shown: str) -> None:
    assert judged(answer(insurer_number="06139992", insurer_name=said)).insurer_name == shown


def test_our_own_insurer_is_not_named() -> None:
    assert judged(answer(), member()).insurer_name is None


def test_nobody_leaves_the_late_elderly_insurance_at_75() -> None:
    old = date(1940, 1, 1)
    said = answer(insurer_number="39139993", insurer_name="模擬広域連合", birth_date=old, contribution_percent=10)
    made = judged(said, None, birth_date=old).decision(decide)
    assert Reason.MOVED_TO_LATE_ELDERLY not in made.reasons


# Asking


def test_an_enquiry_asks_for_no_limit_that_nobody_agreed_to() -> None:
    assert not ASKED.limit_consent
    assert (ASKED.insurer_number, ASKED.symbol, ASKED.number, ASKED.branch) == ("133033", "71-0000", "000101", "00")


def test_sources_without_a_terminal_have_no_trouble_and_ask_nobody() -> None:
    assert Sources().troubles() == ()
    with pytest.raises(ValueError, match="no 資格確認端末"):
        Sources().ask(ASKED)


def test_a_person_of_the_terminal_as_a_member() -> None:
    made = member_of(result(), ASKED, ON, NOW)
    assert (made.name, made.sex, made.relationship) == ("土木　太郎", Sex.MALE, Relationship.SELF)
    assert made.registration is Registration.UNKNOWN


def test_what_the_answer_does_not_say_is_as_in_the_enquiry() -> None:
    made = member_of(Qualification(), ASKED, ON, NOW)
    assert (made.id, made.birth_date, made.name) == (ID, BORN, "")


# Taking over


def taken(field: ConfirmedField, answered: str, **more: Any) -> dict[str, object]:
    return dict(changes_of(member(**more), [FieldDifference(field, "x", answered)], [field]))


@pytest.mark.parametrize(
    ("field", "answered", "value"),
    [
        (ConfirmedField.NAME, "建設\u3000太郎", "建設 太郎"),
        (ConfirmedField.KANA, "ｹﾝｾﾂ ﾀﾛｳ", "ケンセツ タロウ"),
        (ConfirmedField.ADDRESS, "東京都港区", "東京都港区"),
        (ConfirmedField.LOST_ON, "2026-11-01", date(2026, 11, 1)),
        (ConfirmedField.LOST_ON, "", None),
        (ConfirmedField.ACQUIRED_ON, "2021-04-01", date(2021, 4, 1)),
        (ConfirmedField.COPAY_PERCENT, "20%", 20),
        (ConfirmedField.NUMBER, "０００９９９", "000999"),
        (ConfirmedField.SYMBOL, "７２－００００", "72-0000"),
        (ConfirmedField.BRANCH, "03", "03"),
    ],
)
def test_what_is_taken_over_is_spelled_as_the_register_spells_it(
    field: ConfirmedField, answered: str, value: object
) -> None:
    assert taken(field, answered) == {field.value: value}


@pytest.mark.parametrize(
    ("field", "answered"),
    [
        (ConfirmedField.INSURER_NUMBER, "01130012"),
        (ConfirmedField.NUMBER, "00:99"),
        (ConfirmedField.NUMBER, "1234-5678-9018"),
        (ConfirmedField.BRANCH, "3"),
        (ConfirmedField.COPAY_PERCENT, "200%"),
        (ConfirmedField.NAME, "長" * 101),
        (ConfirmedField.ADDRESS, "1234-5678-9018"),
        (ConfirmedField.LOST_ON, "2019-01-01"),
        (ConfirmedField.ACQUIRED_ON, "1970-01-01"),
    ],
)
def test_what_the_register_cannot_have_is_refused(field: ConfirmedField, answered: str) -> None:
    with pytest.raises(DataRefused) as refusal:
        taken(field, answered)
    assert answered not in str(refusal.value)


def test_what_moves_or_hides_letters_reaches_no_screen() -> None:
    """A RIGHT-TO-LEFT OVERRIDE would turn the digits behind it round."""
    said = result(name="\u202e土木\x9b　太郎", kana="ﾄﾞﾎﾞｸ\n ﾀﾛｳ", address="東京都\u2028港区", number="12\u202e34")
    person = member_of(said, ASKED, ON, NOW)
    assert (person.name, person.kana, person.address) == ("土木　太郎", "ドボク タロウ", "東京都 港区")
    assert person.id.number == "1234"
    differing = differences_of(member(address="東京都千代田区"), result(address="\u202e東京都港区"), None, ON)
    assert [one.answered for one in differing] == ["東京都港区"]
    named = answer(insurer_number="06139992", insurer_name="\u202e模擬\u0301\u0301\u0301\u0301\u0301組合")
    assert judged(named).insurer_name == "模擬\u0301\u0301\u0301組合"

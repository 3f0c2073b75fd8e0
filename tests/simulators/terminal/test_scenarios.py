"""What each scenario answers to the same question, and what the members file alone answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from simulators.terminal.answering import AnsweringService, Manner, Options
from simulators.terminal.elements import Encoding
from simulators.terminal.file_names import ExchangeFileName
from simulators.terminal.insured import InsuredPerson, Scenario
from simulators.terminal.results import GivenConsents
from tests.simulators.terminal.reading import NOW, Read, question, read

Ask = Callable[..., Read]
ASKING = ExchangeFileName("siquc01", "1")
SOMEBODY = InsuredPerson("133033", "71-0000", "7", "00", date(1990, 1, 1), date(2020, 4, 1), linked_on=date(2020, 4, 7))


@pytest.fixture
def one() -> Ask:
    """Answers about one person (SOMEBODY, changed) on a day."""

    def answer(on: str = "20261122", scenario: Scenario | None = None, **changes: object) -> Read:
        person = replace(SOMEBODY, **changes)
        terminal = AnsweringService([person], Options(), lambda: NOW, scenario)
        content = question(
            QualificationConfirmationDate=on,
            InsuredIdentificationNumber="7",
            Birthdate=f"{person.birth_date:%Y%m%d}",
            InsurerNumber=person.insurer_number.rjust(8),
            InsuredCardSymbol=person.symbol or None,
        )
        return read(terminal.answer(ASKING, content))

    return answer


@pytest.mark.parametrize(
    ("scenario", "validity"),
    [
        *((name, "1") for name in ("valid", "slow", "half_written", "notice", "shift_jis", "elderly", "wrong_face")),
        *((name, "1") for name in ("late_elderly", "preschool", "limit", "specific_disease", "twins")),
        *[("invalid", "2"), ("new_qualification", "3"), ("none", "4"), ("several", "5"), ("not_linked_yet", "4")],
    ],
)
def test_validity(ask: Ask, scenario: str, validity: str) -> None:
    answer = ask(scenario)
    assert answer.text("QualificationValidity") == validity
    assert answer.text("SegmentOfResult") == "1"
    assert (answer.text("ResultOfQualificationConfirmation") is None) == (validity in "45")


def test_a_loss_has_day_and_reason(ask: Ask) -> None:
    for scenario in ("invalid", "new_qualification"):
        answer = ask(scenario)
        assert answer.text("DisqualificationDate") == "20261112"
        assert answer.text("ReasonOfLoss") == "03"


def test_twins_are_several_until_the_branch_is_given(ask: Ask) -> None:
    assert ask("twins", InsuredBranchNumber=None).text("QualificationValidity") == "5"
    assert ask("twins", InsuredBranchNumber="01").text("Name") == "髙橋　双葉"
    assert ask("twins").text("Name") == "髙橋　一郎"


def test_an_error_is_an_abnormal_end_with_a_fake_code(ask: Ask) -> None:
    answer = ask("error")
    assert answer.text("SegmentOfResult") == "9"
    assert answer.text("ErrorCode") == "SIM-E900" and "模擬" in (answer.text("ErrorMessage") or "")
    assert answer.text("QualificationValidity") is None


def test_a_notice_comes_with_a_normal_end(ask: Ask) -> None:
    answer = ask("notice")
    assert answer.text("ProcessingResultStatus") == "1"
    assert answer.text("ProcessingResultCode") == "SIM-N001"
    assert "有効期限" in (answer.text("ProcessingResultMessage") or "")


def test_shift_jis_has_letters_of_windows(ask: Ask) -> None:
    answer = ask("shift_jis")
    assert answer.content.startswith(b'<?xml version="1.0" encoding="Shift_JIS" standalone="no"?>\r\n')
    assert answer.text("CharacterCodeIdentifier") == "1"
    assert "髙" in (answer.text("Name") or "") and "①" in (answer.text("Address") or "")


@pytest.mark.parametrize("encoding", [Encoding.UTF_8, Encoding.SHIFT_JIS])
def test_the_encoding_can_be_chosen(ask: Ask, encoding: Encoding) -> None:
    assert ask(None, encoding).text("CharacterCodeIdentifier") == encoding.code


def test_a_letter_that_the_encoding_lacks_is_a_circle(service: Callable[..., AnsweringService]) -> None:
    person = replace(SOMEBODY, name="𠮷田 一", acquired_on=date(2020, 4, 1))
    face = read(service().face_file(person, GivenConsents(), "0" * 20))
    assert face.text("Name") == "●田　一"


def test_ratios(ask: Ask) -> None:
    assert ask("elderly").text("ElderlyRecipientContributionRatio") == "030"
    assert ask("late_elderly").text("InsuredPartialContributionRatio") == "030"
    assert ask("preschool").text("PreschoolClassification") == "1"


def test_limit_needs_the_consent(ask: Ask) -> None:
    agreed = ask("limit", LimitApplicationCertificateRelatedConsFlg="1")
    refused = ask("limit")
    assert agreed.text("LimitApplicationCertificateClassificationFlag") == "A03"
    assert agreed.texts("LimitApplicationCertificateRelatedConsFlg") == ["1", "1"]
    assert refused.text("LimitApplicationCertificateRelatedInfo") is None
    assert refused.texts("LimitApplicationCertificateRelatedConsFlg") == ["0", "0"]


def test_a_specific_disease(ask: Ask) -> None:
    answer = ask("specific_disease")
    assert answer.text("SpecificDiseasesDiseaseCategory") == "1"
    assert answer.text("SpecificDiseasesSelfPay") == "10000"


def test_a_new_member_appears_after_business_days(ask: Ask) -> None:
    # 2026-11-22 is a Sunday, the 23rd a holiday: the fourth business day is Friday, the 27th.
    days = {day: ask("not_linked_yet", QualificationConfirmationDate=day) for day in ("20261126", "20261127")}
    assert [answer.text("QualificationValidity") for answer in days.values()] == ["4", "1"]


def test_silence_and_odd_deliveries(service: Callable[..., AnsweringService]) -> None:
    names = ("silent", "slow", "half_written", "broken")
    answers = {name: service(Scenario(name)).answer(ASKING, question()) for name in names}
    assert answers["silent"] is None
    assert answers["slow"] is not None and answers["slow"].slow
    assert answers["half_written"] is not None and answers["half_written"].manner is Manner.HALVES
    assert answers["broken"] is not None and answers["broken"].manner is Manner.BROKEN


def test_wrong_face_is_somebody_else_s(service: Callable[..., AnsweringService]) -> None:
    terminal = service(Scenario.WRONG_FACE)
    person = terminal.directory.member("133033:71-0000:000000:00")
    face = read(terminal.face_file(person, GivenConsents(), "0" * 20))
    assert face.text("Birthdate") != "19600405" and face.text("InsuredIdentificationNumber") != "000000"


def test_one_person_s_own_scenario_holds_for_that_person(ask: Ask) -> None:
    mine = {
        "InsurerNumber": "32139990",
        "InsuredCardSymbol": "公立模擬",
        "InsuredIdentificationNumber": "70012",
        "Birthdate": "19541122",
    }
    assert ask(None, **mine).text("ProcessingResultCode") == "SIM-N001"
    assert ask("valid", **mine).text("ProcessingResultCode") is None
    assert ask(None).text("ProcessingResultCode") is None


# The members file alone


def test_dates_decide(one: Ask) -> None:
    lost = {"lost_on": date(2026, 11, 22)}
    assert one("20261121", **lost).text("QualificationValidity") == "1"
    assert one("20261121", **lost).text("DisqualificationDate") is None
    assert one("20261122", **lost).text("QualificationValidity") == "2"
    assert one("20200406").text("QualificationValidity") == "4", "the data were not there yet"


def test_data_on_their_way(one: Ask) -> None:
    filed = {"linked_on": None, "filed_on": date(2026, 11, 20)}
    assert one("20261126", **filed).text("QualificationValidity") == "4"
    assert one("20261127", **filed).text("QualificationValidity") == "1"
    assert one("20270101", **filed, my_number_reported=False).text("QualificationValidity") == "4"


@pytest.mark.parametrize(
    ("born", "on", "ratio"),
    [
        (date(1956, 11, 2), "20261130", None),
        (date(1956, 11, 2), "20261201", "020"),
        (date(1956, 12, 1), "20261130", None),
        (date(1956, 12, 1), "20261201", "020"),
        (date(1951, 11, 23), "20261122", "020"),
    ],
)
def test_70_to_74(one: Ask, born: date, on: str, ratio: str | None) -> None:
    assert one(on, birth_date=born).text("ElderlyRecipientContributionRatio") == ratio


def test_75_ends_every_other_insurance(one: Ask) -> None:
    answer = one("20261123", birth_date=date(1951, 11, 23))
    assert answer.text("QualificationValidity") == "2"
    assert answer.text("DisqualificationDate") == "20261123"


def test_late_elderly_have_a_ratio_and_no_branch(one: Ask) -> None:
    answer = one(insurer_number="39139993", symbol="", birth_date=date(1945, 1, 1), copay_percent=20)
    assert answer.text("InsuredPartialContributionRatio") == "020"
    assert answer.texts("InsuredBranchNumber") == ["00"], "only the echo of the question has one"


@pytest.mark.parametrize(
    ("born", "preschool"),
    [(date(2020, 4, 1), None), (date(2020, 4, 2), "1"), (date(2026, 1, 1), "1"), (date(2019, 12, 1), None)],
)
def test_preschool_ends_in_the_spring_after_the_sixth_birthday(one: Ask, born: date, preschool: str | None) -> None:
    answer = one("20261122", birth_date=born, acquired_on=born, linked_on=born)
    assert answer.text("PreschoolClassification") == preschool


def test_a_new_membership_elsewhere_shows_in_the_old_one() -> None:
    old = replace(SOMEBODY, kana="ナガトノ メグミ", lost_on=date(2026, 11, 1))
    new = replace(old, insurer_number="06139992", number="9", acquired_on=date(2026, 11, 1), lost_on=None)
    terminal = AnsweringService([old, new], Options(), lambda: NOW)
    content = question(InsuredIdentificationNumber="7", Birthdate="19900101")
    assert read(terminal.answer(ASKING, content)).text("QualificationValidity") == "3"


def test_a_certificate_that_ends_soon_is_a_notice_of_the_face_reader(
    service: Callable[..., AnsweringService],
) -> None:
    on = date(2026, 11, 22)
    for days, code in ((-1, None), (0, "SIM-N001"), (90, "SIM-N001"), (91, None)):
        person = replace(SOMEBODY, certificate_valid_until=on + timedelta(days=days))
        face = read(service().face_file(person, GivenConsents(), "0" * 20))
        assert face.text("ProcessingResultCode") == code, days


def test_a_registered_number_is_in_later_answers(
    service: Callable[..., AnsweringService],
) -> None:
    terminal = service()
    registration = (
        '<?xml version="1.0" encoding="UTF-8"?><XmlMsg><MessageHeader><MedicalInstitutionCode>1312345678'
        "</MedicalInstitutionCode></MessageHeader><MessageBody><ReferenceNumberRegistrationInfo><ReferenceNumber>K-9"
        "</ReferenceNumber><InsurerNumber>  133033</InsurerNumber><InsuredIdentificationNumber>000000"
        "</InsuredIdentificationNumber>{}</ReferenceNumberRegistrationInfo></MessageBody></XmlMsg>"
    )
    several = read(terminal.answer(ExchangeFileName("siimm01", "1"), registration.format("").encode()))
    assert (several.text("ProcessingResultStatus"), several.text("ProcessingResultCode")) == ("2", "SIM-R005")

    branch = "<InsuredBranchNumber>00</InsuredBranchNumber>"
    done = read(terminal.answer(ExchangeFileName("siimm01", "2"), registration.format(branch).encode()))
    assert (done.text("ProcessingResultStatus"), done.text("ReferenceNumber")) == ("1", "K-9")
    assert read(terminal.answer(ASKING, question())).text("ReferenceNumber") == "K-9"
    person = terminal.directory.member("133033:71-0000:000000:00")
    assert read(terminal.face_file(person, GivenConsents(), "0" * 20)).text("ReferenceNumber") == "K-9"

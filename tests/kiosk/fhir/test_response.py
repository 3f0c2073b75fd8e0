"""What a program is answered about eligibility: outcome, in force or not, document, reasons, errors."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.decision import CardStatus, Registration
from kiosk.eligibility import MemberId, Registry
from kiosk.failures import Code, Failure
from kiosk.reception import ProgramAnswer
from tests.kiosk.fhir.people import NOW, QUESTION, TARO, TODAY, changed, judged, response, texts
from tests.kiosk.fhir.r4_schema import problems

DECISION = "urn:kiosk:decision"


def insurance(found: Any) -> Any:
    (only,) = found["insurance"]
    return only


def codes(found: Any, name: str) -> list[str]:
    (decision,) = insurance(found)["extension"]
    assert decision["url"] == DECISION
    return [one["valueCode"] for one in decision["extension"] if one["url"] == name]


def test_somebody_whose_card_works() -> None:
    found = response(judged(TARO))
    assert problems(found) == []
    assert (found["status"], found["outcome"], found["purpose"]) == ("active", "complete", ["validation"])
    assert (found["servicedDate"], found["created"]) == ("2026-11-30", "2026-11-30T03:00:00Z")
    assert insurance(found)["inforce"] is True
    assert insurance(found)["benefitPeriod"] == {"start": "2020-04-01"}
    (item,) = insurance(found)["item"]
    assert item["productOrService"]["coding"][0] == {
        "system": "urn:kiosk:document",
        "code": "card",
        "display": "マイナ保険証",
    }
    assert "category" not in item, "invariant ces-1 of R4: either a category or a productOrService"
    assert (item["name"], item["excluded"]) == ("マイナ保険証", False)
    assert item["benefit"][0]["allowedUnsignedInt"] == 30
    assert found["disposition"] == item["description"] == "このカードで、今日の診察を受けられます。"
    assert codes(found, "applies") == ["card"]
    assert codes(found, "usable") == ["yes"]
    assert codes(found, "reason") == ["card_works"]
    assert codes(found, "present") == ["card"]
    assert codes(found, "source") == ["registry"]


def test_the_references_lead_to_what_is_contained() -> None:
    found = response(judged(TARO))
    here = {f"#{one['id']}" for one in found["contained"]}
    assert here == {"#patient", "#insurer", "#coverage"}
    named = {text for text in texts(found) if text.startswith("#")}
    assert named == here


def test_everybody_of_the_register_fits_r4(registry: Registry) -> None:
    answers = [judged(member) for member in registry.members() if member.birth_date <= TODAY]
    assert {answer.decision.applies for answer in answers if answer.decision} >= {None, "card", "confirmation"}
    for answer in answers:
        assert problems(response(answer)) == []


def test_somebody_who_has_left_is_not_in_force() -> None:
    answer = replace(judged(changed(lost_on=date(2026, 4, 1))), insured_until=date(2026, 3, 31))
    found = response(answer)
    assert problems(found) == []
    assert (found["outcome"], insurance(found)["inforce"]) == ("complete", False)
    assert insurance(found)["benefitPeriod"]["end"] == "2026-03-31"
    assert "item" not in insurance(found)
    assert found["disposition"] == "この組合の保険は、もう終わっています。"


def test_a_newer_資格_is_told() -> None:
    left = judged(changed(lost_on=date(2026, 4, 1)))
    assert response(replace(left, newer=True))["disposition"].endswith(
        "新しい資格があります。新しい資格確認書などの番号で、もう一度お確かめください。"
    )


def test_of_a_day_that_nobody_knows_there_is_no_period() -> None:
    found = response(replace(judged(TARO), insured_from=None))
    assert "benefitPeriod" not in insurance(found)
    (coverage,) = [one for one in found["contained"] if one["resourceType"] == "Coverage"]
    assert "period" not in coverage
    assert problems(found) == []


def test_another_insurer_and_a_person_without_a_branch() -> None:
    other = changed(id=MemberId("39131016", "", "12345678", ""))
    found = response(replace(judged(other), insurer_name="模擬広域連合"))
    assert problems(found) == []
    (insurer,) = [one for one in found["contained"] if one["resourceType"] == "Organization"]
    assert (insurer["name"], insurer["identifier"][0]["value"]) == ("模擬広域連合", "39131016")
    (coverage,) = [one for one in found["contained"] if one["resourceType"] == "Coverage"]
    assert "dependent" not in coverage
    assert coverage["identifier"][0]["value"] == "39131016::12345678:"


def test_an_insurance_that_never_began_has_no_period() -> None:
    answer = replace(judged(changed(lost_on=TARO.acquired_on)), insured_until=date(2020, 3, 31))
    assert "benefitPeriod" not in insurance(response(answer))


def test_nobody_is_an_error_of_the_resource() -> None:
    found = response(ProgramAnswer(TODAY))
    assert problems(found) == []
    assert found["outcome"] == "error"
    assert "insurance" not in found
    (error,) = found["error"]
    assert error["code"]["coding"] == [{"system": "urn:kiosk:failure", "code": "N-01"}]
    assert "登録簿にいらっしゃいません" in error["code"]["text"]


def test_several_people_are_an_error_of_their_own() -> None:
    found = response(ProgramAnswer(TODAY, several=True))
    assert problems(found) == []
    assert (found["outcome"], found["error"][0]["code"]["coding"][0]["code"]) == ("error", "N-17")


@pytest.mark.parametrize(("member", "outcome"), [(TARO, "partial"), (None, "error")])
def test_an_outage_of_the_資格確認端末(member: Any, outcome: str) -> None:
    found = response(ProgramAnswer(TODAY, member, failure=Failure(Code.TERMINAL_SILENT)))
    assert problems(found) == []
    assert found["outcome"] == outcome
    assert found["error"][0]["code"]["coding"][0]["code"] == "N-10"
    assert all("inforce" not in one for one in found.get("insurance", []))
    assert ("オンラインでの確認はできていません" in found["disposition"]) is (member is not None)


@pytest.mark.parametrize("code", [Code.NOT_FOUND_ONLINE, Code.SEVERAL_FOUND_ONLINE, Code.NO_FACTS])
def test_what_is_no_outage_says_nothing_of_the_person(code: Code) -> None:
    found = response(ProgramAnswer(TODAY, TARO, failure=Failure(code)))
    assert problems(found) == []
    assert (found["outcome"], "insurance" in found) == ("error", False)
    assert found["error"][0]["code"]["coding"][0]["code"] == code.value
    assert not {"土木 太郎", "000001", "#patient"} & set(texts(found))


def test_the_programs_own_references_come_back() -> None:
    question = replace(QUESTION, patient="Patient/4711", request_id="r-1", purposes=["validation", "benefits"])
    found = response(judged(TARO), question)
    assert found["patient"] == {"reference": "Patient/4711"}
    assert found["request"] == {"reference": "CoverageEligibilityRequest/r-1"}
    assert found["purpose"] == ["validation", "benefits"]
    assert problems(found) == []


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"confirmation_valid_from": date(2026, 4, 1), "confirmation_valid_until": date(2027, 3, 31)},
        {"lost_on": date(2026, 4, 1)},
    ],
)
def test_nothing_tells_withheld_data_from_a_card_that_is_not_registered(values: dict[str, Any]) -> None:
    withheld = response(judged(changed(information_withheld=True, **values)))
    unregistered = response(judged(changed(registration=Registration.UNREGISTERED, **values)))
    assert withheld == unregistered
    said = "".join(texts(withheld))
    assert not any(word in said for word in ("withheld", "提供", "千代田区", "102-0093"))


def test_a_card_that_is_lost_needs_another_document() -> None:
    found = response(judged(changed(card=CardStatus.LOST)))
    assert codes(found, "applies") == ["confirmation"]
    assert insurance(found)["item"][0]["excluded"] is True


def test_an_instant_is_that_of_the_source() -> None:
    (decision,) = insurance(response(judged(TARO)))["extension"]
    (instant,) = [one["valueInstant"] for one in decision["extension"] if one["url"] == "as_of"]
    assert instant == NOW.isoformat().replace("+00:00", "Z")

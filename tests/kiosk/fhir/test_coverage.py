"""A member as JP Core's Coverage: what R4 and the profile ask for, and nothing that marks anybody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.eligibility import Member, MemberId, Registry, Relationship
from kiosk.fhir import ResourceForm
from kiosk.fhir.coverage import searchset
from tests.kiosk.fhir.people import NOW, TARO, TODAY, changed, texts
from tests.kiosk.fhir.r4_schema import problems

CORE = "http://jpfhir.jp/fhir/core"
MEMBER_ID = "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID"
EXTENSION = f"{CORE}/Extension/StructureDefinition/JP_Coverage_InsuredPerson"


def bundle(*members: Member, form: ResourceForm | None = None, on: date = TODAY) -> Any:
    return json.loads(searchset(members, on, NOW, form or ResourceForm()).model_dump_json())


def coverage(member: Member = TARO, form: ResourceForm | None = None, on: date = TODAY) -> Any:
    (entry,) = bundle(member, form=form, on=on)["entry"]
    return entry["resource"]


def contained(resource: Any, kind: str) -> Any:
    (found,) = [one for one in resource["contained"] if one["resourceType"] == kind]
    return found


def test_a_search_that_finds_nobody_is_an_empty_bundle() -> None:
    found = bundle()
    assert problems(found) == []
    assert (found["type"], found["total"], "entry" in found) == ("searchset", 0, False)


def test_everybody_of_the_register_fits_r4(registry: Registry) -> None:
    members = list(registry.members())
    assert len(members) > 20
    assert problems(bundle(*members)) == []
    assert (
        problems(bundle(*members, form=ResourceForm(full_width=True, insurer_name="組合", own_insurer="133033"))) == []
    )


def test_the_profile_of_jp_core() -> None:
    found = coverage()
    assert found["meta"]["profile"] == [f"{CORE}/StructureDefinition/JP_Coverage"]
    assert {one["url"]: one["valueString"] for one in found["extension"]} == {
        f"{EXTENSION}Symbol": "71-0000",
        f"{EXTENSION}Number": "000001",
        f"{EXTENSION}SubNumber": "00",
    }
    assert [(one["system"], one["value"]) for one in found["identifier"]] == [
        (MEMBER_ID, "00133033:71-0000:000001:00"),
        (f"{CORE}/IdSystem/JP_Coverage_id", '"00133033","７１－００００","０００００１","00"'),
    ]
    assert (found["subscriberId"], found["dependent"]) == ("71-0000:000001", "00")
    assert found["status"] == "active"
    assert found["type"]["coding"][0]["code"] == "PUBLICPOL"
    assert found["period"] == {"start": "2020-04-01"}
    assert found["beneficiary"] == {"reference": "#patient"}
    assert found["payor"][0]["reference"] == "#insurer"
    assert found["costToBeneficiary"][0]["valueQuantity"]["value"] == 30


def test_the_person_and_the_insurer_are_contained() -> None:
    found = coverage(form=ResourceForm(own_insurer="133033", insurer_name="模擬国民健康保険組合"))
    person, insurer = contained(found, "Patient"), contained(found, "Organization")
    assert (person["id"], person["birthDate"], person["gender"]) == ("patient", "1985-08-22", "male")
    assert person["identifier"] == [{"system": MEMBER_ID, "value": "00133033:71-0000:000001:00"}]
    assert [(one["extension"][0]["valueCode"], one["text"]) for one in person["name"]] == [
        ("IDE", "土木 太郎"),
        ("SYL", "ドボク タロウ"),
    ]
    assert insurer["identifier"] == [{"system": f"{CORE}/mhlw/IdSystem/InsurerNumber", "value": "133033"}]
    assert insurer["name"] == "模擬国民健康保険組合"


def test_another_insurer_has_no_name_here() -> None:
    member = changed(id=MemberId("06132013", "12", "34", "01"))
    found = coverage(member, ResourceForm(own_insurer="133033", insurer_name="模擬国民健康保険組合"))
    assert "name" not in contained(found, "Organization")
    assert found["identifier"][0]["value"] == "06132013:12:34:01"


def test_the_payer_system_is_a_setting() -> None:
    found = coverage(form=ResourceForm(payer_system="urn:oid:1.2.392.100495.20.3.61"))
    systems = {contained(found, "Organization")["identifier"][0]["system"], found["payor"][0]["identifier"]["system"]}
    assert systems == {"urn:oid:1.2.392.100495.20.3.61"}


def test_full_width_as_jp_core_writes_it() -> None:
    found = coverage(form=ResourceForm(full_width=True))
    assert [one["valueString"] for one in found["extension"]] == ["７１－００００", "０００００１", "00"]
    # By the guide a part with a sign is wholly in full width, one of letters and digits alone may stay as it is.
    assert found["identifier"][0]["value"] == "00133033:７１－００００:000001:00"
    assert found["subscriberId"] == "７１－００００:000001"


def test_an_insurer_without_symbols_writes_none() -> None:
    found = coverage(changed(id=MemberId("39131016", "", "12345678", "00")))
    assert problems(found) == []
    assert [one["url"] for one in found["extension"]] == [f"{EXTENSION}Number", f"{EXTENSION}SubNumber"]
    assert found["identifier"][0]["value"] == "39131016::12345678:00"
    assert found["subscriberId"] == ":12345678"


@pytest.mark.parametrize(
    ("lost_on", "status", "period"),
    [
        (date(2026, 12, 1), "active", {"start": "2020-04-01", "end": "2026-11-30"}),
        (date(2026, 11, 30), "cancelled", {"start": "2020-04-01", "end": "2026-11-29"}),
        (date(2020, 4, 1), "cancelled", None),
    ],
)
def test_the_last_day_is_the_one_before_資格喪失(lost_on: date, status: str, period: dict[str, str] | None) -> None:
    found = coverage(changed(lost_on=lost_on))
    assert problems(found) == []
    assert (found["status"], found.get("period")) == (status, period)


@pytest.mark.parametrize(
    ("relationship", "codes"),
    [(Relationship.SELF, ["1", "1", "self"]), (Relationship.FAMILY, ["2", "2"]), (None, None)],
)
def test_被保険者区分(relationship: Relationship | None, codes: list[str] | None) -> None:
    found = coverage(changed(relationship=relationship)).get("relationship")
    assert (found and [one["code"] for one in found["coding"]]) == codes


def test_what_the_register_does_not_know_is_left_out() -> None:
    found = coverage(changed(name="", kana=" ", sex=None, relationship=None, copay_percent=None))
    assert problems(found) == []
    person = contained(found, "Patient")
    assert "name" not in person and person["gender"] == "unknown"
    assert not {"relationship", "costToBeneficiary"} & set(found)


def test_nobody_has_an_address_and_nothing_marks_whose_data_are_withheld() -> None:
    withheld = coverage(changed(information_withheld=True))
    assert withheld == coverage()
    said = "".join(texts(withheld))
    assert not any(word in said for word in ("千代田区", "102-0093", "address", "withheld"))


def test_every_entry_has_an_address_of_its_own() -> None:
    found = bundle(TARO, replace(TARO, id=MemberId("133033", "71-0000", "000001", "01")))
    assert len({one["fullUrl"] for one in found["entry"]}) == 2
    assert found["total"] == 2
    assert problems(found) == []

"""Which patient is the person, which insurance is the one that was checked, and what becomes of the visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.orca import InsuranceDifference, Outcome, OutcomeKind
from kiosk.orca.comparing import differences, fits, search_names
from kiosk.orca.model import CoverPeriod, OrcaPatient
from kiosk.orca.planning import Plan, planned
from tests.kiosk.orca.people import HANAKO, INSURANCE, PATIENT, TODAY


@pytest.mark.parametrize(
    ("name", "kana", "sought"),
    [
        ("模擬 花子", "ﾓｷﾞ ﾊﾅｺ", ("模擬", "モギ")),
        ("模擬　花子", "", ("模擬",)),
        ("模擬花子", "モギハナコ", ("模", "モ")),
        ("", "モギ ハナコ", ("モギ",)),
        ("NGUYEN VAN AN", "ニュエン ヴァン アン", ("ＮＧＵＹＥＮ", "ニュエン")),
        ("モギ ハナコ", "モギ ハナコ", ("モギ",)),
        ("", "", ()),
    ],
)
def test_the_family_name_is_sought_in_both_writings(name: str, kana: str, sought: tuple[str, ...]) -> None:
    assert search_names(replace(HANAKO, name=name, kana=kana)) == sought


@pytest.mark.parametrize(
    ("changes", "fitting"),
    [
        ({}, True),
        ({"kana": ""}, True),
        ({"name": "模擬　華子"}, True),
        ({"name": "別人　花子", "kana": ""}, False),
        ({"name": "別人　花子", "kana": "ベツジン　ハナコ"}, False),
        ({"name": "", "kana": ""}, False),
        ({"birth_date": date(1985, 8, 23)}, False),
        ({"name": "ﾓｷﾞ ﾊﾅｺ", "kana": "もぎ　はなこ"}, True),
    ],
)
def test_a_patient_is_the_person_by_birthday_and_one_writing_of_the_name(
    changes: dict[str, Any], fitting: bool
) -> None:
    assert fits(HANAKO, replace(PATIENT, **changes)) is fitting


def test_nobody_without_a_name_is_anybody() -> None:
    assert not fits(replace(HANAKO, name="", kana=""), replace(PATIENT, name="", kana=""))


@pytest.mark.parametrize(
    ("changes", "different"),
    [
        ({}, ()),
        ({"insurer_number": "00133033"}, ()),
        ({"insurer_number": "  133033"}, ()),
        ({"symbol": "71ー0001"}, ()),
        ({"symbol": "７１‐０００１"}, ()),
        ({"branch": ""}, ()),
        ({"branch": "0"}, ()),
        ({"branch": "０１"}, (InsuranceDifference.BRANCH,)),
        ({"number": "101"}, (InsuranceDifference.NUMBER,)),
        ({"symbol": ""}, (InsuranceDifference.SYMBOL,)),
        ({"insurer_number": "138057", "number": "9"}, (InsuranceDifference.INSURER_NUMBER, InsuranceDifference.NUMBER)),
    ],
)
def test_an_insurance_is_compared_without_its_width(
    changes: dict[str, str], different: tuple[InsuranceDifference, ...]
) -> None:
    assert differences(HANAKO, replace(INSURANCE, **changes)) == different


def kind_of(*patients: OrcaPatient) -> OutcomeKind:
    found = planned(HANAKO, patients, TODAY)
    assert isinstance(found, Outcome)
    return found.kind


def test_one_patient_with_the_insurance_that_was_checked_is_to_be_registered() -> None:
    assert planned(HANAKO, [PATIENT, PATIENT], TODAY) == Plan(PATIENT, INSURANCE)


def test_nobody_and_several_are_the_desks() -> None:
    assert kind_of() is OutcomeKind.NONE
    assert kind_of(replace(PATIENT, name="模擬　太郎", kana="モギ　タロウ")) is OutcomeKind.NONE
    twins = [replace(PATIENT, patient_id=number) for number in ("00012", "00345")]
    assert planned(HANAKO, twins, TODAY) == Outcome(OutcomeKind.SEVERAL, count=2)


def test_two_are_the_desks_even_where_one_has_another_insurance() -> None:
    other = replace(PATIENT, patient_id="00345", insurances=(replace(INSURANCE, number="9"),))
    assert kind_of(PATIENT, other) is OutcomeKind.SEVERAL


@pytest.mark.parametrize(
    "insurances",
    [
        (),
        (replace(INSURANCE, number="9"),),
        (INSURANCE, replace(INSURANCE, insurer_number="138057")),
        (INSURANCE, INSURANCE),
        (replace(INSURANCE, validity=CoverPeriod(date(2023, 11, 30), TODAY - timedelta(days=1))),),
        (replace(INSURANCE, validity=CoverPeriod(TODAY + timedelta(days=1))),),
    ],
)
def test_another_insurance_two_of_them_or_one_out_of_date_are_the_desks(insurances: tuple[Any, ...]) -> None:
    assert kind_of(replace(PATIENT, insurances=insurances)) is OutcomeKind.OTHER_INSURANCE


def test_an_insurance_that_has_ended_does_not_count_beside_the_present_one() -> None:
    ended = replace(INSURANCE, number="9", validity=CoverPeriod(date(2020, 4, 1), TODAY - timedelta(days=1)))
    patient = replace(PATIENT, insurances=(ended, INSURANCE))
    assert planned(HANAKO, [patient], TODAY) == Plan(patient, INSURANCE)


def test_the_closest_insurance_says_what_differs() -> None:
    insurances = (replace(INSURANCE, number="9", symbol="9"), replace(INSURANCE, branch="01"))
    found = planned(HANAKO, [replace(PATIENT, insurances=insurances)], TODAY)
    assert found == Outcome(OutcomeKind.OTHER_INSURANCE, differences=(InsuranceDifference.BRANCH,))


def test_a_subsidy_of_today_is_the_desks_choice() -> None:
    now, past = CoverPeriod(date(2024, 4, 1)), CoverPeriod(date(2020, 4, 1), date(2021, 3, 31))
    assert kind_of(replace(PATIENT, subsidies=(past, now))) is OutcomeKind.SUBSIDISED
    assert isinstance(planned(HANAKO, [replace(PATIENT, subsidies=(past,))], TODAY), Plan)


_TEXTS = st.text(st.sampled_from("0123456789０１２９-－ー‐ 　AＡa"), max_size=8)


@settings(max_examples=60)
@given(_TEXTS, _TEXTS, _TEXTS)
def test_no_odd_number_is_planned_for_another(symbol: str, number: str, branch: str) -> None:
    insurance = replace(INSURANCE, symbol=symbol, number=number, branch=branch)
    found = planned(HANAKO, [replace(PATIENT, insurances=(insurance,))], TODAY)
    assert isinstance(found, Plan) == (not differences(HANAKO, insurance))

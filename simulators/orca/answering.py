"""What a simulated ORCA answers: pure of HTTP, with the 受付 of today as its only memory.

Source: the pages of 日レセAPI (患者情報取得(氏名検索), 複数の患者情報取得, 受付, 受付一覧, システム管理情報の取得).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from simulators.orca.patients import Patient, as_records
from simulators.orca.xml2 import WrongBody, array, document, read_body, record, some

__all__ = ["DEPARTMENTS", "PHYSICIANS", "AnsweringOrca", "OrcaScenario", "SimulatedReception"]

DEPARTMENTS: Final = {"01": "内科", "02": "精神科"}
PHYSICIANS: Final = {"10001": "日本　一", "10002": "日医　太郎"}
_MEDICAL: Final = frozenset({"01", "02", "99"})
_MOST_FOUND: Final = 100


class OrcaScenario(StrEnum):
    """What the simulated ORCA does to every call, beside what its patients say (docs/simulators.md)."""

    TWO = "two"
    NONE = "none"
    OTHER_INSURANCE = "other_insurance"
    SUBSIDISED = "subsidised"
    BUSY = "busy"
    ANOTHER_PATIENT = "another_patient"
    WRONG_BIRTHDAY = "wrong_birthday"
    UNKNOWN_USER = "unknown_user"
    NOT_XML = "not_xml"
    HUGE = "huge"
    SLOW = "slow"
    ERROR_500 = "error_500"
    REDIRECT = "redirect"
    TWICE = "twice"
    LOST_ANSWER = "lost_answer"


@dataclass(frozen=True, slots=True)
class SimulatedReception:
    """One 受付: who, when, where and in which order."""

    reception_id: str
    patient_id: str
    day: date
    time: str
    department: str
    physician: str
    medical: str


class _Refused(Exception):
    def __init__(self, result: str, message: str) -> None:
        super().__init__(message)
        self.result = result


class AnsweringOrca:
    """The service behind the HTTP server. ``clock`` gives the time in Japan."""

    def __init__(self, patients: list[Patient], clock: Callable[[], datetime], scenario: OrcaScenario | None) -> None:
        self.scenario = scenario
        self.receptions: list[SimulatedReception] = []
        self._patients, self._clock = patients, clock
        self._calls = {
            "/api01rv2/patientlst3v2?class=01": ("patientlst3req", "patientlst2res", self._by_name),
            "/api01rv2/patientlst2v2?class=01": ("patientlst2req", "patientlst2res", self._by_number),
            "/api01rv2/acceptlstv2?class=03": ("acceptlstreq", "acceptlstres", self._receptions_of),
            "/orca11/acceptmodv2": ("acceptreq", "acceptres", self._register),
            "/api01rv2/system01lstv2?class=01": ("system01_managereq", "departmentres", self._departments),
            "/api01rv2/system01lstv2?class=02": ("system01_managereq", "physicianres", self._physicians),
        }

    def answer(self, path: str, body: bytes) -> bytes | None:
        """Return the answer to a call; None if there is no such call."""
        if path not in self._calls:
            return None
        asked, answered, act = self._calls[path]
        try:
            if self.scenario is OrcaScenario.UNKNOWN_USER:
                raise _Refused("99", "ユーザID未登録")
            return document(answered, [*self._head("00", "処理終了"), *act(read_body(body, asked))])
        except WrongBody:
            return document(answered, self._head("98", "送信内容の読込ができませんでした"))
        except _Told as told:
            return document(answered, [*self._head(told.result, "受付登録終了"), *told.inside])
        except _Refused as refusal:
            return document(answered, self._head(refusal.result, str(refusal)))

    def _head(self, result: str, message: str) -> list[str]:
        now = self._clock()
        return some(
            Information_Date=f"{now:%Y-%m-%d}",
            Information_Time=f"{now:%H:%M:%S}",
            Api_Result=result,
            Api_Result_Message=message,
            Reskey="Patient Info",
        )

    def _by_name(self, asked: Mapping[str, str]) -> list[str]:
        name = asked.get("WholeName", "")
        if not name:
            raise _Refused("17", "検索氏名を設定して下さい")
        if not _in_cp932(name):
            raise _Refused("10", "検索氏名に外字があります")
        begins, ends = _day(asked, "Birth_StartDate", "11"), _day(asked, "Birth_EndDate", "12")
        if ends and not begins:
            raise _Refused("13", "開始生年月日の設定がありません")
        found = [one for one in self._seen() if one.name.startswith(name) or one.kana.startswith(name)]
        found = [one for one in found if begins is None or begins <= one.person.birth_date <= (ends or begins)]
        if not found or self.scenario is OrcaScenario.NONE:
            raise _Refused("20", "該当患者が存在しません")
        if len(found) > _MOST_FOUND:
            raise _Refused("21", "該当患者が１００件以上となります")
        return _listed([self._as_shown(one) for one in found])

    def _seen(self) -> list[Patient]:
        """Return the patients; with ``two`` each is there under a second number."""
        if self.scenario is not OrcaScenario.TWO:
            return self._patients
        return [*self._patients, *(replace(one, patient_id=f"9{one.patient_id[1:]}") for one in self._patients)]

    def _as_shown(self, patient: Patient) -> Patient:
        match self.scenario:
            case OrcaScenario.OTHER_INSURANCE:
                return replace(patient, symbol="99-9999")
            case OrcaScenario.SUBSIDISED:
                return replace(patient, has_subsidy=True)
            case OrcaScenario.WRONG_BIRTHDAY:
                later = replace(patient.person, birth_date=patient.person.birth_date + timedelta(days=1))
                return replace(patient, person=later)
            case _:
                return patient

    def _by_number(self, asked: Mapping[str, str]) -> list[str]:
        wanted = asked.get("Patient_ID", "").zfill(5)
        found = [self._as_shown(one) for one in self._patients if one.patient_id == wanted]
        if found and self.scenario is not OrcaScenario.NONE:
            return _listed(found)
        nobody = some(Patient_ID=wanted, WholeName="【患者番号がありません】")
        counts = some(Target_Patient_Count="000", No_Target_Patient_Count="001")
        return [*counts, *array("Patient_Information", [nobody])]

    def _receptions_of(self, asked: Mapping[str, str]) -> list[str]:
        day = _day(asked, "Acceptance_Date", "11") or self._clock().date()
        department = asked.get("Department_Code", "")
        if department and department not in DEPARTMENTS:
            raise _Refused("12", "診療科が存在しません")
        found = [one for one in self.receptions if one.day == day and department in ("", one.department)]
        if not found:
            raise _Refused("21", "対象の受付はありませんでした")
        listed = [self._reception(one) for one in found]
        return [*some(Acceptance_Date=day.isoformat()), *array("Acceptlst_Information", listed)]

    def _reception(self, reception: SimulatedReception) -> list[str]:
        patient = self._patient(reception.patient_id)
        about = some(
            Acceptance_Time=reception.time,
            Acceptance_Id=reception.reception_id,
            Department_Code=reception.department,
            Department_WholeName=DEPARTMENTS[reception.department],
            Physician_Code=reception.physician,
            Physician_WholeName=PHYSICIANS[reception.physician],
            Medical_Information=reception.medical,
        )
        return [*about, record("Patient_Information", as_records(patient, insured=False))]

    def _register(self, asked: Mapping[str, str]) -> list[str]:
        if asked.get("Request_Number") != "01":
            raise _Refused("91", "処理区分未設定")
        patient = self._patient(asked.get("Patient_ID", ""))
        if self.scenario is OrcaScenario.BUSY:
            raise _Refused("90", "他端末使用中")
        _require_place(asked)
        _require_insurance(patient, asked)
        reception, warning = self._made(patient, asked)
        self.receptions.append(reception)
        shown = self._somebody_else(patient) if self.scenario is OrcaScenario.ANOTHER_PATIENT else patient
        dated = some(Acceptance_Date=reception.day.isoformat())
        raise _Told(warning, [*dated, *self._reception(replace(reception, patient_id=shown.patient_id))])

    def _made(self, patient: Patient, asked: Mapping[str, str]) -> tuple[SimulatedReception, str]:
        """Return the 受付 and the result: zeros, or that of a warning."""
        now, department = self._clock(), asked["Department_Code"]
        day = _day(asked, "Acceptance_Date", "11") or now.date()
        same = [(one.patient_id, one.day, one.department) for one in self.receptions]
        if (patient.patient_id, day, department) in same:
            raise _Refused("16", "診療科・保険組合せで受付登録済みです。二重登録疑い")
        number = f"{sum(one.day == day for one in self.receptions) + 1:05}"
        time, medical = asked.get("Acceptance_Time") or f"{now:%H:%M:%S}", asked.get("Medical_Information", "")
        made = SimulatedReception(
            number, patient.patient_id, day, time, department, asked["Physician_Code"], medical or "01"
        )
        return made, "00" if medical else "K3"

    def _departments(self, asked: Mapping[str, str]) -> list[str]:
        return array("Department_Information", [some(Code=code, WholeName=name) for code, name in DEPARTMENTS.items()])

    def _physicians(self, asked: Mapping[str, str]) -> list[str]:
        return array("Physician_Information", [some(Code=code, WholeName=name) for code, name in PHYSICIANS.items()])

    def _patient(self, number: str) -> Patient:
        wanted = number.zfill(5)
        for patient in self._seen():
            if patient.patient_id == wanted:
                return patient
        raise _Refused("10", "患者番号に該当する患者が存在しません")

    def _somebody_else(self, patient: Patient) -> Patient:
        return next(one for one in self._patients if one.patient_id != patient.patient_id)


class _Told(Exception):
    """A 受付 is registered; ``result`` is zeros or the number of a warning."""

    def __init__(self, result: str, inside: list[str]) -> None:
        super().__init__(result)
        self.result, self.inside = result, inside


def _listed(found: list[Patient]) -> list[str]:
    counts = some(Target_Patient_Count=f"{len(found):03}", No_Target_Patient_Count="000")
    return [*counts, *array("Patient_Information", [as_records(one) for one in found])]


def _day(asked: Mapping[str, str], name: str, result: str) -> date | None:
    text = asked.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _Refused(result, "暦日ではありません") from None


def _require_place(asked: Mapping[str, str]) -> None:
    if asked.get("Department_Code", "") not in DEPARTMENTS:
        raise _Refused("13", "診療科が存在しません")
    if asked.get("Physician_Code", "") not in PHYSICIANS:
        raise _Refused("14", "ドクターが存在しません")
    if (asked.get("Medical_Information") or "01") not in _MEDICAL:
        raise _Refused("15", "診療内容情報が存在しません")


def _require_insurance(patient: Patient, asked: Mapping[str, str]) -> None:
    """Pass a 受付 whose insurance is the patient's; none at all is the one of the last time."""
    number, name = patient.insurance_class
    known = {
        "InsuranceProvider_Class": number,
        "InsuranceProvider_WholeName": name,
        "InsuranceProvider_Number": patient.person.insurer_number,
    }
    if any((asked.get(key) or value) != value for key, value in known.items()):
        raise _Refused("21", "保険の一致する患者保険情報がありません")


def _in_cp932(text: str) -> bool:
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True

"""Writing the calls to ORCA: pure functions to the bytes of a body (日レセAPI, xml2 format, UTF-8).

Every value goes into the body. A path has no more than the number of a function in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from xml.sax.saxutils import escape

from kiosk import TOKYO
from kiosk.orca.errors import OrcaUnusable
from kiosk.orca.model import Insurance

__all__ = [
    "OrcaCall",
    "NewReception",
    "departments",
    "patient_by_number",
    "patients_by_name",
    "physicians",
    "receptions_of",
    "registration",
]

_PLAIN = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]{0,200}")
_NO_END: Final = date(9999, 12, 31)
"""適用終了日 of what has no end."""

_Fields = Sequence[tuple[str, "str | _Fields"]]


@dataclass(frozen=True, slots=True, repr=False)
class OrcaCall:
    """One call: the path below ``orca.url``, and the body."""

    path: str
    body: bytes


@dataclass(frozen=True, slots=True, repr=False)
class NewReception:
    """A 受付 to register.

    Attributes:
        patient_id: 患者番号, as ORCA gave it.
        at: when the person was there (aware).
        department: 診療科コード.
        physician: ドクターコード.
        medical: 診療内容区分; empty: ORCA's first.
        insurance: which of the patient's insurances.

    """

    patient_id: str
    at: datetime
    department: str
    physician: str
    medical: str
    insurance: Insurance


def patients_by_name(name: str, birth_date: date) -> OrcaCall:
    """Ask for the patients whose 氏名 or カナ氏名 begins so, born on that day (patientlst3v2)."""
    fields = (
        ("WholeName", name),
        ("Birth_StartDate", birth_date.isoformat()),
        ("Birth_EndDate", birth_date.isoformat()),
    )
    return OrcaCall("/api01rv2/patientlst3v2?class=01", _body("patientlst3req", fields))


def patient_by_number(patient_id: str) -> OrcaCall:
    """Ask for the patient with that 患者番号 (patientlst2v2)."""
    one: _Fields = [("Patient_ID", patient_id)]
    listed: _Fields = [("Patient_ID_Information_child", one)]
    fields: _Fields = [("Patient_ID_Information", listed)]
    return OrcaCall("/api01rv2/patientlst2v2?class=01", _body("patientlst2req", fields))


def receptions_of(day: date, department: str) -> OrcaCall:
    """Ask for every 受付 of a department on a day, those that are paid too (acceptlstv2, class 03)."""
    fields = (("Acceptance_Date", day.isoformat()), ("Department_Code", department))
    return OrcaCall("/api01rv2/acceptlstv2?class=03", _body("acceptlstreq", fields))


def registration(reception: NewReception) -> OrcaCall:
    """Register a 受付 (acceptmodv2, Request_Number 01)."""
    at = reception.at.astimezone(TOKYO)
    medical = [("Medical_Information", reception.medical)] if reception.medical else []
    fields: _Fields = [
        ("Request_Number", "01"),
        ("Patient_ID", reception.patient_id),
        ("Acceptance_Date", at.date().isoformat()),
        ("Acceptance_Time", f"{at:%H:%M:%S}"),
        ("Department_Code", reception.department),
        ("Physician_Code", reception.physician),
        *medical,
        ("HealthInsurance_Information", _insurance(reception.insurance)),
    ]
    return OrcaCall("/orca11/acceptmodv2", _body("acceptreq", fields))


def departments(day: date) -> OrcaCall:
    """Ask for the 診療科 that there are on a day (system01lstv2, class 01)."""
    return _managed("01", day)


def physicians(day: date) -> OrcaCall:
    """Ask for the ドクター that there are on a day (system01lstv2, class 02)."""
    return _managed("02", day)


def _managed(number: str, day: date) -> OrcaCall:
    fields = (("Request_Number", number), ("Base_Date", day.isoformat()))
    return OrcaCall(f"/api01rv2/system01lstv2?class={number}", _body("system01_managereq", fields))


def _insurance(insurance: Insurance) -> _Fields:
    """Return the insurance in ORCA's own texts. What is empty there is left out."""
    starts, ends = insurance.validity.starts_on, insurance.validity.ends_on
    fields = (
        ("InsuranceProvider_Class", insurance.insurance_class),
        ("InsuranceProvider_Number", insurance.insurer_number),
        ("InsuranceProvider_WholeName", insurance.insurance_name),
        ("HealthInsuredPerson_Symbol", insurance.symbol),
        ("HealthInsuredPerson_Number", insurance.number),
        ("HealthInsuredPerson_Branch_Number", insurance.branch),
        ("Certificate_StartDate", starts.isoformat() if starts else ""),
        ("Certificate_ExpiredDate", (ends or _NO_END).isoformat()),
    )
    return [(name, text) for name, text in fields if text]


def _body(name: str, fields: _Fields) -> bytes:
    return f"<data>{_element(name, fields)}</data>".encode()


def _element(name: str, content: str | _Fields) -> str:
    if isinstance(content, str):
        return f'<{name} type="string">{_escaped(name, content)}</{name}>'
    kind = "array" if any(child == f"{name}_child" for child, _ in content) else "record"
    inside = "".join(_element(child, value) for child, value in content)
    return f'<{name} type="{kind}">{inside}</{name}>'


def _escaped(name: str, text: str) -> str:
    if not _PLAIN.fullmatch(text):
        raise OrcaUnusable(f"{name}: a value that no call can carry")
    return escape(text)

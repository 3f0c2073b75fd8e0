"""The patients of a simulated ORCA: people of a members file, in the forms in which ORCA writes what it knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from simulators.orca.xml2 import Records, array, some
from simulators.terminal.insured import InsuredPerson

__all__ = ["Patient", "as_records", "patients_of", "wide"]

_CLASSES: Final = {6: ("060", "国保"), 8: ("009", "協会")}
"""保険の種類 and 保険の制度名称 by the digits of the 保険者番号, as in the examples of the API's pages."""

_WIDE: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


@dataclass(frozen=True, slots=True, repr=False)
class Patient:
    """One patient: 患者番号, the person, and what ORCA has of the insurance beside that."""

    patient_id: str
    person: InsuredPerson
    symbol: str
    has_subsidy: bool = False

    @property
    def name(self) -> str:
        """漢字氏名, with a wide space."""
        return wide(self.person.name)

    @property
    def kana(self) -> str:
        """カナ氏名, in full width."""
        return wide(unicodedata.normalize("NFKC", self.person.kana))

    @property
    def insurance_class(self) -> tuple[str, str]:
        """保険の種類 and its name."""
        return _CLASSES[len(self.person.insurer_number)]


def patients_of(everybody: Iterable[InsuredPerson]) -> list[Patient]:
    """Return a patient for each person, numbered from 00001 in their order."""
    return [Patient(f"{number:05}", person, person.symbol) for number, person in enumerate(everybody, 1)]


def wide(text: str) -> str:
    """Return the text in full width, as ORCA has it."""
    return text.translate(_WIDE)


def as_records(patient: Patient, *, insured: bool = True) -> list[str]:
    """Return the elements of a Patient_Information; ``insured``: with the insurances."""
    person = patient.person
    sex = {"male": "1", "female": "2"}.get(person.sex, "")
    known = some(
        Patient_ID=patient.patient_id,
        WholeName=patient.name,
        WholeName_inKana=patient.kana,
        BirthDate=person.birth_date.isoformat(),
        Sex=sex,
    )
    return [*known, *_insurances(patient)] if insured else known


def _insurances(patient: Patient) -> list[str]:
    subsidy = some(
        PublicInsurance_Class="010",
        PublicInsurance_Name="感３７の２",
        PublicInsurer_Number="10131142",
        PublicInsuredPerson_Number="1234566",
        Certificate_IssuedDate="2024-04-01",
        Certificate_ExpiredDate="9999-12-31",
    )
    subsidies: Sequence[Records] = [subsidy] if patient.has_subsidy else []
    return [
        *array("HealthInsurance_Information", [_insurance(patient)]),
        *array("PublicInsurance_Information", subsidies),
    ]


def _insurance(patient: Patient) -> list[str]:
    person, (number, name) = patient.person, patient.insurance_class
    ends: date | None = person.lost_on
    return some(
        InsuranceProvider_Class=number,
        InsuranceProvider_WholeName=name,
        InsuranceProvider_Number=person.insurer_number,
        HealthInsuredPerson_Symbol=wide(patient.symbol),
        HealthInsuredPerson_Number=wide(person.number),
        HealthInsuredPerson_Branch_Number=person.branch,
        RelationToInsuredPerson={"self": "1", "family": "2"}.get(person.relationship, ""),
        HealthInsuredPerson_WholeName=wide(person.household_head),
        Certificate_StartDate=person.acquired_on.isoformat(),
        Certificate_ExpiredDate=ends.isoformat() if ends else "9999-12-31",
    )

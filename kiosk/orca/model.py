"""Who comes to the clinic, and what ORCA knows of its patients. Nothing here prints what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

__all__ = ["Arrival", "Insurance", "OrcaPatient", "CoverPeriod"]


@dataclass(frozen=True, slots=True, repr=False)
class Arrival:
    """A person whose visit to the kiosk was confirmed. Empty texts: not known.

    Attributes:
        visit: the visit's identifier without meaning.
        at: when the visit was answered (aware).
        name: 氏名.
        kana: フリガナ, in whatever form.
        birth_date: 生年月日.
        insurer_number: 保険者番号, 6 or 8 digits.
        symbol: 記号.
        number: 番号.
        branch: 枝番.
        usable: whether the insurance may be used today.
        reference: 照会番号, which at a clinic is the patient number.
        label: what staff read of the person, such as a masked フリガナ; it is never sent, and is on no disk.

    """

    visit: str
    at: datetime
    name: str
    kana: str
    birth_date: date
    insurer_number: str
    symbol: str
    number: str
    branch: str
    usable: bool = True
    reference: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class CoverPeriod:
    """From when to when something counts; None: without a bound."""

    starts_on: date | None = None
    ends_on: date | None = None

    def covers(self, day: date) -> bool:
        """Return whether the day lies in it."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True, repr=False)
class Insurance:
    """One HealthInsurance_Information of a patient, in the very texts of ORCA, so that they can be sent back."""

    insurance_class: str
    insurance_name: str
    insurer_number: str
    symbol: str
    number: str
    branch: str
    validity: CoverPeriod


@dataclass(frozen=True, slots=True, repr=False)
class OrcaPatient:
    """One Patient_Information. ``subsidies`` are the periods of 公費."""

    patient_id: str
    name: str
    kana: str
    birth_date: date
    insurances: tuple[Insurance, ...] = ()
    subsidies: tuple[CoverPeriod, ...] = ()

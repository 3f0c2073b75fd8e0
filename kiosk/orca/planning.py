"""What becomes of a visit at ORCA. Pure: the patients that were found, and the rules, make the plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.orca.comparing import InsuranceDifference, differences, fits, valid_on
from kiosk.orca.model import Arrival, Insurance, OrcaPatient

__all__ = ["Outcome", "OutcomeKind", "Plan", "planned"]


class OutcomeKind(StrEnum):
    """What became of a visit. All but the first two are the desk's work."""

    REGISTERED = "registered"
    ALREADY = "already"
    FOUND = "found"
    """One patient fits, and the settings do not allow to register."""
    NONE = "none"
    SEVERAL = "several"
    OTHER_INSURANCE = "other_insurance"
    SUBSIDISED = "subsidised"
    """The patient has 公費: which 保険組合せ counts today is the desk's choice."""
    NOT_USABLE = "not_usable"
    """The insurance cannot be used today, or only with a 被保険者資格申立書."""
    ANOTHER_DAY = "another_day"
    BUSY = "busy"
    REFUSED = "refused"
    UNSURE = "unsure"
    """ORCA's answer could not be used: it has to be looked up there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What staff read of one visit. It holds nothing of the person.

    Attributes:
        kind: what became of it.
        count: how many patients fit, where that is said.
        differences: what of the insurance is not the same.
        result: ORCA's Api_Result, where it refused.
        reception: 受付ID, where it was registered.

    """

    kind: OutcomeKind
    count: int | None = None
    differences: tuple[InsuranceDifference, ...] = ()
    result: str = ""
    reception: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """Register this patient with this insurance."""

    patient: OrcaPatient
    insurance: Insurance


def planned(arrival: Arrival, patients: Iterable[OrcaPatient], day: date) -> Plan | Outcome:
    """Return what to register, or what to tell the desk.

    Args:
        arrival: who came.
        patients: whom ORCA has, by whatever search; the same one may come twice.
        day: today.

    """
    fitting = {patient.patient_id: patient for patient in patients if fits(arrival, patient)}
    if not fitting:
        return Outcome(OutcomeKind.NONE)
    if len(fitting) > 1:
        return Outcome(OutcomeKind.SEVERAL, count=len(fitting))
    (patient,) = fitting.values()
    return _insured(arrival, patient, day)


def _insured(arrival: Arrival, patient: OrcaPatient, day: date) -> Plan | Outcome:
    """Compare the insurance: just one of ORCA's counts today, and it is the one that was checked."""
    current = valid_on(day, patient.insurances)
    same = [insurance for insurance in current if not differences(arrival, insurance)]
    if len(same) != 1 or len(current) != 1:
        closest = min((differences(arrival, insurance) for insurance in current), key=len, default=())
        return Outcome(OutcomeKind.OTHER_INSURANCE, differences=closest)
    if any(period.covers(day) for period in patient.subsidies):
        return Outcome(OutcomeKind.SUBSIDISED)
    return Plan(patient, same[0])

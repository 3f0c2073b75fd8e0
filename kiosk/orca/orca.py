"""ORCA as the kiosk uses it: find patients, see who is registered, register. Every method blocks for a bounded time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from kiosk import tokyo_day
from kiosk.orca import answers, requests
from kiosk.orca.comparing import search_names
from kiosk.orca.errors import OrcaSaid, OrcaUnusable
from kiosk.orca.model import Arrival, OrcaPatient
from kiosk.orca.planning import Outcome, OutcomeKind, Plan, planned
from kiosk.orca.requests import NewReception, OrcaCall

__all__ = ["Checked", "Orca", "Place", "Posting"]

_ALREADY: Final = "16"
"""Api_Result of acceptmodv2: 診療科・保険組合せで受付登録済み."""

_PATIENT_ID = re.compile(r"\d{1,20}", re.ASCII)
"""患者番号; a clinic may have given its 照会番号 another form."""

_TOO_MANY: Final = "21"
"""Api_Result of patientlst3v2: a hundred patients and more."""


class Posting(Protocol):
    """Who posts a call and returns the body of the answer, or raises OrcaError."""

    def post(self, call: OrcaCall) -> bytes:
        """Return the body of the answer. Raises OrcaError."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a 受付 belongs.

    Attributes:
        department: 診療科コード.
        physician: ドクターコード.
        medical: 診療内容区分; empty: ORCA's first.

    """

    department: str
    physician: str
    medical: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a technician's test found: whether ORCA knows the 診療科 and the ドクター of the settings."""

    departments: int
    physicians: int
    department_known: bool
    physician_known: bool


class Orca:
    """One ORCA. ``register``: whether the settings allow to register at all."""

    def __init__(self, posting: Posting, place: Place, *, register: bool, now: Callable[[], datetime]) -> None:
        self._posting, self._place, self._register, self._now = posting, place, register, now

    def check(self) -> Checked:
        """Try the connection with two calls that name nobody. Raises OrcaError."""
        today = tokyo_day(self._now())
        departments = answers.codes_in(self._posting.post(requests.departments(today)), "Department")
        physicians = answers.codes_in(self._posting.post(requests.physicians(today)), "Physician")
        known = self._place.department in departments, self._place.physician in physicians
        return Checked(len(departments), len(physicians), *known)

    def receive(self, arrival: Arrival) -> Outcome:
        """Return what became of a visit; the same visit may come again after a fault.

        Raises:
            OrcaError: ORCA does not answer, or not as it should: nothing is known of this visit yet.

        """
        day = tokyo_day(arrival.at)
        if day != tokyo_day(self._now()):
            return Outcome(OutcomeKind.ANOTHER_DAY)
        if not arrival.usable:
            return Outcome(OutcomeKind.NOT_USABLE)
        plan = self._planned(arrival, day)
        return plan if isinstance(plan, Outcome) else self._received(arrival, plan, day)

    def _planned(self, arrival: Arrival, day: date) -> Plan | Outcome:
        try:
            return planned(arrival, self._patients(arrival), day)
        except OrcaSaid as refusal:
            many = refusal.result == _TOO_MANY
            return Outcome(OutcomeKind.SEVERAL) if many else Outcome(OutcomeKind.REFUSED, result=refusal.result)

    def _patients(self, arrival: Arrival) -> list[OrcaPatient]:
        """Return whom ORCA finds: by 照会番号 if it is a 患者番号, else by each form of the name with the birthday."""
        if _PATIENT_ID.fullmatch(arrival.reference):
            call = requests.patient_by_number(arrival.reference)
            if numbered := answers.patients_in(self._posting.post(call)):
                return list(numbered)
        found: list[OrcaPatient] = []
        for name in search_names(arrival):
            found += answers.patients_in(self._posting.post(requests.patients_by_name(name, arrival.birth_date)))
        if any(patient.birth_date != arrival.birth_date for patient in found):
            raise OrcaUnusable("patientlst2res: somebody born on another day than was asked for")
        return found

    def _received(self, arrival: Arrival, plan: Plan, day: date) -> Outcome:
        """Register, unless that was done: by staff, or by us before an answer was lost."""
        try:
            listed = self._posting.post(requests.receptions_of(day, self._place.department))
            if answers.is_among(listed, plan.patient.patient_id):
                return Outcome(OutcomeKind.ALREADY)
            return self._registered(arrival, plan, day) if self._register else Outcome(OutcomeKind.FOUND)
        except OrcaSaid as refusal:
            done = refusal.result == _ALREADY
            return Outcome(OutcomeKind.ALREADY) if done else Outcome(OutcomeKind.REFUSED, result=refusal.result)

    def _registered(self, arrival: Arrival, plan: Plan, day: date) -> Outcome:
        place, patient = self._place, plan.patient.patient_id
        reception = NewReception(patient, arrival.at, place.department, place.physician, place.medical, plan.insurance)
        answer = self._posting.post(requests.registration(reception))
        return Outcome(OutcomeKind.REGISTERED, reception=answers.registered_id(answer, patient, day))

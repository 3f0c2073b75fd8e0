"""A member as JP Core's Coverage, with the Patient and the insurer that it speaks of.

No resource has an address: nobody's, so that nothing tells apart the people whose data are withheld. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import uuid4

from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.coverage import Coverage
from fhir.resources.R4B.organization import Organization
from fhir.resources.R4B.patient import Patient

from kiosk.eligibility import Member, Relationship, Sex
from kiosk.fhir import systems
from kiosk.fhir.form import Json, ResourceForm
from kiosk.fhir.numbers import Numbers

__all__ = ["coverage_of", "insurer_of", "patient_of", "searchset"]

_INSURER_ID: Final = "insurer"
_PATIENT_ID: Final = "patient"
_ONE_DAY: Final = timedelta(days=1)
_GENDERS = {Sex.MALE: "male", Sex.FEMALE: "female"}
_CATEGORIES = {Relationship.SELF: ("1", "被保険者"), Relationship.FAMILY: ("2", "被扶養者")}


def searchset(members: Sequence[Member], on: date, now: datetime, form: ResourceForm) -> Bundle:
    """Return the answer to a search: a Bundle with the Coverage of each member, the people contained."""
    entries = [_entry(member, on, form) for member in members]
    said: Json = {"type": "searchset", "timestamp": now, "total": len(entries)}
    return Bundle.model_validate(said | ({"entry": entries} if entries else {}))


def _entry(member: Member, on: date, form: ResourceForm) -> Json:
    coverage = coverage_of(member, on, form)
    coverage.contained = [patient_of(member, form), insurer_of(member.id.insurer_number, form)]
    return {"fullUrl": uuid4().urn, "resource": coverage, "search": {"mode": "match"}}


def coverage_of(member: Member, on: date, form: ResourceForm) -> Coverage:
    """Return the Coverage of a member. It refers to `#patient` and `#insurer`, which are contained beside it."""
    numbers, insurer = form.numbers(member), {"reference": f"#{_INSURER_ID}"}
    made: Json = {
        "meta": {"profile": [systems.JP_COVERAGE]},
        "extension": _extensions(numbers),
        "identifier": [
            {"system": systems.MEMBER_ID, "value": numbers.member, "assigner": insurer},
            {"system": systems.COVERAGE_CSV, "value": numbers.csv, "assigner": insurer},
        ],
        "status": "active" if member.lost_on is None or on < member.lost_on else "cancelled",
        "type": {"coding": [{"system": systems.ACT_CODE, "code": "PUBLICPOL"}]},
        "subscriberId": numbers.subscriber,
        "beneficiary": {"reference": f"#{_PATIENT_ID}"},
        "payor": [insurer | {"identifier": _insurer_identifier(member.id.insurer_number, form)}],
    }
    optional = {
        "dependent": member.id.branch,
        "relationship": _relationship(member),
        "period": _period(member),
        "costToBeneficiary": _copay(member),
    }
    return Coverage.model_validate(made | {name: value for name, value in optional.items() if value})


def _extensions(numbers: Numbers) -> list[Json]:
    said = {
        systems.INSURED_PERSON_SYMBOL: numbers.symbol,
        systems.INSURED_PERSON_NUMBER: numbers.number,
        systems.INSURED_PERSON_SUB_NUMBER: numbers.id.branch,
    }
    return [{"url": url, "valueString": text} for url, text in said.items() if text]


def _insurer_identifier(insurer_number: str, form: ResourceForm) -> Json:
    return {"system": form.payer_system, "value": insurer_number}


def _relationship(member: Member) -> Json | None:
    """Return 被保険者区分; for the family HL7's own list would ask whose child or spouse it is, which nobody knows."""
    if member.relationship is None:
        return None
    code, display = _CATEGORIES[member.relationship]
    lists = (systems.INSURED_PERSON_CATEGORY, systems.INSURED_PERSON_CATEGORY_OID)
    codings: list[Json] = [{"system": system, "code": code, "display": display} for system in lists]
    if member.relationship is Relationship.SELF:
        codings.append({"system": systems.SUBSCRIBER_RELATIONSHIP, "code": "self"})
    return {"coding": codings}


def _period(member: Member) -> Json | None:
    """Return the first and the last insured day; None where 資格喪失 is on the day of 資格取得, or before it."""
    if member.lost_on is None:
        return {"start": member.acquired_on}
    if member.lost_on <= member.acquired_on:
        return None
    return {"start": member.acquired_on, "end": member.lost_on - _ONE_DAY}


def _copay(member: Member) -> list[Json]:
    if member.copay_percent is None:
        return []
    kind = {"coding": [{"system": systems.COPAY_TYPE, "code": "copaypct"}]}
    percent = {"value": member.copay_percent, "unit": "%", "system": systems.UNITS, "code": "%"}
    return [{"type": kind, "valueQuantity": percent}]


def patient_of(member: Member, form: ResourceForm) -> Patient:
    """Return the person: name, フリガナ, 性別 and 生年月日, under the 被保険者個人識別子."""
    made: Json = {
        "id": _PATIENT_ID,
        "meta": {"profile": [systems.JP_PATIENT]},
        "identifier": [{"system": systems.MEMBER_ID, "value": form.numbers(member).member}],
        "gender": _GENDERS.get(member.sex, "unknown") if member.sex else "unknown",
        "birthDate": member.birth_date,
    }
    written = {"IDE": member.name.strip(), "SYL": member.kana.strip()}
    names = [_name(representation, text) for representation, text in written.items() if text]
    return Patient.model_validate(made | ({"name": names} if names else {}))


def _name(representation: str, text: str) -> Json:
    """Return a name in characters (IDE) or in kana (SYL)."""
    which = {"url": systems.NAME_REPRESENTATION, "valueCode": representation}
    return {"extension": [which], "use": "official", "text": text}


def insurer_of(insurer_number: str, form: ResourceForm, name: str | None = None) -> Organization:
    """Return the insurer, with its name if that is given or it is the kiosk's own."""
    made: Json = {
        "id": _INSURER_ID,
        "meta": {"profile": [systems.JP_ORGANIZATION]},
        "identifier": [_insurer_identifier(insurer_number, form)],
        "type": [{"coding": [{"system": systems.ORGANIZATION_TYPE, "code": "pay", "display": "Payer"}]}],
    }
    known = name or (form.insurer_name if insurer_number == form.own_insurer else None)
    return Organization.model_validate(made | ({"name": known} if known else {}))

"""Reading a CoverageEligibilityRequest. It loads the FHIR library with the first request.

The request is checked as a whole by fhir.resources, and then read for what is used here. What FHIR lets change the
meaning of a resource (`modifierExtension`, `implicitRules`) is refused, since it is not understood here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from kiosk.decision.facts import FIRST_YEAR, LAST_YEAR
from kiosk.eligibility import KeyQuery, contains_my_number
from kiosk.fhir.numbers import IdentifierRefused, key_of
from kiosk.fhir.refusals import FhirRefusal, FhirRefused

__all__ = ["EligibilityQuestion", "read_request"]

_RESOURCE: Final = "CoverageEligibilityRequest"
_COVERAGE: Final = f"{_RESOURCE}.insurance.coverage.identifier"
_PURPOSES: Final = frozenset({"validation", "benefits"})
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_REFERENCE: Final = re.compile(r"(?:Patient/[A-Za-z0-9.-]{1,64}|urn:uuid:[0-9a-f-]{36})", re.ASCII)
_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}", re.ASCII)
_CONTAINED: Final = frozenset(
    {"Coverage", "Location", "Organization", "Patient", "Practitioner", "PractitionerRole", "RelatedPerson"}
)
_STUMBLES: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What fhir.resources raises for some values that are no FHIR, instead of its own ValidationError."""
_TOO_LONG: Final = 10**12
"""A whole number of more digits than a マイナンバー has."""


@dataclass(frozen=True, slots=True, repr=False)
class EligibilityQuestion:
    """What is read of a request.

    Attributes:
        key: the person.
        on: the day asked about; None: today.
        purposes: the codes of `purpose`.
        patient: the program's own reference to its Patient; None if it has none that outlives the request.
        request_id: the logical id of the request; None if it has none.

    """

    key: KeyQuery
    on: date | None
    purposes: Sequence[str]
    patient: str | None
    request_id: str | None


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    modifierExtension: Sequence[object] = ()  # noqa: N815 (FHIR's name)


class _Identifier(_Part):
    system: str | None = None
    value: str | None = None


class _Reference(_Part):
    reference: str | None = None
    identifier: _Identifier | None = None


class _Contained(_Part):
    resourceType: str  # noqa: N815
    id: str | None = None
    identifier: Sequence[_Identifier] = ()
    birthDate: str | None = None  # noqa: N815


class _Insurance(_Part):
    coverage: _Reference
    focal: bool | None = None


class _Request(_Part):
    id: str | None = None
    implicitRules: str | None = None  # noqa: N815
    status: str
    purpose: Annotated[Sequence[str], Field(min_length=1, max_length=8)]
    patient: _Reference
    servicedDate: str | None = None  # noqa: N815
    servicedPeriod: object = None  # noqa: N815
    insurance: Sequence[_Insurance] = ()
    contained: Sequence[_Contained] = ()


def read_request(body: bytes) -> EligibilityQuestion:
    """Return the question in the JSON of a CoverageEligibilityRequest.

    Raises:
        FhirRefused: the body is no such resource, or asks for what is not done here.

    """
    resource = _json(body)
    if not isinstance(resource, dict) or resource.get("resourceType") != _RESOURCE:
        raise FhirRefused(FhirRefusal.OTHER_RESOURCE, "resourceType")
    if any(contains_my_number(text) for text in _texts(resource)):
        raise FhirRefused(FhirRefusal.MY_NUMBER)
    return _question(_checked(resource))


def _json(body: bytes) -> object:
    try:
        found: object = from_json(body, allow_inf_nan=False)
    except ValueError:
        found = None
    if found is None:
        raise FhirRefused(FhirRefusal.MALFORMED)
    return found


def _texts(value: object) -> Iterator[str]:
    """Yield every text and number in a JSON value, the names of its keys too."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str | float) or (isinstance(value, int) and abs(value) < _TOO_LONG):
        yield str(value)


def _checked(resource: dict[str, object]) -> _Request:
    from fhir.resources.R4B.coverageeligibilityrequest import CoverageEligibilityRequest

    _require_known_types(resource)
    try:
        CoverageEligibilityRequest.model_validate(resource)
        return _Request.model_validate(resource)
    except ValidationError as error:
        element = _element(error)
    except _STUMBLES:
        element = _RESOURCE
    raise FhirRefused(FhirRefusal.DOES_NOT_FIT, element)  # outside the block: its context would hold the input


def _require_known_types(resource: dict[str, object]) -> None:
    """Refuse contained resources of other types than a request has use for; the library loads a module for each."""
    if any(kind not in _CONTAINED for kind in _types(list(resource.values()))):
        raise _not_supported("contained")


def _types(value: object) -> Iterator[str]:
    """Yield the type of each resource inside a JSON value; what is no text is a type that nobody knows."""
    if isinstance(value, dict):
        if "resourceType" in value:
            yield str(value["resourceType"])
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _types(one)


def _element(error: ValidationError) -> str:
    """Return the FHIRPath of the first element at fault, without a key that the caller made up."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    names = [str(part) for part in first["loc"] if isinstance(part, str) and part.isascii() and part.isidentifier()]
    known = names[:-1] if first["type"] == "extra_forbidden" else names
    return ".".join([_RESOURCE, *known])


def _question(request: _Request) -> EligibilityQuestion:
    _require_understood(request)
    insurance = _focal(request.insurance)
    return EligibilityQuestion(
        key=_key(_identifier(insurance.coverage, request), _birth_date(request)),
        on=_day(request.servicedDate, "servicedDate"),
        purposes=request.purpose,
        patient=_own_reference(request.patient.reference),
        request_id=request.id if request.id and _ID.fullmatch(request.id) else None,
    )


def _require_understood(request: _Request) -> None:
    """Refuse what would change the meaning of the request, and what is not done here."""
    parts = [request, request.patient, *request.insurance, *request.contained]
    if request.implicitRules is not None:
        raise _not_supported("implicitRules")
    if any(part.modifierExtension for part in parts):
        raise _not_supported("modifierExtension")
    if request.status != "active":
        raise _not_supported("status")
    if not _PURPOSES.issuperset(request.purpose):
        raise _not_supported("purpose")
    if request.servicedPeriod is not None:
        raise _not_supported("servicedPeriod")


def _not_supported(element: str) -> FhirRefused:
    return FhirRefused(FhirRefusal.NOT_SUPPORTED, f"{_RESOURCE}.{element}")


def _focal(insurances: Sequence[_Insurance]) -> _Insurance:
    """Return the one insurance that is asked about."""
    if not insurances:
        raise FhirRefused(FhirRefusal.MISSING, f"{_RESOURCE}.insurance")
    focal = [one for one in insurances if one.focal] if len(insurances) > 1 else list(insurances)
    if len(focal) != 1:
        raise _not_supported("insurance")
    return focal[0]


def _identifier(coverage: _Reference, request: _Request) -> _Identifier:
    """Return the identifier of the Coverage: in the reference, or in the contained resource that it names."""
    own = [coverage.identifier] if coverage.identifier else []
    contained = _contained(coverage.reference, "Coverage", request)
    given = own or (list(contained.identifier) if contained else [])
    if not given:
        raise FhirRefused(FhirRefusal.MISSING, _COVERAGE)
    known = [one for one in given if one.system and one.value and _is_known(one.system)]
    return (known or given)[0]


def _is_known(system: str) -> bool:
    try:
        key_of(system, "")
    except IdentifierRefused as error:
        return error.refusal is not FhirRefusal.UNKNOWN_SYSTEM
    return True


def _key(identifier: _Identifier, birth_date: date | None) -> KeyQuery:
    if not identifier.system or not identifier.value:
        raise FhirRefused(FhirRefusal.MISSING, _COVERAGE)
    try:
        key = key_of(identifier.system, identifier.value, birth_date)
    except IdentifierRefused as error:
        refusal = error.refusal
    else:
        return key
    raise FhirRefused(refusal, _COVERAGE)


def _birth_date(request: _Request) -> date | None:
    patient = _contained(request.patient.reference, "Patient", request)
    return _day(patient.birthDate, "contained.birthDate") if patient else None


def _contained(reference: str | None, kind: str, request: _Request) -> _Contained | None:
    fitting = (one for one in request.contained if one.resourceType == kind and reference == f"#{one.id}")
    return next(fitting, None)


def _day(text: str | None, element: str) -> date | None:
    """Return a whole day; FHIR's dates may also be a year or a month, which no insurance begins with."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise FhirRefused(FhirRefusal.DOES_NOT_FIT, f"{_RESOURCE}.{element}")
    return day


def _own_reference(reference: str | None) -> str | None:
    return reference if reference and _REFERENCE.fullmatch(reference) else None

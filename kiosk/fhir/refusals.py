"""The closed list of what a FHIR request is refused for. No refusal repeats what was sent."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import NamedTuple

__all__ = ["REFUSALS", "FhirRefusal", "FhirRefused", "Said"]


class FhirRefusal(StrEnum):
    """Why a request was refused; the code in an OperationOutcome."""

    NOT_FHIR_JSON = "not_fhir_json"
    NOT_A_FORM = "not_a_form"
    OTHER_VERSION = "other_version"
    NOT_ACCEPTABLE = "not_acceptable"
    QUERY_IN_URL = "query_in_url"
    MALFORMED = "malformed"
    OTHER_RESOURCE = "other_resource"
    DOES_NOT_FIT = "does_not_fit"
    MISSING = "missing"
    NOT_SUPPORTED = "not_supported"
    UNKNOWN_PARAMETER = "unknown_parameter"
    UNKNOWN_SYSTEM = "unknown_system"
    BAD_IDENTIFIER = "bad_identifier"
    MY_NUMBER = "my_number"
    BIRTH_DATE_NEEDED = "birth_date_needed"
    TOO_MANY = "too_many"


class Said(NamedTuple):
    """The HTTP status, the code of FHIR's IssueType, and an English sentence."""

    status: HTTPStatus
    issue: str
    sentence: str


_UNFIT = HTTPStatus.UNPROCESSABLE_ENTITY
_MEDIA = HTTPStatus.UNSUPPORTED_MEDIA_TYPE

REFUSALS = {
    FhirRefusal.NOT_FHIR_JSON: Said(_MEDIA, "not-supported", "The body must be application/fhir+json, in UTF-8."),
    FhirRefusal.NOT_A_FORM: Said(_MEDIA, "not-supported", "The body must be application/x-www-form-urlencoded."),
    FhirRefusal.OTHER_VERSION: Said(_MEDIA, "not-supported", "Only FHIR 4.0 is spoken here."),
    FhirRefusal.NOT_ACCEPTABLE: Said(
        HTTPStatus.NOT_ACCEPTABLE, "not-supported", "Answers are application/fhir+json, FHIR 4.0."
    ),
    FhirRefusal.QUERY_IN_URL: Said(_UNFIT, "security", "Numbers of a person are sent in the body, never in the URL."),
    FhirRefusal.MALFORMED: Said(_UNFIT, "structure", "The body cannot be read."),
    FhirRefusal.OTHER_RESOURCE: Said(_UNFIT, "not-supported", "The body must be one CoverageEligibilityRequest."),
    FhirRefusal.DOES_NOT_FIT: Said(_UNFIT, "value", "The request does not fit FHIR R4."),
    FhirRefusal.MISSING: Said(_UNFIT, "required", "The request lacks what is needed here."),
    FhirRefusal.NOT_SUPPORTED: Said(_UNFIT, "not-supported", "The request asks for what is not done here."),
    FhirRefusal.UNKNOWN_PARAMETER: Said(_UNFIT, "not-supported", "A search takes `identifier`, once, and `_format`."),
    FhirRefusal.UNKNOWN_SYSTEM: Said(
        _UNFIT, "code-invalid", "The system of the identifier must be JP_Insurance_memberID or JP_Coverage_id."
    ),
    FhirRefusal.BAD_IDENTIFIER: Said(
        _UNFIT, "value", "The identifier must be 保険者番号 (8 digits), 記号, 番号 and 枝番, as JP Core writes them."
    ),
    FhirRefusal.MY_NUMBER: Said(
        _UNFIT, "business-rule", "The request has a number that passes as a マイナンバー, which must not be taken."
    ),
    FhirRefusal.BIRTH_DATE_NEEDED: Said(
        _UNFIT, "required", "This person is not in the register: $submit with a contained Patient and its birthDate."
    ),
    FhirRefusal.TOO_MANY: Said(HTTPStatus.SERVICE_UNAVAILABLE, "throttled", "Too many questions are open; ask again."),
}


class FhirRefused(Exception):
    """The request is refused; `element` is the FHIRPath of the element at fault, as far as it is one of FHIR's own."""

    def __init__(self, refusal: FhirRefusal, element: str | None = None) -> None:
        super().__init__(refusal.value)
        self.refusal, self.element = refusal, element

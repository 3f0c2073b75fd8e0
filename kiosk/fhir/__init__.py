"""FHIR R4 (4.0.1), as JP Core has it: what programs ask and what they are answered, as pure functions.

This door loads no FHIR library. `requests`, `coverage`, `response` and `capability` do, or take a while themselves, so
the web imports them with the first question.
"""

from kiosk.fhir.form import ResourceForm
from kiosk.fhir.numbers import IdentifierRefused, Numbers, key_of
from kiosk.fhir.outcome import FHIR_JSON, outcome
from kiosk.fhir.refusals import REFUSALS, FhirRefusal, FhirRefused
from kiosk.fhir.searches import read_search, require_json
from kiosk.fhir.systems import FAILURE

__all__ = [
    "FAILURE",
    "FHIR_JSON",
    "REFUSALS",
    "FhirRefusal",
    "FhirRefused",
    "ResourceForm",
    "IdentifierRefused",
    "Numbers",
    "key_of",
    "outcome",
    "read_search",
    "require_json",
]

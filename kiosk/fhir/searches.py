"""Reading a search for a Coverage by its identifier, from a form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl

from kiosk.eligibility import KeyQuery, contains_my_number
from kiosk.fhir.numbers import IdentifierRefused, key_of
from kiosk.fhir.outcome import FHIR_JSON
from kiosk.fhir.refusals import FhirRefusal, FhirRefused

__all__ = ["read_search", "require_json"]

_IDENTIFIER: Final = "identifier"
_FORMAT: Final = "_format"
_JSON: Final = frozenset({"json", "application/json", FHIR_JSON, "text/json"})
_MOST_FIELDS: Final = 16


def read_search(body: bytes) -> KeyQuery:
    """Return the look-up of a form `identifier=SYSTEM|VALUE`.

    Raises:
        FhirRefused: the form is malformed, or searches for something else.

    """
    fields = _fields(body)
    if any(contains_my_number(text) for field in fields for text in field):
        raise FhirRefused(FhirRefusal.MY_NUMBER)
    given = [value for name, value in fields if name == _IDENTIFIER]
    others = {name for name, _ in fields} - {_IDENTIFIER, _FORMAT}
    if others or len(given) != 1:
        raise FhirRefused(FhirRefusal.UNKNOWN_PARAMETER if others or given else FhirRefusal.MISSING, _IDENTIFIER)
    require_json(value for name, value in fields if name == _FORMAT)
    return _searched(given[0])


def require_json(formats: Iterable[str]) -> None:
    """Refuse a wish (`_format`) for another form than JSON."""
    if not _JSON.issuperset(formats):
        raise FhirRefused(FhirRefusal.NOT_ACCEPTABLE)


def _fields(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        pass
    raise FhirRefused(FhirRefusal.MALFORMED)


def _searched(token: str) -> KeyQuery:
    r"""Return the look-up of a token, in which `\` takes the meaning from `,`, `|`, `$` and itself."""
    system, bar, value = _split(token)
    if not bar:
        raise FhirRefused(FhirRefusal.UNKNOWN_SYSTEM, _IDENTIFIER)
    try:
        key = key_of(system, value)
    except IdentifierRefused as error:
        refusal = error.refusal
    else:
        if key.branch:
            return key
        refusal = FhirRefusal.BAD_IDENTIFIER  # it would show a whole family
    raise FhirRefused(refusal, _IDENTIFIER)


def _split(token: str) -> tuple[str, str, str]:
    system, bar, value = token.partition("|")
    if re.search(r"(?<!\\)(?:\\\\)*[,|$]", value):
        raise FhirRefused(FhirRefusal.NOT_SUPPORTED, _IDENTIFIER)
    return system, bar, re.sub(r"\\([,|$\\])", r"\1", value)

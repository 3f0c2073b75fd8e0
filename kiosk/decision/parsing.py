"""Parse JSON into facts strictly, with one error that names the first field at fault.

The order of errors is: unknown keys in input order, repeated keys, the fields in table order, then the impossible
combinations in table order. The same order applies inside ``confirmation_held``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from kiosk.decision.codes import CardStatus, CardToday, Certificate, LifeEvent, Need, Purpose, Registration
from kiosk.decision.facts import FIRST_YEAR, LAST_YEAR, Confirmation, Facts, FactsError, refuse_impossible

__all__ = ["facts_from_json", "parse_facts"]

Code = TypeVar("Code", bound=StrEnum)
Convert = Callable[[str, object], Any]
"""Converts a field's JSON value to the Python value, given the field's name; raises FactsError."""


def facts_from_json(text: str) -> Facts:
    """Return the facts in a JSON text.

    Raises:
        FactsError: The facts are refused; ``field`` is None if the text is not one JSON object.

    """
    return parse_facts(_json(text))


def parse_facts(obj: object) -> Facts:
    """Return the facts in a parsed JSON object.

    Raises:
        FactsError: The facts are refused; it reports the first error in the order above.

    """
    facts = Facts(**_convert_all(obj, None, _FACTS, _FACTS_REQUIRED))
    refuse_impossible(facts)
    return facts


class _Object(dict[str, object]):
    """A JSON object that remembers the first key that its text repeats."""

    repeated: str | None = None


def _object(pairs: list[tuple[str, object]]) -> _Object:
    obj = _Object()
    for key, value in pairs:
        if key in obj and obj.repeated is None:
            obj.repeated = key
        obj[key] = value
    return obj


def _json(text: str) -> object:
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        raise FactsError(None, "the input must be one JSON object") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


# No field takes a number, and float accepts a number of any length.
_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=float, parse_constant=_refuse_constant)


def _convert_all(
    obj: object, parent: str | None, table: Mapping[str, Convert], required: frozenset[str]
) -> dict[str, Any]:
    """Return the converted values of a JSON object's known keys."""
    if not isinstance(obj, dict):
        raise FactsError(parent, "must be one object" if parent else "the input must be one JSON object")
    prefix = f"{parent}." if parent else ""
    _refuse_keys(obj, prefix, table)
    values = {}
    for name, convert in table.items():
        if name in obj:
            values[name] = convert(prefix + name, obj[name])
        elif name in required:
            raise FactsError(prefix + name, "is required")
    return values


def _refuse_keys(obj: dict[object, object], prefix: str, table: Mapping[str, Convert]) -> None:
    for key in obj:
        if key not in table:
            raise FactsError(f"{prefix}{key}", "is not a known field")
    if isinstance(obj, _Object) and obj.repeated is not None:
        raise FactsError(f"{prefix}{obj.repeated}", "must not be given twice")


_ISO_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(field: str, value: object) -> date:
    if isinstance(value, str) and _ISO_DATE.fullmatch(value) and FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise FactsError(field, f"must be a date YYYY-MM-DD in the years {FIRST_YEAR} to {LAST_YEAR}")


def _boolean(field: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise FactsError(field, "must be true or false")
    return value


def _one_of(codes: type[Code]) -> Callable[[str, object], Code]:
    by_value = {str(code): code for code in codes}

    def convert(field: str, value: object) -> Code:
        code = by_value.get(value) if isinstance(value, str) else None
        if code is None:
            raise FactsError(field, f"must be one of: {', '.join(by_value)}")
        return code

    return convert


def _list_of(convert_item: Callable[[str, object], Code]) -> Callable[[str, object], tuple[Code, ...]]:
    def convert(field: str, value: object) -> tuple[Code, ...]:
        if not isinstance(value, list | tuple):
            raise FactsError(field, "must be a list")
        return tuple(convert_item(field, item) for item in value)

    return convert


def _or_null(convert: Convert) -> Convert:
    return lambda field, value: None if value is None else convert(field, value)


def _confirmation(field: str, value: object) -> Confirmation:
    return Confirmation(**_convert_all(value, field, _CONFIRMATION, frozenset(_CONFIRMATION)))


_FACTS: Mapping[str, Convert] = {
    "on": _day,
    "purpose": _one_of(Purpose),
    "needs": _list_of(_one_of(Need)),
    "birth_date": _day,
    "acquired_on": _day,
    "lost_on": _or_null(_day),
    "filed_on": _or_null(_day),
    "my_number_reported": _boolean,
    "linked_on": _or_null(_day),
    "card": _one_of(CardStatus),
    "certificate": _one_of(Certificate),
    "certificate_expired_on": _or_null(_day),
    "registration": _one_of(Registration),
    "registration_ends_on": _or_null(_day),
    "card_today": _one_of(CardToday),
    "smartphone": _boolean,
    "notice_held": _boolean,
    "confirmation_held": _or_null(_confirmation),
    "legacy_card_until": _or_null(_day),
    "event": _or_null(_one_of(LifeEvent)),
    "confirmation_requested": _boolean,
    "information_withheld": _boolean,
    "special_consideration": _boolean,
    "pays_in_full": _boolean,
    "phone_card": _boolean,
    "card_without_pin": _boolean,
    "stay_until": _or_null(_day),
}
_FACTS_REQUIRED = frozenset(field.name for field in fields(Facts) if field.default is MISSING)
_CONFIRMATION: Mapping[str, Convert] = {"valid_from": _day, "valid_until": _day}

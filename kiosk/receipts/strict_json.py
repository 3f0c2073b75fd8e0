"""JSON that has one meaning: no name twice, no NaN, no depth that ends the program."""

from __future__ import annotations

import json

__all__ = ["strict_object"]


def strict_object(text: bytes) -> dict[str, object]:
    """Return the JSON object in ``text`` (UTF-8). Raises ValueError, which quotes nothing."""
    try:
        value = json.loads(text.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refused)
    except (ValueError, RecursionError):
        raise ValueError("not a JSON object whose names are all different") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _refused(constant: str) -> object:
    raise ValueError(constant)

"""What `kiosk registry show` and `stats` print."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kiosk.cli.answers import insurer_policy
from kiosk.decision import Facts
from kiosk.eligibility import (
    NAMES,
    Binding,
    FormerKey,
    Member,
    MemberId,
    NotBornYet,
    Registry,
    Statistics,
    UnknownMember,
    facts_for,
    values_of,
)

__all__ = ["counts", "shown", "text_of"]


def shown(registry: Registry, whose: MemberId, on: date, policy_file: Path | None) -> dict[str, Any]:
    """Return a member: columns, their sources, former keys, bindings, and the facts of a day (null before the birth).

    Raises:
        UnknownMember: There is no such member.
        RegistryError: The database cannot serve.

    """
    member = registry.member(whose)
    if member is None:
        raise UnknownMember("there is no such member in the register")
    facts = facts_for(member, on, policy=insurer_policy(policy_file))
    return {
        "member": {name: _plain(value) for name, value in zip(NAMES, values_of(member), strict=True)},
        "versions": [_version(version) for version in registry.history(whose)],
        "confirmed_on": _plain(member.confirmed_on),
        "former_keys": [_former(key) for key in registry.former_keys(whose)],
        "certificates": [_binding(binding) for binding in registry.bindings(whose)],
        "on": _plain(on),
        "facts": None if isinstance(facts, NotBornYet) else _facts(facts),
    }


def counts(statistics: Statistics) -> dict[str, Any]:
    """Return the counts as JSON."""
    return {name: _plain(value) for name, value in asdict(statistics).items()}


def text_of(answer: dict[str, Any]) -> str:
    """Return the same for a person: one line per value."""
    return "\n".join(_lines(answer, ""))


def _lines(value: dict[str, Any], before: str) -> list[str]:
    lines: list[str] = []
    for name, inner in value.items():
        if isinstance(inner, dict):
            lines += _lines(inner, f"{before}{name}.")
        else:
            lines.append(
                f"{before}{name}: {inner if isinstance(inner, str) else json.dumps(inner, ensure_ascii=False)}"
            )
    return lines


def _version(member: Member) -> dict[str, Any]:
    return {"valid_from": _plain(member.valid_from), "recorded_at": _plain(member.recorded_at)}


def _former(key: FormerKey) -> dict[str, Any]:
    return {"member": str(key.id), "ended_at": _plain(key.ended_at), "ended_by": key.ended_by}


def _binding(binding: Binding) -> dict[str, Any]:
    return {name: _plain(value) for name, value in asdict(binding).items()}


def _facts(facts: Facts) -> dict[str, Any]:
    return {field.name: _plain(getattr(facts, field.name)) for field in fields(facts)}


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: days and times in ISO 8601."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(inner) for name, inner in asdict(value).items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value

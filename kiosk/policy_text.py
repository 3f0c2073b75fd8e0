"""A policy as an officer reads it: TOML with every value, what it is, its source, its bounds and its default."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import cache
from textwrap import wrap

from kiosk.decision import DEFAULT_POLICY, Policy, PolicyError, parse_policy

__all__ = ["Difference", "attribute_notes", "differences", "policy_text"]

_WIDTH = 100
_HEAD = """\
# What differs between insurers and desks. A value that is left out has its default.
# In brackets: a section 「…」 of the union's page, a public rule, or whose choice it is.
"""


def policy_text(policy: Policy = DEFAULT_POLICY) -> str:
    """Return a policy as a commented TOML file, which `kiosk.policy_file.load_policy` reads as the same policy."""
    return "\n".join([_HEAD, *(_entry(policy, name) for name in _names())])


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is not the default; both are written as in TOML."""

    name: str
    value: str
    default: str


def differences(policy: Policy) -> tuple[Difference, ...]:
    """Return the values that are not the default, in the order of `policy_text`."""
    found = (Difference(name, _value(policy, name), _value(DEFAULT_POLICY, name)) for name in _names())
    return tuple(one for one in found if one.value != one.default)


def attribute_notes(kind: type) -> Mapping[str, str]:
    """Return the text below each attribute of a dataclass, on one line, by the attribute's name."""
    (body,) = (node.body for node in ast.parse(inspect.getsource(kind)).body if isinstance(node, ast.ClassDef))
    return {
        before.target.id: " ".join(str(ast.literal_eval(after.value)).split())
        for before, after in zip(body, body[1:], strict=False)
        if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name)
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
    }


@cache
def _policy_notes() -> Mapping[str, str]:
    return attribute_notes(Policy)


def _names() -> tuple[str, ...]:
    return tuple(field.name for field in fields(Policy))


def _entry(policy: Policy, name: str) -> str:
    about = f"{_policy_notes()[name]} It {_message(name)}."
    lines = [f"# {line}" for line in wrap(about, _WIDTH)]
    return "\n".join([*lines, f"# Default: {_value(DEFAULT_POLICY, name)}", f"{name} = {_value(policy, name)}", ""])


def _message(name: str) -> str:
    """Return what the reader of a policy says when it refuses a value: `must be an integer from 0 to 1000`."""
    try:
        parse_policy({name: object()})
    except PolicyError as error:
        return error.message
    raise AssertionError(f"{name} takes anything")


def _value(policy: Policy, name: str) -> str:
    """Return a value as TOML."""
    match value := asdict(policy)[name]:
        case date():
            return value.isoformat()
        case frozenset():
            return json.dumps([_item(item) for item in sorted(value)], ensure_ascii=False)
        case _:
            return json.dumps(value, ensure_ascii=False)


def _item(item: object) -> object:
    """Return an item of a set: a day of the year as MM-DD, anything else as it is."""
    return "{:02}-{:02}".format(*item) if isinstance(item, tuple) else item

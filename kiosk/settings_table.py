"""The settings as a table (docs/settings.md), made from the fields themselves, so that the two cannot drift apart."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kiosk.reader_plugins import installed_plugins
from kiosk.settings import PREFIX, is_reserved, settings_with

__all__ = ["settings_table"]

_HEAD = """# Settings

Written by `kiosk settings`; a test holds it against `kiosk/settings.py`. A key with a dot may stand in its section:
`staff.listen = "…"`, or `listen = "…"` under `[staff]`. The environment comes before the file; a list in it is JSON or
one bare value. `KIOSK_CONFIG` names the file for every command that is not given `--config`. Relative paths count from
the working directory, wherever they are written: give absolute ones. Each webhook is a table `[[webhook]]` of its own
(TOML has no place for a setting of all of them beside these tables); `KIOSK_WEBHOOK` is a JSON list of such objects.

| key | environment | value | default | what it is |
|---|---|---|---|---|
"""


def settings_table() -> str:
    """Return the table as Markdown: every key with its variable, type and bounds, default and meaning.

    It has the options of every reader driver that is installed. Raises PluginError for one that cannot be used.
    """
    drivers = installed_plugins()
    schema = settings_with(drivers).model_json_schema()
    return _HEAD + "".join(_rows(_in_order(schema["properties"], drivers), schema["$defs"], ""))


def _in_order(fields: Mapping[str, Any], drivers: Sequence[str]) -> dict[str, Any]:
    """Return the fields with the drivers' sections behind the key that chooses the drivers."""
    sections = {name: fields[name] for name in drivers if name in fields and not is_reserved(name)}
    own = {name: field for name, field in fields.items() if name not in sections}
    chosen = list(own).index("readers") + 1
    return dict([*list(own.items())[:chosen], *sections.items(), *list(own.items())[chosen:]])


def _rows(fields: Mapping[str, Any], sections: Mapping[str, Any], above: str) -> Iterator[str]:
    for name, field in fields.items():
        key = f"{above}{name}"
        if "$ref" in field:
            section = sections[field["$ref"].rpartition("/")[2]]
            yield from _rows(section.get("properties", {}), sections, f"{key}.")
        elif "$ref" in field.get("items", {}):
            section = sections[field["items"]["$ref"].rpartition("/")[2]]
            if "enum" in section:
                yield _row(key, {**field, "items": section}, _variable(key))
            for each, inner in section.get("properties", {}).items():
                yield _row(f"{key}.{each}", inner, _variable(key))
        else:
            yield _row(key, field, _variable(key))


def _variable(key: str) -> str:
    return PREFIX + key.upper().replace(".", "__")


def _row(key: str, field: Mapping[str, Any], variable: str) -> str:
    value = field.get("default")
    default = "–" if value is None else _code(json.dumps(value, ensure_ascii=False))
    return f"| `{key}` | `{variable}` | {_value(field)} | {default} | {field.get('description', '')} |\n"


def _value(field: Mapping[str, Any]) -> str:
    """Return type and bounds in words."""
    if "anyOf" in field:
        return next(_value(one) for one in field["anyOf"] if one["type"] != "null")
    if "enum" in field:
        return " or ".join(_code(json.dumps(one)) for one in field["enum"])
    if "const" in field:
        return _code(json.dumps(field["const"]))
    if field["type"] == "array":
        return f"list ({_value(field['items'])})" + _between(" of them", field.get("minItems"), field.get("maxItems"))
    kind = field.get("format", field["type"])
    return f"{_KINDS.get(kind, kind)}{_bounds(field)}"


_KINDS = {
    "string": "text",
    "path": "path",
    "boolean": "`true` or `false`",
    "integer": "whole number",
    "number": "number",
}


def _bounds(field: Mapping[str, Any]) -> str:
    above = f", more than {field['exclusiveMinimum']:g}" if "exclusiveMinimum" in field else ""
    length = _between(" characters", field.get("minLength"), field.get("maxLength"))
    pattern = f", {_code(field['pattern'])}" if "pattern" in field else ""
    return above + _between("", field.get("minimum"), field.get("maximum")) + length + pattern


def _between(what: str, least: float | None, most: float | None) -> str:
    match least, most:
        case None, None:
            return ""
        case None, _:
            return f", at most {most:g}{what}"
        case _, None:
            return f", at least {least:g}{what}"
        case _:
            return f", {least:g} to {most:g}{what}"


def _code(text: str) -> str:
    """Return ``text`` as code within a table, where even there a bar ends the cell."""
    return "`" + text.replace("|", "\\|") + "`"

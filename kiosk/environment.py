"""The variables of the environment as settings: each is all text, and is read as its setting wants it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, get_origin

from pydantic import BaseModel

from drivers.toml_file import TomlError, refuse_unwieldy
from kiosk.settings_section import by_key

__all__ = ["CONFIG", "PREFIX", "SettingsError", "from_environ", "path_of", "variables"]

PREFIX = "KIOSK_"
"""The prefix of every variable of the settings; no other variable but CONFIG may begin so."""

CONFIG = "KIOSK_CONFIG"
"""The variable that names the settings' file if a command does not."""


class SettingsError(Exception):
    """A setting is wrong. The text names the key or variable and the file, never a secret value."""


def variables(environ: Mapping[str, str]) -> list[str]:
    """Return the names of the variables that set something, in order."""
    return sorted(name for name in environ if name.startswith(PREFIX) and name != CONFIG)


def path_of(variable: str) -> list[str]:
    """Return the key of a variable, by section: ``KIOSK_IDENTITY__TRUST`` sets ``identity``, ``trust``."""
    return variable.removeprefix(PREFIX).lower().split("__")


def from_environ(environ: Mapping[str, str], model: type[BaseModel]) -> dict[str, Any]:
    """Return what the variables set, as a settings' file would have it.

    Raises:
        SettingsError: A variable names no setting of ``model``, or its value has another form.

    """
    table: dict[str, Any] = {}
    for variable in variables(environ):
        path = path_of(variable)
        _place(table, path, _value(_field(model, path, variable), environ[variable], variable), variable)
    return table


def _place(table: dict[str, Any], path: list[str], value: Any, variable: str) -> None:
    for section in path[:-1]:
        table = table.setdefault(section, {})
        if not isinstance(table, dict):
            raise SettingsError(f"{variable}: there is no such setting")
    table[path[-1]] = value


def _value(field: Any, text: str, variable: str) -> Any:
    if isinstance(field, type) and issubclass(field, BaseModel):
        raise SettingsError(f"{variable}: names a section; set its keys one by one (KIOSK_IDENTITY__TRUST)")
    try:
        refuse_unwieldy(text)
    except TomlError as error:
        raise SettingsError(f"{variable}: {error}") from None
    if get_origin(field) is list:
        return _list(text, variable)
    return _scalar(text, field) if field in (bool, int, float) else text


def _scalar(text: str, kind: type) -> object:
    """Return the number or truth value that ``text`` writes, else the text itself: validation will name it."""
    if kind is bool:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    with suppress(ValueError):
        return _json(text)
    return text


def _json(text: str) -> object:
    """Return what JSON writes, bounded as the settings' file is. Raises ValueError."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise TomlError("nested too deep") from None
    refuse_unwieldy(value)
    return value


def _field(settings: type[BaseModel], path: list[str], variable: str) -> Any:
    model: Any = settings
    for name in path:
        fields = by_key(model) if isinstance(model, type) and issubclass(model, BaseModel) else {}
        if name not in fields:
            raise SettingsError(f"{variable}: there is no such setting")
        model = fields[name].annotation
    return model


def _list(text: str, variable: str) -> object:
    if not text.lstrip().startswith("["):
        return [text]
    try:
        return _json(text)
    except json.JSONDecodeError:
        raise SettingsError(f"{variable}: not a JSON list") from None
    except ValueError as error:
        raise SettingsError(f"{variable}: not a JSON list: {error}") from None

"""Reading a policy from a file. The decision itself opens nothing, and imports nothing that does."""

from __future__ import annotations

from pathlib import Path

from drivers.toml_file import TomlError, parse_toml
from kiosk.decision import Policy, PolicyError, parse_policy
from kiosk.files import FileError, read_bounded

__all__ = ["load_policy"]

_LARGEST = 256 * 1024
"""Bytes; a policy is a page of text."""


def load_policy(path: Path) -> Policy:
    """Return the default policy, overridden by the values of a TOML file.

    Raises PolicyError when the file cannot be read, is too large, is not UTF-8 or not TOML, or holds an
    unknown name, a wrong type or a value out of range.
    """
    try:
        return parse_policy(parse_toml(read_bounded(path, _LARGEST)))
    except FileError as error:
        raise PolicyError(None, f"cannot be read: {error}") from None
    except TomlError as error:
        raise PolicyError(None, f"not valid TOML: {error}") from None

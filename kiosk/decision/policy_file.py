"""Reading a policy from a file: the one door of this package to the outside; no decision goes through it."""

from __future__ import annotations

from pathlib import Path

from kiosk.decision.policy import Policy, PolicyError, policy_from_toml

__all__ = ["load_policy"]

_LARGEST = 1_000_000
"""Bytes; a policy is a page of text."""


def load_policy(path: Path) -> Policy:
    """Return the default policy, overridden by the values of a TOML file.

    Raises PolicyError when the file cannot be read, is too large, is not UTF-8 or not TOML, or holds an
    unknown name, a wrong type or a value out of range.
    """
    return policy_from_toml(_text(path))


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            # A pipe would wait for its writer for ever.
            raise PolicyError(None, "cannot be read: not a regular file")
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise PolicyError(None, f"cannot be read: {error.strerror}") from None
    if len(data) > _LARGEST:
        raise PolicyError(None, f"longer than {_LARGEST} bytes")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise PolicyError(None, "not UTF-8") from None

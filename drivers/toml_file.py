"""Read TOML of unknown origin in bounded time and memory: profiles, settings, policy, insurer's particulars.

This module belongs to the drivers because they may import nothing above them, and everything above may import them.
"""

from __future__ import annotations

import re
import tomllib
from codecs import BOM_UTF8
from typing import Final

__all__ = ["MAX_DEPTH", "TomlError", "parse_toml", "refuse_unwieldy"]

MAX_DEPTH: Final = 16
"""How deep keys and values may be nested; the deepest in these files is 5."""

_INTEGERS = range(-(2**63), 2**63)
_TEXTS = re.compile(
    r"""
    \#[^\n]*
    | \"{3} (?: \\. | [^\\] )*? \"{3} (?!\")
    | '{3} .*? '{3} (?!')
    | " (?: \\. | [^"\\\n] )* "
    | ' [^'\n]* '
    """,
    re.VERBOSE | re.DOTALL,
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_DEEP_KEY = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{MAX_DEPTH}}}")


class TomlError(ValueError):
    """A text is not TOML, or not of the kind that these files have. The message repeats no value of it."""


def parse_toml(content: bytes) -> dict[str, object]:
    """Return the tables of a TOML text in UTF-8, whose size the caller has bounded. Raises TomlError.

    A byte order mark, which editors on Windows put first, is no part of it.
    """
    try:
        text = content.removeprefix(BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        raise TomlError("not UTF-8") from None
    _refuse_deep_keys(text)
    tables = _parsed(text)
    refuse_unwieldy(tables)
    return tables


def _parsed(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TomlError(str(error)) from None
    except RecursionError:
        raise TomlError("nested too deep") from None
    except ValueError:  # Python reads no number of more than 4,300 digits
        raise TomlError("holds a number of thousands of digits") from None


def refuse_unwieldy(value: object) -> None:
    """Check that a value is one that TOML can hold, nested at most MAX_DEPTH deep.

    Raises:
        TomlError: It is nested deeper, has a whole number of more than 64 bits, a text with half of a surrogate pair,
            which is how Python shows a byte that is not UTF-8, or one with a NUL, which no path can have.

    """
    waiting = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise TomlError("nested too deep")
        if isinstance(one, int) and one not in _INTEGERS:
            raise TomlError("holds a whole number of more than 64 bits")
        if isinstance(one, str) and _SURROGATE.search(one):
            raise TomlError("is not UTF-8")
        if isinstance(one, str) and "\0" in one:
            raise TomlError("holds a NUL character")
        below = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting += [(item, depth + 1) for item in below]


def _refuse_deep_keys(text: str) -> None:
    """Refuse a key of many parts: it costs the parser the square of their number, gigabytes for a small file."""
    if _DEEP_KEY.search(_TEXTS.sub(lambda found: "" if found[0].startswith("#") else "s", text)):
        raise TomlError(f"has a key of more than {MAX_DEPTH} parts")

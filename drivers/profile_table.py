"""One table of a profile file, read key by key. A key that is wrong, missing or unknown is one error that names it."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import NoReturn, Self

__all__ = ["ProfileError", "Table", "shown"]

_LONGEST_SHOWN = 64


class ProfileError(ValueError):
    """A card profile is wrong. The text names the file, the profile and the key."""


class Table:
    """A table of the file ``where``. As a context manager it refuses, at its end, the keys that were not read."""

    def __init__(self, value: object, where: str, prefix: str = "") -> None:
        self._where, self._prefix = where, prefix
        if not isinstance(value, dict):
            raise ProfileError(f"{where}: {prefix.rstrip('.') + ': ' if prefix else ''}is not a table")
        self._values: dict[str, object] = dict(value)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        if error is None and self._values:
            self.refuse(shown(next(iter(self._values))), "there is no such key")

    def refuse(self, key: str, what: str) -> NoReturn:
        """Raise ProfileError for ``key``."""
        raise ProfileError(f"{self._where}: {(self._prefix + key).rstrip('.')}: {what}")

    def text(self, key: str) -> str:
        """Return a string."""
        value = self._take(key)
        return value if isinstance(value, str) else self.refuse(key, "is not a text")

    def hexadecimal(self, key: str, lengths: range) -> bytes:
        """Return the bytes that a string of hexadecimal digits writes."""
        text = self.text(key)
        try:
            value = bytes.fromhex(text)
        except ValueError:
            self.refuse(key, "is not made of pairs of hexadecimal digits")
        if len(value) not in lengths:
            self.refuse(key, f"has {len(value)} bytes, not {_span(lengths)}")
        return value

    def integer(self, key: str, values: range) -> int:
        """Return an integer."""
        value = self._take(key)
        if type(value) is not int or value not in values:
            self.refuse(key, f"is not a whole number, {_span(values)}")
        return value

    def choice(self, key: str, names: Iterable[str]) -> str:
        """Return one of ``names``."""
        value, known = self.text(key), [str(name) for name in names]
        return value if value in known else self.refuse(key, "is none of " + ", ".join(known))

    def table(self, key: str) -> Table:
        """Return the table below ``key``."""
        return Table(self._take(key), self._where, f"{self._prefix}{key}.")

    def _take(self, key: str) -> object:
        if key not in self._values:
            self.refuse(key, "is missing")
        return self._values.pop(key)


def shown(name: str) -> str:
    """Return a name from a file in a form that a terminal can show: a long, empty or unprintable one is quoted."""
    return name if name.isprintable() and 0 < len(name) <= _LONGEST_SHOWN else ascii(name[:_LONGEST_SHOWN])


def _span(values: range) -> str:
    first, last = values[0], values[-1]
    return str(first) if first == last else f"{first} to {last}"

"""Numbers of orders as people write them: `12`, and `101-180` for several in a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kiosk.cli.answers import refuse

__all__ = ["numbers_of", "ranges"]

_PLAIN_NUMBER = re.compile("[0-9]{1,10}")


def numbers_of(texts: Iterable[str]) -> Iterator[int]:
    """Yield the numbers that the texts name, one at a time however wide a range is.

    A text of another form ends the command with status 2.
    """
    for text in texts:
        first, _, last = text.partition("-")
        last = last or first
        if not all(_PLAIN_NUMBER.fullmatch(end) for end in (first, last)) or int(last) < int(first):
            refuse(f"NUMBER: must be a number such as 12, or a range such as 101-180, not {text!r}")
        yield from range(int(first), int(last) + 1)


def ranges(numbers: Sequence[int]) -> list[str]:
    """Return numbers, in their order, as `numbers_of` reads them: `101-180`, `182`."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return [str(first) if first == last else f"{first}-{last}" for first, last in found]

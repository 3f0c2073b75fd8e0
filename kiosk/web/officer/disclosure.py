"""Hide small counts, so that a picture says nothing of a person, and nobody finds a hidden count by subtraction.

A count under five is 「5未満」, and zero too. Where the whole is shown beside its parts, hidden parts could be found as
what is left. Then one more part is hidden (「非公表」), and the whole as well where that is not enough (complementary
suppression). To choose the part by its size would give it away again: whoever knows the rule would know between which
counts it lies. So it is the first one of an order that is fixed beforehand.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

__all__ = ["FEW", "Hidden", "Shown", "number_of", "parts_and_whole", "shown"]

FEW: Final = 5
"""The smallest count that is shown."""

_LEFT_OVER: Final = FEW + FEW - 1
"""What is hidden must be this much in all, for the whole to be shown: then the large part may be five and a small one
any number up to four.
"""


class Hidden(StrEnum):
    """What is written in place of a count, or of a value that is in other units than the counts that it is of."""

    FEW = "5未満"
    WITHHELD = "非公表"
    TOO_FEW_FOR_MIDDLE = "件数5未満"
    TOO_FEW_FOR_TAIL = "件数20未満"


Shown = int | Hidden
"""A count as it may be shown."""

_K = TypeVar("_K")


def shown(count: int) -> Shown:
    """Return a count on its own as it may be shown."""
    return count if count >= FEW else Hidden.FEW


def number_of(value: Shown) -> int:
    """Return how high a bar is: nought for a hidden count."""
    return 0 if isinstance(value, Hidden) else value


def parts_and_whole(parts: Mapping[_K, int]) -> tuple[dict[_K, Shown], Shown]:
    """Return the parts and their sum as they may be shown beside each other.

    Args:
        parts: the counts, in the order in which they are given up: if one is small, the first large one is hidden with
            it. The order must not depend on the counts, or it would tell something of them.

    """
    made = {name: shown(count) for name, count in parts.items()}
    whole = shown(sum(parts.values()))
    if isinstance(whole, Hidden) or not any(isinstance(value, Hidden) for value in made.values()):
        return made, whole
    large = next((name for name, count in parts.items() if count >= FEW), None)
    if large is None:
        return made, Hidden.WITHHELD
    hidden = sum(count for count in parts.values() if count < FEW) + parts[large]
    return {**made, large: Hidden.WITHHELD}, whole if hidden >= _LEFT_OVER else Hidden.WITHHELD

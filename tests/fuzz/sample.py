"""How much of the long fuzzing the ordinary run takes."""

from __future__ import annotations

import os

__all__ = ["SECONDS", "examples"]

SECONDS = float(os.environ.get("FUZZ_SECONDS", "60"))
"""The seconds of all fuzz tests together, by and large."""


def examples(a_second: int, share: float) -> int:
    """Return how many examples a property test tries that makes so many a second and has ``share`` of the time."""
    return max(10, round(a_second * share * SECONDS / 4))

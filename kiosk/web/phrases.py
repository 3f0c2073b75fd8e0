"""One translatable text with its placeholders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Phrase"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One translatable text. ``lists`` are names joined with 、; ``values`` are used as they are, unbroken."""

    text: str
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)

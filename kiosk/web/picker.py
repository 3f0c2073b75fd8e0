"""List the languages from which a visitor may choose, each by its own name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kiosk.languages import ENGLISH_NAMES, JAPANESE_NAMES, OWN_NAMES, Language
from kiosk.web.catalogues import catalogue_of
from kiosk.web.marking import marked

__all__ = ["Tongue", "tongues"]


@dataclass(frozen=True, slots=True)
class Tongue:
    """One entry: what the language calls itself, and what the voices call it.

    ``marked``: a machine has translated it, and nobody has checked it.
    """

    language: Language
    name: Markup
    japanese: str
    english: str
    marked: bool


def tongues(languages: Sequence[Language]) -> tuple[Tongue, ...]:
    """Return an entry for each of these languages, in their order. Raises CatalogueError."""
    return tuple(
        Tongue(
            each,
            marked(OWN_NAMES[each], Language.EASY_JAPANESE),
            JAPANESE_NAMES[each],
            ENGLISH_NAMES[each],
            catalogue_of(each).marked,
        )
        for each in languages
    )

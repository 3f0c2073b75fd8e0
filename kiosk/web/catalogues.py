"""Read the catalogues of translations, one for each language beside Japanese, whose texts are the msgids."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from kiosk.languages import Language

__all__ = [
    "LOCALES",
    "MACHINE",
    "NOBODY",
    "Catalogue",
    "CatalogueError",
    "catalogue_of",
    "catalogue_path",
    "open_catalogue",
    "untranslated",
]

LOCALES = Path(__file__).parent / "locales"
NOBODY, MACHINE = "nobody", "machine"
"""What the head says in Language-Team if no native speaker has read the catalogue, and in Last-Translator if a machine
has made it.
"""


class CatalogueError(ValueError):
    """A language cannot be offered."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The translations into one language.

    ``read_by_native``: a native speaker has read them. ``marked``: a machine has made them, and nobody has checked
    them, so the list of languages says «機械翻訳・未確認».
    """

    language: Language
    translations: NullTranslations
    read_by_native: bool
    marked: bool


def catalogue_path(language: Language) -> Path:
    """Return the file of a language's catalogue."""
    return LOCALES / f"{language.value}.po"


def open_catalogue(language: Language) -> Catalog:
    """Return a language's catalogue as Babel reads it. Raises OSError if there is none."""
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language.locale)


def untranslated(catalog: Catalog) -> list[str]:
    """Return the texts that have no translation yet, or one that is only guessed (fuzzy)."""
    return [_text_of(message) for message in catalog if message.id and (message.fuzzy or not _is_whole(message))]


def _is_whole(message: Message) -> bool:
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(forms)


def _text_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


@cache
def catalogue_of(language: Language) -> Catalogue:
    """Return the translations into a language; those into Japanese are the texts themselves.

    Raises CatalogueError if there is no catalogue, or a text in it is not translated: a language is complete or off.
    """
    if language is Language.JAPANESE:
        return Catalogue(language, NullTranslations(), read_by_native=True, marked=False)
    try:
        catalog = open_catalogue(language)
    except OSError:
        raise CatalogueError(f"{language.value}: there is no catalogue of translations") from None
    if missing := untranslated(catalog):
        raise CatalogueError(f"{language.value}: {len(missing)} texts are not translated")
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    read = catalog.language_team != NOBODY
    marked = not read and catalog.last_translator == MACHINE
    return Catalogue(language, GNUTranslations(compiled), read, marked)

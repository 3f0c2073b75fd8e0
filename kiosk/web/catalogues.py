"""Read the catalogues of translations, one for each language beside Japanese, whose texts are the msgids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from kiosk.languages import Language

__all__ = [
    "LOCALES",
    "MACHINE",
    "NOBODY",
    "TEMPLATE",
    "Catalogue",
    "CatalogueError",
    "catalogue_of",
    "catalogue_path",
    "has_other_placeholders",
    "open_catalogue",
    "untranslated",
]

LOCALES = Path(__file__).parent / "locales"
TEMPLATE = LOCALES / "kiosk.pot"
"""Every text of the house, without a translation."""
NOBODY, MACHINE = "nobody", "machine"
"""What the head says in Language-Team if no native speaker has read the catalogue, and in Last-Translator if a machine
has made it.
"""
_PLACEHOLDER = re.compile(r"\{[a-z_]*\}")


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
    """Return a language's catalogue as Babel reads it.

    Raises OSError if there is none, and PoFileError or ValueError for a file that is no catalogue.
    """
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language.locale, abort_invalid=True)


def untranslated(catalog: Catalog) -> list[str]:
    """Return the texts of the house that have no translation, or one that is only guessed (fuzzy)."""
    whole = {_text_of(message) for message in catalog if message.id and not message.fuzzy and _is_whole(message)}
    return [text for text in _texts() if text not in whole]


def has_other_placeholders(text: str, translation: str) -> bool:
    """Return whether a translation cannot be filled as its text is: a placeholder or a brace is lost or added."""
    filled = sorted(_PLACEHOLDER.findall(text)) == sorted(_PLACEHOLDER.findall(translation))
    return not filled or any(brace in _PLACEHOLDER.sub("", translation) for brace in "{}")


@cache
def _texts() -> tuple[str, ...]:
    with TEMPLATE.open("rb") as file:
        return tuple(_text_of(message) for message in read_po(file) if message.id)


def _is_whole(message: Message) -> bool:
    forms = _forms_of(message)
    return bool(forms) and all(forms)


def _forms_of(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _text_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _unfillable(catalog: Catalog) -> Iterator[str]:
    for message in catalog:
        text = _text_of(message)
        if text and any(has_other_placeholders(text, form) for form in _forms_of(message)):
            yield text


@cache
def catalogue_of(language: Language) -> Catalogue:
    """Return the translations into a language; those into Japanese are the texts themselves.

    Raises CatalogueError if there is no catalogue, it cannot be read, or a text in it is not translated or could not
    be filled: a language is complete or off.
    """
    if language is Language.JAPANESE:
        return Catalogue(language, NullTranslations(), read_by_native=True, marked=False)
    try:
        return _checked(language, open_catalogue(language))
    except OSError:
        raise CatalogueError(f"{language.value}: there is no catalogue of translations") from None
    except (PoFileError, ValueError) as error:
        raise CatalogueError(f"{language.value}: {error}") from None


def _checked(language: Language, catalog: Catalog) -> Catalogue:
    """Return a catalogue. Raises ValueError if something is wrong with it."""
    if missing := untranslated(catalog):
        raise ValueError(f"{len(missing)} texts are not translated, the first is {missing[0]}")
    if unfillable := next(_unfillable(catalog), ""):
        raise ValueError(f"the translation of {unfillable} has other placeholders")
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    read = catalog.language_team != NOBODY
    marked = not read and catalog.last_translator == MACHINE
    return Catalogue(language, GNUTranslations(compiled), read, marked)

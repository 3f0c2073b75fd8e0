"""Write the template of the catalogues, and bring each catalogue up to date with it."""

from __future__ import annotations

import re
from io import BytesIO

from babel.messages import Catalog
from babel.messages.pofile import write_po

from kiosk.languages import Language
from kiosk.web.catalogues import MACHINE, NOBODY, TEMPLATE, catalogue_path, open_catalogue
from tests.messages.sources import texts_of_the_house

__all__ = ["TEMPLATE", "template", "updated", "written"]

_PLURAL = "{count}"
"""A text with this placeholder has a form for each number that the language tells apart."""
_HEAD = "# Every text that a visitor of the kiosk may read. Written by `script/messages extract`.\n#"
_HEAD_OF_CATALOGUE = (
    "# {name}: the texts that visitors of the kiosk read.\n# No native speaker has read this catalogue yet.\n#"
)


def template() -> Catalog:
    """Return the texts of the house without translations, each with where it is written."""
    catalog = Catalog(project="kiosk", version="1", header_comment=_HEAD, fuzzy=False)
    for text, place in texts_of_the_house():
        catalog.add((text, text) if _PLURAL in text else text, locations=[(place, None)])
    return catalog


def updated(language: Language) -> Catalog:
    """Return the catalogue of a language with the texts of the house as they are now; a new one if there is none.

    A text that is no longer there is dropped; a new one is not guessed from one that reads alike.
    """
    catalog = open_catalogue(language) if catalogue_path(language).exists() else _begun(language)
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def _begun(language: Language) -> Catalog:
    catalog = Catalog(locale=language.locale, project="kiosk", version="1", fuzzy=False)
    catalog.header_comment = _HEAD_OF_CATALOGUE.format(name=language.value)
    catalog.last_translator, catalog.language_team = MACHINE, NOBODY
    return catalog


def written(catalog: Catalog) -> str:
    """Return a catalogue as its file holds it: without the hour, and Babel's version, of each writing."""
    file = BytesIO()
    write_po(file, catalog, width=120, include_lineno=False)
    return _CHANGING.sub("", file.getvalue().decode("utf-8"))


_CHANGING = re.compile(r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid-Bugs-To):.*\n', re.MULTILINE)

"""Check one catalogue: every text with its placeholders, its plural forms, and the Japanese that the desk reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel.messages import Catalog, Message

from kiosk.languages import Language
from kiosk.web import result_texts, texts
from kiosk.web.marking import plain, unread_kanji
from tests.messages.catalogue_files import template

__all__ = ["faults_of"]

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_QUOTED = re.compile("「([^」]+)」")
_NAMES = {
    *texts.DOCUMENTS.values(),
    *texts.PAPERS.values(),
    *result_texts.SUPPLEMENTS.values(),
    *result_texts.PICTURED_AS.values(),
    texts.DECLARATION,
}
"""The documents: wherever one is a text of its own, or stands in 「」, the Japanese name is beside the translation."""


def faults_of(catalog: Catalog, language: Language) -> list[str]:
    """Return what is wrong with a catalogue, one line a fault; empty if it is complete."""
    there = {_text(message): message for message in catalog if message.id}
    wanted = {_text(message): message for message in template() if message.id}
    missing = [f"{text}: is not in the catalogue" for text in wanted if text not in there]
    stale = [f"{text}: is no text of the house any more" for text in there if text not in wanted]
    forms = catalog.num_plurals
    found = [fault for text in wanted if text in there for fault in _faults(there[text], language, forms)]
    return missing + stale + found


def _faults(message: Message, language: Language, forms: int) -> Iterator[str]:
    text, said = _text(message), _forms(message)
    if message.fuzzy or not said or not all(said):
        yield f"{text}: is not translated"
        return
    if message.pluralizable and len(said) != forms:
        yield f"{text}: has {len(said)} forms, not {forms}"
    for form in said:
        yield from (f"{text}: {fault}: {form}" for fault in _faults_of_form(text, form, language))


def _faults_of_form(text: str, form: str, language: Language) -> Iterator[str]:
    if sorted(_PLACEHOLDER.findall(text)) != sorted(_PLACEHOLDER.findall(form)):
        yield "has other placeholders"
    if re.search(r"[{}]", _PLACEHOLDER.sub("", form)):
        yield "has a brace that is no placeholder"
    if form != form.strip() or "  " in form:
        yield "has a blank too many"
    if language is Language.EASY_JAPANESE and (bare := unread_kanji(form)):
        yield f"has no reading for {bare}"
    if language is not Language.EASY_JAPANESE and re.search("[《》｜]", form):
        yield "has a reading, which is for やさしい日本語 alone"
    for name in _names_in(text):
        if name not in plain(form):
            yield f"lacks the Japanese name {name}"


def _names_in(text: str) -> set[str]:
    """Return the names of documents that the translation has to keep in Japanese."""
    return {text, *_QUOTED.findall(text)} & _NAMES


def _text(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)

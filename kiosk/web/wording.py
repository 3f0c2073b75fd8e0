"""Say the texts of the house in one language: translated, with their placeholders filled, and marked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from babel.lists import format_list
from markupsafe import Markup, escape

from kiosk.languages import Language
from kiosk.phrases import Name, Phrase, Value
from kiosk.web.catalogues import Catalogue, catalogue_of
from kiosk.web.insurers import SOME_INSURER
from kiosk.web.marking import marked, plain
from kiosk.web.texts import places_of
from kiosk.web.values import written

__all__ = ["Wording", "wording_of"]


class Wording:
    """The words of one language at one kiosk; ``places`` are those for ``{desk}``, ``{union}`` and ``{counter}``."""

    def __init__(self, catalogue: Catalogue, places: Mapping[str, str]) -> None:
        self._translations, self.language = catalogue.translations, catalogue.language
        self._places = {name: self._translations.gettext(word) for name, word in places.items()}
        self._marked_places = {name: self._marked(word) for name, word in self._places.items()}

    def say(self, phrase: Phrase | str) -> Markup:
        """Return a text as HTML; dates and numbers in it never break across lines."""
        phrase = Phrase(phrase) if isinstance(phrase, str) else phrase
        lists = {name: self._joined_marks(map(self._item, items)) for name, items in phrase.lists.items()}
        return self._filled(phrase, lists)

    def say_on_screen(self, phrase: Phrase | str) -> Markup:
        """Return a text as ``say`` does, with marks around the names in it: each has its own recording."""
        phrase = Phrase(phrase) if isinstance(phrase, str) else phrase
        return self._filled(phrase, {name: self._listed(name, items) for name, items in phrase.lists.items()})

    def _filled(self, phrase: Phrase, lists: Mapping[str, Markup]) -> Markup:
        values = {name: self._unbroken(value) for name, value in _values(phrase).items()}
        return self._marked(self._translated(phrase)).format(**self._marked_places, **lists, **values)

    def label(self, phrase: Phrase | str) -> str:
        """Return a text without any mark-up: for an attribute, or for whoever reads it aloud."""
        phrase = Phrase(phrase) if isinstance(phrase, str) else phrase
        lists = {name: self._joined(map(self._bare_item, items)) for name, items in phrase.lists.items()}
        values = {name: self._in_plain(value) for name, value in _values(phrase).items()}
        places = {name: self._bare(word) for name, word in self._places.items()}
        return self._bare(self._translated(phrase)).format(**places, **lists, **values)

    def shown(self, value: Value | Phrase) -> Markup:
        """Return as HTML what belongs into no other text: a day, a share, a name."""
        if isinstance(value, Markup):
            return value
        if isinstance(value, Name):
            return self._named(value)
        if isinstance(value, Phrase):
            return self.say(value)
        text = written(value, self.language)
        return self.say(text) if isinstance(text, Phrase) else self._marked(text)

    def _translated(self, phrase: Phrase) -> str:
        if not phrase.text:
            return ""  # of which a catalogue would return its head
        if phrase.count is None:
            return self._translations.gettext(phrase.text)
        return self._translations.ngettext(phrase.text, phrase.text, phrase.count)

    def _joined(self, items: Iterable[str]) -> str:
        return format_list(list(map(str, items)), locale=self.language.locale)

    def _joined_marks(self, items: Iterable[Markup]) -> Markup:
        return Markup(self._joined(items))  # noqa: S704

    def _item(self, item: str | Name) -> Markup:
        return self._named(item) if isinstance(item, Name) else self._marked(self._translations.gettext(item))

    def _bare_item(self, item: str | Name) -> str:
        return item.text if isinstance(item, Name) else self._bare(self._translations.gettext(item))

    def _listed(self, name: str, items: tuple[str | Name, ...]) -> Markup:
        # Nobody has recorded the names of all insurers.
        aloud = Markup(' data-aloud="{}"').format(self.label(SOME_INSURER)) if name == "insurer" else ""
        mark = Markup('<span class="list"{}>{}</span>')
        return self._joined_marks(mark.format(aloud, self._item(item)) for item in items)

    def _bare(self, text: str) -> str:
        """Return a text of the catalogue without its readings. A name from outside is never read for any."""
        return plain(text) if self.language is Language.EASY_JAPANESE else text

    def _marked(self, text: str) -> Markup:
        return marked(text, self.language)

    def _named(self, name: Name) -> Markup:
        return escape(name.text) if self.language.is_japanese else Markup('<span lang="ja">{}</span>').format(name.text)

    def _unbroken(self, value: Value) -> Markup:
        """Return a value as HTML without a line's end in it. A span of days, itself a sentence, may break between its
        two days.
        """
        shown = self.shown(value)
        is_whole = isinstance(value, Markup) or isinstance(written(value, self.language), Phrase)
        return shown if is_whole else Markup('<span class="nb">{}</span>').format(shown)

    def _in_plain(self, value: Value) -> str:
        if isinstance(value, Markup):
            return value.striptags()
        text = written(value, self.language)
        if isinstance(text, Phrase):
            return self.label(text)
        return text if isinstance(value, Name) else self._bare(text)


def wording_of(language: Language, profile: str = "clinic") -> Wording:
    """Return the words of a language at a kiosk of this profile. Raises CatalogueError."""
    return Wording(catalogue_of(language), places_of(profile))


def _values(phrase: Phrase) -> Mapping[str, Value]:
    return phrase.values if phrase.count is None else {**phrase.values, "count": str(phrase.count)}

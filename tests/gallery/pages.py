"""Render views as whole pages, each for the place where it is shown, and once more with each sheet open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from kiosk.languages import DEFAULT_LANGUAGES, Language
from kiosk.reception import Screen, StateName, View
from kiosk.web.screens import Screens
from tests.gallery.views import every_screen

__all__ = ["longest_of_each_kind", "rendered"]

_NOT_READ = re.compile(r"<[^>]+>|\s")

_ALWAYS_THE_SAME = {"purposes", "compare", "aids", "speech", "languages"}


def rendered(
    views: Mapping[str, View],
    language: Language = Language.JAPANESE,
    offered: Sequence[Language] = DEFAULT_LANGUAGES,
) -> dict[str, str]:
    """Return the HTML of each view in a language by its name, and as ``NAME+ID`` for each sheet that it can open.

    A sheet that is always the same comes once. ``offered``: the languages that a visitor may choose beside this one.
    """
    languages = tuple(dict.fromkeys((*offered, language)))
    clinic, union = (Screens(profile=profile, languages=languages) for profile in ("clinic", "union_office"))
    pages: dict[str, str] = {}
    seen: set[str] = set()
    for name, view in views.items():
        html = (union if _at_union_office(view) else clinic).page(replace(view, language=language))
        pages[name] = html
        for sheet in _sheets(html) - seen:
            seen |= {sheet} & _ALWAYS_THE_SAME
            pages[f"{name}+{sheet}"] = html
    return pages


@cache
def longest_of_each_kind(language: Language) -> dict[str, str]:
    """Return the page with the most text for each screen and state, and one with each sheet open.

    All languages are offered.
    """
    screens = Screens(languages=(language,))

    def letters(named: tuple[str, View]) -> int:
        return len(_NOT_READ.sub("", screens.main(replace(named[1], language=language))))

    chosen: dict[tuple[str, str, bool, bool], tuple[str, View]] = {}
    for name, view in every_screen().items():
        kind = (view.screen.value, view.state.value, view.staff_called, view.offers_reader)
        chosen[kind] = max(chosen.get(kind, (name, view)), (name, view), key=letters)
    return rendered(dict(chosen.values()), language, [*Language])


def _at_union_office(view: View) -> bool:
    only_there = view.state is StateName.INFORMATION or view.screen is Screen.QUESTION_PURPOSE
    return only_there or view.has_personal_pages or view.offers_information


def _sheets(html: str) -> set[str]:
    return {
        sheet for sheet in ("more", "purposes", "compare", "aids", "speech", "languages") if f'id="{sheet}"' in html
    }

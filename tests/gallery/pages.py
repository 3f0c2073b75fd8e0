"""Render views as whole pages, each for the place where it is shown, and once more with each sheet open."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.reception import Screen, StateName, View
from kiosk.web.screens import Screens

__all__ = ["rendered"]

_ALWAYS_THE_SAME = {"purposes", "compare", "aids"}


def rendered(views: Mapping[str, View]) -> dict[str, str]:
    """Return the HTML of each view by its name, and as ``NAME+ID`` for each sheet that it can open.

    A sheet that is always the same comes once.
    """
    clinic, union = Screens(), Screens(profile="union_office")
    pages: dict[str, str] = {}
    seen: set[str] = set()
    for name, view in views.items():
        html = (union if _at_union_office(view) else clinic).page(view)
        pages[name] = html
        for sheet in _sheets(html) - seen:
            seen |= {sheet} & _ALWAYS_THE_SAME
            pages[f"{name}+{sheet}"] = html
    return pages


def _at_union_office(view: View) -> bool:
    only_there = view.state is StateName.INFORMATION or view.screen is Screen.QUESTION_PURPOSE
    return only_there or view.has_personal_pages or view.offers_information


def _sheets(html: str) -> set[str]:
    return {sheet for sheet in ("more", "purposes", "compare", "aids") if f'id="{sheet}"' in html}

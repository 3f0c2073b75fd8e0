"""Render views as whole pages, each for the place where it is shown, and once more with each sheet open."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.reception import Screen, View
from kiosk.web.screens import Screens

__all__ = ["rendered"]

_UNION = {
    Screen.QUESTION_PURPOSE,
    Screen.UNION_MENU,
    Screen.OWN_RECORD,
    Screen.PROCEDURES,
    Screen.PROCEDURE,
    Screen.MYNAPORTAL,
    Screen.DOCUMENT_REQUEST,
    Screen.ORDERS,
}
_ALWAYS_THE_SAME = {"purposes", "compare"}


def rendered(views: Mapping[str, View]) -> dict[str, str]:
    """Return the HTML of each view by its name, and as ``NAME+ID`` for each sheet that it can open.

    A sheet that is always the same comes once.
    """
    clinic, union = Screens(), Screens(profile="union_office")
    pages: dict[str, str] = {}
    seen: set[str] = set()
    for name, view in views.items():
        html = (union if view.screen in _UNION or view.has_personal_pages else clinic).page(view)
        pages[name] = html
        for sheet in _sheets(html) - seen:
            seen |= {sheet} & _ALWAYS_THE_SAME
            pages[f"{name}+{sheet}"] = html
    return pages


def _sheets(html: str) -> set[str]:
    return {sheet for sheet in ("more", "purposes", "compare") if f'id="{sheet}"' in html}

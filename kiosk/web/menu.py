"""Build the menu of the union's terminal: groups of entries, and nothing in it that leads to an empty page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.reception import PersonalPages, UnionPage, View
from kiosk.web.texts import ScreenText
from kiosk.web.union import may_request

__all__ = ["LABELS", "MENU", "MENU_WITHOUT_CARD", "TITLES", "MenuEntry", "MenuGroup", "groups_of", "menu_text"]

MENU = ScreenText(
    "ご用件を選んでください",
    "カードをお取りになると、表示した内容はすぐに消えます。",
)
MENU_WITHOUT_CARD = ScreenText(
    "ご用件を選んでください",
    "カードを置くと、ご自分の資格情報も見られます。",
)
TITLES = ("あなたのこと", "手続きと書類", "マイナ保険証")
LABELS: Mapping[UnionPage | str, tuple[str, str]] = {
    UnionPage.OWN_RECORD: ("資格情報を見る", "record"),
    "purposes": ("ほかの目的で調べる", "purposes"),
    UnionPage.DOCUMENT_REQUEST: ("書類を申し込む", "request"),
    UnionPage.ORDERS: ("届く予定の書類", "orders"),
    UnionPage.PROCEDURES: ("手続きを調べる", "procedures"),
    UnionPage.WAY_TO_USE: ("使えるまでの流れ", "way"),
    UnionPage.COMPARISON: ("3つの書類のちがい", "comparison"),
    UnionPage.MERITS: ("よいところ", "merits"),
    UnionPage.IDENTIFYING: ("本人確認のしかた", "identifying"),
    UnionPage.MYNAPORTAL: ("マイナポータル", "mynaportal"),
}
"""The words on each entry, and its icon (``static/img/menu-NAME.svg``); ``purposes`` unfolds a sheet."""

_PAPERS = (UnionPage.PROCEDURES, UnionPage.WAY_TO_USE, UnionPage.COMPARISON)
_CARD = (UnionPage.MERITS, UnionPage.IDENTIFYING, UnionPage.MYNAPORTAL)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One button: its words, its icon, and the page or the sheet that it opens."""

    label: str
    icon: str
    page: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """Entries that belong together, under their title."""

    title: str
    entries: tuple[MenuEntry, ...]


def menu_text(view: View) -> ScreenText:
    """Return heading and sentence of the menu."""
    return MENU if view.pages else MENU_WITHOUT_CARD


def groups_of(view: View) -> tuple[MenuGroup, ...]:
    """Return the groups of the menu; the first is there only for a person whose presence was proved."""
    own = (_own(view.pages),) if view.pages else ()
    groups = zip(TITLES[-len(own) - 2 :], (*own, _PAPERS, _CARD), strict=True)
    return tuple(MenuGroup(title, tuple(map(_entry, entries))) for title, entries in groups)


def _own(pages: PersonalPages) -> tuple[UnionPage | str, ...]:
    """Return what is about the person: nothing to ask for or nothing on its way has no entry."""
    request = (UnionPage.DOCUMENT_REQUEST,) if may_request(pages) else ()
    orders = (UnionPage.ORDERS,) if pages.orders else ()
    return (UnionPage.OWN_RECORD, *request, *orders, "purposes")


def _entry(name: UnionPage | str) -> MenuEntry:
    label, icon = LABELS[name]
    if isinstance(name, UnionPage):
        return MenuEntry(label, f"menu-{icon}", page=name.value)
    return MenuEntry(label, f"menu-{icon}", sheet=name)

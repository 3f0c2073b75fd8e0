"""The menu of the union's terminal: groups, and no entry that leads to an empty page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import kiosk.web
from kiosk.decision import Document
from kiosk.reception import GENERAL_PAGES, PersonalPages, Screen, StateName, UnderWay, UnionPage, View
from kiosk.web.menu import LABELS, groups_of
from kiosk.web.screens import Screens
from tests.gallery.flows import information_screens, union_screens
from tests.gallery.views import TODAY

WITH_CARD = next(view for view in union_screens(TODAY) if view.screen is Screen.UNION_MENU)
WITHOUT_CARD = next(view for view in information_screens() if view.screen is Screen.UNION_MENU)
ASKED = UnderWay(Document.CONFIRMATION, TODAY, (TODAY + timedelta(days=4), TODAY + timedelta(days=5)))
REQUEST, ORDERS = UnionPage.DOCUMENT_REQUEST, UnionPage.ORDERS


def pages() -> PersonalPages:
    assert WITH_CARD.pages is not None
    return WITH_CARD.pages


def offered(view: View) -> set[str]:
    return {entry.page for group in groups_of(view) for entry in group.entries if entry.page}


@pytest.mark.parametrize(
    ("wanted", "orders", "expected"),
    [
        (Document.CONFIRMATION, (), {REQUEST}),
        (Document.CONFIRMATION, (ASKED,), {ORDERS}),
        (Document.NOTICE, (ASKED,), {REQUEST, ORDERS}),
        (None, (ASKED,), {ORDERS}),
        (None, (), set()),
        (None, None, set()),
    ],
)
def test_only_what_is_there_has_an_entry(
    wanted: Document | None, orders: tuple[UnderWay, ...] | None, expected: set[str]
) -> None:
    view = replace(WITH_CARD, pages=replace(pages(), wanted=wanted, orders=orders))
    assert offered(view) & {REQUEST, ORDERS} == expected


def test_without_a_card_the_menu_has_what_anybody_may_open_and_nothing_else() -> None:
    assert offered(WITHOUT_CARD) <= GENERAL_PAGES
    assert [group.title for group in groups_of(WITHOUT_CARD)] == ["手続きと書類", "マイナ保険証"]
    assert [group.title for group in groups_of(WITH_CARD)][1:] == ["手続きと書類", "マイナ保険証"]


def test_every_page_for_anybody_is_reached_from_the_menu_or_from_a_page_of_it() -> None:
    reached = "".join(Screens(profile="union_office").main(view) for view in information_screens())
    unreached = {page for page in GENERAL_PAGES if f'data-page="{page.value}"' not in reached}
    assert unreached == set()


def test_every_entry_has_an_icon_that_is_there() -> None:
    images = Path(kiosk.web.__file__).parent / "static" / "img"
    assert [icon for _, icon in LABELS.values() if not (images / f"menu-{icon}.svg").is_file()] == []


def test_the_idle_screen_of_the_union_leads_there_and_that_of_a_clinic_does_not() -> None:
    idle = View(kiosk="1", sequence=1, visit=1, state=StateName.IDLE, screen=Screen.IDLE)
    screens = Screens(profile="union_office")
    assert "ご用件から選ぶ" in screens.main(replace(idle, offers_information=True))
    assert "ご用件から選ぶ" not in screens.main(idle)


def test_every_entry_has_a_key_of_the_numeric_keypad() -> None:
    full = replace(WITH_CARD, pages=replace(pages(), wanted=Document.NOTICE, orders=(ASKED,)))
    assert sum(len(group.entries) for group in groups_of(full)) <= 10

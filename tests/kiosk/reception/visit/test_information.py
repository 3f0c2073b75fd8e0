"""The union's terminal without a card (ご用件から選ぶ): pages that say nothing of anybody."""

from __future__ import annotations

import pytest

from kiosk.decision import LifeEvent
from kiosk.failures import Code, Failure
from kiosk.reception.actions import AskForDocument, Continue, Finish, NeedStaff, OpenPage
from kiosk.reception.picture import screen_of, time_limit
from kiosk.reception.screens import Screen
from kiosk.reception.union_office import GENERAL_PAGES, Browsing, UnionPage
from kiosk.reception.visit.effects import Read
from kiosk.reception.visit.events import CardPut, LookedUp, ServiceChanged, TimedOut
from kiosk.reception.visit.states import Idle, Information, OutOfService, Patience, Reading, ShownByStaff
from tests.kiosk.reception.visit.scenes import (
    ACT,
    CLINIC,
    ELIGIBILITY,
    READER,
    UNION,
    happens,
    is_ignored,
    seen,
    visit,
)

OPEN = visit(Information())
PERSONAL = frozenset(UnionPage) - GENERAL_PAGES


def page(which: UnionPage, event: LifeEvent | None = None) -> OpenPage:
    return OpenPage(action="page", page=which, event=event)


def test_from_the_idle_screen_to_a_procedure_and_home_again() -> None:
    menu, effects = happens(visit(Idle()), page(UnionPage.MENU), UNION)
    assert (screen_of(menu), menu.number, effects) == (Screen.UNION_MENU, 8, ())
    opened, _ = happens(menu, page(UnionPage.PROCEDURE, LifeEvent.CARD_LOST), UNION)
    shown = seen(opened, UNION)
    assert (shown.screen, shown.browsing) == (Screen.PROCEDURE, Browsing(UnionPage.PROCEDURE, LifeEvent.CARD_LOST))
    assert happens(opened, Finish(action="finish"), UNION)[0].state == Idle()


@pytest.mark.parametrize("which", sorted(GENERAL_PAGES))
def test_each_page_for_anybody_opens_and_says_nothing_of_a_person(which: UnionPage) -> None:
    shown = seen(happens(OPEN, page(which), UNION)[0], UNION)
    assert shown.browsing.page is which
    assert (shown.pages, shown.decision, shown.level, shown.masked_name) == (None, None, None, "")


@pytest.mark.parametrize("which", sorted(PERSONAL))
@pytest.mark.parametrize("state", [Idle(), Information()], ids=["idle", "information"])
def test_a_page_about_a_person_stays_shut(which: UnionPage, state: Idle | Information) -> None:
    assert is_ignored(visit(state), page(which), UNION)


def test_a_document_cannot_be_asked_for_without_a_card() -> None:
    assert is_ignored(OPEN, AskForDocument(action="request"), UNION)


def test_a_clinic_has_none_of_these_pages() -> None:
    assert is_ignored(visit(Idle()), page(UnionPage.MENU), CLINIC)


def test_a_card_begins_a_visit() -> None:
    after, effects = happens(OPEN, CardPut(READER), UNION)
    assert (after.state, effects) == (Reading(), (Read(8, READER),))


def test_it_ends_by_itself_after_a_warning_in_its_own_time() -> None:
    assert time_limit(OPEN, UNION) == UNION.information_limit
    warned, _ = happens(OPEN, TimedOut(7), UNION)
    assert (screen_of(warned), time_limit(warned, UNION)) == (Screen.STILL_THERE, UNION.result_warning)
    back, _ = happens(warned, Continue(action="continue"), UNION)
    assert back.state == Information(patience=Patience(extensions=1))
    assert happens(warned, TimedOut(7), UNION)[0].state == Idle()


def test_a_new_page_answers_the_warning_and_keeps_what_was_extended() -> None:
    warned = visit(Information(patience=Patience(warned=True, extensions=2)))
    after, _ = happens(warned, page(UnionPage.MERITS), UNION)
    assert after.state == Information(UnionPage.MERITS, patience=Patience(extensions=2))


def test_it_needs_no_reader_and_no_register() -> None:
    down = Failure(Code.REGISTRY_DOWN)
    after, _ = happens(OPEN, ServiceChanged(frozenset(), down), UNION)
    assert (after.state, after.service) == (Information(), down)
    assert happens(after, Finish(action="finish"), UNION)[0].state == OutOfService()


def test_staff_can_be_called_and_may_show_an_answer() -> None:
    called, _ = happens(OPEN, NeedStaff(action="staff"), UNION)
    assert (called.state, called.staff_called) == (Information(), True)
    shown, _ = happens(called, LookedUp(7, ELIGIBILITY, ACT), UNION)
    assert isinstance(shown.state, ShownByStaff)

"""A visit that staff end from the desk."""

from __future__ import annotations

import pytest

from kiosk.reception import DeskProblem, NeedStaff, Screen
from tests.kiosk.reception.sites import Site, refused

pytestmark = pytest.mark.anyio


async def test_a_visitor_in_the_midst_is_not_cut_off_unless_staff_are_sure(site: Site) -> None:
    await site.prove("card-works", Screen.RESULT_CARD)
    await site.reception.act(NeedStaff(action="staff"))
    picture = site.desk.picture()
    assert (picture.may_end, picture.in_the_midst) == (True, True)
    unsure = site.desk.end_visit(site.sequence, "hanako", sure=False)
    assert await refused(unsure) is DeskProblem.IN_THE_MIDST
    assert site.reception.view.decision is not None
    visit = site.reception.visit.number
    await site.desk.end_visit(site.sequence, "hanako", sure=True)
    view = site.reception.view
    assert (view.screen, view.decision, view.masked_name) == (Screen.TAKE_CARD, None, "")
    assert site.desk.picture().called_at is None, "who ends the visit has seen to the call"
    assert [(act["act"], act["visit"]) for act in site.acts()] == [("visit_ended", visit)]


async def test_a_failure_that_nobody_reads_any_more_is_ended_at_once(site: Site) -> None:
    site.put("forged")
    await site.until(Screen.NOT_GENUINE)
    assert not site.desk.picture().in_the_midst
    await site.desk.end_visit(site.sequence, "hanako", sure=False)
    assert site.reception.view.screen is Screen.TAKE_CARD


async def test_only_the_very_screen_that_staff_saw_is_ended(site: Site) -> None:
    seen = site.sequence
    assert not site.desk.picture().may_end
    assert await refused(site.desk.end_visit(seen, "hanako", sure=True)) is DeskProblem.SCREEN_CHANGED
    site.put("card-works")
    await site.until(Screen.PIN)
    assert await refused(site.desk.end_visit(seen, "hanako", sure=True)) is DeskProblem.SCREEN_CHANGED
    assert site.reception.view.screen is Screen.PIN and site.acts() == []

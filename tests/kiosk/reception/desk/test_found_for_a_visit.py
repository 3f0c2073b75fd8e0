"""Who was found for one visit is not the person of the next one, until staff say so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.identity import Level
from kiosk.reception import Asked, DeskProblem, NeedStaff, Screen, Seen, StaffAct
from tests.kiosk.reception.sites import Site, refused

pytestmark = pytest.mark.anyio


async def test_a_card_is_not_bound_to_the_member_of_an_earlier_visit(site: Site) -> None:
    found = await site.found("unreadable-phone")
    await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
    bind = site.desk.bind(found, Seen.PASSPORT, "hanako", site.sequence)
    assert await refused(bind) is DeskProblem.VISIT_CHANGED
    assert "bound" not in [act["act"] for act in site.acts()]
    kept = await site.desk.keep(found, site.reception.visit.number, "hanako")
    bound = await site.desk.bind(kept, Seen.PASSPORT, "hanako", site.sequence)
    result = await site.until(Screen.RESULT_CARD)
    assert (result.level, bound.visit) == (Level.CONFIRMED, result.visit)
    assert [(act["act"], act["visit"]) for act in site.acts()][-2:] == [("kept", kept.visit), ("bound", kept.visit)]


async def test_nobody_is_kept_for_a_visit_that_is_over(site: Site) -> None:
    found = await site.found("unreadable-phone")
    earlier = site.reception.visit.number
    await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
    assert await refused(site.desk.keep(found, earlier, "hanako")) is DeskProblem.VISIT_CHANGED
    assert "kept" not in [act["act"] for act in site.acts()]


async def test_an_answer_is_not_shown_to_the_person_of_a_later_visit(site: Site) -> None:
    found = await site.found("unreadable-phone")
    decision = await site.desk.decide(found, Asked(), "hanako")
    await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
    show = site.desk.show(found, Asked(), decision, Seen.PASSPORT, "hanako", site.sequence)
    assert await refused(show) is DeskProblem.VISIT_CHANGED
    kept = replace(found, visit=site.reception.visit.number)
    shown = await site.desk.show(kept, Asked(), decision, Seen.PASSPORT, "hanako", site.sequence)
    assert shown.visit == site.reception.visit.number != kept.visit


async def test_a_check_by_sight_goes_on_with_the_same_person(site: Site) -> None:
    site.put("pin-last-try")
    await site.until(Screen.PIN_LAST_TRY)
    await site.reception.act(NeedStaff(action="staff"))
    before, after = await site.desk.confirm(StaffAct("hanako", "pin_blocked"), site.sequence)
    assert after == before + 1 == site.reception.visit.number

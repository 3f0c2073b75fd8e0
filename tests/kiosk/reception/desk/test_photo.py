"""Cards of the smallest children, which may have no photograph to compare a face with."""

from __future__ import annotations

import asyncio
from datetime import date
from threading import Event
from typing import Any

import pytest

from kiosk.identity import Level
from kiosk.reception import (
    DeskProblem,
    LookingUp,
    NeedStaff,
    PhotoProblem,
    PhotoRefused,
    Screen,
    Seen,
    StaffAct,
    StaffConfirm,
)
from kiosk.reception.eligibility_service import EligibilityService
from kiosk.reception.photo import is_under_five
from tests.kiosk.reception.sites import Site, refused

pytestmark = pytest.mark.anyio


@pytest.fixture
def child(mocker: Any) -> Any:
    """Every member is a small child."""
    return mocker.patch("kiosk.reception.photo.is_under_five", return_value=True)


async def at_desk(site: Site, who: str = "card-works") -> int:
    site.put(who)
    await site.until(Screen.PIN)
    await site.reception.act(NeedStaff(action="staff"))
    return (await site.until(Screen.STAFF_CHECK)).sequence


@pytest.mark.parametrize(
    ("born", "under"),
    [
        (date(2021, 12, 2), True),
        (date(2021, 12, 1), True),
        (date(2021, 11, 30), False),
        (date(2021, 11, 29), False),
        (date(2026, 11, 30), True),
    ],
)
def test_a_child_is_under_five_until_the_day_before_the_birthday(mocker: Any, born: date, under: bool) -> None:
    assert is_under_five(mocker.Mock(birth_date=born), date(2026, 11, 30)) is under


@pytest.mark.usefixtures("child")
async def test_staff_are_asked_for_the_photograph_and_their_answer_is_journaled(site: Site) -> None:
    sequence = await at_desk(site)
    unasked = site.desk.confirm(StaffAct("hanako", "pin_forgotten"), sequence)
    assert await refused(unasked) is DeskProblem.PHOTO_UNASKED
    without = site.desk.confirm(StaffAct("hanako", "pin_forgotten", card_has_photo=False), sequence)
    assert await refused(without) is DeskProblem.CARD_WITHOUT_PHOTO
    assert site.reception.view.screen is Screen.STAFF_CHECK
    await site.desk.confirm(StaffAct("hanako", "pin_forgotten", card_has_photo=True), sequence)
    assert (await site.until(Screen.RESULT_CARD)).level is Level.STAFF_CONFIRMED
    assert [(act["act"], act["detail"]) for act in site.acts()] == [
        ("refused", "confirmed.card_without_photo"),
        ("confirmed", "pin_forgotten.photo_seen"),
    ]


@pytest.mark.usefixtures("child")
@pytest.mark.parametrize(("photo", "problem"), [(None, PhotoProblem.UNASKED), (False, PhotoProblem.MISSING)])
async def test_a_program_has_to_say_so_too(site: Site, photo: bool | None, problem: PhotoProblem) -> None:
    await at_desk(site)
    act = StaffConfirm(action="staff_confirm", staff="hanako", reason="other", card_has_photo=photo)
    with pytest.raises(PhotoRefused) as refusal:
        await site.reception.act(act)
    assert refusal.value.problem is problem and site.reception.view.screen is Screen.STAFF_CHECK
    assert await site.reception.act(act.model_copy(update={"card_has_photo": True}))


async def test_of_somebody_older_nothing_is_asked(site: Site) -> None:
    sequence = await at_desk(site)
    await site.desk.confirm(StaffAct("hanako", "pin_forgotten"), sequence)
    assert (await site.until(Screen.RESULT_CARD)).level is Level.STAFF_CONFIRMED


async def test_a_check_that_was_made_before_the_child_was_known_does_not_count_for_it(site: Site, child: Any) -> None:
    sequence = await at_desk(site, "unknown-member")
    await site.desk.confirm(StaffAct("hanako", "pin_forgotten"), sequence)
    await site.until(Screen.UNKNOWN_MEMBER)
    assert not child.called, "nobody knows the card yet"
    found = await site.found("unreadable-phone")
    bind = site.desk.bind(found, Seen.PASSPORT, "hanako", site.sequence)
    assert await refused(bind) is DeskProblem.BIND_BEFORE_CHECK
    assert "bound" not in [act["act"] for act in site.acts()]


@pytest.mark.usefixtures("child")
async def test_a_check_that_was_made_while_the_child_was_being_bound_does_not_count_for_it(
    site: Site, mocker: Any
) -> None:
    bind, writing, may_write = LookingUp.bind, Event(), Event()

    def slow(*args: Any) -> None:
        writing.set()
        assert may_write.wait(10)
        bind(*args)

    mocker.patch.object(LookingUp, "bind", slow)
    sequence = await at_desk(site, "unknown-member")
    found = await site.found("unreadable-phone")
    binding = asyncio.create_task(site.desk.bind(found, Seen.PASSPORT, "hanako", sequence))
    assert await asyncio.to_thread(writing.wait, 10)
    await site.desk.confirm(StaffAct("hanako", "pin_forgotten"), sequence)
    await site.until(Screen.UNKNOWN_MEMBER)
    may_write.set()
    await binding
    shown = await site.until(Screen.UNKNOWN_MEMBER, Screen.RESULT_CARD)
    assert (shown.screen, shown.decision) == (Screen.UNKNOWN_MEMBER, None)


@pytest.mark.usefixtures("child")
async def test_no_answer_rests_on_a_check_of_a_child_by_sight_without_the_photograph(site: Site, mocker: Any) -> None:
    mocker.patch.object(EligibilityService, "require_photo")  # as if the card was bound a moment later
    sequence = await at_desk(site)
    await site.desk.confirm(StaffAct("hanako", "pin_forgotten"), sequence)
    shown = await site.until(Screen.UNKNOWN_MEMBER, Screen.RESULT_CARD)
    assert (shown.screen, shown.decision) == (Screen.UNKNOWN_MEMBER, None)


@pytest.mark.parametrize("who", ["card-works", "unknown-member"])
async def test_a_face_is_compared_with_no_card_that_has_no_photograph(site: Site, who: str) -> None:
    sequence = await at_desk(site, who)
    without = site.desk.confirm(StaffAct("hanako", "pin_forgotten", card_has_photo=False), sequence)
    assert await refused(without) is DeskProblem.CARD_WITHOUT_PHOTO
    assert site.reception.view.screen is Screen.STAFF_CHECK


async def test_nobody_is_asked_for_the_photograph_of_a_card_that_is_gone(site: Site, mocker: Any) -> None:
    asked, may_answer = Event(), Event()

    def slow(*_: Any) -> bool:
        asked.set()
        return may_answer.wait(10)

    mocker.patch("kiosk.reception.photo.is_under_five", side_effect=slow)
    sequence = await at_desk(site)
    confirming = asyncio.create_task(site.desk.confirm(StaffAct("hanako", "pin_forgotten"), sequence))
    assert await asyncio.to_thread(asked.wait, 10)
    site.readers.take()
    await site.until(Screen.IDLE)
    await at_desk(site, "claim-without-paper")
    may_answer.set()
    assert await refused(confirming) is DeskProblem.SCREEN_CHANGED

"""Who looks at the visit, and what waits in memory for those who look away."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from kiosk.decision import CardStatus, Facts, Registration, decide
from kiosk.eligibility.terminal import Consents
from kiosk.reception import Screen, StateName, View
from kiosk.reception.audience import Audience

pytestmark = pytest.mark.anyio

DECISION = decide(
    Facts(
        on=date(2026, 11, 22),
        birth_date=date(1980, 4, 1),
        acquired_on=date(2020, 4, 1),
        card=CardStatus.HELD,
        registration=Registration.REGISTERED,
    )
)


def view(sequence: int, state: StateName = StateName.IDLE, **known: Any) -> View:
    screen = Screen.RESULT_CARD if state is StateName.RESULT else Screen.IDLE
    return View("1", sequence, sequence, state, screen, **known)


def result(sequence: int) -> View:
    agreed = Consents(limit=True, medicine=True)
    return view(sequence, StateName.RESULT, decision=DECISION, masked_name="ト＊＊ 様", consents=agreed)


async def test_nobody_is_named_to_those_who_follow_every_change() -> None:
    audience = Audience(result(1))
    seen = await anext(audience.every_change())
    assert (seen.masked_name, seen.decision) == ("", DECISION)
    assert seen.consents == Consents()
    assert (audience.view.masked_name, audience.view.consents.limit) == ("ト＊＊ 様", True)


async def test_a_decision_that_is_shown_no_more_does_not_wait_for_a_slow_reader() -> None:
    audience = Audience(view(1))
    following = audience.every_change()
    assert (await anext(following)).sequence == 1
    audience.show(result(2))
    audience.show(view(3))
    later = [await anext(following), await anext(following)]
    assert [(each.sequence, each.decision) for each in later] == [(2, None), (3, None)]


async def test_one_who_falls_far_behind_gets_an_end_and_no_decision_waits() -> None:
    audience = Audience(view(0))
    following = audience.every_change()
    assert (await anext(following)).sequence == 0
    for sequence in range(1, 300):
        audience.show(result(sequence))
    async with asyncio.timeout(5):
        waiting = [each async for each in following]
    assert [each.sequence for each in waiting] == list(range(1, 257))
    assert {each.decision for each in waiting} == {None}


async def test_one_who_keeps_up_misses_nothing() -> None:
    audience = Audience(view(0))
    following = audience.every_change()
    seen = [(await anext(following)).sequence]
    for sequence in range(1, 600):
        audience.show(view(sequence))
        seen.append((await anext(following)).sequence)
    assert seen == list(range(600))


async def taken(audience: Audience, after: int | None, count: int) -> list[tuple[int, bool]]:
    following = audience.every_change(after)
    return [(each.sequence, each.decision is not None) for each in [await anext(following) for _ in range(count)]]


async def test_one_who_comes_back_gets_what_they_missed_without_decisions_that_are_over() -> None:
    audience = Audience(view(1))
    for number in (2, 3, 4, 5):
        audience.show(result(number) if number in (3, 5) else view(number))
    assert await taken(audience, 1, 4) == [(2, False), (3, False), (4, False), (5, True)]
    assert await taken(audience, 4, 1) == [(5, True)]
    assert await taken(audience, None, 1) == [(5, True)]
    assert await taken(audience, 99, 1) == [(5, True)], "of another kiosk: the present view"
    audience.show(view(6))
    assert await taken(audience, 1, 5) == [(2, False), (3, False), (4, False), (5, False), (6, False)]


async def test_one_who_missed_nothing_waits_for_the_next_change() -> None:
    audience = Audience(view(1))
    upcoming = asyncio.ensure_future(anext(audience.every_change(1)))
    await asyncio.sleep(0)
    assert not upcoming.done()
    audience.show(view(2))
    assert (await upcoming).sequence == 2


async def test_everybody_of_a_crowd_gets_every_change() -> None:
    audience = Audience(view(1))
    crowd = [audience.follow() for _ in range(50)]
    assert all([await each.next() == [view(1)] for each in crowd])
    first = [asyncio.ensure_future(each.next()) for each in crowd]
    await asyncio.sleep(0)
    audience.show(view(2))
    audience.show(view(3))
    taken = await asyncio.gather(*first)
    assert all(views == [view(2), view(3)] for views in taken), "what came meanwhile comes in one piece"


async def test_a_crowd_is_not_woken_all_at_once() -> None:
    audience = Audience(view(1))
    crowd = [audience.follow() for _ in range(50)]
    assert all([await each.next() == [view(1)] for each in crowd])
    waiting = [asyncio.ensure_future(each.next()) for each in crowd]
    await asyncio.sleep(0)
    audience.show(view(2))
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    assert sum(each.done() for each in waiting) < len(crowd) // 2
    assert all(views == [view(2)] for views in await asyncio.gather(*waiting))


async def test_one_who_leaves_gets_nothing_more() -> None:
    audience = Audience(view(1))
    one = audience.follow()
    assert await one.next() == [view(1)]
    one.leave()
    audience.show(view(2))
    assert one.waiting == 0
    one.poke()
    assert await one.next() == []
    one.end()
    assert await one.next() is None

"""The reception on the simulated reader: whole visits, and what happens when something breaks on the way."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.decision import Need, Purpose, Supplement
from kiosk.failures import Code
from kiosk.identity import Level, Revocation
from kiosk.reception import (
    ChoosePurpose,
    EnterPin,
    Finish,
    NeedStaff,
    OpenPage,
    Reminder,
    Require,
    Rules,
    SayNeeds,
    Screen,
    StaffConfirm,
    StateName,
    UnionOffice,
    UnionPage,
    judged,
)
from kiosk.reception.sleep import SleepWatch
from simulators.demo import Stage
from simulators.readers import SimulatedReaders
from tests.kiosk.reception.sites import open_site, visits_of

pytestmark = pytest.mark.anyio


async def test_a_visit_from_card_to_farewell(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path, rules=Rules(farewell=0.05)) as site:
        assert site.reception.health() == ()
        site.put("card-works")
        assert (await site.until(Screen.PIN)).level is Level.PRESENTED
        await site.pin("１２３４")
        result = await site.until(Screen.RESULT_CARD)
        assert (result.level, result.masked_name) == (Level.CONFIRMED, "ト＊＊ タ＊＊ 様")
        assert result.decision is not None and result.revocation is Revocation.GOOD
        site.readers.take()
        farewell = await site.until(Screen.FAREWELL)
        still_said = Reminder.of(result.decision, Purpose.VISIT)
        assert (farewell.decision, farewell.masked_name, farewell.farewell) == (None, "", still_said)
        await site.until(Screen.IDLE)


async def test_every_visit_in_the_journal_says_what_was_known_of_the_revocation(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        for card, screen in (
            ("revoked-card", Screen.CERTIFICATE_REVOKED),
            ("foreign-card", Screen.NOT_MY_NUMBER_CARD),
            ("pin-blocked", Screen.PIN_BLOCKED),
            ("card-works", Screen.PIN),
        ):
            site.put(card)
            await site.until(screen)
        await site.pin("1234")
        await site.until(Screen.RESULT_CARD)
    assert [(entry["failure"], entry["revocation"]) for entry in visits_of(tmp_path)] == [
        ("C-08", "revoked"),
        ("C-03", "not_checked"),
        ("P-03", "good"),
        (None, "good"),
    ]


async def test_the_journal_has_how_long_each_visit_took(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("kiosk.reception.durations.monotonic", lambda: now[0])
    async with open_site(stage, tmp_path, rules=Rules(farewell=0.05)) as site:
        now[0] += 500  # at rest
        site.put("card-works")
        await site.until(Screen.PIN)
        now[0] += 41.9
        await site.pin("1234")
        await site.until(Screen.RESULT_CARD)
        now[0] += 60
        site.readers.take()
        await site.until(Screen.IDLE)
        site.put("foreign-card")
        await site.until(Screen.NOT_MY_NUMBER_CARD)
    assert [entry["seconds"] for entry in visits_of(tmp_path)] == [41, 0]


async def test_another_purpose_is_another_answer(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        site.put("card-works")
        await site.until(Screen.PIN)
        await site.pin("1234")
        await site.until(Screen.RESULT_CARD)
        await site.reception.act(ChoosePurpose(action="purpose", purpose=Purpose.BENEFIT_CLAIM))
        assert (await site.until(Screen.RESULT_NOTICE)).level is Level.CONFIRMED


async def test_what_the_visit_needs_is_asked_where_it_counts_and_journaled_with_the_new_answer(
    stage: Stage, tmp_path: Path
) -> None:
    async with open_site(stage, tmp_path) as site:
        site.put("not-linked-notice")
        await site.until(Screen.PIN)
        await site.pin("1234")
        asked = await site.until(Screen.QUESTION_NEEDS)
        assert asked.needs == tuple(Need)
        await site.reception.act(SayNeeds(action="needs", needs=[Need.HIGH_COST, Need.HIGH_COST]))
        answer = await site.until(Screen.RESULT_CARD)
        assert answer.decision is not None
        assert answer.decision.also_bring == (Supplement.LIMIT_APPLICATION_CERTIFICATE,)
    assert len(visits_of(tmp_path)) == 2


@pytest.mark.parametrize("union", [None, UnionOffice("組合", "terminal 1")])
async def test_the_own_record_is_read_at_the_unions_terminal_alone(
    stage: Stage, tmp_path: Path, union: UnionOffice | None
) -> None:
    async with open_site(stage, tmp_path, union=union) as site:
        site.put("card-works")
        await site.until(Screen.PIN)
        await site.pin("1234")
        shown = await site.until(Screen.RESULT_CARD)
        assert (shown.has_personal_pages, shown.pages) == (union is not None, None)
        await site.reception.act(OpenPage(action="page", page=UnionPage.OWN_RECORD))
        view = site.reception.view
        assert (view.screen is Screen.OWN_RECORD, view.pages is not None) == (union is not None, union is not None)
        site.readers.take()
        await site.until(Screen.FAREWELL)
        assert site.reception.view.pages is None


@pytest.mark.parametrize("rules", [Rules(require=Require.PRESENTED, union_office=True)])
async def test_a_card_that_was_only_read_opens_no_record(stage: Stage, tmp_path: Path, rules: Rules) -> None:
    async with open_site(stage, tmp_path, rules=rules, union=UnionOffice("組合", "terminal 1")) as site:
        site.put("card-works")
        asked = await site.until(Screen.QUESTION_PURPOSE)
        assert (asked.level, asked.has_personal_pages) == (Level.PRESENTED, False)


async def test_staff_confirm_whom_the_number_cannot(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        site.put("card-works")
        await site.until(Screen.PIN)
        await site.reception.act(NeedStaff(action="staff"))
        await site.until(Screen.STAFF_CHECK)
        act = StaffConfirm(action="staff_confirm", staff="hanako", reason="pin_forgotten")
        await site.reception.act(act)
        assert (await site.until(Screen.RESULT_CARD)).level is Level.STAFF_CONFIRMED
    (entry,) = visits_of(tmp_path)
    assert (entry["level"], entry["staff"], entry["path"]) == (
        "staff_confirmed",
        "hanako",
        "staff.pin_forgotten",
    )
    assert "133033" not in str(entry) and "太郎" not in str(entry)


@pytest.mark.parametrize("digits", ["123", "12345", "abcd", "", "１２３", "12 4"])
async def test_what_is_no_number_costs_no_try(stage: Stage, tmp_path: Path, digits: str) -> None:
    async with open_site(stage, tmp_path) as site:
        card = site.card("card-works")
        site.put(card)
        await site.until(Screen.PIN)
        await site.reception.act(EnterPin.model_construct(action="pin", pin=digits))
        wrong = await site.until(Screen.PIN_WRONG)
        assert wrong.failure is not None and wrong.failure.code is Code.PIN_MALFORMED
        assert wrong.tries_left == 3


@pytest.mark.parametrize("screen", [Screen.PIN, Screen.RESULT_CARD])
async def test_nothing_of_a_visit_survives_a_suspend(stage: Stage, tmp_path: Path, screen: Screen) -> None:
    boot = 0.0
    sleep = SleepWatch(lambda: boot, lambda: 0.0)
    async with open_site(stage, tmp_path, sleep=sleep) as site:
        site.put("card-works")
        before = await site.until(Screen.PIN)
        if screen is Screen.RESULT_CARD:
            await site.pin("1234")
            before = await site.until(screen)
        boot = 8 * 3600.0
        after = site.reception.view
        assert after.visit > before.visit
        assert (after.state, after.decision, after.level, after.masked_name) == (StateName.IDLE, None, None, "")
        again = await site.until(Screen.PIN)
        assert again.visit > after.visit, "the card that lies there is read anew"


async def test_a_suspend_is_noticed_when_nobody_asks(stage: Stage, tmp_path: Path, mocker) -> None:
    boot = 0.0
    mocker.patch("kiosk.reception.loop._SLEEP_LOOK_EVERY", 0.01)
    async with open_site(stage, tmp_path, sleep=SleepWatch(lambda: boot, lambda: 0.0)) as site:
        site.put("card-works")
        before = await site.until(Screen.PIN)
        boot = 60.0
        after = await site.until_view(lambda view: view.visit > before.visit)
        assert after.level is None


async def test_what_was_typed_before_a_suspend_reaches_no_card_after_it(stage: Stage, tmp_path: Path) -> None:
    boot = 0.0
    async with open_site(stage, tmp_path, sleep=SleepWatch(lambda: boot, lambda: 0.0)) as site:
        card = site.card("card-works")
        site.put(card)
        await site.until(Screen.PIN)
        boot = 60.0
        await site.pin("1234")
        await site.until(Screen.PIN)
        assert not [exchange for exchange in card.apdu_log if exchange.ins == 0x20 and exchange.sent > 4]


@pytest.mark.parametrize(
    ("jump", "screen", "code"),
    [
        (timedelta(days=-3650), Screen.SERVICE_TROUBLE, Code.CLOCK_WRONG),
        (timedelta(days=-365), Screen.SERVICE_TROUBLE, Code.CLOCK_WRONG),  # before the register's newest file
        (timedelta(minutes=-4), Screen.RESULT_CARD, None),
        (timedelta(hours=1), Screen.RESULT_CARD, None),
    ],
)
async def test_a_clock_that_is_set_during_a_visit_ends_it_or_does_not_hurt_it(
    stage: Stage, tmp_path: Path, mocker, jump: timedelta, screen: Screen, code: Code | None
) -> None:
    async with open_site(stage, tmp_path) as site:
        site.put("card-works")
        await site.until(Screen.PIN)
        mocker.patch.object(site.service, "now", lambda: datetime.now(UTC) + jump)
        mocker.patch("time.time", lambda now=time.time: now() + jump.total_seconds())
        await site.pin("1234")
        view = await site.until(screen)
        assert (view.decision is not None) == (screen is Screen.RESULT_CARD)
        assert (view.failure and view.failure.code) == code


@pytest.mark.parametrize("later", [timedelta(days=1), timedelta(days=365)])
async def test_a_day_that_begins_with_a_result_on_the_screen_is_the_day_of_the_next_answer(
    stage: Stage, tmp_path: Path, mocker, later: timedelta
) -> None:
    async with open_site(stage, tmp_path) as site:
        site.put("card-works")
        await site.until(Screen.PIN)
        await site.pin("1234")
        shown = await site.until(Screen.RESULT_CARD)
        decided = mocker.spy(judged, "decide")
        mocker.patch.object(site.service, "now", lambda: datetime.now(UTC) + later)
        assert site.reception.view == shown
        await site.reception.act(ChoosePurpose(action="purpose", purpose=Purpose.BENEFIT_CLAIM))
        again = await site.until(Screen.RESULT_NOTICE)
        assert again.decision is not None
        assert decided.call_args_list[0].args[0].on == site.service.today


async def test_the_last_card_put_down_wins(stage: Stage, tmp_path: Path) -> None:
    readers = SimulatedReaders(("left", "right"))
    async with open_site(stage, tmp_path, readers=readers) as site:
        site.put("card-works", "left")
        first = await site.until(Screen.PIN)
        site.put("card-works-foreign-name", "right")
        second = await site.until(Screen.READING)
        assert second.visit > first.visit
        await site.until(Screen.PIN)
        await site.pin("0123")
        assert (await site.until(Screen.RESULT_CARD)).masked_name.startswith("ニ")


async def test_every_change_misses_none_where_changes_skips_the_stale(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        seen: list[int] = []

        async def follow() -> None:
            async for view in site.reception.every_change():
                seen.append(view.sequence)

        follower = asyncio.create_task(follow())
        for _ in range(3):
            site.put("card-works")
            await site.until(Screen.PIN)
            site.readers.take()
            await site.until(Screen.IDLE)
        follower.cancel()
        assert len(seen) > 6
        assert seen == list(range(seen[0], seen[-1] + 1))


async def test_a_follower_that_falls_behind_is_ended(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        lagging = site.reception.every_change()
        await anext(lagging)
        for _ in range(130):
            site.put("card-works")
            await site.until(Screen.READING)
            site.readers.take()
            await site.until(Screen.IDLE, Screen.CARD_UNREADABLE)
        assert len([view async for view in lagging]) == 256


async def test_digits_that_no_visit_asked_for_are_not_even_made_into_bytes(
    stage: Stage, tmp_path: Path, mocker
) -> None:
    made = mocker.patch("kiosk.reception.visit.identifying.pin_digits")
    async with open_site(stage, tmp_path) as site:
        await site.pin("1234")
        made.assert_not_called()


async def test_actions_out_of_order_are_ignored_and_counted(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        before = site.reception.view
        await site.pin("1234")
        assert not await site.reception.act(Finish(action="finish"))
        assert site.reception.view == before
        assert sum(site.reception.ignored.values()) >= 2


async def test_fifty_cards_in_a_row(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        for _ in range(50):
            site.put("card-works")
            site.readers.take()
        site.put("card-works")
        await site.until(Screen.PIN)
        assert site.reception.view.state is StateName.PIN


async def test_a_view_is_replaced_as_a_whole(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        view = site.reception.view
        assert replace(view) == view
        with pytest.raises(AttributeError):
            view.masked_name = "x"  # type: ignore[misc]

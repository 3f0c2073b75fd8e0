"""The staff desk on the simulated reader: calls, checks, bindings, look-ups, out of use; each of them journaled."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import TOKYO
from kiosk.audit import DeskEntry, Journal, JournalError
from kiosk.decision import CardToday, Confirmation, Document, LifeEvent, Reason, Usable
from kiosk.eligibility import MemberQuery, PapersSeen, Registry, RegistryError
from kiosk.failures import Code
from kiosk.identity import Level
from kiosk.reception import (
    Asked,
    DeskProblem,
    EnterPin,
    Finish,
    NeedStaff,
    Screen,
    Seen,
    StaffAct,
    StateName,
)
from simulators.demo import Stage
from tests.kiosk.reception.sites import Site, open_site, refused

pytestmark = pytest.mark.anyio


async def test_a_call_stands_until_it_is_answered_whatever_becomes_of_the_screen(site: Site) -> None:
    await site.reception.act(NeedStaff(action="staff"))
    assert site.desk.picture().called_at is not None
    await site.prove("card-works", Screen.RESULT_CARD)
    site.readers.take()
    await site.until(Screen.FAREWELL)
    assert site.desk.picture().called_at is not None
    await site.desk.answer_call("hanako")
    assert site.desk.picture().called_at is None
    assert not site.reception.view.staff_called
    assert [(act["act"], act["staff"]) for act in site.acts()] == [("call_answered", "hanako")]


async def test_a_visual_check_is_of_the_very_screen_that_staff_saw(site: Site) -> None:
    site.put("card-works")
    await site.until(Screen.PIN)
    assert not site.desk.picture().may_confirm
    await site.reception.act(NeedStaff(action="staff"))
    seen = (await site.until(Screen.STAFF_CHECK)).sequence
    assert site.desk.picture().may_confirm
    act = StaffAct("hanako", "pin_forgotten")
    assert await refused(site.desk.confirm(act, seen - 1)) is DeskProblem.SCREEN_CHANGED
    await site.desk.confirm(act, seen)
    assert (await site.until(Screen.RESULT_CARD)).level is Level.STAFF_CONFIRMED
    assert [(act["act"], act["staff"], act["detail"]) for act in site.acts()] == [
        ("confirmed", "hanako", "pin_forgotten")
    ]


async def test_where_there_is_nothing_to_compare_a_check_is_refused(site: Site) -> None:
    problem = await refused(site.desk.confirm(StaffAct("hanako", "other"), site.sequence))
    assert problem is DeskProblem.SCREEN_CHANGED


@pytest.mark.both_databases
async def test_somebody_without_a_readable_card_gets_the_same_answer_on_both_screens(site: Site) -> None:
    found = await site.found("unreadable-phone")
    asked = Asked(card_today=CardToday.UNREADABLE, smartphone=True)
    decision = await site.desk.decide(found, asked, "hanako")
    assert decision.reasons[0].value == "card_unreadable"
    assert site.reception.view.screen is Screen.IDLE, "nothing is shown before staff say so"
    await site.desk.show(found, asked, decision, Seen.PASSPORT, "hanako", site.sequence)
    view = await site.until(Screen.RESULT_CARD)
    assert view.decision == decision
    assert (view.level, view.looked_up, view.masked_name) == (Level.STAFF_CONFIRMED, True, "カ＊＊ ユ＊＊ 様")
    shown = site.acts()[-1]
    assert (shown["act"], shown["detail"], shown["applies"]) == ("shown", "lookup.passport", "card")
    await site.reception.act(Finish(action="finish"))
    assert (await site.until(Screen.IDLE)).decision is None


async def test_what_the_person_has_in_hand_counts_and_is_journaled(site: Site) -> None:
    found = await site.found("card-works")
    unreadable = Asked(card_today=CardToday.UNREADABLE)
    answers = {
        seen: await site.desk.decide(found, replace(unreadable, papers=PapersSeen(notice=seen)), "hanako")
        for seen in (None, True, False)
    }
    assert answers[None] == answers[True], "the register says that a notice was sent"
    assert (answers[True].usable, answers[True].applies) == (Usable.YES, Document.NOTICE)
    assert (answers[False].usable, answers[False].applies) == (Usable.WITH_DECLARATION, Document.CARD)
    said = [act["detail"] for act in site.acts() if act["act"] == "looked_up"]
    assert said == ["unreadable", "unreadable.notice_here", "unreadable.notice_missing"]


async def test_a_confirmation_in_hand_counts_by_the_days_printed_on_it(site: Site) -> None:
    found, on = await site.found("never-issued"), site.stage.on
    assert found.member.confirmation_valid_until is None
    valid = Confirmation(on - timedelta(days=30), on + timedelta(days=1000))
    answers = [
        await site.desk.decide(found, Asked(papers=PapersSeen(confirmation=seen)), "hanako")
        for seen in (None, valid, replace(valid, valid_until=on - timedelta(days=1)))
    ]
    assert [answer.usable for answer in answers] == [Usable.NO, Usable.YES, Usable.NO]
    assert Reason.CONFIRMATION_EXPIRED in answers[2].reasons
    assert site.acts()[-1]["detail"] == "not_here.confirmation_here"


async def test_who_left_the_confirmation_at_home_is_promised_no_new_one(site: Site) -> None:
    """The rules know a lost paper, not one that lies elsewhere: for them a new one would be issued."""

    at_home = Asked(papers=PapersSeen(confirmation=False))
    without_card = await site.found("never-issued-confirmation")
    before = site.acts()
    problem = await refused(site.desk.decide(without_card, at_home, "hanako"))
    assert problem is DeskProblem.CONFIRMATION_ELSEWHERE
    assert site.acts() == before
    lost = await site.desk.decide(without_card, replace(at_home, event=LifeEvent.CONFIRMATION_LOST), "hanako")
    assert lost.issue is Document.CONFIRMATION
    with_card = await site.found("not-here-confirmation")
    assert (await site.desk.decide(with_card, at_home, "hanako")).usable is Usable.NO


def test_whatever_staff_saw_fits_the_journal() -> None:
    papers = PapersSeen(notice=False, confirmation=False, legacy_card=False)
    code = Asked(card_today=CardToday.UNREADABLE, papers=papers).code
    DeskEntry(at=datetime.now(UTC), staff="hanako", act="looked_up", detail=code)


async def test_an_answer_of_a_card_is_not_pushed_aside(site: Site) -> None:
    await site.prove("card-works", Screen.RESULT_CARD)
    found = await site.found("unreadable-phone")
    decision = await site.desk.decide(found, Asked(), "hanako")
    problem = await refused(site.desk.show(found, Asked(), decision, Seen.PASSPORT, "hanako", site.sequence))
    assert problem is DeskProblem.SCREEN_CHANGED
    assert site.reception.view.masked_name == "ト＊＊ タ＊＊ 様"
    shown, refused_act = site.acts()[-2:]
    assert (shown["act"], refused_act["act"], refused_act["detail"]) == ("shown", "refused", "shown.screen_changed")
    assert (refused_act["member"], refused_act["visit"]) == (shown["member"], shown["visit"])


async def test_a_register_that_never_answers_keeps_no_act_from_the_journal(site: Site, mocker: Any) -> None:
    answers = threading.Event()
    mocker.patch("kiosk.reception.desk.acting._LIMIT", 0.5)
    mocker.patch.object(Registry, "find", side_effect=lambda _: answers.wait(20))
    query = MemberQuery.of("133033", "71-0001", "000101", date(1985, 8, 18))
    problems = await asyncio.gather(*(refused(site.desk.find(query, "hanako")) for _ in range(12)))
    assert set(problems) == {DeskProblem.REGISTER_DOWN}
    await site.desk.answer_call("hanako")
    assert site.acts()[-1]["act"] == "call_answered"
    answers.set()


async def test_an_answer_of_yesterday_is_not_shown_today(site: Site, mocker: Any) -> None:
    """Midnight in Tokyo passes with the look-up on the screen: on its last day a paper served, now it does not."""

    found, on = await site.found("never-issued"), site.stage.on
    asked = Asked(papers=PapersSeen(confirmation=Confirmation(on - timedelta(days=30), on)))
    service = site.desk._looking_up.service
    evening = datetime.combine(on, time(23, 59, 59), TOKYO)
    service.now = lambda: evening
    decision = await site.desk.decide(found, asked, "hanako")
    service.now = lambda: evening + timedelta(seconds=2)
    problem = await refused(site.desk.show(found, asked, decision, Seen.PASSPORT, "hanako", site.sequence))
    assert problem is DeskProblem.ANSWER_CHANGED
    assert site.reception.view.screen is Screen.IDLE
    assert "shown" not in [act["act"] for act in site.acts()]


async def test_an_event_that_cannot_be_is_refused_in_so_many_words(site: Site) -> None:
    found = await site.found("card-works")
    problem = await refused(site.desk.decide(found, Asked(event=LifeEvent.REEMPLOYED), "hanako"))
    assert problem is DeskProblem.EVENT_IMPOSSIBLE


async def test_out_of_use_holds_over_a_restart_and_comes_back_with_the_card_that_lies_there(
    stage: Stage, tmp_path: Path
) -> None:
    async with open_site(stage, tmp_path) as site:
        await site.desk.set_out_of_use(True, "hanako")
        view = await site.until(Screen.SERVICE_TROUBLE)
        assert view.failure is not None and view.failure.code is Code.OUT_OF_USE
        assert site.reception.health()[0].code is Code.OUT_OF_USE
    async with open_site(stage, tmp_path, first=Screen.SERVICE_TROUBLE) as site:
        site.put("card-works")
        view = await site.screen(Screen.SERVICE_TROUBLE)
        assert view.state is StateName.OUT_OF_SERVICE and site.desk.picture().out_of_use
        await site.desk.set_out_of_use(False, "jiro")
        await site.until(Screen.PIN)
        assert site.reception.health() == ()
        assert [act["act"] for act in site.acts()] == ["out_of_use", "in_use"]


async def test_a_visit_under_way_is_not_disturbed_by_a_switch_back_and_forth(site: Site) -> None:
    site.put("card-works")
    visit = (await site.until(Screen.PIN)).visit
    await site.desk.set_out_of_use(True, "hanako")
    await site.desk.set_out_of_use(False, "hanako")
    await site.reception.act(EnterPin(action="pin", pin="1234"))
    assert (await site.until(Screen.RESULT_CARD)).visit == visit


async def test_a_reader_s_process_is_replaced(site: Site) -> None:
    await site.desk.restart("simulator", "hanako")
    await site.until(Screen.READER_TROUBLE)
    await site.until(Screen.IDLE)
    assert await refused(site.desk.restart("abacus", "hanako")) is DeskProblem.NO_SUCH_DRIVER
    assert [(act["act"], act["detail"]) for act in site.acts()] == [("restarted", "simulator")]


async def test_outcomes_are_kept_without_a_word_about_anybody(site: Site) -> None:
    await site.prove("card-works", Screen.RESULT_CARD)
    site.readers.take()
    await site.until(Screen.FAREWELL)
    site.put("forged")
    await site.until(Screen.NOT_GENUINE)
    site.readers.take()
    await site.until(Screen.IDLE)
    site.put("card-works")
    await site.until(Screen.PIN)
    site.readers.take()
    await site.until(Screen.IDLE)
    outcomes = [(one.level, one.answered, one.applies, one.code) for one in site.desk.picture().recent]
    assert outcomes == [
        (Level.PRESENTED, False, None, None),
        (None, False, None, "C-07"),
        (Level.CONFIRMED, True, Document.CARD, None),
    ]
    assert all(one.seconds >= 0 for one in site.desk.picture().recent)
    for _ in range(60):
        site.put("forged")
        await site.until(Screen.NOT_GENUINE)
        site.readers.take()
        await site.until(Screen.IDLE)
    assert len(site.desk.picture().recent) == 50


async def test_readers_are_shown_with_their_cards(site: Site) -> None:
    site.put("card-works")
    await site.until(Screen.PIN)
    (driver,) = site.desk.picture().drivers
    assert (driver.name, driver.failure, [one.card_present for one in driver.readers]) == (
        "simulator",
        None,
        [True],
    )
    site.readers.stop_service()
    # The reader goes first, and its screen comes; that the driver is lost is an event of its own.
    await site.showing(lambda _: site.desk.picture().drivers[0].failure is not None)
    assert site.desk.picture().drivers[0].readers == ()


async def test_without_a_journal_nobody_is_looked_up_or_bound_but_a_call_is_answered(site: Site, mocker: Any) -> None:
    await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
    found = await site.found("unreadable-phone")
    await site.reception.act(NeedStaff(action="staff"))
    mocker.patch.object(Journal, "append", side_effect=JournalError("disk full"))
    assert await refused(site.desk.decide(found, Asked(), "hanako")) is DeskProblem.JOURNAL_DOWN
    assert await refused(site.desk.bind(found, Seen.PASSPORT, "hanako", site.sequence)) is DeskProblem.JOURNAL_DOWN
    await site.desk.answer_call("hanako")
    assert not site.reception.view.staff_called
    assert site.desk.picture().called_at is None


async def test_without_a_register_staff_are_told_so(site: Site, mocker: Any) -> None:
    mocker.patch.object(Registry, "find", side_effect=RegistryError("gone"))
    query = MemberQuery.of("133033", "71-0001", "000101", date(1985, 8, 18))
    assert await refused(site.desk.find(query, "hanako")) is DeskProblem.REGISTER_DOWN

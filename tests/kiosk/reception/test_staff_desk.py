"""The staff desk on the simulated reader: calls, checks, bindings, look-ups, out of use; each of them journaled."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import TOKYO
from kiosk.assembly.certificates import revocation_source, trust_store
from kiosk.audit import DeskEntry, Journal, JournalError, journal_path, verify
from kiosk.decision import CardToday, Confirmation, Document, LifeEvent, Reason, Usable
from kiosk.eligibility import BindingRefused, MemberQuery, PapersSeen, Registry, RegistryBusy, RegistryError
from kiosk.failures import Code
from kiosk.identity import Level, Verifier, load_site_key
from kiosk.reception import (
    Asked,
    DeskProblem,
    DeskRefused,
    EligibilityService,
    EnterPin,
    Finish,
    FoundMember,
    LookingUp,
    NeedStaff,
    OutOfUse,
    Reception,
    Screen,
    Seen,
    StaffAct,
    StaffDesk,
    StateName,
    View,
)
from simulators.demo import Stage, set_stage
from simulators.people import make_card, persona
from simulators.readers import SimulatedReaders, SimulatorPlugin


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return set_stage(tmp_path / "stage", datetime.now(UTC))


class Site:
    """A running reception with its staff desk."""

    def __init__(self, stage: Stage, reception: Reception, readers: SimulatedReaders, journal: Path) -> None:
        self.stage, self.reception, self.readers, self.journal = stage, reception, readers, journal
        self.changes = reception.changes()
        self.desk: StaffDesk

    async def until(self, *screens: Screen) -> View:
        async with asyncio.timeout(20):
            async for view in self.changes:
                if view.screen in screens:
                    return view
        raise AssertionError

    def put(self, who: str) -> None:
        self.readers.put(make_card(persona(who, self.stage.on), self.stage.authority, self.stage.now))

    async def prove(self, who: str, *screens: Screen) -> View:
        self.put(who)
        await self.until(Screen.PIN)
        await self.reception.act(EnterPin(action="pin", pin="1234"))
        return await self.until(*screens)

    async def found(self, who: str) -> FoundMember:
        cells = persona(who, self.stage.on).member
        assert cells is not None
        born = date.fromisoformat(cells["birth_date"])
        query = MemberQuery.of(cells["insurer_number"], cells["symbol"], cells["number"], born)
        (found,) = await self.desk.find(query, "hanako")
        return found

    @property
    def sequence(self) -> int:
        return self.reception.view.sequence

    def acts(self) -> list[dict[str, Any]]:
        assert verify(self.journal, load_site_key(self.stage.settings.site_key_path)).ok
        entries = map(json.loads, self.journal.read_text("utf-8").splitlines())
        return [entry for entry in entries if entry["kind"] == "staff"]


@asynccontextmanager
async def open_site(stage: Stage, folder: Path) -> AsyncIterator[Site]:
    key, path = load_site_key(stage.settings.site_key_path), journal_path(folder, "t")
    identity = stage.settings.identity
    verifier = Verifier(trust_store(identity.trust, allow_test=True), revocation_source(identity.crl, None))
    readers = SimulatedReaders()
    with Registry.open(stage.settings.database) as registry, Journal.open(path, "t", key, now=stage.now) as journal:
        service = EligibilityService(registry, journal, key, lambda: datetime.now(UTC))
        plugins = {"simulator": (SimulatorPlugin(readers), {})}
        reception = Reception(plugins, verifier, service, now=lambda: datetime.now(UTC), simulation=True)
        site = Site(stage, reception, readers, path)
        site.desk = StaffDesk(reception, LookingUp(service), OutOfUse(folder, "t"))
        await reception.start()
        try:
            yield site
        finally:
            await reception.stop()


@pytest.fixture
def on_site(stage: Stage, tmp_path: Path) -> Callable[[Callable[[Site], Awaitable[None]]], None]:
    def run(story: Callable[[Site], Awaitable[None]]) -> None:
        async def told() -> None:
            async with open_site(stage, tmp_path) as site:
                await site.until(Screen.IDLE)
                await story(site)

        asyncio.run(told())

    return run


async def refused(act: Awaitable[object]) -> DeskProblem:
    with pytest.raises(DeskRefused) as refusal:
        await act
    return refusal.value.problem


def test_a_call_stands_until_it_is_answered_whatever_becomes_of_the_screen(on_site: Any) -> None:
    async def story(site: Site) -> None:
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

    on_site(story)


def test_a_visual_check_is_of_the_very_screen_that_staff_saw(on_site: Any) -> None:
    async def story(site: Site) -> None:
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

    on_site(story)


def test_where_there_is_nothing_to_compare_a_check_is_refused(on_site: Any) -> None:
    async def story(site: Site) -> None:
        problem = await refused(site.desk.confirm(StaffAct("hanako", "other"), site.sequence))
        assert problem is DeskProblem.SCREEN_CHANGED

    on_site(story)


def test_a_card_nobody_knew_is_bound_and_the_visit_goes_on_without_putting_it_down_again(on_site: Any) -> None:
    async def story(site: Site) -> None:
        await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
        assert site.desk.picture().may_bind
        found = await site.found("unreadable-phone")
        bound = await site.desk.bind(found, Seen.DRIVERS_LICENCE, "hanako", site.sequence)
        result = await site.until(Screen.RESULT_CARD)
        assert (result.level, result.masked_name) == (Level.CONFIRMED, "カ＊＊ ユ＊＊ 様")
        assert bound.bound is not None and bound.bound.bound_by == "hanako:drivers_licence"
        act = site.acts()[-1]
        assert (act["act"], act["staff"], act["detail"]) == ("bound", "hanako", "drivers_licence")
        assert act["member"] and "133033" not in str(act) and "豊" not in str(act)

    on_site(story)


def test_a_renewed_card_takes_over_and_an_undo_keeps_the_history(on_site: Any) -> None:
    async def story(site: Site) -> None:
        await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
        found = await site.found("card-works")
        former = found.bound
        assert former is not None, "the former card is offered to staff, and to nobody else"
        bound = await site.desk.bind(found, Seen.MY_NUMBER_CARD, "hanako", site.sequence)
        await site.until(Screen.RESULT_CARD)
        after = await site.desk.unbind(bound, "jiro")
        assert after.bound is None and len(after.ties) == 2
        assert [tie.ended_by for tie in after.ties] == ["hanako:my_number_card", "jiro"]
        assert await refused(site.desk.unbind(after, "jiro")) is DeskProblem.NOTHING_BOUND

    on_site(story)


def test_a_card_that_lives_with_one_member_is_never_bound_to_another(on_site: Any) -> None:
    async def story(site: Site) -> None:
        site.put("card-works")
        await site.until(Screen.PIN)
        other = await site.found("unreadable-phone")
        assert await refused(site.desk.bind(other, Seen.PASSPORT, "hanako", site.sequence)) is (
            DeskProblem.BOUND_TO_ANOTHER
        )
        assert "bound" not in [act["act"] for act in site.acts()]

    on_site(story)


def test_two_kiosks_of_one_register_never_give_one_card_to_two_members(stage: Stage, tmp_path: Path) -> None:
    """The very card lies on both readers at the same instant, as if one of them were relayed."""

    async def told() -> None:
        (tmp_path / "other").mkdir()
        async with open_site(stage, tmp_path) as one, open_site(stage, tmp_path / "other") as other:
            card = make_card(persona("unknown-member", stage.on), stage.authority, stage.now)
            for site in (one, other):
                await site.until(Screen.IDLE)
                site.readers.put(card)
                await site.until(Screen.PIN)
            wanted = [await one.found("unreadable-phone"), await other.found("card-works-elderly")]
            bindings = (
                site.desk.bind(found, Seen.PASSPORT, "hanako", site.sequence)
                for site, found in zip((one, other), wanted, strict=True)
            )
            outcomes = await asyncio.gather(*bindings, return_exceptions=True)
            (refusal,) = (outcome for outcome in outcomes if isinstance(outcome, DeskRefused))
            assert refusal.problem is DeskProblem.BOUND_TO_ANOTHER
            (bound,) = (outcome for outcome in outcomes if isinstance(outcome, FoundMember))
            after = [await one.desk.again(found) for found in wanted]
            assert [found for found in after if found.bound and found.bound.bound_by == "hanako:passport"] == [bound]
            assert {act["act"] for act in (*one.acts(), *other.acts())} <= {"sought", "bound", "refused"}

    asyncio.run(told())


@pytest.mark.parametrize("who", ["forged", "revoked-card", "foreign-card", "clone"])
def test_a_card_that_is_not_genuine_cannot_be_bound(on_site: Any, who: str) -> None:
    async def story(site: Site) -> None:
        site.put(who)
        if who == "clone":
            await site.until(Screen.PIN)
            await site.reception.act(EnterPin(action="pin", pin="1234"))
        await site.until(
            Screen.NOT_GENUINE, Screen.CERTIFICATE_REVOKED, Screen.NOT_MY_NUMBER_CARD, Screen.CARD_UNREADABLE
        )
        found = await site.found("unreadable-phone")
        problem = await refused(site.desk.bind(found, Seen.PASSPORT, "hanako", site.sequence))
        assert problem is DeskProblem.NO_CARD_TO_BIND

    on_site(story)


def test_the_card_of_another_visit_is_never_bound(on_site: Any) -> None:
    async def story(site: Site) -> None:
        await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
        seen = site.sequence
        found = await site.found("unreadable-phone")
        site.readers.take()
        await site.until(Screen.IDLE)
        site.put("pin-last-try")
        await site.until(Screen.PIN_LAST_TRY)
        assert await refused(site.desk.bind(found, Seen.PASSPORT, "hanako", seen)) is DeskProblem.SCREEN_CHANGED

    on_site(story)


def test_somebody_without_a_readable_card_gets_the_same_answer_on_both_screens(on_site: Any) -> None:
    async def story(site: Site) -> None:
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

    on_site(story)


def test_what_the_person_has_in_hand_counts_and_is_journaled(on_site: Any) -> None:
    async def story(site: Site) -> None:
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

    on_site(story)


def test_a_confirmation_in_hand_counts_by_the_days_printed_on_it(on_site: Any) -> None:
    async def story(site: Site) -> None:
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

    on_site(story)


def test_who_left_the_confirmation_at_home_is_promised_no_new_one(on_site: Any) -> None:
    """The rules know a lost paper, not one that lies elsewhere: for them a new one would be issued."""

    async def story(site: Site) -> None:
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

    on_site(story)


def test_whatever_staff_saw_fits_the_journal() -> None:
    papers = PapersSeen(notice=False, confirmation=False, legacy_card=False)
    code = Asked(card_today=CardToday.UNREADABLE, papers=papers).code
    DeskEntry(at=datetime.now(UTC), staff="hanako", act="looked_up", detail=code)


def test_an_answer_of_a_card_is_not_pushed_aside(on_site: Any) -> None:
    async def story(site: Site) -> None:
        found = await site.found("unreadable-phone")
        await site.prove("card-works", Screen.RESULT_CARD)
        decision = await site.desk.decide(found, Asked(), "hanako")
        problem = await refused(site.desk.show(found, Asked(), decision, Seen.PASSPORT, "hanako", site.sequence))
        assert problem is DeskProblem.SCREEN_CHANGED
        assert site.reception.view.masked_name == "ト＊＊ タ＊＊ 様"
        shown, refused_act = site.acts()[-2:]
        assert (shown["act"], refused_act["act"], refused_act["detail"]) == ("shown", "refused", "shown.screen_changed")
        assert (refused_act["member"], refused_act["visit"]) == (shown["member"], shown["visit"])

    on_site(story)


@pytest.mark.parametrize(
    ("error", "problem", "afterwards"),
    [
        (BindingRefused("taken meanwhile"), DeskProblem.BOUND_TO_ANOTHER, ("refused", "bound.bound_to_another")),
        (RegistryBusy("an import"), DeskProblem.REGISTER_DOWN, ("refused", "bound.register_down")),
        (RegistryError("gone after COMMIT"), DeskProblem.UNSURE, ("unsure", "bound")),
    ],
)
def test_a_binding_that_the_register_did_not_take_does_not_stand_in_the_journal_as_done(
    on_site: Any, mocker: Any, error: Exception, problem: DeskProblem, afterwards: tuple[str, str]
) -> None:
    async def story(site: Site) -> None:
        await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
        found = await site.found("unreadable-phone")
        mocker.patch.object(Registry, "bind", side_effect=error)
        assert await refused(site.desk.bind(found, Seen.PASSPORT, "hanako", site.sequence)) is problem
        assert site.reception.view.screen is Screen.UNKNOWN_MEMBER
        written, told = site.acts()[-2:]
        assert (written["act"], (told["act"], told["detail"])) == ("bound", afterwards)
        assert told["member"] == written["member"]

    on_site(story)


def test_a_binding_that_takes_too_long_is_not_called_undone_and_the_history_tells(on_site: Any, mocker: Any) -> None:
    async def story(site: Site) -> None:
        await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
        found = await site.found("unreadable-phone")
        answers, ended, bind = threading.Event(), threading.Event(), Registry.bind

        def late(*given: Any, **named: Any) -> None:
            answers.wait(20)
            bind(*given, **named)
            ended.set()

        mocker.patch("kiosk.reception.desk.staff_desk._WRITE_LIMIT", 0.2)
        mocker.patch.object(Registry, "bind", late)
        assert await refused(site.desk.bind(found, Seen.PASSPORT, "hanako", site.sequence)) is DeskProblem.UNSURE
        assert [act["act"] for act in site.acts()[-2:]] == ["bound", "unsure"]
        answers.set()
        assert await asyncio.to_thread(ended.wait, 20)
        after = await site.desk.again(found)
        assert after.bound is not None and after.bound.bound_by == "hanako:passport"

    on_site(story)


def test_what_is_done_but_cannot_be_read_back_is_not_called_undone(on_site: Any, mocker: Any) -> None:
    async def story(site: Site) -> None:
        found = await site.found("card-works")
        mocker.patch.object(Registry, "member", side_effect=[found.member, RegistryError("gone")])
        assert await refused(site.desk.unbind(found, "hanako")) is DeskProblem.UNSURE
        assert site.acts()[-1]["act"] == "unbound"

    on_site(story)


def test_a_register_that_never_answers_keeps_no_act_from_the_journal(on_site: Any, mocker: Any) -> None:
    async def story(site: Site) -> None:
        answers = threading.Event()
        mocker.patch("kiosk.reception.desk.staff_desk._LIMIT", 0.5)
        mocker.patch.object(Registry, "find", side_effect=lambda _: answers.wait(20))
        query = MemberQuery.of("133033", "71-0001", "000101", date(1985, 8, 18))
        problems = await asyncio.gather(*(refused(site.desk.find(query, "hanako")) for _ in range(12)))
        assert set(problems) == {DeskProblem.REGISTER_DOWN}
        await site.desk.answer_call("hanako")
        assert site.acts()[-1]["act"] == "call_answered"
        answers.set()

    on_site(story)


def test_an_answer_of_yesterday_is_not_shown_today(on_site: Any, mocker: Any) -> None:
    """Midnight in Tokyo passes with the look-up on the screen: on its last day a paper served, now it does not."""

    async def story(site: Site) -> None:
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

    on_site(story)


def test_a_tie_that_staff_have_not_seen_is_neither_ended_nor_replaced(on_site: Any) -> None:
    async def story(site: Site) -> None:
        await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
        former = await site.found("card-works")
        unbound = await site.desk.unbind(former, "hanako")
        stale = site.desk.bind(former, Seen.PASSPORT, "hanako", site.sequence)
        assert await refused(stale) is DeskProblem.TIES_CHANGED
        bound = await site.desk.bind(unbound, Seen.PASSPORT, "jiro", site.sequence)
        for page in (former, unbound):
            assert await refused(site.desk.unbind(page, "hanako")) is DeskProblem.TIES_CHANGED
        assert await site.desk.again(bound) == bound
        assert [act["act"] for act in site.acts()[-2:]] == ["unbound", "bound"]

    on_site(story)


def test_an_event_that_cannot_be_is_refused_in_so_many_words(on_site: Any) -> None:
    async def story(site: Site) -> None:
        found = await site.found("card-works")
        problem = await refused(site.desk.decide(found, Asked(event=LifeEvent.REEMPLOYED), "hanako"))
        assert problem is DeskProblem.EVENT_IMPOSSIBLE

    on_site(story)


def test_out_of_use_holds_over_a_restart_and_comes_back_with_the_card_that_lies_there(
    stage: Stage, tmp_path: Path
) -> None:
    async def first() -> None:
        async with open_site(stage, tmp_path) as site:
            await site.until(Screen.IDLE)
            await site.desk.set_out_of_use(True, "hanako")
            view = await site.until(Screen.SERVICE_TROUBLE)
            assert view.failure is not None and view.failure.code is Code.OUT_OF_USE
            assert site.reception.health()[0].code is Code.OUT_OF_USE

    async def second() -> None:
        async with open_site(stage, tmp_path) as site:
            site.put("card-works")
            view = await site.until(Screen.SERVICE_TROUBLE)
            assert view.state is StateName.OUT_OF_SERVICE and site.desk.picture().out_of_use
            await site.desk.set_out_of_use(False, "jiro")
            await site.until(Screen.PIN)
            assert site.reception.health() == ()
            assert [act["act"] for act in site.acts()] == ["out_of_use", "in_use"]

    asyncio.run(first())
    asyncio.run(second())


def test_a_visit_under_way_is_not_disturbed_by_a_switch_back_and_forth(on_site: Any) -> None:
    async def story(site: Site) -> None:
        site.put("card-works")
        visit = (await site.until(Screen.PIN)).visit
        await site.desk.set_out_of_use(True, "hanako")
        await site.desk.set_out_of_use(False, "hanako")
        await site.reception.act(EnterPin(action="pin", pin="1234"))
        assert (await site.until(Screen.RESULT_CARD)).visit == visit

    on_site(story)


def test_a_reader_s_process_is_replaced(on_site: Any) -> None:
    async def story(site: Site) -> None:
        await site.desk.restart("simulator", "hanako")
        await site.until(Screen.READER_TROUBLE)
        await site.until(Screen.IDLE)
        assert await refused(site.desk.restart("abacus", "hanako")) is DeskProblem.NO_SUCH_DRIVER
        assert [(act["act"], act["detail"]) for act in site.acts()] == [("restarted", "simulator")]

    on_site(story)


def test_outcomes_are_kept_without_a_word_about_anybody(on_site: Any) -> None:
    async def story(site: Site) -> None:
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

    on_site(story)


def test_readers_are_shown_with_their_cards(on_site: Any) -> None:
    async def story(site: Site) -> None:
        site.put("card-works")
        await site.until(Screen.PIN)
        (driver,) = site.desk.picture().drivers
        assert (driver.name, driver.failure, [one.card_present for one in driver.readers]) == (
            "simulator",
            None,
            [True],
        )
        site.readers.stop_service()
        await site.until(Screen.READER_TROUBLE)
        (driver,) = site.desk.picture().drivers
        assert driver.readers == () and driver.failure is not None

    on_site(story)


def test_without_a_journal_nobody_is_looked_up_or_bound_but_a_call_is_answered(on_site: Any, mocker: Any) -> None:
    async def story(site: Site) -> None:
        found = await site.found("unreadable-phone")
        await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
        await site.reception.act(NeedStaff(action="staff"))
        mocker.patch.object(Journal, "append", side_effect=JournalError("disk full"))
        assert await refused(site.desk.decide(found, Asked(), "hanako")) is DeskProblem.JOURNAL_DOWN
        assert await refused(site.desk.bind(found, Seen.PASSPORT, "hanako", site.sequence)) is DeskProblem.JOURNAL_DOWN
        await site.desk.answer_call("hanako")
        assert not site.reception.view.staff_called
        assert site.desk.picture().called_at is None

    on_site(story)


def test_without_a_register_staff_are_told_so(on_site: Any, mocker: Any) -> None:
    async def story(site: Site) -> None:
        mocker.patch.object(Registry, "find", side_effect=RegistryError("gone"))
        query = MemberQuery.of("133033", "71-0001", "000101", date(1985, 8, 18))
        assert await refused(site.desk.find(query, "hanako")) is DeskProblem.REGISTER_DOWN

    on_site(story)

"""A whole visit that the 資格確認端末 confirms: reception, register and `simulate terminal` together."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from kiosk.decision import Document, Need, Supplement
from kiosk.eligibility import MemberId
from kiosk.eligibility.sources import EligibilitySource, Sources
from kiosk.eligibility.terminal import Answer, Enquiry, Exchange, FactsNote, Folders, Status, Terminal
from kiosk.failures import Code
from kiosk.reception import Asked, DeskProblem, SayLimitConsent, SayNeeds, Screen, View
from kiosk.reception.visit.effects import AskTerminal
from kiosk.web.models import VisitBody
from kiosk.web.screens import Screens
from simulators.demo import Stage
from simulators.people import outsiders, persona, terminal_csv
from simulators.terminal import Scenario, SimulatedTerminal, TerminalFolders, read_members
from tests.kiosk.reception.sites import Site, open_site, refused, visits_of
from tests.kiosk.reception.visit.scenes import ENQUIRY, VALID

pytestmark = pytest.mark.anyio
INSTITUTION = "1312345678"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
RESULTS = (Screen.RESULT_CARD, Screen.RESULT_NONE, Screen.NOT_CONFIRMED_ONLINE)


@dataclass(frozen=True)
class Online:
    """A kiosk whose terminal is simulated."""

    site: Site
    terminal: SimulatedTerminal


@contextmanager
def sources_of(folders: TerminalFolders, timeout: float, *, registry: bool) -> Iterator[Sources]:
    with closing(Exchange(Folders(folders.req, folders.res), timeout)) as exchange:
        yield Sources(registry, Terminal(exchange, INSTITUTION), "133033", timeout)


@asynccontextmanager
async def online(
    stage: Stage,
    folder: Path,
    *,
    delay: float = 0.0,
    limit: float = 15.0,
    registry: bool = True,
    last_known: Answer | None = None,
    patients: bool = False,
) -> AsyncIterator[Online]:
    members = folder / "members.csv"
    members.write_text(terminal_csv(stage.on), encoding="utf-8")
    folders = TerminalFolders.made_in(folder / "terminal")
    with (
        SimulatedTerminal(folders, read_members(members), delay=delay) as terminal,
        sources_of(folders, limit, registry=registry) as sources,
    ):
        kept = None if last_known is None else (last_known, stage.now - timedelta(days=3))
        asked = replace(sources, last_known=lambda _: kept, patient_folder=folder if patients else None)
        async with open_site(stage, folder, sources=asked) as site:
            yield Online(site, terminal)


async def test_the_terminal_confirms_what_the_register_says(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path) as at:
        asking = await at.site.prove("card-works", Screen.ASKING_TERMINAL)
        assert asking.terminal_limit == 30.0
        view = await at.site.screen(Screen.RESULT_CARD)
        body = VisitBody.of(view, "受付").eligibility
        assert body is not None
        assert (body.source, body.agrees, body.differences) == (EligibilitySource.TERMINAL, True, [])
        assert view.differences == ()


async def test_staff_are_told_that_there_is_a_newer_資格_and_nobody_else_is(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path) as at:
        at.terminal.scenario = Scenario.NEW_QUALIFICATION
        view = await at.site.prove("card-works", *RESULTS)
        assert view.screen is Screen.RESULT_NONE
        assert view.notes == (FactsNote.OLD_QUALIFICATION,)
        async for impersonal in at.site.reception.every_change():
            assert impersonal.notes == ()
            break


async def test_without_a_terminal_the_register_has_answered(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        view = await site.prove("card-works", Screen.RESULT_CARD)
        assert view.source is not None
        assert (view.source.source, view.source.agrees) == (EligibilitySource.REGISTRY, None)


async def test_the_visitor_reads_what_the_terminal_says_and_staff_what_differs(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path) as at:
        at.terminal.scenario = Scenario.INVALID
        view = await at.site.prove("card-works", *RESULTS)
        assert view.screen is Screen.RESULT_NONE
        assert view.source is not None
        assert (view.source.agrees, view.source.differences) == (False, ("lost_on",))
        (differing,) = view.differences
        assert (differing.field, differing.registered) == ("lost_on", "")
        assert differing.answered < stage.on.isoformat()
        assert differing.answered not in VisitBody.of(view, "受付").model_dump_json()
        async for impersonal in at.site.reception.every_change():
            assert impersonal.differences == ()
            break


FAILING = {
    Scenario.NONE: Code.NOT_FOUND_ONLINE,
    Scenario.SEVERAL: Code.SEVERAL_FOUND_ONLINE,
    Scenario.ERROR: Code.TERMINAL_REFUSED,
    Scenario.BROKEN: Code.ANSWER_UNREADABLE,
    Scenario.SILENT: Code.TERMINAL_SILENT,
}


@pytest.mark.parametrize("scenario", FAILING)
async def test_no_answer_has_its_own_screen_and_no_decision(stage: Stage, tmp_path: Path, scenario: Scenario) -> None:
    async with online(stage, tmp_path, limit=1.0) as at:
        at.terminal.scenario = scenario
        view = await at.site.prove("card-works", *RESULTS)
        assert view.screen is Screen.NOT_CONFIRMED_ONLINE
        assert view.failure is not None
        assert view.failure.code is FAILING[scenario]
        assert view.decision is None
        assert view.source is None
        assert ("SIM-E900" in view.terminal_words) is (scenario is Scenario.ERROR)
        at.terminal.scenario = None
        await at.site.prove("card-works", Screen.RESULT_CARD)
    assert [entry["failure"] for entry in visits_of(tmp_path)] == [FAILING[scenario].value, None]


async def test_a_notice_of_the_terminal_is_for_staff_alone(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path) as at:
        at.terminal.scenario = Scenario.NOTICE
        view = await at.site.prove("card-works", *RESULTS)
        assert view.screen is Screen.RESULT_CARD
        assert view.terminal_words.startswith("SIM-N001")
        assert "SIM-N001" not in VisitBody.of(view, "受付").model_dump_json()
        assert "SIM-N001" not in Screens().page(view)
        async for impersonal in at.site.reception.every_change():
            assert impersonal.terminal_words == ""
            break


async def test_a_folder_that_is_gone_is_a_trouble_and_heals(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, limit=1.0) as at:
        res = at.terminal.folders.res
        res.rmdir()
        found = await at.site.reception.look()
        assert [trouble.code for trouble in found.troubles] == [Code.TERMINAL_FOLDER]
        assert found.failures == ()
        view = await at.site.prove("card-works", *RESULTS)
        assert view.failure is not None
        assert view.failure.code is Code.TERMINAL_FOLDER
        res.mkdir()
        assert (await at.site.reception.look()).troubles == ()


async def test_a_late_answer_is_not_that_of_the_next_visitor(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, delay=0.5) as at:
        at.site.put("card-works")
        await at.site.until(Screen.PIN)
        await at.site.pin()
        await at.site.until(Screen.ASKING_TERMINAL)
        at.site.readers.take()
        await at.site.until(Screen.CARD_UNREADABLE)
        view = await at.site.prove("card-works", *RESULTS)
        assert view.screen is Screen.RESULT_CARD
        assert at.terminal.wait_until_taken(2, 5)
    answered = [entry for entry in visits_of(tmp_path) if entry["applies"]]
    assert len(answered) == 1


async def test_the_kiosk_takes_other_events_while_the_terminal_is_asked(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, delay=1.0) as at:
        await at.site.prove("card-works", Screen.ASKING_TERMINAL)
        assert (await at.site.reception.look()).failures == ()
        assert at.site.reception.view.screen is Screen.ASKING_TERMINAL
        await at.site.screen(Screen.RESULT_CARD)


async def test_a_clinic_without_a_register_knows_no_card(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, registry=False) as at:
        view = await at.site.prove("card-works", Screen.UNKNOWN_MEMBER, *RESULTS)
        assert view.screen is Screen.UNKNOWN_MEMBER
        assert not at.terminal.taken


async def test_an_effect_shows_nothing_of_a_person() -> None:
    assert "000101" not in repr(AskTerminal(1, ENQUIRY)) + repr(VALID)


@pytest.mark.parametrize(("status", "said"), [(Status.VALID, True), (Status.INVALID, False)])
async def test_in_an_outage_the_last_known_answer_is_told_and_proves_nothing(
    stage: Stage, tmp_path: Path, status: Status, said: bool
) -> None:
    async with online(stage, tmp_path, limit=1.0, last_known=Answer(status)) as at:
        at.terminal.scenario = Scenario.SILENT
        view = await at.site.prove("card-works", *RESULTS)
        assert (view.screen, view.decision) == (Screen.NOT_CONFIRMED_ONLINE, None)
        body = VisitBody.of(view, "受付").eligibility
        assert body is not None
        assert (body.source, body.agrees) == (EligibilitySource.LAST_KNOWN, None)
        assert ("の時点では、資格を確認できていました" in Screens().main(view)) is said


async def test_what_is_no_outage_has_no_last_known_answer(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, last_known=Answer(Status.VALID)) as at:
        at.terminal.scenario = Scenario.NONE
        view = await at.site.prove("card-works", *RESULTS)
        assert view.source is None


# The consent to the 限度額


async def to_the_consent(at: Online) -> View:
    """Say that a visit with a 資格確認書 is about high costs; the kiosk then asks for the consent."""
    await at.site.prove("unregistered-confirmation", Screen.QUESTION_NEEDS)
    await at.site.reception.act(SayNeeds(action="needs", needs=[Need.HIGH_COST]))
    return await at.site.screen(Screen.QUESTION_LIMIT_CONSENT)


async def consented(at: Online, said: bool) -> View:
    await at.site.reception.act(SayLimitConsent(action="limit_consent", limit_consent=said))
    return await at.site.showing(lambda view: view.screen in (Screen.RESULT_NOTICE, Screen.RESULT_CONFIRMATION))


async def test_who_agrees_to_the_限度額_need_not_bring_its_certificate(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path) as at:
        at.terminal.scenario = Scenario.LIMIT
        asking = await to_the_consent(at)
        assert asking.decision is not None
        assert Supplement.LIMIT_APPLICATION_CERTIFICATE in asking.decision.also_bring
        view = await consented(at, said=True)
        assert view.decision is not None
        assert Supplement.LIMIT_APPLICATION_CERTIFICATE not in view.decision.also_bring


async def test_the_desk_counts_a_visit_with_questions_once(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path) as at:
        at.terminal.scenario = Scenario.LIMIT
        await to_the_consent(at)
        await consented(at, said=True)
        await at.site.prove("card-works", Screen.RESULT_CARD)
        assert [one.applies for one in at.site.desk.picture().recent] == [Document.CARD, Document.CONFIRMATION]


async def test_who_does_not_agree_brings_it_and_the_terminal_is_asked_once(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path) as at:
        at.terminal.scenario = Scenario.LIMIT
        await to_the_consent(at)
        view = await consented(at, said=False)
        assert view.decision is not None
        assert Supplement.LIMIT_APPLICATION_CERTIFICATE in view.decision.also_bring
        assert len(at.terminal.taken) == 1


async def test_an_answer_of_yesterday_decides_nothing_after_midnight(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path) as at:
        await at.site.prove("unregistered-confirmation", Screen.QUESTION_NEEDS)
        at.site.clock += timedelta(days=1)
        at.terminal.scenario = Scenario.INVALID
        await at.site.reception.act(SayNeeds(action="needs", needs=[Need.HIGH_COST]))
        await at.site.screen(Screen.RESULT_NONE)
        assert len(at.terminal.taken) == 2


async def test_an_answer_of_yesterday_is_no_answer_for_staff(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path) as at:
        paper = next(one.member for one in outsiders(stage.on) if one.id == "kyokai-valid")
        numbers = (paper[part] for part in ("insurer_number", "symbol", "number", "branch"))
        born = date.fromisoformat(paper["birth_date"])
        found = await at.site.desk.ask_terminal(Enquiry(*numbers, born, stage.on), "hanako")
        assert (await at.site.desk.decide(found, Asked(), "hanako")).reasons
        at.site.clock += timedelta(days=1)
        assert await refused(at.site.desk.decide(found, Asked(), "hanako")) is DeskProblem.ANSWER_CHANGED


@pytest.mark.parametrize("padding", ["", "00"])
async def test_whom_the_register_has_is_that_member_however_their_numbers_are_spelled(
    stage: Stage, tmp_path: Path, padding: str
) -> None:
    """A look that is journaled under another spelling is under another pseudonym, which the member never sees."""
    async with online(stage, tmp_path) as at:
        known = persona("card-works", stage.on).member
        parts = [known[part] for part in ("insurer_number", "symbol", "number", "branch")]
        whose = MemberId(*parts)
        born, wide = date.fromisoformat(known["birth_date"]), whose.symbol.translate(_WIDE)
        assert wide != whose.symbol
        plain = Enquiry(*parts, born, stage.on)
        answer = at.site.service.sources.ask(plain)
        spelled = replace(answer.results[0], insurer_number=padding + plain.insurer_number, symbol=wide)
        with patch.object(Sources, "ask", return_value=replace(answer, results=(spelled,))):
            found = await at.site.desk.ask_terminal(replace(plain, symbol=wide), "hanako")
        assert (found.member.id, found.registered) == (whose, True)
        assert found.binding == at.site.service.registry.bindings(whose)[-1]
        await at.site.desk.decide(found, Asked(), "hanako")
        looked_up = json.loads(at.site.journal.read_text("utf-8").splitlines()[-1])
        assert looked_up["member"] == at.site.service.journal.reference(str(whose))


async def test_the_consent_ends_with_its_visit_and_is_written_nowhere(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path) as at:
        at.terminal.scenario = Scenario.LIMIT
        await to_the_consent(at)
        await consented(at, said=True)
        assert "limit_consent=True" in repr(at.site.reception.visit)
        at.site.readers.take()
        await at.site.screen(Screen.FAREWELL)
        assert "limit_consent=True" not in repr(at.site.reception.visit)
        await to_the_consent(at)  # it is asked for anew
    assert "consent" not in at.site.journal.read_text("utf-8")

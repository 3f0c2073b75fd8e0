"""Whole visits with the 顔認証付きカードリーダー: reception, register, staff desk and `simulate terminal` together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from kiosk import TOKYO
from kiosk.eligibility.sources import EligibilitySource, Sources
from kiosk.eligibility.terminal import Answer, Enquiry, FaceFile, OfficialReader, PatientCard, Status
from kiosk.eligibility.terminal import face as face_module
from kiosk.failures import Code
from kiosk.identity import CertificateCheck, Chain, Level
from kiosk.reception import DeskProblem, NeedStaff, Rules, Screen, View
from kiosk.reception.actions import UseReader
from kiosk.reception.patients import keys_of
from kiosk.reception.reader_answer import awaited_by_card, face_of
from kiosk.reception.visit.card import CheckedCard
from kiosk.reception.visit.effects import AwaitReader
from kiosk.web.models import VisitBody
from kiosk.web.screens import Screens
from simulators.demo import Stage
from simulators.people import certificate_of, outsiders, persona, terminal_csv
from simulators.terminal import Scenario, SimulatedTerminal, TerminalFolders, read_members
from simulators.terminal.results import GivenConsents
from tests.kiosk.reception.sites import Site, open_site, refused

pytestmark = pytest.mark.anyio
INSTITUTION = "1312345678"
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><XmlMsg>&b;</XmlMsg>'
RESULTS = (Screen.RESULT_CARD, Screen.RESULT_NONE, Screen.RESULT_NOTICE, Screen.RESULT_CONFIRMATION)


@dataclass(frozen=True)
class Beside:
    """A kiosk with a simulated 顔認証付きカードリーダー beside it, and what it has kept for an outage."""

    site: Site
    terminal: SimulatedTerminal
    reader: OfficialReader
    kept: list[tuple[Enquiry, Answer]]

    def key(self, who: str) -> str:
        """The member key of a person of the register, or of another insurer."""
        cells = next((one.member for one in outsiders(self.site.stage.on) if one.id == who), None)
        cells = cells or persona(who, self.site.stage.on).member
        assert cells is not None
        return ":".join(cells[name] for name in ("insurer_number", "symbol", "number", "branch"))

    def at_reader(self, who: str, scenario: Scenario | None = None, **consents: bool) -> Path:
        """Have a person use the official reader."""
        return self.terminal.write_face(self.key(who), GivenConsents(**consents), scenario=scenario)

    async def use_reader(self) -> View:
        """Press the button; the screen sends the visitor to the reader."""
        assert self.site.reception.view.offers_reader
        await self.site.reception.act(UseReader(action="official_reader"))
        return await self.site.screen(Screen.OFFICIAL_READER)

    async def with_unproved_card(self, who: str) -> None:
        """Put a card whose 暗証番号 nobody knows, press the button, and take the card to the reader."""
        self.site.put(who)
        await self.site.until(Screen.PIN)
        await self.site.reception.act(NeedStaff(action="staff"))
        await self.site.screen(Screen.STAFF_CHECK)
        await self.use_reader()
        self.site.readers.take()

    async def answer(self) -> View:
        return await self.site.showing(lambda view: view.screen in RESULTS)

    async def noticed(self, results: int) -> None:
        """Wait until the kiosk has read so many results."""
        await self.until(lambda: len(self.reader.results()) >= results)

    async def until(self, true: Callable[[], object]) -> None:
        """Look at the floors until something is true."""
        async with asyncio.timeout(20):
            while not true():
                await self.site.reception.look()


@asynccontextmanager
async def beside(
    stage: Stage, folder: Path, *, registry: bool = True, staff_limit: float = 300.0
) -> AsyncIterator[Beside]:
    members = folder / "members.csv"
    members.write_text(terminal_csv(stage.on), encoding="utf-8")
    folders = TerminalFolders.made_in(folder / "terminal")
    reader, kept = OfficialReader(folders.face, INSTITUTION), list[tuple[Enquiry, Answer]]()
    sources = Sources(
        registry, patient_folder=folder, keep=lambda enquiry, answer: kept.append((enquiry, answer)), reader=reader
    )
    rules = Rules(official_reader=True, staff_limit=staff_limit)
    with SimulatedTerminal(folders, read_members(members), delay=0) as terminal:
        async with open_site(stage, folder, sources=sources, rules=rules) as site:
            try:
                yield Beside(site, terminal, reader, kept)
            finally:
                reader.stop(10)


def answers(site: Site) -> list[dict[str, Any]]:
    return [entry for entry in site.entries("visit") if entry["usable"]]


async def test_the_result_of_the_cards_holder_is_the_answer(stage: Stage, tmp_path: Path) -> None:
    async with beside(stage, tmp_path) as at:
        await at.with_unproved_card("card-works")
        at.at_reader("card-works", medicine=True, checkup=False)
        view = await at.answer()
        body = VisitBody.of(view, "受付")
        assert (view.screen, body.level) == (Screen.RESULT_CARD, Level.OFFICIAL_READER)
        assert body.eligibility is not None
        assert (body.eligibility.source, body.eligibility.agrees) == (EligibilitySource.TERMINAL, True)
        assert (view.consents.medicine, view.consents.checkup) == (True, False)
        assert view.masked_name
        assert 'class="taking"' not in Screens().main(view)
        (entry,) = answers(at.site)
        assert (entry["level"], entry["path"], entry["staff"]) == ("official_reader", "official_reader", None)
        assert entry["member"]


async def test_the_consents_go_with_the_visit(stage: Stage, tmp_path: Path) -> None:
    async with beside(stage, tmp_path) as at:
        await at.with_unproved_card("card-works")
        at.at_reader("card-works", medicine=True)
        await at.answer()
        at.site.put("card-works")
        view = await at.site.screen(Screen.PIN)
        assert view.consents.medicine is None
        assert at.reader.results() == ()


async def test_a_stranger_is_on_no_screen_and_in_no_log(stage: Stage, tmp_path: Path) -> None:
    with capture_logs() as logs:
        async with beside(stage, tmp_path) as at:
            await at.with_unproved_card("card-works")
            at.at_reader("card-works", Scenario.WRONG_FACE)
            await at.noticed(1)
            (face,) = at.reader.results()
            stranger = face.answer.results[0]
            view = at.site.reception.view
            assert (view.screen, view.level, view.decision) == (Screen.OFFICIAL_READER, None, None)
            shown = Screens().main(view) + repr(view) + VisitBody.of(view, "受付").model_dump_json()
            at.at_reader("card-works")
            await at.answer()
            shown += Screens().main(at.site.reception.view)
            said = shown + repr(logs) + at.site.journal.read_text("utf-8")
            for personal in (stranger.name, stranger.kana, stranger.number, face.name):
                assert personal
                assert personal not in said
            assert [one.name for one in at.reader.results()] == [face.name]


async def test_who_is_not_known_is_called_for_and_takes_no_result(stage: Stage, tmp_path: Path) -> None:
    async with beside(stage, tmp_path) as at:
        await at.use_reader()
        at.at_reader("card-works")
        view = await at.site.showing(lambda view: view.to_choose)
        assert (view.screen, view.staff_called, view.decision) == (Screen.OFFICIAL_READER, True, None)
        assert answers(at.site) == []


async def test_two_results_of_one_person_are_for_staff(stage: Stage, tmp_path: Path) -> None:
    async with beside(stage, tmp_path) as at:
        at.at_reader("card-works")
        at.at_reader("card-works")
        await at.noticed(2)
        await at.with_unproved_card("card-works")
        view = await at.site.showing(lambda view: view.to_choose)
        assert view.failure is not None
        assert (view.failure.code, view.staff_called) == (Code.SEVERAL_RESULTS, True)
        assert answers(at.site) == []


async def test_yesterdays_and_an_earlier_result_are_nobodys(stage: Stage, tmp_path: Path) -> None:
    async with beside(stage, tmp_path) as at:
        now = at.site.now()
        for ago in (timedelta(days=1), timedelta(minutes=30)):
            at.terminal.write_face(at.key("card-works"), at=now - ago)
        at.terminal.write_face(at.key("card-works"), at=now - timedelta(minutes=5))
        await at.noticed(1)
        await at.with_unproved_card("card-works")
        view = at.site.reception.view
        assert (view.screen, view.to_choose) == (Screen.OFFICIAL_READER, False)
        at.at_reader("card-works")
        assert (await at.answer()).level is Level.OFFICIAL_READER


@pytest.mark.parametrize("scenario", [Scenario.HALF_WRITTEN, Scenario.SHIFT_JIS, Scenario.NOTICE])
async def test_what_becomes_whole_is_taken(stage: Stage, tmp_path: Path, scenario: Scenario) -> None:
    async with beside(stage, tmp_path) as at:
        await at.with_unproved_card("card-works")
        at.at_reader("card-works", scenario)
        assert (await at.answer()).level is Level.OFFICIAL_READER


@pytest.mark.parametrize("scenario", [Scenario.NONE, Scenario.ERROR])
async def test_a_result_without_a_qualification_is_nobodys(stage: Stage, tmp_path: Path, scenario: Scenario) -> None:
    with capture_logs() as logs:
        async with beside(stage, tmp_path) as at:
            await at.with_unproved_card("card-works")
            at.at_reader("card-works", scenario)
            await at.until(lambda: any(entry["event"] == "face file not taken" for entry in logs))
            assert at.site.reception.view.screen is Screen.OFFICIAL_READER


@pytest.mark.parametrize("content", [BOMB, b"<XmlMsg>", b""], ids=["entity bomb", "cut off", "empty"])
async def test_a_hostile_file_costs_nobody_their_result(
    stage: Stage, tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_module, "_SETTLED", 0.3)
    with capture_logs() as logs:
        async with beside(stage, tmp_path) as at:
            await at.with_unproved_card("card-works")
            moment = f"{at.site.now().astimezone(TOKYO):%Y%m%d%H%M%S}"
            name = f"OQSsiquc01res_face_{INSTITUTION}00000000000000000bad_{moment}.xml"
            (at.terminal.folders.face / name).write_bytes(content)
            await at.until(lambda: [entry for entry in logs if entry["event"] == "face file not taken"])
            assert at.site.reception.view.screen is Screen.OFFICIAL_READER
            at.at_reader("card-works")
            assert (await at.answer()).level is Level.OFFICIAL_READER
    assert [entry["code"] for entry in logs if entry["event"] == "face file not taken"] == ["N-12"]


async def test_no_result_in_time_is_said(stage: Stage, tmp_path: Path) -> None:
    async with beside(stage, tmp_path, staff_limit=0.3) as at:
        await at.with_unproved_card("card-works")
        view = await at.site.showing(lambda view: view.failure is not None)
        assert view.failure is not None
        assert (view.failure.code, view.screen) == (Code.READER_RESULT_MISSING, Screen.NOT_CONFIRMED_ONLINE)
        await at.until(lambda: at.site.entries("visit")[-1]["failure"] == "N-20")


async def test_a_folder_that_is_gone_is_a_trouble_and_heals_during_the_visit(stage: Stage, tmp_path: Path) -> None:
    async with beside(stage, tmp_path) as at:
        at.terminal.folders.face.rmdir()
        await at.until(lambda: Code.TERMINAL_FOLDER in [one.code for one in at.site.reception.troubles()])
        await at.with_unproved_card("card-works")
        at.terminal.folders.face.mkdir()
        at.at_reader("card-works")
        assert (await at.answer()).level is Level.OFFICIAL_READER
        assert (await at.site.reception.look()).troubles == ()


async def test_the_answer_is_kept_for_an_outage(stage: Stage, tmp_path: Path) -> None:
    async with beside(stage, tmp_path) as at:
        await at.with_unproved_card("card-works")
        at.at_reader("card-works")
        await at.answer()
        ((enquiry, answer),) = at.kept
        assert (enquiry.insurer_number, answer.status) == ("133033", Status.VALID)


@pytest.mark.parametrize("registry", [True, False])
async def test_somebody_of_another_insurer_reads_that_insurers_name(
    stage: Stage, tmp_path: Path, registry: bool
) -> None:
    async with beside(stage, tmp_path, registry=registry) as at:
        await at.use_reader()
        at.at_reader("kyokai-valid")
        await at.site.showing(lambda view: view.to_choose)
        (found,) = await at.site.desk.results("hanako")
        await at.site.desk.choose_result(found, "hanako", at.site.sequence)
        view = await at.answer()
        assert (view.level, view.insurer_name) == (Level.OFFICIAL_READER, "模擬健康保険協会")
        (entry,) = answers(at.site)
        assert (entry["path"], entry["staff"]) == ("official_reader", "hanako")


async def test_a_result_that_staff_chose_for_one_visit_is_not_chosen_for_another(stage: Stage, tmp_path: Path) -> None:
    async with beside(stage, tmp_path) as at:
        at.at_reader("card-works")
        await at.noticed(1)
        (found,) = await at.site.desk.results("hanako")
        choose = at.site.desk.choose_result(found, "hanako", at.site.sequence)
        assert await refused(choose) is DeskProblem.NOBODY_WAITS
        await at.use_reader()
        choose = at.site.desk.choose_result(found, "hanako", at.site.sequence)
        assert await refused(choose) is DeskProblem.RESULTS_OLD
        (fresh,) = await at.site.desk.results("hanako")
        assert at.reader.take(fresh.face.name if fresh.face and fresh.face.name else "")
        choose = at.site.desk.choose_result(fresh, "hanako", at.site.sequence)
        assert await refused(choose) is DeskProblem.RESULTS_OLD
        assert [entry["detail"] for entry in at.site.acts() if entry["act"] == "refused"] == [
            "result_chosen.results_old"
        ]
        assert answers(at.site) == []


async def test_staff_look_somebody_up_and_the_visit_waits_for_that_person(stage: Stage, tmp_path: Path) -> None:
    async with beside(stage, tmp_path) as at:
        found = await at.site.found("card-works")
        waiting = await at.site.desk.await_result(found, "hanako", at.site.sequence)
        view = at.site.reception.view
        assert (view.screen, view.masked_name, waiting.visit) == (Screen.OFFICIAL_READER, "", view.visit)
        at.at_reader("card-works-family")
        await at.noticed(1)
        at.at_reader("card-works")
        assert (await at.answer()).level is Level.OFFICIAL_READER
        assert len(at.reader.results()) == 1
        assert [entry["act"] for entry in at.site.acts()] == ["sought", "result_awaited"]


async def test_numbers_of_full_width_are_those_of_the_register_and_another_birthday_is_not(
    stage: Stage, tmp_path: Path
) -> None:
    async with beside(stage, tmp_path) as at:
        at.at_reader("card-works")
        await at.noticed(1)
        (face,) = at.reader.results()
        (result,) = face.answer.results
        wide = replace(result, symbol="".join(chr(ord(one) + 0xFEE0) for one in result.symbol or ""))
        younger = replace(result, birth_date=date(2001, 1, 1))
        for found, registered in ((result, True), (wide, True), (younger, False)):
            one = FaceFile(face.name, replace(face.answer, results=(found,)))
            assert face_of(at.site.service, one, stage.on, stage.now).registered is registered


async def test_a_card_that_is_tied_to_a_patient_is_known_by_the_照会番号(stage: Stage, tmp_path: Path) -> None:
    async with beside(stage, tmp_path) as at:
        service = at.site.service
        assert service.patient_cards is not None
        person = persona("unknown-member", stage.on)
        certificate = certificate_of(person, stage.authority).certificate
        card = CheckedCard(CertificateCheck(certificate, Chain.TRUSTED), 3)
        assert not awaited_by_card(service, AwaitReader(1, card)).identifies
        born = date(1980, 4, 1)
        patient = PatientCard("P-00042", "01139997", "2100001", "15", "00", born, stage.now)
        service.patient_cards.tie(keys_of(certificate, service.site_key), patient)
        known = awaited_by_card(service, AwaitReader(1, card))
        assert (known.reference, known.birth_date, known.numbers, known.identifies) == ("P-00042", born, None, True)


async def test_the_next_visitor_gets_nothing_of_it(stage: Stage, tmp_path: Path) -> None:
    async with beside(stage, tmp_path) as at:
        await at.with_unproved_card("card-works")
        at.site.put("card-works-family")
        await at.site.screen(Screen.PIN)
        at.at_reader("card-works")
        await at.noticed(1)
        assert at.site.reception.view.screen is Screen.PIN
        assert answers(at.site) == []

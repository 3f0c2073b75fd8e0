"""A visit with a card that no register knows, and that staff have tied to a 照会番号 of this clinic."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.eligibility.sources import EligibilitySource
from kiosk.eligibility.terminal import Answer, PatientCard, PatientCards, ReferenceRegistration, Status, Terminal
from kiosk.failures import Code
from kiosk.reception import DeskProblem, FoundMember, Screen, Seen
from kiosk.reception.patients import keys_of
from simulators.demo import Stage
from simulators.people import persona
from simulators.people.town import certificate_of
from simulators.terminal import Scenario
from tests.kiosk.reception.sites import refused, visits_of
from tests.kiosk.reception.test_online_visit import FAILING, Online, online

pytestmark = pytest.mark.anyio
WHO, REFERENCE = "card-works", "P-00042"
ENDS = (Screen.RESULT_CARD, Screen.RESULT_NONE, Screen.NOT_CONFIRMED_ONLINE, Screen.UNKNOWN_MEMBER)


def patient_of(at: Online, who: str = WHO) -> PatientCard:
    cells = persona(who, at.site.stage.on).member
    assert cells is not None
    numbers = (cells[name] for name in ("insurer_number", "symbol", "number", "branch"))
    return PatientCard(REFERENCE, *numbers, date.fromisoformat(cells["birth_date"]), at.site.stage.now)


def cards_of(at: Online) -> PatientCards:
    cards = at.site.service.patient_cards
    assert cards is not None
    return cards


def tie(at: Online, who: str = WHO) -> PatientCard:
    patient = patient_of(at, who)
    certificate = certificate_of(persona(who, at.site.stage.on), at.site.stage.authority).certificate
    cards_of(at).tie(keys_of(certificate, at.site.service.site_key), patient)
    return patient


def register(at: Online, patient: PatientCard, reference: str = REFERENCE) -> None:
    terminal = at.site.service.sources.terminal
    assert isinstance(terminal, Terminal)
    numbers = (patient.insurer_number, patient.symbol, patient.number, patient.branch)
    assert terminal.register(ReferenceRegistration(*numbers, reference)).status == "done"


async def test_a_tied_card_is_answered_by_the_terminal_alone(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, registry=False, patients=True) as at:
        register(at, tie(at))
        view = await at.site.prove(WHO, *ENDS)
        assert view.failure is None
        assert view.decision is not None
        assert view.masked_name.endswith("様")
        assert view.source is not None
        assert (view.source.source, view.source.agrees) == (EligibilitySource.TERMINAL, None)
    (entry,) = visits_of(tmp_path)
    assert (entry["level"], bool(entry["member"]), entry["failure"]) == ("confirmed", True, None)
    assert REFERENCE not in str(entry)


async def test_the_register_comes_first(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, patients=True) as at:
        tie(at)
        view = await at.site.prove(WHO, *ENDS)
        assert view.source is not None
        assert view.source.agrees is True


@pytest.mark.parametrize("registered", [None, "P-00099"], ids=["none", "another"])
async def test_without_its_照会番号_in_the_answer_staff_are_called_for(
    stage: Stage, tmp_path: Path, registered: str | None
) -> None:
    async with online(stage, tmp_path, registry=False, patients=True) as at:
        patient = tie(at)
        if registered:
            register(at, patient, registered)
        view = await at.site.prove(WHO, *ENDS)
        assert view.failure is not None
        assert (view.screen, view.failure.code) == (Screen.NOT_CONFIRMED_ONLINE, Code.PATIENT_NUMBER_LOST)
        assert (view.decision, view.masked_name) == (None, "")
        assert at.site.desk.picture().may_bind


@pytest.mark.parametrize("scenario", FAILING)
async def test_without_an_answer_about_the_patient_the_terminals_code_is_shown(
    stage: Stage, tmp_path: Path, scenario: Scenario
) -> None:
    async with online(stage, tmp_path, limit=1.0, registry=False, patients=True) as at:
        register(at, tie(at))
        at.terminal.scenario = scenario
        view = await at.site.prove(WHO, *ENDS)
        assert view.failure is not None
        assert (view.failure.code, view.decision, view.masked_name) == (FAILING[scenario], None, "")


async def test_in_an_outage_the_last_known_answer_of_the_patient_is_told(stage: Stage, tmp_path: Path) -> None:
    known = Answer(Status.VALID)
    async with online(stage, tmp_path, limit=1.0, registry=False, patients=True, last_known=known) as at:
        tie(at)
        at.terminal.scenario = Scenario.SILENT
        view = await at.site.prove(WHO, *ENDS)
        assert view.source is not None
        assert (view.source.source, view.decision) == (EligibilitySource.LAST_KNOWN, None)


async def test_a_card_that_is_no_longer_tied_is_unknown(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, registry=False, patients=True) as at:
        patient = tie(at)
        assert cards_of(at).untie(patient.enquiry(at.site.stage.on))
        assert (await at.site.prove(WHO, *ENDS)).screen is Screen.UNKNOWN_MEMBER
        assert not at.terminal.taken


async def test_ties_that_cannot_be_read_are_no_unknown_card(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, registry=False, patients=True) as at:
        tie(at)
        for file in (tmp_path / "terminal-patients").iterdir():
            file.write_bytes(b"torn")
        view = await at.site.prove(WHO, *ENDS, Screen.SERVICE_TROUBLE)
        assert view.failure is not None
        assert view.failure.code is Code.REGISTRY_DOWN


# The desk ties


async def looked_up(at: Online, who: str = WHO) -> FoundMember:
    return await at.site.desk.ask_terminal(patient_of(at, who).enquiry(at.site.stage.on), "hanako")


async def unknown(at: Online) -> FoundMember:
    """Have a card that nobody knows lie there, and its holder's paper typed in."""
    await at.site.prove(WHO, Screen.UNKNOWN_MEMBER)
    return await looked_up(at)


async def tied(at: Online, found: FoundMember, reference: str = REFERENCE) -> FoundMember:
    return await at.site.desk.tie_patient(found, reference, Seen.DRIVERS_LICENCE, "hanako", at.site.sequence)


async def test_after_a_tie_the_visit_goes_on_and_the_next_one_needs_no_staff(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, registry=False, patients=True) as at:
        found = await tied(at, await unknown(at))
        assert found.patient == REFERENCE
        view = await at.site.showing(lambda view: view.decision is not None)
        assert view.failure is None
        at.site.readers.take()
        await at.site.screen(Screen.FAREWELL)
        assert (await at.site.prove(WHO, *ENDS)).failure is None
        assert (await looked_up(at)).patient == REFERENCE
    acts = [(act["act"], act.get("detail"), bool(act["member"])) for act in at.site.acts()]
    assert ("patient_tied", "drivers_licence", True) in acts
    assert REFERENCE not in at.site.journal.read_text("utf-8")


async def test_a_tie_can_be_taken_back(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, registry=False, patients=True) as at:
        found = await tied(at, await unknown(at))
        await at.site.showing(lambda view: view.decision is not None)
        assert (await at.site.desk.untie_patient(found, "hanako")).patient == ""
        assert at.site.acts()[-1]["act"] == "patient_untied"
        assert await refused(at.site.desk.untie_patient(found, "hanako")) is DeskProblem.NOTHING_TIED
        at.site.readers.take()
        await at.site.screen(Screen.FAREWELL)
        assert (await at.site.prove(WHO, *ENDS)).screen is Screen.UNKNOWN_MEMBER


async def test_a_lost_number_is_tied_anew_while_the_card_lies_there(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, registry=False, patients=True) as at:
        register(at, tie(at), "P-00099")
        await at.site.prove(WHO, Screen.NOT_CONFIRMED_ONLINE)
        await tied(at, await looked_up(at), "P-00099")
        assert (await at.site.showing(lambda view: view.decision is not None)).failure is None


async def test_another_number_than_that_of_the_terminal_is_not_tied(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, registry=False, patients=True) as at:
        register(at, patient_of(at), "P-00099")
        assert await refused(tied(at, await unknown(at))) is DeskProblem.REFERENCE_DIFFERS
        assert at.site.acts()[-1]["detail"] == "patient_tied.reference_differs"
        assert cards_of(at).of_person(patient_of(at).enquiry(at.site.stage.on)) is None


async def test_what_the_terminal_does_not_register_is_not_tied(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, limit=1.0, registry=False, patients=True) as at:
        found = await unknown(at)
        at.terminal.scenario = Scenario.SILENT
        assert await refused(tied(at, found)) is DeskProblem.NOT_REGISTERED_ONLINE
        assert cards_of(at).of_person(patient_of(at).enquiry(at.site.stage.on)) is None


async def test_nobody_is_tied_who_is_not_insured_now(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, registry=False, patients=True) as at:
        at.terminal.scenario = Scenario.INVALID
        assert await refused(tied(at, await unknown(at))) is DeskProblem.NOT_VALID_ONLINE


async def test_without_a_card_nothing_is_tied(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, registry=False, patients=True) as at:
        assert await refused(tied(at, await looked_up(at))) is DeskProblem.NO_CARD_TO_BIND


async def test_a_member_of_the_register_is_bound_there(stage: Stage, tmp_path: Path) -> None:
    async with online(stage, tmp_path, patients=True) as at:
        await at.site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
        found = await at.site.desk.confirm_online(await at.site.found(WHO), "hanako")
        assert await refused(tied(at, found)) is DeskProblem.ALREADY_IN_REGISTER

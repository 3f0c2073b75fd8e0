"""A visit at a real daemon: each scenario of the simulated ORCA, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.orca import (
    InsuranceDifference,
    OrcaError,
    OrcaRefused,
    OrcaSilent,
    OrcaUnusable,
    Outcome,
    OutcomeKind,
    Place,
)
from kiosk.orca.errors import OrcaBusy
from kiosk.orca.orca import Checked
from simulators.orca import OrcaScenario, SimulatedReception
from tests.kiosk.orca.people import HANAKO, TODAY, connected, insured, simulated

REGISTERED = Outcome(OutcomeKind.REGISTERED, reception="00001")


def test_the_one_patient_is_registered_and_then_recognised(tmp_path: Path) -> None:
    with simulated() as orca:
        ours = connected(orca, tmp_path)
        assert ours.receive(HANAKO) == REGISTERED
        assert orca.receptions == (SimulatedReception("00001", "00001", TODAY, "10:20:30", "01", "10001", "01"),)
        assert ours.receive(HANAKO) == Outcome(OutcomeKind.ALREADY)
        assert len(orca.receptions) == 1


def test_no_path_says_anything_of_the_person(tmp_path: Path) -> None:
    with simulated() as orca:
        connected(orca, tmp_path).receive(HANAKO)
        assert set(orca.calls) == {
            "/api01rv2/patientlst3v2?class=01",
            "/api01rv2/acceptlstv2?class=03",
            "/orca11/acceptmodv2",
        }


@pytest.mark.parametrize(
    ("scenario", "outcome"),
    [
        (OrcaScenario.TWO, Outcome(OutcomeKind.SEVERAL, count=2)),
        (OrcaScenario.NONE, Outcome(OutcomeKind.NONE)),
        (OrcaScenario.OTHER_INSURANCE, Outcome(OutcomeKind.OTHER_INSURANCE, differences=(InsuranceDifference.SYMBOL,))),
        (OrcaScenario.SUBSIDISED, Outcome(OutcomeKind.SUBSIDISED)),
        (OrcaScenario.TWICE, REGISTERED),
    ],
)
def test_a_scenario_has_its_outcome(tmp_path: Path, scenario: OrcaScenario, outcome: Outcome) -> None:
    with simulated(scenario) as orca:
        assert connected(orca, tmp_path).receive(HANAKO) == outcome
        assert len(orca.receptions) == (outcome is REGISTERED)


@pytest.mark.parametrize(
    ("scenario", "error"),
    [
        (OrcaScenario.BUSY, OrcaBusy),
        (OrcaScenario.WRONG_BIRTHDAY, OrcaUnusable),
        (OrcaScenario.NOT_XML, OrcaUnusable),
        (OrcaScenario.HUGE, OrcaUnusable),
        (OrcaScenario.ERROR_500, OrcaSilent),
        (OrcaScenario.REDIRECT, OrcaRefused),
        (OrcaScenario.UNKNOWN_USER, OrcaRefused),
    ],
)
def test_a_fault_registers_nobody(tmp_path: Path, scenario: OrcaScenario, error: type[OrcaError]) -> None:
    with simulated(scenario) as orca:
        with pytest.raises(error):
            connected(orca, tmp_path).receive(HANAKO)
        assert not orca.receptions


@pytest.mark.parametrize(
    ("scenario", "error"), [(OrcaScenario.LOST_ANSWER, OrcaSilent), (OrcaScenario.ANOTHER_PATIENT, OrcaUnusable)]
)
def test_a_registration_without_its_answer_is_found_done_by_the_next_try(
    tmp_path: Path, scenario: OrcaScenario, error: type[OrcaError]
) -> None:
    with simulated(scenario) as orca:
        ours = connected(orca, tmp_path)
        with pytest.raises(error):
            ours.receive(HANAKO)
        orca.scenario = None
        assert ours.receive(HANAKO) == Outcome(OutcomeKind.ALREADY)
        assert len(orca.receptions) == 1


def test_without_leave_of_the_settings_nothing_is_registered(tmp_path: Path) -> None:
    with simulated() as orca:
        assert connected(orca, tmp_path, register=False).receive(HANAKO) == Outcome(OutcomeKind.FOUND)
        assert not orca.receptions


def test_a_patient_is_found_by_the_number_of_the_terminal(tmp_path: Path) -> None:
    with simulated() as orca:
        ours = connected(orca, tmp_path)
        assert ours.receive(replace(HANAKO, reference="1")) == REGISTERED
        assert orca.calls[0] == "/api01rv2/patientlst2v2?class=01"
        assert ours.receive(replace(HANAKO, reference="2")) == Outcome(OutcomeKind.NONE), "the number of somebody else"


@pytest.mark.parametrize("reference", ["999", "P-00042", "１"])
def test_a_number_that_is_no_patients_leaves_the_name(tmp_path: Path, reference: str) -> None:
    with simulated() as orca:
        assert connected(orca, tmp_path).receive(replace(HANAKO, reference=reference)) == REGISTERED


def test_the_number_tells_two_of_one_name_and_birthday_apart(tmp_path: Path) -> None:
    with simulated(OrcaScenario.TWO) as orca:
        assert connected(orca, tmp_path).receive(replace(HANAKO, reference="00001")) == REGISTERED


def test_a_letter_that_orca_lacks_is_sought_by_the_kana(tmp_path: Path) -> None:
    with simulated(people=[insured(name="吉田 花子", kana="ヨシダ ハナコ"), insured(branch="01")]) as orca:
        person = replace(HANAKO, name="\U00020bb7田 花子", kana="ヨシダ ハナコ")
        assert connected(orca, tmp_path).receive(person) == REGISTERED


def test_a_visit_of_yesterday_and_an_insurance_that_cannot_be_used_are_not_asked_about(tmp_path: Path) -> None:
    with simulated() as orca:
        ours = connected(orca, tmp_path)
        assert ours.receive(replace(HANAKO, at=HANAKO.at - timedelta(days=1))) == Outcome(OutcomeKind.ANOTHER_DAY)
        assert ours.receive(replace(HANAKO, usable=False)) == Outcome(OutcomeKind.NOT_USABLE)
        assert not orca.calls


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Place("77", "10001"), "acceptlstv2: Api_Result 12"),
        (Place("02", "77777"), "acceptmodv2: Api_Result 14"),
        (Place("02", "10001", "77"), "acceptmodv2: Api_Result 15"),
    ],
)
def test_codes_that_orca_does_not_have_are_a_matter_of_the_settings(tmp_path: Path, place: Place, said: str) -> None:
    with simulated() as orca:
        with pytest.raises(OrcaRefused, match=said):
            connected(orca, tmp_path, place=place).receive(HANAKO)
        assert not orca.receptions


def test_orca_itself_refuses_a_second_reception(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with simulated() as orca:
        ours = connected(orca, tmp_path)
        ours.receive(HANAKO)
        monkeypatch.setattr("kiosk.orca.answers.is_among", lambda *_: False)
        assert ours.receive(HANAKO) == Outcome(OutcomeKind.ALREADY)


def test_the_check_knows_the_codes_and_names_nobody(tmp_path: Path) -> None:
    with simulated() as orca:
        assert connected(orca, tmp_path).check() == Checked(2, 2, True, True)
        assert connected(orca, tmp_path, place=Place("77", "1")).check() == Checked(2, 2, False, False)
        assert set(orca.calls) == {"/api01rv2/system01lstv2?class=01", "/api01rv2/system01lstv2?class=02"}
        assert not orca.receptions

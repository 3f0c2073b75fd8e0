"""Cards that are tied to a patient of the clinic, on disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk.eligibility.terminal import PatientCard, PatientCards, PatientCardsUnusable

ON = date(2026, 11, 22)
KEY, OTHER_KEY = bytes(32), bytes([1]) * 32
CARD, OTHER_CARD = "a" * 64, "b" * 64
PATIENT = PatientCard(
    "P-00042", "01139997", "2100001", "15", "00", date(1980, 4, 1), datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
)
ANOTHER = replace(PATIENT, reference="P-00043", number="16")


@pytest.fixture
def cards(tmp_path: Path) -> PatientCards:
    return PatientCards(tmp_path, KEY)


def test_a_card_is_tied_to_one_person_and_a_person_to_one_card(cards: PatientCards) -> None:
    cards.tie([CARD], PATIENT)
    assert cards.of([CARD]) == PATIENT
    assert cards.of_person(PATIENT.enquiry(ON)) == PATIENT
    cards.tie([OTHER_CARD], PATIENT)
    assert (cards.of([CARD]), cards.of([OTHER_CARD])) == (None, PATIENT)
    cards.tie([OTHER_CARD], ANOTHER)
    assert (cards.of_person(PATIENT.enquiry(ON)), cards.of_person(ANOTHER.enquiry(ON))) == (None, ANOTHER)


def test_a_tie_ends_once(cards: PatientCards, tmp_path: Path) -> None:
    cards.tie([CARD], PATIENT)
    assert cards.untie(PATIENT.enquiry(ON)) is True
    assert cards.of([CARD]) is None
    assert cards.untie(PATIENT.enquiry(ON)) is False
    assert list((tmp_path / "terminal-patients").iterdir()) == []


def test_a_person_is_known_by_all_the_numbers_and_the_birthday(cards: PatientCards) -> None:
    cards.tie([CARD], PATIENT)
    for other in (ANOTHER, replace(PATIENT, branch="01"), replace(PATIENT, birth_date=date(1980, 4, 2))):
        assert cards.of_person(other.enquiry(ON)) is None
    assert cards.of_person(replace(PATIENT, number="１５").enquiry(ON)) == PATIENT


def test_nobody_reads_a_person_or_a_card_out_of_the_folder(cards: PatientCards, tmp_path: Path) -> None:
    cards.tie([CARD], PATIENT)
    files = list((tmp_path / "terminal-patients").iterdir())
    told = b"".join(file.read_bytes() + file.name.encode() for file in files)
    for secret in (b"P-00042", b"01139997", b"2100001", CARD.encode()):
        assert secret not in told
    assert (tmp_path / "terminal-patients").stat().st_mode & 0o777 == 0o700


def test_a_new_generation_of_the_site_key_finds_what_was_tied_before(cards: PatientCards, tmp_path: Path) -> None:
    cards.tie([CARD], PATIENT)
    renewed = PatientCards(tmp_path, KEY + OTHER_KEY)
    assert renewed.of([OTHER_CARD, CARD]) == PATIENT
    renewed.tie([OTHER_CARD, CARD], replace(PATIENT, reference="P-00050"))
    assert renewed.of([OTHER_CARD, CARD]) == replace(PATIENT, reference="P-00050")
    assert renewed.of([CARD]) is None


def test_what_is_spoiled_is_said_and_not_taken_for_nobody(cards: PatientCards, tmp_path: Path) -> None:
    cards.tie([CARD], PATIENT)
    for file in (tmp_path / "terminal-patients").iterdir():
        file.write_bytes(file.read_bytes()[:-1])
    for work in (
        lambda: cards.of([CARD]),
        lambda: cards.of_person(PATIENT.enquiry(ON)),
        lambda: cards.tie([CARD], ANOTHER),
    ):
        with pytest.raises(PatientCardsUnusable) as caught:
            work()
        assert "P-00042" not in str(caught.value)


def test_another_kiosks_site_key_reads_nothing(cards: PatientCards, tmp_path: Path) -> None:
    cards.tie([CARD], PATIENT)
    assert PatientCards(tmp_path, OTHER_KEY).of([CARD]) is None


def test_ties_are_bounded(tmp_path: Path) -> None:
    cards = PatientCards(tmp_path, KEY, most=1)
    cards.tie([CARD], PATIENT)
    cards.tie([OTHER_CARD], PATIENT)
    with pytest.raises(PatientCardsUnusable, match="too many"):
        cards.tie([CARD], ANOTHER)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "terminal-patients").write_text("in the way")
    with pytest.raises(PatientCardsUnusable):
        PatientCards(tmp_path, KEY).tie([CARD], PATIENT)


def test_a_tie_shows_nothing_of_a_person() -> None:
    assert "P-00042" not in repr(PATIENT) and "2100001" not in repr(PATIENT)

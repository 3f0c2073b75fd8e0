"""Who a finished visit was about: the member, and the clinic's 照会番号 if the 資格確認端末 gave one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.eligibility import Member
from kiosk.eligibility.terminal import Answer, Qualification, Status
from kiosk.reception.persons import person_for
from kiosk.results import NamedMember

NOW = datetime(2026, 11, 30, 1, 2, 3, tzinfo=UTC)
ONE = Qualification(reference="00042")


@pytest.mark.parametrize(
    ("results", "reference"),
    [((ONE,), "00042"), ((replace(ONE, reference=None),), ""), ((ONE, ONE), ""), ((), "")],
)
def test_the_number_of_the_one_person_of_an_answer_is_kept(
    member: Callable[..., Member], results: tuple[Qualification, ...], reference: str
) -> None:
    person = person_for(member(), None, NOW, Answer(Status.VALID, results=results))
    assert (person.name, person.reference) == ("土木 太郎", reference)
    assert NamedMember.of_bytes(person.to_bytes()) == person
    assert "reference" not in person.to_json(), "it is no field of the API"


def test_without_an_answer_there_is_no_number_and_an_older_record_has_none(member: Callable[..., Member]) -> None:
    person = person_for(member(), None, NOW)
    assert person.reference == ""
    assert NamedMember.of_bytes(person.to_bytes().replace(b', "reference": ""', b"")) == person

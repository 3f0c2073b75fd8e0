"""The invented people: right on any day, and each gets the decision that was typed by hand from the tables."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from cryptography import x509

from kiosk.decision import DEFAULT_POLICY, CardToday, Facts, LifeEvent, Need, Purpose, decide
from kiosk.eligibility.columns import COLUMNS, MAY_BE_LEFT_OUT, NAMES
from kiosk.eligibility.facts import CardSeen, facts_for
from kiosk.eligibility.model import Member, MemberId
from simulators.card import JPKI_AID, JpkiCardSimulator
from simulators.cards import ForeignCardSimulator
from simulators.people import (
    CardKind,
    FailureKind,
    Path,
    Persona,
    certificate_of,
    genuine_certificates,
    make_card,
    members_csv,
    people,
    persona,
    revoked_certificates,
)
from simulators.pki import user_authority

JAPAN = timezone(timedelta(hours=9))

DAYS = {
    "an ordinary day": date(2026, 11, 22),
    "the last day of the legacy cards": date(2025, 12, 1),
    "the year-end closure": date(2026, 12, 31),
    "new year": date(2027, 1, 1),
    "a leap day": date(2028, 2, 29),
    "after Golden Week": date(2027, 5, 6),
    "the end of a month": date(2030, 3, 31),
}
TODAY = DAYS["an ordinary day"]
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def member_of(person: Persona, on: date) -> Member:
    """Read the persona's line as the registry does."""
    assert person.member is not None
    values = {column.name: column.parse(person.member[column.name]) for column in COLUMNS}
    key = MemberId(*(str(values.pop(name)) for name in NAMES[:4]))
    return Member(
        id=key, **values, valid_from=on, confirmed_on=on, recorded_at=datetime.combine(on, datetime.min.time(), UTC)
    )  # type: ignore[arg-type]


def facts_of(person: Persona, on: date) -> Facts:
    """What the kiosk knows after reading the card, or after staff looked the member up."""
    visit = person.visit
    member = member_of(person, on)
    last_day = person.card.last_day if person.card else member.certificate_valid_until
    seen = None
    if person.path is Path.CARD or visit.card_today != "read":
        assert last_day is not None
        seen = CardSeen(last_day, last_day >= on, "good", CardToday(visit.card_today))
    facts = facts_for(
        member,
        on,
        policy=DEFAULT_POLICY,
        card=seen,
        bound_last_day=last_day,
        purpose=Purpose(visit.purpose),
        needs=[Need(need) for need in visit.needs],
        smartphone=visit.smartphone,
        phone_card=visit.phone_card,
        event=LifeEvent(visit.event) if visit.event else None,
    )
    assert isinstance(facts, Facts)
    return facts


DECIDED = [person.id for person in people(TODAY) if person.expected]


@pytest.mark.parametrize("on", DAYS.values(), ids=DAYS.keys())
@pytest.mark.parametrize("name", DECIDED)
def test_decision_is_the_one_typed_by_hand(name: str, on: date) -> None:
    person = persona(name, on)

    decision = decide(facts_of(person, on))

    expected = person.expected
    assert expected is not None
    assert (decision.applies, decision.usable, decision.reasons[0], decision.next_steps[0], decision.issue) == (
        expected.applies,
        expected.usable,
        expected.reason,
        expected.step,
        expected.issue,
    )


def test_every_row_of_the_decision_has_somebody() -> None:
    assert {person.row for person in people(TODAY)} == {"1", "2", "3a", "3b", "3c", "3d", "3e", "4", "-"}


@pytest.mark.parametrize(
    ("section", "values"),
    [
        ("event", set(LifeEvent)),
        ("purpose", set(Purpose)),
        ("card_today", set(CardToday)),
    ],
)
def test_every_value_of_the_visit_has_somebody(section: str, values: set[str]) -> None:
    assert {getattr(person.visit, section) for person in people(TODAY)} - {None} == values


@pytest.mark.parametrize("column", MAY_BE_LEFT_OUT)
def test_what_the_third_edition_added_to_the_register_has_somebody(column: str) -> None:
    with_it = [person for person in people(TODAY) if person.member and person.member[column] not in ("", "false")]
    assert [person.row for person in with_it if person.expected]


def test_a_subsidy_and_a_card_in_a_phone_have_somebody() -> None:
    visits = [person.visit for person in people(TODAY)]
    assert {need for visit in visits for need in visit.needs} >= {Need.HIGH_COST, Need.PUBLIC_SUBSIDY}
    assert any(visit.phone_card for visit in visits)


def test_every_failure_has_somebody() -> None:
    assert {person.failure for person in people(TODAY)} - {None} == set(FailureKind)


def test_each_has_an_outcome_of_one_kind() -> None:
    for person in people(TODAY):
        assert (person.expected is None) is (person.failure is not None) is (person.row == "-"), person.id
        assert (person.card is not None) is (person.path is Path.CARD), person.id


def test_ids_members_and_serials_are_distinct() -> None:
    everybody = people(TODAY)
    authority = user_authority(NOW)
    keys = [tuple(person.member[name] for name in NAMES[:4]) for person in everybody if person.member]
    certified = [person for person in everybody if person.card and person.card.kind is not CardKind.FOREIGN]
    serials = [certificate_of(person, authority).certificate.serial_number for person in certified]

    for found in ([person.id for person in everybody], keys, serials):
        assert len(set(found)) == len(found)


def test_registry_file_has_the_columns_of_the_interface_and_round_trips() -> None:
    rows = list(csv.DictReader(io.StringIO(members_csv(TODAY))))

    assert tuple(rows[0]) == NAMES
    assert len(rows) == sum(person.member is not None for person in people(TODAY))
    for row in rows:
        assert {column.name: column.text(column.parse(row[column.name])) for column in COLUMNS} == row


@pytest.mark.parametrize("name", [person.id for person in people(TODAY) if person.card])
def test_card_and_certificate_fit(name: str) -> None:
    person = persona(name, TODAY)
    assert person.card is not None

    card = make_card(person, user_authority(NOW), NOW)

    if person.card.kind is CardKind.FOREIGN:
        assert isinstance(card, ForeignCardSimulator)
        return
    assert isinstance(card, JpkiCardSimulator)
    certificate = x509.load_der_x509_certificate(card.contents.auth_certificate)
    same_key = certificate.public_key() == card.contents.auth_key.public_key()
    assert same_key is (person.card.kind is not CardKind.CLONE)
    assert certificate.not_valid_after_utc.astimezone(JAPAN).date() == person.card.last_day
    assert card.pin_tries_left == (0 if person.card.kind is CardKind.WITHOUT_PIN else person.card.tries)


def test_foreign_card_has_no_jpki_application() -> None:
    card = make_card(persona("foreign-card", TODAY), user_authority(NOW), NOW)
    card.power_on()

    assert card.transmit(b"\x00\xa4\x04\x0c\x0a" + JPKI_AID) == b"\x6a\x82"
    assert card.transmit(bytes.fromhex("00B08A0000")) == b"\x6d\x00"


def test_certificate_keeps_its_number_and_key_from_day_to_day() -> None:
    later = NOW + timedelta(days=400)
    today = certificate_of(persona("card-works", TODAY), user_authority(NOW)).certificate
    then = certificate_of(persona("card-works", later.date()), user_authority(later)).certificate

    assert (today.serial_number, today.issuer, today.public_key()) == (
        then.serial_number,
        then.issuer,
        then.public_key(),
    )


def test_certificates_to_bind_are_those_of_members_with_a_card() -> None:
    bound = genuine_certificates(user_authority(NOW), TODAY)

    assert "card-works" in bound and "clone" in bound
    assert not {"unknown-member", "forged", "foreign-card", "never-issued"} & set(bound)


def test_revocation_list_names_the_revoked_card_only() -> None:
    authority = user_authority(NOW)

    (revoked,) = revoked_certificates(authority, TODAY)

    assert revoked.serial_number == certificate_of(persona("revoked-card", TODAY), authority).certificate.serial_number


def test_person_without_a_card_has_none_to_make() -> None:
    with pytest.raises(ValueError, match="never-issued"):
        make_card(persona("never-issued", TODAY), user_authority(NOW), NOW)
    with pytest.raises(KeyError):
        persona("nobody", TODAY)


def test_names_and_pins_are_not_shown() -> None:
    shown = repr(people(TODAY))

    assert "トボク" not in shown and "9876" not in shown

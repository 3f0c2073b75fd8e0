"""Facts from the register and from the card, rule by rule (docs/decision.md, section of that name)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.decision import (
    DEFAULT_POLICY,
    CardStatus,
    CardToday,
    Certificate,
    Confirmation,
    Facts,
    FactsError,
    LifeEvent,
    Need,
    Policy,
    Purpose,
    Registration,
    decide,
)
from kiosk.eligibility import CardSeen, Member, MemberId, NotBornYet, PapersSeen, facts_for

MakeMember = Callable[..., Member]
DAY = date(2026, 6, 20)
LAST_DAY = date(2028, 5, 6)


def made(member: Member, on: date = DAY, **options: Any) -> Facts:
    facts = facts_for(member, on, policy=options.pop("policy", DEFAULT_POLICY), **options)
    assert isinstance(facts, Facts)
    return facts


def seen(
    revocation: Literal["good", "revoked", "not_checked"] = "not_checked",
    last_day: date = LAST_DAY,
    trusted: bool = True,
    today: CardToday = CardToday.READ,
) -> CardSeen:
    return CardSeen(last_day, trusted, revocation, today)


def test_columns_become_facts(member: MakeMember) -> None:
    facts = made(member())
    assert facts == Facts(
        on=DAY,
        birth_date=date(1980, 5, 6),
        acquired_on=date(2020, 4, 1),
        filed_on=date(2020, 4, 2),
        linked_on=date(2020, 4, 8),
        card=CardStatus.HELD,
        registration=Registration.REGISTERED,
        notice_held=True,
    )


def test_columns_that_are_unknown_have_the_defaults_of_the_facts(member: MakeMember) -> None:
    facts = made(member(my_number_reported="", confirmation_requested="", certificate="", certificate_valid_until=""))
    assert (facts.my_number_reported, facts.confirmation_requested) == (True, False)
    assert facts.certificate is Certificate.VALID


def test_the_visit_is_passed_on(member: MakeMember) -> None:
    facts = made(
        member(),
        purpose=Purpose.BENEFIT_CLAIM,
        needs=[Need.HIGH_COST],
        smartphone=True,
        event=LifeEvent.CARD_LOST,
    )
    assert (facts.purpose, facts.needs, facts.smartphone) == (Purpose.BENEFIT_CLAIM, (Need.HIGH_COST,), True)
    assert facts.event is LifeEvent.CARD_LOST


def test_an_event_that_cannot_be_is_refused(member: MakeMember) -> None:
    with pytest.raises(FactsError) as refused:
        made(member(), event=LifeEvent.REEMPLOYED)
    assert refused.value.field == "event"


@pytest.mark.parametrize(("on", "filed_on"), [("2026-06-19", None), ("2026-06-20", "2026-06-20")])
def test_a_filing_after_the_day_counts_as_none(member: MakeMember, on: str, filed_on: str | None) -> None:
    facts = made(member(filed_on="2026-06-20"), date.fromisoformat(on))
    assert facts.filed_on == (filed_on and date.fromisoformat(filed_on))


@pytest.mark.parametrize(
    ("issued_on", "held"),
    [("", False), ("2020-03-31", False), ("2020-04-01", True), ("2026-06-20", True), ("2026-06-21", False)],
)
def test_a_notice_counts_from_the_acquisition_up_to_the_day(member: MakeMember, issued_on: str, held: bool) -> None:
    assert made(member(notice_issued_on=issued_on)).notice_held is held


@pytest.mark.parametrize("issued_on", ["", "2020-04-01"])
@pytest.mark.parametrize("seen", [True, False])
def test_a_notice_that_staff_see_or_miss_counts_whatever_the_register_says(
    member: MakeMember, issued_on: str, seen: bool
) -> None:
    assert made(member(notice_issued_on=issued_on), papers=PapersSeen(notice=seen)).notice_held is seen


PRINTED = Confirmation(date(2026, 4, 1), date(2031, 3, 31))


@pytest.mark.parametrize(
    "known", [{}, {"confirmation_valid_from": "2024-12-02", "confirmation_valid_until": "2029-12-01"}]
)
@pytest.mark.parametrize(("seen", "held"), [(PRINTED, PRINTED), (False, None)])
def test_a_confirmation_counts_as_staff_see_it(
    member: MakeMember, known: dict[str, str], seen: Confirmation | Literal[False], held: Confirmation | None
) -> None:
    assert made(member(**known), papers=PapersSeen(confirmation=seen)).confirmation_held == held


@pytest.mark.parametrize("known", ["", "2025-12-01"])
@pytest.mark.parametrize(("seen", "until"), [(date(2025, 7, 31), date(2025, 7, 31)), (False, None)])
def test_an_old_card_counts_as_staff_see_it(
    member: MakeMember, known: str, seen: date | Literal[False], until: date | None
) -> None:
    assert made(member(legacy_card_until=known), papers=PapersSeen(legacy_card=seen)).legacy_card_until == until


def test_there_are_no_facts_before_the_day_of_birth(member: MakeMember) -> None:
    somebody = member(birth_date="2026-06-20", acquired_on="2026-06-20", notice_issued_on="")
    assert isinstance(facts_for(somebody, date(2026, 6, 19), policy=DEFAULT_POLICY), NotBornYet)
    assert made(somebody, date(2026, 6, 20)).birth_date == date(2026, 6, 20)


@pytest.mark.parametrize("value", ["valid", "unknown", "", "expired"])
def test_a_certificate_whose_last_day_has_passed_is_expired(member: MakeMember, value: str) -> None:
    facts = made(member(certificate=value, certificate_valid_until="2026-06-19"))
    assert (facts.certificate, facts.certificate_expired_on) == (Certificate.EXPIRED, date(2026, 6, 19))


@pytest.mark.parametrize(
    ("value", "state"),
    [("valid", Certificate.VALID), ("unknown", Certificate.UNKNOWN), ("", Certificate.VALID)],
)
def test_a_certificate_is_good_on_its_last_day(member: MakeMember, value: str, state: Certificate) -> None:
    facts = made(member(certificate=value, certificate_valid_until="2026-06-20"))
    assert (facts.certificate, facts.certificate_expired_on) == (state, None)


def test_expired_with_a_last_day_to_come_is_valid(member: MakeMember) -> None:
    facts = made(member(certificate="expired", certificate_valid_until="2026-06-20"))
    assert (facts.certificate, facts.certificate_expired_on) == (Certificate.VALID, None)


@pytest.mark.parametrize("last_day", ["", "2026-06-19", "2028-05-06"])
def test_revoked_stays_revoked(member: MakeMember, last_day: str) -> None:
    facts = made(member(certificate="revoked", certificate_valid_until=last_day))
    assert (facts.certificate, facts.certificate_expired_on) == (Certificate.REVOKED, None)


@pytest.mark.parametrize(
    ("registration", "ends_on"), [("cancelled", date(2026, 7, 31)), ("registered", None), ("unregistered", None)]
)
def test_the_end_of_the_registration_counts_only_when_it_is_cancelled(
    member: MakeMember, registration: str, ends_on: date | None
) -> None:
    facts = made(member(registration=registration, registration_ends_on="2026-07-31"))
    assert facts.registration_ends_on == ends_on


def test_the_confirmation_has_both_its_days(member: MakeMember) -> None:
    facts = made(member(confirmation_valid_from="2026-01-01", confirmation_valid_until="2030-12-31"))
    assert facts.confirmation_held == Confirmation(date(2026, 1, 1), date(2030, 12, 31))


def test_the_old_card_is_passed_on(member: MakeMember) -> None:
    assert made(member(legacy_card_until="2025-12-01")).legacy_card_until == date(2025, 12, 1)


@pytest.mark.parametrize("card", list(CardStatus))
def test_without_a_card_at_hand_the_register_stands(member: MakeMember, card: CardStatus) -> None:
    facts = made(member(card=card.value, certificate="unknown"), bound_last_day=LAST_DAY)
    assert (facts.card, facts.certificate, facts.card_today) == (card, Certificate.UNKNOWN, CardToday.READ)


@pytest.mark.parametrize("card", list(CardStatus))
def test_a_card_read_now_is_held_whatever_the_register_says(member: MakeMember, card: CardStatus) -> None:
    assert made(member(card=card.value), card=seen("good")).card is CardStatus.HELD


@pytest.mark.parametrize("today", list(CardToday))
def test_the_card_today_is_as_seen(member: MakeMember, today: CardToday) -> None:
    assert made(member(), card=seen("good", today=today)).card_today is today


def test_the_last_day_is_the_one_on_the_card(member: MakeMember) -> None:
    facts = made(member(certificate_valid_until="2026-06-01"), card=seen("good"))
    assert facts.certificate is Certificate.VALID
    facts = made(member(certificate_valid_until="2028-05-06"), card=seen("good", last_day=date(2026, 6, 19)))
    assert (facts.certificate, facts.certificate_expired_on) == (Certificate.EXPIRED, date(2026, 6, 19))


def test_revoked_by_crl_or_ocsp_is_revoked(member: MakeMember) -> None:
    assert made(member(), card=seen("revoked"), bound_last_day=LAST_DAY).certificate is Certificate.REVOKED


def test_revoked_by_the_feed_for_the_bound_key_is_revoked_however_old_its_word(member: MakeMember) -> None:
    somebody = member(date(2020, 6, 1), certificate="revoked")
    assert made(somebody, card=seen("good"), bound_last_day=LAST_DAY).certificate is Certificate.REVOKED


def test_the_feed_has_no_word_about_a_certificate_with_another_last_day(member: MakeMember) -> None:
    renewed = date(2031, 5, 6)
    for value in ("revoked", "valid"):
        facts = made(member(certificate=value), card=seen(last_day=renewed), bound_last_day=renewed)
        assert facts.certificate is Certificate.UNKNOWN


def test_the_feed_has_no_word_about_a_card_that_is_not_bound(member: MakeMember) -> None:
    assert made(member(certificate="revoked"), card=seen("good")).certificate is Certificate.VALID
    assert made(member(certificate="valid"), card=seen()).certificate is Certificate.UNKNOWN


@pytest.mark.parametrize(
    ("days", "state"), [(0, Certificate.VALID), (45, Certificate.VALID), (46, Certificate.UNKNOWN)]
)
def test_the_word_valid_of_the_feed_counts_for_45_days(member: MakeMember, days: int, state: Certificate) -> None:
    somebody = member(DAY - timedelta(days=days))
    assert made(somebody, card=seen(), bound_last_day=LAST_DAY).certificate is state


def test_how_long_the_feed_counts_is_policy(member: MakeMember) -> None:
    somebody = member(DAY - timedelta(days=2))
    facts = made(somebody, card=seen(), bound_last_day=LAST_DAY, policy=Policy(feed_valid_days=1))
    assert facts.certificate is Certificate.UNKNOWN


@pytest.mark.parametrize("value", ["unknown", "expired", ""])
def test_only_the_word_valid_of_the_feed_makes_valid(member: MakeMember, value: str) -> None:
    facts = made(member(certificate=value), card=seen(), bound_last_day=LAST_DAY)
    assert facts.certificate is Certificate.UNKNOWN


def test_crl_or_ocsp_alone_make_valid(member: MakeMember) -> None:
    assert made(member(certificate="unknown"), card=seen("good")).certificate is Certificate.VALID


def test_an_untrusted_chain_is_never_valid(member: MakeMember) -> None:
    facts = made(member(), card=seen("good", trusted=False), bound_last_day=LAST_DAY)
    assert facts.certificate is Certificate.UNKNOWN


_DAYS = st.dates(date(1868, 1, 1), date(2199, 12, 31))
_MAYBE = st.none() | _DAYS


@st.composite
def members(draw: st.DrawFn) -> Member:
    """Return a strategy for members with any values that a member file may have."""
    birth, acquired, lost = sorted(draw(st.tuples(_DAYS, _DAYS, _DAYS)))
    first, last = sorted(draw(st.tuples(_DAYS, _DAYS)))
    held = draw(st.booleans())
    until = draw(_MAYBE)
    certificates = [None, *(code for code in Certificate if until or code is not Certificate.EXPIRED)]
    return Member(
        MemberId("133033", "", "1", "00"), "", "", birth, None, None, "", "", "", "", acquired,
        draw(st.sampled_from([None, lost])), None, "", draw(_MAYBE), draw(st.none() | st.booleans()), draw(_MAYBE),
        draw(st.sampled_from(CardStatus)), draw(st.sampled_from(certificates)), until,
        draw(st.sampled_from(Registration)), draw(_MAYBE), draw(st.none() | st.booleans()), draw(_MAYBE),
        first if held else None, last if held else None, draw(_MAYBE),
        *(draw(st.booleans()) for _ in range(4)), draw(_MAYBE), date(2020, 1, 1),
        draw(st.datetimes(timezones=st.just(None))), draw(_DAYS),
    )  # fmt: skip


_CARDS = st.none() | st.builds(
    CardSeen, _DAYS, st.booleans(), st.sampled_from(["good", "revoked", "not_checked"]), st.sampled_from(CardToday)
)


FLAGS = ("information_withheld", "special_consideration", "pays_in_full", "card_without_pin")


@pytest.mark.parametrize("name", FLAGS)
def test_what_the_insurer_says_of_the_person_is_a_fact(member: MakeMember, name: str) -> None:
    for value in (True, False):
        assert getattr(made(member(**{name: str(value).lower()})), name) is value


def test_the_end_of_a_stay_is_a_fact(member: MakeMember) -> None:
    assert made(member(stay_until="2026-12-31")).stay_until == date(2026, 12, 31)
    assert made(member()).stay_until is None


def test_a_card_that_is_read_shows_that_it_has_no_pin_and_never_that_it_has_one(member: MakeMember) -> None:
    assert made(member(), card=replace(seen(), without_pin=True)).card_without_pin
    assert made(member(card_without_pin="true"), card=seen()).card_without_pin
    assert not made(member(), card=seen()).card_without_pin


def test_only_the_visitor_tells_of_a_card_in_a_phone(member: MakeMember) -> None:
    assert made(member(), phone_card=True).phone_card
    assert not made(member()).phone_card


@given(members(), _DAYS, _CARDS, _MAYBE)
def test_whatever_stands_in_the_register_the_facts_are_possible(
    member: Member, on: date, card: CardSeen | None, bound_last_day: date | None
) -> None:
    facts = facts_for(member, on, policy=DEFAULT_POLICY, card=card, bound_last_day=bound_last_day)
    if isinstance(facts, NotBornYet):
        assert on < member.birth_date
    else:
        assert decide(facts).reasons

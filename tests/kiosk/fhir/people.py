"""Members and answers for the tests of what is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from kiosk.decision import DEFAULT_POLICY, CardStatus, Facts, Registration, decide, published
from kiosk.eligibility import KeyQuery, Member, MemberId, Relationship, Sex, facts_for
from kiosk.eligibility.sources import EligibilitySource
from kiosk.fhir import ResourceForm
from kiosk.fhir.requests import EligibilityQuestion
from kiosk.fhir.response import response_of
from kiosk.reception import ProgramAnswer
from kiosk.reception.visit.eligibility import AskedSource

NOW = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 30)

TARO = Member(
    id=MemberId("133033", "71-0000", "000001", "00"),
    name="土木 太郎",
    kana="ドボク タロウ",
    birth_date=date(1985, 8, 22),
    sex=Sex.MALE,
    relationship=Relationship.SELF,
    household_head="土木 太郎",
    postal_code="102-0093",
    address="東京都千代田区模擬町一丁目",
    employer="土木建設",
    acquired_on=date(2020, 4, 1),
    lost_on=None,
    copay_percent=30,
    limit_class="ウ",
    filed_on=date(2020, 4, 3),
    my_number_reported=True,
    linked_on=date(2020, 4, 10),
    card=CardStatus.HELD,
    certificate=None,
    certificate_valid_until=None,
    registration=Registration.REGISTERED,
    registration_ends_on=None,
    confirmation_requested=None,
    notice_issued_on=date(2020, 4, 20),
    confirmation_valid_from=None,
    confirmation_valid_until=None,
    legacy_card_until=None,
    information_withheld=False,
    special_consideration=False,
    pays_in_full=False,
    card_without_pin=False,
    stay_until=None,
    valid_from=TODAY,
    recorded_at=NOW,
    confirmed_on=TODAY,
)

QUESTION = EligibilityQuestion(KeyQuery.of("133033", "71-0000", "000001", "00"), None, ["validation"], None, None)


def judged(member: Member, on: date = TODAY) -> ProgramAnswer:
    """Return what a program is answered about a member by the register."""
    facts = facts_for(member, on, policy=DEFAULT_POLICY)
    assert isinstance(facts, Facts)
    decision = published(decide(facts, DEFAULT_POLICY), facts)
    source = AskedSource(EligibilitySource.REGISTRY, NOW)
    return ProgramAnswer(on, member, decision=decision, source=source, insured_from=member.acquired_on)


def response(answer: ProgramAnswer, question: EligibilityQuestion = QUESTION, form: ResourceForm | None = None) -> Any:
    """Return the JSON of the answer to a question."""
    return json.loads(response_of(answer, question, NOW, form or ResourceForm()).model_dump_json())


def texts(value: Any) -> Iterator[str]:
    """Yield every name and every text in a JSON value."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    for one in value if isinstance(value, list) else ():
        yield from texts(one)
    if isinstance(value, str):
        yield value


def changed(**values: Any) -> Member:
    """Return 土木 太郎 with other values."""
    return replace(TARO, **values)

"""顔認証マイナンバーカード: that a card has no 暗証番号 is seen on the card, and is a fact of this visit."""

from __future__ import annotations

import pytest

from kiosk.decision import CardToday, NextStep
from kiosk.reception import Asked, Screen, StaffAct
from tests.kiosk.reception.sites import Site

pytestmark = pytest.mark.anyio
AT_READER, ANYWHERE = NextStep.REGISTER_CARD_AT_READER, NextStep.REGISTER_CARD


async def test_the_visit_remembers_it(site: Site) -> None:
    site.put("without-pin")
    waiting = await site.until(Screen.STAFF_CHECK)
    await site.desk.confirm(StaffAct("hanako", "card_without_pin"), waiting.sequence)
    decision = (await site.until(Screen.RESULT_CONFIRMATION)).decision
    assert decision is not None
    assert AT_READER in decision.next_steps and ANYWHERE not in decision.next_steps


async def test_staff_who_look_the_person_up_get_the_same_answer(site: Site) -> None:
    found = await site.found("without-pin")
    before = await site.desk.decide(found, Asked(card_today=CardToday.READ), "hanako")
    assert ANYWHERE in before.next_steps
    site.put("without-pin")
    await site.until(Screen.STAFF_CHECK)
    with_card = await site.desk.decide(found, Asked(card_today=CardToday.READ), "hanako")
    assert AT_READER in with_card.next_steps and ANYWHERE not in with_card.next_steps


async def test_a_card_with_a_number_says_nothing_of_the_kind(site: Site) -> None:
    decision = (await site.prove("unregistered", Screen.RESULT_CONFIRMATION)).decision
    assert decision is not None and ANYWHERE in decision.next_steps

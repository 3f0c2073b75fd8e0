"""Which visits end, and what is left of each for other programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.decision import Document, Purpose
from kiosk.failures import Code
from kiosk.identity import Level
from kiosk.reception import ChoosePurpose, Ended, Finish, OpenGuide, Require, Rules, Screen, StaffConfirm, StateName
from kiosk.reception.desk import Asked, Seen
from kiosk.results import pseudonym
from simulators.demo import Stage
from simulators.people import persona
from tests.kiosk.reception.sites import Site, open_site

pytestmark = pytest.mark.anyio
QUICK = Rules(farewell=0.05)


def followed(site: Site) -> list[Ended]:
    """Return a list that gets every visit that ends."""
    ended: list[Ended] = []
    site.reception.on_end(ended.append)
    return ended


async def test_a_visit_with_an_answer_ends_with_that_when_the_card_is_taken(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path, rules=QUICK) as site:
        ended = followed(site)
        shown = await site.prove("card-works", Screen.RESULT_CARD)
        assert ended == []
        site.readers.take()
        farewell = await site.until(Screen.FAREWELL)
        (one,) = ended
        assert (one.view.identifier, one.view.state) == (shown.identifier, StateName.RESULT)
        assert (one.view.decision, one.view.member) == (shown.decision, shown.member)
        assert (one.view.at, one.view.sequence) == (farewell.at, farewell.sequence)
        assert (one.view.masked_name, one.view.for_staff) == ("", None)
        assert farewell.identifier == shown.identifier
        idle = await site.until(Screen.IDLE)
        assert idle.identifier != shown.identifier
    assert len(ended) == 1


async def test_the_person_is_the_member_and_the_pseudonym_is_theirs(stage: Stage, tmp_path: Path) -> None:
    cells = persona("card-works", stage.on).member
    assert cells is not None
    async with open_site(stage, tmp_path) as site:
        ended = followed(site)
        view = await site.prove("card-works", Screen.RESULT_CARD)
        person = site.reception.person
        assert person is not None
        assert all(person.to_json()[name] == cells[name] for name in ("number", "name", "kana", "birth_date", "sex"))
        member = ":".join(cells[name] for name in ("insurer_number", "symbol", "number", "branch"))
        assert view.member == pseudonym(member, site.service.site_key)
        assert view.member not in {entry["member"] for entry in site.entries("visit")}
        site.readers.take()
        await site.until(Screen.FAREWELL)
        assert site.reception.person is None
    assert ended[0].person == person


async def test_a_new_answer_of_the_same_visit_takes_the_place_of_the_first(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        ended = followed(site)
        first = await site.prove("card-works", Screen.RESULT_CARD)
        await site.reception.act(ChoosePurpose(action="purpose", purpose=Purpose.HEALTH_PROGRAM))
        second = await site.showing(lambda view: view.purpose is Purpose.HEALTH_PROGRAM and view.decision is not None)
        assert (second.identifier, second.visit) == (first.identifier, first.visit + 1)
        site.readers.take()
        await site.until(Screen.FAREWELL)
    assert [one.view.purpose for one in ended] == [Purpose.HEALTH_PROGRAM]


async def test_who_proved_nothing_is_named_to_nobody(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path, rules=Rules(require=Require.PRESENTED)) as site:
        ended = followed(site)
        site.put("card-works")
        view = await site.until(Screen.RESULT_CARD)
        assert (view.level, site.reception.person) == (Level.PRESENTED, None)
        site.readers.take()
        await site.until(Screen.FAREWELL)
    assert [(one.view.level, one.person) for one in ended] == [(Level.PRESENTED, None)]


async def test_a_failure_ends_with_its_code(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path, rules=QUICK) as site:
        ended = followed(site)
        site.put("revoked-card")
        await site.until(Screen.CERTIFICATE_REVOKED)
        site.readers.take()
        await site.until(Screen.IDLE)
    assert [one.view.failure and one.view.failure.code for one in ended] == [Code.CERTIFICATE_REVOKED]


async def test_a_failure_that_staff_mend_is_the_same_visit(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        ended = followed(site)
        site.put("pin-blocked")
        blocked = await site.until(Screen.PIN_BLOCKED)
        await site.reception.act(StaffConfirm(action="staff_confirm", staff="hanako", reason="pin_blocked"))
        await site.until(Screen.RESULT_CARD)
        site.readers.take()
        await site.until(Screen.FAREWELL)
    assert [(one.view.identifier, one.view.level) for one in ended] == [(blocked.identifier, Level.STAFF_CONFIRMED)]


async def test_who_gives_up_before_an_answer_ends_where_they_were(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        ended = followed(site)
        site.put("card-works")
        await site.until(Screen.PIN)
        await site.reception.act(Finish(action="finish"))
        await site.until(Screen.TAKE_CARD)
        site.readers.take()
        await site.until(Screen.IDLE)
    assert [(one.view.state, one.view.decision, one.person) for one in ended] == [(StateName.PIN, None, None)]


async def test_a_guide_without_a_card_is_no_visit_of_anybody(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        ended = followed(site)
        await site.reception.act(OpenGuide(action="guide"))
        await site.until(Screen.GUIDE_CARD)
        await site.reception.act(Finish(action="finish"))
        await site.until(Screen.IDLE)
    assert ended == []


async def test_an_answer_that_staff_show_is_a_visit_with_its_person(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        ended = followed(site)
        found, asked = await site.found("card-works"), Asked()
        decision = await site.desk.decide(found, asked, "hanako")
        await site.desk.show(found, asked, decision, Seen.PASSPORT, "hanako", site.sequence)
        shown = await site.showing(lambda view: view.looked_up)
        await site.reception.act(Finish(action="finish"))
        await site.until(Screen.IDLE)
    (one,) = ended
    assert (one.view.identifier, one.view.level) == (shown.identifier, Level.STAFF_CONFIRMED)
    assert one.person is not None and one.person.number == found.member.id.number
    assert one.view.decision is not None and one.view.decision.applies in Document


async def test_a_card_that_takes_the_place_of_another_ends_its_visit(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        ended = followed(site)
        first = await site.prove("card-works", Screen.RESULT_CARD)
        site.readers.take()
        site.put("card-works")
        second = await site.until(Screen.PIN)
        assert second.identifier != first.identifier
    assert [one.view.identifier for one in ended] == [first.identifier, second.identifier]


async def test_the_end_of_the_service_ends_the_visit_that_is_on(stage: Stage, tmp_path: Path) -> None:
    async with open_site(stage, tmp_path) as site:
        ended = followed(site)
        await site.prove("card-works", Screen.RESULT_CARD)
    assert [one.view.state for one in ended] == [StateName.RESULT]

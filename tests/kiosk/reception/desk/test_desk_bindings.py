"""Cards that staff bind to members, and unbind: never one card to two members."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from kiosk.eligibility import BindingRefused, Registry, RegistryBusy, RegistryError
from kiosk.identity import Level
from kiosk.reception import (
    DeskProblem,
    DeskRefused,
    EnterPin,
    FoundMember,
    Screen,
    Seen,
)
from simulators.demo import Stage
from simulators.people import make_card, persona
from tests.kiosk.reception.sites import Site, open_site, refused

pytestmark = pytest.mark.anyio


@pytest.mark.both_databases
async def test_a_card_nobody_knew_is_bound_and_the_visit_goes_on_without_putting_it_down_again(site: Site) -> None:
    await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
    assert site.desk.picture().may_bind
    found = await site.found("unreadable-phone")
    bound = await site.desk.bind(found, Seen.DRIVERS_LICENCE, "hanako", site.sequence)
    result = await site.until(Screen.RESULT_CARD)
    assert (result.level, result.masked_name) == (Level.CONFIRMED, "カ＊＊ ユ＊＊ 様")
    assert bound.binding is not None and bound.binding.bound_by == "hanako:drivers_licence"
    act = site.acts()[-1]
    assert (act["act"], act["staff"], act["detail"]) == ("bound", "hanako", "drivers_licence")
    assert act["member"] and "133033" not in str(act) and "豊" not in str(act)


@pytest.mark.both_databases
async def test_a_renewed_card_takes_over_and_an_undo_keeps_the_history(site: Site) -> None:
    await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
    found = await site.found("card-works")
    former = found.binding
    assert former is not None, "the former card is offered to staff, and to nobody else"
    bound = await site.desk.bind(found, Seen.MY_NUMBER_CARD, "hanako", site.sequence)
    await site.until(Screen.RESULT_CARD)
    after = await site.desk.unbind(bound, "jiro")
    assert after.binding is None and len(after.bindings) == 2
    assert [binding.ended_by for binding in after.bindings] == ["hanako:my_number_card", "jiro"]
    assert await refused(site.desk.unbind(after, "jiro")) is DeskProblem.NOTHING_BOUND


@pytest.mark.both_databases
async def test_a_card_that_lives_with_one_member_is_never_bound_to_another(site: Site) -> None:
    site.put("card-works")
    await site.until(Screen.PIN)
    other = await site.found("unreadable-phone")
    assert await refused(site.desk.bind(other, Seen.PASSPORT, "hanako", site.sequence)) is (
        DeskProblem.BOUND_TO_ANOTHER
    )
    assert "bound" not in [act["act"] for act in site.acts()]


@pytest.mark.both_databases
async def test_two_kiosks_of_one_register_never_give_one_card_to_two_members(stage: Stage, tmp_path: Path) -> None:
    """The very card lies on both readers at the same instant, as if one of them were relayed."""

    (tmp_path / "other").mkdir()
    async with open_site(stage, tmp_path) as one, open_site(stage, tmp_path / "other") as other:
        card = make_card(persona("unknown-member", stage.on), stage.authority, stage.now)
        for site in (one, other):
            site.readers.put(card)
            await site.until(Screen.PIN)
        wanted = [await one.found("unreadable-phone"), await other.found("card-works-elderly")]
        bindings = (
            site.desk.bind(found, Seen.PASSPORT, "hanako", site.sequence)
            for site, found in zip((one, other), wanted, strict=True)
        )
        outcomes = await asyncio.gather(*bindings, return_exceptions=True)
        (refusal,) = (outcome for outcome in outcomes if isinstance(outcome, DeskRefused))
        assert refusal.problem is DeskProblem.BOUND_TO_ANOTHER
        (bound,) = (outcome for outcome in outcomes if isinstance(outcome, FoundMember))
        after = [await one.desk.again(found) for found in wanted]
        assert [found for found in after if found.binding and found.binding.bound_by == "hanako:passport"] == [bound]
        assert {act["act"] for act in (*one.acts(), *other.acts())} <= {"sought", "bound", "refused"}


@pytest.mark.parametrize("who", ["forged", "revoked-card", "foreign-card", "clone"])
async def test_a_card_that_is_not_genuine_cannot_be_bound(site: Site, who: str) -> None:
    site.put(who)
    if who == "clone":
        await site.until(Screen.PIN)
        await site.reception.act(EnterPin(action="pin", pin="1234"))
    await site.until(Screen.NOT_GENUINE, Screen.CERTIFICATE_REVOKED, Screen.NOT_MY_NUMBER_CARD, Screen.CARD_UNREADABLE)
    found = await site.found("unreadable-phone")
    problem = await refused(site.desk.bind(found, Seen.PASSPORT, "hanako", site.sequence))
    assert problem is DeskProblem.NO_CARD_TO_BIND


async def test_the_card_of_another_visit_is_never_bound(site: Site) -> None:
    await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
    seen = site.sequence
    found = await site.found("unreadable-phone")
    site.readers.take()
    await site.until(Screen.IDLE)
    site.put("pin-last-try")
    await site.until(Screen.PIN_LAST_TRY)
    assert await refused(site.desk.bind(found, Seen.PASSPORT, "hanako", seen)) is DeskProblem.SCREEN_CHANGED


@pytest.mark.parametrize(
    ("error", "problem", "afterwards"),
    [
        (BindingRefused("taken meanwhile"), DeskProblem.BOUND_TO_ANOTHER, ("refused", "bound.bound_to_another")),
        (RegistryBusy("an import"), DeskProblem.REGISTER_DOWN, ("refused", "bound.register_down")),
        (RegistryError("gone after COMMIT"), DeskProblem.UNSURE, ("unsure", "bound")),
    ],
)
async def test_a_binding_that_the_register_did_not_take_does_not_stand_in_the_journal_as_done(
    site: Site, mocker: Any, error: Exception, problem: DeskProblem, afterwards: tuple[str, str]
) -> None:
    await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
    found = await site.found("unreadable-phone")
    mocker.patch.object(Registry, "bind", side_effect=error)
    assert await refused(site.desk.bind(found, Seen.PASSPORT, "hanako", site.sequence)) is problem
    assert site.reception.view.screen is Screen.UNKNOWN_MEMBER
    written, told = site.acts()[-2:]
    assert (written["act"], (told["act"], told["detail"])) == ("bound", afterwards)
    assert told["member"] == written["member"]


async def test_a_binding_that_takes_too_long_is_not_called_undone_and_the_history_tells(
    site: Site, mocker: Any
) -> None:
    await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
    found = await site.found("unreadable-phone")
    answers, ended, bind = threading.Event(), threading.Event(), Registry.bind

    def late(*given: Any, **named: Any) -> None:
        answers.wait(20)
        bind(*given, **named)
        ended.set()

    mocker.patch("kiosk.reception.desk.acting._WRITE_LIMIT", 0.2)
    mocker.patch.object(Registry, "bind", late)
    assert await refused(site.desk.bind(found, Seen.PASSPORT, "hanako", site.sequence)) is DeskProblem.UNSURE
    assert [act["act"] for act in site.acts()[-2:]] == ["bound", "unsure"]
    answers.set()
    assert await asyncio.to_thread(ended.wait, 20)
    after = await site.desk.again(found)
    assert after.binding is not None and after.binding.bound_by == "hanako:passport"


async def test_what_is_done_but_cannot_be_read_back_is_not_called_undone(site: Site, mocker: Any) -> None:
    found = await site.found("card-works")
    mocker.patch.object(Registry, "member", side_effect=[found.member, RegistryError("gone")])
    assert await refused(site.desk.unbind(found, "hanako")) is DeskProblem.UNSURE
    assert site.acts()[-1]["act"] == "unbound"


async def test_a_tie_that_staff_have_not_seen_is_neither_ended_nor_replaced(site: Site) -> None:
    await site.prove("unknown-member", Screen.UNKNOWN_MEMBER)
    former = await site.found("card-works")
    unbound = await site.desk.unbind(former, "hanako")
    stale = site.desk.bind(former, Seen.PASSPORT, "hanako", site.sequence)
    assert await refused(stale) is DeskProblem.BINDINGS_CHANGED
    bound = await site.desk.bind(unbound, Seen.PASSPORT, "jiro", site.sequence)
    for page in (former, unbound):
        assert await refused(site.desk.unbind(page, "hanako")) is DeskProblem.BINDINGS_CHANGED
    assert await site.desk.again(bound) == bound
    assert [act["act"] for act in site.acts()[-2:]] == ["unbound", "bound"]

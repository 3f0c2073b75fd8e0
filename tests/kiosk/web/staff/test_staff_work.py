"""What staff do with a member at the desk, through the API and the page's parts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from kiosk import TOKYO
from kiosk.eligibility import MemberQuery
from kiosk.reception import DeskProblem, DeskRefused
from kiosk.staff import StaffSession
from kiosk.wareki import wareki
from kiosk.web.staff.actions import Find
from kiosk.web.staff.refusals import MESSAGES
from kiosk.web.staff.work import DONE, perform
from kiosk.web.staff.written_day import written_day
from simulators.people import persona
from tests.kiosk.web.staff.desk_work import MY_NUMBER, TARO, act, birth_date_of, find, find_taro, number_shown, work

pytestmark = pytest.mark.anyio

SHOWN = {"seen": "passport", "identified": True}


def printed(first: str, last: str) -> dict[str, object]:
    return {"confirmation_here": True, "confirmation_from": first, "confirmation_until": last}


async def test_one_member_found_is_answered_at_once(site: Any, staff: httpx.AsyncClient) -> None:
    answer = await find_taro(site, staff)
    assert (answer.status_code, answer.json()["message"]) == (200, "1人見つかりました。")
    assert "土木" not in answer.text, "what is personal stands in the page alone"
    page = await work(staff)
    assert "土木 太郎" in page and "受診できます" not in page.split("土木")[0]
    assert '"act":"looked_up"' in site.journal() and "土木" not in site.journal() and "000101" not in site.journal()


async def test_nobody_found_is_said_so_and_the_member_before_is_gone(site: Any, staff: httpx.AsyncClient) -> None:
    await find_taro(site, staff)
    answer = await act(staff, "find", symbol="71-0001", number="999999", birth_date="1980-01-01")
    assert answer.json()["message"] == "該当する加入者は見つかりませんでした。"
    assert "土木" not in await work(staff)


async def test_a_search_that_is_refused_also_forgets_the_member_before(site: Any, staff: httpx.AsyncClient) -> None:
    await find_taro(site, staff)
    assert (await act(staff, "find", symbol="71-0001", number="1", birth_date="never")).status_code == 422
    assert "土木" not in await work(staff)


async def test_what_was_asked_changes_the_answer(site: Any, staff: httpx.AsyncClient) -> None:
    await find_taro(site, staff)
    await act(staff, "ask", card_today="not_here", purpose="visit")
    absent = await work(staff)
    await act(staff, "ask", card_today="unreadable", smartphone=True)
    assert await work(staff) != absent
    assert "スマートフォン" in await work(staff)


async def test_a_notice_that_was_left_at_home_is_not_asked_for(site: Any, staff: httpx.AsyncClient) -> None:
    await find_taro(site, staff)
    await act(staff, "ask", card_today="unreadable")
    assert "申立書」を書いて" not in await work(staff)
    await act(staff, "ask", card_today="unreadable", notice_here=False)
    page = await work(staff)
    assert "申立書」を書いて" in page
    assert '<option value="false" selected>いま手元にない</option>' in page
    assert (await act(staff, "ask", notice_here="perhaps")).status_code == 422


async def test_days_printed_on_a_paper_are_read_as_people_write_them(site: Any, staff: httpx.AsyncClient) -> None:
    await find(site, staff, "never-issued")
    days = printed("令和8年4月1日", "Ｒ１３．３．３１")
    answer = await act(staff, "ask", **days, legacy_card_here=True, legacy_card_until="R7.12.1")
    assert answer.status_code == 200
    page = await work(staff)
    for name, day in (("confirmation_until", "令和13年3月31日"), ("legacy_card_until", "令和7年12月1日")):
        assert re.search(rf'name="{name}"[^>]* value="{day}"', page)
    assert 'class="outcome outcome--confirmation"' in page and "ほかの条件（2）" in page


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"confirmation_here": True}, "confirmation_days"),
        ({"confirmation_here": True, "confirmation_from": "R8.4.1"}, "confirmation_days"),
        (printed("R8.4.1", "R9.2.30"), "confirmation_days"),
        (printed("R8.4.1", "R8.3.31"), "confirmation_days"),
        (printed("1700-1-1", "R9.1.1"), "confirmation_days"),
        ({"legacy_card_here": True}, "legacy_card_day"),
        ({"legacy_card_here": True, "legacy_card_until": "<b>"}, "legacy_card_day"),
        ({"legacy_card_here": True, "legacy_card_until": "9999-12-31"}, "legacy_card_day"),
        ({"legacy_card_until": MY_NUMBER}, "my_number"),
        ({"confirmation_from": "１２３４　５６７８　９０１８"}, "my_number"),
        ({"confirmation_until": "x" * 201}, "invalid"),
        ({"confirmation_here": "perhaps"}, "invalid"),
    ],
    ids=str,
)
async def test_days_that_no_paper_shows_are_refused_and_nothing_of_them_kept(
    site: Any, staff: httpx.AsyncClient, body: dict[str, object], code: str
) -> None:
    await find_taro(site, staff)
    before = await work(staff)
    answer = await act(staff, "ask", **body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert await work(staff) == before


async def test_what_cannot_be_done_today_is_never_in_the_colour_of_a_document(
    site: Any, staff: httpx.AsyncClient
) -> None:
    await find_taro(site, staff)
    for card_today, colour in (("read", "card"), ("not_here", "no")):
        await act(staff, "ask", card_today=card_today)
        assert f'class="outcome outcome--{colour}"' in await work(staff)


async def test_work_is_each_person_s_own(site: Any, staff: httpx.AsyncClient) -> None:
    site.accounts.add("jiro", "窓口 次郎", "umi-to-yama-7")
    await find_taro(site, staff)
    async with site.client() as other:
        await other.post("/api/v1/session", json={"name": "jiro", "password": "umi-to-yama-7"})
        assert "土木" not in await work(other)
        refused = await act(other, "unbind")
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "nobody_chosen")


@pytest.mark.parametrize(
    ("action", "more"),
    [("choose", {"choice": 0}), ("ask", {}), ("show", SHOWN), ("bind", SHOWN), ("unbind", {})],
)
async def test_a_tab_that_still_shows_the_member_before_acts_on_nobody(
    site: Any, staff: httpx.AsyncClient, action: str, more: dict[str, object]
) -> None:
    """The two tabs of a browser share one session: in the second one staff went on to somebody else."""
    await find_taro(site, staff)
    first_tab = await number_shown(staff)
    await find(site, staff, "card-works-elderly")
    journal = site.journal()
    screen = {"sequence": site.desk.reception.view.sequence} if more is SHOWN else {}
    refused = await act(staff, action, work=first_tab, **screen, **more)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "work_changed")
    assert site.journal() == journal


async def test_what_is_shown_is_the_answer_that_staff_saw(site: Any, staff: httpx.AsyncClient) -> None:
    await find_taro(site, staff)
    seen = await number_shown(staff)
    await act(staff, "ask", purpose="benefit_claim")
    refused = await act(staff, "show", work=seen, sequence=site.desk.reception.view.sequence, **SHOWN)
    assert refused.json()["error"]["code"] == "work_changed"


@pytest.mark.parametrize("left", ["clear", "lock"])
async def test_a_search_that_ends_after_the_desk_was_left_brings_nobody_back(
    site: Any, staff: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    found_at_once = site.desk.find

    async def slow(*args: object) -> object:
        found = await found_at_once(*args)
        if left == "clear":
            session.work = None
        else:
            session.work, session.locked = None, True
        return found

    session = StaffSession(site.accounts.find("hanako"), 0.0, 0.0, "token")
    monkeypatch.setattr(site.desk, "find", slow)
    body = Find(action="find", **{**TARO, "birth_date": birth_date_of(site, "card-works")})
    await perform(site.desk, None, session, body, site.settings.insurer_number)
    assert session.work is None


async def test_clearing_forgets(site: Any, staff: httpx.AsyncClient) -> None:
    await find_taro(site, staff)
    await act(staff, "clear")
    assert "土木" not in await work(staff)


async def test_undo_is_shown_with_its_history(site: Any, staff: httpx.AsyncClient) -> None:
    await find_taro(site, staff)
    assert (await act(staff, "unbind")).json()["message"] == DONE["unbind"]
    page = await work(staff)
    assert "simulation" in page and "終了" in page
    assert (await act(staff, "unbind")).json()["error"]["code"] == "nothing_bound"


@pytest.mark.parametrize(("who", "register_answers"), [("card-works-elderly", True), ("certificate-in-grace", False)])
async def test_an_act_that_may_be_done_is_said_so_and_nothing_old_stays_on_the_page(
    site: Any, staff: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, who: str, register_answers: bool
) -> None:
    unbind = site.desk.unbind

    async def done_but_unsure(*given: Any) -> None:
        await unbind(*given)
        if not register_answers:
            monkeypatch.setattr(site.desk, "again", unanswered)
        raise DeskRefused(DeskProblem.UNSURE)

    async def unanswered(_: object) -> None:
        raise DeskRefused(DeskProblem.REGISTER_DOWN)

    await find(site, staff, who)
    monkeypatch.setattr(site.desk, "unbind", done_but_unsure)
    answer = await act(staff, "unbind")
    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "unsure")
    assert "履歴を見て" in answer.json()["error"]["message"]
    page = await work(staff)
    assert ("終了" in page) == register_answers
    assert ("置かれているカードを登録する" in page) == register_answers, "no longer bound, or nobody chosen"


async def test_an_answer_that_holds_no_more_is_shown_to_staff_first(site: Any, staff: httpx.AsyncClient) -> None:
    await find(site, staff, "never-issued")
    tomorrow, service = datetime.now(UTC) + timedelta(days=1), site.desk._looking_up.service
    until = wareki(datetime.now(TOKYO).date())
    await act(staff, "ask", **printed("令和8年1月1日", until))
    service.now = lambda: tomorrow
    assert 'class="outcome outcome--confirmation"' in await work(staff)
    sequence = site.desk.reception.view.sequence
    refused = await act(staff, "show", sequence=sequence, **SHOWN)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "answer_changed")
    assert 'class="outcome outcome--no"' in await work(staff)
    assert (await act(staff, "show", sequence=sequence, **SHOWN)).status_code == 200


async def test_another_s_binding_is_shown_before_it_is_undone(site: Any, staff: httpx.AsyncClient) -> None:
    await find(site, staff, "linkage-assumed")
    cells = persona("linkage-assumed", site.stage.on).member
    query = MemberQuery.of(
        *(cells[name] for name in ("insurer_number", "symbol", "number")), written_day(cells["birth_date"])
    )
    (found,) = await site.desk.find(query, "jiro")
    await site.desk.unbind(found, "jiro")
    refused = await act(staff, "unbind")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "bindings_changed")
    assert "（jiro）" in await work(staff)


async def test_what_is_shown_to_the_visitor_needs_a_person_who_was_identified(
    site: Any, staff: httpx.AsyncClient
) -> None:
    await find_taro(site, staff)
    sequence = site.desk.reception.view.sequence
    for more in ({}, {"identified": False}, {"identified": True, "seen": "his word"}):
        refused = await act(staff, "show", **{"sequence": sequence, "seen": "passport", **more})
        assert refused.status_code == 422
    stale = await act(staff, "show", sequence=sequence + 1, seen="passport", identified=True)
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "screen_changed")
    shown = await act(staff, "show", sequence=sequence, seen="passport", identified=True)
    assert shown.json()["message"] == DONE["show"]
    view = site.desk.reception.view
    assert (view.level, view.looked_up, view.masked_name) == ("staff_confirmed", True, "ト＊＊ タ＊＊ 様")


async def test_where_no_card_lies_none_is_bound(site: Any, staff: httpx.AsyncClient) -> None:
    await find_taro(site, staff)
    sequence = site.desk.reception.view.sequence
    refused = await act(staff, "bind", sequence=sequence, seen="passport", identified=True)
    assert refused.json()["error"] == {
        "code": "no_card_to_bind",
        "message": MESSAGES[DeskProblem.NO_CARD_TO_BIND],
    }

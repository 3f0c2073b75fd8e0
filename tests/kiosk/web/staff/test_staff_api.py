"""What staff can do, see, and are told, through the API and the page's parts."""

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
from kiosk.web.staff.refusals import MESSAGES, EntryProblem
from kiosk.web.staff.work import DONE, perform
from kiosk.web.staff.written_day import written_day
from simulators.people import persona

pytestmark = pytest.mark.anyio

MY_NUMBER = "1234-5678-9018"
TARO = {"symbol": "71-0001", "number": "000101", "birth_date": ""}


def birth_date_of(site: Any, who: str) -> str:
    cells = persona(who, site.stage.on).member
    return str(cells["birth_date"])


ABOUT_THE_WORK = {"choose", "ask", "show", "bind", "unbind"}


async def act(staff: httpx.AsyncClient, action: str, **more: object) -> httpx.Response:
    """Press a button of the page as it stands now, unless ``work`` says that an older one is on the screen."""
    if action in ABOUT_THE_WORK and "work" not in more:
        more["work"] = await number_shown(staff)
    return await staff.post("/api/v1/desk/actions", json={"action": action, **more})


async def number_shown(staff: httpx.AsyncClient) -> int:
    mark = re.search(r'id="work-mark" data-number="(\d+)"', await work(staff))
    assert mark
    return int(mark[1])


async def find(site: Any, staff: httpx.AsyncClient, who: str) -> httpx.Response:
    cells = persona(who, site.stage.on).member
    return await act(staff, "find", **{name: cells[name] for name in ("symbol", "number", "birth_date")})


async def find_taro(site: Any, staff: httpx.AsyncClient) -> httpx.Response:
    return await find(site, staff, "card-works")


async def work(staff: httpx.AsyncClient) -> str:
    return (await staff.get("/desk/work")).text


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


def printed(first: str, last: str) -> dict[str, object]:
    return {"confirmation_here": True, "confirmation_from": first, "confirmation_until": last}


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


SHOWN = {"seen": "passport", "identified": True}


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
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "ties_changed")
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


HOSTILE = {
    "too long": "7" * 21,
    "far too long": "7" * 5_000,
    "control characters": "71\x00\x1b[2J",
    "HTML": "<img src=x onerror=alert(1)>",
    "a マイナンバー": MY_NUMBER,
    "a マイナンバー in full width": "１２３４５６７８９０１８",
}


@pytest.mark.parametrize("field", ["symbol", "number", "birth_date"])
@pytest.mark.parametrize("kind", HOSTILE)
async def test_hostile_text_is_refused_in_every_field_and_neither_kept_nor_echoed(
    site: Any, staff: httpx.AsyncClient, field: str, kind: str
) -> None:
    text = HOSTILE[kind]
    answer = await act(staff, "find", **{**TARO, "birth_date": "1980-01-01", field: text})
    assert answer.status_code == 422
    if "マイナンバー" in kind:
        assert answer.json()["error"]["message"] == MESSAGES[EntryProblem.MY_NUMBER]
    everything = answer.text + await work(staff) + site.journal() + (await staff.get("/")).text
    assert text not in everything and "onerror" not in everything and "123456789018" not in everything


@pytest.mark.parametrize(
    ("symbol", "number"),
    [("<b>7</b>", "' OR 1=1"), ("{{ 7 * 7 }}", "%"), ("71\u202e0001\u202c", "000101"), ("7\u200b1", "_" * 6)],
)
async def test_what_is_short_enough_for_a_number_finds_nobody_and_is_not_echoed(
    site: Any, staff: httpx.AsyncClient, symbol: str, number: str
) -> None:
    answer = await act(staff, "find", symbol=symbol, number=number, birth_date="1980-01-01")
    assert answer.json()["message"] == "該当する加入者は見つかりませんでした。"
    assert symbol not in answer.text + await work(staff) + (await staff.get("/")).text + site.journal()


@pytest.mark.parametrize(
    "body",
    [
        {"action": "restart", "driver": MY_NUMBER + "<b>"},
        {"action": "restart", "driver": "x" * 65},
        {"action": "confirm", "sequence": 1, "reason": "because\x00"},
        {"action": "confirm", "sequence": -1, "reason": "other"},
        {"action": "confirm", "sequence": 10**30, "reason": "other"},
        {"action": "choose", "work": 1, "choice": MY_NUMBER},
        {"action": "choose", "work": 1, "choice": 100},
        {"action": "ask", "work": 1, "event": MY_NUMBER},
        {"action": "unbind", "work": MY_NUMBER},
        {"action": "unbind"},
        {"action": "ask", "work": 1, "needs": ["high_cost"] * 4},
        {"action": "bind", "work": 1, "sequence": 1, "seen": MY_NUMBER, "identified": True},
        {"action": "out_of_use", "out": "perhaps"},
        {"action": MY_NUMBER},
        {"action": "clear", "and": MY_NUMBER},
        [],
    ],
    ids=str,
)
async def test_a_body_that_fits_no_button_is_refused_without_an_echo(staff: httpx.AsyncClient, body: object) -> None:
    answer = await staff.post("/api/v1/desk/actions", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")
    assert "9018" not in answer.text


@pytest.mark.parametrize("field", ["name", "password"])
async def test_what_is_typed_into_the_log_in_is_bounded_and_not_echoed(site: Any, field: str) -> None:
    for text in (MY_NUMBER, "x" * 500, "<script>", "\x00"):
        async with site.client() as client:
            answer = await client.post("/api/v1/session", json={"name": "a", "password": "b", field: text})
        assert answer.status_code in {401, 422, 429}
        assert text not in answer.text


async def test_nobody_chosen_nothing_done(staff: httpx.AsyncClient) -> None:
    sequence_of = {"sequence": 1, "seen": "passport", "identified": True}
    for action, more in (("choose", {"choice": 3}), ("ask", {}), ("show", sequence_of), ("bind", sequence_of)):
        refused = await act(staff, action, **more)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "nobody_chosen")


async def test_out_of_use_is_on_the_visitor_s_health(site: Any, staff: httpx.AsyncClient) -> None:
    assert (await act(staff, "out_of_use", out=True)).json()["message"] == "使用を止めました。"
    assert (await staff.get("/api/v1/desk")).json()["out_of_use"]
    assert (await act(staff, "out_of_use", out=False)).json()["message"] == "使用を再開しました。"
    assert not (await staff.get("/api/v1/desk")).json()["out_of_use"]


async def test_without_an_account_the_page_says_how_to_make_one(site: Any) -> None:
    site.accounts.remove("hanako")
    async with site.client() as client:
        assert "kiosk staff add" in (await client.get("/")).text
        refused = await client.post("/api/v1/session", json={"name": "hanako", "password": "tsuki-to-kaze9"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "no_accounts")


async def test_accounts_that_cannot_be_read_let_nobody_in(site: Any, staff: httpx.AsyncClient) -> None:
    (site.settings.data_dir / "staff.json").write_text("broken")
    assert (await staff.get("/api/v1/desk")).status_code == 401
    async with site.client() as client:
        assert "kiosk staff add" not in (await client.get("/")).text, "nobody knows that there is no account"
        refused = await client.post("/api/v1/session", json={"name": "hanako", "password": "tsuki-to-kaze9"})
    assert refused.json()["error"]["code"] == "accounts_unreadable"


async def test_every_refusal_has_its_sentence() -> None:
    assert set(MESSAGES) == {*EntryProblem, *DeskProblem}
    assert all(message.endswith(("。", "）。")) and "PIN" not in message for message in MESSAGES.values())


async def test_the_document_names_every_button(site: Any) -> None:
    union = site.app.openapi()["components"]["schemas"]
    assert {"Find", "Bind", "Show", "Confirm", "OutOfUseSwitch", "NotDoneBody", "DeskBody"} <= set(union)

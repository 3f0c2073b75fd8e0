"""What staff may send through the API, and what is refused without an echo."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from kiosk.eligibility.terminal import Answer, Enquiry, Qualification, Status, WaitingQuestion
from kiosk.eligibility.terminal.file_names import FileName, Kind
from kiosk.reception import DeskProblem
from kiosk.web.staff.refusals import MESSAGES, EntryProblem
from tests.kiosk.web.staff.desk_work import MY_NUMBER, TARO, act, work

pytestmark = pytest.mark.anyio


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
        {"action": "ask", "work": 1, "needs": ["high_cost"] * 6},
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


async def test_late_answers_are_there_until_staff_have_seen_them(site: Any, staff: httpx.AsyncClient) -> None:
    at = datetime(2026, 11, 25, 1, 5, tzinfo=UTC)
    enquiry = Enquiry("133033", "71-0000", "000123", "00", at.date(), at.date())
    question = WaitingQuestion(enquiry, at, "12", FileName.fresh(Kind.CONFIRM, at))
    for _ in range(2):
        site.desk._late.note(question, Answer(Status.VALID, results=(Qualification(kana="ドボク"),)))
    late = (await staff.get("/api/v1/desk")).json()["late_answers"]
    assert [(one["number"], one["visit"], one["status"], one["code"]) for one in late] == [
        (1, 12, "valid", None),
        (2, 12, "valid", None),
    ]
    assert "ド" not in str(late) and "123" not in str(late)
    seen = await act(staff, "see_late_answers", through=1)
    assert seen.json()["message"] == "あとから届いた回答を、確認済みにしました。"
    assert [one["number"] for one in (await staff.get("/api/v1/desk")).json()["late_answers"]] == [2]
    assert '"act":"late_answers_seen"' in site.journal()

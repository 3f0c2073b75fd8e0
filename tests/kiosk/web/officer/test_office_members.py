"""A member's page: all that the register has, the decision with its sources, and no look without its entry."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from kiosk.audit import Journal, JournalError, LookPurpose, LookReason
from kiosk.decision import Document
from kiosk.eligibility import MemberId, Registry, Source, read_rows
from kiosk.issuance import Queue
from kiosk.wareki import wareki
from kiosk.web.asking import LOOK_PURPOSES
from kiosk.web.officer.texts import LOOK_REASONS
from simulators.people import people, persona
from tests.kiosk.web.officer.conftest import acts

pytestmark = pytest.mark.anyio


def cells_of(site: Any, who: str = "card-works-family") -> dict[str, str]:
    found: dict[str, str] = persona(who, site.stage.on).member
    return found


def take(site: Any, cells: dict[str, str]) -> None:
    """Take a file that has this member alone."""
    text = io.StringIO()
    writer = csv.DictWriter(text, cells)
    writer.writeheader()
    writer.writerow(cells)
    source = Source(datetime.now(UTC), site.stage.on, "0" * 64, lambda: "0" * 64)
    with Registry.open(site.stage.settings.database) as registry:
        registry.import_members(read_rows(io.BytesIO(text.getvalue().encode())), source)


async def found(site: Any, officer: httpx.AsyncClient, who: str = "card-works-family") -> str:
    """Search for one member and return the address of the list."""
    typed = {name: cells_of(site, who)[name] for name in ("symbol", "number", "birth_date")}
    answer = await officer.post("/officer/search", data=typed)
    return str(answer.headers["location"])


async def opened(site: Any, officer: httpx.AsyncClient, who: str = "card-works-family") -> httpx.Response:
    at = await found(site, officer, who)
    answer = await officer.post(f"{at}/open", data={"row": "0", "reason": "inquiry"})
    assert answer.status_code == 303, answer.text
    return await officer.get(answer.headers["location"])


async def test_the_page_has_the_data_the_decision_and_each_source(site: Any, officer: httpx.AsyncClient) -> None:
    page = await opened(site, officer)
    cells = cells_of(site)
    assert page.status_code == 200 and page.text.count("<h1") == 1
    for said in (cells["name"], cells["kana"], cells["employer"], wareki(date.fromisoformat(cells["birth_date"]))):
        assert said in page.text
    assert "<strong>マイナ保険証</strong>" in page.text and "根拠：「" in page.text
    assert "はじめての登録" in page.text and "加入者ファイル（番号1）" in page.text
    assert cells["number"] not in str(page.request.url) and cells["name"] not in str(page.request.url)


async def test_a_correction_at_the_desk_is_told_from_the_file_before_it(site: Any, officer: httpx.AsyncClient) -> None:
    cells = cells_of(site)
    with Registry.open(site.stage.settings.database) as registry:
        member = registry.member(MemberId(*(cells[name] for name in ("insurer_number", "symbol", "number", "branch"))))
        assert member is not None
        registry.take_over(member, {"address": "東京都港区"}, datetime.now(UTC), site.stage.on, "hanako")
    page = await opened(site, officer)
    history = page.text.split('id="history"')[1]
    assert history.count("（番号1）") == 1 and history.count("<td>窓口での訂正</td>") == 1


async def test_each_look_is_in_the_journal_with_its_reason_before_it_is_shown(
    site: Any, officer: httpx.AsyncClient
) -> None:
    page = await opened(site, officer)
    await officer.get(str(page.request.url))
    (first, second) = [act for act in acts(site) if act["act"] == "looked_at"]
    assert (first["staff"], first["role"], first["detail"], first["applies"]) == ("yuko", "officer", "inquiry", "card")
    assert first["member"] == second["member"] and len(first["member"]) == 64
    assert cells_of(site)["name"] not in site.journal()
    again = await officer.get(list_of(page))
    assert '<option value="inquiry" selected>' in again.text, "one search is most often for one reason"
    assert " selected>" not in (await officer.get(await found(site, officer))).text, "another search asks anew"


def list_of(page: httpx.Response) -> str:
    """Return the address of the list that a member was opened from."""
    back = re.search(r'href="(/officer/search/[^"]+)">一覧に戻る', page.text)
    assert back
    return unescape(back[1])


def test_each_reason_has_words_for_officers_and_each_purpose_for_the_member() -> None:
    assert [*LOOK_REASONS] == [*LookReason] and {*LOOK_PURPOSES} == {*LookPurpose}
    assert {reason.value for reason in LookReason} <= {purpose.value for purpose in LookPurpose}


@pytest.mark.parametrize("reason", ["", "curiosity"])
async def test_without_a_reason_nobody_is_opened(site: Any, officer: httpx.AsyncClient, reason: str) -> None:
    at = await found(site, officer)
    answer = await officer.post(f"{at}/open", data={"row": "0", "reason": reason})
    assert answer.status_code == 422 and answer.text.count('role="alert"') == 1
    assert "looked_at" not in site.journal()


async def test_the_part_of_the_list_stays_without_a_reason_and_after_the_member(
    site: Any, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.web.officer.lists.PAGE", 2)
    answer = await officer.post("/officer/search", data={"symbol": cells_of(site)["symbol"]})
    at = answer.headers["location"]
    shown = await officer.get(f"{at}?sort=birth_date&down=true&page=2")
    fields = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)">', shown.text))
    refused = await officer.post(f"{at}/open", data={"row": "0", "reason": "", **fields})
    page = await officer.post(f"{at}/open", data={"row": "0", "reason": "inquiry", **fields})
    back = await officer.get(list_of(await officer.get(page.headers["location"])))
    for again in (refused, back):
        assert "2 / " in again.text and 'aria-sort="descending"' in again.text


@pytest.mark.parametrize("row", ["1", "-1", "x", "999999999"])
async def test_a_row_that_is_not_there_opens_nobody(site: Any, officer: httpx.AsyncClient, row: str) -> None:
    at = await found(site, officer)
    answer = await officer.post(f"{at}/open", data={"row": row, "reason": "inquiry"})
    assert answer.status_code == 422 and "looked_at" not in site.journal()


async def test_where_the_journal_cannot_be_written_the_page_is_not_shown(
    site: Any, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await opened(site, officer)

    def full(*_: object) -> None:
        raise JournalError("the disk is full")

    monkeypatch.setattr(Journal, "append", full)
    again = await officer.get(str(page.request.url))
    supposed = await officer.post(str(page.request.url), data={"lost_on": "R9.4.1"})
    for answer in (again, supposed):
        assert answer.status_code == 503 and "（S-02）" in answer.text
        assert cells_of(site)["name"] not in answer.text


async def test_a_supposed_end_of_the_certificate_is_decided_and_not_stored(
    site: Any, officer: httpx.AsyncClient
) -> None:
    page = await opened(site, officer)
    whose = MemberId(*(cells_of(site)[name] for name in ("insurer_number", "symbol", "number", "branch")))
    registry = site.desk._looking_up.service.registry
    before = registry.member(whose)
    ended = site.stage.on - timedelta(days=365)
    answer = await officer.post(str(page.request.url), data={"certificate_valid_until": f"{ended}"})
    assert answer.status_code == 200
    assert "仮の判定" in answer.text and "<strong>資格確認書</strong>" in answer.text
    assert "<strong>マイナ保険証</strong>" in answer.text, "the present decision stays beside it"
    assert registry.member(whose) == before
    assert [act["detail"] for act in acts(site) if act["act"] == "supposed"] == ["inquiry"]
    assert "仮の判定" not in (await officer.get(str(page.request.url))).text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"on": "いつか"}, "判定の日は「令和9年4月1日」"),
        ({"certificate_valid_until": "13.13.13"}, "電子証明書の有効期限は「"),
        ({"lost_on": ""}, "変えてみる内容を、1つ以上入力してください。"),
    ],
)
async def test_what_cannot_be_supposed_is_one_sentence(
    site: Any, officer: httpx.AsyncClient, typed: dict[str, str], says: str
) -> None:
    page = await opened(site, officer)
    answer = await officer.post(str(page.request.url), data=typed)
    assert answer.status_code == 422 and says in answer.text and answer.text.count('role="alert"') == 1
    ((name, day),) = typed.items()
    assert not day or f'value="{day}" aria-invalid="true" aria-describedby="refused" autofocus>' in answer.text


async def test_a_day_before_the_birth_has_no_decision(site: Any, officer: httpx.AsyncClient) -> None:
    page = await opened(site, officer)
    answer = await officer.post(str(page.request.url), data={"on": "1900-01-01"})
    assert "判定の日が生年月日より前のため、判定できません。" in answer.text


async def test_orders_and_what_they_wrote_are_shown(site: Any, officer: httpx.AsyncClient) -> None:
    service = site.desk._looking_up.service
    whose = MemberId(*(cells_of(site)[name] for name in ("insurer_number", "symbol", "number", "branch")))
    queue, now = Queue(service.registry, service.policy), service.now()
    order = queue.request(whose, Document.NOTICE, reasons=["not_linked_yet"], by="yuko", now=now)
    page = await opened(site, officer)
    assert "発送待ち" in page.text and f"<td>{order.number}</td>" in page.text
    queue.complete([order.number], service.today, "yuko", now)
    page = await officer.get(str(page.request.url))
    assert f"書類の交付（受付番号{order.number}、yuko）" in page.text and "資格情報通知書の交付日：" in page.text
    order = queue.request(whose, Document.NOTICE, reasons=["not_linked_yet"], by="yuko", now=now)
    queue.cancel([order.number], "yuko", "転居のため", now)
    assert "に取り消し（yuko）：転居のため</td>" in (await officer.get(str(page.request.url))).text


async def test_an_open_order_is_cancelled_on_the_page_of_its_member(site: Any, officer: httpx.AsyncClient) -> None:
    service = site.desk._looking_up.service
    mine, theirs = (
        MemberId(*(cells_of(site, who)[name] for name in ("insurer_number", "symbol", "number", "branch")))
        for who in ("card-works-family", "card-works")
    )
    queue, now = Queue(service.registry, service.policy), service.now()
    order, another = (
        queue.request(whose, Document.CONFIRMATION, reasons=["no_card"], by="yuko", now=now) for whose in (mine, theirs)
    )
    page = await opened(site, officer)
    at = f"{page.request.url.path}/cancel"
    for number, reason, says in (
        (another.number, "ご本人の申出", "このページにはありません。"),
        (order.number, "123456789018", "マイナンバーと同じ形の番号は"),
    ):
        refused = await officer.post(at, data={"order": str(number), "reason": reason})
        assert refused.status_code == 422 and refused.text.count(says) == 1
        assert f'required value="{reason}"' in refused.text and refused.text.count('role="alert"') == 1
    assert [one.number for one in queue.open_orders(mine)] == [order.number] and "cancel_begun" not in site.journal()
    said = {"order": str(order.number), "reason": " ご本人の申出 "}
    assert (await officer.post(at, data=said)).headers["location"] == f"{page.request.url.path}#orders"
    shown = (await officer.get(page.request.url.path)).text
    assert "に取り消し（yuko）" in shown and "ご本人の申出" in shown and at not in shown, "nothing is left to cancel"
    assert (await officer.post(at, data=said)).status_code == 303, "a second click finds it done"
    gone = queue.request(mine, Document.NOTICE, reasons=["not_linked_yet"], by="yuko", now=now)
    queue.cancel([gone.number], "jiro", "a test", now)
    late = await officer.post(at, data={"order": str(gone.number), "reason": "ご本人の申出"})
    assert late.status_code == 422 and late.text.count("その受付番号の申込みは、取り消されています。") == 1
    queue.cancel([another.number], "yuko", "a test", now)


async def test_an_address_that_is_withheld_is_shown_to_nobody(site: Any, officer: httpx.AsyncClient) -> None:
    who = next(
        one.id
        for one in people(site.stage.on)
        if one.member and one.member.get("information_withheld") == "true" and one.member["address"]
    )
    page = await opened(site, officer, who)
    assert "自己情報提供不可のため、表示しません" in page.text
    assert cells_of(site, who)["address"] not in page.text
    assert "information_withheld" not in site.journal(), "the journal is read by more people than the register"


async def test_no_version_shows_where_somebody_lived_whose_data_are_withheld_now(
    site: Any, officer: httpx.AsyncClient
) -> None:
    """Nor that they have moved: they may live where they lived before, or have moved back."""
    who = "card-works-elderly"
    cells, moved = cells_of(site, who), "東京都架空区見本町9-9-9"
    take(site, cells | {"address": moved})
    assert moved in (await opened(site, officer, who)).text
    take(site, cells | {"address": moved, "information_withheld": "true"})
    page = await opened(site, officer, who)
    assert moved not in page.text and cells["address"] not in page.text and "<li>住所：" not in page.text


async def test_with_a_clock_that_is_wrong_no_decision_is_shown(
    site: Any, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await found(site, officer)
    monkeypatch.setattr(site.desk._looking_up.service, "now", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    answer = await officer.post(f"{at}/open", data={"row": "0", "reason": "inquiry"})
    page = await officer.get(answer.headers["location"])
    assert page.status_code == 503 and "（S-05）" in page.text and "looked_at" not in site.journal()

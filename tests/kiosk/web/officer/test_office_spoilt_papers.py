"""Papers that must not go out any more, whoever has changed their orders; and orders that are cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator, Iterator
from datetime import UTC, date, datetime

import httpx
import pytest
from sqlalchemy import event, select, update

from kiosk.audit import Journal, JournalError
from kiosk.documents import Stationery
from kiosk.documents.drawing import DrawnFile, Sheaf, drawn
from kiosk.eligibility import RegistryBusy, RegistryError
from kiosk.issuance import Order, PostBatches, Queue
from kiosk.store.schema import issuance_order, member_version
from tests.kiosk.web.officer.conftest import Site, logged_in, own_stage
from tests.kiosk.web.officer.posting import (
    BATCHES,
    FORM,
    SCAN,
    asked,
    batch_of,
    details,
    issued,
    left,
    made,
    open_numbers,
    register,
    settled,
)

pytestmark = pytest.mark.anyio

REASON = "ご本人の申出"
SPOILT = "この束の書類には、作ったあとで取り消したか、束から除いたか、自己情報提供不可になった申込みのものがあるため"


stage = own_stage


@pytest.fixture(autouse=True)
def drawn_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw in this process, which is quicker for one paper after another."""

    def here(sheaves: Iterator[Sheaf], stationery: Stationery, *, beside: bool) -> Generator[DrawnFile, None, None]:
        assert beside
        return drawn(sheaves, stationery)

    monkeypatch.setattr("kiosk.documents.post.drawn", here)


@pytest.fixture
async def other(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of a second officer."""
    async with site.client() as client:
        await logged_in(site, client, name="jiro")
        yield client


def withhold(site: Site, number: int) -> None:
    with register(site) as opened, opened.engine.begin() as connection:
        whose = select(issuance_order.c.member_id).where(issuance_order.c.number == number).scalar_subquery()
        hidden = update(member_version).where(member_version.c.member_id == whose)
        connection.execute(hidden.values(information_withheld=True))


def cancel(site: Site, *numbers: int) -> None:
    with register(site) as opened:
        Queue(opened).cancel(numbers, "saburo", "moved", datetime.now(UTC))


def leave_out_elsewhere(site: Site, batch: int, number: int) -> None:
    with register(site) as opened:
        batches = PostBatches(opened)
        with batches.making_again(batches.numbered(batch), [number]):
            pass


def made_elsewhere(site: Site, *numbers: int) -> int:
    """Return the batch of orders whose papers another kiosk has made."""
    with register(site) as opened:
        with PostBatches(opened).taking(numbers, [], site.stage.on, "saburo", datetime.now(UTC)) as taken:
            assert taken.post is not None
        return taken.post


async def cancelled(client: httpx.AsyncClient, batch: int, order: int | str, reason: str = REASON) -> httpx.Response:
    return await client.post(f"{BATCHES}/{batch}/cancel", data={"order": str(order), "reason": reason})


def state_of(site: Site, number: int) -> Order:
    with register(site) as opened:
        return next(Queue(opened).numbered([number]))


@pytest.mark.parametrize("how", ["withheld and cancelled", "withheld", "left out elsewhere"])
async def test_papers_that_must_not_go_out_any_more_are_neither_printed_nor_given_out(
    site: Site, officer: httpx.AsyncClient, how: str
) -> None:
    first, second, third = asked(site)
    batch = batch_of(await made(officer))
    at = f"{BATCHES}/{batch}"
    assert (await officer.get(f"{at}/notice.pdf")).status_code == 200
    if "withheld" in how:
        withhold(site, first)
    if "cancelled" in how:
        cancel(site, first)
    if "left" in how:
        leave_out_elsewhere(site, batch, first)

    page = (await officer.get(at)).text
    assert f"申込みのもの（受付番号 {first}）が入っています。" in page and "notice.pdf" not in page
    for name in ("notice.pdf", "manifest.csv"):
        refused = await officer.get(f"{at}/{name}")
        assert refused.status_code == 409 and refused.text.count(SPOILT) == 1 and b"%PDF" not in refused.content
    printing = await officer.post(f"{at}/print", headers=FORM)
    assert printing.status_code in (409, 422) and "印刷しています" not in printing.text
    assert ("print_begun", str(batch)) not in details(site)

    if how == "withheld":
        refused = await settled(officer, await officer.post(f"{at}/again", headers=FORM))
        assert f"<td>{first}</td>" in refused.text
        again = await officer.post(f"{refused.request.url.path}/leave-out", headers=FORM)
    else:
        again = await officer.post(f"{at}/again", headers=FORM)
    assert "資格情報通知書2件" in (await settled(officer, again)).text
    assert "印刷も保存もできません" not in (await officer.get(at)).text
    manifest = (await officer.get(f"{at}/manifest.csv")).text
    assert [int(line.split(",")[1]) for line in manifest.splitlines()[1:]] == [second, third]
    assert (await officer.get(f"{at}/notice.pdf")).status_code == 200
    assert "2件を" in (await settled(officer, await issued(officer, batch))).text
    assert open_numbers(site) == ([] if "cancelled" in how else [first]), "what was left out waits still"


async def test_a_batch_that_has_ended_elsewhere_is_neither_given_out_nor_kept(
    site: Site, officer: httpx.AsyncClient
) -> None:
    cancel_all = asked(site, 1)
    batch = batch_of(await made(officer))
    cancel(site, *cancel_all)
    refused = await officer.get(f"{BATCHES}/{batch}/notice.pdf")
    assert refused.status_code == 409 and "この束の申込みは、すべて終わっています。" in refused.text
    assert not left(site) and "papers_taken" not in site.journal()
    assert (await officer.get(f"{BATCHES}/{batch}/notice.pdf")).status_code == 404


async def test_the_files_of_a_batch_go_with_the_last_of_its_orders(site: Site, officer: httpx.AsyncClient) -> None:
    first, second, third = asked(site)
    (aside,) = asked(site, 1, withheld=True)
    page = await made(officer, most="2")
    assert (await officer.post(SCAN, data={"order": str(first)})).status_code == 303 and len(left(site)) == 2
    assert (await officer.post(SCAN, data={"order": str(second)})).status_code == 303 and not left(site)
    page = await made(officer)
    post, apart = batch_of(page), batch_of(page, "別置き")
    assert (await cancelled(officer, post, third)).status_code == 303
    assert sorted(path.name for path in left(site)) == ["aside-notice.pdf", "aside.csv", "manifest.csv"]
    with register(site) as opened:  # at another kiosk
        Queue(opened).complete([aside], site.stage.on, "saburo", datetime.now(UTC))
    assert "すべて終わりました" in (await officer.get(f"{BATCHES}/{apart}")).text and not left(site)


async def test_a_paper_that_is_scanned_is_judged_by_itself(site: Site, officer: httpx.AsyncClient) -> None:
    first, *_ = numbers = asked(site)
    made_elsewhere(site, *numbers)
    engine, said = site.desk._looking_up.service.registry.engine, list[str]()
    event.listen(engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    assert (await officer.post(SCAN, data={"order": str(first)})).status_code == 303
    assert said and not [one for one in said if "count(" in one], "the batch is not counted"


async def test_data_that_are_withheld_just_before_the_transaction_stop_it(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = numbers = asked(site)
    made_elsewhere(site, *numbers)
    complete = Queue.complete

    def late(queue: Queue, orders: list[int], day: date | None, by: str, now: datetime) -> list[Order]:
        withhold(site, first)
        return complete(queue, orders, day, by, now)

    monkeypatch.setattr(Queue, "complete", late)
    refused = await officer.post(SCAN, data={"order": str(first)})
    assert refused.status_code == 422 and "自己情報提供不可になった方" in refused.text
    assert open_numbers(site) == numbers and "issue_done" not in site.journal()


async def test_an_order_is_cancelled_with_a_reason_on_the_page_of_its_batch(
    site: Site, officer: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    first, second, third = numbers = asked(site)
    batch = made_elsewhere(site, *numbers)
    withhold(site, second)
    page = (await officer.get(f"{BATCHES}/{batch}")).text
    assert f'required value="{second}"' in page, "the one that it is about"
    assert (await cancelled(officer, batch, second)).headers["location"] == f"{BATCHES}/{batch}"
    page = (await officer.get(f"{BATCHES}/{batch}")).text
    assert f"受付番号{second}の申込みを取り消しました。" in page and "未交付 2件" in page
    assert "を取り消しました。" not in (await officer.get(f"{BATCHES}/{batch}")).text, "it is said once"
    ended = state_of(site, second)
    assert (ended.state, ended.ended_by, ended.ended_why) == ("cancelled", "yuko", REASON)
    assert open_numbers(site) == [first, third]
    assert details(site)[-2:] == [("cancel_begun", f"order.{second}"), ("cancel_done", f"order.{second}")]
    assert REASON not in site.journal()

    late = await cancelled(other, batch, second)
    assert late.status_code == 409 and late.text.count("その受付番号の申込みは、取り消されています。") == 1
    assert late.text.count('role="alert"') == 1 and REASON in late.text, "what was typed is there still"


async def test_of_two_officers_who_cancel_at_once_one_does(
    site: Site, officer: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    first, second = asked(site, 2)
    batch = made_elsewhere(site, first, second)
    answers = await asyncio.gather(cancelled(officer, batch, first), cancelled(other, batch, first))
    done, late = sorted(answers, key=lambda answer: answer.status_code)
    assert (done.status_code, late.status_code) == (303, 409)
    assert late.text.count("その受付番号の申込みは、取り消されています。") == 1
    assert [act for act, _ in details(site)].count("cancel_done") == 1


async def test_what_cannot_be_cancelled_is_one_sentence(site: Site, officer: httpx.AsyncClient) -> None:
    first, done, another = asked(site)
    batch = made_elsewhere(site, first, done)
    with register(site) as opened:
        Queue(opened).complete([done], site.stage.on, "saburo", datetime.now(UTC))
    for order, reason, status, says in (
        (first, "", 422, "取り消す理由は、200文字までの1行で"),
        (first, "x" * 201, 422, "取り消す理由は、200文字までの1行で"),
        (first, "a\nb", 422, "取り消す理由は、200文字までの1行で"),
        (first, "123456789018", 422, "マイナンバーと同じ形の番号は"),
        (another, REASON, 422, "このページにはありません。"),
        ("x", REASON, 422, "このページにはありません。"),
        (99999, REASON, 404, "その受付番号の申込みはありません。"),
        (done, REASON, 409, "すでに交付済みです。"),
    ):
        refused = await cancelled(officer, batch, order, reason)
        assert (refused.status_code, refused.text.count(says)) == (status, 1), (order, reason)
        assert refused.text.count('role="alert"') == 1
    assert open_numbers(site) == [first, another] and "cancel_begun" not in site.journal()


@pytest.mark.parametrize(
    ("failing", "says", "status", "problem"),
    [
        (RegistryBusy("x"), "ほかのプログラムが登録簿に書き込んでいます。", 422, "register_busy"),
        (RegistryError("x"), "取り消されたか分かりません", 422, "register_down"),
    ],
)
async def test_a_cancelling_that_fails_is_said_and_journaled(  # noqa: PLR0913 - the cases are a table
    site: Site,
    officer: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    failing: Exception,
    says: str,
    status: int,
    problem: str,
) -> None:
    first, *_ = numbers = asked(site)
    batch = made_elsewhere(site, *numbers)

    def fails(*_: object) -> None:
        raise failing

    monkeypatch.setattr(Queue, "cancel", fails)
    refused = await cancelled(officer, batch, first)
    assert (refused.status_code, refused.text.count(says)) == (status, 1)
    unsure = "行われたか分かりません" in refused.text
    assert unsure is (problem == "register_down") and (REASON in refused.text) is not unsure
    assert details(site)[-1] == ("cancel_refused", f"order.{first}.{problem}")


async def test_a_day_that_is_wrong_is_said_on_a_batch_that_has_ended_too(
    site: Site, officer: httpx.AsyncClient
) -> None:
    numbers = asked(site)
    batch = made_elsewhere(site, *numbers)
    cancel(site, *numbers)
    refused = await officer.post(f"{BATCHES}/{batch}/issued", data={"posted": "", "issued_on": "x"})
    assert refused.status_code == 422 and refused.text.count('role="alert"') == 1


async def test_without_journal_or_clock_nothing_is_cancelled(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = asked(site)
    batch = made_elsewhere(site, *numbers)

    def full(*_: object) -> None:
        raise JournalError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "append", full)
        answer = await cancelled(officer, batch, numbers[0])
    assert answer.status_code == 503 and answer.text.count("（S-02）") == 1
    monkeypatch.setattr(site.desk._looking_up.service, "now", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    assert "（S-05）" in (await cancelled(officer, batch, numbers[0])).text and open_numbers(site) == numbers

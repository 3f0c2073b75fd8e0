"""The queue to post: planned, listed, made into papers, printed and issued, without anything doubled or half done."""

from __future__ import annotations

import asyncio
import csv
import io
import multiprocessing
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import httpx
import pytest
from sqlalchemy import select, update

from kiosk.audit import Journal, JournalError
from kiosk.documents import PostPrinter, Printed, StationeryError
from kiosk.issuance import PostBatches, Queue
from kiosk.reception import office_folder
from kiosk.reception.post import running
from kiosk.store.schema import issuance_order, member_version
from kiosk.web.officer import serving
from tests.kiosk.web.officer.conftest import Site, own_stage
from tests.kiosk.web.officer.posting import (
    BATCHES,
    FORM,
    POST,
    SCAN,
    asked,
    batch_of,
    details,
    issued,
    left,
    made,
    open_numbers,
    register,
    renews,
    settled,
)

pytestmark = pytest.mark.anyio

_PATIENCE = 6000

stage = own_stage


async def test_a_plan_shows_its_numbers_before_anything_is_in_the_queue(site: Site, officer: httpx.AsyncClient) -> None:
    page = await settled(officer, await officer.post(f"{POST}/plan"))
    assert "まだ何も変わっていません" in page.text and not open_numbers(site)
    assert [path.stat().st_mode & 0o777 for path in left(site)] == [0o600]
    added = re.search(r"新しく加える申込み</dt><dd>(\d+)件", page.text)
    assert added
    at = page.request.url.path
    assert f'href="{at}">計画を発送待ちに加えるかどうか' in (await officer.get(POST)).text
    done = await settled(officer, await officer.post(f"{at}/enqueue"))
    listed = (await officer.get(POST)).text
    assert "まだ決めていません" not in listed and f'href="{at}">発送待ちに加えました' in listed
    assert f"{added[1]}件を加えました。" in done.text and len(open_numbers(site)) == int(added[1]) > 0
    again = await settled(officer, await officer.post(f"{at}/enqueue"))
    assert again.text == done.text and len(open_numbers(site)) == int(added[1]) and not left(site)
    assert [act for act, _ in details(site)] == ["plan_begun", "plan_done", "enqueue_begun", "enqueue_done"]


async def test_a_queue_that_has_changed_since_gives_new_numbers(
    site: Site, officer: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    mine, theirs = [await settled(one, await one.post(f"{POST}/plan")) for one in (officer, other)]
    await settled(other, await other.post(f"{theirs.request.url.path}/enqueue"))
    count = len(open_numbers(site))
    moved = await settled(officer, await officer.post(f"{mine.request.url.path}/enqueue"))
    assert moved.text.count("数を示したあとで発送待ちが変わったため、加えませんでした。") == 1
    assert "新しく加える申込み</dt><dd>0件" in moved.text and len(open_numbers(site)) == count
    done = await settled(officer, await officer.post(f"{mine.request.url.path}/enqueue"))
    assert "0件を加えました。" in done.text and len(open_numbers(site)) == count


async def test_a_plan_that_is_dropped_or_whose_session_ends_leaves_nothing(
    site: Site, officer: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    page = await settled(officer, await officer.post(f"{POST}/plan"))
    assert (await other.get(page.request.url.path)).status_code == 410
    assert (await officer.post(f"{page.request.url.path}/drop")).headers["location"] == POST and not left(site)
    page = await settled(officer, await officer.post(f"{POST}/plan"))
    await officer.post("/officer/log-out")
    assert (await officer.post(f"{page.request.url.path}/enqueue")).headers["location"] == "/officer/log-in"
    assert (await other.get(page.request.url.path)).status_code == 410
    assert not left(site) and not open_numbers(site)


async def test_the_list_is_filtered_sorted_and_taken_as_csv(site: Site, officer: httpx.AsyncClient) -> None:
    late, aside = asked(site, 2, days=20), asked(site, 1, withheld=True)
    page = await officer.get(POST)
    assert page.text.count("目安超過）") == 2 and "3件" in page.text and "別置き" in page.text
    for chosen, fitting in (
        ({"age": "overdue"}, late),
        ({"pile": "aside"}, aside),
        ({"pile": "post"}, late),
        ({"kind": "confirmation"}, []),
        ({"made": "no", "kind": "notice"}, [*late, *aside]),
        ({"made": "yes"}, []),
    ):
        everything = {"kind": "", "age": "", "pile": "", "made": ""}
        answer = await officer.post(f"{POST}/filter", data={**everything, **chosen})
        assert answer.status_code == 303
        listed = await officer.get(f"{POST}/list.csv?sort=number&down=true")
        rows = list(csv.reader(io.StringIO(listed.content.decode("utf-8-sig"))))
        assert [int(row[0]) for row in rows[1:]] == sorted(fitting, reverse=True), chosen
        assert f"3件のうち{len(fitting)}件" in (await officer.get(POST)).text
    for column in ("number", "document", "asked", "due", "by", "pile", "batch"):
        assert (await officer.get(f"{POST}?sort={column}&down=true&page=9")).status_code == 200
    assert (await officer.get(f"{POST}?sort=name")).status_code == 422


async def test_from_the_choice_to_the_issue(site: Site, officer: httpx.AsyncClient) -> None:
    first, second, third = asked(site)
    page = await made(officer, kind="notice", most="2")
    batch = batch_of(page)
    assert "資格情報通知書2件" in page.text and not multiprocessing.active_children()
    assert sorted(path.name for path in left(site)) == ["manifest.csv", "notice.pdf"]
    assert {path.stat().st_mode & 0o777 for path in left(site)} == {0o600}
    at = f"{BATCHES}/{batch}"
    paper, manifest = await officer.get(f"{at}/notice.pdf"), await officer.get(f"{at}/manifest.csv")
    assert paper.content.startswith(b"%PDF") and paper.headers["content-type"] == "application/pdf"
    assert paper.headers["cache-control"] == "no-store"
    rows = list(csv.reader(io.StringIO(manifest.text)))[1:]
    assert {int(row[1]) for row in rows} == {first, second}
    assert open_numbers(site) == [first, second, third]

    done = await settled(officer, await issued(officer, batch))
    assert "2件を" in done.text and "返戻郵便を取り込んで" in done.text
    assert open_numbers(site) == [third] and not left(site)
    assert (await officer.get(f"{at}/notice.pdf")).status_code == 404
    assert "すべて終わりました" in (await officer.get(at)).text
    assert details(site) == [
        ("papers_begun", "orders.2"),
        ("papers_done", str(batch)),
        ("papers_taken", f"{batch}.notice.pdf"),
        ("papers_taken", f"{batch}.manifest.csv"),
        ("issue_begun", str(batch)),
        ("issue_done", str(batch)),
    ]


async def test_papers_of_people_whose_data_are_withheld_are_a_batch_and_a_list_of_their_own(
    site: Site, officer: httpx.AsyncClient
) -> None:
    asked(site, 1)
    (aside,) = asked(site, 1, withheld=True)
    page = await made(officer)
    post, apart = batch_of(page), batch_of(page, "別置き")
    said = (await officer.get(f"{BATCHES}/{apart}")).text
    assert "送付先をご本人と確かめるまで、発送しないでください。" in said and "別置きの一覧" in said
    listed = (await officer.get(f"{BATCHES}/{apart}/aside.csv")).text
    assert f"{apart},{aside},notice," in listed
    assert (await officer.get(f"{BATCHES}/{post}/aside.csv")).status_code == 404
    assert (await officer.get(f"{BATCHES}/{post}/aside-notice.pdf")).status_code == 404
    await settled(officer, await issued(officer, post))
    assert open_numbers(site) == [aside]
    assert sorted(path.name for path in left(site)) == ["aside-notice.pdf", "aside.csv", "manifest.csv"]
    await settled(officer, await issued(officer, apart))
    assert not left(site)


async def test_papers_of_somebody_whose_data_are_withheld_since_are_not_printed_or_issued(
    site: Site, officer: httpx.AsyncClient
) -> None:
    first, *_ = asked(site)
    batch = batch_of(await made(officer))
    assert "自己情報提供不可" not in (await officer.get(f"{BATCHES}/{batch}")).text
    with register(site) as opened, opened.engine.begin() as connection:
        whose = select(issuance_order.c.member_id).where(issuance_order.c.number == first).scalar_subquery()
        hidden = update(member_version).where(member_version.c.member_id == whose)
        connection.execute(hidden.values(information_withheld=True))
    said = (await officer.get(f"{BATCHES}/{batch}")).text
    assert said.count('role="alert"') == 1 and f"（受付番号 {first}）" in said
    assert "自己情報提供不可になった方" in (await officer.post(f"{BATCHES}/{batch}/print", headers=FORM)).text
    assert "自己情報提供不可になった方" in (await settled(officer, await issued(officer, batch))).text
    assert "自己情報提供不可になった方" in (await officer.post(SCAN, data={"order": str(first)})).text
    assert first in open_numbers(site)
    with register(site) as opened:
        Queue(opened).cancel([first], "yuko", "withheld", datetime.now(UTC))
    assert "2件を" in (await settled(officer, await issued(officer, batch))).text


async def test_a_batch_is_issued_once_and_only_after_the_tick(
    site: Site, officer: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    asked(site)
    batch = batch_of(await made(officer))
    refused = await officer.post(f"{BATCHES}/{batch}/issued", data={"issued_on": ""})
    assert refused.status_code == 422 and "チェックを付けてください" in refused.text and len(open_numbers(site)) == 3
    assert f"<h1>束{batch}" in refused.text, "the page of the batch, so that nothing is looked for again"
    for day in ("いつか", "2150-01-01", "2001-01-01"):
        answer = await issued(officer, batch, issued_on=day)
        page = answer if answer.status_code != 303 else await settled(officer, answer)
        assert page.text.count("受付日から今日までの日を") == 1 and len(open_numbers(site)) == 3
    await settled(officer, await issued(officer, batch))
    for again in (await issued(other, batch), await other.post(f"{BATCHES}/{batch}/again", headers=FORM)):
        assert again.status_code == 409 and again.text.count("この束の申込みは、すべて終わっています。") == 1
    assert (await issued(officer, 999)).status_code == 404


async def test_two_officers_take_the_same_orders(
    site: Site, officer: httpx.AsyncClient, other: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(site)
    go_on, began = held(monkeypatch)
    first = await officer.post(f"{POST}/make", data={"kind": ""})
    assert await anyio.to_thread.run_sync(began.wait, 60)
    working = await officer.get(first.headers["location"])
    assert "書類を作っています" in working.text and working.headers["refresh"] == "2"
    for lasted, seconds in ((30, "5"), (300, "10")):
        with monkeypatch.context() as patched:
            patched.setattr(serving, "monotonic", lambda lasted=lasted: time.monotonic() + lasted)
            assert (await officer.get(first.headers["location"])).headers["refresh"] == seconds
    still = await officer.get(f"{first.headers['location']}?renew=no")
    assert not renews(still) and still.text.count('?renew=no">更新する</a>') == 2
    assert (await officer.get(f"{first.headers['location']}?renew=perhaps")).status_code == 422
    second = await other.post(f"{POST}/make", data={"kind": ""})
    assert second.status_code == 409 and second.text.count("いま、この端末で別の作業を行っています。") == 1
    with register(site) as opened:  # at another kiosk
        taking = PostBatches(opened).taking(
            PostBatches(opened).choice().free, [], site.stage.on, "saburo", datetime.now(UTC)
        )
        with taking:
            pass
    go_on.set()
    late = await settled(officer, first)
    assert late.text.count("ほかの職員が先に束にしたか") == 1 and not left(site)
    nothing = await other.post(f"{POST}/make", data={"kind": ""})
    assert nothing.status_code == 422 and "まだ作っていない申込みは、ありません。" in nothing.text
    with register(site) as opened:
        assert len(PostBatches(opened).all()) == 1


def held(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Let the making of papers wait; return what lets it go on, and what says that it has begun."""
    go_on, began, real = threading.Event(), threading.Event(), PostPrinter.print_all

    def slow(printer: PostPrinter, folder: Path) -> Printed:
        began.set()
        assert go_on.wait(60)
        return real(printer, folder)

    monkeypatch.setattr(PostPrinter, "print_all", slow)
    return go_on, began


async def test_a_session_that_ends_while_papers_are_made_loses_nothing(
    site: Site, officer: httpx.AsyncClient, other: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(site)
    go_on, began = held(monkeypatch)
    first = await officer.post(f"{POST}/make", data={"kind": ""})
    assert await anyio.to_thread.run_sync(began.wait, 60)
    await officer.post("/officer/log-out")
    go_on.set()
    for _ in range(_PATIENCE):
        if (papers := await other.get(f"{BATCHES}/1/notice.pdf")).status_code == 200:
            break
        await anyio.sleep(0.01)
    assert papers.content.startswith(b"%PDF") and "束1" in (await other.get(BATCHES)).text
    assert (await other.get(first.headers["location"])).status_code == 410


async def test_a_session_that_locks_before_the_button_issues_nothing(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(site)
    batch = batch_of(await made(officer))

    class Later:
        CLOCK_BOOTTIME = time.CLOCK_BOOTTIME

        def clock_gettime(self, clock: int) -> float:
            return time.clock_gettime(clock) + site.settings.staff.idle_limit + 1

    monkeypatch.setattr("kiosk.staff.sessions.time", Later())
    assert (await issued(officer, batch)).headers["location"] == "/officer/log-in"
    assert (await officer.post(SCAN, data={"order": "1"})).headers["location"] == "/officer/log-in"
    assert len(open_numbers(site)) == 3 and "issue_begun" not in site.journal()


async def test_scanned_orders_are_issued_one_after_another(
    site: Site, officer: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    first, second, third = asked(site, days=3)
    unmade = await officer.post(SCAN, data={"order": str(first)})
    assert unmade.status_code == 422 and unmade.text.count("まだ作られていません。") == 1
    await made(officer, most="2", issued_on=(site.stage.on - timedelta(days=1)).isoformat())
    assert f"<li>受付番号{first}：" in (await officer.get(SCAN)).text, "the next paper does not make it forgotten"
    wide = str(second).translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    for number in (str(first), wide):
        assert (await officer.post(SCAN, data={"order": f" {number}\r"})).headers["location"] == SCAN
    page = (await officer.get(SCAN)).text
    assert f"受付番号{first}：" not in page, "it is issued now"
    assert page.count(f"受付番号{second}　資格情報通知書") == 2 and "autofocus" in page
    twice = await other.post(SCAN, data={"order": str(first)})
    assert twice.status_code == 409 and twice.text.count("すでに交付済みです。") == 1
    assert f'role="alert">受付番号{first}：' in twice.text
    for wrong, number in (("2147483647", 2147483647), ("９９９", 999), ("0", 0)):
        refused = await officer.post(SCAN, data={"order": wrong})
        said = f'role="alert">受付番号{number}：その受付番号の申込みはありません。'
        assert refused.status_code == 404 and refused.text.count(said) == 1
    for wrong in ("abc", "-1", "99999999999", "1234-5678-9018"):
        refused = await officer.post(SCAN, data={"order": wrong})
        assert refused.status_code == 422 and refused.text.count("受付番号ではありません。") == 1
        assert wrong not in re.sub(r"<[^>]*>", "", refused.text.split("</header>")[1])
    assert open_numbers(site) == [third]
    yesterday = site.stage.on - timedelta(days=1)
    with register(site) as opened:
        assert {order.issued_on for order in Queue(opened).numbered([first, second])} == {yesterday}
    for act in ("issue_begun", "issue_done"):
        assert [detail for done, detail in details(site) if done == act] == [f"order.{first}", f"order.{second}"]


async def test_an_order_that_was_cancelled_is_not_issued_by_scanning(site: Site, officer: httpx.AsyncClient) -> None:
    first, *_ = asked(site)
    await made(officer)
    with register(site) as opened:
        Queue(opened).cancel([first], "saburo", "moved", datetime.now(UTC))
    refused = await officer.post(SCAN, data={"order": str(first)})
    assert refused.status_code == 409 and refused.text.count("書類があれば、発送せずに抜いてください。") == 1


async def test_papers_that_cannot_be_made_are_named_and_left_out(site: Site, officer: httpx.AsyncClient) -> None:
    numbers = asked(site)
    with register(site) as opened:
        whose = next(Queue(opened).numbered(numbers[:1])).member
        member = opened.member(whose)
        assert member is not None
        opened.take_over(member, {"lost_on": site.stage.on - timedelta(days=1)}, datetime.now(UTC), site.stage.on, "x")
    refused = await made(officer)
    assert refused.text.count("作れない書類があるため、何も作っていません。") == 1 and not left(site)
    assert f"<td>{numbers[0]}</td>" in refused.text and member.name not in refused.text
    at = refused.request.url.path
    page = await settled(officer, await officer.post(f"{at}/leave-out", headers=FORM))
    assert "資格情報通知書2件" in page.text and "作れない1件は、発送待ちに残しました。" in page.text
    batch = batch_of(page)
    assert "除いた申込みの一覧" in (await officer.get(f"{BATCHES}/{batch}")).text
    listed = (await officer.get(f"{BATCHES}/{batch}/left-out.csv")).text
    assert listed == f"order,kind,fields\n{numbers[0]},notice,\n"
    again = await officer.post(f"{at}/leave-out", headers=FORM)
    assert "ほかの職員が先に束にしたか" in (await settled(officer, again)).text and open_numbers(site) == numbers


async def test_papers_are_made_again_and_removed_after_the_working_day(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(site)
    batch = batch_of(await made(officer))
    monkeypatch.setattr(running, "KEPT_PAPERS", 0.05)
    page = await settled(officer, await officer.post(f"{BATCHES}/{batch}/again", headers=FORM))
    assert batch_of(page) == batch
    for _ in range(_PATIENCE):
        if not left(site):
            break
        await anyio.sleep(0.01)
    assert "この束の書類は、この端末にありません。" in (await officer.get(f"{BATCHES}/{batch}")).text
    gone = await officer.get(f"{BATCHES}/{batch}/notice.pdf")
    assert gone.status_code == 404 and "「書類を作り直す」で作り直せます。" in gone.text


async def test_papers_made_again_are_kept_as_long_as_the_first_ones(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(site)
    removals: list[Callable[[], object]] = []
    loop = asyncio.get_running_loop()
    later = loop.call_later

    def noted(seconds: float, act: Callable[..., object], *given: object) -> asyncio.TimerHandle:
        if seconds == running.KEPT_PAPERS:
            removals.append(lambda: act(*given))
        return later(seconds, act, *given)

    monkeypatch.setattr(loop, "call_later", noted)
    batch = batch_of(await made(officer))
    await settled(officer, await officer.post(f"{BATCHES}/{batch}/again", headers=FORM))
    first, second = removals
    first()
    assert (await officer.get(f"{BATCHES}/{batch}/notice.pdf")).status_code == 200
    second()
    assert (await officer.get(f"{BATCHES}/{batch}/notice.pdf")).status_code == 404 and not left(site)


async def test_with_a_clock_that_is_wrong_nothing_is_planned_made_or_issued(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = asked(site)
    batch = batch_of(await made(officer))
    service = site.desk._looking_up.service
    monkeypatch.setattr(service, "now", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    pages = [
        await settled(officer, await officer.post(f"{POST}/plan", headers=FORM)),
        await settled(officer, await officer.post(f"{BATCHES}/{batch}/again", headers=FORM)),
        await settled(officer, await issued(officer, batch)),
        await officer.post(SCAN, data={"order": str(numbers[0])}),
    ]
    assert ["（S-05）" in page.text for page in pages] == [True] * 4 and open_numbers(site) == numbers
    assert "plan_begun" not in site.journal() and "issue_begun" not in site.journal()


@pytest.mark.parametrize("day", ["R20.1.1", "tomorrow"])
async def test_a_day_that_could_not_be_issued_on_is_refused_before_papers_have_it(
    site: Site, officer: httpx.AsyncClient, day: str
) -> None:
    numbers = asked(site)
    tomorrow = (site.stage.on + timedelta(days=1)).isoformat()
    form = {"kind": "", "issued_on": tomorrow if day == "tomorrow" else day}
    page = await officer.post(f"{POST}/make", data=form)
    assert page.status_code == 422 and page.text.count("受付日から今日までの日を") == 1
    assert open_numbers(site) == numbers and not left(site)


async def test_a_day_before_an_order_is_refused_before_papers_have_it(site: Site, officer: httpx.AsyncClient) -> None:
    numbers = asked(site, days=1)
    early = (site.stage.on - timedelta(days=2)).isoformat()
    page = await officer.post(f"{POST}/make", data={"kind": "notice", "most": "2", "issued_on": early})
    assert page.status_code == 422 and page.text.count("受付日から今日までの日を") == 1 and not left(site)
    assert f'value="{early}" aria-invalid="true"' in page.text
    assert 'maxlength="100" value="2"' in page.text and '"notice" selected' in page.text
    assert open_numbers(site) == numbers and "papers_begun" not in site.journal()


async def test_papers_leave_the_journal_its_part_of_the_disk(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(site)
    monkeypatch.setattr(office_folder, "LEAST_LEFT", 2**60)
    answer = await officer.post(f"{POST}/make", data={"kind": ""})
    assert answer.status_code == 422 and "ディスクに空きがないか" in answer.text and not left(site)


async def test_nothing_of_a_person_is_in_an_address_the_journal_or_the_log(
    site: Site, officer: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    numbers = asked(site)
    with register(site) as opened:
        member = opened.member(next(Queue(opened).numbered(numbers[:1])).member)
    assert member is not None
    pages = [
        await officer.get(POST),
        await made(officer),
        await officer.get(f"{BATCHES}/1"),
        await officer.get(BATCHES),
    ]
    said = "".join(page.text for page in pages) + site.journal() + "".join(capfd.readouterr())
    for private in (member.name, member.kana, member.id.number, member.birth_date.isoformat()):
        assert private not in said


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (StationeryError("no font"), "書類を作る準備ができていません。"),
        (OSError(28, "x"), "ディスクに空きがないか"),
        (ChildProcessError(10, "a process has ended (signal 9)"), "処理を続けられませんでした（S-01）"),
    ],
)
async def test_what_the_machine_lacks_is_one_sentence(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, error: Exception, says: str
) -> None:
    def fails(*_: object) -> Printed:
        raise error

    numbers = asked(site)
    monkeypatch.setattr(PostPrinter, "print_all", fails)
    page = await made(officer)
    assert page.text.count('role="alert"') == 1 and says in page.text and open_numbers(site) == numbers
    assert "papers_done" not in site.journal()


@pytest.mark.parametrize(
    "form",
    [
        {"most": "0"},
        {"most": "-1"},
        {"most": "x"},
        {"issued_on": "いつか"},
        {"issued_on": "2150-01-01"},
        {"kind": "card"},
    ],
)
async def test_a_choice_that_will_not_do_makes_nothing(
    site: Site, officer: httpx.AsyncClient, form: dict[str, str]
) -> None:
    answer = await officer.post(f"{POST}/make", data={"kind": "", **form})
    assert answer.status_code == 422 and "papers_begun" not in site.journal() and not left(site)
    ((name, typed),) = form.items()
    field = re.search(rf'<input[^>]* name="{name}"[^>]*>', answer.text)
    said = {f'value="{typed}"', 'aria-describedby="refused"', "autofocus"}
    assert name == "kind" or (field and all(one in field[0] for one in said) and 'id="refused"' in answer.text)


async def test_the_last_pages_of_very_many_orders_have_an_address(officer: httpx.AsyncClient) -> None:
    assert (await officer.get(f"{POST}?page=3800")).status_code == 200


async def test_a_link_chooses_the_kind_of_the_file(officer: httpx.AsyncClient) -> None:
    assert '"returned" selected' in (await officer.get("/officer/files?kind=returned")).text
    assert (await officer.get("/officer/files?kind=card-x")).status_code == 422


async def test_a_service_that_ends_makes_nothing(site: Site, officer: httpx.AsyncClient) -> None:
    numbers = asked(site)
    site.app.state.closing.set()
    assert "今回の操作では何も変わっていません。" in (await made(officer)).text
    assert open_numbers(site) == numbers and not left(site)


async def test_where_the_journal_cannot_be_written_nothing_is_done_or_sent(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = numbers = asked(site)
    batch = batch_of(await made(officer, most="1"))

    def full(*_: object) -> None:
        raise JournalError("the disk is full")

    monkeypatch.setattr(Journal, "append", full)
    for answer in (
        await officer.get(f"{BATCHES}/{batch}/notice.pdf"),
        await officer.post(SCAN, data={"order": str(first)}),
    ):
        assert answer.status_code == 503 and answer.text.count("（S-02）") == 1
    assert f'role="alert">受付番号{first}：' in answer.text
    for page in (
        await made(officer),
        await settled(officer, await issued(officer, batch)),
        await settled(officer, await officer.post(f"{POST}/plan", headers=FORM)),
    ):
        assert page.text.count("（S-02）") == 1
    assert open_numbers(site) == numbers and len(left(site)) == 2

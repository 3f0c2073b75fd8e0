"""Work for the post that outlives its session: found again by its account, told to others, refused without a loss."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from kiosk.decision import Policy
from kiosk.documents import PostPrinter, Printed, Stationery
from kiosk.documents.drawing import DrawnFile, Sheaf, drawn
from kiosk.eligibility import Registry
from kiosk.issuance import OrderRefused, PlanPart, Queue
from kiosk.logs import configure_logs
from kiosk.printing_settings import PrintingSettings
from kiosk.reception.post import PostJob, Sent, plans
from kiosk.reception.post.jobs import PostProgress
from kiosk.reception.post.printing import PrintWork
from kiosk.reception.post.prints import Prints
from kiosk.staff import Account
from kiosk.web.officer.lists import ListPage, ListView
from kiosk.web.officer.order_filter import OrdersFilter
from kiosk.web.officer.rendering import OfficePages
from tests.kiosk.web.officer.conftest import FORM as HEADERS
from tests.kiosk.web.officer.conftest import NAME, PASSWORD, Site, logged_in, own_stage
from tests.kiosk.web.officer.held import Held
from tests.kiosk.web.officer.posting import (
    BATCHES,
    FORM,
    POST,
    asked,
    batch_of,
    details,
    issued,
    left,
    lost,
    made,
    open_numbers,
    settled,
)

pytestmark = pytest.mark.anyio


stage = own_stage


@pytest.fixture(autouse=True)
def _drawn_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers are drawn in this process: another one takes seconds to start."""

    def here(sheaves: Iterator[Sheaf], stationery: Stationery, *, beside: bool) -> Iterator[DrawnFile]:
        return drawn(sheaves, stationery, beside=False)

    monkeypatch.setattr("kiosk.documents.post.drawn", here)


@pytest.fixture
def held_papers(monkeypatch: pytest.MonkeyPatch) -> Held:
    """The making of papers waits."""
    held, real = Held(), PostPrinter.print_all

    def slow(printer: PostPrinter, folder: Path) -> Printed:
        held.wait()
        return real(printer, folder)

    monkeypatch.setattr(PostPrinter, "print_all", slow)
    return held


async def log_in_again(client: httpx.AsyncClient) -> None:
    answer = await client.post("/officer/log-in", data={"name": NAME, "password": PASSWORD}, headers=HEADERS)
    assert answer.status_code == 303


async def locked(site: Site, client: httpx.AsyncClient) -> None:
    """Let the session lock itself, since nobody has acted for a while."""

    class Later:
        CLOCK_BOOTTIME = time.CLOCK_BOOTTIME

        def clock_gettime(self, clock: int) -> float:
            return time.clock_gettime(clock) + site.settings.staff.idle_limit + 1

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kiosk.staff.sessions.time", Later())
        assert (await client.get(POST)).headers["location"] == "/officer/log-in"


async def test_work_is_found_again_after_the_lock_and_others_read_whose_it_is(
    site: Site, officer: httpx.AsyncClient, held_papers: Held
) -> None:
    asked(site)
    answer = await officer.post(f"{POST}/make", data={"kind": ""})
    at = answer.headers["location"]
    await held_papers.began()
    await locked(site, officer)
    await log_in_again(officer)
    assert f'href="{at}">書類を作っています' in (await officer.get(POST)).text
    async with site.client() as other:
        await logged_in(site, other, name="jiro")
        said = (await other.get(POST)).text
        assert at not in said and "事務 優子さんが、" in said and "から書類を作っています。" in said
        busy = await other.post(f"{POST}/make", data={"kind": ""})
        assert busy.status_code == 409 and busy.text.count("から書類を作っています。") == 2
        assert (await other.get(at)).status_code == 410
    held_papers.go_on.set()
    batch = batch_of(await settled(officer, answer))
    for page in (POST, f"{BATCHES}/{batch}"):
        assert f'href="{at}">書類を作りました（束{batch}）' in (await officer.get(page)).text


async def test_what_was_refused_is_found_again_logged_and_in_the_journal(
    site: Site, officer: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs()
    first, *_ = asked(site)
    lost(site, first)
    at = (await made(officer)).request.url.path
    await officer.post("/officer/log-out")
    await log_in_again(officer)
    assert f'href="{at}">書類を作る：行いませんでした' in (await officer.get(POST)).text
    page = await officer.get(at)
    assert f"<td>{first}</td>" in page.text and "これらを除いて作る" in page.text
    refused = [(act, detail) for act, detail in details(site) if act.startswith("papers")]
    assert refused == [("papers_begun", "orders.3"), ("papers_refused", "orders.3.unmakeable")]
    logged = capfd.readouterr().err
    assert '"event":"work for the post was refused"' in logged.replace('": "', '":"') and "unmakeable" in logged


def test_very_many_jobs_at_their_end_do_not_hide_the_page(tmp_path: Path) -> None:
    account, at = Account("yuko", "事務 優子", "hash", "epoch"), datetime(2026, 11, 30, 0, 5, tzinfo=UTC)
    jobs = []
    for number in range(1, 9):
        work = PrintWork(number, (), PrintingSettings(), Prints(tmp_path, lambda: at), lambda: None)
        jobs.append(PostJob(work, PostProgress(bool), account=account, sessions=[], began_at=at, ended_at=at))
        jobs[-1].end(Sent(()))
    listed = ListPage((), 1, 1, 0, 0)
    page = OfficePages(kiosk="1", simulation=False).post_queue(account, OrdersFilter(), ListView(), listed, jobs)
    shown, _, more = page.partition("<summary>ほかの3件</summary>")
    assert [number for number in range(1, 9) if f"印刷しました（束{number}）</a>　9:05" in shown] == [4, 5, 6, 7, 8]
    assert "（束3）" in more and "（束1）" in more


async def test_a_plan_ends_with_the_lock_and_says_so(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, real = Held(), plans.plan_parts

    def slow(registry: Registry, on: date, policy: Policy) -> Iterator[PlanPart]:
        held.wait()
        yield from real(registry, on, policy)

    monkeypatch.setattr(plans, "plan_parts", slow)
    answer = await officer.post(f"{POST}/plan")
    await held.began()
    working = await officer.get(answer.headers["location"])
    assert "ログアウトするか、画面がロックされると、計画はやめます。" in working.text
    await locked(site, officer)
    await log_in_again(officer)
    await officer.get(POST)
    held.go_on.set()
    assert "画面がロックされたため、やめました。" in (await settled(officer, answer)).text and not left(site)


async def test_a_second_click_leads_to_the_work_of_the_first(
    site: Site, officer: httpx.AsyncClient, held_papers: Held
) -> None:
    asked(site)
    first = await officer.post(f"{POST}/make", data={"kind": "notice"})
    await held_papers.began()
    again = await officer.post(f"{POST}/make", data={"kind": "notice"})
    assert (again.status_code, again.headers["location"]) == (303, first.headers["location"])
    assert (await officer.post(f"{POST}/make", data={"kind": ""})).status_code == 409
    held_papers.go_on.set()
    batch = batch_of(await settled(officer, first))
    done = await issued(officer, batch)
    await settled(officer, done)
    assert (await issued(officer, batch)).headers["location"] == done.headers["location"]
    assert [act for act, _ in details(site)] == ["papers_begun", "papers_done", "issue_begun", "issue_done"]


async def test_papers_that_cannot_be_removed_leave_the_batch_issued(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs()
    asked(site)
    batch, unlink = batch_of(await made(officer)), Path.unlink

    def fails(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".pdf":
            raise OSError(5, "Input/output error")
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", fails)
        page = await settled(officer, await issued(officer, batch))
    assert "<h1>交付済みにしました" in page.text and not open_numbers(site)
    assert "files of work that has ended cannot be removed" in capfd.readouterr().err
    assert (await officer.get(f"{BATCHES}/{batch}/notice.pdf")).status_code == 409
    assert not left(site), "it was known still, so it goes when somebody asks for it"


async def test_a_batch_whose_papers_did_not_get_their_place_is_named(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(site)
    rename = os.rename

    def fails(source: Path, target: Path) -> None:
        if target.parent.name == "post":
            raise OSError(28, "No space left on device")
        rename(source, target)

    monkeypatch.setattr("kiosk.private_files.os.rename", fails)
    page = await made(officer)
    assert "<h1>終わりませんでした" in page.text and page.text.count("束はできましたが、") == 1
    assert f'href="{BATCHES}/1"' in page.text and not left(site)
    assert ("papers_refused", "orders.3.papers_lost") in details(site)
    monkeypatch.undo()
    again = await settled(officer, await officer.post(f"{BATCHES}/1/again", headers=FORM))
    assert batch_of(again) == 1 and left(site)


async def test_a_day_that_the_batch_cannot_have_is_said_beside_its_field(
    site: Site, officer: httpx.AsyncClient
) -> None:
    asked(site, days=1)
    batch = batch_of(await made(officer))
    for day in (site.stage.on - timedelta(days=2), site.stage.on + timedelta(days=1)):
        page = await issued(officer, batch, issued_on=day.isoformat())
        assert page.status_code == 422 and f'value="{day}" aria-invalid="true"' in page.text
        assert "required checked" in page.text
    assert len(open_numbers(site)) == 3 and "issue_begun" not in site.journal()
    site.app.state.closing.set()
    refused = await settled(officer, await issued(officer, batch))
    assert "今回の操作では何も変わっていません。" in refused.text and f'href="{BATCHES}/{batch}"' in refused.text


async def test_a_plan_with_somebody_who_is_gone_by_now_asks_for_another_plan(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = await settled(officer, await officer.post(f"{POST}/plan"))

    def gone(*_: object, **__: object) -> None:
        raise OrderRefused("there is no such member")

    monkeypatch.setattr(Queue, "enqueue_plan", gone)
    page = await settled(officer, await officer.post(f"{plan.request.url.path}/enqueue"))
    assert page.text.count("計画のあとで登録簿が変わりました。もう一度計画してください。") == 1
    assert not open_numbers(site) and not left(site)

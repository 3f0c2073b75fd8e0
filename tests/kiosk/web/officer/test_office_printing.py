"""Printing from the office: each file followed to its end, and a printer that waits or gives up named."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from kiosk.decision import Document
from kiosk.printing import PrinterTrouble, PrintFailed
from kiosk.printing_settings import PrintingSettings
from kiosk.reception.post import running
from simulators.demo import Stage, set_stage
from tests.kiosk.web.officer.conftest import Site, own_stage
from tests.kiosk.web.officer.posting import (
    BATCHES,
    FORM,
    asked,
    batch_of,
    details,
    left,
    lost,
    made,
    open_numbers,
    settled,
)

pytestmark = pytest.mark.anyio

stage = own_stage

QUEUED = "待ち行列に残っているかもしれません。"


class Printers:
    """Stands for CUPS, which takes back every job: remembers what was sent; ``ends`` says how a job ends."""

    def __init__(self, ends: Callable[[Any], None] = lambda _: None) -> None:
        self.sent: list[tuple[str, str]] = []
        self.ends = ends

    def send(self, file: Path, destination: Any, title: str) -> str:
        assert file.read_bytes().startswith(b"%PDF")
        self.sent.append((file.name, destination.queue))
        return title

    def to_the_end(self, following: Any, _job: str) -> None:
        following.wait()
        self.ends(following)


@pytest.fixture
def printers(monkeypatch: pytest.MonkeyPatch) -> Printers:
    made = Printers()
    monkeypatch.setattr("kiosk.reception.post.printing.send", made.send)
    monkeypatch.setattr(
        "kiosk.reception.post.printing.JobFollower.to_the_end", lambda one, job: made.to_the_end(one, job)
    )
    monkeypatch.setattr("kiosk.reception.post.printing.called_off", lambda _: True)
    monkeypatch.setattr("kiosk.reception.post.printing._ASK_EVERY", 0.0)
    return made


async def test_without_a_printer_there_is_no_button(site: Site, officer: httpx.AsyncClient, printers: Printers) -> None:
    asked(site)
    batch = batch_of(await made(officer))
    assert "印刷する" not in (await officer.get(f"{BATCHES}/{batch}")).text
    refused = await officer.post(f"{BATCHES}/{batch}/print", headers=FORM)
    assert refused.status_code == 422 and "プリンターが設定されていません。" in refused.text and not printers.sent


class TestWithAPrinter:
    """A queue of CUPS is set."""

    @pytest.fixture
    def stage(self, tmp_path: Path, register_kind: str) -> Stage:
        stage = set_stage(tmp_path / "stage", datetime.now(UTC))
        printing = PrintingSettings(a4_queue="office")
        return replace(stage, settings=stage.settings.model_copy(update={"printing": printing}))

    async def test_a_printer_that_waits_or_gives_up_is_named(
        self, site: Site, officer: httpx.AsyncClient, printers: Printers
    ) -> None:
        go_on, began = threading.Event(), threading.Event()

        def out_of_paper(following: Any) -> None:
            following.say(PrinterTrouble.NO_PAPER)
            began.set()
            assert go_on.wait(60)
            raise PrintFailed("job office-1 is still in the queue", PrinterTrouble.NO_PAPER, left=True)

        printers.ends = out_of_paper
        asked(site)
        batch = batch_of(await made(officer))
        answer = await officer.post(f"{BATCHES}/{batch}/print", headers=FORM)
        assert await anyio.to_thread.run_sync(began.wait, 60)
        waiting = await officer.get(answer.headers["location"])
        assert "印刷が止まっています：用紙がありません（S-21）。" in waiting.text
        assert "印刷しています（0 / 1）。" in waiting.text
        second = await officer.post(f"{BATCHES}/{batch}/print", headers=FORM)
        assert (second.status_code, second.headers["location"]) == (303, answer.headers["location"])
        alone = await officer.post(f"{BATCHES}/{batch}/print", data={"file": "notice.pdf"})
        assert alone.status_code == 409 and "事務 優子さんが、" in alone.text
        at = answer.headers["location"]
        assert f'href="{at}">印刷しています（束{batch}）' in (await officer.get(f"{BATCHES}/{batch}")).text
        for act, form in (("again", {}), ("issued", {"posted": "yes"})):
            refused = await officer.post(f"{BATCHES}/{batch}/{act}", data=form, headers=FORM)
            assert refused.status_code == 409 and "この束は、いま印刷しているか" in refused.text
        assert len(open_numbers(site)) == 3 and left(site), "its files are not removed under the printer"
        go_on.set()
        page = await settled(officer, answer)
        assert page.text.count('role="alert"') == 1 and "<h1>最後まで印刷できませんでした</h1>" in page.text
        assert "資格情報通知書（A4）：最後まで印刷できませんでした。" in page.text
        assert "（用紙がありません、S-21）" in page.text and QUEUED in page.text
        page = await officer.get(f"{BATCHES}/{batch}")
        assert (
            "最後の印刷：" in page.text and QUEUED in page.text and f'action="{BATCHES}/{batch}/stop"' not in page.text
        )
        assert "print_done" not in site.journal() and len(open_numbers(site)) == 3

    async def test_papers_are_printed_until_the_officer_stops_it_and_the_others_again_alone(
        self, site: Site, officer: httpx.AsyncClient, printers: Printers
    ) -> None:
        asked(site, 1)
        asked(site, 1, document=Document.CONFIRMATION)
        batch = batch_of(await made(officer))
        page = (await officer.get(f"{BATCHES}/{batch}")).text
        assert 'value="carrier.pdf">印刷する' in page and 'value="confirmation.pdf"' not in page, "no card printer"

        stopped, second = threading.Event(), threading.Event()

        def waits(following: Any) -> None:
            if [name for name, _ in printers.sent] == ["notice.pdf", "carrier.pdf"]:
                following.say(PrinterTrouble.HELD)
                second.set()
                assert stopped.wait(60)
                following.wait()

        printers.ends = waits
        answer = await officer.post(f"{BATCHES}/{batch}/print", headers=FORM)
        assert await anyio.to_thread.run_sync(second.wait, 60)
        at = answer.headers["location"]
        page = (await officer.get(at)).text
        assert "待ち行列で保留になっています（S-21）" in page and f'action="{at}/stop"' in page
        page = (await officer.get(f"{BATCHES}/{batch}")).text
        assert "いま印刷しています（1 / 2）。" in page and f'action="{BATCHES}/{batch}/stop"' in page
        other = f"{BATCHES}/{batch + 1}/stop"
        assert (await officer.post(other, headers=FORM)).status_code == 303
        assert f'action="{at}/stop"' in (await officer.get(at)).text, "another batch's is no matter of this one"
        assert (await officer.post(f"{at}/stop", headers=FORM)).status_code == 303
        assert details(site)[-1] == ("print_stopped", str(batch)), "whoever stops it is in the journal"
        assert f'action="{at}/stop"' not in (await officer.get(at)).text, "once is enough"
        stopped.set()
        page = (await settled(officer, answer)).text
        assert "<h1>印刷をやめました</h1>" in page and QUEUED not in page
        assert "資格確認書の台紙（A4）：印刷をやめました。" in page
        assert "印刷できたファイル：資格情報通知書（A4）" in page and f'href="{BATCHES}/{batch}"' in page
        again = await officer.post(f"{BATCHES}/{batch}/print", data={"file": "carrier.pdf"})
        assert "1つのファイルを印刷しました。" in (await settled(officer, again)).text
        assert "資格確認書の台紙（A4）。すべて印刷しました。" in (await officer.get(f"{BATCHES}/{batch}")).text
        assert printers.sent == [(f"{name}.pdf", "office") for name in ("notice", "carrier", "carrier")]
        assert len(open_numbers(site)) == 2
        assert details(site)[-2:] == [("print_begun", f"{batch}.carrier.pdf"), ("print_done", f"{batch}.carrier.pdf")]
        for file, status in (("confirmation.pdf", 422), ("manifest.csv", 422), ("aside-notice.pdf", 404)):
            assert (await officer.post(f"{BATCHES}/{batch}/print", data={"file": file})).status_code == status

    async def test_nothing_removes_the_files_of_a_batch_that_is_being_printed(
        self, site: Site, officer: httpx.AsyncClient, printers: Printers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        expiries: list[Callable[[], object]] = []
        loop = asyncio.get_running_loop()
        later = loop.call_later

        def noted(seconds: float, act: Callable[..., object], *given: object) -> asyncio.TimerHandle:
            if seconds == running.KEPT_PAPERS:
                expiries.append(lambda: act(*given))
            return later(seconds, act, *given)

        monkeypatch.setattr(loop, "call_later", noted)
        go_on, began = threading.Event(), threading.Event()

        def slow(_: Any) -> None:
            began.set()
            assert go_on.wait(60)

        printers.ends = slow
        first, *_ = asked(site)
        batch = batch_of(await made(officer))
        lost(site, first)
        refused = await settled(officer, await officer.post(f"{BATCHES}/{batch}/again", headers=FORM))
        assert "これらを除いて作る" in refused.text
        answer = await officer.post(f"{BATCHES}/{batch}/print", headers=FORM)
        assert await anyio.to_thread.run_sync(began.wait, 60)
        without = await officer.post(f"{refused.request.url.path}/leave-out", headers=FORM)
        assert without.status_code == 409 and "この束は、いま印刷しているか" in without.text
        (expire,) = expiries
        expire()
        assert (await officer.get(f"{BATCHES}/{batch}/notice.pdf")).status_code == 200
        go_on.set()
        assert "1つのファイルを印刷しました。" in (await settled(officer, answer)).text
        assert not left(site), "they are removed once they were printed"

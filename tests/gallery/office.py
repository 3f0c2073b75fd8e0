"""Take pictures of the union's office: a kiosk that serves, and an officer who works there without a script."""

from __future__ import annotations

import csv
import io
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from kiosk import __version__
from kiosk.decision import Document
from kiosk.eligibility import Heartbeat, Registry, keep_heartbeat
from kiosk.issuance import OrderRefused, Queue
from kiosk.roles import Role
from kiosk.staff import Accounts, accounts_path
from simulators.demo import RunningKiosk, set_stage
from simulators.demo.command import free_port
from simulators.readers import plugin
from tests.gallery.busy_year import a_year_went_by

__all__ = ["shoot_office"]

_NAME = "yuko"
_PATIENCE = 15_000
_SIZES: tuple[ViewportSize, ...] = ({"width": 1280, "height": 800}, {"width": 1920, "height": 1080})


def shoot_office(folder: Path, done: Callable[[], object] = lambda: None) -> list[str]:
    """Write ``folder/SIZE-NAME.png`` for each page of the office and return the names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        keys = {"staff.listen": f"127.0.0.1:{free_port()}", "printing.a4_queue": "a-printer-that-is-not-there"}
        stage = set_stage(Path(place) / "stage", datetime.now(UTC), listen=f"127.0.0.1:{free_port()}", **keys)
        password = secrets.token_urlsafe(12)
        Accounts(accounts_path(stage.settings.data_dir)).add(_NAME, "事務 優子", password, Role.OFFICER)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--disable-gpu"])
        a_year_went_by(stage.settings)
        with RunningKiosk(stage, plugin.readers) as kiosk:
            _busy(kiosk)
            for size in _SIZES:
                page = browser.new_context(viewport=size, java_script_enabled=False).new_page()
                for name in _scenes(kiosk, page, password):
                    names.append(f"{size['width']}x{size['height']}-{name}")
                    page.screenshot(path=folder / f"{names[-1]}.png", full_page=True)
                    done()
        browser.close()
    return names


def _busy(kiosk: RunningKiosk) -> None:
    """Give the office something to look at: orders in time, late and set aside, and more kiosks of the register."""
    settings = kiosk.stage.settings
    now = datetime.now(UTC)
    with Registry.open(settings.database) as registry:
        queue, everybody = Queue(registry), list(registry.members())
        aside = [one.id for one in everybody if one.information_withheld and one.lost_on is None][:1]
        members = [*aside, *(one.id for one in everybody[:23])]
        for at, member in enumerate(members):
            asked = now - timedelta(days=at // 3 if at else 30)
            with suppress(OrderRefused):
                queue.request(member, Document.NOTICE, reasons=["not_linked_yet"], by=_NAME, now=asked)
        for name, called, ahead in (("2", True, 0.0), ("3", False, 95.0), ("9", False, 0.0)):
            said = Heartbeat(
                name, __version__, "idle", None, now, now if called else None, now - timedelta(hours=1), None
            )
            seen = now - timedelta(minutes=9) if name == "9" else now + timedelta(seconds=ahead)
            keep_heartbeat(registry.engine, said, seen)


def _scenes(kiosk: RunningKiosk, page: Page, password: str) -> Iterator[str]:
    """Yield the name of each page when it is shown."""
    page.goto(f"http://{kiosk.stage.settings.staff.listen}/officer")
    yield "log-in"
    page.fill("[name=name]", _NAME)
    page.fill("[name=password]", password)
    page.click("[type=submit]")
    expect(page.get_by_role("heading", name="登録簿を使う端末")).to_be_visible(timeout=_PATIENCE)
    yield "today"
    for part in ("waiting", "kiosks"):
        page.goto(f"http://{kiosk.stage.settings.staff.listen}/officer/{part}")
        yield part
    page.goto(f"http://{kiosk.stage.settings.staff.listen}/officer/search")
    yield "search"
    page.click("main [type=submit]")
    yield "search-refused"
    cells = kiosk.persona("card-works-family").member
    assert cells is not None
    page.fill("[name=kana]", "")
    page.fill("[name=symbol]", cells["symbol"])
    page.press("[name=symbol]", "Enter")
    yield "found"
    page.select_option("[name=reason]", "inquiry")
    page.click(f"text={cells['name']}")
    yield "member"
    page.fill("[name=certificate_valid_until]", "R7.3.31")
    page.click("text=判定してみる")
    yield "what-if"
    page.goto(f"http://{kiosk.stage.settings.staff.listen}/officer/statistics")
    expect(page.get_by_role("img").first).to_be_visible(timeout=_PATIENCE)
    yield "statistics"
    yield from _files(kiosk, page)
    yield from _post(kiosk, page)


def _post(kiosk: RunningKiosk, page: Page) -> Iterator[str]:
    """Yield the pages of the post, from the plan to the issue by batch and by scanning."""
    at = f"http://{kiosk.stage.settings.staff.listen}/officer/post"
    page.goto(at)
    page.click("text=計画を立てる")
    expect(page.get_by_text("まだ何も変わっていません")).to_be_visible(timeout=_PATIENCE)
    yield "plan"
    page.click("main .button--primary")
    expect(page.get_by_text("件を加えました")).to_be_visible(timeout=_PATIENCE)
    page.click("text=発送待ちを見る")
    yield "post"
    page.fill("[name=most]", "6")
    page.click("text=束を作る")
    expect(page.get_by_text("件を作りました")).to_be_visible(timeout=4 * _PATIENCE)
    yield "papers"
    page.click("text=束の一覧")
    yield "batches"
    page.locator("tbody tr", has_text="送付先").locator("a").last.click()
    yield "aside"
    page.click("text=束の一覧")
    page.locator("tbody tr", has_not_text="送付先").locator("a").last.click()
    yield "batch"
    page.locator("main button", has_text="印刷する").first.click()
    expect(page.get_by_role("alert")).to_be_visible(timeout=_PATIENCE)
    yield "not-printed"
    page.goto(f"{at}/scan")
    page.fill("[name=order]", "2147483647")
    page.press("[name=order]", "Enter")
    yield "scan"


def _files(kiosk: RunningKiosk, page: Page) -> Iterator[str]:
    """Yield the pages of a file: one with somebody new and somebody changed is taken, and taken back."""
    page.goto(f"http://{kiosk.stage.settings.staff.listen}/officer/files")
    yield "files"
    page.set_input_files("[name=file]", {"name": "members.csv", "mimeType": "text/csv", "buffer": _member_file(kiosk)})
    page.check("[name=complete]")
    page.click("text=内容を確認する")
    expect(page.get_by_text("まだ何も変わっていません")).to_be_visible(timeout=_PATIENCE)
    yield "preview"
    for tick in page.locator("main .check input").all():
        tick.check()
    page.click("main .button--primary")
    expect(page.get_by_text("として記録しました")).to_be_visible(timeout=_PATIENCE)
    yield "taken"
    page.click("text=ファイルの一覧へ")
    page.locator("tbody a").first.click()
    yield "report"
    page.click("text=この取り込みを取り消す")
    expect(page.get_by_text("まだ何も変わっていません")).to_be_visible(timeout=_PATIENCE)
    yield "undo-preview"
    for tick in page.locator("main .check input").all():
        tick.check()
    page.click("main .button--primary")
    expect(page.get_by_text("として記録しました")).to_be_visible(timeout=_PATIENCE)
    yield "undone"
    bad = b"insurer_number,symbol\n"
    page.goto(f"http://{kiosk.stage.settings.staff.listen}/officer/files")
    page.set_input_files("[name=file]", {"name": "members.csv", "mimeType": "text/csv", "buffer": bad})
    page.click("text=内容を確認する")
    expect(page.get_by_role("alert")).to_be_visible(timeout=_PATIENCE)
    yield "file-refused"


def _member_file(kiosk: RunningKiosk) -> bytes:
    cells = kiosk.persona("card-works-family").member
    assert cells is not None
    text = io.StringIO()
    writer = csv.DictWriter(text, list(cells))
    writer.writeheader()
    writer.writerow({**cells, "employer": "架空工業株式会社"})
    writer.writerow({**cells, "number": "900001", "branch": "00", "name": "架空 新●郎"})
    return text.getvalue().encode()

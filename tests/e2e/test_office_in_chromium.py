"""An officer in Chromium: by keyboard alone, without a script, and with nothing that axe finds."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from kiosk.roles import Role
from kiosk.staff import Accounts, accounts_path
from tests.e2e.staffed import PASSWORD, Staffed

OFFICER = "yuko"


@pytest.fixture
def officer(staffed: Staffed) -> Staffed:
    """A kiosk with an officer's account."""
    Accounts(accounts_path(staffed.stage.settings.data_dir)).add(OFFICER, "事務 優子", PASSWORD, Role.OFFICER)
    return staffed


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A browser that runs no script."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ja-JP", java_script_enabled=False)
    yield context.new_page()
    context.close()


def typed(page: Page, label: str, text: str) -> None:
    """Go on with the Tab key until the field of this label has the focus, and type."""
    wanted = page.get_by_label(label)
    for _ in range(40):
        if page.locator(":focus").count() and wanted.and_(page.locator(":focus")).count():
            page.keyboard.type(text)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {label}")


def reached(page: Page, role: str, name: str) -> None:
    """Go on with the Tab key until this button or link has the focus."""
    for _ in range(80):
        if page.locator(":focus").and_(page.get_by_text(name, exact=True)).count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach the {role} {name}")


def test_from_log_in_to_a_member_by_keyboard_and_without_a_script(officer: Staffed, plain: Page) -> None:
    page, cells = plain, officer.persona("card-works-family").member
    assert cells is not None
    page.goto(f"{officer.staff_url}officer")
    typed(page, "名前（アカウント）", OFFICER)
    typed(page, "パスワード", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("本日")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("本文へ")
    reached(page, "link", "さがす")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("加入者をさがす")
    typed(page, "フリガナ（はじめの文字）", cells["kana"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("さがした結果")
    typed(page, "見る理由（必ず選んでください）", "")
    page.keyboard.press("ArrowDown")
    reached(page, "button", cells["name"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(cells["name"])
    typed(page, "電子証明書の有効期限", "R7.3.31")
    page.keyboard.press("Enter")
    expect(page.locator(".supposed")).to_contain_text("資格確認書")
    for private in (cells["name"], cells["kana"], cells["number"], cells["birth_date"]):
        assert private not in page.url
    assert officer.acts() == ["logged_in", "members_sought", "looked_at", "supposed"]


def member_file(officer: Staffed, folder: Path) -> Path:
    """Write a member file with somebody new, as an officer has it on their own computer."""
    cells = officer.persona("card-works-family").member
    assert cells is not None
    file = folder / "members.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(cells))
        writer.writeheader()
        writer.writerow({**cells, "number": "900001", "branch": "00"})
    return file


def test_a_file_is_previewed_taken_and_undone_by_keyboard_and_without_a_script(
    officer: Staffed, plain: Page, tmp_path: Path
) -> None:
    page, heading = plain, plain.get_by_role("heading", level=1)
    page.on("filechooser", lambda _: None)  # from now on: Chromium is told without an answer, and the key may be first
    page.goto(f"{officer.staff_url}officer")
    typed(page, "名前（アカウント）", OFFICER)
    typed(page, "パスワード", PASSWORD)
    page.keyboard.press("Enter")
    expect(heading).to_contain_text("本日")
    reached(page, "link", "取り込み")
    page.keyboard.press("Enter")
    expect(heading).to_have_text("取り込み")
    typed(page, "CSVファイル", "")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(member_file(officer, tmp_path))
    reached(page, "button", "内容を確認する")
    page.keyboard.press("Enter")
    expect(heading).to_have_text("実行前の確認加入者ファイル", timeout=30_000)
    expect(page.get_by_text("まだ何も変わっていません")).to_be_visible()
    reached(page, "button", "取り込む")
    page.keyboard.press("Enter")
    expect(heading).to_contain_text("取り込みました", timeout=30_000)
    reached(page, "link", "ファイルの一覧へ")
    page.keyboard.press("Enter")
    expect(heading).to_have_text("取り込み")
    reached(page, "link", page.locator("tbody a").first.inner_text())
    page.keyboard.press("Enter")
    expect(heading).to_contain_text("加入者ファイル")
    reached(page, "button", "この取り込みを取り消す")
    page.keyboard.press("Enter")
    expect(heading).to_contain_text("実行前の確認取り込みの取り消し", timeout=30_000)
    reached(page, "button", "取り消す")
    page.keyboard.press("Enter")
    expect(heading).to_contain_text("取り消しました", timeout=30_000)
    assert [act for act in officer.acts() if act != "logged_in"] == [
        "import_preview",
        "import_begun",
        "import_done",
        "report_seen",
        "undo_preview",
        "undo_begun",
        "undo_done",
    ]


def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(officer: Staffed, staff: Page, tmp_path: Path) -> None:
    page, cells = staff, officer.persona("card-works-family").member
    assert cells is not None

    def sound(state: str) -> None:
        found = Axe().run(page)
        assert found.response["violations"] == [], f"{state}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state
        assert page.locator("h1").count() == 1, state

    page.goto(f"{officer.staff_url}officer")
    sound("log-in")
    page.fill("[name=name]", OFFICER)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="登録簿を使う端末")).to_be_visible()
    sound("today")
    page.get_by_role("link", name="さがす").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("加入者をさがす")
    sound("search")
    page.press("[name=kana]", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("全員を一覧にすることはできません。")
    sound("search refused")
    page.fill("[name=symbol]", cells["symbol"])
    page.press("[name=symbol]", "Enter")
    expect(page.get_by_role("table")).to_be_visible()
    sound("found")
    page.select_option("[name=reason]", "inquiry")
    page.get_by_role("button", name=cells["name"]).first.click()
    expect(page.get_by_role("heading", name="登録の履歴")).to_be_visible()
    page.locator("summary").click()
    sound("member")
    page.fill("[name=certificate_valid_until]", "R7.3.31")
    page.get_by_role("button", name="判定してみる").click()
    expect(page.locator(".supposed")).to_be_visible()
    sound("what-if")
    page.get_by_role("link", name="取り込み").click()
    expect(page.get_by_role("heading", name="ファイルを渡す")).to_be_visible()
    sound("files")
    page.set_input_files("[name=file]", member_file(officer, tmp_path))
    page.check("[name=complete]")
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.get_by_text("まだ何も変わっていません")).to_be_visible(timeout=30_000)
    page.locator("summary").first.click()
    sound("preview")
    page.get_by_role("button", name="取り込む").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("取り込みました", timeout=30_000)
    sound("taken")
    page.get_by_role("link", name="ファイルの一覧へ").click()
    page.locator("tbody a").first.click()
    expect(page.get_by_role("button", name="この取り込みを取り消す")).to_be_visible()
    sound("report")
    (tmp_path / "no-table.csv").write_bytes(b"PK")
    page.get_by_role("link", name="ファイルの一覧へ").click()
    page.set_input_files("[name=file]", tmp_path / "no-table.csv")
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.get_by_role("alert")).to_contain_text("CSVファイルではないか", timeout=30_000)
    sound("refused")
    page.get_by_role("link", name="統計").click()
    expect(page.get_by_role("img").first).to_be_visible(timeout=15_000)
    sound("statistics")
    sizes = page.locator(".chart text").evaluate_all(
        "texts => texts.map(text => parseFloat(getComputedStyle(text).fontSize) * text.getCTM().a)"
    )
    assert min(sizes) >= 16, "no text of a picture is smaller"

"""An officer in Chromium: by keyboard alone, without a script, and with nothing that axe finds."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from kiosk.eligibility import Registry
from kiosk.issuance import Queue
from kiosk.roles import Role
from kiosk.staff import Accounts, accounts_path
from tests.e2e.staffed import PASSWORD, Staffed

OFFICER = "yuko"
KEY = ("insurer_number", "symbol", "number", "branch")


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


def pressed(page: Page, role: str, name: str, heading: str) -> None:
    """Reach a button or link, press it by the keyboard, and wait for the page with this heading."""
    reached(page, role, name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading, timeout=60_000)


def previewed(page: Page, file: Path, kind: str = "Home") -> None:
    """Hand in a file by the keyboard, and wait for the preview; ``kind`` is the key that chooses its kind."""
    typed(page, "ファイルの種類", "")
    page.keyboard.press(kind)
    typed(page, "CSVファイル", "")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(file)
    reached(page, "button", "内容を確認する")
    page.keyboard.press("Enter")
    expect(page.get_by_text("まだ何も変わっていません")).to_be_visible(timeout=60_000)


def returned_file(officer: Staffed, folder: Path, number: int) -> Path:
    """Write the feed that says that the letter of an order came back."""
    file = folder / "returned.csv"
    with Registry.open(officer.stage.settings.database) as registry:
        (order,) = Queue(registry).numbered([number])
        member = registry.member(order.member)
    assert member is not None and member.confirmation_valid_from is None
    whose = member.id
    key = [whose.insurer_number, whose.symbol, whose.number, whose.branch]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*KEY, "notice_issued_on", "confirmation_valid_from", "confirmation_valid_until"])
        writer.writerow([*key, "", "", ""])
    return file


def test_the_whole_of_an_officers_day_by_keyboard_and_without_a_script(
    officer: Staffed, plain: Page, tmp_path: Path
) -> None:
    page = plain
    page.on("filechooser", lambda _: None)  # from now on: Chromium is told without an answer, and the key may be first
    page.goto(f"{officer.staff_url}officer")
    typed(page, "名前（アカウント）", OFFICER)
    typed(page, "パスワード", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("本日")
    pressed(page, "link", "取り込み", "取り込み")
    previewed(page, member_file(officer, tmp_path))
    pressed(page, "button", "取り込む", "取り込みました")

    pressed(page, "link", "発送", "発送")
    pressed(page, "button", "計画を立てる", "計画")
    expect(page.get_by_text("まだ何も変わっていません")).to_be_visible(timeout=60_000)
    pressed(page, "button", "発送待ちに加える", "発送待ちに加えました")
    pressed(page, "link", "発送待ちを見る", "発送")
    expect(page.get_by_role("region", name="発送待ちの申込みの表")).to_be_visible()
    typed(page, "書類", "")
    page.keyboard.press("ArrowDown")
    typed(page, "件数", "2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("書類を作りました", timeout=60_000)
    pressed(page, "link", "発送の束1を開く", "束1")
    paper = downloaded(page, "資格情報通知書（A4）")
    manifest = downloaded(page, "ページの一覧（受付番号とページ。個人情報なし）").decode()
    listed = [line.split(",") for line in manifest.split()]
    assert paper.startswith(b"%PDF") and [row[2] for row in listed[1:]] == ["notice", "notice"]

    first, second = listed[1][1], listed[2][1]
    pressed(page, "link", "発送へ", "発送")
    pressed(page, "link", "読み取って交付済みにする", "読み取って交付済みにする")
    page.keyboard.type(first)  # the field has the focus already
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"受付番号{first}")
    page.keyboard.type(first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("すでに交付済みです。")
    pressed(page, "link", "束の一覧", "束の一覧")
    pressed(page, "link", "束1", "束1")
    expect(page.get_by_text("未交付 1件")).to_be_visible()
    reached_field(page, "この束のすべてを発送したことを確かめました")
    page.keyboard.press("Space")
    pressed(page, "button", "未交付の1件を交付済みにする", "交付済みにしました")
    pressed(page, "link", "返戻郵便を取り込んで", "取り込み")
    previewed(page, returned_file(officer, tmp_path, int(second)), kind="End")
    pressed(page, "button", "取り込む", "取り込みました")
    pressed(page, "link", "発送", "発送")
    pressed(page, "button", "計画を立てる", "計画")
    expect(page.get_by_text("まだ何も変わっていません")).to_be_visible(timeout=60_000)
    expect(page.locator("dl")).to_contain_text("新しく加える申込み1件")
    acts = [str(act) for act in officer.acts()]
    assert [act for act in acts if act.endswith(("_done", "_taken"))] == [
        "import_done",
        "plan_done",
        "enqueue_done",
        "papers_done",
        "papers_taken",
        "papers_taken",
        "issue_done",
        "issue_done",
        "import_done",
        "plan_done",
    ]
    assert not [*(officer.stage.settings.data_dir / "post").glob("*/*")]


def downloaded(page: Page, name: str) -> bytes:
    """Reach a file's link by the keyboard, take the file, and return it."""
    reached(page, "link", name)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    return download.value.path().read_bytes()


def reached_field(page: Page, label: str) -> None:
    """Go on with the Tab key until the field of this label has the focus."""
    typed(page, label, "")


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
    for part, whole in (("waiting", "発送待ちの書類"), ("kiosks", "登録簿を使う端末")):
        page.goto(f"{officer.staff_url}officer/{part}")
        expect(page.get_by_role("heading", level=1)).to_have_text(whole)
        sound(part)
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
    page.get_by_role("link", name="発送", exact=True).click()
    page.get_by_role("button", name="計画を立てる").click()
    expect(page.get_by_text("まだ何も変わっていません")).to_be_visible(timeout=60_000)
    sound("plan")
    page.get_by_role("button", name="発送待ちに加える").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("発送待ちに加えました", timeout=60_000)
    page.get_by_role("link", name="発送待ちを見る").click()
    expect(page.get_by_role("table")).to_be_visible()
    sound("queue")
    page.fill("[name=most]", "2")
    page.get_by_role("button", name="束を作る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("書類を作りました", timeout=60_000)
    sound("papers")
    page.get_by_role("link", name="束の一覧").click()
    sound("batches")
    page.get_by_role("link", name="束1").click()
    sound("batch")
    page.goto(f"{officer.staff_url}officer/post/scan")
    page.fill("[name=order]", "2147483647")
    page.press("[name=order]", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("その受付番号の申込みはありません。")
    sound("scan refused")
    page.get_by_role("link", name="統計").click()
    expect(page.get_by_role("img").first).to_be_visible(timeout=15_000)
    sound("statistics")
    sizes = page.locator(".chart text").evaluate_all(
        "texts => texts.map(text => parseFloat(getComputedStyle(text).fontSize) * text.getCTM().a)"
    )
    assert min(sizes) >= 16, "no text of a picture is smaller"

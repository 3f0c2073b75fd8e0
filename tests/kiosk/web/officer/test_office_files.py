"""Files in the office: previewed, taken or not, one at a time, and taken back; no address or log has their content."""

from __future__ import annotations

import csv
import io
import multiprocessing
import re
import threading
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from kiosk.documents import stationery_for
from kiosk.eligibility import NAMES, MemberId, Registry
from kiosk.issuance import Queue
from kiosk.logs import configure_logs
from kiosk.reception import LookingUp, Office, office_folder
from kiosk.reception.books import Books, LateBooks
from kiosk.reception.intake import folder, intake, problems
from kiosk.reception.post import papers
from kiosk.roles import Role
from kiosk.staff import Accounts, accounts_path
from simulators.people import persona
from tests.kiosk.web.officer.conftest import PASSWORD, Site, acts, logged_in, own_stage
from tests.kiosk.web.officer.held import Held
from tests.kiosk.web.officer.posting import renews

pytestmark = pytest.mark.anyio

FILES = "/officer/files"
NEW = {"number": "900001", "branch": "00", "name": "架空 新太郎", "kana": "カクウ シンタロウ"}
_PATIENCE = 3000
KEY_IN_WORDS = "900001（枝番 00）"

stage = own_stage


def cells_of(site: Site, **changed: str) -> dict[str, str]:
    """Return the cells of a member of the stage, some of them changed."""
    found = persona("card-works-family", site.stage.on).member
    assert found is not None
    return {**found, **changed}


def file_of(*members: Mapping[str, str], encoding: str = "utf-8") -> bytes:
    """Return a member file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [name for name in NAMES if name in members[0]])
    writer.writeheader()
    writer.writerows(members)
    return text.getvalue().encode(encoding)


async def handed_in(client: httpx.AsyncClient, content: bytes, name: str = "名簿.csv", **fields: str) -> httpx.Response:
    """Send the form of a page with a file; ``fields`` are the others."""
    data = {"kind": "members", "valid_from": "", "encoding": "auto", **fields}
    return await client.post(FILES, data=data, files={"file": (name, content, "text/csv")})


async def settled(client: httpx.AsyncClient, at: str) -> httpx.Response:
    """Return the page of a draft once nothing goes on any more."""
    for _ in range(_PATIENCE):
        if not renews(page := await client.get(at)):
            return page
        await anyio.sleep(0.01)
    raise AssertionError("it does not end")


async def previewed(client: httpx.AsyncClient, content: bytes, **fields: str) -> httpx.Response:
    """Hand in a file and return the page of its preview."""
    answer = await handed_in(client, content, **fields)
    assert answer.status_code == 303, answer.text
    return await settled(client, answer.headers["location"])


async def taken(client: httpx.AsyncClient, page: httpx.Response, **ticked: str) -> httpx.Response:
    """Agree to a preview and return the page of the result."""
    at = page.request.url.path
    answer = await client.post(f"{at}/take", data=ticked, headers={"Content-Type": "application/x-www-form-urlencoded"})
    return answer if answer.status_code != 303 else await settled(client, at)


async def undone(client: httpx.AsyncClient, batch: int) -> httpx.Response:
    """Ask to take a file back and return the page of what that would do."""
    answer = await client.post(f"{FILES}/{batch}/undo")
    assert answer.status_code == 303, answer.text
    return await settled(client, answer.headers["location"])


def batch_of(page: httpx.Response) -> int:
    found = re.search(r"番号(\d+)として記録しました", page.text)
    assert found, page.text
    return int(found[1])


def number_of(site: Site, cells: Mapping[str, str]) -> int:
    """Return how many versions the register has of a member."""
    whose = MemberId(cells["insurer_number"], cells["symbol"], cells["number"], cells["branch"])
    with Registry.open(site.stage.settings.database) as registry:
        return len(registry.history(whose))


def sources_of(site: Site, cells: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """Return the kind of file of each version that the register has of a member, and who took it."""
    whose = MemberId(cells["insurer_number"], cells["symbol"], cells["number"], cells["branch"])
    with Registry.open(site.stage.settings.database) as registry:
        return [(source.kind, source.by) for source in registry.version_sources(whose)]


def count_of_files(site: Site) -> int:
    with Registry.open(site.stage.settings.database) as registry:
        return len(registry.files())


def drafts(site: Site) -> list[Path]:
    return [*(site.settings.data_dir / "drafts").glob("*")]


async def test_from_the_file_to_the_report_and_back(site: Site, officer: httpx.AsyncClient) -> None:
    new, changed = cells_of(site, **NEW), cells_of(site, employer="架空工業")
    page = await previewed(officer, file_of(new, changed))
    assert "まだ何も変わっていません" in page.text and KEY_IN_WORDS in page.text and "事業所名" in page.text
    assert number_of(site, new) == 0 and [draft.stat().st_mode & 0o777 for draft in drafts(site)] == [0o600]
    assert drafts(site)[0].parent.stat().st_mode & 0o777 == 0o700
    at = f'href="{page.request.url.path}"'
    assert at in (await officer.get(FILES)).text, "an officer who has left the page finds it again"

    done = await taken(officer, page)
    batch = batch_of(done)
    assert number_of(site, new) == 1 and not drafts(site)
    assert f"{at}>加入者ファイル</a>　実行しました" in (await officer.get(FILES)).text
    report = await officer.get(f"{FILES}/{batch}")
    assert KEY_IN_WORDS in report.text and "この取り込みを取り消す" in report.text and "行った人：yuko" in report.text

    asked = await undone(officer, batch)
    assert "登録簿から除く方" in asked.text and number_of(site, new) == 1
    back = await taken(officer, asked)
    assert number_of(site, new) == 0 and "取り消しました" in back.text
    assert sources_of(site, changed) == [("members", None), ("members", "yuko"), ("undo", "yuko")]
    listed = await officer.get(FILES)
    assert f"取り消し済み（番号{batch_of(back)}）" in listed.text and listed.text.count("実行済み") == 1
    assert [(act["act"], act["detail"], act["role"]) for act in acts(site)[1:]] == [
        ("import_preview", "members", "officer"),
        ("import_begun", "members", "officer"),
        ("import_done", f"members.{batch}", "officer"),
        ("report_seen", str(batch), "officer"),
        ("undo_preview", str(batch), "officer"),
        ("undo_begun", str(batch), "officer"),
        ("undo_done", f"{batch}.{batch_of(back)}", "officer"),
    ]


async def test_nothing_of_the_file_is_in_an_address_the_journal_or_the_log(
    site: Site, officer: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = await handed_in(officer, file_of(cells_of(site, **NEW)), name="架空新太郎900001.csv")
    page = await settled(officer, answer.headers["location"])
    done = await taken(officer, page)
    addresses = " ".join(re.findall(r'(?:href|action)="([^"]+)"', page.text + done.text))
    logged = "".join(capfd.readouterr())
    for said in (addresses, site.journal(), logged, str(page.request.url)):
        assert "900001" not in said and "架空" not in said


async def test_a_second_press_takes_nothing_twice(site: Site, officer: httpx.AsyncClient) -> None:
    page = await previewed(officer, file_of(cells_of(site, **NEW)))
    before = count_of_files(site)
    done = await taken(officer, page)
    again = await taken(officer, page)
    assert batch_of(done) == batch_of(again) and count_of_files(site) == before + 1


async def test_refused_by_the_officer_nothing_is_left(site: Site, officer: httpx.AsyncClient) -> None:
    page = await previewed(officer, file_of(cells_of(site, **NEW)))
    answer = await officer.post(f"{page.request.url.path}/drop")
    assert answer.headers["location"] == FILES and not drafts(site)
    assert (await officer.get(page.request.url.path)).status_code == 410
    assert number_of(site, cells_of(site, **NEW)) == 0


BAD: dict[str, tuple[bytes, str]] = {
    "nothing in it": (b"", "ファイルに何も入っていません。"),
    "too few columns": (b"insurer_number,symbol,number\n", "足りない見出し：枝番（branch）、氏名（name）、"),
    "a column twice": (b"insurer_number,symbol,symbol\n", "同じ見出しが2つ以上あります：記号（symbol）"),
    "a mark out of place": (b'insurer_number,"symbol"x\n', "1行目：引用符の位置がまちがっているか"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "1行目の見出しが"),
    "a workbook": (b"PK\x03\x04" + b"\x00\xff" * 500, "1行目の見出しが"),
    "another table": ("商品,値段\nりんご,100\n".encode(), "1列目の見出しは、選んだ種類のファイルにありません。"),
    "UTF-16": ("記号,番号\n".encode("utf-16"), "ファイルがUTF-16です。"),
}


@pytest.mark.parametrize("what", BAD)
async def test_what_is_no_member_file_is_refused_in_one_sentence(
    site: Site, officer: httpx.AsyncClient, what: str
) -> None:
    content, says = BAD[what]
    before = count_of_files(site)
    page = await previewed(officer, content)
    assert page.text.count('role="alert"') == 1 and says in page.text
    assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", re.sub(r"<[^>]*>", "", page.text)), "no English sentence"
    assert "登録簿は変わっていません。" in page.text and not drafts(site) and count_of_files(site) == before
    assert (await taken(officer, page)).text.count("行いませんでした") >= 1


async def test_bad_lines_are_named_by_place_and_never_repeated(site: Site, officer: httpx.AsyncClient) -> None:
    page = await previewed(officer, file_of(cells_of(site, **NEW, birth_date="昭和のいつか"), cells_of(site)))
    assert "2行目" in page.text and "生年月日（birth_date）" in page.text and "日付は「2026-04-01」の形で" in page.text
    assert "昭和のいつか" not in page.text and not drafts(site)


async def test_a_file_in_cp932_is_read(site: Site, officer: httpx.AsyncClient) -> None:
    page = await previewed(officer, file_of(cells_of(site, **NEW), encoding="cp932"))
    assert "Shift_JIS（CP932）" in page.text and "まだ何も変わっていません" in page.text


async def test_a_file_that_is_too_large_is_refused_and_not_kept(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MOST_BYTES", 2_000_000)
    answer = await handed_in(officer, b"a" * 5_000_000)
    assert answer.status_code == 422 and answer.text.count('role="alert"') == 1
    assert "ファイルが大きすぎます" in answer.text and not drafts(site)


async def test_a_file_beyond_all_bounds_is_ended_by_what_it_announces(site: Site, officer: httpx.AsyncClient) -> None:
    answer = await officer.post(FILES, content=b"", headers={"Content-Length": str(2**32)})
    assert answer.status_code == 413 and not drafts(site)


async def test_a_disk_without_room_leaves_nothing(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder.os, "write", full)
    answer = await handed_in(officer, file_of(cells_of(site)))
    monkeypatch.undo()
    assert answer.status_code == 422 and "ディスクに空きがないか" in answer.text and not drafts(site)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"valid_from": "いつか"}, "データの日付は「令和8年4月1日」"),
        ({"valid_from": "2150-01-01"}, "今日より後の日は指定できません"),
    ],
)
async def test_a_day_that_will_not_do_is_one_sentence(
    site: Site, officer: httpx.AsyncClient, fields: dict[str, str], says: str
) -> None:
    answer = await handed_in(officer, file_of(cells_of(site)), **fields)
    assert answer.status_code == 422 and answer.text.count('role="alert"') == 1 and says in answer.text
    assert not drafts(site)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"kind=members", "application/x-www-form-urlencoded"),
        (b"no boundary", "multipart/form-data; boundary=x"),
        (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nnever ends',
            "multipart/form-data; boundary=x",
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="salary"\r\n\r\n1\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
        (b"--x\r\n" + b"a" * 6000, "multipart/form-data; boundary=x"),
    ],
)
async def test_a_form_that_no_page_sends_is_refused(
    site: Site, officer: httpx.AsyncClient, content: bytes, kind: str
) -> None:
    answer = await officer.post(FILES, content=content, headers={"Content-Type": kind})
    assert answer.status_code == 422 and "入力が長すぎるか" in answer.text and not drafts(site)


async def test_a_session_that_locks_while_the_file_comes_leaves_nothing(site: Site, officer: httpx.AsyncClient) -> None:
    content, boundary = file_of(cells_of(site, **NEW)), b"--x"

    async def slowly() -> AsyncIterator[bytes]:
        yield boundary + b'\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        async with site.client(cookies=officer.cookies) as another_tab:
            await another_tab.post("/officer/log-out")
        yield content + b"\r\n--x--\r\n"

    head = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await officer.post(FILES, content=slowly(), headers=head)
    assert (await officer.get(answer.headers["location"])).headers["location"] == "/officer/log-in"
    assert not drafts(site) and "import_preview" not in site.journal()


@pytest.mark.parametrize("role", [None, Role.STAFF])
async def test_a_file_of_somebody_who_may_not_send_it_is_dropped_to_its_end(site: Site, role: Role | None) -> None:
    left = [b"a" * 70_000] * 4

    async def body() -> AsyncIterator[bytes]:
        while left:
            yield left.pop()

    async with site.client() as client:
        if role:
            await logged_in(site, client, role)
        answer = await client.post(FILES, content=body(), headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status_code == (403 if role else 303) and not left and not drafts(site)


async def test_no_file_chosen_is_one_sentence(site: Site, officer: httpx.AsyncClient) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--x--\r\n'
    answer = await officer.post(FILES, content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 422 and "ファイルを選んでください。" in answer.text and not drafts(site)


async def test_a_large_change_needs_a_tick(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.eligibility.import_report.GUARDED_MEMBERS", 1)
    page = await previewed(officer, file_of(cells_of(site, employer="架空工業")), complete="yes")
    assert 'name="large_change"' in page.text and "ファイルにない加入中の方" in page.text
    refused = await taken(officer, page)
    assert refused.status_code == 422 and "すべてに、チェックを付けてください" in refused.text
    assert "取り込みました" in (await taken(officer, page, large_change="yes")).text


async def test_an_older_file_needs_a_tick(site: Site, officer: httpx.AsyncClient) -> None:
    await taken(officer, await previewed(officer, file_of(cells_of(site, employer="架空工業"))))
    page = await previewed(officer, file_of(cells_of(site, employer="架空商事")), valid_from="2020-04-01")
    assert 'name="older"' in page.text and 'name="large_change"' not in page.text
    assert (await taken(officer, page)).status_code == 422
    assert "取り込みました" in (await taken(officer, page, older="yes")).text


async def test_a_register_that_has_changed_since_gives_a_new_preview(
    site: Site, officer: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    new = cells_of(site, **NEW)
    mine, theirs = await previewed(officer, file_of(new)), await previewed(other, file_of(new))
    await taken(other, theirs)
    moved = await taken(officer, mine)
    assert "確認のあとで登録簿が変わったため、行いませんでした。" in moved.text and number_of(site, new) == 1
    assert "取り込みました" in (await taken(officer, moved)).text and number_of(site, new) == 1
    assert [act["detail"] for act in acts(site) if act["act"] == "import_refused"] == ["members.moved"]


async def test_a_feed_changes_its_own_columns_alone(site: Site, officer: httpx.AsyncClient) -> None:
    cells = cells_of(site)
    keys = {name: cells[name] for name in ("insurer_number", "symbol", "number", "branch")}
    page = await previewed(officer, file_of({**keys, "card": "lost"}), kind="card")
    assert "マイナンバーカード" in page.text
    done = await taken(officer, page)
    assert "国のデータ（カード）" in done.text
    unknown = await previewed(officer, file_of({**keys, "number": "900009", "card": "lost"}), kind="card")
    assert "登録簿にない加入者です" in unknown.text


@pytest.fixture
def held_reading(monkeypatch: pytest.MonkeyPatch) -> Held:
    """The reading of a file waits."""
    held, real = Held(), Registry.import_parts

    def slow(*given: Any, **options: Any) -> Any:
        held.wait()
        return real(*given, **options)

    monkeypatch.setattr(Registry, "import_parts", slow)
    return held


async def test_one_at_a_time_and_the_loop_goes_on(
    site: Site, officer: httpx.AsyncClient, other: httpx.AsyncClient, held_reading: Held
) -> None:
    answer = await handed_in(officer, file_of(cells_of(site, **NEW)))
    await held_reading.began()
    working = await officer.get(answer.headers["location"])
    assert "内容を確認しています" in working.text and working.headers["refresh"] == "2"
    stop = f'<a class="skip" href="{answer.headers["location"]}?renew=no">自動の更新をとめる</a>'
    assert working.text.index('href="#main"') < working.text.index(stop) < working.text.index("<header")
    still = await officer.get(f"{answer.headers['location']}?renew=no")
    assert not renews(still) and "更新する</a>" in still.text and "とめる</a>" not in still.text
    assert (await other.get("/officer")).status_code == 200
    typed = {"kind": "card", "valid_from": "R8.4.1", "encoding": "cp932", "complete": "yes"}
    second = await handed_in(other, file_of(cells_of(site, **NEW)), **typed)
    assert second.status_code == 409 and second.text.count("いま、別の取り込みか取り消しを行っています。") == 1
    kept = ('"card" selected', 'value="R8.4.1"', '"cp932" selected', '"yes" checked')
    assert all(one in second.text for one in kept) and "選んだファイルは残っていません。" in second.text
    assert second.text.count("事務 優子さんが、") == 2 and "から内容を確認しています。" in second.text
    assert answer.headers["location"] not in second.text
    assert (await other.post(f"{FILES}/1/undo")).status_code == 409
    assert len(drafts(site)) == 1
    held_reading.go_on.set()
    assert "まだ何も変わっていません" in (await settled(officer, answer.headers["location"])).text


async def test_a_draft_is_of_its_session_alone(
    site: Site, officer: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    page = await previewed(officer, file_of(cells_of(site, **NEW)))
    at = page.request.url.path
    for answer in (await other.get(at), await taken(other, page), await other.post(f"{at}/drop")):
        assert answer.status_code == 410 and "この確認画面は、時間がたったか" in answer.text
    await officer.post("/officer/log-out")
    await other.get(FILES)
    await other.get(at)
    assert not drafts(site), "it ended with its session"


async def test_what_has_ended_is_found_again_after_another_log_in(
    site: Site, officer: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs()
    refused = await previewed(officer, file_of(cells_of(site, **NEW, birth_date="昭和のいつか")))
    done = await taken(officer, await previewed(officer, file_of(cells_of(site, **NEW))))
    await officer.post("/officer/log-out")
    await officer.post("/officer/log-in", data={"name": "yuko", "password": PASSWORD})
    assert "2行目" in (await officer.get(refused.request.url.path)).text
    assert batch_of(await officer.get(done.request.url.path)) == batch_of(done)
    listed = (await officer.get(FILES)).text
    assert listed.index("実行しました") < listed.index("行いませんでした"), "the newest first"
    assert '"bad_lines"' in capfd.readouterr().err


async def test_a_preview_whose_session_locks_is_stopped_and_says_so(
    site: Site, officer: httpx.AsyncClient, held_reading: Held
) -> None:
    answer = await handed_in(officer, file_of(cells_of(site, **NEW)))
    await held_reading.began()
    assert "画面がロックされると、取りやめます。" in (await officer.get(answer.headers["location"])).text
    await officer.post("/officer/log-out")
    await officer.post("/officer/log-in", data={"name": "yuko", "password": PASSWORD})
    await officer.get(FILES)
    held_reading.go_on.set()
    page = await settled(officer, answer.headers["location"])
    assert "画面がロックされたため、やめました。" in page.text and not drafts(site)


async def test_a_second_click_on_taking_back_leads_to_the_preview_of_the_first(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = batch_of(await taken(officer, await previewed(officer, file_of(cells_of(site, **NEW)))))
    go_on, real = threading.Event(), Registry.undo

    def slow(*given: Any, **options: Any) -> Any:
        assert go_on.wait(60)
        return real(*given, **options)

    monkeypatch.setattr(Registry, "undo", slow)
    first, second = [await officer.post(f"{FILES}/{batch}/undo") for _ in range(2)]
    assert (second.status_code, second.headers["location"]) == (303, first.headers["location"])
    go_on.set()
    assert "登録簿から除く方" in (await settled(officer, first.headers["location"])).text


def test_a_process_that_is_killed_is_no_file_that_cannot_be_read(capfd: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    assert problems.refusal_of(ChildProcessError(10, "x")).problem is problems.IntakeProblem.FAILED
    assert "a file was not taken" in capfd.readouterr().err


async def test_a_session_that_locks_before_the_button_takes_nothing(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await previewed(officer, file_of(cells_of(site, **NEW)))

    class Later:
        CLOCK_BOOTTIME = time.CLOCK_BOOTTIME

        def clock_gettime(self, clock: int) -> float:
            return time.clock_gettime(clock) + site.settings.staff.idle_limit + 1

    monkeypatch.setattr("kiosk.staff.sessions.time", Later())
    answer = await taken(officer, page)
    assert answer.url.path == "/officer/log-in" or answer.headers.get("location") == "/officer/log-in"
    assert number_of(site, cells_of(site, **NEW)) == 0
    monkeypatch.undo()
    await officer.post("/officer/log-in", data={"name": "yuko", "password": PASSWORD})
    assert (await officer.get(page.request.url.path)).status_code == 410 and not drafts(site)


async def test_a_draft_that_nobody_takes_is_removed_after_an_hour(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert intake.DRAFT_SECONDS == 3600
    monkeypatch.setattr(intake, "DRAFT_SECONDS", 0.05)
    answer = await handed_in(officer, file_of(cells_of(site, **NEW)))
    for _ in range(_PATIENCE):
        if (await officer.get(answer.headers["location"])).status_code == 410:
            break
        await anyio.sleep(0.01)
    assert not drafts(site) and (await officer.get(answer.headers["location"])).status_code == 410


async def test_a_service_that_ends_takes_nothing_that_it_is_still_reading(
    site: Site, officer: httpx.AsyncClient
) -> None:
    page = await previewed(officer, file_of(cells_of(site, **NEW)))
    before = count_of_files(site)
    site.app.state.closing.set()
    ended = await taken(officer, page)
    assert "登録簿は変わっていません。" in ended.text and not drafts(site) and count_of_files(site) == before


async def test_a_long_file_is_read_in_another_process(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.reception.intake.files._ALONE", 0)
    page = await previewed(officer, file_of(*(cells_of(site, **{**NEW, "number": f"9{at:05}"}) for at in range(3000))))
    assert "3,000人" in page.text
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("kind", ["drafts", "post"])
async def test_what_an_earlier_run_has_left_is_removed_once_the_folder_is_ours(site: Site, kind: str) -> None:
    """Another service may have it still: what that one works on is not left over."""
    data, service = site.settings.data_dir, site.desk._looking_up.service
    left = data / kind / "left"
    left.parent.mkdir(mode=0o700)
    left.write_bytes(b"x")
    books = Books(service.journal, service.site_key)
    service.books = LateBooks(None, lambda: books)
    looking_up = LookingUp(service, Accounts(accounts_path(data)).role_of)
    office = Office(looking_up, Queue(service.registry, service.policy), site.neighbours)
    office.intake(data / "drafts", 5, lambda: False)
    office.post(data / "post", lambda: stationery_for(site.settings), site.settings.printing, bool)
    assert left.exists()
    service.look()
    assert not left.exists()


async def test_until_the_folder_is_ours_nothing_is_put_into_it(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be removed with what an earlier run has left; and another service may work there."""
    monkeypatch.setattr(site.desk._looking_up.service, "books", LateBooks(None, None))
    answers = [
        await handed_in(officer, file_of(cells_of(site, **NEW))),
        await officer.post("/officer/post/plan"),
        await officer.post("/officer/post/make", data={"kind": ""}),
    ]
    for answer in answers:
        assert answer.status_code >= 400 and "（S-02）" in answer.text
    assert not (site.settings.data_dir / "drafts").exists() and not (site.settings.data_dir / "post").exists()


async def test_what_cannot_be_removed_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "post").symlink_to(tmp_path)
    configure_logs()
    papers.PapersFolder(tmp_path / "post").remove_left()
    assert "what an earlier run of the office has left cannot be removed" in capfd.readouterr().err


async def test_with_a_clock_that_is_wrong_no_file_is_taken(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, new = await previewed(officer, file_of(cells_of(site, **NEW))), cells_of(site, **NEW)
    monkeypatch.setattr(site.desk._looking_up.service, "now", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    assert "（S-05）" in (await taken(officer, page)).text and number_of(site, new) == 0
    assert "（S-05）" in (await previewed(officer, file_of(new))).text
    assert site.journal().count("import_preview") == 1 and "import_begun" not in site.journal() and not drafts(site)


async def test_a_file_leaves_the_journal_its_part_of_the_disk(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office_folder, "LEAST_LEFT", 2**60)
    answer = await handed_in(officer, file_of(cells_of(site, **NEW)))
    assert answer.status_code == 422 and "ディスクに空きがないか" in answer.text and not drafts(site)


async def test_files_that_still_come_count_as_drafts(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_MOST_DRAFTS", 1)
    answers: list[httpx.Response] = []

    async def body() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        answers.append(await handed_in(officer, file_of(cells_of(site, **NEW))))
        yield b"\r\n--x\r\n"

    await officer.post(FILES, content=body(), headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answers[0].status_code == 409 and not drafts(site)
    assert "まだ何も変わっていません" in (await previewed(officer, file_of(cells_of(site, **NEW)))).text


async def test_what_another_officer_has_not_decided_on_keeps_nobody_from_a_file(
    site: Site, officer: httpx.AsyncClient, other: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_MOST_DRAFTS", 1)
    await previewed(officer, file_of(cells_of(site, **NEW)))
    mine = await handed_in(officer, file_of(cells_of(site, **NEW)))
    assert mine.status_code == 409 and mine.text.count("先に、それらを取り込むか、やめてください。") == 1
    assert "まだ何も変わっていません" in (await previewed(other, file_of(cells_of(site, **NEW)))).text
    monkeypatch.setattr(intake, "_MOST_DRAFTS", 2)
    monkeypatch.setattr(intake, "_MOST_OF_ALL", 2)
    refused = await handed_in(other, file_of(cells_of(site, **NEW)))
    assert refused.status_code == 409 and refused.text.count("ほかの職員がまだ決めていないファイルが多すぎる") == 1


async def test_two_officers_undo_the_same_file(
    site: Site, officer: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    done = await taken(officer, await previewed(officer, file_of(cells_of(site, **NEW))))
    batch = batch_of(done)
    mine, theirs = await undone(officer, batch), await undone(other, batch)
    assert "取り消しました" in (await taken(other, theirs)).text
    count = count_of_files(site)
    late = await taken(officer, mine)
    assert late.text.count("このファイルは、すでに取り消されています。") == 1 and count_of_files(site) == count
    assert "すでに取り消されています。" in (await undone(officer, batch)).text


async def test_what_a_later_file_has_changed_is_named_before_the_undoing(
    site: Site, officer: httpx.AsyncClient
) -> None:
    new = cells_of(site, **NEW)
    batch = batch_of(await taken(officer, await previewed(officer, file_of(new))))
    await taken(officer, await previewed(officer, file_of({**new, "employer": "架空工業"})))
    page = await undone(officer, batch)
    assert "あとから変わった方" in page.text and KEY_IN_WORDS in page.text and 'name="leave_changed"' in page.text
    assert (await taken(officer, page)).status_code == 422
    assert "取り消しました" in (await taken(officer, page, leave_changed="yes")).text
    assert number_of(site, new) == 2, "the member stays as the later file has it"


async def test_an_undoing_is_not_done_if_more_has_changed_since(
    site: Site, officer: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    new = cells_of(site, **NEW)
    batch = batch_of(await taken(officer, await previewed(officer, file_of(new))))
    page = await undone(officer, batch)
    await taken(other, await previewed(other, file_of({**new, "employer": "架空工業"})))
    moved = await taken(officer, page)
    assert "登録簿が変わったため、行いませんでした。" in moved.text and KEY_IN_WORDS in moved.text
    assert number_of(site, new) == 2


@pytest.mark.parametrize(("batch", "says"), [(99999, "この番号のファイルはありません。")])
async def test_a_file_that_there_is_not(officer: httpx.AsyncClient, batch: int, says: str) -> None:
    assert (await officer.get(f"{FILES}/{batch}")).status_code == 404
    assert says in (await undone(officer, batch)).text


async def test_where_the_journal_cannot_be_written_nothing_is_taken(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.audit import Journal, JournalError

    page = await previewed(officer, file_of(cells_of(site, **NEW)))

    def full(*_: object) -> None:
        raise JournalError("the disk is full")

    monkeypatch.setattr(Journal, "append", full)
    assert "（S-02）" in (await taken(officer, page)).text
    assert number_of(site, cells_of(site, **NEW)) == 0 and not drafts(site)


async def test_where_the_register_is_lost_in_the_commit_the_page_says_that_nobody_knows(
    site: Site, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, commit = await previewed(officer, file_of(cells_of(site, **NEW))), Connection.commit

    def lost(connection: Connection) -> None:
        commit(connection)
        raise OperationalError("COMMIT", None, Exception("server closed the connection"), connection_invalidated=True)

    monkeypatch.setattr(Connection, "commit", lost)
    said = (await taken(officer, page)).text
    assert "<h1>行われたか分かりません" in said and "（N-02）。接続が戻ってから、ファイルの一覧で" in said
    assert "登録簿は変わっていません" not in said and "ファイルを選び直す" not in said
    assert number_of(site, cells_of(site, **NEW)) == 1 and not drafts(site)


async def test_the_list_is_sorted_filtered_and_taken_as_csv(site: Site, officer: httpx.AsyncClient) -> None:
    await taken(officer, await previewed(officer, file_of(cells_of(site, **NEW))))
    page = await officer.get(f"{FILES}?sort=recorded_at&down=true")
    assert 'aria-sort="descending"' in page.text and "加入者ファイル" in page.text
    assert (await officer.post(f"{FILES}/filter", data={"filter": "返戻"})).headers["location"] == FILES
    assert "件のうち0件" in (await officer.get(FILES)).text
    await officer.post(f"{FILES}/filter", data={"filter": ""})
    content = (await officer.get(f"{FILES}/list.csv")).content.decode("utf-8-sig")
    assert content.splitlines()[0] == '"番号","種類","取り込み日時","データの日付","新規","変更","変更なし","状態"'

"""「本日」: what waits, what is late, how old the files are, and the kiosks of the register; nothing of a person."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from kiosk.decision import Document
from kiosk.eligibility import CallKind, Heartbeat, KioskSeen, MemberId
from kiosk.failures import FAILURES, Code
from kiosk.issuance import Queue
from simulators.people import persona
from tests.kiosk.web.officer.conftest import FORM, acts

pytestmark = pytest.mark.anyio

NOW = datetime.now(UTC)
SAID = Heartbeat("2", "0.1.0", "idle", None, NOW, None, None, None)


def ordered(site: Any, who: str, days_ago: int) -> None:
    service = site.desk._looking_up.service
    cells = persona(who, site.stage.on).member
    whose = MemberId(*(cells[name] for name in ("insurer_number", "symbol", "number", "branch")))
    asked = service.now() - timedelta(days=days_ago)
    Queue(service.registry, service.policy).request(
        whose, Document.NOTICE, reasons=["not_linked_yet"], by="yuko", now=asked
    )


async def test_orders_are_counted_by_age_and_the_late_ones_stand_out(site: Any, officer: httpx.AsyncClient) -> None:
    ordered(site, "card-works-family", 30)
    ordered(site, "card-works", 0)
    page = (await officer.get("/officer")).text
    assert "2件" in page and "目安を過ぎたもの 1件" in page
    assert re.search(r"\d\d:\d\d:\d\d に数えました", page)
    assert page.count("目安超過") == 1 and page.count("目安の前") == 1
    assert "加入者ファイル" in page
    cells = persona("card-works-family", site.stage.on).member
    assert cells["name"] not in page and cells["number"] not in page
    assert [act["act"] for act in acts(site)] == ["logged_in"], "nobody is looked at here"


async def test_the_kiosks_of_the_register_say_how_they_are(site: Any, officer: httpx.AsyncClient) -> None:
    assert "端末からの連絡は、まだありません。" in (await officer.get("/officer")).text
    site.neighbours.keep(
        [
            KioskSeen(replace(SAID, kiosk="honkan", called_at=NOW, trust_as_of=NOW), 3.0, 0.4),
            KioskSeen(replace(SAID, kiosk="bekkan", state="out_of_service", failure="R-02"), 3.0, -95.0),
            KioskSeen(replace(SAID, kiosk="soko"), 600.0, 0.0),
        ]
    )
    page = (await officer.get("/officer")).text
    assert "honkan" in page and "から</strong>" in page
    assert "R-02" in page and "95秒遅れ" in page
    assert "連絡がありません（10分）" in page


def two_hundred() -> list[KioskSeen]:
    """Kiosks that are well, but for one each that calls, is stopped, is gone, and has a wrong clock."""
    many = [KioskSeen(replace(SAID, kiosk=f"eki-{at:03}"), 3.0, 0.0) for at in range(196)]
    return [
        *many,
        KioskSeen(replace(SAID, kiosk="=soko"), 600.0, 0.0),
        KioskSeen(replace(SAID, kiosk="tokei"), 3.0, -95.0),
        KioskSeen(replace(SAID, kiosk="bekkan", state="out_of_service", failure="R-02", reasons=("R-02",)), 3.0, 0.0),
        KioskSeen(replace(SAID, kiosk="honkan", called_at=NOW), 3.0, 0.0),
    ]


async def test_of_two_hundred_kiosks_those_that_need_somebody_come_first(site: Any, officer: httpx.AsyncClient) -> None:
    site.neighbours.keep(two_hundred())
    page = (await officer.get("/officer")).text
    assert "すべて見る（200台）" in page and page.count("eki-") == 1
    places = [page.index(f'__name late">{name}<') for name in ("呼び出し", "R-02", "連絡なし", "時計")]
    assert places == sorted(places)
    first = (await officer.get("/officer/kiosks")).text
    rows = re.findall(r"<tr>\n<td>(?:<[^>]*>)?([^<]*)", first)
    assert rows[:5] == ["honkan", "bekkan", "=soko", "tokei", "eki-000"] and len(rows) == 50
    assert "1 / 4 ページ" in first


async def test_each_trouble_is_said_once_with_its_kiosks_and_what_the_technician_does(
    site: Any, officer: httpx.AsyncClient
) -> None:
    fonts = [KioskSeen(replace(SAID, kiosk=f"eki-{at}", troubles=("S-19", "Z-98")), 3.0, 0.0) for at in range(7)]
    gone = KioskSeen(replace(SAID, kiosk="soko", troubles=("S-13",)), 600.0, 0.0)
    site.neighbours.keep([*fonts, gone])
    page = (await officer.get("/officer")).text
    assert page.count(FAILURES[Code.FONT_MISSING].technician) == 1 and page.count("ほか2台") == 2
    assert "eki-4" in page and page.count('__name late">S-19<') == 1
    assert "この端末の版では説明のない番号です。" in page, "a newer program has told Z-98"
    assert "S-13" not in page, "what a kiosk said before it was gone does not hold any more"
    listed = (await officer.get("/officer/kiosks")).text
    assert "S-19、Z-98　カードを待っています" in listed


async def test_the_list_says_what_somebody_calls_for(site: Any, officer: httpx.AsyncClient) -> None:
    site.neighbours.keep(
        [KioskSeen(replace(SAID, kiosk="honkan", called_at=NOW, call=CallKind.VISUAL_CHECK), 3.0, 0.0)]
    )
    for path in ("/officer", "/officer/kiosks"):
        assert "から　本人確認（目視）を待っています" in (await officer.get(path)).text


async def test_the_kiosks_are_sorted_narrowed_and_saved(site: Any, officer: httpx.AsyncClient) -> None:
    site.neighbours.keep(two_hundred())
    by_clock = (await officer.get("/officer/kiosks", params={"sort": "clock", "down": "true"})).text
    assert by_clock.index("tokei") < by_clock.index("eki-") and 'aria-sort="descending"' in by_clock
    await officer.post("/officer/kiosks/filter", data={"filter": "連絡がありません"}, headers=FORM)
    narrowed = (await officer.get("/officer/kiosks")).text
    assert "200件のうち1件" in narrowed and "eki-" not in narrowed
    saved = await officer.get("/officer/kiosks/list.csv")
    assert saved.content.startswith('\ufeff"端末","状態"'.encode()) and len(saved.text.splitlines()) == 2
    assert "'=soko" in saved.text, "no cell is a formula"
    assert (await officer.get("/officer/kiosks", params={"sort": "nothing"})).status_code == 422


async def test_the_queue_by_age_is_sorted_narrowed_and_saved(site: Any, officer: httpx.AsyncClient) -> None:
    with site.desk._looking_up.service.registry.engine.begin() as register:  # which other tests have used
        register.exec_driver_sql("DELETE FROM issuance_order")
    assert "発送を待っている書類はありません。" in (await officer.get("/officer/waiting")).text
    for who, days_ago in (("card-works-family", 30), ("card-works", 0)):
        ordered(site, who, days_ago)
    page = (await officer.get("/officer/waiting")).text
    assert page.index("目安超過") < page.index("目安の前")
    turned = (await officer.get("/officer/waiting", params={"sort": "asked", "down": "true"})).text
    assert turned.index("目安の前") < turned.index("目安超過")
    await officer.post("/officer/waiting/filter", data={"filter": "超過"}, headers=FORM)
    assert "2件のうち1件" in (await officer.get("/officer/waiting")).text
    assert len((await officer.get("/officer/waiting/list.csv")).text.splitlines()) == 2
    home = (await officer.get("/officer")).text
    assert "もっとも古い受付日は" in home and "目安の前" in home, "the filter is of the list alone"


async def test_with_nothing_wrong_the_page_says_so(site: Any, officer: httpx.AsyncClient) -> None:
    site.neighbours.keep([KioskSeen(replace(SAID, last_visit_at=NOW), 3.0, 0.0)])
    page = (await officer.get("/officer")).text
    assert "ありません。" in page and "一覧を開く（絞り込み・CSV）" in page


async def test_a_register_that_does_not_answer_is_one_sentence(
    site: Any, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.eligibility import Registry, RegistryError

    def silent(_: Registry) -> None:
        raise RegistryError("it is down")

    monkeypatch.setattr(Registry, "standing", silent)
    answer = await officer.get("/officer")
    assert answer.status_code == 503 and answer.text.count('role="alert"') == 1 and "（N-02）" in answer.text


async def test_the_staff_board_says_at_which_other_kiosk_somebody_calls(site: Any, staff: httpx.AsyncClient) -> None:
    assert "ほかの端末の呼び出し" not in (await staff.get("/")).text
    site.neighbours.keep([KioskSeen(replace(SAID, kiosk="bekkan", called_at=NOW), 1.0, 0.0)])
    page = (await staff.get("/")).text
    assert "ほかの端末の呼び出し（1）" in page and "端末 bekkan" in page and "係員をよんでいます" in page
    site.neighbours.keep([KioskSeen(replace(SAID, kiosk="bekkan", called_at=NOW, call=CallKind.CARD_LEFT), 1.0, 0.0)])
    assert "カードが置き忘れられています" in (await staff.get("/")).text

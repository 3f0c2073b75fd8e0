"""「本日」: what waits, what is late, how old the files are, and the kiosks of the register; nothing of a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from kiosk.decision import Document
from kiosk.eligibility import Heartbeat, KioskSeen, MemberId
from kiosk.issuance import Queue
from simulators.people import persona
from tests.kiosk.web.officer.conftest import acts

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
    assert "2件" in page and "期限を過ぎたもの 1件" in page
    assert page.count("期限超過") == 1 and page.count("期限内") == 1
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
    assert "ほかの端末の呼び出し（1）" in page and "端末 bekkan" in page

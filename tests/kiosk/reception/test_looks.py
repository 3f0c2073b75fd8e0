"""Who looked at a member: from the journal by the register to the page of the member, and of nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from kiosk.audit import LookPurpose
from kiosk.eligibility import MemberLook, RegistryError
from kiosk.failures import Code
from kiosk.reception import Findings, LookCopying, OpenPage, Screen, UnionOffice, UnionPage
from kiosk.reception import looks as module
from kiosk.roles import Part
from simulators.demo import Stage
from tests.kiosk.reception.sites import Site, open_site

pytestmark = pytest.mark.anyio

TARO, HANAKO = "card-works", "card-works-family"


@pytest.fixture
async def site(stage: Stage, tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(stage, tmp_path, union=UnionOffice("組合", "terminal 1")) as made:
        with made.service.registry.engine.begin() as register:  # which other tests of this module have looked into
            register.exec_driver_sql("DELETE FROM member_look")
        yield made


async def shown(site: Site, who: str) -> tuple[MemberLook, ...] | None:
    """Return the looks that a person is shown who enters the 暗証番号, and take the card away."""
    await site.prove(who, Screen.RESULT_CARD)
    await site.reception.act(OpenPage(action="page", page=UnionPage.LOOKS))
    view = site.reception.view
    assert view.screen is Screen.LOOKS and view.pages is not None
    site.readers.take()
    await site.until(Screen.FAREWELL)
    assert site.reception.view.pages is None
    await site.until(Screen.IDLE)
    return view.pages.looks


async def test_a_look_at_the_desk_is_shown_to_the_person_looked_at_and_to_nobody_else(site: Site) -> None:
    copying = LookCopying(site.service, "t")
    assert await shown(site, TARO) == ()
    await site.desk.printed(await site.found(TARO), "declaration", "hanako")
    await site.desk.printed(None, "blank", "hanako")
    copying.copy()
    (look,) = await shown(site, TARO) or ()
    assert (look.part, look.purpose) == (Part.DESK, LookPurpose.PAPER)
    assert await shown(site, HANAKO) == ()


async def test_what_one_kiosk_noted_another_shows_each_look_once(site: Site) -> None:
    await site.desk.printed(await site.found(TARO), "declaration", "hanako")
    for _ in range(2):
        LookCopying(site.service, "t").copy()
    assert len(await shown(site, TARO) or ()) == 1


@pytest.mark.parametrize("error", [RegistryError("gone"), ValueError("what nobody has foreseen")])
async def test_looks_that_cannot_be_read_are_said_not_to_be_none(site: Site, mocker: Any, error: Exception) -> None:
    mocker.patch("kiosk.reception.own_looks.looks_at", side_effect=error)
    with capture_logs() as logs:
        assert await shown(site, TARO) is None
    assert [line["place"] for line in logs if line["event"] == "looks cannot be read"] != []


@pytest.mark.parametrize(
    ("error", "reason"),
    [(RegistryError("an import is on"), "an import is on"), (ValueError("カ サブロウ"), "ValueError")],
)
async def test_a_copy_that_fails_for_a_minute_is_a_trouble_that_heals(
    site: Site, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    now = [100.0]
    copying = LookCopying(site.service, "t", lambda: now[0])
    site.reception.watch(copying.look)
    with monkeypatch.context() as patched:

        def busy(*_: object) -> None:
            raise error

        patched.setattr(module, "keep_looks", busy)
        copying.copy()
        now[0] += 59.0
        copying.copy()
        assert copying.look() == Findings(), "a lock of a moment is no fault"
        now[0] += 1.0
        (trouble,) = copying.look().troubles
        assert (trouble.code, trouble.reason) == (Code.LOOKS_NOT_COPIED, reason)
        await site.reception.look()
        assert [each.code for each in site.reception.troubles()] == [Code.LOOKS_NOT_COPIED]
    copying.copy()
    await site.reception.look()
    assert site.reception.troubles() == () and copying.look() == Findings()


async def test_a_copy_that_hangs_is_a_trouble_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    copying = LookCopying(site.service, "t", lambda: now[0])
    found = list[Findings]()

    def hangs(*_: object) -> None:
        now[0] += 61.0
        found.append(copying.look())

    with monkeypatch.context() as patched:
        patched.setattr(module, "keep_looks", hangs)
        copying.copy()
    assert [each.code for each in found[0].troubles] == [Code.LOOKS_NOT_COPIED]
    assert copying.look() == Findings()


async def test_what_the_register_does_not_take_is_copied_later_and_logged_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    copying = LookCopying(site.service, "t")
    await site.desk.printed(await site.found(TARO), "declaration", "hanako")
    with monkeypatch.context() as patched, capture_logs() as logs:

        def busy(*_: object) -> None:
            raise RegistryError("an import is on")

        patched.setattr(module, "keep_looks", busy)
        for _ in range(3):
            copying.copy()
    assert [line["event"] for line in logs] == ["looks not copied into the register"]
    copying.copy()
    assert len(await shown(site, TARO) or ()) == 1

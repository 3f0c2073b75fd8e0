"""Staff take over a new 記号, 番号 or 枝番 from the 資格確認端末."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest

from kiosk.eligibility.differences import Change, what_changed
from kiosk.eligibility.sources import ConfirmedField, FieldDifference, Sources
from kiosk.eligibility.terminal import Answer, Enquiry, Qualification, Status
from kiosk.web.staff.texts import CHANGES
from tests.kiosk.web.staff.desk_work import act, find, find_taro, number_shown, work

pytestmark = pytest.mark.anyio
NEW = {"symbol": "７２－００００", "number": "７７７", "branch": "05"}


@dataclass
class Terminal:
    """A 資格確認端末 that answers with the numbers of the question, but for those that are `changed`."""

    changed: dict[str, str] = field(default_factory=lambda: dict(NEW))

    def ask(self, enquiry: Enquiry, still_wanted: Callable[[], bool] = lambda: True, visit: str | None = "") -> Answer:
        asked = Qualification(
            insurer_number=enquiry.insurer_number,
            symbol=enquiry.symbol,
            number=enquiry.number,
            branch=enquiry.branch,
            birth_date=enquiry.birth_date,
        )
        return Answer(Status.VALID, validity="1", results=(replace(asked, **self.changed),))

    def check(self) -> None:
        """Nothing is wrong."""


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def sources(terminal: Terminal) -> Sources:
    return Sources(terminal=terminal)


@pytest.fixture(autouse=True)
def taro_as_before(site: Any) -> Any:
    """Give the number back afterwards: the register is of the whole module."""
    yield
    registry = site.desk._looking_up.service.registry
    for member in list(registry.members()):
        if former := registry.former_keys(member.id):
            first = former[0].id
            old = {"symbol": first.symbol, "number": first.number, "branch": first.branch}
            service = site.desk._looking_up.service
            registry.take_over(member, old, service.now(), service.today, "test")


def acts(site: Any) -> list[tuple[str, str | None, str | None]]:
    entries = [json.loads(line) for line in site.journal().splitlines()]
    return [(one["act"], one.get("detail"), one.get("member")) for one in entries if one["kind"] == "staff"]


async def test_the_parts_of_a_number_come_together(site: Any, staff: httpx.AsyncClient) -> None:
    await find_taro(site, staff)
    await act(staff, "confirm_online")
    page = await work(staff)
    assert 'name="fields" value="number"' in page
    assert CHANGES[Change.NEW_NUMBER] in page and "まとめて取り込みます" in page
    answer = await act(staff, "take_over", fields=["number"])
    assert answer.json()["message"] == "登録簿に取り込みました。"
    page = await work(staff)
    assert "記号 72-0000　番号 777　枝番 05" in page
    assert "登録簿と同じです。" in page
    assert "前の番号" in page and "前の番号のままです" in page
    (_, detail, before), (renumbered, _, after) = acts(site)[-3:-1]
    assert (detail, renumbered) == ("branch.number.symbol", "renumbered")
    assert None not in (before, after) and before != after
    assert "72-0000" not in site.journal()


async def test_the_person_is_found_by_the_new_number(site: Any, staff: httpx.AsyncClient) -> None:
    await find_taro(site, staff)
    await act(staff, "confirm_online")
    await act(staff, "take_over", fields=["symbol"])
    await find_taro(site, staff)
    assert "前の番号" not in await work(staff)
    born = next(one.birth_date for one in site.desk._looking_up.service.registry.members() if one.id.number == "777")
    await act(staff, "find", symbol="72-0000", number="777", birth_date=born.isoformat())
    assert "前の番号" in await work(staff)


async def test_the_number_of_another_member_is_refused_in_one_sentence(
    site: Any, staff: httpx.AsyncClient, terminal: Terminal
) -> None:
    registry = site.desk._looking_up.service.registry
    await find_taro(site, staff)
    other = next(one.id for one in registry.members() if one.id.number != "000101")
    terminal.changed = {"symbol": other.symbol, "number": other.number, "branch": other.branch}
    await act(staff, "confirm_online")
    refused = await act(staff, "take_over", fields=["number"])
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "number_taken")
    assert "ほかの方のもの" in refused.json()["error"]["message"]
    assert other.number not in refused.text
    assert acts(site)[-1][:2] == ("refused", "taken_over.number_taken")
    assert registry.former_keys(other) == []


async def test_a_number_of_another_insurer_is_not_taken_over(
    site: Any, staff: httpx.AsyncClient, terminal: Terminal
) -> None:
    terminal.changed = {**NEW, "insurer_number": "01130012"}
    await find_taro(site, staff)
    await act(staff, "confirm_online")
    assert 'name="fields" value="number"' not in await work(staff)
    refused = await act(staff, "take_over", fields=["number"])
    assert refused.json()["error"]["code"] == "not_taken_over"


async def test_a_page_from_before_the_change_takes_nothing_over(site: Any, staff: httpx.AsyncClient) -> None:
    await find_taro(site, staff)
    await act(staff, "confirm_online")
    earlier = await number_shown(staff)
    await act(staff, "take_over", fields=["number"])
    refused = await act(staff, "take_over", fields=["number"], work=earlier)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "work_changed")


async def test_a_colleague_who_saw_the_number_before_is_told(site: Any, staff: httpx.AsyncClient) -> None:
    async with site.client() as colleague:
        await colleague.post("/api/v1/session", json={"name": "hanako", "password": "tsuki-to-kaze9"})
        for one in (staff, colleague):
            await find(site, one, "card-works")
            await act(one, "confirm_online")
        assert (await act(staff, "take_over", fields=["number"])).status_code == 200
        refused = await act(colleague, "take_over", fields=["number"])
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "member_gone")


@pytest.mark.parametrize(
    ("fields", "changes"),
    [
        ("symbol number branch", (Change.NEW_NUMBER,)),
        ("insurer_number lost_on", (Change.NEW_NUMBER, Change.LOST)),
        ("kana address copay_percent", (Change.NAME, Change.COPAY, Change.ADDRESS)),
        ("acquired_on", ()),
    ],
)
async def test_the_change_indicator_says_what_has_changed(fields: str, changes: tuple[Change, ...]) -> None:
    assert what_changed([FieldDifference(ConfirmedField(name), "a", "b") for name in fields.split()]) == changes
    assert set(CHANGES) == set(Change)

"""Finding a member at the desk, by what a person has along or says."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import httpx
import pytest

from kiosk.decision import Reason, explain
from kiosk.wareki import wareki
from simulators.people import persona
from tests.kiosk.web.staff.desk_work import MY_NUMBER, act, find, work

pytestmark = pytest.mark.anyio


def cells(site: Any, who: str) -> dict[str, str]:
    found: dict[str, str] = persona(who, site.stage.on).member
    return found


@pytest.mark.parametrize("form", ["{0:%Y%m%d}", "{1}", "{2}{0:%m%d}", "{2}-{0.month}-{0.day}"])
async def test_a_birthday_is_taken_as_it_is_written(site: Any, staff: httpx.AsyncClient, form: str) -> None:
    taro = cells(site, "card-works")
    born = date.fromisoformat(taro["birth_date"])
    year = f"{born.year - 1925:02}"
    assert wareki(born).startswith("昭和")
    number = taro["symbol"].replace("-", "")
    answer = await act(
        staff, "find", symbol=number, number=taro["number"], birth_date=form.format(born, wareki(born), year)
    )
    assert answer.json()["message"] == "1人見つかりました。"
    assert taro["name"] in await work(staff)


async def test_a_name_and_a_birthday_are_enough_and_the_search_is_journaled(
    site: Any, staff: httpx.AsyncClient
) -> None:
    taro = cells(site, "card-works")
    answer = await act(staff, "find", kana=taro["kana"].split()[0], birth_date=taro["birth_date"])
    assert answer.json()["message"] == "1人見つかりました。"
    journal = site.journal()
    assert '"act":"sought"' in journal and '"act":"looked_up"' in journal and taro["kana"] not in journal


async def test_a_list_says_what_tells_its_people_apart(site: Any, staff: httpx.AsyncClient, mocker: Any) -> None:
    family = [cells(site, who) for who in ("card-works", "unreadable-phone")]
    found = [await _members(site, one) for one in family]
    mocker.patch.object(site.desk, "find", return_value=found)
    answer = await act(staff, "find", kana="ドボク", birth_date="600822")
    assert answer.json()["message"] == "2人見つかりました。"
    page = await work(staff)
    for one in family:
        born = wareki(date.fromisoformat(one["birth_date"]))
        for part in (one["name"], one["kana"], one["number"], born):
            assert part in page
        assert one["address"] not in page
    assert '"act":"looked_up"' not in site.journal(), "nobody was chosen yet"


async def _members(site: Any, one: dict[str, str]) -> Any:
    from kiosk.eligibility import MemberQuery

    born = date.fromisoformat(one["birth_date"])
    query = MemberQuery.of(one["insurer_number"], one["symbol"], one["number"], born)
    (found,) = await site.desk.find(query, "jiro")
    return found


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"birth_date": "600822"}, "number"),
        ({"kana": "土木", "birth_date": "600822"}, "kana"),
        ({"number": "1", "kana": "土木", "birth_date": "600822"}, "kana"),
        ({"symbol": "71", "kana": "ドボク", "birth_date": "600822"}, "number"),
        ({"kana": "ドボク", "birth_date": "600231"}, "birth_date"),
        ({"kana": "ドボク"}, "invalid"),
        ({"kana": MY_NUMBER, "birth_date": "600822"}, "my_number"),
        ({"kana": "ドボク", "birth_date": MY_NUMBER}, "my_number"),
    ],
    ids=str,
)
async def test_what_is_missing_or_wrong_is_named(staff: httpx.AsyncClient, typed: dict[str, str], code: str) -> None:
    answer = await act(staff, "find", **typed)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


async def test_the_phone_is_asked_for_and_counts(site: Any, staff: httpx.AsyncClient) -> None:
    await find(site, staff, "phone-card")
    await act(staff, "ask", card_today="not_here")
    without = await work(staff)
    await act(staff, "ask", card_today="not_here", phone_card=True)
    page = await work(staff)
    assert 'name="phone_card" value="true" checked' in page
    assert re.findall(r"<li>.*</li>", page) != re.findall(r"<li>.*</li>", without)
    assert '"detail":"not_here.phone_card"' in site.journal()


@pytest.mark.parametrize("who", ["withheld", "withheld-confirmation", "withheld-not-here", "withheld-ended"])
async def test_staff_read_that_data_are_withheld_and_nobody_reads_where_the_person_lives(
    site: Any, staff: httpx.AsyncClient, who: str
) -> None:
    await find(site, staff, who)
    page, person = await work(staff), cells(site, who)
    assert person["name"] in page
    assert (explain(Reason.INFORMATION_WITHHELD).sentence in page) is (who != "withheld-ended")
    for text in (page, site.journal(), (await staff.get("/api/v1/desk")).text, (await staff.get("/")).text):
        assert person["address"] not in text and person["postal_code"] not in text

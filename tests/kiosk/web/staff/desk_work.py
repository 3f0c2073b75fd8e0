"""The buttons of the staff page, pressed on the page as it is now; a member who is found."""

from __future__ import annotations

import re
from typing import Any

import httpx

from simulators.people import persona

MY_NUMBER = "1234-5678-9018"
TARO = {"symbol": "71-0001", "number": "000101", "birth_date": ""}


def birth_date_of(site: Any, who: str) -> str:
    cells = persona(who, site.stage.on).member
    return str(cells["birth_date"])


ABOUT_THE_WORK = {
    "await_result",
    "tie_patient",
    "untie_patient",
    "choose_result",
    "choose",
    "ask",
    "keep",
    "show",
    "bind",
    "unbind",
    "print",
    "confirm_online",
    "take_over",
}
OF_THE_VISIT = {"show", "bind", "tie_patient"}


async def act(staff: httpx.AsyncClient, action: str, **more: object) -> httpx.Response:
    """Press a button of the page as it stands now, unless ``work`` says that an older one is on the screen."""
    if action in ABOUT_THE_WORK and "work" not in more:
        more["work"] = await number_shown(staff)
    if action in OF_THE_VISIT and "visit" not in more:
        more["visit"] = await visit_shown(staff)
    return await staff.post("/api/v1/desk/actions", json={"action": action, **more})


async def number_shown(staff: httpx.AsyncClient) -> int:
    mark = re.search(r'id="work-mark" data-number="(\d+)"', await work(staff))
    assert mark
    return int(mark[1])


async def visit_shown(staff: httpx.AsyncClient) -> int:
    """Return the visit for which the member on the page was found; 0 if there is no member."""
    mark = re.search(r'id="work-mark" [^>]*data-visit="(\d*)"', await work(staff))
    assert mark
    return int(mark[1] or 0)


async def find(site: Any, staff: httpx.AsyncClient, who: str) -> httpx.Response:
    cells = persona(who, site.stage.on).member
    return await act(staff, "find", **{name: cells[name] for name in ("symbol", "number", "birth_date")})


async def find_taro(site: Any, staff: httpx.AsyncClient) -> httpx.Response:
    return await find(site, staff, "card-works")


async def work(staff: httpx.AsyncClient) -> str:
    return (await staff.get("/desk/work")).text

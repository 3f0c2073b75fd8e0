"""What the tests of the post share: orders of the stage, the forms of its pages, and what is left on the disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import httpx

from kiosk.decision import Document
from kiosk.eligibility import Registry
from kiosk.issuance import Queue
from tests.kiosk.web.officer.conftest import Site, acts

POST, BATCHES, SCAN = "/officer/post", "/officer/post/batches", "/officer/post/scan"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_PATIENCE = 6000


@contextmanager
def register(site: Site) -> Iterator[Registry]:
    with Registry.open(site.stage.settings.database) as opened:
        yield opened


def open_numbers(site: Site) -> list[int]:
    with register(site) as opened:
        return [order.number for order in Queue(opened).open_orders()]


def asked(
    site: Site,
    count: int = 3,
    *,
    withheld: bool = False,
    days: int = 0,
    document: Document = Document.NOTICE,
) -> list[int]:
    """Ask for papers of so many members, all of them with or without data that are withheld; return the orders."""
    now, numbers = datetime.now(UTC) - timedelta(days=days), []
    with register(site) as opened:
        queue = Queue(opened)
        for member in opened.members():
            if member.information_withheld is not withheld or member.lost_on or len(numbers) == count:
                continue
            if member.acquired_on <= now.date() and member.id.insurer_number == site.settings.insurer_number:
                made = queue.request(member.id, document, reasons=["not_linked_yet"], by="terminal 1", now=now)
                numbers.append(made.number)
    assert numbers
    return numbers


def renews(page: httpx.Response) -> bool:
    """Return whether the browser asks for the page again by itself."""
    return page.headers.get("refresh", "").isdigit()


def lost(site: Site, number: int) -> None:
    """Let the member of an order lose the insurance, so that its papers cannot be made."""
    with register(site) as opened:
        member = opened.member(next(Queue(opened).numbered([number])).member)
        assert member is not None
        opened.take_over(member, {"lost_on": site.stage.on - timedelta(days=1)}, datetime.now(UTC), site.stage.on, "x")


async def settled(client: httpx.AsyncClient, answer: httpx.Response) -> httpx.Response:
    """Return the page of a job once nothing goes on any more."""
    assert answer.status_code == 303, answer.text
    for _ in range(_PATIENCE):
        if not renews(page := await client.get(answer.headers["location"])):
            return page
        await anyio.sleep(0.01)
    raise AssertionError("it does not end")


async def made(client: httpx.AsyncClient, **chosen: str) -> httpx.Response:
    return await settled(client, await client.post(f"{POST}/make", data={"kind": "", **chosen}))


async def issued(client: httpx.AsyncClient, batch: int, **form: str) -> httpx.Response:
    return await client.post(f"{BATCHES}/{batch}/issued", data={"posted": "yes", **form})


def batch_of(page: httpx.Response, pile: str = "発送") -> int:
    found = re.search(rf"{pile}の束(\d+)を開く", page.text)
    assert found, page.text
    return int(found[1])


def left(site: Site) -> list[Path]:
    return [path for path in (site.settings.data_dir / "post").rglob("*") if path.is_file()]


def details(site: Site) -> list[tuple[str, str]]:
    return [(act["act"], act["detail"]) for act in acts(site) if act["act"] != "logged_in"]

"""An officer's searches and pages with 400,000 members (KIOSK_BENCH_MEMBERS: another number), beside the raw driver.

The raw driver runs the SQL that a search sends, on one open connection without a transaction, and makes nothing of the
rows. A page is asked for in process, through the whole application: session, shield, journal on the disk, and HTML.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import random
import resource
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from pathlib import Path

import httpx
from sqlalchemy import event

from kiosk.assembly.opening import Opening
from kiosk.assembly.parts import make_eligibility_service, make_reception
from kiosk.documents import stationery_for
from kiosk.eligibility import MemberLine, MemberSearch, Registry, register_figures
from kiosk.eligibility.sources import Sources
from kiosk.issuance import OrderList, OrderSort, Queue, Waited
from kiosk.receipts import ReceiptIssuer
from kiosk.reception import LookingUp, Neighbours, Office, OutOfUse, Spans, StaffDesk
from kiosk.roles import Role
from kiosk.settings import Settings, StaffSettings
from kiosk.staff import Accounts, accounts_path
from kiosk.store.transaction import writing
from kiosk.web.officer.lists import PAGE
from kiosk.web.staff_port import create_staff_app
from kiosk.web.tokens import Tokens
from tests.bench.figures import row, series, show
from tests.bench.office_register import EMPLOYERS, NAMES, SYLLABLES, vary
from tests.bench.register import FIRST, birth_date, both, member_id

MEMBERS = int(os.environ.get("KIOSK_BENCH_MEMBERS", "400000"))
RUNS, PAGE_RUNS, POST_RUNS = 300, 100, 20
WAITING = min(MEMBERS, 190_000)
"""Orders that wait to be issued."""

SEARCH_GOAL, PAGE_GOAL, SIZE_GOAL = "50", "100", "60"


def _kana(number: int) -> str:
    places = (number, number // 44, number // 44**2, number // 7)
    return "".join(SYLLABLES[place % 44] for place in places)


_SEARCHES: Mapping[str, Callable[[int], MemberSearch]] = {
    "number": lambda n: MemberSearch.of("133033", symbol=member_id(n).symbol, number=member_id(n).number),
    "kana": lambda n: MemberSearch.of("133033", kana=_kana(n)),
    "name": lambda n: MemberSearch.of("133033", name=f"氏{n % NAMES}名"),
    "birthday": lambda n: MemberSearch.of("133033", birth_dates=(birth_date(n),)),
    "employer": lambda n: MemberSearch.of("133033", employer=f"建設{n % EMPLOYERS}社"),
    "kana and employer": lambda n: MemberSearch.of("133033", kana=_kana(n)[:1], employer=f"建設{n % EMPLOYERS}社"),
}


def _numbers(count: int) -> list[int]:
    chosen = random.Random(15)  # the same members each time
    return [FIRST + chosen.randrange(MEMBERS) for _ in range(count)]


def _ours(registry: Registry, make: Callable[[int], MemberSearch]) -> list[float]:
    numbers = iter(_numbers(RUNS + 10))

    def once() -> None:
        number = next(numbers)
        found: list[MemberLine] = registry.search(make(number))
        if member_id(number) not in {line.id for line in found}:
            raise RuntimeError("a search did not find its member")

    return series(once, RUNS, warm_up=10)


def _raw(registry: Registry, make: Callable[[int], MemberSearch]) -> list[float]:
    sent = [_sent(registry, lambda number=number: registry.search(make(number))) for number in _numbers(RUNS + 10)]
    return _again(registry, sent, RUNS, warm_up=10)


def _sent(registry: Registry, work: Callable[[], object]) -> list[tuple[str, object]]:
    """Return the queries that some work sends, with their parameters."""
    sent: list[tuple[str, object]] = []

    def keep(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, parameters))

    event.listen(registry.engine, "before_cursor_execute", keep)
    work()
    event.remove(registry.engine, "before_cursor_execute", keep)
    return sent


def _again(registry: Registry, sent: Sequence[Sequence[tuple[str, object]]], runs: int, warm_up: int) -> list[float]:
    """Return the milliseconds of the raw driver for these queries, on one open connection."""
    pooled, asked = registry.engine.raw_connection(), iter(sent)
    try:
        cursor = pooled.cursor()

        def once() -> None:
            for statement, parameters in next(asked):
                cursor.execute(statement, parameters)
                cursor.fetchall()

        return series(once, runs, warm_up=warm_up)
    finally:
        pooled.close()


@asynccontextmanager
async def _officer(registry: Registry, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Yield the browser of an officer of a kiosk with this register."""
    settings = Settings(data_dir=folder, staff=StaffSettings(listen="127.0.0.1:8461"), readers=["simulator"],
                        simulation=True, database="sqlite:///unused")  # fmt: skip
    password = secrets.token_urlsafe(12)
    accounts = Accounts(accounts_path(folder))
    accounts.add("yuko", "事務 優子", password, Role.OFFICER)
    async with AsyncExitStack() as stack:
        opening = Opening(settings, registry, Tokens(None))
        stack.callback(opening.close)
        receipts = ReceiptIssuer(folder, settings.kiosk_id)
        service = make_eligibility_service(settings, registry, opening, Sources(), receipts)
        stack.callback(service.journal.close)
        reception = make_reception(settings, service)
        stack.push_async_callback(reception.stop)
        looking_up = LookingUp(service, accounts.role_of)
        desk = StaffDesk(reception, looking_up, OutOfUse(folder, settings.kiosk_id))
        office = Office(looking_up, Queue(registry, service.policy), Neighbours(settings.kiosk_id))
        app = create_staff_app(desk, settings, lambda: stationery_for(settings), office=office)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8461")
        browser = await stack.enter_async_context(client)
        await browser.post("/officer/log-in", data={"name": "yuko", "password": password})
        yield browser


async def _pages(registry: Registry) -> tuple[dict[str, list[float]], dict[str, int], tuple[float, int]]:
    """Return the milliseconds of each page, its largest size in bytes as gzip, and what the CSV of the queue took."""
    took: dict[str, list[float]] = {}
    sizes: dict[str, int] = {}

    with tempfile.TemporaryDirectory() as folder:
        async with _officer(registry, Path(folder)) as browser:

            async def measured(name: str, method: str, path: str, **data: str) -> httpx.Response:
                begun = time.perf_counter()
                answer = await browser.request(method, path, data=data or None)
                took.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
                sizes[name] = max(sizes.get(name, 0), len(gzip.compress(answer.content)))
                return answer

            for number in _numbers(PAGE_RUNS):
                found = await measured("search", "POST", "/officer/search", employer=f"建設{number % EMPLOYERS}社")
                path = found.headers["location"]
                await measured("list", "GET", path)
                opened = await measured("open", "POST", f"{path}/open", row="0", reason="inquiry")
                await measured("member", "GET", opened.headers["location"])
                with writing(registry.engine):  # so that the next page counts what waits anew
                    pass
                await measured("today, counted anew", "GET", "/officer")
                await measured("today", "GET", "/officer")
                await measured("what if", "POST", opened.headers["location"], certificate_valid_until="R7.3.31")
                await measured("statistics", "GET", "/officer/statistics")
            for _ in range(POST_RUNS):
                await _post_pages(measured)
            whole = await _csv(browser)
    return took, sizes, whole


async def _post_pages(measured: Callable[..., Awaitable[httpx.Response]]) -> None:
    """Ask once for each page of the post and of the files, and for the whole queue as CSV."""
    last = -(-WAITING // PAGE)
    for sort in OrderSort:
        for part, page in (("first", 1), ("middle", last // 2), ("last", last)):
            await measured(f"post by {sort}, {part} page", "GET", f"/officer/post?sort={sort}&page={page}")
    for name, chosen in _FILTERS.items():
        await measured("post, a filter is chosen", "POST", "/officer/post/filter", **chosen)
        await measured(f"post, {name}", "GET", "/officer/post?sort=by&page=20")
    await measured("post, a filter is chosen", "POST", "/officer/post/filter", kind="")
    await measured("batches", "GET", "/officer/post/batches")
    await measured("batches by open orders", "GET", "/officer/post/batches?sort=open&down=true&page=2")
    await measured("a batch", "GET", "/officer/post/batches/7")
    await measured("scan", "GET", "/officer/post/scan")
    await measured("files", "GET", "/officer/files")
    await measured("files by kind, a later page", "GET", "/officer/files?sort=kind&page=5")


_FILTERS: Mapping[str, Mapping[str, str]] = {
    "notices": {"kind": "notice"},
    "late": {"age": "overdue"},
    "for the post": {"pile": "post"},
    "set aside": {"pile": "aside"},
    "made": {"made": "yes"},
    "late notices set aside and not made": {"kind": "notice", "age": "overdue", "pile": "aside", "made": "no"},
}


async def _csv(browser: httpx.AsyncClient) -> tuple[float, int]:
    """Return the seconds until the whole queue has come as CSV, and its bytes."""
    begun, size = time.perf_counter(), 0
    async with browser.stream("GET", "/officer/post/list.csv?sort=by") as answer:
        async for part in answer.aiter_bytes():
            size += len(part)
    return time.perf_counter() - begun, size


def _raw_pages(registry: Registry) -> dict[str, list[float]]:
    """Return the milliseconds of the raw driver for the SQL of a page in the middle of each list."""
    orders, first = OrderList(registry), WAITING // 2
    found = {}
    for sort in OrderSort:
        sent = _sent(registry, lambda sort=sort: orders.page(Waited(), sort, down=False, first=first, most=PAGE))
        found[f"post by {sort}, middle page"] = _again(registry, [sent] * (POST_RUNS + 1), POST_RUNS, warm_up=1)
    return found


def _count(registry: Registry) -> list[float]:
    """Return the milliseconds of a count of the register for the pictures, which no page waits for."""
    today = date(2026, 11, 30)
    spans = Spans.of(today)
    return series(lambda: register_figures(registry.engine, today, (spans.past[0], spans.coming[0])), 5, warm_up=1)


def run() -> None:
    searches, pages, counts, csvs = [], [], [], []
    with both(MEMBERS) as registries:
        for database, registry in registries.items():
            vary(registry, MEMBERS, WAITING)
            for name, make in _SEARCHES.items():
                ours, raw = _ours(registry, make), _raw(registry, make)
                searches.append(row(f"{name}, {database}: ours", ours, SEARCH_GOAL))
                searches.append(row(f"{name}, {database}: raw driver, the same SQL", raw, ""))
            counts.append(row(f"register, {database}", _count(registry), ""))
            begun = resource.getrusage(resource.RUSAGE_SELF)
            took, sizes, (seconds, size) = asyncio.run(_pages(registry))
            ended = resource.getrusage(resource.RUSAGE_SELF)
            cpu = ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime
            for name, values in took.items():
                pages.append(row(f"{name}, {database}", values, PAGE_GOAL, f"{sizes[name] / 1000:.1f}"))
            for name, values in _raw_pages(registry).items():
                pages.append(row(f"{name}, {database}: raw driver, the same SQL", values, "", ""))
            csvs.append((f"{WAITING:,} orders, {database}", f"{seconds:.1f}", f"{size / 1e6:.1f}"))
            pages.append((f"processor for all pages, {database}: {cpu:.1f} s", *[""] * 5))
    show(f"searches, {MEMBERS:,} members, ms", ["", "median", "p99", "runs", "goal (median)"], searches)
    show("pages, ms", ["", "median", "p99", "runs", "goal", f"kB gz (goal {SIZE_GOAL})"], pages)
    show("figures for the pictures, counted beside the service, ms", ["", "median", "p99", "runs", "goal"], counts)
    show("the queue as CSV, while it is read", ["", "seconds", "MB"], csvs)

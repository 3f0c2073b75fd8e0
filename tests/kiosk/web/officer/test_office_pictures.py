"""「統計」: pictures with a table each, small counts hidden in all of it, counted beside the service."""

from __future__ import annotations

import csv
import gzip
import io
import re
import threading
from datetime import date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from kiosk import TOKYO
from kiosk.audit import Entry, VisitTally
from kiosk.decision import Registration
from kiosk.eligibility import RegisterFigures, RegistryError
from kiosk.reception import KEPT, Figures, Spans
from kiosk.reception import figures as counting
from kiosk.web.officer.statistics import NAMES, percentile, pictures_of
from tests.kiosk.web.officer.conftest import acts

pytestmark = pytest.mark.anyio

PAGE = "/officer/statistics"
TODAY = date(2026, 11, 30)


def settled() -> None:
    """Wait until the count that is under way has ended."""
    for thread in threading.enumerate():
        if thread.name == "office-figures":
            thread.join(30)


def visited(site: Any, month: date, hour: int, count: int, reason: str = "card_works", applies: str = "card") -> None:
    service = site.desk._looking_up.service
    at = datetime(month.year, month.month, 3, hour, 30, tzinfo=TOKYO)
    for number in range(count):
        service.journal.append(Entry(at, number, "confirmed", "pin", applies, "yes", (reason,)))


def spans(site: Any) -> Spans:
    return Spans.of(site.desk._looking_up.service.today)


async def shown(officer: httpx.AsyncClient) -> str:
    await officer.get(PAGE)
    settled()
    answer = await officer.get(PAGE)
    assert answer.status_code == 200
    return answer.text


def cells(page: str, name: str) -> list[list[str]]:
    """Return the rows of a picture's table."""
    section = page.split(f'<h2 id="{name}">')[1].split("</section>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", section, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


async def test_until_the_first_count_the_page_says_so_and_asks_again(site: Any, officer: httpx.AsyncClient) -> None:
    answer = await officer.get(PAGE)
    assert answer.status_code == 200 and "集計しています。" in answer.text
    assert answer.headers["refresh"] == f"2; url={PAGE}" and answer.text.count("renew=no") == 2
    assert (await officer.get(f"{PAGE}?renew=no")).headers["refresh"].endswith("; url=/officer")
    early = await officer.get(f"{PAGE}/hours.csv")
    settled()
    assert early.status_code in {200, 503}
    page = (await officer.get(PAGE)).text
    assert "に集計" in page and "集計しています。" not in page
    assert [act["act"] for act in acts(site)] == ["logged_in"], "nobody is looked at here"


async def test_each_picture_has_a_drawing_and_a_table_with_the_same_counts(
    site: Any, officer: httpx.AsyncClient
) -> None:
    last = spans(site).past[-1]
    visited(site, last, 9, 12)
    visited(site, last, 10, 3, "not_registered", "confirmation")
    page = await shown(officer)
    drawings = [ElementTree.fromstring(one) for one in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]  # noqa: S314 (our own)
    assert len(drawings) == len(NAMES) == page.count("<table")
    assert all(one.attrib["role"] == "img" and len(one) > 2 for one in drawings)
    heading, *rows = cells(page, "outcomes")
    assert heading[1:4] == ["マイナ保険証", "資格情報通知書", "資格確認書"]
    assert rows[-1][1:4] == ["12", "5未満", "5未満"] and len(rows) == 12
    assert [row[2] for row in cells(page, "reasons")[1:]] == ["12"], "a reason of three people is not even listed"
    assert "style=" not in page and "<script" not in page


async def test_the_csv_has_what_the_page_has(site: Any, officer: httpx.AsyncClient) -> None:
    visited(site, spans(site).past[-1], 9, 6)
    page = await shown(officer)
    for name in NAMES:
        answer = await officer.get(f"{PAGE}/{name}.csv")
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
        assert answer.content.startswith(b"\xef\xbb\xbf")
        assert list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))) == cells(page, name)
    refused = await officer.get(f"{PAGE}/members.csv")
    assert refused.status_code == 404 and "その統計はありません。" in refused.text


async def test_kept_figures_are_shown_and_old_ones_counted_anew(
    site: Any, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = spans(site).past[-1]
    visited(site, last, 9, 5)
    assert cells(await shown(officer), "outcomes")[-1][1] == "5"
    visited(site, last, 9, 5)
    assert cells(await shown(officer), "outcomes")[-1][1] == "5"
    monkeypatch.setattr(counting, "KEPT", timedelta())
    assert cells(await shown(officer), "outcomes")[-1][1] == "10"
    assert KEPT == timedelta(minutes=30)


@pytest.mark.parametrize("error", [RegistryError("it is down"), ValueError("what nobody has foreseen")])
async def test_a_count_that_fails_is_said_and_the_last_figures_stay(
    site: Any, officer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def silent(*_: object) -> None:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(counting, "register_figures", silent)
        await officer.get(PAGE)
        settled()
        answer = await officer.get(PAGE)
        assert answer.status_code == 503 and answer.text.count('role="alert"') == 1
    monkeypatch.setattr(counting, "_AGAIN", timedelta())
    assert "に集計" in await shown(officer)
    monkeypatch.setattr(counting, "KEPT", timedelta())
    monkeypatch.setattr(VisitTally, "counted", silent)
    page = await shown(officer)
    assert 'role="alert"' in page and "に集計" in page


async def test_the_page_is_small(officer: httpx.AsyncClient) -> None:
    assert len(gzip.compress((await shown(officer)).encode())) < 60_000


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2027, 1, 4), date(2028, 2, 29), TODAY])
async def test_the_spans_are_whole_months_and_whole_weeks_that_never_are_months(day: date) -> None:
    made = Spans.of(day)
    assert len(made.past) == len(made.coming) == 12 and {month.day for month in (*made.past, *made.coming)} == {1}
    assert made.past[-1] < made.coming[0] == day.replace(day=1) and sorted({*made.past, *made.coming}) == [
        *made.past, *made.coming
    ]  # fmt: skip
    first, last = made.weeks
    assert (first.weekday(), last.weekday(), (last - first).days) == (0, 6, 55) and last < day


def figures(**given: Any) -> Figures:
    """Return figures without counts but those given."""
    made = Spans.of(TODAY)
    whole = {
        "reasons": {month: {} for month in made.past},
        "hours": {},
        "durations": {month: {} for month in made.past},
        "register": RegisterFigures({}, {}, {}),
        **given,
    }
    return Figures(at=datetime(2026, 11, 30, tzinfo=TOKYO), spans=made, unread=0, **whole)


async def test_an_outcome_beside_its_reasons_gives_no_small_reason_away() -> None:
    month = Spans.of(TODAY).past[-1]
    counts = {("confirmation", "no_card"): 30, ("confirmation", "card_lost"): 3, ("confirmation", "not_registered"): 9}
    made = pictures_of(figures(reasons={one: counts if one == month else {} for one in Spans.of(TODAY).past}))
    outcomes, reasons = (next(one for one in made if one.chart.name == name) for name in ("outcomes", "reasons"))
    assert outcomes.rows[-1][3] == "42"
    assert sorted(row[2] for row in reasons.rows) == ["30", "非公表"], "42 - 30 - 9 would be three people"
    assert ">9件<" not in reasons.drawing and ">3件<" not in reasons.drawing


async def test_the_share_of_the_registered_is_of_the_insured_and_gives_nobody_away() -> None:
    def table(**counts: int) -> list[tuple[str, ...]]:
        register = RegisterFigures({Registration(state): count for state, count in counts.items()}, {}, {})
        made = pictures_of(figures(register=register))
        return [row[1:] for row in next(one for one in made if one.chart.name == "registration").rows]

    assert table(registered=600, unregistered=300, cancelled=60, unknown=40) == [
        ("600", "60.0％"), ("300", "30.0％"), ("60", "6.0％"), ("40", "4.0％"), ("1,000", "100.0％")
    ]  # fmt: skip
    assert table(registered=600, unregistered=300, cancelled=2) == [
        ("600", "66.5％"), ("非公表", "―"), ("5未満", "―"), ("5未満", "―"), ("902", "100.0％")
    ]  # fmt: skip


async def test_the_wait_is_by_nearest_rank_and_the_tail_needs_twenty() -> None:
    assert [percentile({1: 10, 9: 9, 30: 1}, percent) for percent in (50, 95, 100)] == [1, 9, 30]
    past = Spans.of(TODAY).past
    waits = {past[-1]: {1: 10, 9: 9, 30: 1}, past[-2]: {2: 19}, past[-3]: {8: 4}}
    (made,) = [
        one for one in pictures_of(figures(register=RegisterFigures({}, {}, waits))) if one.chart.name == "waits"
    ]
    assert [row[1:] for row in made.rows[-3:]] == [
        ("5未満", "件数5未満", "件数20未満"), ("19", "2", "件数20未満"), ("20", "1", "9")
    ]  # fmt: skip
    assert "95％の書類を交付するまでの日数" in made.drawing


async def test_the_time_at_the_terminal_is_shown_as_far_as_the_counts_beside_it_are() -> None:
    past = Spans.of(TODAY).past
    counted = [{("card", "card_works"): 30}, {("card", "card_works"): 19, ("notice", "not_linked_yet"): 3}, {}]
    reasons = {month: {} for month in past} | dict(zip(past[-3:], counted, strict=True))
    durations = {month: {} for month in past} | dict(zip(past[-3:], [{20: 20, 90: 10}, {30: 22}, {9: 40}], strict=True))
    made = pictures_of(figures(reasons=reasons, durations=durations))
    (one,) = [picture for picture in made if picture.chart.name == "durations"]
    assert [row[1:] for row in one.rows[-3:]] == [("20", "90"), ("30", "件数20未満"), ("件数5未満", "件数20未満")]
    assert all(seconds != "5未満" for _, *row in one.rows for seconds in row), "it would read as under five seconds"


async def test_nothing_in_a_drawing_depends_on_a_hidden_count() -> None:
    past = Spans.of(TODAY).past

    def drawn(few: int) -> list[str]:
        counts = {("card", "card_works"): few, ("failed", ""): 40}
        register = RegisterFigures({}, {Spans.of(TODAY).coming[3]: few}, {past[2]: {3: few}})
        times = dict.fromkeys(past, {30: few})
        hours = {9: few, 10: 77}
        given = figures(reasons=dict.fromkeys(past, counts), hours=hours, durations=times, register=register)
        return [str(one) for one in pictures_of(given)]

    assert drawn(0) == drawn(1) == drawn(4) != drawn(5)

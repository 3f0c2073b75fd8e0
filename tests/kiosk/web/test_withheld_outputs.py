"""自己情報提供不可: no output but staff's marks such a person.

Each makes the same visit twice: with their data withheld, and as somebody who is not registered. Every output is a
function of the view, of the journal's entries or of the log, so those are compared. What the rules themselves make
differ (docs/limits.md) is left out of both.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from kiosk.assembly.results import keeper
from kiosk.decision import CardToday, Decision, LifeEvent, NextStep, Paper, Purpose, Reason
from kiosk.eligibility import Registry, Source, read_rows
from kiosk.issuance import Queue
from kiosk.reception import (
    AskForDocument,
    ChoosePurpose,
    Ended,
    OpenPage,
    PersonalPages,
    Rules,
    SayNeeds,
    SaySmartphone,
    Screen,
    UnionOffice,
    UnionPage,
    View,
)
from kiosk.reception.desk import Asked, Seen
from kiosk.reception.visit.eligibility import Eligibility
from kiosk.results import Cursor, FinishedVisit, FinishedVisits
from kiosk.web.models import VisitBody
from kiosk.web.screens import Screens
from kiosk.web.staff.board import Board
from simulators.demo import Stage, set_stage
from simulators.people import persona
from tests.kiosk.reception.sites import Site, open_site

pytestmark = pytest.mark.anyio
WITH_CARD = ("withheld", "withheld-confirmation")
EVERYBODY = (*WITH_CARD, "withheld-not-here", "withheld-ended")
MARKS = ("withheld", "提供不可", "自己情報", "DV", "虐待", "模擬町", "102-0093")
"""Words that would mark the person, and the address that the register has."""
RESULTS = (Screen.RESULT_CONFIRMATION, Screen.RESULT_NONE)
QUESTIONS = (Screen.QUESTION_PURPOSE, Screen.QUESTION_NEEDS, Screen.QUESTION_SMARTPHONE)
ANSWERING = {*RESULTS, *QUESTIONS}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return set_stage(tmp_path_factory.mktemp("withheld") / "stage", datetime.now(UTC))


@dataclass
class Outputs:
    """All that left the kiosk in one visit: its views, what other programs get, the entries, and the log.

    ``posted`` are the bodies that webhooks post, as they are kept.
    """

    views: list[View]
    ended: list[Ended]
    posted: list[bytes]
    entries: list[dict[str, Any]]
    orders: list[tuple[str, tuple[Reason, ...]]]


def tell(stage: Stage, who: str, **changed: str) -> None:
    """Import what a file says of the person."""
    cells = {**(persona(who, stage.on).member or {}), **changed}
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([list(cells), list(cells.values())])
    source = Source(stage.now, stage.on, "a" * 64, lambda: "b" * 64)
    with Registry.open(stage.settings.database) as registry:
        registry.import_members(read_rows(io.BytesIO(text.getvalue().encode())), source)


Visit = Callable[[Site, str], AsyncIterator[View]]


async def answered(site: Site) -> View:
    """Answer every question with no, and return the result."""
    view = await site.showing(lambda view: view.screen in RESULTS or view.screen in QUESTIONS)
    while view.screen in QUESTIONS:
        match view.screen:
            case Screen.QUESTION_NEEDS:
                await site.reception.act(SayNeeds(action="needs", needs=[]))
            case Screen.QUESTION_SMARTPHONE:
                await site.reception.act(SaySmartphone(action="smartphone", smartphone=False))
            case _:
                await site.reception.act(ChoosePurpose(action="purpose", purpose=Purpose.VISIT))
        view = await site.showing(lambda seen, asked=view.screen: seen.screen in ANSWERING - {asked})
    return view


async def with_card(site: Site, who: str) -> AsyncIterator[View]:
    """Yield what is shown of a visit with the card, for each purpose, and of the farewell."""
    yield await site.prove(who, *ANSWERING)
    yield await answered(site)
    for purpose in (Purpose.BENEFIT_CLAIM, Purpose.HEALTH_PROGRAM, Purpose.VISIT):
        await site.reception.act(ChoosePurpose(action="purpose", purpose=purpose))
        await site.showing(lambda view, wanted=purpose: view.purpose is wanted and view.screen in ANSWERING)
        yield await answered(site)
    for page, event in [(page, None) for page in UnionPage] + [(UnionPage.PROCEDURE, event) for event in LifeEvent]:
        await site.reception.act(OpenPage(action="page", page=page, event=event))
        yield site.reception.view
    await site.reception.act(OpenPage(action="page", page=UnionPage.DOCUMENT_REQUEST))
    if site.reception.view.screen is Screen.DOCUMENT_REQUEST:
        await site.reception.act(AskForDocument(action="request"))
        yield await site.until_view(lambda view: not view.browsing.ordering)
    site.readers.take()
    yield await site.until(Screen.FAREWELL)


async def looked_up(site: Site, who: str) -> AsyncIterator[View]:
    """Yield what staff put on the visitor's screen, for each thing that can have become of the card."""
    for card_today in (CardToday.NOT_HERE, CardToday.UNREADABLE):
        for event in (None, *LifeEvent):
            asked = Asked(card_today=card_today, event=event)
            if event is LifeEvent.REEMPLOYED:
                continue
            found = await site.found(who)
            decision = await site.desk.decide(found, asked, "hanako")
            await site.desk.show(found, asked, decision, Seen.PASSPORT, "hanako", site.sequence)
            yield await site.until(*RESULTS)


async def outputs(stage: Stage, folder: Path, visit: Visit, who: str, *, at_union_office: bool) -> Outputs:
    with Registry.open(stage.settings.database) as registry:
        queue = Queue(registry)
        union = UnionOffice("組合", "terminal 1", queue) if at_union_office else None
        async with open_site(stage, folder, union=union, rules=Rules(union_office=at_union_office)) as site:
            ended: list[Ended] = []
            site.reception.on_end(ended.append)
            results = finished_visits(folder)
            cursor = results.cursor("webhook")
            results.begin(site.service.site_key)
            site.reception.on_end(keeper(results, "clinic"))
            views = [view async for view in visit(site, who)]
            entries = [without(entry, "at", "hash", "previous", "seq", "receipt") for entry in site.entries()]
        orders = [(order.document.value, order.reasons) for order in queue.open_orders()]
        for number in [order.number for order in queue.open_orders()]:
            queue.cancel([number], "hanako", "the test is over", stage.now)
        posted = [one.body for one in settled(results, cursor, len(ended))]
    return Outputs(views, ended, posted, entries, orders)


def finished_visits(folder: Path) -> FinishedVisits:
    day = timedelta(days=1)
    return FinishedVisits(folder, api_keep=day, keep=day, now=lambda: datetime.now(UTC))


def settled(results: FinishedVisits, cursor: Cursor, number: int) -> tuple[FinishedVisit, ...]:
    """Return what waits for a webhook once the disk has it all."""
    results.after(None, 1)
    found = cursor.waiting(number + 1)
    results.stop(10)
    assert len(found) == number
    return found


def without(entry: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in keys}


LEFT_OUT = {NextStep.REGISTER_CARD, NextStep.BRING_CARD, NextStep.FILE_PAPERS}


def comparable_decision(decision: Decision) -> Decision:
    """Return the decision without what the rules themselves leave out or add for these people (docs/limits.md).

    Their card cannot be registered, they file no application, and where the insurance has ended staff are to be asked.
    """
    left_out = LEFT_OUT if decision.applies else LEFT_OUT | {NextStep.ASK_STAFF}
    steps = tuple(step for step in decision.next_steps if step not in left_out)
    file = tuple(paper for paper in decision.file if paper is not Paper.CONFIRMATION_APPLICATION)
    return replace(decision, next_steps=steps, usable_after=None, file=file)


def comparable(view: View) -> dict[str, Any]:
    """Return a view as everybody but staff have it, without its number and the moment of its answer."""
    decision = comparable_decision(view.decision) if view.decision else None
    source = replace(view.source, as_of=datetime.min) if view.source else None
    own = {"sequence": 0, "visit": 0, "identifier": "", "at": datetime.min, "source": source}
    own["receipt"] = claims(view.receipt) if view.receipt else None
    shown = asdict(replace(view, **own, decision=decision, for_staff=None, farewell=None))
    return shown | {"first step": view.farewell is not None}


def claims(receipt: str) -> dict[str, Any]:
    """Return what a receipt says, without the visit and the moment."""
    said: dict[str, Any] = jwt.decode(receipt, options={"verify_signature": False})
    return without(said, "visit", "iat")


def published_texts(view: View) -> str:
    """Return everything that is sent to a visitor's page, to the API and to its stream, but receipts: see `claims`."""
    view = replace(view, receipt=None)
    pages = "".join(Screens(profile=profile).page(view) for profile in ("clinic", "union_office"))
    return pages + VisitBody.of(view, "受付").model_dump_json()


@pytest.mark.parametrize("at_union_office", [False, True], ids=["clinic", "union"])
@pytest.mark.parametrize("who", EVERYBODY)
async def test_nothing_but_staffs_marks_a_person_whose_data_are_withheld(
    stage: Stage, tmp_path: Path, capfd: pytest.CaptureFixture[str], who: str, at_union_office: bool
) -> None:
    visit = with_card if who in WITH_CARD else looked_up
    tell(stage, who)
    for name in ("withheld", "unregistered"):
        (tmp_path / name).mkdir()
    theirs = await outputs(stage, tmp_path / "withheld", visit, who, at_union_office=at_union_office)
    log = "".join(capfd.readouterr())
    tell(stage, who, information_withheld="false", registration="unregistered")
    others = await outputs(stage, tmp_path / "unregistered", visit, who, at_union_office=at_union_office)

    said = log + json.dumps(theirs.entries) + repr(theirs.orders) + "".join(map(published_texts, theirs.views))
    said += "".join(json.dumps(without(json.loads(body), "receipt"), ensure_ascii=False) for body in theirs.posted)
    said += "".join(json.dumps(claims(one.view.receipt)) for one in theirs.ended if one.view.receipt)
    said += "".join(json.dumps(one.person.to_json(), ensure_ascii=False) for one in theirs.ended if one.person)
    assert [mark for mark in MARKS if mark in said] == []
    assert any(view.for_staff is not None for view in theirs.views)
    for shown, of_others in zip(theirs.views, others.views, strict=True):
        assert comparable(shown) == comparable(of_others)
    assert theirs.ended != []
    assert any(one.view.receipt for one in theirs.ended)
    for one, of_another in zip(theirs.ended, others.ended, strict=True):
        assert (comparable(one.view), one.person) == (comparable(of_another.view), of_another.person)
    assert (theirs.entries, theirs.orders) == (others.entries, others.orders)


async def test_staff_read_why_on_their_own_page(stage: Stage, tmp_path: Path) -> None:
    tell(stage, "withheld")
    async with open_site(stage, tmp_path) as site:
        await site.prove("withheld", *RESULTS)
        picture = site.desk.picture()
        assert picture.view.for_staff is not None
        assert Reason.INFORMATION_WITHHELD in picture.view.for_staff.reasons
        board = Board(profile="clinic", kiosk="1", simulation=True)
        shown = board.live(picture)
        assert "模擬町" not in shown
        assert board.live(replace(picture, view=replace(picture.view, for_staff=None))) != shown


async def test_a_follower_of_the_stream_gets_no_decision_for_staff(stage: Stage, tmp_path: Path) -> None:
    tell(stage, "withheld")
    async with open_site(stage, tmp_path) as site:
        following = site.reception.every_change()
        await anext(following)
        await site.prove("withheld", *RESULTS)
        async for view in following:
            assert view.for_staff is None
            if view.decision is not None:
                break


def test_a_decision_for_staff_cannot_be_what_the_visit_shows(every_decision: tuple[Decision, ...]) -> None:
    raw = replace(every_decision[0], reasons=(Reason.INFORMATION_WITHHELD,))
    with pytest.raises(ValueError, match="for staff only"):
        Eligibility(raw, "")


def test_the_pages_of_the_union_have_no_field_for_an_address() -> None:
    fields = str(PersonalPages.__dataclass_fields__) + str(PersonalPages.__annotations__["record"])
    assert "address" not in fields and "postal" not in fields

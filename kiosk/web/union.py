"""Build the pages of the union's own terminal.

What is about a person is there only for the one whose presence was proved; without a card the same pages speak of
everybody (``pages`` None).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.decision import Document, LifeEvent, NextStep, Paper, explain
from kiosk.documents import THROUGH_EMPLOYER, procedures
from kiosk.graphemes import shown_letters
from kiosk.phrases import DayRange, DaySpan, Name, Phrase, Share, Value
from kiosk.reception import Brings, Linkage, OwnWay, PaperHere, PersonalPages, UnderWay
from kiosk.web import asking, information
from kiosk.web.texts import DOCUMENTS, PAPERS

__all__ = [
    "ExpectedDays",
    "ProcedurePage",
    "ProcedureRow",
    "Request",
    "StageOfWay",
    "expected_of",
    "may_request",
    "procedure_of",
    "promises_of",
    "record_of",
    "request_of",
    "way_of",
]


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """One field of 資格情報: its name and its value; ``long`` puts it below the name."""

    name: str
    value: Value | Phrase
    long: bool = False


def record_of(pages: PersonalPages) -> tuple[ProcedureRow, ...]:
    """Return the fields of 「資格情報の内容」 in the order of the union's page, column by column."""
    record, member = pages.record, pages.record.member
    values: tuple[Value | Phrase, ...] = (
        f"{member.symbol}-{member.number}-{member.branch}".removeprefix("-"),
        Name("".join(shown_letters(record.kana))),
        Name("".join(shown_letters(record.name))),
        record.birth_date,
        Phrase(asking.SEXES[record.sex]),
        record.acquired_on,
        Phrase(asking.RELATIONSHIPS[record.relationship]),
        member.insurer_number,
        Name(record.insurer_name),
        _copay(record.copay_percent),
        record.limit_class or "-",
    )
    rows = zip(asking.RECORD, values, strict=True)
    return tuple(ProcedureRow(name, value, long=name == asking.RECORD_BELOW) for name, value in rows)


def _copay(percent: int | None) -> Value:
    return "-" if percent is None else Share(percent)


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """One procedure: the papers and what goes with them, and what the union does.

    ``brings`` is what it would bring this person, empty if that is not known; ``comes`` is the one promise of when that
    comes, and None if nothing does. ``note`` says to everybody else what may come instead.
    """

    title: str
    papers: Phrase
    attach: str
    does: str
    comes: Phrase | None
    brings: str
    note: str


def procedure_of(pages: PersonalPages | None, event: LifeEvent | None) -> ProcedurePage:
    """Return the page of an event; of the first one if none is named."""
    event = event or next(iter(LifeEvent))
    text = asking.PROCEDURES[event]
    rows = pages.procedures if pages else ()
    brings = next((row.brings for row in rows if row.event is event), Brings.UNSAID)
    return ProcedurePage(
        title=text.title,
        papers=_papers(procedures()[event].files),
        attach=text.attach,
        does=text.does,
        comes=_comes(pages, text, brings),
        brings=asking.BRINGS[brings],
        note=information.NOTICE_INSTEAD if text.checked and brings is Brings.UNSAID else "",
    )


def _papers(papers: tuple[Paper, ...]) -> Phrase:
    if not papers:
        return Phrase(asking.NO_PAPERS)
    named = {"papers": tuple(PAPERS[paper] for paper in papers)}
    through = asking.PAPERS_THROUGH_EMPLOYER if THROUGH_EMPLOYER & {*papers} else asking.PAPERS_TO_FILE
    return Phrase(through, lists=named)


def _comes(pages: PersonalPages | None, text: asking.ProcedureText, brings: Brings) -> Phrase | None:
    """Return when the document comes: the same document is promised once, so an order that is open says its own day."""
    if brings is Brings.KEEP:
        return None
    if order := next((order for order in _orders(pages) if order.document.value == brings.value), None):
        return Phrase(asking.COMES_ALREADY, values={"when": DaySpan(*order.ready)}) if order.ready else _COMES_SOON
    if not text.after_filing:
        return Phrase(asking.COMES_AFTER_CHECK)
    if pages is None or pages.if_filed_today is None:
        return Phrase(asking.COMES_IN_DAYS)
    return Phrase(asking.COMES_ABOUT, values={"when": DaySpan(*pages.if_filed_today)})


_COMES_SOON = Phrase(asking.COMES_ALREADY_SOON)


def _orders(pages: PersonalPages | None) -> tuple[UnderWay, ...]:
    return (pages.orders or ()) if pages else ()


@dataclass(frozen=True, slots=True)
class Request:
    """The page that asks for a document; ``document`` is None if there is none to ask for, or it was asked for."""

    heading: str
    why: str
    document: Document | None


def may_request(pages: PersonalPages) -> bool:
    """Return whether there is a document to ask for that was not asked for yet."""
    return pages.wanted is not None and pages.wanted not in {order.document for order in _orders(pages)}


def request_of(pages: PersonalPages) -> Request:
    """Return what may be asked for at the terminal."""
    wanted = pages.wanted
    if wanted is None:
        return Request(asking.NOTHING_TO_REQUEST.heading, asking.NOTHING_TO_REQUEST.why, None)
    if not may_request(pages):
        return Request(asking.REQUESTED.heading, asking.REQUESTED.why, None)
    return Request(asking.REQUEST[wanted], explain(pages.reasons[0]).sentence, wanted)


@dataclass(frozen=True, slots=True)
class ExpectedDays:
    """One document that is on its way."""

    document: Document
    name: str
    asked: Phrase
    comes: Phrase


def expected_of(pages: PersonalPages) -> tuple[ExpectedDays, ...]:
    """Return the documents that were asked for, with the days on which they are expected."""
    return tuple(_expected(order) for order in _orders(pages))


def _expected(order: UnderWay) -> ExpectedDays:
    comes = Phrase(asking.COMES_IN_DAYS)
    if order.ready:
        comes = Phrase(asking.READY_ABOUT, values={"when": DaySpan(*order.ready)})
    asked = Phrase(asking.ASKED_ON, values={"when": order.asked_on})
    return ExpectedDays(order.document, DOCUMENTS[order.document], asked, comes)


@dataclass(frozen=True, slots=True)
class StageOfWay:
    """One part of the way until the card works, and how far the visitor is in it (None: not known, or no card)."""

    title: str
    words: Phrase
    own: Phrase | None


def way_of(pages: PersonalPages | None, usual_days: tuple[int, int]) -> tuple[StageOfWay, ...]:
    """Return the three parts of 「マイナ保険証で受診できるまでの流れ」, with the visitor's own dates."""
    own = _own_dates(pages.way) if pages else (None, None, None)
    return tuple(
        StageOfWay(stage.title, Phrase(stage.words, values={"days": DayRange(*usual_days)}), here)
        for stage, here in zip(information.WAY_STAGES, own, strict=True)
    )


def _own_dates(way: OwnWay) -> tuple[Phrase | None, Phrase, None]:
    filed = Phrase(information.OWN_FILED_ON, values={"when": way.filed_on}) if way.filed_on else None
    return filed, Phrase(information.LINKAGES[way.linkage], values=_when(way)), None


def _when(way: OwnWay) -> dict[str, Value]:
    if way.linkage is Linkage.DONE and way.linked_on:
        return {"when": way.linked_on}
    return {"when": DaySpan(*way.usable)} if way.usable else {}


_COMES = {Document.CONFIRMATION: NextStep.AWAIT_CONFIRMATION, Document.NOTICE: NextStep.ASK_FOR_NOTICE}
"""The step of a result that speaks of a document to come."""


def promises_of(papers: tuple[PaperHere, ...]) -> Mapping[NextStep, Phrase]:
    """Return what the result says of documents that may be asked for here or were: nothing is promised twice."""
    return {_COMES[paper.document]: _promise(paper) for paper in papers}


def _promise(paper: PaperHere) -> Phrase:
    name = {"papers": (DOCUMENTS[paper.document],)}
    if not paper.asked:
        return Phrase(asking.MAY_ASK_HERE, lists=name)
    if paper.ready is None:
        return Phrase(asking.ASKED_HERE, lists=name)
    return Phrase(asking.ASKED_AND_READY, lists=name, values={"when": DaySpan(*paper.ready)})

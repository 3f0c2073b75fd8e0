"""Build the pages of the union's own terminal, only for the person whose presence was proved."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.decision import Document, LifeEvent, Paper, explain
from kiosk.documents import THROUGH_EMPLOYER, procedures
from kiosk.reception import Brings, PersonalPages, UnderWay
from kiosk.wareki import about, wareki
from kiosk.web import asking
from kiosk.web.phrases import Phrase
from kiosk.web.texts import DOCUMENTS, PAPERS

__all__ = [
    "ExpectedDays",
    "ProcedurePage",
    "Request",
    "ProcedureRow",
    "expected_of",
    "procedure_of",
    "record_of",
    "request_of",
]


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """One field of 資格情報: its name, which is translated, and its value, which is not.

    ``long`` puts it below the name.
    """

    name: str
    value: str
    long: bool = False


def record_of(pages: PersonalPages) -> tuple[ProcedureRow, ...]:
    """Return the fields of 「資格情報の内容」 in the order of the union's page, column by column."""
    record = pages.record
    member = record.member
    return (
        ProcedureRow("記号・番号・枝番", f"{member.symbol}-{member.number}-{member.branch}".removeprefix("-")),
        ProcedureRow("フリガナ", record.kana),
        ProcedureRow("氏名", record.name),
        ProcedureRow("生年月日", wareki(record.birth_date)),
        ProcedureRow("性別", asking.SEXES[record.sex]),
        ProcedureRow("資格取得年月日", wareki(record.acquired_on)),
        ProcedureRow("本人・家族区分", asking.RELATIONSHIPS[record.relationship]),
        ProcedureRow("保険者番号", member.insurer_number),
        ProcedureRow("保険者名", record.insurer_name, long=True),
        ProcedureRow("一部負担金の割合", _copay(record.copay_percent)),
        ProcedureRow("限度額適用区分", record.limit_class or "-"),
    )


def _copay(percent: int | None) -> str:
    if percent is None:
        return "-"
    return f"{percent // 10}割" if percent % 10 == 0 else f"{percent}%"


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """One procedure: the papers and what goes with them, what the union does, when it comes, what it would bring."""

    title: str
    papers: Phrase
    attach: str
    does: str
    comes: Phrase
    brings: str


def procedure_of(pages: PersonalPages, event: LifeEvent | None) -> ProcedurePage:
    """Return the page of an event; of the first one if none is named."""
    event = event or next(iter(LifeEvent))
    text = asking.PROCEDURES[event]
    brings = next((row.brings for row in pages.procedures if row.event is event), Brings.UNSAID)
    return ProcedurePage(
        title=text.title,
        papers=_papers(procedures()[event].files),
        attach=text.attach,
        does=text.does,
        comes=_comes(pages, text),
        brings=asking.BRINGS[brings],
    )


def _papers(papers: tuple[Paper, ...]) -> Phrase:
    if not papers:
        return Phrase(asking.NO_PAPERS)
    named = {"papers": tuple(PAPERS[paper] for paper in papers)}
    through = asking.PAPERS_THROUGH_EMPLOYER if THROUGH_EMPLOYER & {*papers} else asking.PAPERS_TO_FILE
    return Phrase(through, lists=named)


def _comes(pages: PersonalPages, text: asking.ProcedureText) -> Phrase:
    if not text.after_filing or pages.if_filed_today is None:
        return Phrase(asking.COMES_AFTER_CHECK if not text.after_filing else asking.COMES_IN_DAYS)
    return Phrase(asking.COMES_ABOUT, values={"when": about(*pages.if_filed_today)})


@dataclass(frozen=True, slots=True)
class Request:
    """The page that asks for a document; ``document`` is None if there is none to ask for, or it was asked for."""

    heading: str
    why: str
    document: Document | None


def request_of(pages: PersonalPages) -> Request:
    """Return what may be asked for at the terminal."""
    wanted = pages.wanted
    if wanted is None:
        return Request(asking.NOTHING_TO_REQUEST.heading, asking.NOTHING_TO_REQUEST.why, None)
    if any(order.document is wanted for order in pages.orders or ()):
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
    return tuple(_expected(order) for order in pages.orders or ())


def _expected(order: UnderWay) -> ExpectedDays:
    comes = Phrase(asking.COMES_IN_DAYS)
    if order.ready:
        comes = Phrase(asking.READY_ABOUT, values={"when": about(*order.ready)})
    asked = Phrase(asking.ASKED_ON, values={"when": wareki(order.asked_on)})
    return ExpectedDays(order.document, DOCUMENTS[order.document], asked, comes)

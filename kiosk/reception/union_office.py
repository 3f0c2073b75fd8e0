"""What the union's own terminal shows a confirmed person beside the answer: record, procedures, documents asked for.

Nothing of this is made at a clinic, or for a person whose presence was not proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from kiosk import tokyo_day
from kiosk.decision import Document, Facts, FactsError, LifeEvent, NextStep, Policy, Purpose, Reason, decide, published
from kiosk.decision.facts import refuse_impossible
from kiosk.decision.linkage import usual_time
from kiosk.eligibility import Member, MemberId, MemberLook
from kiosk.failures import Failure

__all__ = [
    "GENERAL_PAGES",
    "Brings",
    "Browsing",
    "Linkage",
    "OpenOrder",
    "Orders",
    "OwnRecord",
    "OwnWay",
    "PaperHere",
    "PersonalPages",
    "UnionPage",
    "ProcedureOutlook",
    "UnderWay",
    "UnionOffice",
    "own_way",
    "papers_here",
    "personal_pages",
    "place_order",
]


class UnionPage(StrEnum):
    """The pages of the union's terminal."""

    ANSWER = "answer"
    MENU = "menu"
    OWN_RECORD = "own_record"
    LOOKS = "looks"
    PROCEDURES = "procedures"
    PROCEDURE = "procedure"
    MYNAPORTAL = "mynaportal"
    DOCUMENT_REQUEST = "document_request"
    ORDERS = "orders"
    WAY_TO_USE = "way_to_use"
    MERITS = "merits"
    IDENTIFYING = "identifying"
    COMPARISON = "comparison"
    ABOUT_CONFIRMATION = "about_confirmation"
    ABOUT_NOTICE = "about_notice"


GENERAL_PAGES = frozenset(UnionPage) - {
    UnionPage.ANSWER,
    UnionPage.OWN_RECORD,
    UnionPage.LOOKS,
    UnionPage.DOCUMENT_REQUEST,
    UnionPage.ORDERS,
}
"""The pages that anybody may open, without a card: they say something of nobody in particular then."""


class Linkage(StrEnum):
    """How far the way of one's own data has come (資格情報の連携)."""

    DONE = "done"
    EXPECTED = "expected"
    LATE = "late"
    """The usual time is over."""
    WITHOUT_MY_NUMBER = "without_my_number"
    UNKNOWN = "unknown"
    """The day of the filing, or the table of holidays, is not known."""


class Brings(StrEnum):
    """What a procedure brings: a document, nothing new as the 資格確認書 stays valid, or unsaid."""

    NOTICE = "notice"
    CONFIRMATION = "confirmation"
    KEEP = "keep"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Browsing:
    """Which page is open; ``event`` of PROCEDURE; whether a document is being asked for, and why that failed."""

    page: UnionPage = UnionPage.ANSWER
    event: LifeEvent | None = None
    ordering: bool = False
    failure: Failure | None = None


class OpenOrder(Protocol):
    """A document asked for and not yet issued (``kiosk.issuance``)."""

    @property
    def document(self) -> Document:
        """NOTICE or CONFIRMATION."""

    @property
    def requested_at(self) -> datetime:
        """When it was asked for (UTC)."""


class Orders(Protocol):
    """The queue of issuance, as the terminal needs it (``kiosk.issuance.Queue`` fits)."""

    def request(
        self, member: MemberId, document: Document, *, reasons: Sequence[str], by: str, now: datetime
    ) -> OpenOrder:
        """Ask for a document; an open order of the same member and document is returned as it is."""

    def open_orders(self, member: MemberId) -> Iterable[OpenOrder]:
        """Return what was asked for this member and not yet issued."""


@dataclass(frozen=True, slots=True)
class UnionOffice:
    """The union's terminal: the insurer's name (保険者名), who is named in visitors' orders, and the queue, if any."""

    insurer_name: str
    by: str
    orders: Orders | None = None


@dataclass(frozen=True, slots=True, repr=False)
class OwnRecord:
    """資格情報: the fields that the union's page lists, of the person at the terminal."""

    member: MemberId
    insurer_name: str
    name: str
    kana: str
    birth_date: date
    sex: str
    relationship: str
    acquired_on: date
    copay_percent: int | None
    limit_class: str


@dataclass(frozen=True, slots=True)
class ProcedureOutlook:
    """One row of 「資格確認書交付の概要」, and what it would bring this person."""

    event: LifeEvent
    brings: Brings


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A document on its way, and the days between which it is ready (None: the table of holidays ends)."""

    document: Document
    asked_on: date
    ready: tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class OwnWay:
    """「マイナ保険証で受診できるまでの流れ」 of one person.

    ``usable`` are the days between which the linkage is expected (EXPECTED only), ``linked_on`` its day (DONE only).
    """

    linkage: Linkage
    filed_on: date | None
    linked_on: date | None = None
    usable: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class PersonalPages:
    """What the union's pages show of the person at the terminal.

    ``wanted`` may be asked for here, for ``reasons``, which are published ones; ``orders`` None: no queue.
    ``if_filed_today`` are the days between which the union is ready when papers are filed today.
    ``looks`` are the newest looks of staff and officers at the person; None: they cannot be read.
    """

    record: OwnRecord = field(repr=False)
    procedures: tuple[ProcedureOutlook, ...]
    wanted: Document | None
    reasons: tuple[Reason, ...]
    orders: tuple[UnderWay, ...] | None
    if_filed_today: tuple[date, date] | None
    way: OwnWay
    looks: tuple[MemberLook, ...] | None = None


def personal_pages(
    member: Member, facts: Facts, policy: Policy, office: UnionOffice, looks: tuple[MemberLook, ...] | None = None
) -> PersonalPages:
    """Return what the terminal shows the member; raises what the queue raises."""
    wanted, reasons = _wanted(facts, policy)
    return PersonalPages(
        record=_record(member, office.insurer_name),
        procedures=tuple(ProcedureOutlook(event, _brings(event, facts, policy)) for event in LifeEvent),
        wanted=wanted if office.orders else None,
        reasons=reasons,
        orders=_under_way(office, member.id, policy),
        if_filed_today=_ready(facts.on, policy),
        way=own_way(facts, policy),
        looks=looks,
    )


@dataclass(frozen=True, slots=True)
class PaperHere:
    """A document that may be asked for at the terminal, or was: ``ready`` are then the days, if they are known."""

    document: Document
    asked: bool
    ready: tuple[date, date] | None = None


def papers_here(pages: PersonalPages | None) -> tuple[PaperHere, ...]:
    """Return the documents that may be asked for here or were, each once; none of them says who the person is."""
    if pages is None:
        return ()
    asked = tuple(PaperHere(order.document, asked=True, ready=order.ready) for order in pages.orders or ())
    wanted = pages.wanted
    if wanted is None or wanted in {paper.document for paper in asked}:
        return asked
    return (*asked, PaperHere(wanted, asked=False))


def place_order(office: UnionOffice, pages: PersonalPages, policy: Policy, now: datetime) -> PersonalPages:
    """Ask for ``pages.wanted`` and return the pages as they are then; raises what the queue raises."""
    member, reasons = pages.record.member, [reason.value for reason in pages.reasons]
    if office.orders and pages.wanted:
        office.orders.request(member, pages.wanted, reasons=reasons, by=office.by, now=now)
    return replace(pages, orders=_under_way(office, member, policy))


def _wanted(facts: Facts, policy: Policy) -> tuple[Document | None, tuple[Reason, ...]]:
    """Return what may be asked for at the terminal: what the union owes without papers, or a notice that is missing."""
    now = decide(replace(facts, event=None, purpose=Purpose.VISIT), policy)
    if now.issue:
        return (None if now.file else now.issue), published(now, facts).reasons
    claim = decide(replace(facts, event=None, purpose=Purpose.BENEFIT_CLAIM, smartphone=False), policy)
    missed = NextStep.ASK_FOR_NOTICE in claim.next_steps
    return (Document.NOTICE if missed else None), published(claim, facts).reasons


def _brings(event: LifeEvent, facts: Facts, policy: Policy) -> Brings:
    """Return what the event would bring; UNSAID for a filing that is past and an expiry that is to come."""
    if event in {LifeEvent.ENROLLED, LifeEvent.CERTIFICATE_EXPIRED}:
        return Brings.UNSAID
    happened = replace(facts, event=event, purpose=Purpose.VISIT)
    try:
        refuse_impossible(happened)
    except FactsError:  # 継続再雇用 before 60
        return Brings.UNSAID
    decision = decide(happened, policy)
    if decision.issue:
        return Brings(decision.issue.value)
    return Brings.KEEP if Reason.CONFIRMATION_IS_ENOUGH in decision.reasons else Brings.UNSAID


def _under_way(office: UnionOffice, member: MemberId, policy: Policy) -> tuple[UnderWay, ...] | None:
    if office.orders is None:
        return None
    return tuple(_expected(order, policy) for order in office.orders.open_orders(member))


def _expected(order: OpenOrder, policy: Policy) -> UnderWay:
    """Return the order with the days it is expected on: 概ね3～4日後（土日、祝日は含まない）."""
    asked = tokyo_day(order.requested_at)
    return UnderWay(order.document, asked, _ready(asked, policy))


def _ready(filed_on: date, policy: Policy) -> tuple[date, date] | None:
    """Return the first and the last day of the usual time; None if the table of holidays does not reach so far."""
    expected = usual_time(filed_on, policy)
    return (expected.earliest, expected.latest) if expected else None


def own_way(facts: Facts, policy: Policy) -> OwnWay:
    """Return the way of the person's own data: filed, and linked or expected to be."""
    filed = facts.filed_on
    if facts.linked_on and facts.linked_on <= facts.on:
        return OwnWay(Linkage.DONE, filed, linked_on=facts.linked_on)
    if not facts.my_number_reported:
        return OwnWay(Linkage.WITHOUT_MY_NUMBER, filed)
    usable = _ready(filed, policy) if filed else None
    if usable is None:
        return OwnWay(Linkage.UNKNOWN, filed)
    return OwnWay(Linkage.LATE, filed) if usable[1] < facts.on else OwnWay(Linkage.EXPECTED, filed, usable=usable)


def _record(member: Member, insurer_name: str) -> OwnRecord:
    return OwnRecord(
        member=member.id,
        insurer_name=insurer_name,
        name=member.name,
        kana=member.kana,
        birth_date=member.birth_date,
        sex=member.sex.value if member.sex else "",
        relationship=member.relationship.value if member.relationship else "",
        acquired_on=member.acquired_on,
        copay_percent=member.copay_percent,
        limit_class=member.limit_class,
    )

"""Build the screens that ask, the way without a card, a card left behind, and the pages of the union's terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any

from kiosk.audit import LookPurpose, LookReason
from kiosk.decision import DEFAULT_POLICY, CardStatus, Confirmation, Decision, Document, Facts, LifeEvent, Need, decide
from kiosk.decision import Registration as Registered
from kiosk.eligibility import MOST_LOOKS, MemberId, MemberLook
from kiosk.failures import Code, Failure
from kiosk.identity import Level
from kiosk.reception import (
    GENERAL_PAGES,
    Alert,
    Belonging,
    Brings,
    Browsing,
    Guide,
    Linkage,
    OwnRecord,
    OwnWay,
    PaperHere,
    PersonalPages,
    ProcedureOutlook,
    Renewal,
    Screen,
    StateName,
    UnderWay,
    UnionPage,
    View,
    Whereabouts,
)
from kiosk.reception.guidance import advise
from kiosk.roles import Part

__all__ = ["flow_screens", "guide_screens", "information_screens", "union_screens"]

_USUAL: dict[str, Any] = {"kiosk": "1", "sequence": 1, "visit": 1, "simulation": True, "deadline": 60.0}
_KNOWN: dict[str, Any] = {"level": Level.CONFIRMED, "masked_name": "ト＊＊ タ＊＊ 様"}
_LONG_NAME = "アレクサンドラ マリア フェルナンデス デ オリヴェイラ ダ コスタ シルヴァ"


def flow_screens(on: date) -> list[View]:
    """Return every one of these screens, and for each kind the one with the most text."""
    return [
        *_questions(on),
        *guide_screens(on),
        *union_screens(on),
        *information_screens(),
        *_renewals(on),
        _left_behind(),
    ]


def _decision(on: date, **more: Any) -> Decision:
    return decide(
        Facts.checked(
            **{
                "on": on,
                "birth_date": date(on.year - 71, 4, 1),
                "acquired_on": date(on.year - 3, 4, 1),
                "linked_on": date(on.year - 3, 4, 5),
                "card": CardStatus.HELD,
                "registration": Registered.REGISTERED,
                **more,
            }
        )
    )


def _questions(on: date) -> list[View]:
    paper = _decision(on, card=CardStatus.LOST, confirmation_held=Confirmation(date(on.year - 1, 4, 1), on))
    usual = {**_USUAL, **_KNOWN, "state": StateName.RESULT, "decision": paper}
    return [
        View(screen=Screen.QUESTION_PURPOSE, **usual),
        View(screen=Screen.QUESTION_NEEDS, needs=tuple(Need), **usual),
        View(screen=Screen.QUESTION_SMARTPHONE, **usual),
        View(screen=Screen.QUESTION_LIMIT_CONSENT, **usual),
    ]


def guide_screens(on: date) -> list[View]:
    """Return the way without a card: the questions, and each different advice."""
    unread = Failure(Code.CARD_UNREADABLE, "drivers.pcsc.connection:send_and_receive")
    usual = {**_USUAL, "state": StateName.GUIDE}
    asking = [
        View(screen=Screen.GUIDE_CARD, guide=Guide(), **usual),
        View(screen=Screen.GUIDE_PHONE, guide=Guide(Whereabouts.AT_HOME), **usual),
        View(screen=Screen.GUIDE_PHONE, guide=Guide(Whereabouts.UNREADABLE), failure=unread, **usual),
        View(screen=Screen.GUIDE_BELONGINGS, guide=Guide(Whereabouts.AT_HOME), **usual),
        View(screen=Screen.GUIDE_BELONGINGS, guide=Guide(Whereabouts.UNREADABLE), failure=unread, **usual),
    ]
    told = {}
    for card, thing in product(Whereabouts, Belonging):
        guide = advise(card, thing, on, DEFAULT_POLICY)
        told[guide.decision and (guide.decision.present, guide.decision.next_steps)] = guide
    with_reader = replace(DEFAULT_POLICY, desk_takes_phone_card=True)
    with_phone = advise(Whereabouts.AT_HOME, Belonging.NOTHING, on, with_reader, phone_card=True)
    return asking + [
        View(
            screen=Screen.GUIDE_ADVICE,
            guide=guide,
            failure=unread if guide.card is Whereabouts.UNREADABLE else None,
            **usual,
        )
        for guide in (*told.values(), with_phone)
    ]


def union_screens(on: date) -> list[View]:
    """Return the pages of the union's terminal; the last ones with long names and with nothing to show."""
    pages = _personal_pages(on)
    nothing = replace(pages, wanted=None, orders=())
    asked = UnderWay(Document.CONFIRMATION, on, pages.if_filed_today)
    return [
        _page(Screen.UNION_MENU, UnionPage.MENU, pages, on),
        _page(Screen.OWN_RECORD, UnionPage.OWN_RECORD, pages, on),
        _page(Screen.OWN_RECORD, UnionPage.OWN_RECORD, replace(pages, record=_long_record(pages.record)), on),
        *(_page(Screen.LOOKS, UnionPage.LOOKS, replace(pages, looks=looks), on) for looks in (_looks(on), (), None)),
        _page(Screen.PROCEDURES, UnionPage.PROCEDURES, pages, on),
        *(_page(Screen.PROCEDURE, UnionPage.PROCEDURE, pages, on, event=event) for event in LifeEvent),
        _page(Screen.MYNAPORTAL, UnionPage.MYNAPORTAL, pages, on),
        _page(Screen.DOCUMENT_REQUEST, UnionPage.DOCUMENT_REQUEST, pages, on),
        *(_refused_request(pages, on, code) for code in (Code.ORDER_REFUSED, Code.ORDER_UNSURE)),
        _page(Screen.DOCUMENT_REQUEST, UnionPage.DOCUMENT_REQUEST, pages, on, ordering=True),
        _page(Screen.DOCUMENT_REQUEST, UnionPage.DOCUMENT_REQUEST, replace(pages, orders=(asked,)), on),
        _page(Screen.DOCUMENT_REQUEST, UnionPage.DOCUMENT_REQUEST, nothing, on),
        _page(
            Screen.ORDERS,
            UnionPage.ORDERS,
            replace(pages, orders=(asked, replace(asked, document=Document.NOTICE))),
            on,
        ),
        _page(Screen.ORDERS, UnionPage.ORDERS, nothing, on),
        _page(
            Screen.UNION_MENU, UnionPage.MENU, replace(pages, orders=(replace(asked, document=Document.NOTICE),)), on
        ),
        _page(
            Screen.PROCEDURE, UnionPage.PROCEDURE, replace(pages, orders=(asked,)), on, event=LifeEvent.CARD_RETURNED
        ),
        *(_page(Screen.WAY_TO_USE, UnionPage.WAY_TO_USE, replace(pages, way=way), on) for way in _ways(on)),
        *_results_with_papers(on, pages.if_filed_today),
    ]


def _results_with_papers(on: date, ready: tuple[date, date] | None) -> list[View]:
    """Return the answer to somebody for whom a 資格確認書 is to come: not asked for here, asked for, without a day."""
    confirmation = Document.CONFIRMATION
    papers = [PaperHere(confirmation, asked=False), *(PaperHere(confirmation, True, days) for days in (ready, None))]
    decision = _decision(on, card=CardStatus.NEVER_ISSUED, registration=Registered.UNREGISTERED)
    usual = {**_USUAL, **_KNOWN, "state": StateName.RESULT, "decision": decision, "has_personal_pages": True}
    return [View(screen=Screen.RESULT_CONFIRMATION, papers_here=(paper,), **usual) for paper in papers]


def _ways(on: date) -> list[OwnWay]:
    """Return each way that somebody's own data can be on."""
    filed = on - timedelta(days=2)
    soon = (on + timedelta(days=2), on + timedelta(days=3))
    return [
        OwnWay(Linkage.DONE, filed, linked_on=on),
        OwnWay(Linkage.EXPECTED, filed, usable=soon),
        *(OwnWay(linkage, filed) for linkage in (Linkage.LATE, Linkage.WITHOUT_MY_NUMBER)),
        OwnWay(Linkage.UNKNOWN, None),
    ]


def information_screens() -> list[View]:
    """Return the union's terminal without a card: the idle screen that leads there, and each page for anybody."""
    usual = {**_USUAL, "state": StateName.INFORMATION}
    pages = [page for page in UnionPage if page in GENERAL_PAGES - {UnionPage.PROCEDURE, UnionPage.MENU}]
    return [
        View(screen=Screen.IDLE, offers_information=True, **{**_USUAL, "state": StateName.IDLE, "deadline": None}),
        View(screen=Screen.UNION_MENU, browsing=Browsing(UnionPage.MENU), **usual),
        *(View(screen=Screen(page.value), browsing=Browsing(page), **usual) for page in pages),
        *(View(screen=Screen.PROCEDURE, browsing=Browsing(UnionPage.PROCEDURE, event), **usual) for event in LifeEvent),
        View(screen=Screen.STILL_THERE, **usual),
    ]


def _page(screen: Screen, page: UnionPage, pages: PersonalPages, on: date, **browsing: Any) -> View:
    opened = Browsing(page, **browsing)
    usual = {**_USUAL, **_KNOWN, "state": StateName.RESULT, "has_personal_pages": True}
    return View(screen=screen, decision=_decision(on), browsing=opened, pages=pages, **usual)


def _refused_request(pages: PersonalPages, on: date, code: Code) -> View:
    failure = Failure(code)
    return replace(
        _page(Screen.DOCUMENT_REQUEST, UnionPage.DOCUMENT_REQUEST, pages, on, failure=failure), failure=failure
    )


def _personal_pages(on: date) -> PersonalPages:
    brings = dict.fromkeys(LifeEvent, Brings.CONFIRMATION) | {
        LifeEvent.ENROLLED: Brings.UNSAID,
        LifeEvent.RENAMED: Brings.NOTICE,
        LifeEvent.CARD_LOST: Brings.KEEP,
    }
    decision = _decision(on, card=CardStatus.NEVER_ISSUED, registration=Registered.UNREGISTERED)
    return PersonalPages(
        record=OwnRecord(
            member=MemberId("133033", "71-0001", "000101", "00"),
            insurer_name="全国土木建築国民健康保険組合",
            name="土木 太郎",
            kana="トボク タロウ",
            birth_date=date(1955, 8, 14),
            sex="male",
            relationship="self",
            acquired_on=date(2023, 4, 1),
            copay_percent=20,
            limit_class="ウ",
        ),
        procedures=tuple(ProcedureOutlook(event, brings[event]) for event in LifeEvent),
        wanted=Document.CONFIRMATION,
        reasons=decision.reasons,
        orders=(),
        if_filed_today=(on + timedelta(days=4), on + timedelta(days=5)),
        way=_ways(on)[0],
    )


def _looks(on: date) -> tuple[MemberLook, ...]:
    """Return as many looks as there can be, one for each purpose that there is room for."""
    first = datetime.combine(on, time(3, 5), UTC)
    parts = {LookPurpose(reason.value): Part.OFFICE for reason in LookReason}
    return tuple(
        MemberLook(first - timedelta(days=31 * number), parts.get(purpose, Part.DESK), purpose)
        for number, purpose in enumerate(tuple(LookPurpose)[-MOST_LOOKS:])
    )


def _long_record(record: OwnRecord) -> OwnRecord:
    return replace(record, name=_LONG_NAME, kana=_LONG_NAME, insurer_name="全国土木建築国民健康保険組合 中央支部")


def _renewals(on: date) -> list[View]:
    usual = {**_USUAL, **_KNOWN, "state": StateName.RESULT, "screen": Screen.RESULT_CARD, "decision": _decision(on)}
    return [View(renewal=Renewal(on, in_grace=graced), has_personal_pages=graced, **usual) for graced in (False, True)]


def _left_behind() -> View:
    usual = {**_USUAL, "deadline": None}
    return View(screen=Screen.TAKE_CARD, state=StateName.TAKE_CARD, alert=Alert.CARD_LEFT_BEHIND, chime=10.0, **usual)

"""The staff page as HTML: every failure, every decision, and no word that is not Japanese enough for a desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kiosk.decision import CardToday, Decision, LifeEvent, Need, Purpose
from kiosk.eligibility.sources import EligibilitySource
from kiosk.eligibility.terminal import Consents, Status
from kiosk.failures import FALL_BACKS, Code, Failure, FallBack
from kiosk.identity import Level, Revocation
from kiosk.reception import Alert, Asked, DeskPicture, FoundMember, LateAnswer, Screen, Seen, StateName, View
from kiosk.reception.readers import DriverState, LeftOut, WorkingReader
from kiosk.reception.visit.eligibility import AskedSource
from kiosk.staff import Account
from kiosk.web.results import result_of
from kiosk.web.screens import Screens
from kiosk.web.staff import texts
from kiosk.web.staff.actions import Confirm
from kiosk.web.staff.board import Board
from kiosk.web.staff.models import DeskBody
from kiosk.web.staff.work import Work

NOW = datetime(2026, 11, 25, 15, 30, 5, tzinfo=UTC)


@pytest.fixture
def board() -> Board:
    return Board(profile="clinic", kiosk="1", simulation=False)


@pytest.fixture
def picture(a_view: Callable[..., View]) -> DeskPicture:
    return DeskPicture(a_view(), NOW, None, False, False, False, (), (), ())


@pytest.fixture
def found(site: Any) -> FoundMember:
    from kiosk.eligibility import MemberQuery
    from simulators.people import persona

    cells = persona("card-works", site.stage.on).member
    assert cells is not None
    born = date.fromisoformat(cells["birth_date"])
    query = MemberQuery.of(cells["insurer_number"], cells["symbol"], cells["number"], born)
    return site.desk._looking_up.find(query, 1)[0]


def readable(html: str) -> bool:
    text = re.sub(r"<[^>]*>", " ", html)
    return not re.search(r"\{|\}|PIN\b|None|StrEnum|&lt;", text)


@pytest.mark.parametrize("code", Code)
def test_every_failure_says_what_desk_and_technician_do(
    board: Board, picture: DeskPicture, failure_view: Callable[..., View], code: Code
) -> None:
    html = board.live(replace(picture, view=failure_view(code)))
    assert code.value in html and "窓口の対応" in html and "技術担当者の対応" in html
    assert "kiosk.reception.visit.identifying:card_read" in html
    assert readable(html)


@pytest.mark.parametrize("state", StateName)
def test_every_state_has_its_words(
    board: Board, picture: DeskPicture, a_view: Callable[..., View], state: StateName
) -> None:
    html = board.live(replace(picture, view=a_view(state=state)))
    assert texts.STATES[state] in html and f'data-state="{state.value}"' in html


@pytest.mark.anyio
@pytest.mark.parametrize("profile", ["clinic", "union_office"])
async def test_staff_and_visitor_read_the_same_steps(
    picture: DeskPicture, found: FoundMember, every_decision: tuple[Decision, ...], profile: str
) -> None:
    board, screens = Board(profile=profile, kiosk="1", simulation=False), Screens(profile=profile)
    for decision in every_decision:
        html = board.work(picture, Work((found,), 0, Asked(), decision))
        steps = result_of(decision, at_union_office=profile == "union_office").steps
        assert all(board.say(step) in html for step in steps)
        assert all(board.say(step) == screens.say(step).striptags() for step in steps)
    here = "この受付のカードリーダーで"
    said = [board.work(picture, Work((found,), 0, Asked(), decision)) for decision in every_decision]
    assert any(here in html for html in said) is (profile == "clinic"), "where one registers at this very desk"


@pytest.mark.anyio
async def test_every_decision_can_be_read(
    board: Board, picture: DeskPicture, found: FoundMember, every_decision: tuple[Decision, ...]
) -> None:
    for decision in every_decision:
        html = board.work(picture, Work((found,), 0, Asked(), decision))
        assert readable(html)


def test_what_was_not_checked_is_said_so(board: Board, picture: DeskPicture, a_view: Callable[..., View]) -> None:
    view = a_view(Screen.PIN, StateName.PIN, level=Level.PRESENTED, revocation=Revocation.NOT_CHECKED)
    html = board.live(replace(picture, view=view))
    assert "本人確認はしていません" in html and "失効の確認はしていません" in html


def test_a_call_rings_and_says_since_when(board: Board, picture: DeskPicture) -> None:
    called = replace(picture, called_at=NOW)
    assert board.rings(called) and not board.rings(picture)
    assert "00:30:05" in board.live(called), "Tokyo's clock"


@pytest.mark.parametrize(("alert", "rings"), [(Alert.CARD_LEFT_BEHIND, True), (None, False)])
def test_a_card_left_behind_rings(
    board: Board, picture: DeskPicture, a_view: Callable[..., View], alert: Alert | None, rings: bool
) -> None:
    view = a_view(Screen.TAKE_CARD, StateName.TAKE_CARD, alert=alert)
    left = replace(picture, view=view)
    assert board.rings(left) is rings
    assert ("カードが置き忘れられています" in board.live(left)) is rings


def test_a_reader_that_cannot_be_used_is_shown_beside_one_that_can(board: Board, picture: DeskPicture) -> None:
    failure = Failure(Code.READER_CLAIMED)
    driver = DriverState(
        "nfc", "NFCリーダー", (WorkingReader("PN533", False),), None, (LeftOut("RC-S380 <1>", failure),)
    )
    html = board.live(replace(picture, drivers=(driver,)))
    assert "PN533" in html and "RC-S380 &lt;1&gt;" in html
    assert "R-07" in html and failure.text.why in html
    (shown,) = DeskBody.of(replace(picture, drivers=(driver,)), "受付").drivers
    assert [(one.name, one.code) for one in shown.left_out] == [("RC-S380 <1>", Code.READER_CLAIMED)]


def test_who_is_logged_in_is_escaped(board: Board, picture: DeskPicture) -> None:
    page = board.desk_page(picture, Account("x", "<b>花子</b>", "", ""), Work())
    assert "<b>花子" not in page and "&lt;b&gt;花子" in page


def test_every_code_of_a_closed_list_has_its_words() -> None:
    assert set(texts.STATES) == set(StateName)
    assert set(texts.SEEN) == set(Seen)
    assert set(texts.PURPOSES) == set(Purpose)
    assert set(texts.NEEDS) == set(Need)
    assert set(texts.CARD_TODAY) == set(CardToday)
    assert set(texts.EVENTS) == set(LifeEvent)
    assert set(texts.LEVELS) == {*Level, None}
    assert set(texts.REVOCATIONS) == set(Revocation)
    assert set(texts.CONFIRM_REASONS) == set(Confirm.model_fields["reason"].annotation.__args__)


@pytest.mark.parametrize("code", [Code.TERMINAL_SILENT, Code.TERMINAL_FOLDER, Code.NOT_FOUND_ONLINE])
def test_the_steps_of_other_proof_come_by_themselves_where_the_terminal_confirms_nobody(
    board: Board, picture: DeskPicture, failure_view: Callable[..., View], code: Code
) -> None:
    html = board.live(replace(picture, view=failure_view(code)))
    assert all(step in html for step in FALL_BACKS[FallBack.OTHER_PROOF].steps)
    assert re.search(r'data-paper="declaration" data-blank="true">申立書（記入なし）', html)
    assert 'popovertarget="fall-backs"' in html
    assert readable(html)


@pytest.mark.parametrize("code", [Code.TERMINAL_FOLDER, Code.QUESTIONS_WAIT])
def test_the_steps_stay_as_long_as_the_terminal_cannot_be_asked(board: Board, picture: DeskPicture, code: Code) -> None:
    step = FALL_BACKS[FallBack.OTHER_PROOF].steps[0]
    assert step in board.live(replace(picture, troubles=(Failure.here(code),)))
    assert step not in board.live(replace(picture, troubles=(Failure.here(Code.ANSWERS_NOT_KEPT),)))
    assert step not in board.live(picture)


@pytest.mark.parametrize(("profile", "asks", "has"), [("clinic", False, 1), ("union_office", False, 0)])
def test_every_fall_back_is_reachable_from_the_head_of_the_page(
    picture: DeskPicture, profile: str, asks: bool, has: int
) -> None:
    board = Board(profile=profile, kiosk="1", simulation=False, asks_terminal=asks)
    html = board.desk_page(picture, Account("hanako", "受付 花子", "", ""), Work())
    head = html.split('id="live"')[0]
    assert head.count('popovertarget="fall-backs"') == has
    for way in FallBack:
        assert (FALL_BACKS[way].heading in html) is bool(has)
        assert all((step in html) is bool(has) for step in FALL_BACKS[way].steps)


LATE = LateAnswer(1, NOW, NOW, 12, NOW.date(), "ト＊＊ ハ＊＊ 様", "＊＊123", Status.INVALID, None, date(2026, 9, 30))


def test_staff_read_that_an_answer_came_after_a_visit(board: Board, picture: DeskPicture) -> None:
    html = board.live(replace(picture, late=(LATE,)))
    line = re.sub(r"<[^>]*>", "", html.split('class="late"')[1].split("</ul>")[0])
    assert "令和8年11月26日 00:30:05の来訪" in line
    assert "ト＊＊ ハ＊＊\N{NO-BREAK SPACE}様" in line and "番号 ＊＊123" in line
    assert texts.LATE_ANSWERS[Status.INVALID] in line and "資格喪失 令和8年9月30日" in line
    assert 'data-act="see_late_answers" data-through="1"' in html
    assert readable(html)
    assert "あとから届いた" not in board.live(picture)


def test_ten_late_answers_are_shown_and_seen_at_a_time(board: Board, picture: DeskPicture) -> None:
    html = board.live(replace(picture, late=tuple(replace(LATE, number=number, visit=None) for number in range(1, 15))))
    assert "あとから届いた回答（14）" in html
    assert html.count("の照会") == 10
    assert 'data-through="10"' in html


def test_every_status_of_a_late_answer_has_its_words() -> None:
    assert set(texts.LATE_ANSWERS) == set(Status)


# What the person agreed to


def test_staff_read_what_the_person_agreed_to(
    board: Board, picture: DeskPicture, result_view: Callable[..., View], working: Decision
) -> None:
    shown = result_view(working, source=AskedSource(EligibilitySource.TERMINAL, NOW))
    said = replace(shown, consents=Consents(limit=True, medicine=True, checkup=False))
    assert "提供の同意　限度額 あり　薬剤 あり　健診 なし<" in board.live(replace(picture, view=said))
    assert "提供の同意" not in board.live(replace(picture, view=shown))


def test_every_consent_has_its_words() -> None:
    assert set(texts.CONSENTS) == {field.name for field in fields(Consents)}

"""Keep the work of a member of staff: who was found, who was chosen, what was asked and decided.

It is kept with the session on the server, so that a page never sends a member's key back, and locking the page means
forgetting this object.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from itertools import count

from kiosk.decision import CardToday, Decision
from kiosk.eligibility import MOST_FOUND, MemberQuery
from kiosk.eligibility.terminal import Enquiry
from kiosk.failures import FAILURES, Code
from kiosk.reception import Asked, DeskProblem, DeskRefused, FoundMember, Screen, StaffAct, StaffDesk, View
from kiosk.staff import StaffSession
from kiosk.web.staff import actions
from kiosk.web.staff.actions import DeskAction
from kiosk.web.staff.entry import asked_of, enquiry_of, query_of, reference_of
from kiosk.web.staff.papers import Papers
from kiosk.web.staff.refusals import EntryProblem, NotDone

__all__ = ["DONE", "Work", "perform", "work_of"]

_Judging = actions.Choose | actions.Ask | actions.ConfirmOnline | actions.TakeOver
_Visiting = actions.ChooseResult | actions.AwaitResult | actions.Keep
_Tying = actions.Bind | actions.Unbind | actions.TiePatient | actions.UntiePatient
_OfAMember = _Judging | _Visiting | actions.Show | _Tying

_numbers = count(1)
_UNREADABLE = {Screen.CARD_UNREADABLE, Screen.READER_TROUBLE, Screen.SERVICE_TROUBLE}

DONE = {
    "answer_call": "呼び出しに対応しました。",
    "see_late_answers": "あとから届いた回答を、確認済みにしました。",
    "confirm": "目視確認を記録しました。",
    "end_visit": "来訪を終えました。",
    "choose": "",
    "ask_terminal": "資格確認端末で確認しました。",
    "choose_result": "この方の結果を使いました。",
    "await_result": "この方の結果を待っています。来訪者に、顔認証付きカードリーダーを使ってもらってください。",
    "take_over": "登録簿に取り込みました。",
    "confirm_online": "資格確認端末で確認しました。",
    "ask": "資格を確認しました。",
    "keep": "この方の手続きを続けます。",
    "show": "来訪者の画面に表示しました。",
    "bind": "カードを登録しました。",
    "print": "書類を作りました。新しいタブで開きます。",
    "tie_patient": "カードと診察券番号を結びつけました。",
    "untie_patient": "カードと診察券番号の結びつきを取り消しました。",
    "unbind": "カードの登録を取り消しました。履歴は残っています。",
    "clear": "調べた内容を消しました。",
    "restart": "カードリーダーのプログラムを入れ替えています。",
}
"""The sentence after an act; acts that are not listed here have their own."""


@dataclass(frozen=True, slots=True)
class Work:
    """One state of the work. ``chosen`` is an index into ``found``; ``decision`` is the chosen member's, for ``asked``.

    ``follows``: the card of this visit was bound to the chosen member, so that the visitor's answer is theirs.
    ``paper`` is the PDF that was made last; empty if there is none. ``number`` is different for every state that a
    session
    is given (0 for no state), and is never used again.
    """

    found: tuple[FoundMember, ...] = ()
    chosen: int | None = None
    asked: Asked = field(default_factory=Asked)
    decision: Decision | None = None
    follows: bool = False
    paper: bytes = field(default=b"", repr=False)
    number: int = 0

    @property
    def member(self) -> FoundMember:
        """The chosen member.

        Raises:
            NotDone: No member is chosen.

        """
        if self.chosen is None or self.chosen >= len(self.found):
            raise NotDone(EntryProblem.NOBODY_CHOSEN)
        return self.found[self.chosen]

    def with_member(self, member: FoundMember) -> Work:
        """Return the same work, with the chosen member as the register has it now."""
        found = tuple(member if place == self.chosen else other for place, other in enumerate(self.found))
        return replace(self, found=found)


def work_of(session: StaffSession) -> Work:
    """Return the person's work; an empty desk if there is none."""
    return session.work if isinstance(session.work, Work) else Work()


async def perform(
    desk: StaffDesk, papers: Papers, session: StaffSession, action: DeskAction, insurer_number: str
) -> str:
    """Do what a button asks, and return the sentence about it.

    Raises:
        NotDone: Nothing was done, and the person gets the reason.

    """
    try:
        return await _perform(desk, papers, session, action, insurer_number)
    except DeskRefused as error:
        raise NotDone(error.problem, fields=_why(error)) from None


def _why(refusal: DeskRefused) -> str:
    """Return why the 資格確認端末 is of no help: what its code means, and what it wrote itself."""
    code = refusal.code or Code.TERMINAL_SILENT
    words = f"　{refusal.terminal_words}" if refusal.terminal_words else ""
    return f"{FAILURES[code].why.removesuffix('。')}（{code.value}{words}）"


async def _perform(
    desk: StaffDesk, papers: Papers, session: StaffSession, action: DeskAction, insurer_number: str
) -> str:
    by = session.account.name
    match action:
        case actions.AnswerCall():
            await desk.answer_call(by)
        case actions.SeeLateAnswers(through=through):
            await desk.see_late_answers(through, by)
        case actions.Confirm(sequence=sequence, reason=reason, card_has_photo=photo):
            _carry(session, *await desk.confirm(StaffAct(by, reason, photo), sequence))
        case actions.EndVisit(sequence=sequence, sure=sure):
            await desk.end_visit(sequence, by, sure=sure)
        case actions.OutOfUseSwitch(out=out):
            await desk.set_out_of_use(out, by)
            return "使用を止めました。" if out else "使用を再開しました。"
        case actions.Restart(driver=driver):
            await desk.restart(driver, by)
        case actions.Find():
            # Before anything can be refused: a member who was found earlier is not the one before staff now.
            session.work = Work(number=next(_numbers))
            return await _find(desk, session, query_of(action, insurer_number, desk.today))
        case actions.SeekOnline():
            session.work = Work(number=next(_numbers))
            await _ask_terminal(desk, session, enquiry_of(action, desk.today))
        case actions.Results():
            session.work = Work(number=next(_numbers))
            return await _list_results(desk, session)
        case actions.Print():
            await _print(papers, session, action, _seen_work(session, action.work))
        case actions.Clear():
            session.work = None
        case _:
            await _with_the_member(desk, session, action, _seen_work(session, action.work))
    return DONE[action.action]


def _seen_work(session: StaffSession, number: int) -> Work:
    """Return the work that the person saw when they pressed.

    Raises:
        NotDone: The work has changed since.

    """
    work = work_of(session)
    if work.number != number:
        raise NotDone(EntryProblem.WORK_CHANGED)
    return work


def _carry(session: StaffSession, before: int, after: int) -> None:
    """Keep the chosen member beside the person whom they were found for: an act of staff has renewed the visit."""
    work = work_of(session)
    if work.chosen is not None and work.member.visit == before:
        _put(session, work, work.with_member(replace(work.member, visit=after)))


def _put(session: StaffSession, before: Work, after: Work) -> None:
    """Replace ``before`` by ``after``, unless the desk was cleared, locked or left in the meantime."""
    if work_of(session) is before and not session.locked:
        session.work = replace(after, number=next(_numbers))


async def _with_the_member(desk: StaffDesk, session: StaffSession, action: _OfAMember, work: Work) -> None:
    match action:
        case actions.Choose() | actions.Ask() | actions.ConfirmOnline() | actions.TakeOver():
            _put(session, work, await _judged_anew(desk, action, work, session.account.name))
        case actions.ChooseResult() | actions.AwaitResult() | actions.Keep():
            _put(session, work, await _for_the_visit(desk, action, work, session.account.name))
        case actions.Show(sequence=sequence, seen=seen, visit=visit):
            by = session.account.name
            shown = desk.show(_found_for(work, visit), work.asked, work.decision, seen, by, sequence)
            await _renewed(desk, session, work, by, shown)
        case _:
            follows = isinstance(action, actions.Bind | actions.TiePatient)
            change = _tied_or_untied(desk, action, work, session.account.name)
            await _changed(desk, session, work, change, follows=follows)


async def _judged_anew(desk: StaffDesk, action: _Judging, work: Work, by: str) -> Work:
    """Return the work with the decision for what staff chose, asked, confirmed or took over."""
    match action:
        case actions.Choose(choice=choice):
            chosen = replace(work, chosen=choice, decision=None, paper=b"", follows=False)
            asked = replace(Asked(), card_today=_today(desk.reception.view))
            return await _decided(desk, chosen, asked, by)
        case actions.Ask():
            return await _decided(desk, work, asked_of(action), by)
        case actions.ConfirmOnline():
            member = await desk.confirm_online(work.member, by)
        case actions.TakeOver(fields=fields):
            member = await desk.take_over(work.member, fields, by)
    return await _decided(desk, work.with_member(member), work.asked, by)


async def _for_the_visit(desk: StaffDesk, action: _Visiting, work: Work, by: str) -> Work:
    """Return the work after the chosen member, or a result of the face reader, was given to the visit."""
    match action:
        case actions.ChooseResult(choice=choice, sequence=sequence):
            await desk.choose_result(replace(work, chosen=choice).member, by, sequence)
            return Work()
        case actions.AwaitResult(sequence=sequence):
            return work.with_member(await desk.await_result(work.member, by, sequence))
        case actions.Keep(visit=visit):
            return work.with_member(await desk.keep(work.member, visit, by))


def _tied_or_untied(desk: StaffDesk, action: _Tying, work: Work, by: str) -> Awaitable[FoundMember]:
    """Return the act that ties a card to the chosen member or patient number, or ends that."""
    match action:
        case actions.Bind(sequence=sequence, seen=seen, visit=visit):
            return desk.bind(_found_for(work, visit), seen, by, sequence)
        case actions.Unbind():
            return desk.unbind(work.member, by)
        case actions.TiePatient(sequence=sequence, seen=seen, visit=visit):
            return desk.tie_patient(_found_for(work, visit), reference_of(action), seen, by, sequence)
        case actions.UntiePatient():
            return desk.untie_patient(work.member, by)


def _found_for(work: Work, visit: int) -> FoundMember:
    """Return the chosen member.

    Raises:
        NotDone: They were found for another visit than the page says.

    """
    if work.member.visit != visit:
        raise NotDone(DeskProblem.VISIT_CHANGED)
    return work.member


async def _changed(
    desk: StaffDesk, session: StaffSession, work: Work, change: Awaitable[FoundMember], *, follows: bool = False
) -> None:
    """Show the member after ``change``; if that failed, as the register has them, or nobody.

    A decision from before the card was bound or unbound is no longer valid; during a visit the desk sees the visitor's
    own
    answer.
    """
    try:
        changed = work.with_member(await change)
        asked = replace(Asked(), card_today=_today(desk.reception.view))
        _put(session, work, replace(changed, asked=asked, decision=None, follows=follows))
    except DeskRefused as refusal:
        if refusal.problem in {DeskProblem.UNSURE, DeskProblem.BINDINGS_CHANGED}:
            _put(session, work, await _anew(desk, work))
        raise


async def _anew(desk: StaffDesk, work: Work) -> Work:
    try:
        return work.with_member(await desk.again(work.member))
    except DeskRefused:
        return Work()


async def _renewed(desk: StaffDesk, session: StaffSession, work: Work, by: str, shown: Awaitable[FoundMember]) -> None:
    """Show the answer to the visitor; if day or register have made it invalid, show the new one to staff first."""
    try:
        _put(session, work, work.with_member(await shown))
    except DeskRefused as refusal:
        if refusal.problem is DeskProblem.ANSWER_CHANGED:
            fresh = work.with_member(await desk.again(work.member))
            _put(session, work, await _decided(desk, fresh, work.asked, by))
        raise


async def _print(papers: Papers, session: StaffSession, action: actions.Print, work: Work) -> None:
    before = session.work
    whose = None if action.blank else work.member
    written = (action.postal_code, action.address)
    pdf = await papers.make(action.paper, whose, action.event, session.account.name, written)
    # What was cleared or chosen anew meanwhile remains: one person's paper is never shown beside another person.
    if session.work is not before or session.locked:
        raise NotDone(EntryProblem.NO_PAPER)
    session.work = replace(work, paper=pdf, number=next(_numbers))


async def _find(desk: StaffDesk, session: StaffSession, query: MemberQuery) -> str:
    """Find members, and decide at once if there is exactly one, as in most searches."""
    by, before = session.account.name, work_of(session)
    found = tuple(await desk.find(query, by))
    work = Work(found, asked=Asked(card_today=_today(desk.reception.view)))
    _put(session, before, work)
    if len(found) == 1:
        before = work_of(session)
        _put(session, before, await _decided(desk, replace(work, chosen=0), work.asked, by))
    return _found_said(len(found))


async def _ask_terminal(desk: StaffDesk, session: StaffSession, enquiry: Enquiry) -> None:
    """Have the 資格確認端末 say who a paper is of, and decide for them."""
    by, before = session.account.name, work_of(session)
    found = await desk.ask_terminal(enquiry, by)
    work = Work((found,), chosen=0, asked=Asked(card_today=_today(desk.reception.view)))
    _put(session, before, await _decided(desk, work, work.asked, by))


async def _list_results(desk: StaffDesk, session: StaffSession) -> str:
    """List whose results there are. Even a single one is chosen by staff: it may be that of somebody else."""
    by, before = session.account.name, work_of(session)
    found = tuple(await desk.results(by))
    _put(session, before, Work(found))
    return f"結果が{len(found)}件あります。" if found else "まだ使われていない結果は、ありません。"


def _found_said(count: int) -> str:
    if count >= MOST_FOUND:
        return f"はじめの{count}人を表示しています。番号も入れると、しぼり込めます。"
    return f"{count}人見つかりました。" if count else "該当する加入者は見つかりませんでした。"


async def _decided(desk: StaffDesk, work: Work, asked: Asked, by: str) -> Work:
    decision = await desk.decide(work.member, asked, by)
    return replace(work, asked=asked, decision=decision, follows=False)


def _today(view: View) -> CardToday:
    """Return what has most likely become of the card, judging by the present screen."""
    if view.screen in _UNREADABLE:
        return CardToday.UNREADABLE
    return CardToday.READ if view.level is not None and not view.looked_up else CardToday.NOT_HERE

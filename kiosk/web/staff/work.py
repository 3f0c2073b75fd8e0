"""What a member of staff has before them: who was found, who was chosen, what was asked and decided.

It stands with the session on the server, so that no member's key is ever sent back by a page, and locking the page
is forgetting this object.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from itertools import count

from kiosk.decision import CardToday, Decision
from kiosk.eligibility import MemberQuery
from kiosk.reception import Asked, DeskProblem, DeskRefused, FoundMember, Screen, StaffAct, StaffDesk, View
from kiosk.staff import StaffSession
from kiosk.web.staff import actions
from kiosk.web.staff.actions import DeskAction
from kiosk.web.staff.entry import asked_of, query_of
from kiosk.web.staff.papers import Papers
from kiosk.web.staff.refusals import EntryProblem, NotDone

__all__ = ["DONE", "Work", "perform", "work_of"]

_numbers = count(1)
_UNREADABLE = {Screen.CARD_UNREADABLE, Screen.READER_TROUBLE, Screen.SERVICE_TROUBLE}

DONE = {
    "answer_call": "呼び出しに対応しました。",
    "confirm": "目視確認を記録しました。",
    "choose": "",
    "ask": "資格を確認しました。",
    "show": "来訪者の画面に表示しました。",
    "bind": "カードを登録しました。",
    "print": "書類を作りました。新しいタブで開きます。",
    "unbind": "カードの登録を取り消しました。履歴は残っています。",
    "clear": "調べた内容を消しました。",
    "restart": "カードリーダーのプログラムを入れ替えています。",
}
"""What is said once an act is done; those that are not here say it themselves."""


@dataclass(frozen=True, slots=True)
class Work:
    """One picture of it. ``chosen`` counts ``found``; ``decision`` is that of the member chosen for ``asked``.

    ``paper`` is the PDF that was made last; empty: none.
    ``number`` is another with every picture that a session is given (0: of none), and never one of before.
    """

    found: tuple[FoundMember, ...] = ()
    chosen: int | None = None
    asked: Asked = field(default_factory=Asked)
    decision: Decision | None = None
    paper: bytes = field(default=b"", repr=False)
    number: int = 0

    @property
    def member(self) -> FoundMember:
        """The member chosen. Raises NotDone."""
        if self.chosen is None or self.chosen >= len(self.found):
            raise NotDone(EntryProblem.NOBODY_CHOSEN)
        return self.found[self.chosen]

    def with_member(self, member: FoundMember) -> Work:
        """Return the same with the member chosen as the register has it now."""
        found = tuple(member if place == self.chosen else other for place, other in enumerate(self.found))
        return replace(self, found=found)


def work_of(session: StaffSession) -> Work:
    """Return what stands before the person; an empty desk where nothing does."""
    return session.work if isinstance(session.work, Work) else Work()


async def perform(
    desk: StaffDesk, papers: Papers, session: StaffSession, action: DeskAction, insurer_number: str
) -> str:
    """Do what a button asks, and return what to say of it. Raises NotDone."""
    try:
        return await _perform(desk, papers, session, action, insurer_number)
    except DeskRefused as error:
        raise NotDone(error.problem) from None


async def _perform(
    desk: StaffDesk, papers: Papers, session: StaffSession, action: DeskAction, insurer_number: str
) -> str:
    by = session.account.name
    match action:
        case actions.AnswerCall():
            await desk.answer_call(by)
        case actions.Confirm(sequence=sequence, reason=reason):
            await desk.confirm(StaffAct(by, reason), sequence)
        case actions.OutOfUseSwitch(out=out):
            await desk.set_out_of_use(out, by)
            return "使用を止めました。" if out else "使用を再開しました。"
        case actions.Restart(driver=driver):
            await desk.restart(driver, by)
        case actions.Find():
            # Before anything can be refused: whoever was found earlier is not whom staff have before them now.
            session.work = Work(number=next(_numbers))
            return await _find(desk, session, query_of(action, insurer_number))
        case actions.Print():
            await _print(papers, session, action, _seen_work(session, action.work))
        case actions.Clear():
            session.work = None
        case _:
            await _with_the_member(desk, session, action, _seen_work(session, action.work))
    return DONE[action.action]


def _seen_work(session: StaffSession, number: int) -> Work:
    """Return the work that the person had before them when they pressed. Raises NotDone where it is another now."""
    work = work_of(session)
    if work.number != number:
        raise NotDone(EntryProblem.WORK_CHANGED)
    return work


def _put(session: StaffSession, before: Work, after: Work) -> None:
    """Put ``after`` in the place of ``before``: not where the desk was cleared, locked or left in the meantime."""
    if work_of(session) is before and not session.locked:
        session.work = replace(after, number=next(_numbers))


async def _with_the_member(
    desk: StaffDesk,
    session: StaffSession,
    action: actions.Choose | actions.Ask | actions.Show | actions.Bind | actions.Unbind,
    work: Work,
) -> None:
    by = session.account.name
    match action:
        case actions.Choose(choice=choice):
            chosen = replace(work, chosen=choice, decision=None, paper=b"")
            asked = replace(Asked(), card_today=_today(desk.reception.view))
            _put(session, work, await _decided(desk, chosen, asked, by))
        case actions.Ask():
            _put(session, work, await _decided(desk, work, asked_of(action), by))
        case actions.Show(sequence=sequence, seen=seen):
            shown = desk.show(work.member, work.asked, work.decision, seen, by, sequence)
            await _renewed(desk, session, work, by, shown)
        case actions.Bind(sequence=sequence, seen=seen):
            await _changed(desk, session, work, desk.bind(work.member, seen, by, sequence))
        case actions.Unbind():
            await _changed(desk, session, work, desk.unbind(work.member, by))


async def _changed(desk: StaffDesk, session: StaffSession, work: Work, change: Awaitable[FoundMember]) -> None:
    """Show the member as ``change`` leaves them; where that is not known, as the register has them, or nobody.

    What was decided before the card was bound or unbound holds no more: of a visit that goes on the desk sees the
    visitor's own answer.
    """
    try:
        changed = work.with_member(await change)
        asked = replace(Asked(), card_today=_today(desk.reception.view))
        _put(session, work, replace(changed, asked=asked, decision=None))
    except DeskRefused as refusal:
        if refusal.problem in {DeskProblem.UNSURE, DeskProblem.TIES_CHANGED}:
            _put(session, work, await _anew(desk, work))
        raise


async def _anew(desk: StaffDesk, work: Work) -> Work:
    try:
        return work.with_member(await desk.again(work.member))
    except DeskRefused:
        return Work()


async def _renewed(desk: StaffDesk, session: StaffSession, work: Work, by: str, shown: Awaitable[None]) -> None:
    """Show the answer to the visitor; one that holds no more, by the day or the register, to staff before that."""
    try:
        await shown
    except DeskRefused as refusal:
        if refusal.problem is DeskProblem.ANSWER_CHANGED:
            fresh = work.with_member(await desk.again(work.member))
            _put(session, work, await _decided(desk, fresh, work.asked, by))
        raise


async def _print(papers: Papers, session: StaffSession, action: actions.Print, work: Work) -> None:
    before = session.work
    whose = None if action.blank else work.member
    pdf = await papers.make(action.paper, whose, action.event, session.account.name)
    # What was cleared or chosen anew meanwhile stays so: the paper of one person never stands beside another.
    if session.work is not before or session.locked:
        raise NotDone(EntryProblem.NO_PAPER)
    session.work = replace(work, paper=pdf, number=next(_numbers))


async def _find(desk: StaffDesk, session: StaffSession, query: MemberQuery) -> str:
    """Of one member found the decision is shown at once: most searches find one."""
    by, before = session.account.name, work_of(session)
    found = tuple(await desk.find(query, by))
    work = Work(found, asked=Asked(card_today=_today(desk.reception.view)))
    _put(session, before, work)
    if len(found) == 1:
        before = work_of(session)
        _put(session, before, await _decided(desk, replace(work, chosen=0), work.asked, by))
    return f"{len(found)}人見つかりました。" if found else "該当する加入者は見つかりませんでした。"


async def _decided(desk: StaffDesk, work: Work, asked: Asked, by: str) -> Work:
    decision = await desk.decide(work.member, asked, by)
    return replace(work, asked=asked, decision=decision)


def _today(view: View) -> CardToday:
    """What has most likely become of the card, by the screen that stands."""
    if view.screen in _UNREADABLE:
        return CardToday.UNREADABLE
    return CardToday.READ if view.level is not None and not view.looked_up else CardToday.NOT_HERE

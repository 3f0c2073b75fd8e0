"""What staff may do at their desk: every act has a name, is bound to what they saw, and is journaled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from typing import TypeVar

import structlog

from kiosk.decision import Decision, Policy
from kiosk.eligibility import MemberQuery
from kiosk.eligibility.sources import ConfirmedField
from kiosk.eligibility.terminal import Enquiry
from kiosk.failures import Code, Failure
from kiosk.reception.actions import Finish
from kiosk.reception.desk.asking import Asked, DeskProblem, DeskRefused, FoundMember, Seen
from kiosk.reception.desk.desk_picture import DeskPicture
from kiosk.reception.desk.ending import in_the_midst, may_end
from kiosk.reception.desk.happenings import Happenings
from kiosk.reception.desk.late_answers import LateAnswers
from kiosk.reception.desk.looking_up import LookingUp
from kiosk.reception.desk.out_of_use import OutOfUse
from kiosk.reception.desk.within import within
from kiosk.reception.floors import Findings
from kiosk.reception.photo import PhotoProblem, PhotoRefused, shows_whose
from kiosk.reception.reader_answer import awaited_as
from kiosk.reception.reception import Reception
from kiosk.reception.visit.card import CheckedCard, StaffAct
from kiosk.reception.visit.events import CardBound, FaceCompared, LookedUp, ReaderWanted, ResultChosen, StaffCame
from kiosk.reception.visit.identifying import bindable, confirmable
from kiosk.reception.visit.states import AwaitingReader, Failed, card_of

__all__ = ["StaffDesk"]

_log = structlog.get_logger(__name__)
_LIMIT = 10.0
_TERMINAL_GRACE = 10.0
_WRITE_LIMIT = 15.0  # the register waits ten seconds for another writer, and then says that nothing was done
_T = TypeVar("_T")
_PROBLEMS = {
    Code.REGISTRY_DOWN: DeskProblem.REGISTER_DOWN,
    Code.JOURNAL_DOWN: DeskProblem.JOURNAL_DOWN,
    Code.DATA_DIR_IN_USE: DeskProblem.JOURNAL_DOWN,
    Code.CLOCK_WRONG: DeskProblem.CLOCK_WRONG,
}


class StaffDesk:
    """The desk of one reception. Each act raises DeskRefused if it is not done."""

    def __init__(
        self, reception: Reception, looking_up: LookingUp, out_of_use: OutOfUse, late: LateAnswers | None = None
    ) -> None:
        self._reception, self._looking_up, self._out_of_use = reception, looking_up, out_of_use
        self._late = late or LateAnswers(looking_up.service.now)
        self._happenings = Happenings(looking_up.service.now)
        # Threads of its own: a register that does not answer keeps neither a visit nor the journal waiting.
        self._askers, self._scribe = ThreadPoolExecutor(4, "desk"), ThreadPoolExecutor(1, "desk-journal")
        self._terminal_askers = ThreadPoolExecutor(2, "desk-terminal")
        reception.observe(self._happenings.note)
        reception.watch(self._look_at_mark)
        if out_of_use.is_set:
            reception.close(Failure.here(Code.OUT_OF_USE))

    @property
    def reception(self) -> Reception:
        """The reception behind the desk."""
        return self._reception

    def picture(self) -> DeskPicture:
        """Return the kiosk as it is now."""
        return DeskPicture(
            view=self._reception.view,
            since=self._happenings.since,
            called_at=self._happenings.called_at,
            may_confirm=confirmable(self._reception.visit) is not None,
            may_bind=bindable(self._reception.visit) is not None,
            out_of_use=self._out_of_use.is_set,
            drivers=tuple(self._reception.drivers()),
            troubles=self._reception.troubles(),
            recent=tuple(self._happenings.recent),
            may_end=may_end(self._reception.visit),
            in_the_midst=in_the_midst(self._reception.visit),
            now=self._looking_up.service.now(),
            late=self._late.unseen,
        )

    async def note(self, act: str, by: str, detail: str | None = None) -> None:
        """Journal an act that changes nothing here (log-in, log-out, a password that was wrong)."""
        await self._noted(act, by, detail)

    async def answer_call(self, by: str) -> None:
        """対応する: somebody goes to the visitor."""
        self._happenings.called_at = None
        self._reception.happen(StaffCame(self._reception.visit.number))
        await self._noted("call_answered", by)

    async def see_late_answers(self, through: int, by: str) -> None:
        """確認しました: somebody has read the late answers up to this number."""
        if self._late.see(through):
            await self._noted("late_answers_seen", by)

    async def confirm(self, act: StaffAct, sequence: int) -> tuple[int, int]:
        """目視確認: the face was compared with the card of the very screen that staff saw.

        The journal has it twice: here, and with the answer, if there is one.

        Returns:
            The number of the visit before and after, which is one person's.

        """
        visit = self._on_screen(sequence)
        await self._require_photo(act, sequence)
        self._on_screen(sequence)
        if not self._reception.happen(FaceCompared(visit, act)):
            raise DeskRefused(DeskProblem.SCREEN_CHANGED)
        after = self._reception.visit.number
        self._happenings.called_at = None  # who compares a face is there
        await self._noted("confirmed", act.staff, f"{act.reason}.photo_seen" if act.card_has_photo else act.reason)
        return visit, after

    async def _require_photo(self, act: StaffAct, sequence: int) -> None:
        """Raise DeskRefused if the card that lies there may have no photograph; that it has none is journaled."""
        visit = self._on_screen(sequence)
        card = confirmable(self._reception.visit)
        if card is None:
            raise DeskRefused(DeskProblem.SCREEN_CHANGED)
        service = self._looking_up.service
        try:
            await self._asked(lambda: service.require_photo(card.check, act))
        except PhotoRefused as refusal:
            self._on_screen(sequence)  # nobody is asked about a card that is gone
            if refusal.problem is PhotoProblem.MISSING:
                await self._noted("refused", act.staff, f"confirmed.{refusal.problem}", visit=visit)
            raise DeskRefused(DeskProblem(refusal.problem.value)) from None

    async def end_visit(self, sequence: int, by: str, *, sure: bool) -> None:
        """来訪を終える: wipe the very screen that staff saw; if its visitor is in the midst, only if staff are sure."""
        visit = self._on_screen(sequence)
        if in_the_midst(self._reception.visit) and not sure:
            raise DeskRefused(DeskProblem.IN_THE_MIDST)
        if not may_end(self._reception.visit) or not self._reception.happen(Finish(action="finish")):
            raise DeskRefused(DeskProblem.SCREEN_CHANGED)
        self._happenings.called_at = None
        await self._noted("visit_ended", by, visit=visit)

    async def find(self, query: MemberQuery, by: str) -> list[FoundMember]:
        """Return the members sought, for the visit that is on now."""
        visit = self._reception.visit.number
        await self._journaled(lambda: self._looking_up.write("sought", by))
        return await self._asked(lambda: self._looking_up.find(query, visit))

    @property
    def asks_terminal(self) -> bool:
        """Whether a 資格確認端末 can be asked here."""
        return self._looking_up.terminal_limit is not None

    async def ask_terminal(self, enquiry: Enquiry, by: str) -> FoundMember:
        """Return whom the 資格確認端末 knows by what staff typed from a paper, for the visit that is on now."""
        visit = self._reception.visit.number
        await self._journaled(lambda: self._looking_up.write("sought", by, detail="terminal"))
        return await self._asked_online(lambda: self._looking_up.ask_terminal(enquiry, visit))

    async def confirm_online(self, found: FoundMember, by: str) -> FoundMember:
        """Return a member with what the 資格確認端末 says of them today."""
        fresh = await self.again(found)
        await self._journaled(lambda: self._looking_up.write("sought", by, fresh, detail="terminal"))
        return await self._asked_online(lambda: self._looking_up.confirm_online(fresh))

    async def take_over(self, found: FoundMember, fields: Collection[ConfirmedField], by: str) -> FoundMember:
        """Write what the 資格確認端末 says of these fields into the register; return the member as they are then."""
        await self._require_answers()
        async with self._refusal_noted("taken_over", by, found):
            taken = await self._written(lambda: self._looking_up.take_over(found, fields, by))
        if taken.member.id != found.member.id:
            await self._noted("renumbered", by, found=taken)
        try:
            return await self._asked(lambda: self._looking_up.compared_anew(taken))
        except DeskRefused as error:
            raise DeskRefused(DeskProblem.UNSURE) from error

    @property
    def takes_results(self) -> bool:
        """Whether a 顔認証付きカードリーダー is beside the kiosk, whose results are taken."""
        return self._looking_up.service.sources.reader is not None

    async def results(self, by: str) -> list[FoundMember]:
        """Return whose results the 顔認証付きカードリーダー has, the newest first, for the visit that is on now."""
        visit = self._reception.visit.number
        await self._journaled(lambda: self._looking_up.write("sought", by, detail="official_reader"))
        return await self._asked(lambda: self._looking_up.results(visit))

    async def choose_result(self, found: FoundMember, by: str, sequence: int) -> None:
        """この方の結果です: the visit that waits, on the very screen that staff saw, goes on with this result."""
        visit, face = self._on_screen(sequence), found.face
        if face is None or not isinstance(self._reception.visit.state, AwaitingReader):
            raise DeskRefused(DeskProblem.NOBODY_WAITS)
        if found.visit != visit:
            raise DeskRefused(DeskProblem.RESULTS_OLD)
        await self._require_answers()
        async with self._refusal_noted("result_chosen", by, found, visit):
            await self._journaled(lambda: self._looking_up.write("result_chosen", by, found, visit=visit))
            self._on_screen(sequence)
            self._looking_up.take(face)
            self._reception.happen(ResultChosen(visit, face, StaffAct(by, "official_reader")))
        self._happenings.called_at = None

    async def await_result(self, found: FoundMember, by: str, sequence: int) -> FoundMember:
        """Send a person whom staff have looked up to the reader; return them for the visit that this begins."""
        visit = self._on_screen(sequence)
        self._of_this_visit(found)
        event = ReaderWanted(visit, awaited_as(found.member, self._looking_up.service.now()))
        if not self.takes_results or not self._reception.happen(event):
            raise DeskRefused(DeskProblem.SCREEN_CHANGED)
        await self._noted("result_awaited", by, found=found, visit=visit)
        return replace(found, visit=self._reception.visit.number)

    async def keep(self, found: FoundMember, visit: int, by: str) -> FoundMember:
        """この方の手続きを続ける: the member found for an earlier visit is the person of ``visit``, which is on now."""
        kept = replace(found, visit=visit)
        self._of_this_visit(kept)
        await self._noted("kept", by, found=found, visit=visit)
        return kept

    async def decide(self, found: FoundMember, asked: Asked, by: str) -> Decision:
        """Return the decision for a member: with their own card if it lies there, else by the register."""
        await self._require_answers()
        fresh = await self.again(found)
        card = card_of(self._reception.visit.state)
        here = card if isinstance(card, CheckedCard) else None
        return await self._journaled(lambda: self._looking_up.decide(fresh, asked, by, here))

    @property
    def policy(self) -> Policy:
        """The insurer's rules."""
        return self._looking_up.service.policy

    @property
    def today(self) -> date:
        """The day in Asia/Tokyo."""
        return self._looking_up.service.today

    async def again(self, found: FoundMember) -> FoundMember:
        """Return the same member as the register has it now."""
        return await self._asked(lambda: self._looking_up.again(found))

    async def printed(self, found: FoundMember | None, paper: str, by: str) -> None:
        """Journal that a paper was made, of a member or blank."""
        await self._journaled(lambda: self._looking_up.write("printed", by, found, detail=paper))

    async def show(
        self, found: FoundMember, asked: Asked, decision: Decision | None, seen: Seen, by: str, sequence: int
    ) -> FoundMember:
        """Put ``decision``, which staff saw and which still holds, on the visitor's screen.

        It is for somebody whom staff have identified by ``seen``. Return the member, for the visit that this begins.
        """
        visit = self._on_screen(sequence)
        self._of_this_visit(found)
        if decision is None or decision != await self.decide(found, asked, by):
            raise DeskRefused(DeskProblem.ANSWER_CHANGED)
        act = StaffAct(by, f"lookup.{seen}")
        eligibility = self._looking_up.eligibility(await self.again(found), asked, decision)
        event = LookedUp(visit, eligibility, act, asked.purpose)
        async with self._refusal_noted("shown", by, found, visit):
            await self._journaled(lambda: self._looking_up.shown(found, eligibility, act, visit))
            self._on_screen(sequence)
            if not self._reception.happen(event):
                raise DeskRefused(DeskProblem.SCREEN_CHANGED)
            return replace(found, visit=self._reception.visit.number)

    async def bind(self, found: FoundMember, seen: Seen, by: str, sequence: int) -> FoundMember:
        """Bind the card that lies there, of the very screen that staff saw; then its visit goes on.

        ``found.visit`` has to be that visit: the member of an earlier visit is most likely another person.
        """
        visit = self._on_screen(sequence)
        self._of_this_visit(found)
        await self._require_answers()
        check = bindable(self._reception.visit)
        if check is None:
            raise DeskRefused(DeskProblem.NO_CARD_TO_BIND)
        self._require_photo_seen(found)
        await self._asked(lambda: self._looking_up.require_free(found, check))
        await self._asked(lambda: self._looking_up.require_seen(found))
        async with self._refusal_noted("bound", by, found, visit):
            await self._written(lambda: self._looking_up.bind(found, check, seen, by, visit))
        # The card may have left meanwhile: the binding is right all the same, and the event of an old visit is dropped.
        went_on = self._reception.happen(CardBound(visit))
        return await self._after(replace(found, visit=self._reception.visit.number) if went_on else found)

    def _require_photo_seen(self, found: FoundMember) -> None:
        """Raise DeskRefused if a 目視確認 of this visit would come to count for a holder under five without a photo."""
        state = self._reception.visit.state
        act = state.staff if isinstance(state, Failed) else None
        if act and not shows_whose(act, found.member, self.today):
            raise DeskRefused(DeskProblem.BIND_BEFORE_CHECK)

    async def unbind(self, found: FoundMember, by: str) -> FoundMember:
        """Take a binding back; the history keeps both."""
        await self._require_answers()
        await self._asked(lambda: self._looking_up.require_seen(found))
        async with self._refusal_noted("unbound", by, found):
            await self._written(lambda: self._looking_up.unbind(found, by))
        return await self._after(found)

    async def set_out_of_use(self, out: bool, by: str) -> None:
        """使用を止める・再開する. It holds over a restart."""
        if any(failure.code is Code.DATA_DIR_IN_USE for failure in self._reception.health()):
            raise DeskRefused(DeskProblem.NOT_KEPT)
        try:
            self._out_of_use.set(out)
        except OSError as error:
            raise DeskRefused(DeskProblem.NOT_KEPT) from error
        await self._reception.look()
        self._reception.close(Failure.here(Code.OUT_OF_USE) if out else None)
        await self._noted("out_of_use" if out else "in_use", by)

    async def restart(self, driver: str, by: str) -> None:
        """Replace the process that speaks to a driver's readers."""
        try:
            self._reception.restart(driver)
        except KeyError as error:
            raise DeskRefused(DeskProblem.NO_SUCH_DRIVER) from error
        await self._noted("restarted", by, driver)

    def _look_at_mark(self) -> Findings:
        """Look for the mark of 「使用を止める」: the disk that holds it may come after the service."""
        return Findings.stopping(Failure.here(Code.OUT_OF_USE) if self._out_of_use.is_set else None)

    def _on_screen(self, sequence: int) -> int:
        """Return the number of the visit whose screen staff saw."""
        if sequence != self._reception.view.sequence:
            raise DeskRefused(DeskProblem.SCREEN_CHANGED)
        return self._reception.visit.number

    def _of_this_visit(self, found: FoundMember) -> None:
        """Raise DeskRefused if the member was found for another visit than the one that is on."""
        if found.visit != self._reception.visit.number:
            raise DeskRefused(DeskProblem.VISIT_CHANGED)

    async def _require_answers(self) -> None:
        """Raise DeskRefused if register, journal or clock fail now, even if they worked seconds ago."""
        for failure in (await self._reception.look()).failures:
            if problem := _PROBLEMS.get(failure.code):
                raise DeskRefused(problem)

    async def _after(self, found: FoundMember) -> FoundMember:
        """Return the member as an act that was done has left them. Raises DeskRefused (UNSURE)."""
        try:
            return await self.again(found)
        except DeskRefused as error:
            raise DeskRefused(DeskProblem.UNSURE) from error

    @asynccontextmanager
    async def _refusal_noted(
        self, act: str, by: str, found: FoundMember, visit: int | None = None
    ) -> AsyncIterator[None]:
        """Journal that an act was not done, or perhaps not: it is written down before it is done."""
        try:
            yield
        except DeskRefused as refusal:
            unsure = refusal.problem is DeskProblem.UNSURE
            kind, detail = ("unsure", act) if unsure else ("refused", f"{act}.{refusal.problem}")
            await self._noted(kind, by, detail, found, visit)
            raise

    async def _noted(
        self, act: str, by: str, detail: str | None = None, found: FoundMember | None = None, visit: int | None = None
    ) -> None:
        """Journal what has happened already; a journal that is down must not stop staff."""
        try:
            await self._journaled(lambda: self._looking_up.write(act, by, found, visit=visit, detail=detail))
        except DeskRefused:
            _log.error("act of staff not journaled", code=Code.JOURNAL_DOWN.value)

    async def _asked(self, work: Callable[[], _T]) -> _T:
        """Ask the register: nothing is changed by it."""
        return await within(_LIMIT, self._askers, work, DeskProblem.REGISTER_DOWN)

    async def _asked_online(self, work: Callable[[], _T]) -> _T:
        """Ask the 資格確認端末, which may take its whole limit."""
        limit = self._looking_up.terminal_limit
        if limit is None:
            raise DeskRefused(DeskProblem.NOT_CONFIRMED_ONLINE, Code.TERMINAL_FOLDER)
        return await within(limit + _TERMINAL_GRACE, self._terminal_askers, work, DeskProblem.NOT_CONFIRMED_ONLINE)

    async def _written(self, work: Callable[[], _T]) -> _T:
        """Change the register. If it does not answer, it may have been changed all the same."""
        return await within(_WRITE_LIMIT, self._askers, work, DeskProblem.UNSURE)

    async def _journaled(self, work: Callable[[], _T]) -> _T:
        """Do ``work``, which journals its act first."""
        return await within(_LIMIT, self._scribe, work, DeskProblem.JOURNAL_DOWN)

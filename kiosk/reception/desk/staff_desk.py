"""What staff may do at their desk: every act has a name, is bound to what they saw, and is journaled."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date

from kiosk.decision import Decision, Policy
from kiosk.eligibility import MemberQuery
from kiosk.eligibility.sources import ConfirmedField
from kiosk.eligibility.terminal import Enquiry
from kiosk.failures import Code, Failure
from kiosk.identity import CertificateCheck
from kiosk.languages import Language
from kiosk.orca import StandingVisit
from kiosk.reception.actions import Finish
from kiosk.reception.desk.acting import Acting
from kiosk.reception.desk.asking import Asked, DeskProblem, DeskRefused, FoundMember, Seen
from kiosk.reception.desk.desk_picture import DeskPicture
from kiosk.reception.desk.ending import in_the_midst, may_end
from kiosk.reception.desk.happenings import Happenings
from kiosk.reception.desk.late_answers import LateAnswers
from kiosk.reception.desk.looking_up import LookingUp
from kiosk.reception.desk.neighbours import Neighbours
from kiosk.reception.desk.out_of_use import OutOfUse
from kiosk.reception.desk.tying import Tying
from kiosk.reception.floors import Findings
from kiosk.reception.identifiers import new_identifier
from kiosk.reception.photo import PhotoProblem, PhotoRefused, shows_whose
from kiosk.reception.reader_answer import awaited_as
from kiosk.reception.reception import Reception
from kiosk.reception.visit.card import CheckedCard, StaffAct
from kiosk.reception.visit.events import CardBound, FaceCompared, LookedUp, ReaderWanted, ResultChosen, StaffCame
from kiosk.reception.visit.identifying import bindable, confirmable
from kiosk.reception.visit.states import AwaitingReader, Failed, card_of

__all__ = ["StaffDesk"]


class StaffDesk(Acting):
    """The desk of one reception. Each act raises DeskRefused if it is not done."""

    def __init__(
        self,
        reception: Reception,
        looking_up: LookingUp,
        out_of_use: OutOfUse,
        late: LateAnswers | None = None,
        orca: Callable[[], tuple[StandingVisit, ...]] | None = None,
        neighbours: Neighbours | None = None,
    ) -> None:
        """Take the desk of a reception.

        Args:
            reception: whose desk it is.
            looking_up: the register for staff who look somebody up.
            out_of_use: the switch that stops the kiosk.
            late: the answers that came after their visits.
            orca: what became of the latest visits at ORCA; None where the kiosk has none.
            neighbours: the kiosks that share the register; None where nobody keeps them.

        """
        super().__init__(reception, looking_up)
        self._out_of_use, self._tying, self._orca = out_of_use, Tying(looking_up), orca
        self._neighbours = neighbours
        self._late = late or LateAnswers(looking_up.service.now)
        self._happenings = Happenings(looking_up.service.now)
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
            reasons=self._reception.health(),
            troubles=self._reception.troubles(),
            recent=tuple(self._happenings.recent),
            may_end=may_end(self._reception.visit),
            in_the_midst=in_the_midst(self._reception.visit),
            now=self._looking_up.service.now(),
            late=self._late.unseen,
            orca=None if self._orca is None else self._orca(),
            elsewhere=self._neighbours.calling if self._neighbours else (),
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
        return await self._asked_online(lambda: self._tying.known(self._looking_up.ask_terminal(enquiry, visit)))

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

    @property
    def language(self) -> Language:
        """The language of the visitor's screens."""
        return self._reception.view.language

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
        identifier = new_identifier()
        eligibility = self._looking_up.eligibility(await self.again(found), asked, decision, identifier)
        event = LookedUp(visit, eligibility, act, asked.purpose, identifier)
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
        visit, check = await self._card_for(found, sequence)
        await self._asked(lambda: self._looking_up.require_seen(found))
        async with self._refusal_noted("bound", by, found, visit):
            await self._written(lambda: self._looking_up.bind(found, check, seen, by, visit))
        return await self._after(self._went_on(found, visit))

    async def _card_for(self, found: FoundMember, sequence: int) -> tuple[int, CertificateCheck]:
        """Return the visit whose screen staff saw, and its card, which may become that of the person found for it."""
        visit = self._on_screen(sequence)
        self._of_this_visit(found)
        await self._require_answers()
        check = bindable(self._reception.visit)
        if check is None:
            raise DeskRefused(DeskProblem.NO_CARD_TO_BIND)
        self._require_photo_seen(found)
        await self._asked(lambda: self._looking_up.require_free(found, check))
        return visit, check

    def _went_on(self, found: FoundMember, visit: int) -> FoundMember:
        """Let the visit of a card that is known now go on; return the person for it.

        The card may have left meanwhile: it is known all the same, and the event of an old visit is dropped.
        """
        went_on = self._reception.happen(CardBound(visit))
        return replace(found, visit=self._reception.visit.number) if went_on else found

    async def tie_patient(self, found: FoundMember, reference: str, seen: Seen, by: str, sequence: int) -> FoundMember:
        """この診察券番号と結びつける: tie the card that lies there to a 照会番号, which the terminal then has too."""
        visit, check = await self._card_for(found, sequence)
        async with self._refusal_noted("patient_tied", by, found, visit):
            await self._asked_online(lambda: self._tying.register(found, reference))
            self._on_screen(sequence)
            tied = await self._written(lambda: self._tying.tie(found, check, reference, seen, by, visit))
        return self._went_on(tied, visit)

    async def untie_patient(self, found: FoundMember, by: str) -> FoundMember:
        """結びつきを取り消す: the person's card is nobody's again."""
        async with self._refusal_noted("patient_untied", by, found):
            return await self._written(lambda: self._tying.untie(found, by))

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

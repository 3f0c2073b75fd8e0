"""Look somebody up whose card is unreadable, absent or unknown: the register and the same rules, for staff.

Blocking; runs in a thread. Raises RegistryError and JournalError of the floors below, and DeskRefused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kiosk.audit import DeskEntry
from kiosk.decision import CardToday, Decision, Facts, FactsError, decide, published
from kiosk.eligibility import (
    BindingRefused,
    CardSeen,
    DataRefused,
    KeyTaken,
    Member,
    MemberQuery,
    RegistryError,
    UnknownMember,
    facts_for,
)
from kiosk.eligibility.sources import ConfirmedField, changes_of, enquiry_of, member_of
from kiosk.eligibility.terminal import Answer, Desk, Enquiry, FaceFile, Qualification, face_moment, own_words
from kiosk.identity import CertificateCheck, Level, binding_key, site_key_fingerprint
from kiosk.receipts import fingerprint
from kiosk.reception.desk.asking import Asked, ConfirmedOnline, DeskProblem, DeskRefused, FoundMember, Seen
from kiosk.reception.eligibility_service import EligibilityService
from kiosk.reception.judged import Judged, by_register
from kiosk.reception.masking import masked
from kiosk.reception.not_determinable import NotDeterminable
from kiosk.reception.persons import person_for
from kiosk.reception.reader_answer import face_of
from kiosk.reception.registered import registered_member
from kiosk.reception.visit.card import CheckedCard, StaffAct, card_seen
from kiosk.reception.visit.eligibility import Eligibility

__all__ = ["LookingUp"]


@dataclass(frozen=True, slots=True)
class _OwnCard:
    """The member's own card, which lies there, and the last day of the certificate that is bound to them."""

    seen: CardSeen | None
    bound_last_day: date


@dataclass(frozen=True, slots=True)
class LookingUp:
    """Register, rules and journal, as staff use them.

    ``role_of`` returns the role of an account, which the journal has beside its name.
    """

    service: EligibilityService
    role_of: Callable[[str], str | None]

    @property
    def terminal_limit(self) -> float | None:
        """How many seconds the 資格確認端末 may take; None where nobody can ask one."""
        sources = self.service.sources
        return None if sources.terminal is None else sources.limit

    def find(self, query: MemberQuery, visit: int) -> list[FoundMember]:
        """Return all members that fit the query, for this visit."""
        if not self.service.sources.registry:
            return []
        return [self._with_bindings(member, visit) for member in self.service.registry.find(query)]

    def again(self, found: FoundMember) -> FoundMember:
        """Return the same member as the register has it now; whom it does not know is as the terminal said."""
        if not found.registered:
            return found
        member = self.service.registry.member(found.member.id)
        if member is None:
            raise DeskRefused(DeskProblem.MEMBER_GONE)
        return replace(self._with_bindings(member, found.visit), online=found.online)

    def ask_terminal(self, enquiry: Enquiry, visit: int) -> FoundMember:
        """Return a person as the 資格確認端末 knows them; whom the register has is found as that member."""
        answer = self._answer(enquiry)
        on, now = self.service.today, self.service.now()
        person = member_of(answer.results[0] if answer.results else Qualification(), enquiry, on, now)
        one = person.id
        numbers = (one.insurer_number, one.symbol, one.number, one.branch)
        try:
            known = registered_member(self.service, numbers, person.birth_date)
        except RegistryError as error:
            raise DeskRefused(DeskProblem.REGISTER_DOWN) from error
        if known:
            return self._confirmed(self._with_bindings(known, visit), answer)
        return self._confirmed(FoundMember(person, visit=visit, registered=False), answer)

    def results(self, visit: int) -> list[FoundMember]:
        """Return whose results the 顔認証付きカードリーダー has that no visit has taken, the newest first."""
        reader = self.service.sources.reader
        return [self._of_face(face, visit) for face in reader.results()] if reader else []

    def _of_face(self, face: FaceFile, visit: int) -> FoundMember:
        now = self.service.now()
        whose = face_of(self.service, face, self.service.today, now)
        online = ConfirmedOnline(face.answer, face_moment(face.name or "") or now)
        return FoundMember(whose.member, visit=visit, online=online, registered=whose.registered, face=face)

    def take(self, face: FaceFile) -> None:
        """Give a result to the visit that is on. Raises DeskRefused if another one has it."""
        reader = self.service.sources.reader
        if reader is None or not reader.take(face.name or ""):
            raise DeskRefused(DeskProblem.RESULTS_OLD)

    def confirm_online(self, found: FoundMember) -> FoundMember:
        """Return the same member with what the 資格確認端末 says of them today."""
        today, member = self.service.today, found.member
        return self._confirmed(found, self._answer(enquiry_of(member.id, member.birth_date, today)))

    def _answer(self, enquiry: Enquiry) -> Answer:
        answer = self.service.sources.ask(enquiry)
        if answer.failure is not None:
            raise DeskRefused(DeskProblem.NOT_CONFIRMED_ONLINE, answer.failure, own_words(answer))
        return answer

    def _confirmed(self, found: FoundMember, answer: Answer) -> FoundMember:
        online = ConfirmedOnline(answer, answer.as_of or self.service.now())
        made = self._judged(replace(found, online=online), Asked(), None)
        said = replace(online, differences=made.differences, insurer_name=made.insurer_name, notes=made.notes)
        return replace(found, online=said)

    def decide(self, found: FoundMember, asked: Asked, by: str, here: CheckedCard | None = None) -> Decision:
        """Return the decision. The request is journaled before the decision is returned.

        ``here`` is the card that lies there, if one does. Where it is this member's and could be read, it counts,
        as in the visit: one person must not get two answers.
        """
        if found.online and not found.online.answer.is_of(self.service.today):
            raise DeskRefused(DeskProblem.ANSWER_CHANGED)
        card = self._own_card(found, asked, here)
        made = self._judged(found, asked, card)
        if asked.papers.confirmation is False and found.online is None:
            self._require_the_same_issue(found, asked, made.for_staff, card)
        detail = f"{asked.code}.terminal" if found.online else asked.code
        self.write("looked_up", by, found, decision=published(made.for_staff, made.facts), detail=detail)
        return made.for_staff

    def eligibility(self, found: FoundMember, asked: Asked, decision: Decision, identifier: str) -> Eligibility:
        """Return what the visitor's screen shows of a decision that ``decide`` has just made of this member.

        ``identifier`` is that of the visit that begins so.
        """
        service = self.service
        made = self._judged(found, asked, None)
        answer = found.online.answer if found.online else None
        elsewhere = answer if made.insurer_name is not None else None
        shown, member = published(decision, made.facts), service.pseudonym(found.member)
        return Eligibility(
            shown,
            masked(found.member.kana),
            for_staff=decision,
            source=made.source,
            differences=made.differences,
            insurer_name=made.insurer_name,
            notes=made.notes,
            member=member,
            receipt=service.receipt(identifier, member, Level.STAFF_CONFIRMED, shown, service.now()),
            person=person_for(found.member, elsewhere, service.now(), answer),
        )

    def require_seen(self, found: FoundMember) -> None:
        """Raise DeskRefused if the member is bound to another card now than the one that staff saw, or to no card."""
        if not found.registered:
            raise DeskRefused(DeskProblem.NOT_IN_REGISTER)
        if self.again(found).binding != found.binding:
            raise DeskRefused(DeskProblem.BINDINGS_CHANGED)

    def require_free(self, found: FoundMember, check: CertificateCheck) -> None:
        """Raise DeskRefused if the certificate is bound to another member."""
        holder = self.service.registry.member_by_binding(self._key(check))
        if holder is not None and holder.member.id != found.member.id:
            raise DeskRefused(DeskProblem.BOUND_TO_ANOTHER)

    def bind(self, found: FoundMember, check: CertificateCheck, seen: Seen, by: str, visit: int) -> None:
        """Bind the certificate to the member. The act is journaled first, and the register's history has it too."""
        service, pseudonym = self.service, self._key(check)
        fingerprint = site_key_fingerprint(service.site_key)
        self.write("bound", by, found, visit=visit, detail=seen.value)
        try:
            service.registry.bind(
                found.member.id, pseudonym, check.last_day, f"{by}:{seen}", service.now(), fingerprint=fingerprint
            )
        except BindingRefused as error:
            raise DeskRefused(DeskProblem.BOUND_TO_ANOTHER) from error
        except UnknownMember as error:
            raise DeskRefused(DeskProblem.MEMBER_GONE) from error

    def unbind(self, found: FoundMember, by: str) -> None:
        """End the binding of the member's card; the history keeps it."""
        self.write("unbound", by, found)
        try:
            self.service.registry.unbind(found.member.id, by, self.service.now())
        except BindingRefused as error:
            raise DeskRefused(DeskProblem.NOTHING_BOUND) from error
        except UnknownMember as error:
            raise DeskRefused(DeskProblem.MEMBER_GONE) from error

    def take_over(self, found: FoundMember, fields: Collection[ConfirmedField], by: str) -> FoundMember:
        """Write into the register what the 資格確認端末 says of these fields. The act is journaled first.

        Return the same member, under the number that they have from now on.
        """
        if not found.registered or found.online is None:
            raise DeskRefused(DeskProblem.NOT_IN_REGISTER)
        service = self.service
        try:
            changes = changes_of(found.member, found.online.differences, fields)
            self.write("taken_over", by, found, detail=".".join(sorted(changes)))
            key = service.registry.take_over(found.member, changes, service.now(), service.today, by)
        except UnknownMember as error:
            raise DeskRefused(DeskProblem.MEMBER_GONE) from error
        except KeyTaken as error:
            raise DeskRefused(DeskProblem.NUMBER_TAKEN) from error
        except DataRefused as error:
            raise DeskRefused(DeskProblem.NOT_TAKEN_OVER) from error
        return replace(found, member=replace(found.member, id=key))

    def compared_anew(self, found: FoundMember) -> FoundMember:
        """Return the member as the register has them now, compared with the same answer of the 資格確認端末."""
        fresh = self.again(found)
        return self._confirmed(fresh, fresh.online.answer) if fresh.online else fresh

    def shown(self, found: FoundMember, eligibility: Eligibility, act: StaffAct, visit: int) -> None:
        """Journal that staff put the answer on the visitor's screen, and on what they knew the person by."""
        self.write(
            "shown",
            act.staff,
            found,
            decision=eligibility.decision,
            visit=visit,
            detail=act.reason,
            receipt=eligibility.receipt,
        )

    def require_clock(self) -> None:
        """Raise DeskRefused if the clock is wrong: what is decided and dated would be of another day."""
        try:
            self.service.right_now()
        except NotDeterminable:
            raise DeskRefused(DeskProblem.CLOCK_WRONG) from None

    def write(
        self,
        act: str,
        by: str,
        found: FoundMember | None = None,
        *,
        decision: Decision | None = None,
        visit: int | None = None,
        detail: str | None = None,
        receipt: str | None = None,
    ) -> None:
        """Journal one act of staff; ``decision`` as it is published, since more than staff read the journal."""
        journal = self.service.journal
        entry = DeskEntry(
            at=self.service.now(),
            staff=by,
            act=act,
            visit=visit,
            detail=detail,
            member=journal.reference(str(found.member.id)) if found else None,
            applies=decision.applies.value if decision and decision.applies else None,
            usable=decision.usable.value if decision else None,
            reasons=_codes(decision.reasons) if decision else (),
            receipt=fingerprint(receipt) if receipt else None,
            role=self.role_of(by),
        )
        journal.append(entry)

    def _key(self, check: CertificateCheck) -> str:
        if check.certificate is None:
            raise DeskRefused(DeskProblem.NO_CARD_TO_BIND)
        return binding_key(check.certificate, self.service.site_key)

    def _with_bindings(self, member: Member, visit: int) -> FoundMember:
        registry = self.service.registry
        former = tuple(registry.former_keys(member.id))
        return FoundMember(member, tuple(registry.bindings(member.id)), visit, former=former)

    def _own_card(self, found: FoundMember, asked: Asked, here: CheckedCard | None) -> _OwnCard | None:
        unread = here is None or here.check.certificate is None or asked.card_today is not CardToday.READ
        if here is None or unread or not found.registered:
            return None
        binding = self.service.registry.member_by_binding(self._key(here.check))
        if binding is None or binding.member.id != found.member.id:
            return None
        return _OwnCard(card_seen(here), binding.last_day)

    def _require_the_same_issue(
        self, found: FoundMember, asked: Asked, without: Decision, card: _OwnCard | None
    ) -> None:
        """Do not promise a new 資格確認書 to somebody who left theirs at home: the rules know only lost ones."""
        kept_at_home = replace(asked, papers=replace(asked.papers, confirmation=None))
        kept = decide(self._facts(found, kept_at_home, card), self.service.policy)
        if (kept.issue, kept.file) != (without.issue, without.file):
            raise DeskRefused(DeskProblem.CONFIRMATION_ELSEWHERE)

    def _judged(self, found: FoundMember, asked: Asked, card: _OwnCard | None) -> Judged:
        service = self.service
        if found.online is None:
            return by_register(self._facts(found, asked, card), service.policy, service.now())
        member = found.member if found.registered else None
        facts = self._facts(found, asked, card) if member else None
        try:
            return service.by_terminal(found.online.answer, member, facts, _desk(found, asked, card), service.today)
        except FactsError as error:
            raise DeskRefused(DeskProblem.EVENT_IMPOSSIBLE) from error
        except NotDeterminable as error:
            raise DeskRefused(DeskProblem.NOT_CONFIRMED_ONLINE, error.failure.code) from error

    def _facts(self, found: FoundMember, asked: Asked, card: _OwnCard | None) -> Facts:
        try:
            facts = facts_for(
                found.member,
                self.service.today,
                policy=self.service.policy,
                card=card.seen if card else None,
                bound_last_day=card.bound_last_day if card else None,
                card_today=asked.card_today,
                purpose=asked.purpose,
                needs=asked.needs,
                smartphone=asked.smartphone,
                phone_card=asked.phone_card,
                papers=asked.papers,
                event=asked.event,
            )
        except FactsError as error:
            raise DeskRefused(DeskProblem.EVENT_IMPOSSIBLE) from error
        if not isinstance(facts, Facts):
            raise DeskRefused(DeskProblem.NO_FACTS)
        return facts


def _desk(found: FoundMember, asked: Asked, card: _OwnCard | None) -> Desk:
    """Return what is known at the desk beside the terminal's answer."""
    return Desk(
        birth_date=found.member.birth_date,
        card=card.seen if card else None,
        card_today=asked.card_today,
        registration=found.member.registration,
        smartphone=asked.smartphone,
        phone_card=asked.phone_card,
        papers=asked.papers,
        purpose=asked.purpose,
        needs=asked.needs,
        event=asked.event,
    )


def _codes(codes: Sequence[StrEnum]) -> tuple[str, ...]:
    return tuple(code.value for code in codes)

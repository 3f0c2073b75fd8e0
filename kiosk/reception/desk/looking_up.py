"""Look somebody up whose card is unreadable, absent or unknown: the register and the same rules, for staff.

Blocking; runs in a thread. Raises RegistryError and JournalError of the floors below, and DeskRefused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from kiosk.audit import DeskEntry
from kiosk.decision import CardToday, Decision, Facts, FactsError, LifeEvent, Need, Purpose, decide, published
from kiosk.eligibility import (
    Binding,
    BindingRefused,
    CardSeen,
    Member,
    MemberQuery,
    PapersSeen,
    UnknownMember,
    facts_for,
)
from kiosk.identity import CertificateCheck, binding_key, site_key_fingerprint
from kiosk.reception.eligibility_service import EligibilityService, card_seen, masked
from kiosk.reception.visit.card import CheckedCard, StaffAct
from kiosk.reception.visit.eligibility import Eligibility

__all__ = ["Asked", "DeskProblem", "DeskRefused", "FoundMember", "LookingUp", "Seen"]


class DeskProblem(StrEnum):
    """Why an act of staff was not done; the staff pages have a text for each."""

    SCREEN_CHANGED = "screen_changed"
    VISIT_CHANGED = "visit_changed"
    """The person was found for an earlier visit, and staff have not said that they are still the one."""
    PHOTO_UNASKED = "photo_unasked"
    CARD_WITHOUT_PHOTO = "card_without_photo"
    IN_THE_MIDST = "in_the_midst"
    """The visitor is still busy with the kiosk, and staff have not said that it shall end all the same."""
    BIND_BEFORE_CHECK = "bind_before_check"
    """A 目視確認 was made before anybody knew that the holder is under five, and whether the card has a photograph."""
    NO_CARD_TO_BIND = "no_card_to_bind"
    BOUND_TO_ANOTHER = "bound_to_another"
    BINDINGS_CHANGED = "bindings_changed"
    ANSWER_CHANGED = "answer_changed"
    NOTHING_BOUND = "nothing_bound"
    MEMBER_GONE = "member_gone"
    EVENT_IMPOSSIBLE = "event_impossible"
    NO_FACTS = "no_facts"
    CONFIRMATION_ELSEWHERE = "confirmation_elsewhere"
    REGISTER_DOWN = "register_down"
    UNSURE = "unsure"
    """No answer came: it may be done, or may be done yet."""
    JOURNAL_DOWN = "journal_down"
    CLOCK_WRONG = "clock_wrong"
    NO_SUCH_DRIVER = "no_such_driver"
    NOT_KEPT = "not_kept"


class DeskRefused(Exception):
    """Nothing was done, for the reason ``problem``. With UNSURE nobody knows whether it was done."""

    def __init__(self, problem: DeskProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class Seen(StrEnum):
    """The document by which staff identified a person (本人確認書類)."""

    MY_NUMBER_CARD = "my_number_card"
    DRIVERS_LICENCE = "drivers_licence"
    PASSPORT = "passport"
    RESIDENCE_CARD = "residence_card"
    OTHER_PHOTO = "other_photo"
    TWO_PAPERS = "two_papers"
    """Two papers without a photograph, such as 資格確認書 and 年金手帳."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What staff asked the person: the part of the facts that no register knows.

    ``smartphone``: the person can show マイナポータル's 資格情報 on it. ``phone_card``: the マイナ保険証 is in it.
    """

    purpose: Purpose = Purpose.VISIT
    needs: tuple[Need, ...] = ()
    card_today: CardToday = CardToday.NOT_HERE
    smartphone: bool = False
    event: LifeEvent | None = None
    papers: PapersSeen = PapersSeen()
    phone_card: bool = False

    @property
    def code(self) -> str:
        """What the journal keeps: what became of the card, and what staff saw that the register does not know."""
        papers = self.papers
        looked_at = {"notice": papers.notice, "confirmation": papers.confirmation, "old_card": papers.legacy_card}
        seen = [f".{name}_{'here' if seen else 'missing'}" for name, seen in looked_at.items() if seen is not None]
        phone = ".phone_card" if self.phone_card else ""
        return self.card_today.value + "".join(seen) + phone


@dataclass(frozen=True, slots=True)
class FoundMember:
    """A member as staff see one, with every binding to a card there ever was.

    ``visit`` is the number of the visit for which staff look at them.
    """

    member: Member
    bindings: tuple[Binding, ...] = field(default=())
    visit: int = 0

    @property
    def binding(self) -> Binding | None:
        """The present binding; None if no card is bound."""
        return next((binding for binding in self.bindings if binding.ended_at is None), None)


@dataclass(frozen=True, slots=True)
class _OwnCard:
    """The member's own card, which lies there, and the last day of the certificate that is bound to them."""

    seen: CardSeen
    bound_last_day: date


@dataclass(frozen=True, slots=True)
class LookingUp:
    """Register, rules and journal, as staff use them."""

    service: EligibilityService

    def find(self, query: MemberQuery, visit: int) -> list[FoundMember]:
        """Return all members that fit the query, for this visit."""
        return [self._with_bindings(member, visit) for member in self.service.registry.find(query)]

    def again(self, found: FoundMember) -> FoundMember:
        """Return the same member as the register has it now."""
        member = self.service.registry.member(found.member.id)
        if member is None:
            raise DeskRefused(DeskProblem.MEMBER_GONE)
        return self._with_bindings(member, found.visit)

    def decide(self, found: FoundMember, asked: Asked, by: str, here: CheckedCard | None = None) -> Decision:
        """Return the decision. The request is journaled before the decision is returned.

        ``here`` is the card that lies there, if one does. Where it is this member's and could be read, it counts,
        as in the visit: one person must not get two answers.
        """
        card = self._own_card(found, asked, here)
        facts = self._facts(found, asked, card)
        decision = decide(facts, self.service.policy)
        if asked.papers.confirmation is False:
            self._require_the_same_issue(found, asked, decision, card)
        self.write("looked_up", by, found, decision=published(decision, facts), detail=asked.code)
        return decision

    def eligibility(self, found: FoundMember, asked: Asked, decision: Decision) -> Eligibility:
        """Return what the visitor's screen shows of a decision that ``decide`` has just made of this member."""
        facts = self._facts(found, asked, None)
        return Eligibility(published(decision, facts), masked(found.member.kana), for_staff=decision)

    def require_seen(self, found: FoundMember) -> None:
        """Raise DeskRefused if the member is bound to another card now than the one that staff saw, or to no card."""
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

    def shown(self, found: FoundMember, eligibility: Eligibility, act: StaffAct, visit: int) -> None:
        """Journal that staff put the answer on the visitor's screen, and on what they knew the person by."""
        self.write("shown", act.staff, found, decision=eligibility.decision, visit=visit, detail=act.reason)

    def write(
        self,
        act: str,
        by: str,
        found: FoundMember | None = None,
        *,
        decision: Decision | None = None,
        visit: int | None = None,
        detail: str | None = None,
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
        )
        journal.append(entry)

    def _key(self, check: CertificateCheck) -> str:
        if check.certificate is None:
            raise DeskRefused(DeskProblem.NO_CARD_TO_BIND)
        return binding_key(check.certificate, self.service.site_key)

    def _with_bindings(self, member: Member, visit: int) -> FoundMember:
        return FoundMember(member, tuple(self.service.registry.bindings(member.id)), visit)

    def _own_card(self, found: FoundMember, asked: Asked, here: CheckedCard | None) -> _OwnCard | None:
        if here is None or here.check.certificate is None or asked.card_today is not CardToday.READ:
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


def _codes(codes: Sequence[StrEnum]) -> tuple[str, ...]:
    return tuple(code.value for code in codes)

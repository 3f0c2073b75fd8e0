"""Answer a program that asks about a person: the register, the 資格確認端末 and the same rules as a visit.

Blocking; runs in a thread. Every look at a person is an entry of the journal before the answer is returned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kiosk.audit import ProgramEntry
from kiosk.decision import CardToday, Decision, Facts, Reason, published
from kiosk.decision.calendar import attains
from kiosk.decision.facts import LAST_YEAR
from kiosk.eligibility import KeyQuery, Member, MemberId, facts_for
from kiosk.eligibility.sources import OUTAGE, enquiry_of, member_of
from kiosk.eligibility.terminal import Answer, Desk, FactsNote, Qualification
from kiosk.failures import Code, Failure
from kiosk.reception.eligibility_service import EligibilityService
from kiosk.reception.judged import Judged, by_register
from kiosk.reception.not_determinable import NotDeterminable
from kiosk.reception.visit.eligibility import AskedSource
from kiosk.results import NamedMember

__all__ = ["BirthDateNeeded", "ProgramAnswer", "ProgramLookUp"]

_ONE_DAY = timedelta(days=1)
_OUTSIDE = frozenset({Reason.MOVED_TO_LATE_ELDERLY, Reason.INSURANCE_ENDED, Reason.NOT_YET_INSURED})


class BirthDateNeeded(Exception):
    """Only the 資格確認端末 could know this person, and it is asked with the 生年月日."""


@dataclass(frozen=True, slots=True, repr=False)
class ProgramAnswer:
    """What a program is answered about one person.

    Attributes:
        on: the day asked about (Asia/Tokyo).
        member: the person, of the register or as the 資格確認端末 has them, with the days of the insurance that was
            judged; None if nobody, or more than one, fits.
        several: whether more than one person fits.
        decision: as everybody but staff may read it; None without a decision.
        source: who has answered; None if nobody has.
        insured_from: the first day of the insurance that was judged; None without a decision, or if nobody knows it.
        insured_until: its last day, as far as it is known.
        insurer_name: 保険者名称, for a member of another insurer than the kiosk's own.
        newer: whether the 資格確認端末 says that there is a newer 資格, of which it has answered nothing.
        failure: why there is no decision; None if there is one, or nobody was found.

    """

    on: date
    member: Member | None = None
    several: bool = False
    decision: Decision | None = None
    source: AskedSource | None = None
    insured_from: date | None = None
    insured_until: date | None = None
    insurer_name: str | None = None
    newer: bool = False
    failure: Failure | None = None

    @property
    def in_force(self) -> bool | None:
        """Whether the person is insured on the day; None if nobody knows."""
        return None if self.decision is None else _OUTSIDE.isdisjoint(self.decision.reasons)


@dataclass(frozen=True, slots=True)
class ProgramLookUp:
    """Register, 資格確認端末, rules and journal, as programs use them. ``by`` is the name of the program's token."""

    service: EligibilityService

    def coverage(self, query: KeyQuery, act: str, by: str) -> list[Member]:
        """Return the members whom the register has under this key.

        Raises:
            BirthDateNeeded: the register is not among ``eligibility.sources``.
            NotDeterminable: the clock is wrong.
            RegistryError, JournalError: a floor below cannot serve.

        """
        self.service.right_now()
        if not self.service.sources.registry:
            raise BirthDateNeeded
        found = self.service.registry.find_by_key(query)
        today = self.service.today
        for looked_at in [ProgramAnswer(today, member) for member in found] or [ProgramAnswer(today)]:
            self._write(looked_at, act, by)
        return found

    def eligibility(
        self, query: KeyQuery, on: date, act: str, by: str, still_wanted: Callable[[], bool] = lambda: True
    ) -> ProgramAnswer:
        """Return what holds on a day for the person whom a key names, who is thought to come with their card.

        Raises what ``coverage`` does. A 資格確認端末 that gives no answer is a failure in the answer.
        """
        self.service.right_now()
        found = self._answered(query, on, still_wanted)
        self._write(found, act, by)
        return found

    def visit(self, person: NamedMember, act: str, by: str) -> None:
        """Note that a program reads who a visit was about.

        Raises:
            NotDeterminable: the clock is wrong.
            JournalError: the journal cannot take it; nobody may be named then.

        """
        self.service.right_now()
        journal = self.service.journal
        member = MemberId(person.insurer_number, person.symbol, person.number, person.branch)
        journal.append(ProgramEntry(self.service.now(), by, act, journal.reference(str(member))))

    def _answered(self, query: KeyQuery, on: date, still_wanted: Callable[[], bool]) -> ProgramAnswer:
        sources = self.service.sources
        members = self.service.registry.find_by_key(query) if sources.registry else []
        if len(members) > 1:
            return ProgramAnswer(on, several=True)
        member = members[0] if members else None
        if sources.terminal is None:
            return ProgramAnswer(on) if member is None else self._judged(member, on, self._by_register(member, on))
        return self._confirmed(query, member, on, still_wanted)

    def _by_register(self, member: Member, on: date) -> Judged | Failure:
        facts = self._facts(member, on)
        if facts is None:
            return Failure.here(Code.NO_FACTS)
        return by_register(facts, self.service.policy, self.service.now())

    def _confirmed(
        self, query: KeyQuery, member: Member | None, on: date, still_wanted: Callable[[], bool]
    ) -> ProgramAnswer:
        """Return what the 資格確認端末 says of a member, or of somebody whom the register does not have."""
        born = member.birth_date if member else query.birth_date
        if born is None:
            raise BirthDateNeeded
        if on < born:
            return ProgramAnswer(on, member, failure=Failure.here(Code.NO_FACTS))
        typed = MemberId(query.insurer_number, query.symbol, query.number, query.branch)
        enquiry = enquiry_of(member.id if member else typed, born, on)
        answer = self.service.sources.ask(enquiry, still_wanted, visit=None)
        person = member
        if person is None and answer.failure is None:
            result = answer.results[0] if answer.results else Qualification()
            person = member_of(result, enquiry, on, self.service.now())
        return self._judged(person, on, self._by_terminal(answer, member, born, on))

    def _by_terminal(self, answer: Answer, member: Member | None, born: date, on: date) -> Judged | Failure:
        desk = Desk(birth_date=born, card_today=CardToday.READ)
        if member is not None:
            desk = replace(desk, registration=member.registration)
        if answer.failure in OUTAGE:
            return Failure.here(answer.failure, answer.reason)
        facts = self._facts(member, on) if member else None
        try:
            return self.service.by_terminal(answer, member, facts, desk, on)
        except NotDeterminable as error:
            return error.failure

    def _facts(self, member: Member, on: date) -> Facts | None:
        facts = facts_for(member, on, policy=self.service.policy)
        return facts if isinstance(facts, Facts) else None

    def _judged(self, member: Member | None, on: date, judged: Judged | Failure) -> ProgramAnswer:
        if isinstance(judged, Failure):
            return ProgramAnswer(on, member, failure=judged)
        facts = judged.facts
        begins = None if FactsNote.ACQUIRED_ON_MISSING in judged.notes else facts.acquired_on
        return ProgramAnswer(
            on,
            None if member is None else replace(member, acquired_on=facts.acquired_on, lost_on=facts.lost_on),
            decision=published(judged.for_staff, facts),
            source=judged.source,
            insured_from=begins,
            insured_until=_insured_until(judged),
            insurer_name=judged.insurer_name,
            newer=FactsNote.OLD_QUALIFICATION in judged.notes,
        )

    def _write(self, found: ProgramAnswer, act: str, by: str) -> None:
        journal, decision = self.service.journal, found.decision
        unknown = found.member is None and found.failure is None
        failure = found.failure.code if found.failure else Code.UNKNOWN_MEMBER
        entry = ProgramEntry(
            at=self.service.now(),
            token=by,
            act=act,
            member=journal.reference(str(found.member.id)) if found.member else None,
            source=found.source.source.value if found.source else None,
            applies=decision.applies.value if decision and decision.applies else None,
            usable=decision.usable.value if decision else None,
            reasons=_codes(decision.reasons) if decision else (),
            failure=failure.value if found.failure or unknown else None,
        )
        journal.append(entry)


def _insured_until(judged: Judged) -> date | None:
    """Return the last insured day: before 資格喪失, or that on which a member moves to 後期高齢者医療."""
    lost_on, moves = judged.facts.lost_on, attains(judged.facts.birth_date, judged.policy.late_elderly_age)
    ends = [] if lost_on is None else [lost_on - _ONE_DAY]
    if moves.year <= LAST_YEAR:  # the policy of 後期高齢者医療 has an age that nobody attains
        ends.append(moves)
    return min(ends, default=None)


def _codes(reasons: Sequence[Reason]) -> tuple[str, ...]:
    return tuple(reason.value for reason in reasons)

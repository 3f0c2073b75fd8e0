"""Answer for a checked certificate: member, facts, decision, journal. Blocks; runs in a thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import structlog
from cryptography.x509 import Certificate

from kiosk import tokyo_day
from kiosk.audit import Journal, JournalError
from kiosk.decision import DEFAULT_POLICY, Decision, Facts, Policy, published, unmarked
from kiosk.eligibility import DataRefused, Member, MemberBinding, Registry, RegistryError, facts_for
from kiosk.eligibility.sources import OUTAGE, EligibilitySource, Sources, confirmed, enquiry_of
from kiosk.eligibility.terminal import (
    Answer,
    Desk,
    Enquiry,
    NoFacts,
    PatientCards,
    PatientCardsUnusable,
    Status,
)
from kiosk.failures import Code, Failure, place_of
from kiosk.identity import CertificateCheck, Level, binding_key
from kiosk.receipts import ReceiptIssuer
from kiosk.reception.books import Books, LateBooks
from kiosk.reception.clock import Clock, built
from kiosk.reception.floors import Findings
from kiosk.reception.judged import Judged, by_answer, by_register
from kiosk.reception.masking import masked
from kiosk.reception.not_determinable import NotDeterminable
from kiosk.reception.own_looks import own_looks
from kiosk.reception.patients import patient_of, unnamed_patient
from kiosk.reception.persons import person_for
from kiosk.reception.photo import require_photo, shows_whose
from kiosk.reception.questions import Inquiry, inquire, with_limit_consent
from kiosk.reception.renewal import renewal_of
from kiosk.reception.set_aside import SetAsideFile
from kiosk.reception.union_office import PersonalPages, UnionOffice, personal_pages, place_order
from kiosk.reception.visit.card import StaffAct, card_seen
from kiosk.reception.visit.effects import Determine, PlaceOrder, Record
from kiosk.reception.visit.eligibility import AskedSource, Eligibility
from kiosk.reception.visit.states import Determining
from kiosk.reception.visit_entries import VisitEntries
from kiosk.reception.witnesses import Witnesses
from kiosk.results import pseudonym

__all__ = ["EligibilityService"]

_log = structlog.get_logger(__name__)


class EligibilityService:
    """The register, the rules and the journal behind one kiosk. ``now`` is the clock (aware).

    ``union`` is given only at the union's terminal: a confirmed person sees there what the register says of them.
    ``sources`` are who is asked about a person. ``receipts`` signs that somebody was here; None: nobody does.
    ``set_aside`` is the file of what an administrator no longer believes; ``built_at`` when this program was put here.
    """

    def __init__(
        self,
        registry: Registry,
        journal: Journal | None,
        site_key: bytes | None,
        now: Callable[[], datetime],
        policy: Policy = DEFAULT_POLICY,
        union: UnionOffice | None = None,
        *,
        open_books: Callable[[], Books] | None = None,
        set_aside: SetAsideFile | None = None,
        built_at: datetime | None = None,
        sources: Sources | None = None,
        receipts: ReceiptIssuer | None = None,
    ) -> None:
        self._receipts = receipts
        self.sources = sources or Sources()
        self.registry, self.now, self.policy, self.union = registry, now, policy, union
        self.books = LateBooks(Books(journal, site_key) if journal and site_key else None, open_books)
        self._entries = VisitEntries(self.books)
        self._witnesses = Witnesses(Clock(lambda: self.now(), built_at=built_at or built()), set_aside)

    @property
    def journal(self) -> Journal:
        """The journal. Raises JournalError while it is not open."""
        return self.books.journal

    @property
    def site_key(self) -> bytes:
        """The key under which certificates are bound. Raises JournalError while the journal is not open."""
        return self.books.site_key

    @property
    def patient_cards(self) -> PatientCards | None:
        """The cards that staff have tied to patients; None where there are none. Raises JournalError as `site_key`."""
        folder = self.sources.patient_folder
        return None if folder is None else PatientCards(folder, self.site_key)

    @property
    def today(self) -> date:
        """The day in Asia/Tokyo."""
        return tokyo_day(self.now())

    def require_photo(self, check: CertificateCheck, act: StaffAct) -> None:
        """Refuse a 目視確認 with a card that may have, or has, no photograph. Blocking.

        Raises:
            PhotoRefused: nobody has said that a child's card has one, or it has none.
            RegistryError, JournalError: the holder cannot be looked up.

        """
        unasked = check.certificate if act.card_has_photo is None else None
        require_photo(act, self._holder(unasked) if unasked else None, self.today)

    def _holder(self, certificate: Certificate) -> Member | None:
        """Return whose card it is, as register or tie know them; None if nobody does. Raises as `require_photo`."""
        if found := self.registry.member_by_binding(binding_key(certificate, self.site_key)):
            return found.member
        try:
            patient = patient_of(self.patient_cards, certificate, self.site_key)
        except PatientCardsUnusable:
            return None  # the visit ends with N-02
        return unnamed_patient(patient, self.today, self.now()) if patient else None

    def answer(self, effect: Determine) -> Eligibility | Enquiry:
        """Return the answer for the holder of a card; it is journaled before this returns.

        Where the 資格確認端末 has to confirm what the register says, and was not asked yet, it is the enquiry.

        Raises NotDeterminable.
        """
        asked = effect.asked
        check = asked.person.card.check if asked.person.card else None
        certificate = check.certificate if check else None
        if check is None or certificate is None:
            raise NotDeterminable(Failure.here(Code.CERTIFICATE_MALFORMED))
        now = self.right_now()
        binding, today = self._binding(certificate), tokyo_day(now)
        _require_photo_seen(binding, asked, today)
        if self.sources.terminal is not None and not (asked.answer and asked.answer.is_of(today)):
            consent = asked.replies.limit_consent
            return enquiry_of(binding.member.id, binding.member.birth_date, today, limit_consent=consent)
        judged = self._judged(binding, asked, today, now)
        elsewhere = judged.insurer_name is not None
        pages = None if elsewhere else self._personal_pages(binding, judged.facts, asked)
        made = self.concluded(effect, judged, binding.member, now)
        return replace(
            made,
            inquiry=_inquiry(judged, made.decision, asked),
            renewal=renewal_of(judged.facts, check.last_day, self.policy),
            pages=pages,
            person=person_for(binding.member, asked.answer if elsewhere else None, now, asked.answer),
        )

    def concluded(self, effect: Determine, judged: Judged, holder: Member, now: datetime) -> Eligibility:
        """Return the answer about ``holder``, with what does not depend on how they came; it is journaled.

        A result of the 顔認証付きカードリーダー may have no 番号: such a person has no pseudonym, and no receipt.

        Raises NotDeterminable.
        """
        level, decision = effect.asked.person.level, published(judged.for_staff, judged.facts)
        member = self.pseudonym(holder) if holder.id.number else None
        receipt = self.receipt(effect.identifier, member, level, decision, now)
        self._entries.answered(effect, decision, holder.id, now, receipt)
        proved = level is not Level.PRESENTED
        return Eligibility(
            decision,
            masked(holder.kana) if proved else "",
            for_staff=judged.for_staff,
            source=judged.source,
            answer=effect.asked.answer,
            differences=judged.differences if proved else (),
            insurer_name=judged.insurer_name,
            notes=judged.notes,
            member=member,
            receipt=receipt,
        )

    def pseudonym(self, member: Member) -> str:
        """Return the name under which other programs know a member. Raises JournalError while nothing is open."""
        return pseudonym(str(member.id), self.site_key)

    def receipt(
        self, identifier: str, member: str | None, level: Level, decision: Decision, now: datetime
    ) -> str | None:
        """Return the signed statement that a member was here, in the visit ``identifier``; None if nobody can sign."""
        if self._receipts is None or member is None or not identifier:
            return None
        return self._receipts.issue(identifier, member, level, decision, now)

    def right_now(self) -> datetime:
        """Return the present. Raises NotDeterminable for a clock that is wrong: the answer would be of another year."""
        if failure := self._witnesses.clock.failure():
            raise NotDeterminable(failure)
        return self.now()

    def order(self, effect: PlaceOrder) -> PersonalPages:
        """Put the document that the visitor wants into the queue; return their side with the order in it.

        Raises NotDeterminable.
        """
        if self.union is None:
            return effect.pages
        try:
            return place_order(self.union, effect.pages, self.policy, self.now())
        except RegistryError as error:  # it may have gone away after it wrote
            raise NotDeterminable(Failure(Code.ORDER_UNSURE, place_of(error))) from error
        except DataRefused as error:  # the register has changed since the answer
            _log.error("order refused", place=place_of(error), problem=str(error))
            raise NotDeterminable(Failure(Code.ORDER_REFUSED, place_of(error))) from error

    def look(self) -> Findings:
        """Return why no answer could be given and written down now, and what is wrong besides."""
        if failure := self.books.open():
            return Findings.stopping(failure)
        online = Findings(troubles=self.sources.troubles())
        return self._witnesses.look(self.registry, self.journal) + online

    def record(self, effect: Record) -> None:
        """Journal a visit that ended without an answer. Raises NotDeterminable with S-02."""
        self._entries.ended(effect, self.now())

    def stop(self) -> None:
        """Journal that the service ends in order, and close the journal, if it was opened."""
        self._entries.stop(self.now())

    def _personal_pages(self, binding: MemberBinding, facts: Facts, asked: Determining) -> PersonalPages | None:
        if self.union is None or asked.person.level is Level.PRESENTED:
            return None
        looks = own_looks(self.registry, self.journal, binding.member.id, self.now())
        try:
            return personal_pages(binding.member, facts, self.policy, self.union, looks)
        except RegistryError as error:  # the answer does not hang on the queue
            _log.error("queue of issuance does not answer", place=place_of(error))
            return personal_pages(binding.member, facts, self.policy, replace(self.union, orders=None), looks)

    def _binding(self, certificate: Certificate) -> MemberBinding:
        if not self.sources.registry:
            raise NotDeterminable(Failure.here(Code.UNKNOWN_MEMBER, "the register is not among eligibility.sources"))
        try:
            binding = self.registry.member_by_binding(binding_key(certificate, self.site_key))
        except JournalError as error:
            raise NotDeterminable(Failure(Code.JOURNAL_DOWN, place_of(error))) from error
        except RegistryError as error:
            raise NotDeterminable(Failure(Code.REGISTRY_DOWN, place_of(error))) from error
        if binding is None:
            raise NotDeterminable(Failure.here(Code.UNKNOWN_MEMBER))
        return binding

    def _judged(self, binding: MemberBinding, asked: Determining, on: date, now: datetime) -> Judged:
        facts = self._facts(binding, asked, on)
        if asked.answer is None:
            return by_register(facts, self.policy, now)
        if asked.answer.failure in OUTAGE:
            failure = Failure.here(asked.answer.failure, asked.answer.reason)
            member = binding.member
            raise NotDeterminable(failure, self.last_known(enquiry_of(member.id, member.birth_date, on)))
        desk = Desk(
            birth_date=binding.member.birth_date,
            card=card_seen(asked.person.card),
            registration=binding.member.registration,
            purpose=asked.purpose,
            needs=asked.replies.needs,
            smartphone=asked.replies.smartphone,
        )
        return self.by_terminal(asked.answer, binding.member, facts, desk, on)

    def last_known(self, enquiry: Enquiry) -> AskedSource | None:
        """Return what the 資格確認端末 said of a person the last time; None if that was not kept."""
        found = self.sources.last_known(enquiry)
        if found is None:
            return None
        answer, as_of = found
        return AskedSource(EligibilitySource.LAST_KNOWN, as_of, was_valid=answer.status is Status.VALID)

    def by_terminal(self, answer: Answer, member: Member | None, facts: Facts | None, desk: Desk, on: date) -> Judged:
        """Return what an answer of the 資格確認端末 amounts to for a person.

        Args:
            answer: what the terminal said.
            member: the person as the register has them; None if it does not.
            facts: the register's facts of that member.
            desk: what is known here beside the answer.
            on: the day asked about.

        Raises NotDeterminable for an answer without facts.

        """
        found = confirmed(answer, member, facts, desk, self.policy, on, self.sources.own_insurer)
        if isinstance(found, NoFacts):
            raise NotDeterminable(Failure.here(found.code, answer.reason))
        return by_answer(found, answer, self.now(), compared=member is not None)

    def _facts(self, binding: MemberBinding, asked: Determining, on: date) -> Facts:
        facts = facts_for(
            binding.member,
            on,
            policy=self.policy,
            card=card_seen(asked.person.card),
            bound_last_day=binding.last_day,
            purpose=asked.purpose,
            needs=asked.replies.needs,
            smartphone=asked.replies.smartphone,
        )
        if not isinstance(facts, Facts):
            raise NotDeterminable(Failure.here(Code.NO_FACTS))
        return facts


def _inquiry(judged: Judged, decision: Decision, asked: Determining) -> Inquiry:
    """Return what may still be asked: the consent to the 限度額 only where the 資格確認端末 answers."""
    inquiry = inquire(unmarked(judged.facts), judged.policy)
    return inquiry if asked.answer is None else with_limit_consent(inquiry, decision)


def _require_photo_seen(binding: MemberBinding, asked: Determining, today: date) -> None:
    """Raise NotDeterminable if the 目視確認 was of a card without a known holder, who turns out to be under five."""
    act = asked.person.staff
    if act and not shows_whose(act, binding.member, today):
        raise NotDeterminable(Failure.here(Code.UNKNOWN_MEMBER))

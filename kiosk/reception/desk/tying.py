"""Tie a card to a 照会番号, of somebody of whom the register does not know. Blocking; raises as `LookingUp`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.eligibility.sources import enquiry_of
from kiosk.eligibility.terminal import (
    Enquiry,
    PatientCard,
    PatientCards,
    PatientCardsUnusable,
    ReferenceRegistration,
    Status,
    own_words,
)
from kiosk.failures import Code
from kiosk.identity import CertificateCheck
from kiosk.reception.desk.asking import DeskProblem, DeskRefused, FoundMember, Seen
from kiosk.reception.desk.looking_up import LookingUp
from kiosk.reception.patients import keys_of

__all__ = ["Tying"]


@dataclass(frozen=True, slots=True)
class Tying:
    """The cards that are tied to this clinic's patients, as staff use them."""

    looking_up: LookingUp

    def known(self, found: FoundMember) -> FoundMember:
        """Return the person with the 照会番号 that a card of theirs is tied to. Unusable ties count as none."""
        try:
            tied = self._cards().of_person(self._enquiry(found))
        except (PatientCardsUnusable, DeskRefused):
            return found
        return replace(found, patient=tied.reference if tied else "")

    def register(self, found: FoundMember, reference: str) -> None:
        """Have the 資格確認端末 register the 照会番号, unless it has done so before."""
        known = self._reference_of(found)
        if known == reference:
            return
        if known is not None:
            raise DeskRefused(DeskProblem.REFERENCE_DIFFERS)
        terminal, one = self.looking_up.service.sources.terminal, found.member.id
        if terminal is None:
            raise DeskRefused(DeskProblem.NOT_CONFIRMED_ONLINE, Code.TERMINAL_FOLDER)
        numbers = (one.insurer_number, one.symbol, one.number, one.branch)
        registered = terminal.register(ReferenceRegistration(*numbers, reference))
        if registered.status != "done":
            ours = next((code for code in Code if code == registered.code), Code.TERMINAL_REFUSED)
            raise DeskRefused(DeskProblem.NOT_REGISTERED_ONLINE, ours, own_words(registered))

    def tie(
        self, found: FoundMember, check: CertificateCheck, reference: str, seen: Seen, by: str, visit: int
    ) -> FoundMember:
        """Tie the certificate's card to the person. The act is journaled first."""
        if check.certificate is None:
            raise DeskRefused(DeskProblem.NO_CARD_TO_BIND)
        service, one = self.looking_up.service, found.member.id
        numbers = (one.insurer_number, one.symbol, one.number, one.branch)
        patient = PatientCard(reference, *numbers, found.member.birth_date, service.now())
        cards = self._cards()
        self.looking_up.write("patient_tied", by, found, visit=visit, detail=seen.value)
        try:
            cards.tie(keys_of(check.certificate, service.site_key), patient)
        except PatientCardsUnusable as error:
            raise DeskRefused(DeskProblem.TIES_UNUSABLE) from error
        return replace(found, patient=reference)

    def untie(self, found: FoundMember, by: str) -> FoundMember:
        """End the tie of the person's card. The act is journaled first."""
        cards = self._cards()
        self.looking_up.write("patient_untied", by, found)
        try:
            if not cards.untie(self._enquiry(found)):
                raise DeskRefused(DeskProblem.NOTHING_TIED)
        except PatientCardsUnusable as error:
            raise DeskRefused(DeskProblem.TIES_UNUSABLE) from error
        return replace(found, patient="")

    def _reference_of(self, found: FoundMember) -> str | None:
        """Return the 照会番号 that the terminal has for a person whom it has just confirmed."""
        answer = found.online.answer if found.online else None
        if found.registered or answer is None:
            raise DeskRefused(DeskProblem.ALREADY_IN_REGISTER)
        if answer.status is not Status.VALID:
            raise DeskRefused(DeskProblem.NOT_VALID_ONLINE)
        return next((one.reference for one in answer.results if one.reference), None)

    def _cards(self) -> PatientCards:
        cards = self.looking_up.service.patient_cards
        if cards is None:
            raise DeskRefused(DeskProblem.TIES_UNUSABLE)
        return cards

    def _enquiry(self, found: FoundMember) -> Enquiry:
        return enquiry_of(found.member.id, found.member.birth_date, self.looking_up.service.today)

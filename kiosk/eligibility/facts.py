"""Facts for a member on a day, for the visit and for the batch alike.

The rules are those of docs/decision.md, section "Facts from the register and from the card".

The facts made here are always a possible combination, even if the register's values are not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from kiosk.decision import (
    CardStatus,
    CardToday,
    Certificate,
    Confirmation,
    Facts,
    LifeEvent,
    Need,
    Policy,
    Purpose,
    Registration,
)
from kiosk.eligibility.circumstances import Circumstances
from kiosk.eligibility.model import Member


@dataclass(frozen=True, slots=True)
class CardSeen:
    """A card that was read at this desk just now, with a certificate that the kiosk has checked.

    Attributes:
        last_day: the certificate's last valid day (Asia/Tokyo).
        chain_trusted: whether its chain leads to a trust anchor and is in date.
        revocation: the answer of the CRL or of OCSP.
        today: whether the 資格確認 reader could read the card (`not_here` if it has been taken away again).
        without_pin: whether the card has no 暗証番号 (顔認証マイナンバーカード).

    """

    last_day: date
    chain_trusted: bool
    revocation: Literal["good", "revoked", "not_checked"]
    today: CardToday = CardToday.READ
    without_pin: bool = False


@dataclass(frozen=True, slots=True)
class PapersSeen:
    """The papers that the person has with them, as staff see them. None: nobody looked, so the register's value counts.

    Attributes:
        notice: whether the person has a notice of this membership.
        confirmation: the days printed on the 資格確認書 (発効期日, else 交付年月日; 有効期限); False: the person has no
            資格確認書.
        legacy_card: the last day printed on the old 保険証; False: the person has no 保険証.

    """

    notice: bool | None = None
    confirmation: Confirmation | Literal[False] | None = None
    legacy_card: date | Literal[False] | None = None


@dataclass(frozen=True, slots=True)
class NotBornYet:
    """The day asked about lies before the member's day of birth, so there are no facts."""


@dataclass(frozen=True, slots=True)
class _CertificateState:
    value: Certificate
    last_day: date | None

    def on(self, day: date) -> tuple[Certificate, date | None]:
        """Return the value on `day` by the calendar, and `certificate_expired_on`. A revoked one stays revoked."""
        if self.value is Certificate.REVOKED or self.last_day is None:
            return self.value, None
        if self.last_day < day:
            return Certificate.EXPIRED, self.last_day
        return (Certificate.VALID if self.value is Certificate.EXPIRED else self.value), None


_NOT_LOOKED_AT = PapersSeen()


def facts_for(
    member: Member | Circumstances,
    on: date,
    *,
    policy: Policy,
    card: CardSeen | None = None,
    bound_last_day: date | None = None,
    card_today: CardToday = CardToday.READ,
    purpose: Purpose = Purpose.VISIT,
    needs: Sequence[Need] = (),
    smartphone: bool = False,
    phone_card: bool = False,
    papers: PapersSeen = _NOT_LOOKED_AT,
    event: LifeEvent | None = None,
) -> Facts | NotBornYet:
    """Return the facts about `member` on the day `on`.

    Args:
        member: the version of the member to use.
        on: the day asked about (Asia/Tokyo).
        policy: the insurer's values, of which `feed_valid_days` is used.
        card: the card read now; None for a plan and for a look-up without a card, where the register's values count.
        bound_last_day: last day of the certificate whose key is bound to this member and was just presented
            (`MemberBinding.last_day`); None if the card is not bound, as the insurer's data then say nothing about it.
        card_today: in a look-up without a card, why the card cannot be used at this desk, as the person says.
        purpose: why the person comes.
        needs: what the visit needs beyond the insurance.
        smartphone: whether the person can show the 資格情報 screen of マイナポータル.
        phone_card: whether the person has set the マイナ保険証 up in their smartphone.
        papers: the papers that the person has with them. If nobody looked, a person who was sent a paper has it.
        event: what has happened that brings the person here.

    Returns:
        The facts; NotBornYet if `on` lies before the day of birth.

    Raises:
        kiosk.decision.FactsError: `event` or `needs` is impossible for this person. The register's values never are.

    """
    if on < member.birth_date:
        return NotBornYet()
    certificate, expired_on = _certificate(member, on, card, bound_last_day, policy).on(on)
    facts = Facts(
        on=on,
        purpose=purpose,
        needs=tuple(needs),
        birth_date=member.birth_date,
        acquired_on=member.acquired_on,
        lost_on=member.lost_on,
        filed_on=_not_after(member.filed_on, on),
        my_number_reported=member.my_number_reported is not False,
        linked_on=member.linked_on,
        card=member.card if card is None else CardStatus.HELD,
        certificate=certificate,
        certificate_expired_on=expired_on,
        registration=member.registration,
        registration_ends_on=_registration_ends_on(member),
        card_today=card_today if card is None else card.today,
        smartphone=smartphone,
        notice_held=_notice_held(member, on) if papers.notice is None else papers.notice,
        confirmation_held=_confirmation(member) if papers.confirmation is None else papers.confirmation or None,
        legacy_card_until=member.legacy_card_until if papers.legacy_card is None else papers.legacy_card or None,
        event=event,
        confirmation_requested=member.confirmation_requested is True,
        information_withheld=member.information_withheld,
        special_consideration=member.special_consideration,
        pays_in_full=member.pays_in_full,
        phone_card=phone_card,
        card_without_pin=member.card_without_pin or (card is not None and card.without_pin),
        stay_until=member.stay_until,
    )
    return facts.require_possible()


def _certificate(
    member: Member | Circumstances, on: date, card: CardSeen | None, bound_last_day: date | None, policy: Policy
) -> _CertificateState:
    if card is None:
        return _CertificateState(member.certificate or Certificate.VALID, member.certificate_valid_until)
    word = _feed_word(member, bound_last_day)
    if card.revocation == "revoked" or word is Certificate.REVOKED:
        return _CertificateState(Certificate.REVOKED, card.last_day)
    fresh = on - member.confirmed_on <= timedelta(days=policy.feed_valid_days)
    good = card.revocation == "good" or (word is Certificate.VALID and fresh)
    value = Certificate.VALID if card.chain_trusted and good else Certificate.UNKNOWN
    return _CertificateState(value, card.last_day)


def _feed_word(member: Member | Circumstances, bound_last_day: date | None) -> Certificate | None:
    """Return what the government's data in the register say about the certificate at hand; None if they say nothing.

    The data have no serial number, so they are about the bound certificate only if they name its last day.
    """
    if bound_last_day is None or bound_last_day != member.certificate_valid_until:
        return None
    return member.certificate


def _not_after(day: date | None, on: date) -> date | None:
    return None if day is None or day > on else day


def _registration_ends_on(member: Member | Circumstances) -> date | None:
    return member.registration_ends_on if member.registration is Registration.CANCELLED else None


def _notice_held(member: Member | Circumstances, on: date) -> bool:
    issued_on = member.notice_issued_on
    return issued_on is not None and member.acquired_on <= issued_on <= on


def _confirmation(member: Member | Circumstances) -> Confirmation | None:
    if member.confirmation_valid_from is None or member.confirmation_valid_until is None:
        return None
    return Confirmation(member.confirmation_valid_from, member.confirmation_valid_until)

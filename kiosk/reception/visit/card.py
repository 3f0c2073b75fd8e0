"""What is known of the card on the reader, and of the person who brought it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.decision import CardToday
from kiosk.eligibility import CardSeen
from kiosk.eligibility.terminal import FaceFile
from kiosk.failures import Code, code_of_check
from kiosk.identity import CertificateCheck, Chain, Level, claimable_level

__all__ = [
    "CheckedCard",
    "FromReader",
    "Identified",
    "LockedCard",
    "Person",
    "ReadCard",
    "StaffAct",
    "card_seen",
    "refusal",
]


@dataclass(frozen=True, slots=True)
class StaffAct:
    """目視確認: who compared the face, and why.

    ``card_has_photo`` is the answer about the card of a holder under five; None if it was not asked.
    """

    staff: str
    reason: str
    card_has_photo: bool | None = None


@dataclass(frozen=True, slots=True)
class LockedCard:
    """A card that shows its certificate only after the 暗証番号, so that nothing of it could be checked."""

    tries_left: int | None

    @property
    def level(self) -> Level | None:
        """Nothing may be claimed of its holder."""
        return None


@dataclass(frozen=True, slots=True)
class CheckedCard:
    """A card whose certificate was read and checked.

    ``unlocked``: only the 暗証番号 has opened the certificate. ``without_pin``: it has none (顔認証マイナンバーカード).
    """

    check: CertificateCheck
    tries_left: int | None
    unlocked: bool = False
    without_pin: bool = False

    @property
    def level(self) -> Level | None:
        """What the certificate alone lets us claim of its holder."""
        return claimable_level(self.check)


def card_seen(card: CheckedCard | None) -> CardSeen | None:
    """Return what the facts need of a card that was checked here; None for no card."""
    if card is None:
        return None
    return CardSeen(
        last_day=card.check.last_day,
        chain_trusted=card.check.chain in {Chain.TRUSTED, Chain.EXPIRED},
        revocation=card.check.revocation.value,
        today=CardToday.READ,
        without_pin=card.without_pin,
    )


ReadCard = CheckedCard | LockedCard


@dataclass(frozen=True, slots=True)
class Identified:
    """A person of whom ``level`` was proved with this card. ``staff`` is there after a 目視確認."""

    card: CheckedCard
    level: Level
    staff: StaffAct | None = None


@dataclass(frozen=True, slots=True)
class FromReader:
    """A person whom the 顔認証付きカードリーダー has identified; ``face`` is its result.

    ``card`` is the card that was checked here before, if it is this person's. ``staff`` is who chose the result, where
    the visit did not know whose to take.
    """

    face: FaceFile = field(repr=False)
    card: CheckedCard | None = None
    staff: StaffAct | None = None

    @property
    def level(self) -> Level:
        """The reader has compared the face, or judged the 暗証番号."""
        return Level.OFFICIAL_READER


Person = Identified | FromReader


def refusal(check: CertificateCheck) -> Code | None:
    """Return why a visit with this certificate ends; one that is only out of date goes on, by the decision's grace."""
    code = code_of_check(check)
    return None if code is Code.CERTIFICATE_EXPIRED else code

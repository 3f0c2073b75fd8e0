"""Define the levels of identity, and the evidence that each one needs."""

from __future__ import annotations

from enum import StrEnum

from kiosk.identity.check import CertificateCheck

__all__ = ["Level", "claimable_level"]


class Level(StrEnum):
    """What may be claimed of the person at the kiosk."""

    PRESENTED = "presented"
    """The certificate was read and checked, but a copy would do the same. Never shown as 本人確認済み."""
    CONFIRMED = "confirmed"
    """本人確認済み (暗証番号): the card signed a fresh challenge after the right PIN."""
    STAFF_CONFIRMED = "staff_confirmed"
    """本人確認済み (目視): a named member of staff compared the face."""
    OFFICIAL_READER = "official_reader"
    """本人確認済み (顔認証付きカードリーダー): the result came from that reader's own file."""


def claimable_level(
    check: CertificateCheck | None,
    *,
    pin_was_right: bool = False,
    signature_valid: bool = False,
    staff_compared_face: bool = False,
) -> Level | None:
    """Return the level that the evidence allows; None if nothing may be claimed.

    A certificate that is only out of date proves as much about the person as any other; whether it is accepted is
    another
    question. A card that is untrusted or revoked proves nothing, even with a face that was compared.
    """
    if check is None or not check.may_ask_pin:
        return None
    if pin_was_right and signature_valid:
        return Level.CONFIRMED
    return Level.STAFF_CONFIRMED if staff_compared_face else Level.PRESENTED

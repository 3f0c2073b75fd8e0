"""Where staff can make a visit go on: by comparing the face, or by binding the card that nobody knew."""

from __future__ import annotations

from kiosk.failures import Code, code_of_check
from kiosk.identity import CertificateCheck
from kiosk.reception.states import State
from kiosk.reception.visit import STAFF_MAY_HELP, Visit, may_be_mended

__all__ = ["bindable", "confirmable", "refusal"]


def refusal(check: CertificateCheck) -> Code | None:
    """Return why the visit must end here. What is only out of date goes on: the decision knows the grace."""
    code = code_of_check(check)
    return None if code is Code.CERTIFICATE_EXPIRED else code


def confirmable(visit: Visit) -> bool:
    """Return whether a 目視確認 of this visit would be taken now."""
    if visit.check is None or refusal(visit.check) or not visit.card_present:
        return False
    helped = visit.failure is not None and visit.failure.code in STAFF_MAY_HELP
    return visit.state is State.STAFF or (visit.state is State.FAILURE and helped)


def bindable(visit: Visit) -> CertificateCheck | None:
    """Return the certificate of this visit that staff may bind to a member now; None where there is none.

    The card must lie there, and be genuine: a clone (C-11) carries a genuine certificate too.
    """
    open_to_staff = {State.PIN, State.STAFF} | ({State.FAILURE} if may_be_mended(visit.failure) else set())
    if visit.check is None or refusal(visit.check) or not visit.card_present:
        return None
    return visit.check if visit.state in open_to_staff else None

"""That nobody can say now whether somebody is insured."""

from __future__ import annotations

from kiosk.failures import Failure
from kiosk.reception.visit.eligibility import AskedSource

__all__ = ["NotDeterminable"]


class NotDeterminable(Exception):
    """Eligibility cannot be determined; ``failure`` says why.

    ``last_known`` is what the 資格確認端末, which does not answer, said the last time.
    """

    def __init__(self, failure: Failure, last_known: AskedSource | None = None) -> None:
        super().__init__(failure.code.value)
        self.failure, self.last_known = failure, last_known

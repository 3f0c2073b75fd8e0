"""The signer of one kiosk's presence receipts."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.audit import JournalError
from kiosk.receipts import ReceiptIssuer
from kiosk.reception import EligibilityService, Findings
from kiosk.settings import Settings

__all__ = ["issuer_of", "watcher_of"]


def issuer_of(settings: Settings) -> ReceiptIssuer:
    """Return the signer; it has no key before its first look."""
    return ReceiptIssuer(settings.data_dir, settings.kiosk_id)


def watcher_of(issuer: ReceiptIssuer, service: EligibilityService) -> Callable[[], Findings]:
    """Return what keeps the signer's keys as its file has them (S-18), once the folder is this service's own."""

    def look_at_receipts() -> Findings:
        try:
            _ = service.journal
        except JournalError:
            return Findings()
        return Findings(troubles=issuer.look())

    return look_at_receipts

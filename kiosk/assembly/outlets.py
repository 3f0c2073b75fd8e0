"""All by which a result reaches other programs: finished visits, webhooks, ORCA, receipts, and the programs' tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from kiosk.assembly.hooks import opened_senders
from kiosk.assembly.hooks import watcher_of as watcher_of_hooks
from kiosk.assembly.orca import opened_connector
from kiosk.assembly.orca import watcher_of as watcher_of_orca
from kiosk.assembly.programs import watcher_of as watcher_of_programs
from kiosk.assembly.receipts import issuer_of
from kiosk.assembly.receipts import watcher_of as watcher_of_receipts
from kiosk.assembly.results import begin_if_open, keeper, opened_results
from kiosk.assembly.results import watcher_of as watcher_of_results
from kiosk.hooks import Sender
from kiosk.orca import Connector
from kiosk.receipts import ReceiptIssuer
from kiosk.reception import EligibilityService, Findings, Reception
from kiosk.results import FinishedVisits
from kiosk.settings import Settings

__all__ = ["Outlets", "opened_outlets"]


@dataclass(frozen=True, slots=True)
class Outlets:
    """The outlets of one kiosk.

    Attributes:
        settings: those of the kiosk.
        receipts: what signs presence receipts.
        results: the finished visits.
        senders: what hands them to each webhook.
        orca: what hands them to ORCA; None: there is none.

    """

    settings: Settings
    receipts: ReceiptIssuer
    results: FinishedVisits
    senders: Sequence[Sender]
    orca: Connector | None

    def begin(self, service: EligibilityService) -> None:
        """Begin to keep visits and to sign receipts, if the site key is there; else the watchers do once it is."""
        begin_if_open(self.results, service)
        watcher_of_receipts(self.receipts, service)()

    def attach(self, reception: Reception, service: EligibilityService) -> None:
        """Have every visit that ends kept and handed over, and what is wrong with that shown."""
        reception.on_end(keeper(self.results, self.settings.profile))
        for watcher in self._watchers(service):
            reception.watch(watcher)

    def queues(self) -> list[str]:
        """Return a line for each webhook: how many visits wait, and since when."""
        return [sender.line() for sender in self.senders]

    def _watchers(self, service: EligibilityService) -> Iterator[Callable[[], Findings]]:
        yield watcher_of_results(self.results, service)
        yield watcher_of_programs(self.settings)
        if self.orca is not None:
            yield watcher_of_orca(self.orca)
        yield watcher_of_hooks(self.senders)
        yield watcher_of_receipts(self.receipts, service)


@contextmanager
def opened_outlets(settings: Settings) -> Iterator[Outlets]:
    """Give the outlets for a block. What waits at its end is kept."""
    with (
        opened_results(settings) as results,
        opened_connector(settings, results) as orca,
        opened_senders(settings, results) as senders,
    ):
        yield Outlets(settings, issuer_of(settings), results, senders, orca)

"""The webhooks of the settings, and what hands them the finished visits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from kiosk.hooks import Hook, Hooked, Sender
from kiosk.reception import Findings
from kiosk.results import FinishedVisits
from kiosk.settings import Settings

__all__ = ["hooks_of", "opened_senders", "watcher_of"]

_LAST_DELIVERY: Final = 5.0
"""Seconds that an orderly end waits for the deliveries that are on. What waits is kept."""


def hooks_of(settings: Settings) -> list[Hook]:
    """Return the webhooks of the settings, in their order."""
    return [
        Hook(
            number,
            one.url,
            one.secret_file,
            timedelta(hours=one.keep_hours),
            one.timeout,
            one.ca_file,
            frozenset(one.hosts),
        )
        for number, one in enumerate(settings.webhook, start=1)
    ]


@contextmanager
def opened_senders(settings: Settings, results: FinishedVisits) -> Iterator[Sequence[Sender]]:
    """Give what hands finished visits to each webhook, for a block.

    The block must begin before the first finished visit is written.
    """
    senders = [Sender(hook, Hooked(hook, _now), results.cursor(hook.consumer), _now) for hook in hooks_of(settings)]
    for sender in senders:
        results.subscribe(sender.wake)
    try:
        yield senders
    finally:
        for sender in senders:
            sender.stop(0)
        for sender in senders:
            sender.stop(_LAST_DELIVERY)


def watcher_of(senders: Sequence[Sender]) -> Callable[[], Findings]:
    """Return what starts the webhooks, and says what is wrong with them (S-16, S-17). It waits for no disk.

    Every visit looks at the floors twice.
    """

    def look_at_hooks() -> Findings:
        for sender in senders:
            sender.start()
        return Findings(troubles=tuple(trouble for sender in senders for trouble in sender.troubles()))

    return look_at_hooks


def _now() -> datetime:
    return datetime.now(UTC)

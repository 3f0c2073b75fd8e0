"""A kiosk's finished visits, and a webhook that hands them over, with a clock and pauses of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from kiosk.hooks import Hook, Hooked, Sender
from kiosk.results import EndedVisit, FinishedVisits

SECRET = b"a secret of the test"
SITE_KEY = bytes(range(32))
NOW = datetime(2026, 11, 25, 1, 2, 3, tzinfo=UTC)


class Site:
    """Visits of one kiosk. ``pauses`` are the seconds that each sender would have waited; none of them is waited."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, NOW
        self.secret_file = folder / "secret"
        self.secret_file.write_bytes(SECRET + b"\n")
        self.secret_file.chmod(0o600)
        self.pauses: list[float] = []
        self.idle = Event()
        self.on_pause: Callable[[float], None] = lambda seconds: None
        self._open: list[tuple[FinishedVisits, list[Sender]]] = []

    def hook(self, url: str, **more: Any) -> Hook:
        return Hook(**{"number": 1, "url": url, "secret_file": self.secret_file, "keep": timedelta(hours=72)} | more)

    def with_hooks(self, *hooks: Hook) -> tuple[FinishedVisits, list[Sender]]:
        """Return another run of the service with these webhooks, not started yet."""
        day, month = timedelta(hours=24), timedelta(days=30)
        visits = FinishedVisits(self.folder, api_keep=day, keep=month, now=lambda: self.now)
        senders = [self._sender(visits, hook) for hook in hooks]
        visits.begin(SITE_KEY)
        self._open.append((visits, senders))
        return visits, senders

    def _sender(self, visits: FinishedVisits, hook: Hook) -> Sender:
        deliver, cursor = Hooked(hook, lambda: self.now), visits.cursor(hook.consumer)
        sender = Sender(hook, deliver, cursor, lambda: self.now, self._pause)
        visits.subscribe(sender.wake)
        return sender

    def sender(self, hook: Hook) -> tuple[FinishedVisits, Sender]:
        """Return another run of the service with this webhook, not started yet."""
        visits, (sender,) = self.with_hooks(hook)
        return visits, sender

    def running(self, hook: Hook) -> tuple[FinishedVisits, Sender]:
        visits, sender = self.sender(hook)
        sender.start()
        return visits, sender

    def ended(self, number: int) -> EndedVisit:
        name = f"v{number:04}"
        return EndedVisit(name, self.now, number, f'{{"visit":"{name}","name":"{number}"}}'.encode(), None)

    def add(self, visits: FinishedVisits, *numbers: int) -> None:
        """Finish visits, and return when they are on disk."""
        for number in numbers:
            visits.add(self.ended(number))
        visits.find(f"v{numbers[-1]:04}")

    def stop(self) -> None:
        for visits, senders in self._open:
            for sender in senders:
                sender.stop(10)
            visits.stop(10)
        self._open.clear()

    def _pause(self, event: Event, seconds: float) -> None:
        if seconds == 60.0:  # nothing waits: until the next visit
            self.idle.set()
            event.wait(20)
            return
        self.pauses.append(seconds)
        self.on_pause(seconds)
        event.wait(0.001)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.stop()

"""The 資格確認端末 of the settings, with what is left of it while it does not answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Final

from kiosk.audit import JournalError
from kiosk.eligibility.terminal import Answer, Exchange, Folders, Outage, Terminal, WaitingQuestion
from kiosk.reception import EligibilityService, Findings
from kiosk.settings import Settings

__all__ = ["opened_outage", "watcher_of"]

_LAST_QUESTION: Final = 5.0
"""Seconds that an orderly end waits for the question that is being asked. What waits stays on disk."""


@contextmanager
def opened_outage(settings: Settings, answered: Callable[[WaitingQuestion, Answer], None]) -> Iterator[Outage | None]:
    """Give the terminal for a block, if `eligibility.sources` names it. Its folders may come later.

    ``answered`` learns of each answer that came after its visit, from another thread.
    """
    chosen = settings.terminal
    if "terminal" not in settings.eligibility.sources or chosen.req is None or chosen.res is None:
        yield None
        return
    with closing(Exchange(Folders(chosen.req, chosen.res), chosen.timeout, takes_back=True)) as exchange:
        terminal = Terminal(exchange, chosen.institution, chosen.encoding)
        outage = Outage(terminal, settings.data_dir, settings.eligibility.keep_days, answered)
        try:
            yield outage
        finally:
            outage.stop(_LAST_QUESTION)


def watcher_of(outage: Outage, service: EligibilityService) -> Callable[[], Findings]:
    """Return what begins to keep answers once the site key is there, and says what is wrong with them (N-18, N-19)."""

    def look_at_outage() -> Findings:
        with suppress(JournalError):
            outage.begin(service.site_key)
        return Findings(troubles=outage.troubles())

    return look_at_outage

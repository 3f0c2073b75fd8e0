"""Who is asked about a person, from the settings."""

from __future__ import annotations

from datetime import datetime

from kiosk.eligibility.sources import Sources
from kiosk.eligibility.terminal import Answer, Enquiry, Outage, Whose
from kiosk.settings import Settings

__all__ = ["sources_of"]


def sources_of(settings: Settings, outage: Outage | None) -> Sources:
    """Return the sources of the settings; the 資格確認端末 is asked through what remembers it in an outage."""
    has_register, limit = "registry" in settings.eligibility.sources, settings.terminal.timeout
    if outage is None:
        return Sources(has_register, None, settings.insurer_number, limit)

    def last_known(enquiry: Enquiry) -> tuple[Answer, datetime] | None:
        return outage.last_known(Whose.of(enquiry))

    return Sources(has_register, outage, settings.insurer_number, limit, last_known)

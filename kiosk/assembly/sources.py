"""Who is asked about a person, from the settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from kiosk.eligibility.sources import Sources
from kiosk.eligibility.terminal import Answer, Enquiry, OfficialReader, Outage, Whose
from kiosk.settings import Settings

__all__ = ["opened_reader", "sources_of"]

_LAST_LOOK: Final = 1.0
"""Seconds that an orderly end waits for a look into the folder of face files."""


@contextmanager
def opened_reader(settings: Settings) -> Iterator[OfficialReader | None]:
    """Give the results of the 顔認証付きカードリーダー for a block, if the settings name folder and terminal."""
    chosen = settings.terminal
    if "terminal" not in settings.eligibility.sources or chosen.face is None:
        yield None
        return
    reader = OfficialReader(chosen.face, chosen.institution, trash=chosen.trash)
    try:
        yield reader
    finally:
        reader.stop(_LAST_LOOK)


def sources_of(settings: Settings, outage: Outage | None, reader: OfficialReader | None) -> Sources:
    """Return the sources of the settings; the 資格確認端末 is asked through what remembers it in an outage."""
    has_register, limit = "registry" in settings.eligibility.sources, settings.terminal.timeout
    if outage is None:
        return Sources(has_register, None, settings.insurer_number, limit)

    def last_known(enquiry: Enquiry) -> tuple[Answer, datetime] | None:
        return outage.last_known(Whose.of(enquiry))

    def keep(enquiry: Enquiry, answer: Answer) -> None:
        outage.keep(Whose.of(enquiry), answer, enquiry.on)

    insurer, folder = settings.insurer_number, settings.data_dir
    return Sources(has_register, outage, insurer, limit, last_known, keep, reader, patient_folder=folder)

"""The settings ``[printing]``: the queues of CUPS for the papers of a batch."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kiosk.settings_section import Seconds, Section

__all__ = ["PrintingSettings"]

_Queue = Annotated[str, Field(pattern=r"^([A-Za-z0-9_][A-Za-z0-9_.+-]{0,126})?$")]
_Media = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.,-]{0,99}$")]


class PrintingSettings(Section):
    """``[printing]``: without a queue its papers are printed by hand."""

    a4_queue: _Queue = Field(default="", description="queue of CUPS for notices and 台紙; empty: none")
    a4_media: _Media = Field(default="A4", description="paper of that queue, and its tray after a comma")
    card_queue: _Queue = Field(default="", description="queue of CUPS for 資格確認書, the card printer; empty: none")
    card_media: _Media = Field(
        default="CR80", description="the card of 85.6 x 54 mm, as that queue names it (`lpoptions -l`)"
    )
    patience: Seconds = Field(
        default=300.0,
        description="how long a printer may be without paper, stopped or gone, or its queue hold the job, without any"
        " progress; then the job is cancelled",
    )

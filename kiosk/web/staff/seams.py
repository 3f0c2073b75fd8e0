"""Define what the staff pages read of the settings (``kiosk.settings``)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from kiosk.printing import PrintingQueues

__all__ = ["ImportSection", "StaffSection", "StaffWebSettings"]


class StaffSection(Protocol):
    """``[staff]``."""

    @property
    def listen(self) -> str:
        """Address and port of the staff pages, ``127.0.0.1:8461``."""

    @property
    def hosts(self) -> Sequence[str]:
        """Names under which a reverse proxy with TLS serves them."""

    @property
    def idle_limit(self) -> float:
        """Seconds until an unused page locks itself."""


class ImportSection(Protocol):
    """``[import]``."""

    @property
    def most_changed(self) -> int:
        """Percent of the members that one file may change without being asked."""


class StaffWebSettings(Protocol):
    """The settings that the staff pages read."""

    @property
    def staff(self) -> StaffSection:
        """The section ``[staff]``."""

    @property
    def imports(self) -> ImportSection:
        """The section ``[import]``."""

    @property
    def printing(self) -> PrintingQueues:
        """The section ``[printing]``."""

    @property
    def kiosk_id(self) -> str:
        """The kiosk's name."""

    @property
    def profile(self) -> str:
        """``clinic`` or ``union_office``."""

    @property
    def simulation(self) -> bool:
        """Whether simulated cards are allowed."""

    @property
    def insurer_number(self) -> str:
        """保険者番号 of the members to look for."""

    @property
    def data_dir(self) -> Path:
        """The folder of the accounts and of files that officers hand in."""

"""The options of a driver: the section of the settings that is called like its plug-in."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict

__all__ = ["ReaderOptions"]


class ReaderOptions(BaseModel):
    """No options at all; a driver that has some derives a model from this one.

    Each field becomes a key of the settings (``acme.port``) and a variable of the environment (``KIOSK_ACME__PORT``);
    its type, bounds, default and description are what ``kiosk settings`` prints. The worker gets the values as JSON.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def choosing(self, reader: str) -> Self | None:
        """Return these options for only the readers that ``reader`` means, where the driver itself can tell.

        None means that the driver cannot: the caller then compares ``reader`` with the names of all readers.
        """
        return None

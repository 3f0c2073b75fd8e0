"""Why a document cannot be made. Nothing of a person stands in these texts, only which field and which document."""

from __future__ import annotations

from kiosk.eligibility import DataRefused

__all__ = ["DocumentRefused", "StationeryError", "EntryTooLong"]


class DocumentRefused(DataRefused):
    """The member's data do not make this document: a field is missing, does not fit, or cannot be written.

    Attributes:
        fields: the columns of the register at fault.

    """

    def __init__(self, fields: tuple[str, ...], message: str) -> None:
        super().__init__(f"{', '.join(fields)}: {message}")
        self.fields = fields


class EntryTooLong(DocumentRefused):
    """A text does not fit into its room, even in the smallest type."""


class StationeryError(Exception):
    """What every document needs is not there: a font, the insurer's particulars. For the administrator."""

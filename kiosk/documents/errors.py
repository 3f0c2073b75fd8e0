"""Reasons why a document cannot be made. The messages name fields and documents, but nothing of a person."""

from __future__ import annotations

from kiosk.eligibility import DataRefused

__all__ = ["DocumentRefused", "StationeryError", "EntryTooLong", "PapersLost"]


class DocumentRefused(DataRefused):
    """The member's data do not make this document: a field is missing, does not fit, or cannot be printed.

    Attributes:
        fields: the columns of the register at fault.

    """

    def __init__(self, fields: tuple[str, ...], message: str) -> None:
        super().__init__(f"{', '.join(fields)}: {message}")
        self.fields = fields
        self._message = message

    def __reduce__(self) -> tuple[type[DocumentRefused], tuple[tuple[str, ...], str]]:
        """Return what pickle makes the same error from: a document may be drawn in another process."""
        return type(self), (self.fields, self._message)


class EntryTooLong(DocumentRefused):
    """An entry does not fit into its space, even in the smallest type."""


class StationeryError(Exception):
    """Something that every document needs is missing (a font, the insurer's particulars). For the administrator."""


class PapersLost(OSError):
    """The orders are in batches by now, but the folder of their papers did not get its place: make them again.

    Attributes:
        batches: the numbers of the batches.

    """

    def __init__(self, error: OSError, batches: tuple[int, ...]) -> None:
        named = " and ".join(map(str, batches))
        said = f"{error.strerror or error}; the orders are in batch {named}: make its papers again"
        super().__init__(error.errno or 0, said, error.filename)
        self.batches = batches

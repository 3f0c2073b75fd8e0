"""Why finished visits cannot be given."""

__all__ = ["ResultsUnavailable", "UnknownVisit"]


class UnknownVisit(Exception):
    """There is no finished visit with this identifier, or it is kept no longer."""


class ResultsUnavailable(Exception):
    """The file of finished visits cannot be read or written now. The text says why, and quotes nothing of it."""

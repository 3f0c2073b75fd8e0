"""Errors of the data handed in; those of a change as a whole are in `changes_refused`, of the database in the store."""

from dataclasses import dataclass, field


class DataRefused(Exception):
    """The data given cannot be used. The message names the place, never a person's data."""


class HeaderRefused(DataRefused):
    """The first line is not the header row of a member file (docs/formats.md), so no line can be read."""


class EncodingRefused(HeaderRefused):
    """The encoding of a file cannot be told, or is not one that is read."""


class EndlessFile(DataRefused):
    """A file, or what comes through standard input, goes on beyond what a member file can have."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """One malformed line of a file.

    Attributes:
        line: its number in the file; the header is line 1.
        column: the column at fault; None if it is the line as a whole.
        message: what is wrong; it repeats nothing of the line.
        text: the line as the file has it, bounded, for the person who corrects it; empty if it has a マイナンバー.

    """

    line: int
    column: str | None
    message: str
    text: str = field(default="", repr=False)

    def __str__(self) -> str:
        place = f"line {self.line}" if self.column is None else f"line {self.line}, {self.column}"
        return f"{place}: {self.message}"


class ImportRefused(DataRefused):
    """Some lines of a file are malformed, so nothing was imported.

    Attributes:
        refused: how many lines are malformed.
        first: the first of them in the order of the file (`importer.REPORTED` at most).

    """

    def __init__(self, refused: int, first: tuple[BadLine, ...]) -> None:
        super().__init__(f"{refused} bad line(s), nothing was imported")
        self.refused = refused
        self.first = first


class UnknownMember(DataRefused):
    """The register has no such member."""


class MemberChanged(DataRefused):
    """The register has another version of the member than the one that was seen."""


class KeyTaken(DataRefused):
    """The key is that of another member."""


class BindingRefused(DataRefused):
    """The certificate cannot be bound to this member, or the member has no certificate to unbind."""

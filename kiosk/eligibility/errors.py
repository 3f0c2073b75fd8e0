"""Errors of the data handed in; those of the database are in `kiosk.store.errors`."""

from dataclasses import dataclass, field


class DataRefused(Exception):
    """The data handed in cannot be taken. The message names the place, never a person's data."""


class HeaderRefused(DataRefused):
    """The first line is not the header row of a member file (docs/formats.md), so no line can be read."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """One line of a file that cannot be taken, and why.

    Attributes:
        line: its number in the file, the header being line 1.
        column: the column at fault; None when it is the line as a whole.
        message: what is wrong, without anything that stood there.
        text: the line as it stood, bounded, for the person who has to mend it; empty when it held a マイナンバー.

    """

    line: int
    column: str | None
    message: str
    text: str = field(default="", repr=False)

    def __str__(self) -> str:
        place = f"line {self.line}" if self.column is None else f"line {self.line}, {self.column}"
        return f"{place}: {self.message}"


class ImportRefused(DataRefused):
    """All or nothing: some lines were bad, so nothing was written.

    Attributes:
        refused: how many lines were bad.
        first: the first of them, in file order (`importer.REPORTED` at most).

    """

    def __init__(self, refused: int, first: tuple[BadLine, ...]) -> None:
        super().__init__(f"{refused} bad line(s), nothing was imported")
        self.refused = refused
        self.first = first


class UnknownMember(DataRefused):
    """No such member in the register."""


class BindingRefused(DataRefused):
    """The certificate cannot be tied to this member, or there is none to untie."""

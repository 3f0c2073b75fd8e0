"""What can go wrong between the kiosk and the 資格確認端末. No text repeats what a file or a person said."""

from __future__ import annotations

from kiosk.failures import Code

__all__ = [
    "AnswerUnreadable",
    "FolderUnusable",
    "NoAnswer",
    "OtherAnswer",
    "RequestRefused",
    "SeveralAnswers",
    "StillProcessing",
    "TerminalError",
]


class RequestRefused(ValueError):
    """An enquiry has a value that no request can carry. ``field`` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class TerminalError(Exception):
    """An enquiry to the terminal has no answer that may be used."""

    code = Code.ANSWER_UNREADABLE


class NoAnswer(TerminalError):
    """No answer came in time."""

    code = Code.TERMINAL_SILENT


class StillProcessing(NoAnswer):
    """処理結果区分 is 処理中: the answer says that it is not there yet."""


class FolderUnusable(TerminalError):
    """A folder of the exchange is gone, may not be read or written, or does not respond."""

    code = Code.TERMINAL_FOLDER


class AnswerUnreadable(TerminalError):
    """A file is no answer that can be read."""


class SeveralAnswers(TerminalError):
    """More than one file could be the answer to one enquiry."""

    code = Code.SEVERAL_ANSWERS


class OtherAnswer(TerminalError):
    """A file with the name of the answer answers another enquiry, so it may be about another person."""

    code = Code.ANSWER_OF_ANOTHER

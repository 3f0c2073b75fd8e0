"""Refuse on the office's pages: one sentence on a page of its own, or the log-in."""

from __future__ import annotations

from http import HTTPStatus

from kiosk.reception import DeskRefused
from kiosk.web.staff.refusals import EntryProblem, NotDone

__all__ = ["LogInFirst", "PageRefused", "refused"]

CONFUSED = "入力が長すぎるか、使えない文字が入っています。内容を確かめてください。"
"""For a form that no page of ours sends."""

NO_PAGE = "このページはありません。上のメニューから選んでください。"
"""For an address that there is not."""

GONE = "この一覧やページは、時間がたったため閉じました。もう一度、探すところから始めてください。"
"""For a handle that the session does not have any more."""


class PageRefused(Exception):
    """Ends a request with a page that says one sentence; it repeats nothing of what was typed.

    ``is_unsure``: nobody knows whether it was done.
    """

    def __init__(
        self, sentence: str, status: int = HTTPStatus.UNPROCESSABLE_ENTITY, *, is_unsure: bool = False
    ) -> None:
        super().__init__(sentence)
        self.sentence, self.status, self.is_unsure = sentence, int(status), is_unsure


class LogInFirst(Exception):
    """Ends a request with the log-in; ``locked``: the session is there, and locked."""

    def __init__(self, *, locked: bool) -> None:
        super().__init__("log in first")
        self.locked = locked


def refused(problem: NotDone | DeskRefused) -> Exception:
    """Return what ends the request for a refusal of the staff pages."""
    found = problem if isinstance(problem, NotDone) else NotDone(problem.problem)
    if found.problem in {EntryProblem.LOGGED_OUT, EntryProblem.LOCKED}:
        return LogInFirst(locked=found.problem is EntryProblem.LOCKED)
    return PageRefused(found.sentence, found.status_code)

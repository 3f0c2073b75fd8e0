"""Preview and take files for officers: one at a time, in a thread, journaled before it is done and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import structlog

from kiosk.audit import JournalError
from kiosk.eligibility import KeptReport, PastFile
from kiosk.reception.desk import DeskProblem, DeskRefused, LookingUp
from kiosk.reception.desk.within import within
from kiosk.reception.intake.drafts import Draft, DraftStage
from kiosk.reception.intake.files import FileWork, Upload
from kiosk.reception.intake.folder import DraftFolder
from kiosk.reception.intake.problems import IntakeProblem, IntakeRefused, refusal_of
from kiosk.reception.intake.proposals import Consent, IntakeWork, Moved, Progress, Proposal
from kiosk.reception.intake.undoing import UndoWork
from kiosk.reception.job_book import JobBook, Settle, cleaned
from kiosk.staff import StaffSession

__all__ = ["DRAFT_SECONDS", "Intake"]

DRAFT_SECONDS: Final = 3600.0
"""Seconds after which a draft is removed that nobody has taken, and one that has ended is forgotten."""

_MOST_DRAFTS: Final = 8
"""The most drafts of one account; what is being received counts for each."""

_MOST_OF_ALL: Final = 24
_LIMIT: Final = 10.0
_T = TypeVar("_T")

_log = structlog.get_logger(__name__)


class Intake:
    """The files of one register, for officers at one kiosk.

    Args:
        looking_up: the register and the journal.
        folder: where drafts lie.
        most_changed: the setting, in percent.
        closing: says whether the service ends: what is still being read is then not taken.

    """

    def __init__(self, looking_up: LookingUp, folder: Path, most_changed: int, closing: Callable[[], bool]) -> None:
        self._closing = closing
        self._looking_up, self._registry = looking_up, looking_up.service.registry
        self.folder, self._most_changed = DraftFolder(folder), most_changed
        looking_up.service.books.when_open(self.folder.remove_left)
        self._drafts: JobBook[Draft] = JobBook(looking_up.service.now, lambda: DRAFT_SECONDS)
        self._receiving = 0
        self._worker, self._askers = ThreadPoolExecutor(1, "office-files"), ThreadPoolExecutor(2, "office-file-lists")

    @property
    def today(self) -> date:
        """The day in Asia/Tokyo."""
        return self._looking_up.service.today

    async def past_files(self) -> Sequence[PastFile]:
        """Return the files that were taken, the newest first. Raises DeskRefused."""
        return await self._asked(self._registry.files)

    async def report(self, batch: int, by: str) -> KeptReport | None:
        """Return what is kept of a file, once the journal has that it is looked at; None: there is no such file.

        Raises:
            DeskRefused: The register or the journal cannot serve.

        """
        await self._asked(lambda: self._looking_up.write("report_seen", by, detail=str(batch)))
        return await self._asked(lambda: self._registry.kept_report(batch))

    def require_room(self, owner: StaffSession) -> None:
        """Raise IntakeRefused if something is taken now, there are very many drafts, or the folder is not ours yet."""
        if not self._looking_up.service.books.are_open:
            raise IntakeRefused(IntakeProblem.JOURNAL_DOWN)
        self._require_idle()
        proposed = [draft.account.name for draft in self._drafts.all if draft.stage is DraftStage.PROPOSED]
        if proposed.count(owner.account.name) + self._receiving >= _MOST_DRAFTS:
            raise IntakeRefused(IntakeProblem.TOO_MANY_DRAFTS)
        if len(proposed) + self._receiving >= _MOST_OF_ALL:
            raise IntakeRefused(IntakeProblem.OTHERS_DRAFTS)

    def _require_idle(self) -> None:
        for draft in self._drafts.working:
            raise IntakeRefused(IntakeProblem.BUSY, at_work=draft.at_work)

    @contextmanager
    def receiving(self, owner: StaffSession) -> Iterator[None]:
        """Have room for the file that comes in the block, which takes as much of the disk as a draft.

        Raises:
            IntakeRefused: As `require_room` does.

        """
        self.require_room(owner)
        self._receiving += 1
        try:
            yield
        finally:
            self._receiving -= 1

    def preview_file(self, owner: StaffSession, upload: Upload) -> Draft:
        """Begin to preview a file. Raises IntakeRefused; the file is then removed."""
        now = self._looking_up.service.now
        return self._begin(owner, FileWork(self._registry, upload, self._most_changed, owner.account.name, now))

    def preview_undoing(self, owner: StaffSession, batch: int) -> Draft:
        """Begin to preview the taking back of a file; a second click leads to the first one's draft.

        Raises:
            IntakeRefused: As `require_room` does.

        """
        wish = f"undo.{batch}"
        for draft in self._drafts.of(owner):
            if draft.wish == wish and draft.is_working:
                return draft
        now = self._looking_up.service.now
        return self._begin(owner, UndoWork(self._registry, batch, owner.account.name, now), wish)

    def draft_of(self, handle: str, owner: StaffSession) -> Draft | None:
        """Return a draft of the session's account; None if it is gone or another's."""
        return self._drafts.find(handle, owner)

    def drafts_of(self, owner: StaffSession) -> list[Draft]:
        """Return the drafts of the session's account, and what others work on now; the oldest first."""
        return self._drafts.shown(owner)

    def take(self, draft: Draft, agreed: frozenset[Consent]) -> None:
        """Begin to do what was proposed; for a draft that is past that, this does nothing.

        Raises:
            IntakeRefused: Something else is being taken, or not all was agreed to; the proposal stays.

        """
        if draft.stage is not DraftStage.PROPOSED or draft.proposal is None:
            return
        if draft.proposal.needs - agreed:
            raise IntakeRefused(IntakeProblem.NOT_AGREED)
        self._require_idle()
        proposal, draft.stage, draft.progress = draft.proposal, DraftStage.TAKING, Progress(self._closing)
        self._drafts.begin(draft, self._worker, lambda: self._take(draft, proposal))

    def drop(self, draft: Draft) -> None:
        """Remove a draft, unless it is being taken; a preview that still goes on is stopped."""
        if draft.stage is DraftStage.CHECKING:
            draft.stop()
        elif not draft.is_working:
            self._drafts.remove(draft)

    def _begin(self, owner: StaffSession, work: IntakeWork, wish: str = "") -> Draft:
        try:
            self.require_room(owner)
        except IntakeRefused:
            cleaned(work.forget)
            raise
        now, progress = self._looking_up.service.now(), Progress(self._closing)
        draft = Draft(work, progress, account=owner.account, sessions=[owner], began_at=now, wish=wish)
        if owner.locked:  # it has locked itself while the file came, and its page will be the log-in
            cleaned(work.forget)
            return draft
        self._drafts.begin(draft, self._worker, lambda: self._preview(draft))
        return draft

    def _preview(self, draft: Draft) -> Settle:
        self._require_clock()
        self._journaled("preview", draft, draft.work.subject)
        return partial(draft.propose, draft.work.preview(draft.progress), moved=False)

    def _take(self, draft: Draft, seen: Proposal) -> Settle:
        self._require_clock()
        self._journaled("begun", draft, draft.work.subject)
        try:
            done = draft.work.take(seen, draft.progress)
        except Moved as moved:
            self._journal_end("refused", draft, "moved")
            return partial(draft.propose, moved.proposal, moved=True)
        except Exception as error:
            refusal = refusal_of(error)
            self._journal_end("refused", draft, refusal.problem)
            raise refusal from error
        self._journal_end("done", draft, str(done.report.batch))
        return partial(draft.end, done)

    def _require_clock(self) -> None:
        """Raise IntakeRefused if the clock is wrong: the data would hold from another day."""
        try:
            self._looking_up.require_clock()
        except DeskRefused:
            raise IntakeRefused(IntakeProblem.CLOCK) from None

    def _journal_end(self, step: str, draft: Draft, how: str) -> None:
        """Write how it has ended; if that fails it has ended so all the same, and the register has what was done."""
        try:
            self._journaled(step, draft, f"{draft.work.subject}.{how}")
        except JournalError:
            _log.error("the journal has no end of a file", problem=how)

    def _journaled(self, step: str, draft: Draft, detail: str) -> None:
        what = "undo" if draft.work.kind == "undo" else "import"
        self._looking_up.write(f"{what}_{step}", draft.account.name, detail=detail)

    async def _asked(self, work: Callable[[], _T]) -> _T:
        return await within(_LIMIT, self._askers, work, DeskProblem.REGISTER_DOWN)

"""What a register does with files: taking them in, taking them back, and what it keeps of them."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from sqlalchemy import Engine

from kiosk.eligibility.csv_row import CsvRow
from kiosk.eligibility.errors import BadLine
from kiosk.eligibility.file_parts import FilePart, parts_of
from kiosk.eligibility.import_report import ImportReport
from kiosk.eligibility.importer import EVERY_CHANGE, Import, ImportRules, Shown, Source, Waiting, quietly
from kiosk.eligibility.kept_reports import KeptReport, kept_report
from kiosk.eligibility.past_files import PastFile, past_files
from kiosk.eligibility.twins import twins_of
from kiosk.eligibility.undo import UndoNotAsPreviewed, UndoReport, undo
from kiosk.store.limits import StatementLimit
from kiosk.store.transaction import reading, writing


class Imports:
    """The files of a register; a part of `Registry`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def import_members(
        self,
        lines: Iterable[CsvRow | BadLine],
        source: Source,
        *,
        bad_lines: AbstractContextManager[Callable[[BadLine], object]] | None = None,
        rules: ImportRules = EVERY_CHANGE,
        preview: bool = False,
    ) -> ImportReport:
        """Do what `import_parts` does with lines that `read_rows` yields."""
        return self.import_parts(parts_of(lines), source, bad_lines=bad_lines, rules=rules, preview=preview)

    def import_parts(
        self,
        parts: Iterable[FilePart],
        source: Source,
        *,
        bad_lines: AbstractContextManager[Callable[[BadLine], object]] | None = None,
        rules: ImportRules = EVERY_CHANGE,
        preview: bool = False,
        shown: Shown = iter,
        waiting: Waiting = quietly,
    ) -> ImportReport:
        """Insert or update members in one transaction.

        Args:
            parts: what `read_parts` yields.
            source: the origin of the lines.
            rules: what the file may do.
            preview: do all of it, and take it back at once.
            bad_lines: opens what is called with every bad line; bad lines are then left out. It is closed before the
                members are committed, so nothing is imported if the bad lines cannot be written. None: one bad line
                refuses all.
            shown: shows the steps of the merge, which follows on the reading of the lines.
            waiting: shows that the lines are compared with the register, which comes between these two.

        Raises:
            ImportRefused: a line is bad and `bad_lines` is None; nothing was written.
            ChangeRefused: the file does more than `rules` allow; nothing was written.
            RegistryError: the database cannot serve; nothing was written.

        """
        try:
            with writing(self._engine, StatementLimit.LONG) as connection:
                with bad_lines or nullcontext() as on_bad:
                    report = Import(connection, source, on_bad, rules, shown, waiting).run(parts)
                if preview:
                    raise _Previewed
        except _Previewed:
            report.batch = 0
        return report

    def undo(
        self,
        batch: int,
        by: str,
        now: datetime,
        *,
        leave_changed: bool = False,
        preview: bool = False,
        previewed: UndoReport | None = None,
    ) -> UndoReport:
        """Take an imported file back in one transaction.

        Args:
            batch: the number of the file.
            by: the person who takes it back, for the history.
            now: the instant (UTC).
            leave_changed: leave members as they are who have changed since, instead of refusing all.
            preview: do all of it, and take it back at once; the report has the number 0.
            previewed: what the preview has said, and must be done; None: there was none.

        Raises:
            UndoRefused: the file cannot be taken back, or members have changed since; nothing was written.
            UndoNotAsPreviewed: the register has changed since the preview; nothing was written.
            DataRefused: `by` is malformed.
            RegistryError: the database cannot serve; nothing was written.

        """
        try:
            with writing(self._engine, StatementLimit.LONG) as connection:
                report = undo(connection, batch, by, now, leave_changed=leave_changed)
                if previewed and not report.says_the_same(previewed):
                    raise UndoNotAsPreviewed(report)
                if preview:
                    raise _Previewed
        except _Previewed:
            report.batch = 0
        return report

    def files(self) -> Sequence[PastFile]:
        """Return the files of the register, the newest first, and what was taken back; MOST_FILES of them at most."""
        with reading(self._engine) as connection:
            return past_files(connection)

    def kept_report(self, batch: int) -> KeptReport | None:
        """Return what was kept of an import or its undoing; None if there is no file of this number."""
        with reading(self._engine) as connection:
            return kept_report(connection, batch)

    def duplicates(self) -> list[list[str]]:
        """Return the keys of members that differ only in their spelling, as given, in groups; most often none."""
        with reading(self._engine, StatementLimit.LONG) as connection:
            return sorted(twins_of(connection).values())


class _Previewed(Exception):
    """The end of a preview: it rolls the transaction back."""

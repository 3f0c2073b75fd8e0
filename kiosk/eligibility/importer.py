"""Importing a file about members: its lines into a table of the transaction's own, then a merge of all at once.

A line that changes nothing writes no version; that the file has named the member is said elsewhere
(`kiosk.store.freshness`), because a file that says the same again makes the insurer's data newer (docs/decision.md,
`feed_valid_days`).
"""

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select, update

from kiosk.eligibility.changes_refused import LargeChange, NotAsPreviewed
from kiosk.eligibility.encodings import Decoder, FileEncoding
from kiosk.eligibility.errors import BadLine, ImportRefused
from kiosk.eligibility.file_parts import FilePart
from kiosk.eligibility.import_report import ImportReport
from kiosk.eligibility.kept_reports import without_keys
from kiosk.eligibility.merge_report import refuse_impossible, report_changes, report_missing
from kiosk.eligibility.older_files import refuse_older_file
from kiosk.eligibility.staged_lines import StagedLines, bad_lines, count_bad
from kiosk.eligibility.twins import Twins, settled
from kiosk.store.merge import Merge, NewFile, Step, new_lines
from kiosk.store.schema import MEMBERS, import_batch, member
from kiosk.store.staging import prepare_merge, refuse_lines, repeated_lines, staging

REPORTED = 20
"""How many bad lines an ImportRefused names. All of them are counted."""

_REPEATED = "is about a member that an earlier line of this file is about"
_UNKNOWN = "is about a member whom the register does not have"

Shown = Callable[[list[Step]], Iterable[Step]]
"""Shows the steps of a merge to a person while they are done."""


Waiting = Callable[[str], AbstractContextManager[None]]
"""Shows, for the time of a block, that what it names is being done."""


def quietly(_: str) -> AbstractContextManager[None]:
    """Show nothing."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Source:
    """The origin of a member file.

    Attributes:
        recorded_at: the instant of the import (UTC).
        valid_from: the day (Asia/Tokyo) from which its data hold.
        file_name_sha256: hex digest of the file's name; the name itself could reveal something.
        content_sha256: returns the hex digest of the file's bytes; called after the file has been read to its end.
        encoding: returns the file's encoding; called after the file has been read to its end.
        by: who takes the file in, for the history; empty where that is not known.

    """

    recorded_at: datetime
    valid_from: date
    file_name_sha256: str
    content_sha256: Callable[[], str]
    encoding: Callable[[], FileEncoding] = Decoder(FileEncoding.UTF_8).in_words
    by: str = ""


@dataclass(frozen=True, slots=True)
class ImportRules:
    """What a file may do.

    Attributes:
        kind: MEMBERS, or a kind of feed, which changes members and brings none.
        confirms: whether the file makes the insurer's data about a member newer.
        complete: whether the file names everybody who is insured.
        most_changed: how many percent of the members it may change; None: all of them.
        older: whether it may hold from an earlier day than a file of its kind that was taken already.
        previewed: what its preview has said, and it must do; None: it had none.

    """

    kind: str = MEMBERS
    confirms: bool = True
    complete: bool = False
    most_changed: int | None = None
    older: bool = True
    previewed: ImportReport | None = None


EVERY_CHANGE = ImportRules()
"""The rules of a member file that may change everybody."""


@dataclass(slots=True)
class Import:
    """The import of one file; call `run` once.

    Args:
        connection: a writing transaction.
        source: the origin of the lines.
        on_bad: called with every bad line, which is then left out. None: one bad line refuses the whole file.
        rules: what the file may do.
        shown: shows the steps of the merge.
        waiting: shows that the lines are compared with the register.

    """

    connection: Connection
    source: Source
    on_bad: Callable[[BadLine], object] | None = None
    rules: ImportRules = EVERY_CHANGE
    shown: Shown = iter
    waiting: Waiting = quietly
    report: ImportReport = field(default_factory=ImportReport)

    def run(self, parts: Iterable[FilePart]) -> ImportReport:
        """Write what is new or changed.

        Raises:
            ImportRefused: a line is bad and `on_bad` is None. The caller must roll back the transaction.
            ChangeRefused: the file changes more than it may, is an older one, or is not as previewed. The caller must
                roll back.

        """
        twins = settled(self.connection)
        self.report.members_before = self.connection.execute(select(func.count(member.c.id))).scalar_one()
        batch = self._open_batch()
        with staging(self.connection):
            file = self._staged(batch, parts, twins)
            merge = Merge(self.connection, file)
            with self.waiting("match"):
                self._match(merge, file, twins)
                self._take_bad_lines()
                self._report(file)
            self._write(merge)
        self._close_batch(batch)
        return self.report

    def _staged(self, batch: int, parts: Iterable[FilePart], twins: Twins) -> NewFile:
        staged = StagedLines(self.connection, twins)
        staged.add(parts)
        self.report.encoding = str(self.source.encoding())
        self.report.doubtful, self.report.characters = staged.doubtful.count, staged.doubtful.first
        prepare_merge(self.connection)
        at, day = self.source.recorded_at, self.source.valid_from
        return NewFile(batch, at, day, staged.left_out, self.rules.confirms)

    def _match(self, merge: Merge, file: NewFile, twins: Twins) -> None:
        """Find the members of the lines, and refuse the lines that cannot be taken."""
        of_members = self.rules.kind == MEMBERS
        refuse_lines(self.connection, repeated_lines(), _REPEATED)
        merge.match(twins=bool(twins), corrected=of_members)
        if not of_members:  # the lines of a member file are whole, and were looked at when they were read
            refuse_lines(self.connection, new_lines(), _UNKNOWN)
            refuse_impossible(self.connection, file)

    def _take_bad_lines(self) -> None:
        self.report.refused = count_bad(self.connection)
        if self.report.refused and self.on_bad is None:
            raise ImportRefused(self.report.refused, tuple(bad_lines(self.connection, REPORTED)))
        if self.on_bad is not None:
            for line in bad_lines(self.connection):
                self.on_bad(line)

    def _report(self, file: NewFile) -> None:
        report_changes(self.connection, file, self.report)
        if self.rules.complete:
            report_missing(self.connection, self.source.valid_from, self.report)
        if self.rules.previewed and not self.report.says_the_same(self.rules.previewed):
            raise NotAsPreviewed(self.report)
        self._refuse_large_change()
        if not self.rules.older:
            refuse_older_file(self.connection, self.rules.kind, self.source.valid_from, self.report)

    def _refuse_large_change(self) -> None:
        most, report = self.rules.most_changed, self.report
        if most is not None and report.is_large(most):
            raise LargeChange(report.updated + (report.gone or 0), report.members_before, most, report)

    def _write(self, merge: Merge) -> None:
        steps = merge.steps(new=self.report.inserted > 0, changed=self.report.updated > 0)
        for statement, parameters in self.shown(steps):
            self.connection.execute(statement, parameters)
        merge.name()

    def _open_batch(self) -> int:
        values = {
            "recorded_at": self.source.recorded_at,
            "valid_from": self.source.valid_from,
            "file_name_sha256": self.source.file_name_sha256,
            "content_sha256": "",
            "kind": self.rules.kind,
            **self.report.counts(),
        }
        made = self.connection.execute(insert(import_batch).values(values).returning(import_batch.c.id))
        return int(made.scalar_one())

    def _close_batch(self, batch: int) -> None:
        self.report.batch = batch
        kept = self.report.to_json() | ({"by": self.source.by} if self.source.by else {})
        done = {
            "content_sha256": self.source.content_sha256(),
            "encoding": self.report.encoding,
            "report": json.dumps(without_keys(self.connection, kept), ensure_ascii=False),
            **self.report.counts(),
        }
        self.connection.execute(update(import_batch).where(import_batch.c.id == batch).values(done))

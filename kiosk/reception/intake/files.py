"""Take a file about members that lies in the folder of drafts, by the rules of `kiosk registry import` and `feed`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from kiosk.documents import what_is_writable
from kiosk.eligibility import (
    FEEDS,
    MEMBER_FILE,
    ChangeRefused,
    Decoder,
    FeedKind,
    FileColumns,
    FileEncoding,
    ImportReport,
    ImportRules,
    NotAsPreviewed,
    OlderFile,
    Registry,
    Source,
    read_parts,
)
from kiosk.reception.intake.proposals import Consent, Moved, Progress, Proposal, Report

__all__ = ["MEMBERS", "FileWork", "Upload"]

MEMBERS: Final = "members"
"""The kind of a member file."""

_ALONE: Final = 2_000_000
"""Bytes up to which a file is read in this process: starting another one takes longer."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was handed in.

    Attributes:
        path: where it lies, readable by the service alone.
        size: its bytes.
        name_sha256: hex digest of the name that it had; the name itself could reveal something.
        kind: MEMBERS or a FeedKind.
        valid_from: the day from which its data hold (Asia/Tokyo).
        encoding: of its text.
        complete: whether it names everybody who is insured.

    """

    path: Path = field(repr=False)
    size: int
    name_sha256: str
    kind: str
    valid_from: date
    encoding: FileEncoding
    complete: bool

    @property
    def columns(self) -> FileColumns:
        """The columns of its kind."""
        return MEMBER_FILE if self.kind == MEMBERS else FEEDS[FeedKind(self.kind)].columns

    @property
    def rules(self) -> ImportRules:
        """The rules of its kind."""
        if self.kind == MEMBERS:
            return ImportRules(complete=self.complete)
        return ImportRules(kind=self.kind, confirms=FEEDS[FeedKind(self.kind)].confirms)


@dataclass(frozen=True, slots=True)
class FileWork:
    """One file for the register.

    ``most_changed`` is the setting, in percent, ``by`` the account that hands it in, and ``now`` the clock (UTC).
    """

    registry: Registry
    upload: Upload
    most_changed: int
    by: str
    now: Callable[[], datetime]

    @property
    def kind(self) -> str:
        """The kind of the file."""
        return self.upload.kind

    @property
    def subject(self) -> str:
        """The kind of the file."""
        return self.upload.kind

    def preview(self, progress: Progress) -> Proposal:
        """Return what the file would do."""
        try:
            rules = replace(self.upload.rules, older=False)
            return self._proposal(self._imported(rules, progress, preview=True))
        except OlderFile as error:
            return self._proposal(error.report, Consent.OLDER)

    def take(self, seen: Proposal, progress: Progress) -> Proposal:
        """Take the file. Everything that ``seen`` needs was agreed to."""
        rules = replace(
            self.upload.rules,
            most_changed=None if Consent.LARGE_CHANGE in seen.needs else self.most_changed,
            older=Consent.OLDER in seen.needs,
            previewed=_of_import(seen.report),
        )
        try:
            return Proposal(self._imported(rules, progress, preview=False))
        except NotAsPreviewed as error:
            raise Moved(self._proposal(error.report, *seen.needs & {Consent.OLDER})) from None
        except OlderFile as error:
            raise Moved(self._proposal(error.report, Consent.OLDER)) from None
        except ChangeRefused as error:
            raise Moved(self._proposal(error.report, *seen.needs)) from None

    def forget(self) -> None:
        """Remove the draft."""
        self.upload.path.unlink(missing_ok=True)

    def _proposal(self, report: ImportReport, *needs: Consent) -> Proposal:
        large = {Consent.LARGE_CHANGE} if report.is_large(self.most_changed) else set()
        return Proposal(report, frozenset({*needs} - {Consent.LARGE_CHANGE} | large))

    def _imported(self, rules: ImportRules, progress: Progress, *, preview: bool) -> ImportReport:
        upload, digest, decoder = self.upload, hashlib.sha256(), Decoder(self.upload.encoding)
        progress.total = upload.size

        def on_bytes(piece: bytes) -> None:
            digest.update(piece)
            progress.read(piece)

        name, day = upload.name_sha256, upload.valid_from
        source = Source(self.now(), day, name, digest.hexdigest, decoder.in_words, self.by)
        beside = 0 if upload.size <= _ALONE else 1  # the reading shall not hold up the pages of this service
        with (
            open(upload.path, "rb") as stream,
            closing(
                read_parts(stream, on_bytes, decoder, upload.columns, what_is_writable(), processes=beside)
            ) as parts,
        ):
            return self.registry.import_parts(
                parts, source, rules=rules, preview=preview, shown=progress.writing, waiting=progress.matching
            )


def _of_import(report: Report) -> ImportReport | None:
    return report if isinstance(report, ImportReport) else None

"""Render the pages of the office as HTML, as functions that are testable without a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from kiosk.decision import CardStatus, Registration, explain
from kiosk.eligibility import KeptReport
from kiosk.failures import Failure
from kiosk.issuance import Pile, PostBatch
from kiosk.reception import (
    KEPT,
    Draft,
    DraftStage,
    Figures,
    JobKind,
    JobStage,
    LookReason,
    MemberFile,
    PostJob,
    PostProblem,
    Today,
)
from kiosk.roles import ROLE_NAMES, Part, may_use
from kiosk.staff import Account
from kiosk.wareki import wareki
from kiosk.web.officer import file_texts, file_wording, post_texts, texts, wording
from kiosk.web.officer.lists import KeptList, ListPage, ListView, page_of
from kiosk.web.officer.order_filter import OrdersFilter
from kiosk.web.officer.post_wording import ORDER_COLUMNS
from kiosk.web.officer.search_form import SearchForm
from kiosk.web.officer.statistics import pictures_of
from kiosk.web.officer.uploads import UploadForm
from kiosk.web.officer.what_if import WhatIfForm
from kiosk.web.officer.work import Look
from kiosk.web.rendering import environment
from kiosk.web.staff.texts import STATES
from kiosk.web.texts import DOCUMENTS

__all__ = ["OfficePages"]

NAVIGATION: Final = (
    ("today", "/officer", "本日"),
    ("search", "/officer/search", "さがす"),
    ("files", "/officer/files", "取り込み"),
    ("post", "/officer/post", "発送"),
    ("statistics", "/officer/statistics", "統計"),
)
"""The pages of the office: their name, address and label."""

_MOST_NAMED: Final = 50
"""The most members of a report on a page."""

_MOST_LINES: Final = 30
"""The most lines of the queue on a page, the oldest first."""


class OfficePages:
    """Renders the office of one kiosk."""

    def __init__(self, *, kiosk: str, simulation: bool) -> None:
        self._environment = environment(
            Path(__file__).parent / "templates",
            kiosk=kiosk,
            simulation=simulation,
            NAVIGATION=NAVIGATION,
            MOST_LINES=_MOST_LINES,
            ROLE_NAMES=ROLE_NAMES,
            T=texts,
            F=file_texts,
            files=file_wording,
            DraftStage=DraftStage,
            P=post_texts,
            JobKind=JobKind,
            JobStage=JobStage,
            PostProblem=PostProblem,
            Pile=Pile,
            MOST_NAMED=_MOST_NAMED,
            DOCUMENTS=DOCUMENTS,
            CardStatus=CardStatus,
            Registration=Registration,
            LookReason=LookReason,
            STATES={state.value: label for state, label in STATES.items()},
            wareki=wareki,
            wording=wording,
            explain=explain,
            may_use_desk=lambda account: may_use(account.role, Part.DESK),
        )

    def log_in(self, *, locked: bool = False, refused: str = "", accounts: bool = True) -> str:
        """Return the log-in; ``locked``: the session is only locked; ``refused``: why nobody was let in."""
        return self._render("log_in.html", account=None, locked=locked, refused=refused, accounts=accounts)

    def refused(self, sentence: str, account: Account | None) -> str:
        """Return a page that says why nothing was done."""
        return self._render("refused.html", account=account, here="", sentence=sentence)

    def today(self, account: Account, today: Today, troubles: tuple[Failure, ...]) -> str:
        """Return how register, queue and kiosks stand; ``troubles`` are those of this kiosk."""
        return self._render("today.html", account=account, here="today", today=today, troubles=troubles)

    def search(self, account: Account, typed: SearchForm, refused: str = "", field: str = "") -> str:
        """Return the form, with what was typed; ``refused`` says what is wrong with ``field``."""
        return self._render("search.html", account=account, here="search", typed=typed, refused=refused, field=field)

    def found(self, account: Account, handle: str, kept: KeptList, view: ListView) -> str:
        """Return one page of the list of a search. Raises PageRefused for a column that is not there."""
        listed = page_of(kept, view)
        return self._render(
            "found.html", account=account, here="search", handle=handle, kept=kept, view=view, listed=listed
        )

    def member(
        self, account: Account, handle: str, look: Look, file: MemberFile, typed: WhatIfForm, refused: str = ""
    ) -> str:
        """Return the page of a member; ``typed`` is what was supposed, ``refused`` what is wrong with it."""
        pairs = zip(file.versions, file.sources, (None, *file.versions[:-1]), strict=True)
        withheld = file.member.information_withheld
        history = [
            (version, source, wording.changes(before, version, withheld=withheld)) for version, source, before in pairs
        ]
        given: Mapping[str, object] = {"file": file, "look": look, "typed": typed, "refused": refused}
        return self._render(
            "member.html", account=account, here="search", handle=handle, history=history[::-1], **given
        )

    def files(
        self, account: Account, kept: KeptList, view: ListView, typed: UploadForm, refused: str = "", field: str = ""
    ) -> str:
        """Return the form for a file and the list of files; ``refused`` says what is wrong with ``field``."""
        listed = page_of(kept, view)
        given: Mapping[str, object] = {"typed": typed, "refused": refused, "field": field}
        return self._render("files.html", account=account, here="files", kept=kept, view=view, listed=listed, **given)

    def draft(self, account: Account, draft: Draft, refused: str = "") -> str:
        """Return how far a draft is: the progress, what it would do, what it did, or why not."""
        proposal = draft.proposal
        said = proposal.report.to_json() if proposal else None
        return self._render("draft.html", account=account, here="files", draft=draft, said=said, refused=refused)

    def report(self, account: Account, kept: KeptReport) -> str:
        """Return what is kept of a file."""
        return self._render("report.html", account=account, here="files", kept=kept, said=kept.report)

    def post_queue(self, account: Account, chosen: OrdersFilter, view: ListView, listed: ListPage) -> str:
        """Return the forms of the queue to post, and one page of its list."""
        given: Mapping[str, object] = {"chosen": chosen, "view": view, "listed": listed, "columns": ORDER_COLUMNS}
        return self._render("post_queue.html", account=account, here="post", **given)

    def post_job(self, account: Account, job: PostJob) -> str:
        """Return how far a job is: the progress, what it would do, what it did, or why not."""
        return self._render("post_job.html", account=account, here="post", job=job)

    def post_batches(self, account: Account, kept: KeptList, view: ListView) -> str:
        """Return the list of batches. Raises PageRefused for a column that is not there."""
        listed = page_of(kept, view)
        return self._render("post_batches.html", account=account, here="post", kept=kept, view=view, listed=listed)

    def post_batch(
        self, account: Account, batch: PostBatch, files: Sequence[str], withheld: Sequence[int], *, prints: bool
    ) -> str:
        """Return a batch with its files that are here; ``withheld`` are orders in it that must not be posted any more.

        ``prints``: there is a printer for each of the files.
        """
        given: Mapping[str, object] = {"batch": batch, "files": files, "withheld": withheld, "prints": prints}
        return self._render("post_batch.html", account=account, here="post", **given)

    def post_scan(self, account: Account, scanned: Sequence[str], refused: str = "") -> str:
        """Return the field for scanned numbers, with those that were marked last; ``refused``: why the last was not."""
        return self._render("post_scan.html", account=account, here="post", scanned=scanned, refused=refused)

    def statistics(self, account: Account, figures: Figures | None, *, failed: bool) -> str:
        """Return the pictures; without figures, that they are being counted, or that the count has failed."""
        pictures = pictures_of(figures) if figures else ()
        given: Mapping[str, object] = {"figures": figures, "pictures": pictures, "failed": failed, "KEPT": KEPT}
        return self._render("statistics.html", account=account, here="statistics", **given)

    def _render(self, template: str, **context: object) -> str:
        return self._environment.get_template(template).render(context)

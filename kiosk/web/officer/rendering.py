"""Render the pages of the office as HTML, as functions that are testable without a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk.audit import LookReason
from kiosk.decision import CardStatus, Registration, explain
from kiosk.eligibility import KeptReport
from kiosk.issuance import Pile, PostBatch
from kiosk.reception import (
    KEPT,
    Draft,
    DraftStage,
    Figures,
    JobKind,
    JobStage,
    MemberFile,
    PostJob,
    PostProblem,
    PostRefused,
    Prints,
    Today,
)
from kiosk.roles import ROLE_NAMES, Part, may_use
from kiosk.staff import Account
from kiosk.wareki import wareki
from kiosk.web.officer import file_texts, file_wording, post_texts, post_wording, texts, wording
from kiosk.web.officer.concerns import Concern
from kiosk.web.officer.lists import KeptList, ListPage, ListView, page_of
from kiosk.web.officer.member_forms import MemberForms
from kiosk.web.officer.order_filter import OrdersFilter
from kiosk.web.officer.post_forms import CancelForm, IssueForm, MakeForm
from kiosk.web.officer.post_wording import ORDER_COLUMNS
from kiosk.web.officer.search_form import SearchForm
from kiosk.web.officer.statistics import pictures_of
from kiosk.web.officer.uploads import UploadForm
from kiosk.web.officer.work import Found, Look, ScannedPile
from kiosk.web.rendering import environment
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

_MOST_ENDED: Final = 5
"""The most jobs at their end that a page of the post shows at once, the newest first."""

_AT_A_GLANCE: Final = 5
"""The most rows of a list on 「本日」, the most urgent first; the whole list has a page of its own."""


class OfficePages:
    """Renders the office of one kiosk."""

    def __init__(self, *, kiosk: str, simulation: bool) -> None:
        self._environment = environment(
            Path(__file__).parent / "templates",
            kiosk=kiosk,
            simulation=simulation,
            NAVIGATION=NAVIGATION,
            ROLE_NAMES=ROLE_NAMES,
            T=texts,
            F=file_texts,
            files=file_wording,
            DraftStage=DraftStage,
            P=post_texts,
            post=post_wording,
            JobKind=JobKind,
            JobStage=JobStage,
            PostProblem=PostProblem,
            Pile=Pile,
            MOST_NAMED=_MOST_NAMED,
            MOST_ENDED=_MOST_ENDED,
            DOCUMENTS=DOCUMENTS,
            CardStatus=CardStatus,
            Registration=Registration,
            LookReason=LookReason,
            wareki=wareki,
            wording=wording,
            explain=explain,
            may_use_desk=lambda account: may_use(account.role, Part.DESK),
        )

    def log_in(self, *, ended: str = "", refused: str = "", name: str = "", accounts: bool = True) -> str:
        """Return the log-in.

        ``ended``: why the session before did (a key of ENDED); ``refused``: why nobody was let in, with the ``name``
        that was typed.
        """
        return self._render("log_in.html", account=None, ended=ended, refused=refused, name=name, accounts=accounts)

    def refused(self, sentence: str, account: Account | None, *, is_unsure: bool = False) -> str:
        """Return a page that says why nothing was done, or (``is_unsure``) why nobody knows."""
        return self._render("refused.html", account=account, here="", sentence=sentence, is_unsure=is_unsure)

    def today(
        self, account: Account, today: Today, concerns: Sequence[Concern], waiting: KeptList, kiosks: KeptList
    ) -> str:
        """Return how register, queue and kiosks stand: what needs somebody, and the beginning of each list."""
        shown = {"waiting": _beginning(waiting), "kiosks": _beginning(kiosks)}
        given: Mapping[str, object] = {"concerns": concerns, "waiting": waiting, "kiosks": kiosks, "shown": shown}
        return self._render("today.html", account=account, here="today", today=today, view=ListView(), **given)

    def waiting(self, account: Account, kept: KeptList, view: ListView, counted_at: datetime) -> str:
        """Return one page of the open orders by day. Raises PageRefused for a column that is not there."""
        return self._list("waiting.html", account, kept, view, counted_at=counted_at)

    def kiosks(self, account: Account, kept: KeptList, view: ListView) -> str:
        """Return one page of the kiosks of the register. Raises PageRefused for a column that is not there."""
        return self._list("kiosks.html", account, kept, view)

    def search(self, account: Account, typed: SearchForm, refused: str = "", field: str = "") -> str:
        """Return the form, with what was typed; ``refused`` says what is wrong with ``field``."""
        return self._render("search.html", account=account, here="search", typed=typed, refused=refused, field=field)

    def found(self, account: Account, handle: str, found: Found, view: ListView, refused: str = "") -> str:
        """Return one page of the list of a search; ``refused``: why nobody of it was opened.

        Raises:
            PageRefused: there is no such column.

        """
        given: Mapping[str, object] = {"kept": found.listed, "view": view, "listed": page_of(found.listed, view)}
        said: Mapping[str, object] = {"reason": found.reason, "refused": refused}
        return self._render("found.html", account=account, here="search", handle=handle, **given, **said)

    def member(
        self,
        account: Account,
        handle: str,
        look: Look,
        file: MemberFile,
        forms: MemberForms,
    ) -> str:
        """Return the page of a member."""
        pairs = zip(file.versions, file.sources, (None, *file.versions[:-1]), strict=True)
        withheld = file.member.information_withheld
        history = [
            (version, source, wording.changes(before, version, withheld=withheld)) for version, source, before in pairs
        ]
        given: Mapping[str, object] = {"file": file, "look": look, "forms": forms}
        return self._render(
            "member.html", account=account, here="search", handle=handle, history=history[::-1], **given
        )

    def files(
        self,
        account: Account,
        kept: KeptList,
        view: ListView,
        drafts: Sequence[Draft],
        typed: UploadForm,
        refused: str = "",
        field: str = "",
    ) -> str:
        """Return the form for a file, the officer's ``drafts`` and others' that go on, and the list of files.

        ``refused`` says what is wrong with ``field``, or, without one, why no file is taken now.
        """
        listed = page_of(kept, view)
        given: Mapping[str, object] = {"drafts": drafts, "typed": typed, "refused": refused, "field": field}
        return self._render("files.html", account=account, here="files", kept=kept, view=view, listed=listed, **given)

    def draft(self, account: Account, draft: Draft, refused: str = "", *, renews: bool = True) -> str:
        """Return how far a draft is: the progress, what it would do, what it did, or why not.

        ``renews``: whether the page renews itself while something goes on.
        """
        proposal = draft.proposal
        given: Mapping[str, object] = {"draft": draft, "said": proposal.report.to_json() if proposal else None}
        return self._render("draft.html", account=account, here="files", refused=refused, renews=renews, **given)

    def report(self, account: Account, kept: KeptReport) -> str:
        """Return what is kept of a file."""
        return self._render("report.html", account=account, here="files", kept=kept, said=kept.report)

    def post_queue(
        self,
        account: Account,
        chosen: OrdersFilter,
        view: ListView,
        listed: ListPage,
        jobs: Sequence[PostJob],
        typed: MakeForm | None = None,
        refused: PostRefused | None = None,
    ) -> str:
        """Return the forms of the queue to post, the officer's ``jobs`` and others' that go on, and a page of its list.

        ``refused`` is why no papers are made of what was ``typed``, or, if nothing was, why there is no plan.
        """
        given: Mapping[str, object] = {"chosen": chosen, "view": view, "listed": listed, "columns": ORDER_COLUMNS}
        said: Mapping[str, object] = {"typed": typed or MakeForm(), "planning": typed is None, "refused": refused}
        return self._render("post_queue.html", account=account, here="post", jobs=jobs, **given, **said)

    def post_job(self, account: Account, job: PostJob, *, renews: bool) -> str:
        """Return how far a job is: the progress, what it would do, what it did, or why not.

        ``renews``: whether the page renews itself while something goes on.
        """
        return self._render("post_job.html", account=account, here="post", job=job, renews=renews)

    def post_batches(self, account: Account, kept: KeptList, view: ListView) -> str:
        """Return the list of batches. Raises PageRefused for a column that is not there."""
        listed = page_of(kept, view)
        return self._render("post_batches.html", account=account, here="post", kept=kept, view=view, listed=listed)

    def post_batch(
        self,
        account: Account,
        batch: PostBatch,
        files: Sequence[str],
        printable: Sequence[str],
        stopped: tuple[Sequence[int], Sequence[int]],
        prints: Prints,
        jobs: Sequence[PostJob],
        typed: IssueForm | CancelForm | None,
        refused: PostRefused | None,
        cancelled: int | None,
    ) -> str:
        """Return a batch with its files that are here; those ``printable`` have a printer.

        ``stopped`` are the orders in it that must not be posted any more, and those whose papers in the files must not
        go out. ``prints`` says how it was printed last, and ``jobs`` are what goes on with it or has ended. ``refused``
        is why something was not begun, ``typed`` what was typed in one of the forms, and ``cancelled`` an order that
        was cancelled just now.
        """
        withheld, spoilt = stopped
        given: Mapping[str, object] = {"batch": batch, "files": files, "printable": printable, "cancelled": cancelled}
        forms: Mapping[str, object] = {
            "typed": typed if isinstance(typed, IssueForm) else IssueForm(),
            "cancelling": typed if isinstance(typed, CancelForm) else CancelForm(),
        }
        said: Mapping[str, object] = {**forms, "jobs": jobs, "refused": refused, "withheld": withheld, "spoilt": spoilt}
        printed = {"last": prints.last(batch.number), "printing": prints.going_on(batch.number)}
        return self._render("post_batch.html", account=account, here="post", **given, **said, **printed)

    def post_scan(self, account: Account, pile: ScannedPile, refused: str = "") -> str:
        """Return the field for scanned numbers, with what was scanned before; ``refused``: why the last was not."""
        return self._render("post_scan.html", account=account, here="post", pile=pile, refused=refused)

    def statistics(self, account: Account, figures: Figures | None, *, failed: bool, renews: bool) -> str:
        """Return the pictures; without figures, that they are being counted, or that the count has failed.

        ``renews``: whether the page renews itself until there are figures.
        """
        pictures = pictures_of(figures) if figures else ()
        given: Mapping[str, object] = {"figures": figures, "pictures": pictures, "failed": failed, "KEPT": KEPT}
        return self._render("statistics.html", account=account, here="statistics", renews=renews, **given)

    def _list(self, template: str, account: Account, kept: KeptList, view: ListView, **given: object) -> str:
        listed = page_of(kept, view)
        return self._render(template, account=account, here="today", kept=kept, view=view, listed=listed, **given)

    def _render(self, template: str, **context: object) -> str:
        return self._environment.get_template(template).render(context)


def _beginning(kept: KeptList) -> ListPage:
    return ListPage(kept.rows[:_AT_A_GLANCE], 1, 1, len(kept.rows), len(kept.rows))

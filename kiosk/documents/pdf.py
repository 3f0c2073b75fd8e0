"""PDF by WeasyPrint, which is imported when the first document is made, since that takes half a second.

Every function raises DocumentRefused if a member's data do not make the document, and StationeryError if a font is
missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from itertools import compress
from typing import TYPE_CHECKING

from kiosk.decision import DEFAULT_POLICY, LifeEvent, Policy
from kiosk.documents import pages
from kiosk.documents.addresses import GivenAddress
from kiosk.documents.carrier import Carrier
from kiosk.documents.confirmation import ConfirmationOrder
from kiosk.documents.fonts import require_fonts
from kiosk.documents.notice import Notice
from kiosk.documents.stationery import Offset, Stationery
from kiosk.documents.words import Words
from kiosk.eligibility import Member
from kiosk.interrupts import interrupts_deferred
from kiosk.languages import Language

if TYPE_CHECKING:
    from pydyf import PDF
    from weasyprint import CSS, Document
    from weasyprint.urls import URLFetcher

__all__ = ["carrier_pdf", "confirmation_pdf", "declaration_pdf", "notice_pdf", "procedures_pdf", "series"]


_CLASSIC = "1.4"
"""A version for which WeasyPrint writes the table of objects as text (ISO 32000-1, 7.5.4)."""
_HEADER = b"%PDF-1.7"
"""The version that the fonts need, in which such a table may be as well."""


def notice_pdf(notices: Iterable[Notice], stationery: Stationery) -> bytes:
    """Return one PDF with an A4 page for each 資格情報通知書."""
    entries = [pages.notice_entries(notice, stationery) for notice in notices]
    return series("資格情報通知書", "notice", pages.notice_form(stationery), entries, stationery.notice_offset)


def confirmation_pdf(orders: Iterable[ConfirmationOrder], stationery: Stationery) -> bytes:
    """Return one PDF with a page of 85.6 x 54 mm for each 資格確認書."""
    entries = [pages.confirmation_entries(order, stationery) for order in orders]
    form, offset = pages.confirmation_form(stationery), stationery.confirmation_offset
    return series("資格確認書", "confirmation", form, entries, offset)


def carrier_pdf(carriers: Iterable[Carrier], stationery: Stationery) -> bytes:
    """Return one PDF with an A4 page for each 台紙."""
    entries = [pages.carrier_entries(carrier, stationery) for carrier in carriers]
    return series("資格確認書の台紙", "carrier", pages.carrier_form(stationery), entries, Offset())


def declaration_pdf(stationery: Stationery, member: Member | None = None, address: GivenAddress | None = None) -> bytes:
    """Return the 被保険者資格申立書 as PDF, blank or for a member; `address` is one that is given for this print."""
    return _written("被保険者資格申立書", pages.declaration_page(stationery, member, address))


def procedures_pdf(
    stationery: Stationery, words: Words, event: LifeEvent | None = None, policy: Policy = DEFAULT_POLICY
) -> bytes:
    """Return the 手続き sheet as PDF in the language of ``words``: all nine rows, or the one of an event."""
    body = pages.procedures_page(stationery, words, event, policy)
    return _written("資格確認書交付の概要", body, language=words.language)


def series(title: str, kind: str, form: str, sheets: Sequence[pages.DocumentPage], offset: Offset) -> bytes:
    """Return pages of one kind. The form is laid out once, as a first page that is then drawn beneath all others.

    The objects of the file are in the classic layout, which `Volume` joins.
    """
    from weasyprint import CSS

    below = f'<div class="paper {kind}">{form}</div>'
    above = (f'<div class="paper {kind}{"" if page.whole else " entries"}">{page.html}</div>' for page in sheets)
    moved = CSS(string=f".paper {{ left: {offset.x}mm; top: {offset.y}mm; }}")
    finish = partial(_first_page_beneath, [not page.whole for page in sheets])
    return _written(title, "".join([below, *above]), [moved], finish, classic=True)


def _first_page_beneath(on_form: Sequence[bool], _document: Document, pdf: PDF) -> None:
    """Remove the first page of the PDF and draw it beneath each other page that is `on_form`; resources are shared."""
    import pydyf

    # With their own line ends: the filter of CUPS joins the streams of a page without any, and would print "q1 0 0 1".
    keep, restore = pydyf.Stream([b"q\n"]), pydyf.Stream([b"\nQ\n"])
    pdf.add_object(keep)
    pdf.add_object(restore)
    form, *others = [pdf.objects[number] for number in pdf.pages["Kids"][::3]]
    for page in compress(others, on_form):
        page["Contents"] = pydyf.Array([keep.reference, form["Contents"], restore.reference, page["Contents"]])
    del pdf.pages["Kids"][:3]
    pdf.pages["Count"] = len(others)


def _written(
    title: str,
    body: str,
    styles: Sequence[CSS] = (),
    finisher: Callable[[Document, PDF], None] | None = None,
    language: Language = Language.JAPANESE,
    classic: bool = False,
) -> bytes:
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    require_fonts()
    options = {"pdf_version": _CLASSIC} if classic else {}
    html = f'<!DOCTYPE html><html lang="{language}"><head><title>{title}</title></head><body>{body}</body></html>'
    # WeasyPrint takes any exception, an interrupt too, for a picture or a style that fails, and goes on without it.
    with interrupts_deferred():
        pdf: bytes = HTML(string=html, url_fetcher=_fetcher()).write_pdf(
            finisher=finisher, stylesheets=[*_style_sheets(), *styles], font_config=FontConfiguration(), **options
        )
    return _HEADER + pdf[len(_HEADER) :]


@cache
def _style_sheets() -> tuple[CSS, ...]:
    from weasyprint import CSS

    names = ("documents.css", "forms.css", "pages.css")
    return tuple(CSS(string=(pages.TEMPLATES / name).read_text("utf-8")) for name in names)


@cache
def _fetcher() -> URLFetcher:
    """Return a fetcher that reads no file and no network, since the page itself contains the code's picture."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=["data"], fail_on_errors=True)

"""Documents as HTML with every value escaped: for WeasyPrint, and as pictures for a screen.

Every function that takes a document or a member raises DocumentRefused if the data do not make the document, and
StationeryError if a font is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kiosk.decision import DEFAULT_POLICY, LifeEvent, Policy
from kiosk.documents.addresses import GivenAddress
from kiosk.documents.carrier import Carrier, CarrierSheet
from kiosk.documents.confirmation import ConfirmationCard, ConfirmationOrder
from kiosk.documents.declaration import DeclarationForm
from kiosk.documents.fitting import Fitted, Space, fit
from kiosk.documents.fonts import Face
from kiosk.documents.notice import Notice, NoticeSheet
from kiosk.documents.procedures import FOOTNOTE, procedures
from kiosk.documents.qr import order_code, portal_code
from kiosk.documents.stationery import Stationery
from kiosk.documents.words import Words
from kiosk.eligibility import Member

__all__ = [
    "PICTURE_CSS",
    "TEMPLATES",
    "DocumentPage",
    "Paper",
    "carrier_entries",
    "carrier_form",
    "check_document",
    "confirmation_entries",
    "confirmation_form",
    "confirmation_picture",
    "declaration_page",
    "notice_entries",
    "notice_form",
    "notice_picture",
    "procedures_page",
]

TEMPLATES = Path(__file__).parent / "templates"
PICTURE_CSS = TEMPLATES / "documents.css"
"""The style sheet that the pictures need; its classes are all inside `.paper`."""

_INSURER = Space(49, (7.2, 6.2, 5.5), (5.5,), lines=2, face=Face.BOLD)


Paper: TypeAlias = Notice | ConfirmationOrder | Carrier
"""What is printed many at a time."""


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """The page of one member.

    Attributes:
        html: its content.
        whole: whether it has its own form; otherwise it is printed on the form that all pages share.

    """

    html: str
    whole: bool = False


def check_document(document: Paper, stationery: Stationery) -> None:
    """Check that the document can be made."""
    if isinstance(document, Notice):
        NoticeSheet.of(document, stationery)
    elif isinstance(document, Carrier):
        CarrierSheet.of(document, stationery)
    else:
        ConfirmationCard.of(document, stationery)


def notice_form(stationery: Stationery) -> str:
    """Return the part that is the same on every notice."""
    return _rendered("notice_form.html", stationery, code=portal_code(stationery.portal))


def notice_entries(notice: Notice, stationery: Stationery) -> DocumentPage:
    """Return the member's part of a notice."""
    sheet = NoticeSheet.of(notice, stationery)
    return DocumentPage(_rendered("notice_entries.html", stationery, sheet=sheet, mark=_mark(sheet.order)))


def carrier_form(stationery: Stationery) -> str:
    """Return the part that is the same on every 台紙."""
    return _rendered("carrier_form.html", stationery)


def carrier_entries(carrier: Carrier, stationery: Stationery) -> DocumentPage:
    """Return the member's part of a 台紙."""
    sheet = CarrierSheet.of(carrier, stationery)
    return DocumentPage(_rendered("carrier_entries.html", stationery, sheet=sheet, mark=_mark(sheet.order)))


def confirmation_form(stationery: Stationery) -> str:
    """Return the part that is the same on every confirmation."""
    return _rendered("confirmation_form.html", stationery, insurer_name=_insurer_name(stationery))


def confirmation_entries(order: ConfirmationOrder, stationery: Stationery) -> DocumentPage:
    """Return the member's part of a confirmation."""
    card = ConfirmationCard.of(order, stationery)
    if not card.entries.close:
        return DocumentPage(_rendered("confirmation_entries.html", stationery, sheet=card))
    name = _insurer_name(stationery)
    return DocumentPage(_rendered("confirmation_close.html", stationery, sheet=card, insurer_name=name), whole=True)


def declaration_page(stationery: Stationery, member: Member | None = None, address: GivenAddress | None = None) -> str:
    """Return the 被保険者資格申立書, blank or for a member; `address` is one that is given for this print."""
    if member is None:
        form = DeclarationForm.blank(stationery)
    else:
        form = DeclarationForm.of(member, stationery, address)
    return _rendered("declaration.html", stationery, form=form)


def procedures_page(
    stationery: Stationery, words: Words, event: LifeEvent | None = None, policy: Policy = DEFAULT_POLICY
) -> str:
    """Return the guidance in the language of ``words``: all nine rows, or the one of an event in detail."""
    rows = procedures(policy)
    chosen = None if event is None else rows[event]
    said = {"_": words.say, "language": words.language}
    return _rendered("procedures.html", stationery, rows=list(rows.values()), chosen=chosen, footnote=FOOTNOTE, **said)


def notice_picture(notice: Notice, stationery: Stationery) -> Markup:
    """Return the notice for a screen that has PICTURE_CSS, always with 「見本」."""
    sheet, code = NoticeSheet.of(notice, stationery), portal_code(stationery.portal)
    parts = ("notice_form.html", "notice_entries.html")
    return _picture("notice", "資格情報通知書の見本", stationery, parts=parts, sheet=sheet, code=code)


def confirmation_picture(order: ConfirmationOrder, stationery: Stationery) -> Markup:
    """Return the card for a screen that has PICTURE_CSS, always with 「見本」."""
    sheet, name = ConfirmationCard.of(order, stationery), _insurer_name(stationery)
    apart = ("confirmation_form.html", "confirmation_entries.html")
    parts = ("confirmation_close.html",) if sheet.entries.close else apart
    return _picture("confirmation", "資格確認書の見本", stationery, parts=parts, sheet=sheet, insurer_name=name)


def _picture(kind: str, label: str, stationery: Stationery, **values: Any) -> Markup:
    specimen = replace(stationery, specimen=True)
    values |= {"kind": kind, "label": label, "stationery": specimen, "insurer": specimen.insurer}
    return _environment().get_template("picture.html").make_module(values).__html__()


def _mark(order: int | None) -> str:
    return "" if order is None else order_code(order)


def _insurer_name(stationery: Stationery) -> Fitted:
    return fit("insurer_name", stationery.insurer.name, _INSURER)


def _rendered(template: str, stationery: Stationery, **values: Any) -> str:
    return _environment().get_template(template).render(stationery=stationery, insurer=stationery.insurer, **values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, cache_size=16
    )

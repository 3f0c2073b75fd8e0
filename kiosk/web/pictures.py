"""Choose the drawings of a result: everything that is shown at the desk, each with its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from kiosk.decision import Document, NextStep, Presented, Reason, Supplement, Usable
from kiosk.web import texts
from kiosk.web.result_texts import PICTURED_AS

__all__ = ["MOST_PICTURES", "Picture", "Shown", "pictures_of"]

MOST_PICTURES = 3
"""More have no room beside the text."""

_DOCUMENT_OF: Mapping[Presented, Document] = {
    Presented.CARD: Document.CARD,
    Presented.NOTICE: Document.NOTICE,
    Presented.CONFIRMATION: Document.CONFIRMATION,
}


class Shown(Protocol):
    """The part of an answer that heading and pictures depend on: in a decision, and in what the farewell keeps."""

    @property
    def applies(self) -> Document | None:
        """The document that applies; None if none of this insurer's does."""

    @property
    def usable(self) -> Usable:
        """Whether the purpose can be served today."""

    @property
    def present(self) -> tuple[Presented, ...]:
        """What is shown at the desk."""

    @property
    def usable_after(self) -> NextStep | None:
        """What makes the card apply at this very desk."""

    @property
    def also_bring(self) -> tuple[Supplement, ...]:
        """Which supplementary certificates are shown beside it."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why, the main reason first."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing of a document (a file of ``static/img``) with its name and how to recognise it."""

    file: str
    name: str
    hint: str = ""


_OTHER_INSURANCE = Picture("document-other", texts.OTHER_INSURANCE, texts.OTHER_INSURANCE_HINT)
_PRESENT_INSURANCE = Picture("document-other", texts.PRESENT_INSURANCE, texts.OTHER_INSURANCE_HINT)


def pictures_of(answer: Shown, *, at_union_office: bool = False) -> tuple[Picture, ...]:
    """Return what to show at the desk, at most three drawings: documents first, then the certificates beside them.

    If nothing can be shown today it is the document that is missing, or the card that can be registered here. If none
    of this insurer's applies it is, at a clinic, the papers of the present insurance.
    """
    if answer.applies is None:
        return () if at_union_office else (_insured_elsewhere(answer),)
    documents = _documents(answer, answer.applies, at_union_office=at_union_office)
    certificates = tuple(Picture("certificate", PICTURED_AS[one]) for one in answer.also_bring)
    if len(documents) + len(certificates) > MOST_PICTURES:
        certificates = (Picture("certificate", texts.OTHER_CERTIFICATES),)
    return documents + certificates


def _insured_elsewhere(answer: Shown) -> Picture:
    return _PRESENT_INSURANCE if Reason.NOT_YET_INSURED in answer.reasons else _OTHER_INSURANCE


def _documents(answer: Shown, applies: Document, *, at_union_office: bool) -> tuple[Picture, ...]:
    if answer.usable is Usable.WITH_DECLARATION:
        return (_drawing(Document.CARD), Picture("declaration", texts.DECLARATION, texts.DECLARATION_HINT))
    if not answer.present:
        return (_drawing(Document.CARD if answer.usable_after and not at_union_office else applies),)
    return tuple(_presented(thing) for thing in answer.present)


def _presented(thing: Presented) -> Picture:
    if document := _DOCUMENT_OF.get(thing):
        return _drawing(document)
    return Picture(*texts.OTHER_PICTURES[thing])


def _drawing(document: Document) -> Picture:
    return Picture(f"document-{document.value}", texts.DOCUMENTS[document], texts.DOCUMENT_HINTS[document])

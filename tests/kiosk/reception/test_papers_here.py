"""Which documents the union's terminal offers or has taken a request for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.decision import Document
from kiosk.reception.union_office import PaperHere, UnderWay, papers_here
from tests.kiosk.reception.visit.scenes import OWN, TODAY, UNION, UNION_RESULT, seen, visit

DAYS = (TODAY, TODAY)
ASKED = UnderWay(Document.CONFIRMATION, TODAY, DAYS)
CONFIRMATION = PaperHere(Document.CONFIRMATION, asked=True, ready=DAYS)


@pytest.mark.parametrize(
    ("wanted", "orders", "papers"),
    [
        (Document.CONFIRMATION, (), (PaperHere(Document.CONFIRMATION, asked=False),)),
        (Document.CONFIRMATION, (ASKED,), (CONFIRMATION,)),
        (Document.NOTICE, (ASKED,), (CONFIRMATION, PaperHere(Document.NOTICE, asked=False))),
        (None, (ASKED,), (CONFIRMATION,)),
        (None, None, ()),
    ],
)
def test_each_document_is_there_once(
    wanted: Document | None, orders: tuple[UnderWay, ...] | None, papers: tuple[PaperHere, ...]
) -> None:
    assert papers_here(replace(OWN, wanted=wanted, orders=orders)) == papers


def test_without_proof_there_is_none() -> None:
    assert papers_here(None) == ()


def test_the_answer_has_them_while_no_page_is_open() -> None:
    shown = seen(visit(UNION_RESULT), UNION)
    assert (shown.pages, shown.papers_here) == (None, (PaperHere(Document.CONFIRMATION, asked=False),))

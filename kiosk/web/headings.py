"""Say in one sentence what to do now at this desk, naming what to show: the heading of a result and of the farewell.

A result at the union's office is about a later visit to a clinic, so its headings say where.
"""

from __future__ import annotations

from kiosk.decision import Document, Presented, Purpose, Reason, Usable
from kiosk.phrases import Phrase
from kiosk.web import result_texts as texts
from kiosk.web.pictures import Shown

__all__ = ["heading_of"]

_NAMED = 2
"""So many papers are named in the heading; the pictures show more."""


def heading_of(answer: Shown, purpose: Purpose = Purpose.VISIT, *, at_union_office: bool = False) -> Phrase:
    """Return the sentence over the answer; its placeholders are names of papers, and ``{desk}``."""
    words = texts.HEADINGS_AT_UNION_OFFICE if at_union_office else texts.HEADINGS
    if answer.applies is None:
        return Phrase(words.not_covered[answer.reasons[0]])
    if purpose is not Purpose.VISIT:
        return _of_details(answer, answer.applies, words)
    match answer.usable:
        case Usable.YES:
            return _of_treatment(answer, words)
        case Usable.WITH_DECLARATION:
            return _naming(answer, words.pay_and_show) if _in_full(answer) else Phrase(words.declare)
        case Usable.NO if answer.usable_after and not at_union_office:
            return Phrase(texts.REGISTER_HERE)
        case Usable.NO:
            return Phrase(words.missing[answer.applies])


def _of_treatment(answer: Shown, words: texts.Headings) -> Phrase:
    alone = not answer.also_bring
    if answer.present == (Presented.CARD,) and alone:
        return Phrase(words.pay_with_card if _in_full(answer) else words.card)
    if answer.present == (Presented.PHONE_CARD,) and alone and not _in_full(answer):
        return Phrase(words.phone_card)
    return _naming(answer, words.pay_and_show if _in_full(answer) else words.show)


def _of_details(answer: Shown, applies: Document, words: texts.Headings) -> Phrase:
    if answer.present:
        return _naming(answer, words.show_for_details)
    asked_for = applies is Document.NOTICE and Reason.REGISTRATION_UNKNOWN not in answer.reasons
    return Phrase(words.order_notice if asked_for else words.missing[applies])


def _naming(answer: Shown, by_count: tuple[str, str, str, str]) -> Phrase:
    """Return the sentence that names what to show: one thing, two, one and others, two and others."""
    things = tuple(texts.SHOWN_AS[thing] for thing in answer.present)
    papers = tuple(texts.SUPPLEMENTS[paper] for paper in answer.also_bring)
    all_named = len(things) + len(papers) <= _NAMED
    named = things + papers if all_named else things
    lists = {name: (thing,) for name, thing in zip(("first", "second"), named, strict=False)}
    return Phrase(by_count[len(named) - 1 + (0 if all_named else _NAMED)], lists=lists)


def _in_full(answer: Shown) -> bool:
    return Reason.PAYS_IN_FULL in answer.reasons

"""Work out the advice that ends the way without a card: what to show at the desk, why, and at most three steps."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.decision import Decision, NextStep, Presented, Reason
from kiosk.phrases import Phrase
from kiosk.reception import Belonging, Guide
from kiosk.web import asking
from kiosk.web.texts import PAPERS

__all__ = ["Advice", "advice_of"]

_PICTURES = {
    Presented.CARD: "document-card",
    Presented.NOTICE: "document-notice",
    Presented.CONFIRMATION: "document-confirmation",
    Presented.LEGACY_CARD: "document-legacy",
    Presented.SMARTPHONE_SCREEN: "smartphone",
    Presented.PHONE_CARD: "smartphone",
}
_WITH_SUPPLEMENTS = {(Presented.CONFIRMATION,), (Presented.LEGACY_CARD,), (Presented.CARD, Presented.NOTICE)}


@dataclass(frozen=True, slots=True)
class Advice:
    """What the screen shows: ``pictures`` of the papers to show, and ``supplements``, the △ of the union's page."""

    heading: str
    why: str
    steps: tuple[Phrase, ...]
    pictures: tuple[str, ...]
    supplements: bool


def advice_of(guide: Guide) -> Advice | None:
    """Return the advice of a guide in which every question is answered; otherwise None."""
    decision = guide.decision
    if decision is None:
        return None
    return Advice(
        heading=asking.ADVICE.get(decision.present, asking.ADVICE[()]),
        why=_why(guide, decision),
        steps=tuple(_step(step, decision) for step in decision.next_steps if step in asking.ADVICE_STEPS)[:3],
        pictures=tuple(_PICTURES[thing] for thing in decision.present),
        supplements=decision.present in _WITH_SUPPLEMENTS,
    )


def _why(guide: Guide, decision: Decision) -> str:
    if not decision.present and Reason.PHONE_CARD_NOT_TAKEN in decision.reasons:
        return asking.PHONE_CARD_NOT_TAKEN
    return asking.ADVICE_WHY.get(decision.present) or asking.NOT_ENOUGH[guide.belonging or Belonging.NOTHING]


def _step(step: NextStep, decision: Decision) -> Phrase:
    papers = {"papers": tuple(PAPERS[paper] for paper in decision.file)} if step is NextStep.FILE_PAPERS else {}
    return Phrase(asking.ADVICE_STEPS[step], lists=papers)

"""Build what a result screen says from the decision alone, so that it can be tested without a browser.

The grammar is that of docs/screens.md: the act, everything to be shown, why, at most three steps, what comes later. The
remaining steps, and every reason except the first, are under 「くわしく」.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kiosk.decision import Decision, Document, NextStep, Presented, Purpose, Reason, Usable, explain
from kiosk.phrases import Name, Phrase
from kiosk.reception import Renewal
from kiosk.web import texts
from kiosk.web.headings import heading_of
from kiosk.web.insurers import names_another, pictured_for_another
from kiosk.web.pictures import Picture, Shown, pictures_of
from kiosk.web.result_steps import steps_of

__all__ = ["Note", "ResultView", "cross_of", "mark_of", "result_of"]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark beside the picture.

    ``kind`` is ``warning`` or ``chance``; ``mark`` is the union's own sign before it; ``aloud`` is what is spoken
    instead.
    """

    kind: str
    phrase: Phrase
    mark: str = ""
    aloud: str = ""


@dataclass(frozen=True, slots=True)
class ResultView:
    """Everything that a result screen shows, in the grammar of docs/screens.md.

    ``heading`` is the act, ``pictures`` is everything to be shown (at most three), ``why`` one sentence, ``steps`` at
    most three acts in the order of today, ``later`` what comes by post or by itself. ``tone`` is the colour: card,
    notice, confirmation or none. ``mark`` is the union's own sign if the page has one: ``yes`` ○, ``also`` △ (a
    supplementary certificate is needed too), otherwise ``attention``. ``notes`` are remarks beside the pictures.
    """

    tone: str
    mark: str
    heading: Phrase | str
    pictures: tuple[Picture, ...]
    why: Phrase | str
    steps: tuple[Phrase | str, ...]
    later: tuple[Phrase | str, ...]
    notes: tuple[Note, ...]
    more_reasons: tuple[Phrase | str, ...]
    more_steps: tuple[Phrase | str, ...]
    hints: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()

    @property
    def more(self) -> bool:
        """Whether 「くわしく」 has any content."""
        return bool(self.more_reasons or self.more_steps or self.hints or self.ways)


def result_of(
    decision: Decision,
    *,
    purpose: Purpose = Purpose.VISIT,
    at_union_office: bool = False,
    renewal: Renewal | None = None,
    reminds_of_subsidy: bool = False,
    instead: Mapping[NextStep, Phrase] | None = None,
    insurer_name: str | None = None,
) -> ResultView:
    """Return what the visitor reads about ``decision``; some texts are different at the union's office.

    ``instead`` has the words of steps that are said otherwise here.
    ``insurer_name`` is that of another insurer, whose member the visitor is.
    """
    steps = steps_of(decision, purpose, at_union_office=at_union_office, instead=instead)
    reasons = _sentences(decision.reasons, at_union_office=at_union_office)
    made = ResultView(
        tone=decision.applies.value if decision.applies else "none",
        mark=mark_of(decision),
        heading=heading_of(decision, purpose, at_union_office=at_union_office),
        pictures=pictures_of(decision, at_union_office=at_union_office),
        why=reasons[0],
        steps=steps.shown,
        later=steps.later,
        notes=(
            *_notes(decision),
            *_subsidy_notes(reminds_of_subsidy),
            *_renewal_notes(renewal, at_union_office),
        ),
        more_reasons=reasons[1:],
        more_steps=steps.more,
        hints=_hints(decision, renewal),
        ways=_ways(decision, at_union_office or not decision.usable_after),
    )
    return made if insurer_name is None else _for_another(made, Name(insurer_name))


def _for_another(made: ResultView, insurer: Name) -> ResultView:
    """Return the same for a member of another insurer, whose name stands wherever the union would."""

    def said(sentences: tuple[Phrase | str, ...]) -> tuple[Phrase | str, ...]:
        return tuple(names_another(sentence, insurer) for sentence in sentences)

    return replace(
        made,
        heading=names_another(made.heading, insurer),
        pictures=tuple(map(pictured_for_another, made.pictures)),
        why=names_another(made.why, insurer),
        steps=said(made.steps),
        later=said(made.later),
        more_reasons=said(made.more_reasons),
        more_steps=said(made.more_steps),
    )


def _sentences(reasons: tuple[Reason, ...], *, at_union_office: bool) -> tuple[str, ...]:
    here = texts.REASONS_AT_UNION_OFFICE if at_union_office else {}
    return tuple(here.get(reason, explain(reason).sentence) for reason in reasons)


def mark_of(answer: Shown) -> str:
    """Return the sign before the heading: ``yes``, ``also`` or ``attention``."""
    if answer.usable is not Usable.YES:
        return "attention"
    return "also" if answer.also_bring else "yes"


def _notes(decision: Decision) -> list[Note]:
    notes = []
    if not_enough := _not_enough(decision):
        notes.append(Note("warning", Phrase(not_enough), "no"))
    elif decision.also_bring:
        notes.append(Note("warning", Phrase(texts.SUPPLEMENTS_TOO), "also"))
    if decision.usable_after and decision.applies is not Document.CARD:
        notes.append(Note("chance", Phrase(texts.USABLE_AFTER_REGISTRATION)))
    return notes


def _not_enough(decision: Decision) -> str:
    """Return the × of the union's table: which paper in the person's hand is not enough for treatment by itself."""
    has_notice = Reason.NOTICE_NOT_ENOUGH in decision.reasons
    return cross_of(decision) or (texts.NOTICE_BESIDE_NOT_ENOUGH if has_notice else "")


def cross_of(answer: Shown) -> str:
    """Return the × for what is shown at the desk; empty if that is enough."""
    if Presented.SMARTPHONE_SCREEN in answer.present:
        return texts.PHONE_NOT_ENOUGH
    if answer.present == (Presented.LEGACY_CARD,):
        return ""
    if answer.applies is Document.NOTICE:
        return texts.NOTICE_NOT_ENOUGH
    return texts.NOTICE_BESIDE_NOT_ENOUGH if Presented.NOTICE in answer.present else ""


def _subsidy_notes(reminds: bool) -> tuple[Note, ...]:
    return (Note("chance", Phrase(texts.SUBSIDY_TOO)),) if reminds else ()


def _renewal_notes(renewal: Renewal | None, at_union_office: bool) -> tuple[Note, ...]:
    """Return the reminder. Its date would reveal the birthday: a clinic's screen leaves it out, and nobody says it."""
    if renewal is None:
        return ()
    if not at_union_office:
        return (Note("warning", Phrase(texts.RENEWALS[renewal.in_grace])),)
    until = Phrase(texts.RENEWALS_UNTIL[renewal.in_grace], values={"when": renewal.until})
    return (Note("warning", until, aloud=texts.RENEWALS[renewal.in_grace]),)


def _hints(decision: Decision, renewal: Renewal | None) -> tuple[str, ...]:
    supplements = tuple(texts.SUPPLEMENT_HINTS[supplement] for supplement in decision.also_bring)
    return supplements + (texts.RENEWAL_HOW if renewal else ())


def _ways(decision: Decision, elsewhere: bool) -> tuple[str, ...]:
    """Return the three ways to register; this desk's reader comes first, but only if it can be done here now."""
    if NextStep.REGISTER_CARD not in decision.next_steps:
        return ()
    return texts.WAYS_TO_REGISTER_ELSEWHERE if elsewhere else texts.WAYS_TO_REGISTER

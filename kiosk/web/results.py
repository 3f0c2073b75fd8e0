"""Build what a result screen says from the decision alone, so that it can be tested without a browser.

The screen has at most three steps, in the order in which a person can do them: that of docs/decision.md (what can be
done at this desk comes first there), except that what ends a waiting comes before the waiting. ``ask_staff`` and
``ask_for_notice`` are never left out: one of them is there when an insured person cannot be served today, and then it
is the next step. The remaining steps, and every reason except the first, are under 「くわしく」.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.decision import Decision, Document, NextStep, Presented, Purpose, Reason, Usable, explain
from kiosk.documents import THROUGH_EMPLOYER
from kiosk.reception import Renewal
from kiosk.wareki import about, wareki
from kiosk.web import texts
from kiosk.web.pictures import Picture, Shown, pictures_of

__all__ = [
    "Note",
    "Phrase",
    "ResultView",
    "cross_of",
    "heading_of",
    "later_steps",
    "mark_of",
    "result_of",
    "sentence_of",
    "shown_steps",
]

_SHOWN_STEPS = 3
_NEVER_LEFT_OUT = (NextStep.ASK_STAFF, NextStep.ASK_FOR_NOTICE)
"""If an insured person cannot be served today there is one of the two, never both."""
_ENDS_THE_WAITING = (NextStep.REPORT_MY_NUMBER, NextStep.CONTACT_UNION)
"""One of these beside ``wait_for_linkage``: without it the waiting has no end."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One translatable text. ``lists`` are names joined with 、; ``values`` are used as they are, unbroken."""

    text: str
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """A remark beside the picture.

    ``kind`` is ``warning`` or ``chance``; ``mark`` is the union's own sign before it.
    """

    kind: str
    phrase: Phrase
    mark: str = ""


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
    heading: str
    pictures: tuple[Picture, ...]
    why: str
    steps: tuple[Phrase, ...]
    later: tuple[Phrase, ...]
    notes: tuple[Note, ...]
    more_reasons: tuple[str, ...]
    more_steps: tuple[Phrase, ...]
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
) -> ResultView:
    """Return what the visitor reads about ``decision``; some texts are different at the union's office."""
    elsewhere = at_union_office or not decision.usable_after
    wording = {
        **texts.STEPS,
        **(texts.REGISTER_ELSEWHERE if elsewhere else {}),
        **(texts.STEPS_AT_UNION_OFFICE if at_union_office else {}),
    }
    shown, later = shown_steps(decision.next_steps), later_steps(decision.next_steps)
    rest = tuple(step for step in _in_order_of_acting(decision.next_steps) if step not in {*shown, *later})
    reasons = tuple(explain(reason).sentence for reason in decision.reasons)
    return ResultView(
        tone=decision.applies.value if decision.applies else "none",
        mark=mark_of(decision),
        heading=heading_of(decision, purpose),
        pictures=pictures_of(decision),
        why=reasons[0],
        steps=tuple(_step(step, decision, wording) for step in shown),
        later=tuple(_step(step, decision, wording) for step in later),
        notes=(*_notes(decision), *_renewal_notes(renewal, at_union_office)),
        more_reasons=reasons[1:],
        more_steps=tuple(_step(step, decision, wording) for step in rest),
        hints=_hints(decision, renewal),
        ways=_ways(decision, elsewhere),
    )


def mark_of(answer: Shown) -> str:
    """Return the sign before the heading: ``yes``, ``also`` or ``attention``."""
    if answer.usable is not Usable.YES:
        return "attention"
    return "also" if answer.also_bring else "yes"


def heading_of(decision: Decision, purpose: Purpose = Purpose.VISIT) -> str:
    """Return the one sentence that says which document applies, and whether it serves today."""
    return sentence_of(decision, purpose) or texts.NOT_COVERED[decision.reasons[0]]


def sentence_of(answer: Shown, purpose: Purpose) -> str:
    """Return that sentence as far as it names a document; empty if none of this insurer's applies."""
    if answer.applies is None:
        return ""
    if answer.usable is Usable.NO:
        return texts.NEEDED[answer.applies]
    if answer.usable is Usable.WITH_DECLARATION:
        return texts.WITH_DECLARATION
    if purpose is not Purpose.VISIT and answer.present in texts.SHOWN:
        return texts.SHOWN[answer.present]
    return texts.PRESENT[answer.present]


def shown_steps(steps: tuple[NextStep, ...]) -> tuple[NextStep, ...]:
    """Return the steps of a decision that have room on the screen, in the order of the screen."""
    return _fitting(_in_order_of_acting(tuple(step for step in steps if step not in later_steps(steps))))


def later_steps(steps: tuple[NextStep, ...]) -> tuple[NextStep, ...]:
    """Return what comes by post after today, for the note under the steps; nothing if there is no other step."""
    coming = tuple(step for step in steps if step is NextStep.AWAIT_CONFIRMATION)
    return coming if len(coming) < len(steps) else ()


def _in_order_of_acting(steps: tuple[NextStep, ...]) -> tuple[NextStep, ...]:
    if NextStep.WAIT_FOR_LINKAGE not in steps:
        return steps
    place = steps.index(NextStep.WAIT_FOR_LINKAGE)
    before, after = steps[:place], steps[place + 1 :]
    acts = [step for step in after if step in _ENDS_THE_WAITING]
    return (*before, *acts, NextStep.WAIT_FOR_LINKAGE, *(step for step in after if step not in acts))


def _fitting(steps: tuple[NextStep, ...]) -> tuple[NextStep, ...]:
    first = steps[:_SHOWN_STEPS]
    left_out = [step for step in _NEVER_LEFT_OUT if step in steps and step not in first]
    return (*first[:-1], *left_out) if left_out else first


def _step(step: NextStep, decision: Decision, wording: Mapping[NextStep, str]) -> Phrase:
    match step:
        case NextStep.BRING_SUPPLEMENTS:
            return Phrase(wording[step], lists={"supplements": _supplements(decision)})
        case NextStep.FILE_PAPERS:
            text = texts.FILE_THROUGH_EMPLOYER if THROUGH_EMPLOYER & {*decision.file} else wording[step]
            return Phrase(text, lists={"papers": tuple(texts.PAPERS[paper] for paper in decision.file)})
        case NextStep.WAIT_FOR_LINKAGE if NextStep.REPORT_MY_NUMBER in decision.next_steps:
            return Phrase(texts.WAIT_AFTER_REPORT)
        case NextStep.WAIT_FOR_LINKAGE if decision.usable_from:
            when = about(decision.usable_from.earliest, decision.usable_from.latest)
            return Phrase(texts.USABLE_FROM, values={"when": when})
        case _:
            return Phrase(wording[step])


def _supplements(decision: Decision) -> tuple[str, ...]:
    return tuple(texts.SUPPLEMENTS[supplement] for supplement in decision.also_bring)


def _notes(decision: Decision) -> list[Note]:
    notes = []
    if not_enough := _not_enough(decision):
        notes.append(Note("warning", Phrase(not_enough), "no"))
    elif decision.also_bring:
        notes.append(Note("warning", Phrase(texts.SUPPLEMENTS_TOO), "also"))
    if decision.usable_after:
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


def _renewal_notes(renewal: Renewal | None, at_union_office: bool) -> tuple[Note, ...]:
    """Return the reminder. Its date would reveal the birthday, so a clinic's screen leaves it out."""
    if renewal is None:
        return ()
    if not at_union_office:
        return (Note("warning", Phrase(texts.RENEWALS[renewal.in_grace])),)
    when = {"when": wareki(renewal.until)}
    return (Note("warning", Phrase(texts.RENEWALS_UNTIL[renewal.in_grace], values=when)),)


def _hints(decision: Decision, renewal: Renewal | None) -> tuple[str, ...]:
    supplements = tuple(texts.SUPPLEMENT_HINTS[supplement] for supplement in decision.also_bring)
    return supplements + (texts.RENEWAL_HOW if renewal else ())


def _ways(decision: Decision, elsewhere: bool) -> tuple[str, ...]:
    """Return the three ways to register; this desk's reader comes first, but only if it can be done here now."""
    if NextStep.REGISTER_CARD not in decision.next_steps:
        return ()
    return texts.WAYS_TO_REGISTER_ELSEWHERE if elsewhere else texts.WAYS_TO_REGISTER

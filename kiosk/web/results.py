"""What a result screen says of a decision: a function of the decision alone, so that it can be read without a browser.

At most three steps stand on the screen, in the order of the specification (what can be done at this desk comes first
there). ``ask_staff`` and ``ask_for_notice`` are never left out: one of them stands when an insured person cannot be
served today, and then it is the next step.
What is left over, and every reason but the first, waits under 「くわしく」.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.decision import Decision, Document, Presented, Purpose, Reason, Step, Usable, explain
from kiosk.documents import THROUGH_EMPLOYER
from kiosk.reception import Renewal
from kiosk.wareki import about, wareki
from kiosk.web import texts

__all__ = ["Note", "Phrase", "Result", "result_of"]

_SHOWN_STEPS = 3
_NEVER_LEFT_OUT = (Step.ASK_STAFF, Step.ASK_FOR_NOTICE)
"""Where an insured person cannot be served today one of the two stands, never both."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One translatable text; ``lists`` are names joined with 、, ``values`` stand as they are, unbroken."""

    text: str
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """A remark beside the picture. ``kind``: ``warning`` or ``chance``; ``mark``: the union's own sign before it."""

    kind: str
    phrase: Phrase
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing of a document (a file of ``static/img``) with its name and how to recognise it."""

    file: str
    name: str
    hint: str


@dataclass(frozen=True, slots=True)
class Result:
    """Everything a result screen shows.

    ``tone`` colours it: card, notice, confirmation or none. ``mark`` is the union's own sign where the page has one:
    ``yes`` ○, ``also`` △ (a supplementary certificate is needed beside it), else ``attention``.
    """

    tone: str
    mark: str
    heading: str
    why: str
    steps: tuple[Phrase, ...]
    notes: tuple[Note, ...]
    more_reasons: tuple[str, ...]
    more_steps: tuple[Phrase, ...]
    hints: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    picture: Picture | None = None

    @property
    def more(self) -> bool:
        """Whether 「くわしく」 has anything to say."""
        return bool(self.more_reasons or self.more_steps or self.hints or self.ways)


def result_of(
    decision: Decision,
    *,
    purpose: Purpose = Purpose.VISIT,
    at_union_office: bool = False,
    renewal: Renewal | None = None,
) -> Result:
    """Return what the visitor reads of ``decision``; at the union's office some things read otherwise."""
    elsewhere = at_union_office or not decision.usable_after
    wording = {
        **texts.STEPS,
        **(texts.REGISTER_ELSEWHERE if elsewhere else {}),
        **(texts.STEPS_AT_UNION_OFFICE if at_union_office else {}),
    }
    shown = _shown_steps(decision.next_steps)
    rest = tuple(step for step in decision.next_steps if step not in shown)
    reasons = tuple(explain(reason).sentence for reason in decision.reasons)
    return Result(
        tone=decision.applies.value if decision.applies else "none",
        mark=_mark(decision),
        heading=heading_of(decision, purpose),
        why=reasons[0],
        steps=tuple(_step(step, decision, wording) for step in shown),
        notes=(*_notes(decision), *_renewal_notes(renewal, at_union_office)),
        more_reasons=reasons[1:],
        more_steps=tuple(_step(step, decision, wording) for step in rest),
        hints=_hints(decision, renewal),
        ways=_ways(decision, elsewhere),
        picture=_picture(decision),
    )


def _picture(decision: Decision) -> Picture | None:
    """Return what is drawn: what applies, or what to show where that is none of the three documents."""
    if len(decision.present) == 1 and decision.present[0] in texts.OTHER_PICTURES:
        return Picture(*texts.OTHER_PICTURES[decision.present[0]])
    if decision.applies is None:
        return None
    name, hint = texts.DOCUMENTS[decision.applies], texts.DOCUMENT_HINTS[decision.applies]
    return Picture(f"document-{decision.applies.value}", name, hint)


def _mark(decision: Decision) -> str:
    if decision.usable is not Usable.YES:
        return "attention"
    return "also" if decision.also_bring else "yes"


def heading_of(decision: Decision, purpose: Purpose = Purpose.VISIT) -> str:
    """Return the one sentence that says which document applies, and whether it serves today."""
    if decision.applies is None:
        return texts.NOT_COVERED[decision.reasons[0]]
    if decision.usable is Usable.NO:
        return texts.NEEDED[decision.applies]
    if decision.usable is Usable.WITH_DECLARATION:
        return texts.WITH_DECLARATION
    if purpose is not Purpose.VISIT and decision.present in texts.SHOWN:
        return texts.SHOWN[decision.present]
    return texts.PRESENT[decision.present]


def _shown_steps(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    first = steps[:_SHOWN_STEPS]
    left_out = [step for step in _NEVER_LEFT_OUT if step in steps and step not in first]
    return (*first[:-1], *left_out) if left_out else first


def _step(step: Step, decision: Decision, wording: Mapping[Step, str]) -> Phrase:
    match step:
        case Step.BRING_SUPPLEMENTS:
            return Phrase(wording[step], lists={"supplements": _supplements(decision)})
        case Step.FILE_PAPERS:
            text = texts.FILE_THROUGH_EMPLOYER if THROUGH_EMPLOYER & {*decision.file} else wording[step]
            return Phrase(text, lists={"papers": tuple(texts.PAPERS[paper] for paper in decision.file)})
        case Step.WAIT_FOR_LINKAGE if decision.usable_from:
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
    """Return the × of the union's table: which thing in the person's hand is not enough for treatment by itself."""
    if Presented.SMARTPHONE_SCREEN in decision.present:
        return texts.PHONE_NOT_ENOUGH
    if decision.present == (Presented.LEGACY_CARD,):
        return ""
    if decision.applies is Document.NOTICE:
        return texts.NOTICE_NOT_ENOUGH
    held = Presented.NOTICE in decision.present or Reason.NOTICE_NOT_ENOUGH in decision.reasons
    return texts.NOTICE_BESIDE_NOT_ENOUGH if held else ""


def _renewal_notes(renewal: Renewal | None, at_union_office: bool) -> tuple[Note, ...]:
    """Return the reminder; its date tells the birthday, so a clinic's screen leaves it out."""
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
    """Return the three ways to register; this desk's reader first only where it can be done now."""
    if Step.REGISTER_CARD not in decision.next_steps:
        return ()
    return texts.WAYS_TO_REGISTER_ELSEWHERE if elsewhere else texts.WAYS_TO_REGISTER

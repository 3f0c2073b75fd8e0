"""Put the steps of a decision into the order of today, and into words: at most three acts, and what comes later.

What can be done at this desk comes first, then what is done elsewhere; what happens by itself, or on the next visit,
is no act of today and goes into the note. Steps that find no room are under 「くわしく」.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.decision import Decision, Document, NextStep, Purpose, Reason, Usable
from kiosk.documents import THROUGH_EMPLOYER
from kiosk.phrases import DaySpan, Phrase
from kiosk.web import result_texts as texts
from kiosk.web.pictures import Shown
from kiosk.web.texts import PAPERS

__all__ = ["Steps", "acts_of", "asking_new_insurer", "asking_staff", "sentences_of", "steps_of"]

_SHOWN_STEPS = 3
_SENTENCES = 4
"""Steps and notes of what comes later, together."""
_NAMED_SUPPLEMENTS = 2
_LATER = (NextStep.WAIT_FOR_LINKAGE, NextStep.AWAIT_CONFIRMATION, NextStep.BRING_CARD)
_ELSEWHERE = (
    NextStep.REGISTER_CARD,
    NextStep.REGISTER_CARD_AT_READER,
    NextStep.ASK_FOR_NOTICE,
    NextStep.CONTACT_UNION,
    NextStep.ASK_NEW_INSURER,
    NextStep.FILE_PAPERS,
    NextStep.RENEW_CERTIFICATE,
)
"""Acts for which this desk is not needed, the one that helps soonest first."""
_REGISTERING = (NextStep.REGISTER_CARD, NextStep.REGISTER_CARD_AT_READER)
_ENOUGH_BY_ITSELF = {NextStep.SHOW_CONFIRMATION, NextStep.SHOW_OLD_CARD}
_CERTIFICATE_ENDED = {Reason.CERTIFICATE_EXPIRED, Reason.CERTIFICATE_REVOKED}
_LATE = {Reason.FILING_UNKNOWN, Reason.LINKAGE_OVERDUE}
"""Why the union is to be contacted about the linkage."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What to do next: at most three acts, what comes later, and what found no room."""

    shown: tuple[Phrase, ...]
    later: tuple[Phrase, ...]
    more: tuple[Phrase, ...]


def steps_of(
    decision: Decision, purpose: Purpose, *, at_union_office: bool, instead: Mapping[NextStep, Phrase] | None = None
) -> Steps:
    """Return the steps of a decision in words; ``instead`` has the words of steps that are said otherwise here."""
    sentences = sentences_of(purpose, decision.reasons, at_union_office=at_union_office)
    words = _Words(decision, purpose, at_union_office, sentences, instead or {})
    acts = tuple(phrase for step in acts_of(decision.next_steps, here=words.here) for phrase in words.of(step))
    later = tuple(phrase for step in _LATER if step in decision.next_steps for phrase in words.of(step))
    if not acts:
        return Steps(later, (), ())
    shown = acts[:_SHOWN_STEPS]
    room = max(1, _SENTENCES - len(shown))
    return Steps(shown, later[:room], (*acts[_SHOWN_STEPS:], *later[room:]))


def acts_of(steps: tuple[NextStep, ...], *, here: bool) -> tuple[NextStep, ...]:
    """Return the steps that a person can take today, in the order of today.

    ``here`` says that the 利用登録 can be done at this desk; it comes after a paper that is enough today. Reporting a
    missing マイナンバー comes before all else: without it nothing else moves.
    """
    serves_today = here and not _ENOUGH_BY_ITSELF & {*steps}
    first = (NextStep.REPORT_MY_NUMBER, *(_REGISTERING if serves_today else ()))
    desk = tuple(step for step in NextStep if step not in {*first, *_ELSEWHERE, *_LATER})
    elsewhere = tuple(step for step in _ELSEWHERE if step not in first)
    return tuple(step for step in (*first, *desk, *elsewhere) if step in steps)


def sentences_of(purpose: Purpose, reasons: tuple[Reason, ...], *, at_union_office: bool) -> Mapping[NextStep, str]:
    """Return the sentence of each step at this desk, for an answer with these reasons."""
    unknown = Reason.REGISTRATION_UNKNOWN in reasons
    if not at_union_office:
        return {**texts.STEPS, **(texts.REGISTER_IF_ASKED if unknown else {})}
    return {
        **texts.STEPS,
        **texts.STEPS_AT_UNION_OFFICE,
        **(texts.SHOW_AT_CLINIC if purpose is Purpose.VISIT else {}),
        **(texts.REGISTER_IF_ASKED_AT_CLINIC if unknown else {}),
    }


def asking_staff(answer: Shown, purpose: Purpose, *, at_union_office: bool) -> tuple[str, ...]:
    """Return what staff are asked, and what also helps today; an answer without its reasons has the first alone."""
    plain = (sentences_of(purpose, answer.reasons, at_union_office=at_union_office)[NextStep.ASK_STAFF],)
    if at_union_office or purpose is not Purpose.VISIT or answer.usable is not Usable.NO:
        return plain
    match answer.applies:
        case Document.CARD:
            return (texts.CARD_LEFT_BEHIND,)
        case Document.CONFIRMATION:
            ended = _CERTIFICATE_ENDED & {*answer.reasons}
            return (texts.NUMBER_INSTEAD, texts.CERTIFICATE_ENDED) if ended else (texts.NUMBER_INSTEAD,)
        case _:
            return plain


def asking_new_insurer(*, at_union_office: bool) -> tuple[str, ...]:
    """Return what somebody does whose insurance has ended; a clinic looks at the papers of the new one first."""
    today = () if at_union_office else (texts.NEXT_CARD,)
    return (*today, texts.STEPS[NextStep.ASK_NEW_INSURER], texts.FAMILY_TOO)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words for one decision at one desk."""

    decision: Decision
    purpose: Purpose
    at_union_office: bool
    sentences: Mapping[NextStep, str]
    instead: Mapping[NextStep, Phrase]

    @property
    def here(self) -> bool:
        return self.decision.usable_after is not None and not self.at_union_office

    def of(self, step: NextStep) -> tuple[Phrase, ...]:
        """Return the sentences of a step; a few steps have two."""
        if step in self.instead:
            return (self.instead[step],)
        match step:
            case NextStep.BRING_SUPPLEMENTS:
                return (self._supplements(),)
            case NextStep.FILE_PAPERS:
                return (self._papers(),)
            case NextStep.WAIT_FOR_LINKAGE:
                return (self._waiting(),)
            case NextStep.REGISTER_CARD | NextStep.REGISTER_CARD_AT_READER:
                return (Phrase(self._registering(step)),)
            case NextStep.CONTACT_UNION:
                return (Phrase(self._contacting_union()),)
            case NextStep.ASK_STAFF:
                asking = asking_staff(self.decision, self.purpose, at_union_office=self.at_union_office)
                return tuple(Phrase(text) for text in asking)
            case NextStep.ASK_NEW_INSURER:
                return tuple(Phrase(text) for text in asking_new_insurer(at_union_office=self.at_union_office))
            case _:
                return (Phrase(self.sentences[step]),)

    def _supplements(self) -> Phrase:
        names = tuple(texts.SUPPLEMENTS[paper] for paper in self.decision.also_bring)
        if len(names) > _NAMED_SUPPLEMENTS:
            return Phrase(texts.BRING_MANY_SUPPLEMENTS, count=len(names))
        return Phrase(self.sentences[NextStep.BRING_SUPPLEMENTS], lists={"supplements": names})

    def _papers(self) -> Phrase:
        papers = {"papers": tuple(PAPERS[paper] for paper in self.decision.file)}
        if not THROUGH_EMPLOYER & {*self.decision.file}:
            return Phrase(self.sentences[NextStep.FILE_PAPERS], lists=papers)
        at_union = self.at_union_office
        text = texts.FILE_THROUGH_EMPLOYER_AT_UNION_OFFICE if at_union else texts.FILE_THROUGH_EMPLOYER
        return Phrase(text, lists=papers)

    def _waiting(self) -> Phrase:
        if NextStep.REPORT_MY_NUMBER in self.decision.next_steps:
            return Phrase(texts.WAIT_AFTER_REPORT)
        if usable_from := self.decision.usable_from:
            return Phrase(texts.USABLE_FROM, values={"when": DaySpan(usable_from.earliest, usable_from.latest)})
        return Phrase(self.sentences[NextStep.WAIT_FOR_LINKAGE])

    def _registering(self, step: NextStep) -> str:
        if self.here or Reason.REGISTRATION_UNKNOWN in self.decision.reasons:
            return self.sentences[step]
        return texts.REGISTER_ELSEWHERE[step]

    def _contacting_union(self) -> str:
        decision = self.decision
        ending = decision.issue is None and Reason.CONFIRMATION_ENDING in decision.reasons
        if (Reason.STAY_ENDED not in decision.reasons and not ending) or _LATE & {*decision.reasons}:
            return self.sentences[NextStep.CONTACT_UNION]
        return texts.STAY_RENEWED_AT_UNION_OFFICE if self.at_union_office else texts.STAY_RENEWED

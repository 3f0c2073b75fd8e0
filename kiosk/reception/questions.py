"""What a visitor is asked after the 本人確認: only what changes the answer.

Whether it does is not guessed: the one decision is made for each thing that could be said, and compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.decision import Decision, Facts, Need, Policy, Purpose, Supplement, decide

__all__ = ["Inquiry", "Question", "Replies", "inquire", "with_limit_consent"]

_IN_THE_LIMIT = {Supplement.LIMIT_APPLICATION_CERTIFICATE, Supplement.MEAL_REDUCTION_CERTIFICATE}
"""What the 限度額適用認定証情報 spares a person from bringing (OQSCD011)."""


class Question(StrEnum):
    """What can be asked, in the order of asking."""

    PURPOSE = "purpose"
    NEEDS = "needs"
    SMARTPHONE = "smartphone"
    LIMIT_CONSENT = "limit_consent"
    """限度額適用認定証情報の提供: asked for only where the 資格確認端末 may spare the person a certificate."""


@dataclass(frozen=True, slots=True)
class Replies:
    """What the visitor has answered, apart from the purpose, and which questions were asked already.

    ``limit_consent``: 限度額適用認定証情報 may be asked for. It holds for this visit alone, and is written nowhere.
    """

    needs: tuple[Need, ...] = ()
    smartphone: bool = False
    limit_consent: bool = False
    asked: frozenset[Question] = frozenset()


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The questions whose answer changes the decision; ``needs`` are those of them that do so.

    ``reminds_of_subsidy``: the 医療費助成 alone would change the answer. Nobody is asked for it, since nearly everybody
    would be, but the answer reminds them.
    """

    questions: tuple[Question, ...] = ()
    needs: tuple[Need, ...] = ()
    reminds_of_subsidy: bool = False

    def next(self, replies: Replies, *, ask_purpose: bool) -> Question | None:
        """Return what to ask now. At a clinic the purpose is not asked: everybody there came for treatment."""
        silent = replies.asked if ask_purpose else replies.asked | {Question.PURPOSE}
        return next((question for question in self.questions if question not in silent), None)


def inquire(facts: Facts, policy: Policy) -> Inquiry:
    """Return what is worth asking a person of whom ``facts`` are known."""
    answers = _Answers(policy)
    matter = _needs_that_matter(facts, answers)
    only_subsidy = matter == (Need.PUBLIC_SUBSIDY,)
    needs = () if only_subsidy else matter
    matters = {
        Question.PURPOSE: answers.differ(*(replace(facts, purpose=purpose) for purpose in Purpose)),
        Question.NEEDS: bool(needs),
        Question.SMARTPHONE: answers.differ(*(replace(facts, smartphone=has_one) for has_one in (False, True))),
    }
    return Inquiry(tuple(question for question, asked in matters.items() if asked), needs, only_subsidy)


def with_limit_consent(inquiry: Inquiry, decision: Decision) -> Inquiry:
    """Return the inquiry with the consent to the 限度額, if the decision asks for a certificate which that spares."""
    if _IN_THE_LIMIT.isdisjoint(decision.also_bring):
        return inquiry
    return replace(inquiry, questions=(*inquiry.questions, Question.LIMIT_CONSENT))


class _Answers:
    """The decisions for what one person may say; the one that several questions compare with is made once."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._made: dict[Facts, Decision] = {}

    def differ(self, *variants: Facts) -> bool:
        """Return whether these facts lead to more than one decision."""
        return len({self._decision(facts) for facts in variants}) > 1

    def _decision(self, facts: Facts) -> Decision:
        if facts not in self._made:
            self._made[facts] = decide(facts, self._policy)
        return self._made[facts]


def _needs_that_matter(facts: Facts, answers: _Answers) -> tuple[Need, ...]:
    without = replace(facts, needs=())
    return tuple(need for need in Need if answers.differ(without, replace(facts, needs=(need,))))

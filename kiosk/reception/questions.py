"""What a visitor is asked after the 本人確認: only what changes the answer.

Whether it does is not guessed: the one decision is made for each thing that could be said, and compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.decision import Facts, Need, Policy, Purpose, decide

__all__ = ["Inquiry", "Question", "Replies", "inquire"]


class Question(StrEnum):
    """What can be asked, in the order of asking."""

    PURPOSE = "purpose"
    NEEDS = "needs"
    SMARTPHONE = "smartphone"


@dataclass(frozen=True, slots=True)
class Replies:
    """What the visitor has answered, apart from the purpose, and which questions were asked already."""

    needs: tuple[Need, ...] = ()
    smartphone: bool = False
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
    matter = _needs_that_matter(facts, policy)
    only_subsidy = matter == (Need.PUBLIC_SUBSIDY,)
    needs = () if only_subsidy else matter
    matters = {
        Question.PURPOSE: _differ(policy, *(replace(facts, purpose=purpose) for purpose in Purpose)),
        Question.NEEDS: bool(needs),
        Question.SMARTPHONE: _differ(policy, *(replace(facts, smartphone=has_one) for has_one in (False, True))),
    }
    return Inquiry(tuple(question for question in Question if matters[question]), needs, only_subsidy)


def _needs_that_matter(facts: Facts, policy: Policy) -> tuple[Need, ...]:
    without = replace(facts, needs=())
    return tuple(need for need in Need if _differ(policy, without, replace(facts, needs=(need,))))


def _differ(policy: Policy, *variants: Facts) -> bool:
    return len({decide(facts, policy) for facts in variants}) > 1

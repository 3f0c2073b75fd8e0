"""Decide which document applies: ``decide(facts, policy) -> Decision``, one pure function.

The visitor's screen, the staff screen, the API, the printed guidance and the union's batch all call it. It reads no
clock and nothing outside its arguments; ``kiosk.policy_file`` reads a policy.
"""

from kiosk.decision.codes import (
    CardStatus,
    CardToday,
    Certificate,
    Document,
    LifeEvent,
    Need,
    NextStep,
    Paper,
    Presented,
    Purpose,
    Reason,
    Registration,
    Supplement,
    Usable,
)
from kiosk.decision.decide import confirmation_validity, decide, decide_if_owed
from kiosk.decision.explain import Explanation, explain
from kiosk.decision.facts import Confirmation, Facts, FactsError
from kiosk.decision.parsing import facts_from_json, parse_facts
from kiosk.decision.policy import DEFAULT_POLICY, Policy, PolicyError, parse_policy
from kiosk.decision.publishing import published, unmarked
from kiosk.decision.result import Decision, UsableFrom

__all__ = [
    "DEFAULT_POLICY",
    "CardStatus",
    "CardToday",
    "Certificate",
    "Confirmation",
    "Decision",
    "Document",
    "LifeEvent",
    "Explanation",
    "Facts",
    "FactsError",
    "Need",
    "Paper",
    "Policy",
    "PolicyError",
    "Presented",
    "Purpose",
    "Reason",
    "Registration",
    "NextStep",
    "Supplement",
    "Usable",
    "UsableFrom",
    "confirmation_validity",
    "decide",
    "decide_if_owed",
    "explain",
    "facts_from_json",
    "parse_facts",
    "parse_policy",
    "published",
    "unmarked",
]

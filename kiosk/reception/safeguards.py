"""The watcher of roots and revocation: what is wrong with them, as the codes that staff, log and ``/healthz`` give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kiosk.failures import Failure, code_of_problem
from kiosk.identity import Problem, Verifier
from kiosk.reception.floors import Findings, Watcher

__all__ = ["safeguards"]


def safeguards(verifier: Verifier, now: Callable[[], datetime]) -> Watcher:
    """Return a watcher that has the sources look for what is new, and says what is wrong with them at that moment."""

    def look_at_safeguards() -> Findings:
        moment = now()
        verifier.refresh(moment)
        found = [(problem.stops, _failure(problem)) for problem in verifier.problems(moment)]
        return Findings(
            tuple(failure for stops, failure in found if stops),
            tuple(failure for stops, failure in found if not stops),
        )

    return look_at_safeguards


def _failure(problem: Problem) -> Failure:
    return Failure.here(code_of_problem(problem), problem.cause)

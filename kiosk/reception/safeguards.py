"""The watcher of roots and revocation: what is wrong with them, as the codes that staff, log and ``/healthz`` give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from kiosk.failures import Code, Failure, code_of_problem
from kiosk.identity import Problem, Verifier
from kiosk.reception.floors import Findings, Watcher

__all__ = ["safeguards"]


def safeguards(verifier: Verifier, now: Callable[[], datetime]) -> Watcher:
    """Return a watcher that has the sources look for what is new, and says what is wrong with them at that moment."""

    def look_at_safeguards() -> Findings:
        moment = now()
        verifier.refresh(moment)
        problems = verifier.problems(moment)
        stopping = [problem for problem in problems if problem.stops]
        return Findings(_failures(stopping), _failures([problem for problem in problems if not problem.stops]))

    return look_at_safeguards


def _failures(problems: Sequence[Problem]) -> tuple[Failure, ...]:
    """Return one failure a code: ten files that are broken are one thing to be mended."""
    causes: dict[Code, list[str]] = {}
    for problem in problems:
        causes.setdefault(code_of_problem(problem), []).append(problem.cause)
    return tuple(Failure.here(code, "; ".join(reasons)) for code, reasons in causes.items())

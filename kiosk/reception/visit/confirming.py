"""The 資格確認端末 confirms what the register says of a person."""

from __future__ import annotations

from dataclasses import replace

from kiosk.eligibility.sources import OUTAGE
from kiosk.reception.visit.effects import AskTerminal
from kiosk.reception.visit.events import TerminalAnswered, TerminalNeeded
from kiosk.reception.visit.identifying import determine
from kiosk.reception.visit.states import AskingTerminal, Determining
from kiosk.reception.visit.table import Moment, Reaction, Transition

__all__ = ["terminal_answered", "terminal_needed"]


def terminal_needed(at: Moment[Determining, TerminalNeeded]) -> Reaction:
    """Ask the terminal, and say so on the screen: it takes a moment."""
    asked = at.state
    state = AskingTerminal(asked.person, asked.purpose, asked.replies, asked.before)
    return Transition(replace(at.visit, state=state), (AskTerminal(at.visit.number, at.event.enquiry),))


def terminal_answered(at: Moment[AskingTerminal, TerminalAnswered]) -> Reaction:
    """Decide by the answer; where there is none, that decides what the screen says.

    A terminal that falls silent only when it is asked for the 限度額 takes nobody's answer away.
    """
    asked, answer = at.state, at.event.answer
    if asked.before is not None and answer.failure in OUTAGE:
        answer = asked.before
    return determine(at.visit, Determining(asked.person, asked.purpose, asked.replies, answer))

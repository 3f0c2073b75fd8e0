"""The 資格確認端末 confirms what the register says of a person."""

from __future__ import annotations

from dataclasses import replace

from kiosk.reception.visit.effects import AskTerminal
from kiosk.reception.visit.events import TerminalAnswered, TerminalNeeded
from kiosk.reception.visit.identifying import determine
from kiosk.reception.visit.states import AskingTerminal, Determining
from kiosk.reception.visit.table import Moment, Reaction, Transition

__all__ = ["terminal_answered", "terminal_needed"]


def terminal_needed(at: Moment[Determining, TerminalNeeded]) -> Reaction:
    """Ask the terminal, and say so on the screen: it takes a moment."""
    asked = at.state
    state = AskingTerminal(asked.person, asked.purpose, asked.replies)
    return Transition(replace(at.visit, state=state), (AskTerminal(at.visit.number, at.event.enquiry),))


def terminal_answered(at: Moment[AskingTerminal, TerminalAnswered]) -> Reaction:
    """Decide by the answer; where there is none, that decides what the screen says."""
    asked = at.state
    return determine(at.visit, Determining(asked.person, asked.purpose, asked.replies, at.event.answer))

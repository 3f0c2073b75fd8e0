"""Simulate the 資格確認端末 of a clinic: the other side of the file exchange of オンライン資格確認.

It is written from docs alone and shares no code with the kiosk's own client: two readings keep each other honest.
"""

from simulators.terminal.answering import Options
from simulators.terminal.directory import NobodyElse
from simulators.terminal.elements import Encoding
from simulators.terminal.folders import TerminalFolders
from simulators.terminal.insured import InsuredPerson, MembersRefused, Scenario, read_members
from simulators.terminal.results import GivenConsents
from simulators.terminal.running import SimulatedTerminal

__all__ = [
    "GivenConsents",
    "Encoding",
    "TerminalFolders",
    "InsuredPerson",
    "MembersRefused",
    "NobodyElse",
    "Options",
    "Scenario",
    "SimulatedTerminal",
    "read_members",
]

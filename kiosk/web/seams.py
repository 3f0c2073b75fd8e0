"""Define all that the web needs from the rest of the house."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Literal, Protocol

from kiosk.eligibility import KeyQuery, Member
from kiosk.failures import Failure
from kiosk.languages import Language
from kiosk.reception import Action, Following, ProgramAnswer, View
from kiosk.results import NamedMember
from kiosk.web.scale import Panel

__all__ = ["ProgramsPort", "Queues", "ReceptionPort", "SpeechSetting", "VisitorPanel", "WebSettings", "no_queues"]

Queues = Callable[[], Sequence[str]]
"""Returns a line for each queue of results: how many wait, and the age of the oldest. May block."""


def no_queues() -> Sequence[str]:
    """Return the lines of a kiosk that hands its results to nobody."""
    return ()


class ReceptionPort(Protocol):
    """The reception as the web sees it (``kiosk.reception.Reception``)."""

    @property
    def view(self) -> View:
        """The present picture."""

    def changes(self) -> AsyncIterator[View]:
        """Yield the present view, then the latest one after each change."""

    @property
    def person(self) -> NamedMember | None:
        """Who the present answer is about; None without one, or if the person proved nothing."""

    def follow(self, after: int | None = None) -> Following:
        """Return a follower of every change, beginning with the present view; it ends if it falls too far behind.

        For a reader that has seen the view with the number ``after``, begin with those that it missed instead.
        """

    async def act(self, action: Action) -> bool:
        """Do an action; return False if it does not fit the present state and is ignored.

        Raises PhotoRefused and HolderUnknown for a 目視確認 that is not taken.
        """

    def leave(self) -> None:
        """Note that the service is ending, so that a reader that goes away now is not a loss.

        Safe in a signal's handler.
        """

    def health(self) -> Sequence[Failure]:
        """Return why no visit can be served; empty if the kiosk is healthy."""

    def troubles(self) -> Sequence[Failure]:
        """Return what is wrong with readers or a safeguard although visits go on."""


class ProgramsPort(Protocol):
    """Where programs ask about people (``kiosk.reception.ProgramDesk``). ``by`` is the name of a token."""

    @property
    def today(self) -> date:
        """The day in Asia/Tokyo."""

    async def coverage(self, query: KeyQuery, act: str, by: str) -> Sequence[Member]:
        """Return the members whom the register has under a key."""

    async def eligibility(self, query: KeyQuery, on: date | None, act: str, by: str) -> ProgramAnswer:
        """Return what holds on a day, today if it is None, for the person whom a key names."""

    async def visit(self, person: NamedMember, act: str, by: str) -> None:
        """Note in the journal that a program reads who a visit was about.

        Raises NotDeterminable and TooManyQuestions if that is not noted.
        """


SpeechSetting = Literal["asked", "always", "off"]
"""When the screens are spoken: if a visitor asks for it, from the start of every visit, or never."""


class VisitorPanel(Panel, Protocol):
    """The visitor's panel, and how it is used."""

    @property
    def languages(self) -> Sequence[Language]:
        """The languages that a visitor may choose."""

    @property
    def curtain(self) -> bool:
        """Whether it goes black with the first key of the numeric keypad."""

    @property
    def speech(self) -> SpeechSetting:
        """When the screens are spoken."""


class WebSettings(Protocol):
    """The settings that the web reads (``kiosk.settings``)."""

    @property
    def listen(self) -> str:
        """Address and port of the server, ``127.0.0.1:8460``."""

    @property
    def profile(self) -> str:
        """``clinic`` or ``union_office``."""

    @property
    def simulation(self) -> bool:
        """Whether simulated cards and test roots are allowed."""

    @property
    def screen(self) -> VisitorPanel:
        """The visitor's panel, and how it is used."""

    @property
    def data_dir(self) -> Path:
        """The folder of ``api-token`` and of the accounts of staff."""

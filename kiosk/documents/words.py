"""What the sheet for visitors is written with: the words of one language."""

from __future__ import annotations

from typing import Protocol

from markupsafe import Markup

from kiosk.languages import Language
from kiosk.phrases import Phrase

__all__ = ["Words"]


class Words(Protocol):
    """The words of one language (``kiosk.web.wording``)."""

    @property
    def language(self) -> Language:
        """The language."""

    def say(self, phrase: Phrase | str) -> Markup:
        """Return a text in it as HTML, with its placeholders filled."""

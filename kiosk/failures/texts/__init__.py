"""Hold the texts of each failure, a module a family. The Japanese texts are the msgids of the translation catalogues.

``{desk}`` is 受付 at a clinic and 窓口 at the union's office.
"""

from __future__ import annotations

from kiosk.failures.codes import Code
from kiosk.failures.texts.card import CARD
from kiosk.failures.texts.fall_backs import FALL_BACKS, FallBack, FallBackText
from kiosk.failures.texts.look_up import LOOK_UP
from kiosk.failures.texts.orca import ORCA
from kiosk.failures.texts.pin import PIN
from kiosk.failures.texts.reader import READER
from kiosk.failures.texts.service import SERVICE
from kiosk.failures.texts.terminal import TERMINAL
from kiosk.failures.texts.text import FailureText

__all__ = ["FAILURES", "FALL_BACKS", "FailureText", "FallBack", "FallBackText"]

FAILURES: dict[Code, FailureText] = {**READER, **CARD, **PIN, **LOOK_UP, **TERMINAL, **ORCA, **SERVICE}

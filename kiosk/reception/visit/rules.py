"""The settings that a visit obeys."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.languages import DEFAULT_LANGUAGES, Language

__all__ = ["Require", "Rules"]


class Require(StrEnum):
    """``identity.require``: what must be proved of a person before an answer."""

    PIN = "pin"
    STAFF = "staff"
    PRESENTED = "presented"


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings that a visit obeys; times in seconds (docs/settings.md).

    ``pin_before_certificate``: a phone that shows its certificate only after the 暗証番号 gets it unchecked.
    ``takes_phone_card``: the desk has a reader for the マイナ保険証 in a smartphone.
    ``terminal_limit``: how long an answer of the 資格確認端末 may take.
    ``official_reader``: a 顔認証付きカードリーダー is beside the kiosk, and its results are taken.
    ``languages``: those that a visitor may choose; the first is the kiosk's own.
    ``extensions``: how often one screen may be extended by its visitor.
    """

    require: Require = Require.PIN
    pin_before_certificate: bool = False
    idle_limit: float = 60.0
    pin_warning: float = 30.0
    result_warning: float = 20.0
    information_limit: float = 90.0
    farewell: float = 8.0
    staff_limit: float = 300.0
    extensions: int = 10
    card_left_alert: float = 60.0
    card_left_chime: float = 10.0
    union_office: bool = False
    takes_phone_card: bool = False
    terminal_limit: float = 30.0
    official_reader: bool = False
    languages: tuple[Language, ...] = DEFAULT_LANGUAGES

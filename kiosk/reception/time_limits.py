"""How long each screen of a visit stays, in seconds."""

from __future__ import annotations

from typing import assert_never

from kiosk.failures import Family
from kiosk.reception.aids import Aids
from kiosk.reception.visit.identifying import may_be_mended
from kiosk.reception.visit.rules import Rules
from kiosk.reception.visit.states import (
    AskingTerminal,
    AwaitingReader,
    Determining,
    Failed,
    Farewell,
    GuideAdvice,
    GuideBelongings,
    GuideCard,
    GuidePhone,
    Idle,
    Information,
    OnPage,
    Ordering,
    OutOfService,
    PinEntry,
    Proving,
    Questioning,
    Reading,
    Result,
    ShownByStaff,
    StaffCheck,
    TakeCard,
)
from kiosk.reception.visit.visit import Call, Visit

__all__ = ["time_limit"]


def time_limit(visit: Visit, rules: Rules) -> float | None:
    """Return the seconds until TimedOut, or None if only the card or the work ends the state."""
    seconds = _usual_limit(visit, rules)
    return None if seconds is None else seconds * visit.aids.patience


def _usual_limit(visit: Visit, rules: Rules) -> float | None:
    match visit.state:
        case PinEntry(patience=patience):
            return rules.pin_warning if patience.warned else rules.idle_limit
        case Questioning() | Result() | OnPage() | Ordering() | ShownByStaff() as shown:
            return rules.result_warning if shown.patience.warned else rules.idle_limit
        case GuideCard() | GuidePhone() | GuideBelongings() | GuideAdvice() as guide:
            return rules.result_warning if guide.patience.warned else rules.idle_limit
        case Information(patience=patience):
            return rules.result_warning if patience.warned else rules.information_limit
        case Farewell():
            return _last_words(visit, rules) if visit.call is Call.NONE else rules.idle_limit
        case AwaitingReader():
            return rules.staff_limit
        case Failed() as failed:
            return _failure_limit(failed, visit, rules)
        case TakeCard(left_behind=left_behind):
            return None if left_behind else rules.card_left_alert
        case Idle() | OutOfService():
            nobody = visit.call is Call.NONE and visit.aids == Aids() and visit.language is None
            return None if nobody else rules.idle_limit
        case Reading() | StaffCheck() | Proving() | Determining() | AskingTerminal():
            return None
        case _ as state:
            assert_never(state)


def _last_words(visit: Visit, rules: Rules) -> float:
    """Return how long a screen stays that nobody has to answer: for somebody who hears it, until it is said."""
    patience = visit.aids.patience
    return rules.farewell if patience == 1 else max(rules.farewell, rules.idle_limit / patience)


def _failure_limit(failed: Failed, visit: Visit, rules: Rules) -> float | None:
    """Return how long a failure is shown: one of the reader as long as the card lies there, since it names nobody.

    Who comes back from the 顔認証付きカードリーダー has no card here, and time to read it all the same.
    """
    failure = failed.failure
    if failed.patience.warned:
        return rules.result_warning
    if not visit.card_present:
        return rules.idle_limit if failed.from_elsewhere else _last_words(visit, rules)
    if failure.code.family is Family.READER:
        return None
    return rules.staff_limit if may_be_mended(failure) else rules.idle_limit

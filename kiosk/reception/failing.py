"""Turn an error of a card or an effect into the failure that screen and log show."""

from __future__ import annotations

from drivers.errors import DriverError
from drivers.events import CardInserted
from kiosk.eligibility.terminal import Answer, Status
from kiosk.failures import Code, Failure, code_of, code_of_trouble, place_of
from kiosk.reception.not_determinable import NotDeterminable
from kiosk.reception.visit.effects import AskTerminal, Determine, Effect, PlaceOrder

__all__ = ["failure_of", "known_failure", "unanswered"]


def known_failure(event: CardInserted) -> Failure | None:
    """Return why a card must not be read again; None for a card that may be read."""
    return Failure.here(code_of_trouble(event.trouble), event.trouble) if event.trouble else None


def failure_of(effect: Effect | None, error: Exception) -> Failure:
    """Return the failure of an effect, or of the look at the floors (None), that ended with ``error``."""
    match error:
        case NotDeterminable(failure=failure):
            return failure
        case TimeoutError() if effect is None or isinstance(effect, Determine):
            return Failure.here(Code.REGISTRY_DOWN, "no answer within the limit")
        case TimeoutError() if isinstance(effect, PlaceOrder):
            return Failure.here(Code.ORDER_UNSURE, "no answer within the limit")
        case TimeoutError() if isinstance(effect, AskTerminal):
            return Failure.here(Code.TERMINAL_SILENT, "no answer within the limit")
        case DriverError():
            return Failure(code_of(error), place_of(error), str(error))
        case _:
            return Failure(Code.INTERNAL, place_of(error))


def unanswered(failure: Failure) -> Answer:
    """Return what stands in the place of an answer of the 資格確認端末 that could not be asked for."""
    return Answer(Status.ERROR, failure=failure.code, reason=failure.reason)

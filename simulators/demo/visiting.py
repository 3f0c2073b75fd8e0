"""Make one whole visit to a running kiosk as the persona would: card, 暗証番号, the questions, and taking the card."""

from __future__ import annotations

from simulators.demo.running import RunningKiosk
from simulators.demo.visitor import View, Visitor
from simulators.people import Persona

__all__ = ["make_visit"]

_WAITS = {"idle", "reading", "checking"}
"""States that go on by themselves."""
_FREE = {"idle", "farewell"}


def make_visit(kiosk: RunningKiosk, who: str, pin: str) -> View:
    """Return the last view of the visit of a persona who enters ``pin``, once the card is taken and the kiosk is free.

    The view is a result, a failure, or that the 暗証番号 was wrong or that staff have to come.

    Raises:
        KeyError: There is no such persona.
        ValueError: The persona has no card.
        TimeoutError: The kiosk did not get that far.

    """
    person = kiosk.persona(who)
    if person.card is None:
        raise ValueError(f"{who} has no card to put on the reader")
    with Visitor(kiosk.url) as visitor:
        begun = visitor.until(lambda view: view["state"] in _FREE)["sequence"]
        kiosk.put(who)
        shown = _entered(visitor, _next(visitor, begun), pin)
        shown = _answered(visitor, shown, person)
        kiosk.take()
        visitor.until(lambda view: view["state"] in _FREE, since=shown["sequence"])
    return shown


def _next(visitor: Visitor, since: int) -> View:
    """Return the next view on which a person has something to do or to read."""
    return visitor.until(lambda view: view["state"] not in _WAITS, since=since)


def _entered(visitor: Visitor, shown: View, pin: str) -> View:
    if shown["state"] != "pin":
        return shown
    visitor.press(action="pin", pin=pin)
    return _next(visitor, shown["sequence"])


def _answered(visitor: Visitor, shown: View, person: Persona) -> View:
    """Answer the questions and choose the purpose of the persona's visit, which may lead to new questions."""
    to_choose = person.visit.purpose != "visit"
    while answer := _answer(shown, person, to_choose):
        to_choose = to_choose and answer["action"] != "purpose"
        visitor.press(**answer)
        shown = _next(visitor, shown["sequence"])
    return shown


def _answer(shown: View, person: Persona, to_choose: bool) -> dict[str, object] | None:
    """Return the button that the persona presses; None if there is nothing more to say."""
    said = person.visit
    match shown["screen"]:
        case "question_needs":
            return {"action": "needs", "needs": list(said.needs)}
        case "question_smartphone":
            return {"action": "smartphone", "smartphone": said.smartphone}
        case "question_limit_consent":
            return {"action": "limit_consent", "limit_consent": True}
        case "question_purpose":
            return {"action": "purpose", "purpose": said.purpose}
        case _ if to_choose and shown["state"] == "result":
            return {"action": "purpose", "purpose": said.purpose}
    return None

"""Changes in the register between the request for a document and its printing."""

from dataclasses import dataclass
from datetime import date

from kiosk import tokyo_day
from kiosk.decision import Confirmation, Document, Policy, decide
from kiosk.decision.issuance import validity
from kiosk.eligibility import Member, NotBornYet, facts_for
from kiosk.issuance.order import Order, OrderState
from kiosk.issuance.plan import line_for

__all__ = ["change_since"]


@dataclass(frozen=True, slots=True)
class _Entitlement:
    """What follows for a member on a day from one version of the register."""

    insured: bool
    owed: Document | None
    validity: Confirmation | None


def change_since(order: Order, then: Member, now: Member, policy: Policy) -> str | None:
    """Return why the document of an order should not be issued any more; None if nothing relevant has changed.

    Both versions of the member are judged on the day of the order, so the mere passing of time changes nothing.

    Args:
        order: the order.
        then: the member as the register had it when the document was requested.
        now: the member as the register has it now.
        policy: the insurer's values.

    """
    if order.state is not OrderState.OPEN:
        return f"is {order.state} meanwhile"
    day = order.valid_from or tokyo_day(order.requested_at)
    before, after = _entitlement(then, day, policy), _entitlement(now, day, policy)
    if before.insured and not after.insured:
        return "the register has changed since: the member is not insured any more"
    if before.owed is order.document and after.owed is not order.document:
        return "the register has changed since: this document is not owed any more"
    if order.document is Document.CONFIRMATION and before.validity != after.validity and after.validity is not None:
        until = f"{after.validity.valid_until}, not {order.valid_until}"
        return f"the register has changed since: it would be valid until {until}"
    return None


def _entitlement(member: Member, day: date, policy: Policy) -> _Entitlement:
    facts = facts_for(member, day, policy=policy)
    if isinstance(facts, NotBornYet) or decide(facts, policy).applies is None:
        return _Entitlement(False, None, None)
    line = line_for(member, day, policy)
    return _Entitlement(True, line.issue if line else None, validity(facts, policy))

"""Whether what an order rests on still holds when its document is made."""

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
class _Standing:
    """What a version of the register makes of a member on a day."""

    insured: bool
    owed: Document | None
    validity: Confirmation | None


def change_since(order: Order, then: Member, now: Member, policy: Policy) -> str | None:
    """What has changed since an order was asked for, so that its document should not go out; None when nothing has.

    Args:
        order: the order.
        then: the member as the register had it when it was asked for.
        now: the member as the register has it now.
        policy: the insurer's values.

    Both versions are seen on the same day, that of the order: days that only went by change nothing.

    """
    if order.state is not OrderState.OPEN:
        return f"is {order.state} meanwhile"
    day = order.valid_from or tokyo_day(order.requested_at)
    before, after = _standing(then, day, policy), _standing(now, day, policy)
    if before.insured and not after.insured:
        return "the register has changed since: the member is not insured any more"
    if before.owed is order.document and after.owed is not order.document:
        return "the register has changed since: this document is not owed any more"
    if order.document is Document.CONFIRMATION and before.validity != after.validity and after.validity is not None:
        until = f"{after.validity.valid_until}, not {order.valid_until}"
        return f"the register has changed since: it would be valid until {until}"
    return None


def _standing(member: Member, day: date, policy: Policy) -> _Standing:
    facts = facts_for(member, day, policy=policy)
    if isinstance(facts, NotBornYet) or decide(facts, policy).applies is None:
        return _Standing(False, None, None)
    line = line_for(member, day, policy)
    return _Standing(True, line.issue if line else None, validity(facts, policy))

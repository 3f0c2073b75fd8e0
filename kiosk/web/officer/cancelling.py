"""Cancel one order, from the page of its batch or of its member."""

from __future__ import annotations

from kiosk.eligibility import MemberId
from kiosk.reception import PostProblem, PostRefused
from kiosk.staff import StaffSession
from kiosk.web.officer.post_forms import CancelForm
from kiosk.web.officer.post_queue import refused_page
from kiosk.web.officer.serving import Serving, acting
from kiosk.web.officer.work import office_work

__all__ = ["cancelled"]


async def cancelled(serving: Serving, session: StaffSession, of: int | MemberId, form: CancelForm) -> int:
    """Cancel the order that was typed; return its number. A second click finds it done.

    Raises:
        PostRefused: it was not done; the page shows what was typed again.
        PageRefused: nobody knows whether it was done, or the register or journal does not answer.

    """
    done = office_work(session).cancelled_orders
    try:
        async with acting():
            await serving.post.cancel(of, form.number, form.reason.strip(), session.account.name)
    except PostRefused as error:
        if error.is_unsure:
            raise refused_page(error) from None
        if error.problem is not PostProblem.ORDER_CANCELLED or form.number not in done:
            raise
    done.add(form.number)
    return form.number

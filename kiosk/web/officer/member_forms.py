"""What was typed in the forms of a member's page."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from kiosk.web.officer.post_forms import CancelForm
from kiosk.web.officer.what_if import WhatIfForm

__all__ = ["MemberForms"]


@dataclass(frozen=True, slots=True, repr=False)
class MemberForms:
    """What was typed, and why it was not done.

    Attributes:
        what_if: what was supposed.
        refused: what is wrong with it; empty: nothing.
        field: where that is.
        cancelling: the order to cancel, and why.
        not_cancelled: why it was not cancelled; empty: nothing was wrong.

    """

    what_if: WhatIfForm = dataclasses.field(default_factory=WhatIfForm)
    refused: str = ""
    field: str = ""
    cancelling: CancelForm = dataclasses.field(default_factory=CancelForm)
    not_cancelled: str = ""

"""What the tests of the exchange share: an other side that answers with a golden file."""

from __future__ import annotations

from collections.abc import Callable

from tests.kiosk.eligibility.terminal.other_side import (
    Answering,
    OtherSide,
    answer_name,
    golden,
    identified,
)

Start = Callable[[Answering], OtherSide]


def says(name: str) -> Answering:
    """Answer every request with a golden file."""
    return lambda request, _: [(answer_name(request), identified(golden(name), request))]

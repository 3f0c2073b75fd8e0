"""XML from the terminal's folders: what is wrong with it is AnswerUnreadable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk import markup
from kiosk.eligibility.terminal.errors import AnswerUnreadable
from kiosk.markup import LARGEST, Node

__all__ = ["LARGEST", "Node", "decoded", "parsed", "streamed"]

_SAYS_SHIFT_JIS = re.compile(rb"<CharacterCodeIdentifier>\s*[12]\s*<")
"""文字コード識別, which counts where a file declares no encoding."""


def decoded(content: bytes) -> str:
    """Return the text of a file without its XML declaration. Raises AnswerUnreadable."""
    with _as_answers():
        return markup.decoded(content, _SAYS_SHIFT_JIS)


def parsed(content: bytes) -> Node:
    """Return the root element of a file. Raises AnswerUnreadable."""
    with _as_answers():
        return markup.parsed(content, _SAYS_SHIFT_JIS)


def streamed(content: bytes, unit: str) -> Iterator[Node]:
    """Yield each element named ``unit``, then the root without them, as `kiosk.markup.streamed` does.

    Raises:
        AnswerUnreadable: The file is not the XML of a message; what was yielded must not be used.

    """
    with _as_answers():
        yield from markup.streamed(content, unit, _SAYS_SHIFT_JIS)


@contextmanager
def _as_answers() -> Iterator[None]:
    try:
        yield
    except markup.MarkupError as error:
        raise AnswerUnreadable(str(error)) from None

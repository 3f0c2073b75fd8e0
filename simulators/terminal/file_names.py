"""Name files as the file exchange does: the answer's name is the request's with ``res`` for ``req``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

__all__ = ["ExchangeFileName", "face_name"]

_REQUEST: Final = re.compile(
    r"OQS(?P<kind>siquc01|siimm01|muquc0[12]|muimm0[12])req_(?P<suffix>[0-9A-Za-z_.-]{1,100})\.xml", re.ASCII
)


@dataclass(frozen=True, slots=True)
class ExchangeFileName:
    """The name of a request. ``kind`` is the message, such as ``siquc01``; ``suffix`` is the client's own."""

    kind: str
    suffix: str

    @classmethod
    def parse(cls, name: str) -> ExchangeFileName | None:
        """Return the parts of a request's name; None if it is no request's name."""
        found = _REQUEST.fullmatch(name)
        return cls(found["kind"], found["suffix"]) if found else None

    def answer(self, extension: str = "xml") -> str:
        """Return the name of the answer."""
        return f"OQS{self.kind}res_{self.suffix}.{extension}"


def face_name(institution: str, unique: str, moment: datetime) -> str:
    """Return the name of a face reader's file: 10 digits of the institution, 20 characters, the time."""
    return f"OQSsiquc01res_face_{institution}{unique}_{moment:%Y%m%d%H%M%S}.xml"

"""Name the files of the exchange: the answer to `OQS…req_SUFFIX.xml` is `OQS…res_SUFFIX.xml`."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kiosk import TOKYO

__all__ = ["FileName", "Kind", "draft_name", "face_day", "face_moment", "is_draft"]

_FACE = re.compile(r"OQSsiquc01res_face_.+_(\d{14})\.xml", re.ASCII | re.IGNORECASE)


class Kind(StrEnum):
    """What a request asks, as its file's name begins."""

    CONFIRM = "OQSsiquc01"
    REGISTER = "OQSsiimm01"
    REGISTER_BULK = "OQSmuimm01"
    REGISTER_DOWNLOAD = "OQSmuimm02"
    BULK = "OQSmuquc01"
    BULK_DOWNLOAD = "OQSmuquc02"


_DRAFT = re.compile(rf"\.({'|'.join(Kind)})req_\d{{23}}\.xml\.[0-9a-f]{{8}}\.tmp", re.ASCII)


def draft_name(request: str) -> str:
    """Return the name of a request that is being written: hidden, and one that no other draft has."""
    return f".{request}.{secrets.token_hex(4)}.tmp"


def is_draft(name: str) -> bool:
    """Return whether a name is one of ``draft_name``."""
    return _DRAFT.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class FileName:
    """A request's file and its answer's. No two have the same suffix, which begins with the day."""

    kind: Kind
    suffix: str

    @classmethod
    def fresh(cls, kind: Kind, now: datetime) -> FileName:
        """Return a name that nobody can have used: the moment in Asia/Tokyo to the millisecond, and chance."""
        moment = now.astimezone(TOKYO)
        return cls(kind, f"{moment:%Y%m%d%H%M%S}{moment.microsecond // 1000:03}{secrets.randbelow(10**6):06}")

    @property
    def request(self) -> str:
        """The name in the folder of requests."""
        return f"{self.kind}req_{self.suffix}.xml"

    @property
    def answers(self) -> tuple[str, str]:
        """The names that the answer may have in the folder of answers; a large one may be packed."""
        return f"{self.stem}.xml", f"{self.stem}.zip"

    @property
    def stem(self) -> str:
        """The answer's name without what comes after the suffix."""
        return f"{self.kind}res_{self.suffix}"


def face_moment(name: str) -> datetime | None:
    """Return the moment of a face file (Asia/Tokyo) by its name; None if it is no such file."""
    if not (found := _FACE.fullmatch(name)):
        return None
    try:
        return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=TOKYO)
    except ValueError:
        return None


def face_day(name: str) -> date | None:
    """Return the day of a face file by its name; None if it is no such file."""
    moment = face_moment(name)
    return None if moment is None else moment.date()

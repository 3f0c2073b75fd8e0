"""Receive a file about members: the fields of its form, and the file itself into a draft, never whole in memory."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from fastapi import Request
from pydantic import Field, ValidationError

from kiosk.eligibility import FeedKind, FileEncoding
from kiosk.reception import MOST_BYTES, Intake, NewDraft, TooLarge, Upload
from kiosk.web.officer import file_texts
from kiosk.web.officer.forms import Form
from kiosk.web.officer.multipart import FormPart, MultipartReader, MultipartRefused, boundary_of
from kiosk.web.officer.refusals import CONFUSED, PageRefused
from kiosk.web.staff.written_day import written_day

__all__ = ["FILES", "LARGER_BODIES", "Arriving", "UploadForm", "UploadRefused", "arriving", "drained", "received"]

FILES: Final = "/officer/files"
_SECONDS: Final = 900.0
LARGER_BODIES: Final[Mapping[str, tuple[int, float]]] = {FILES: (4 * MOST_BYTES, _SECONDS)}
"""A file that is too large is read to its end and dropped: a browser shows no answer before that."""

_MOST_FIELD: Final = 200
_MOST_FIELDS: Final = 8
_AT_ONCE: Final = 2**20
"""Bytes that are handed to the thread that writes."""


class UploadForm(Form):
    """The fields beside the file. ``valid_from`` is as people write a day; empty: today."""

    kind: Literal["members"] | FeedKind = "members"
    valid_from: str = Field(default="", max_length=100)
    encoding: FileEncoding = FileEncoding.AUTO
    complete: Literal["", "yes"] = ""


class UploadRefused(Exception):
    """The form is not accepted; ``field`` is the one at fault."""

    def __init__(self, problem: str, field: str = "file") -> None:
        super().__init__(problem)
        self.sentence, self.field = file_texts.UPLOAD_REFUSED[problem], field


@dataclass(frozen=True, slots=True)
class Arriving:
    """A form whose fields have come, and whose file comes next."""

    typed: UploadForm
    reader: MultipartReader
    part: FormPart


async def arriving(request: Request, body: AsyncIterator[bytes]) -> Arriving:
    """Return what was typed beside the file.

    Args:
        request: its head.
        body: its body; what is not read of it when this raises is left to the caller.

    Raises:
        PageRefused: No page of ours sends such a form.

    """
    try:
        reader = MultipartReader(body, boundary_of(request.headers.get("content-type", "")))
        fields, part = await _fields(reader)
        return Arriving(UploadForm.model_validate(fields), reader, part)
    except (MultipartRefused, ValidationError):
        raise PageRefused(CONFUSED) from None


async def received(coming: Arriving, intake: Intake) -> Upload:
    """Return the file that was sent, which lies in the folder of drafts then.

    Raises:
        UploadRefused: Something in the form is not accepted; no file is left.
        PageRefused: No page of ours sends such a form; no file is left.

    """
    try:
        return await _stored(coming.reader, coming.part, coming.typed, _day(coming.typed, intake.today), intake)
    except MultipartRefused:
        raise PageRefused(CONFUSED) from None


async def drained(body: AsyncIterator[bytes]) -> None:
    """Read the rest of the body and drop it."""
    async for _ in body:
        pass


async def _fields(reader: MultipartReader) -> tuple[dict[str, str], FormPart]:
    """Return the fields before the file, and the part of the file, whose content comes next."""
    fields: dict[str, str] = {}
    while (part := await reader.next_part()) is not None:
        if part.file_name is not None and part.name == "file":
            return fields, part
        if part.name in fields or len(fields) >= _MOST_FIELDS:
            raise MultipartRefused
        fields[part.name] = await _text(reader.content())
    raise MultipartRefused


async def _text(content: AsyncIterator[bytes]) -> str:
    held = b""
    async for piece in content:
        held += piece
        if len(held) > _MOST_FIELD:
            raise MultipartRefused
    try:
        return held.decode("utf-8")
    except UnicodeDecodeError:
        raise MultipartRefused from None


def _day(form: UploadForm, today: date) -> date:
    if not form.valid_from.strip():
        return today
    day = written_day(form.valid_from)
    if day is None:
        raise UploadRefused("valid_from", "valid_from")
    if day > today:
        raise UploadRefused("valid_from_later", "valid_from")
    return day


async def _stored(reader: MultipartReader, part: FormPart, form: UploadForm, day: date, intake: Intake) -> Upload:
    if not part.file_name:
        raise UploadRefused("no_file")
    try:
        with intake.folder.new() as draft:
            await _written(reader.content(), draft)
            if await reader.next_part() is not None:
                raise MultipartRefused
    except TooLarge:
        raise UploadRefused("too_large") from None
    except OSError:
        raise UploadRefused("not_written") from None
    name = hashlib.sha256(part.file_name).hexdigest()
    complete = form.kind == "members" and form.complete == "yes"
    return Upload(draft.path, draft.size, name, str(form.kind), day, form.encoding, complete)


async def _written(content: AsyncIterator[bytes], draft: NewDraft) -> None:
    held = bytearray()
    async for piece in content:
        held += piece
        if len(held) >= _AT_ONCE:
            await asyncio.to_thread(draft.write, bytes(held))
            held.clear()
    await asyncio.to_thread(draft.write, bytes(held))

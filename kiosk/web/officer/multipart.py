"""Read a form with a file as it comes, a part at a time, so that the file is never whole in memory (RFC 7578)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

__all__ = ["MultipartRefused", "MultipartReader", "FormPart", "boundary_of"]

_MOST_HEAD: Final = 4096
_BOUNDARY: Final = re.compile(
    r'multipart/form-data\s*;\s*boundary=("?)([0-9A-Za-z\'()+_,./:=?-]{1,70})\1', re.IGNORECASE
)
_DISPOSITION: Final = re.compile(
    rb'^Content-Disposition:[ \t]*form-data;[ \t]*name="([^"\r\n]*)"(?:;[ \t]*filename="([^"\r\n]*)")?[ \t]*\r?$',
    re.IGNORECASE | re.MULTILINE,
)


class MultipartRefused(Exception):
    """It is no form that a browser sends."""


@dataclass(frozen=True, slots=True, repr=False)
class FormPart:
    """One field: its name, and for a file the name that it had."""

    name: str
    file_name: bytes | None


def boundary_of(content_type: str) -> bytes:
    """Return what separates the parts. Raises MultipartRefused."""
    if (found := _BOUNDARY.fullmatch(content_type.strip())) is None:
        raise MultipartRefused
    return found[2].encode("ascii")


@dataclass(slots=True)
class MultipartReader:
    """Reads the parts of a body in their order: ``next_part``, its ``content`` to the end, and so on."""

    chunks: AsyncIterator[bytes]
    boundary: bytes
    _held: bytearray = field(default_factory=lambda: bytearray(b"\r\n"))
    _begun: bool = False

    async def next_part(self) -> FormPart | None:
        """Return the next part; None after the last. Raises MultipartRefused."""
        if not self._begun:
            self._begun = True
            async for _ in self.content():  # nothing comes before the first part
                raise MultipartRefused
        head = await self._until_head_ends()
        if head is None:
            return None
        if (found := _DISPOSITION.search(head)) is None:
            raise MultipartRefused
        try:
            return FormPart(found[1].decode("ascii"), found[2])
        except UnicodeDecodeError:
            raise MultipartRefused from None

    async def content(self) -> AsyncIterator[bytes]:
        """Yield the content of a part, in pieces. Raises MultipartRefused if the body ends within it."""
        end = b"\r\n--" + self.boundary
        while (at := self._held.find(end)) < 0:
            if ready := bytes(self._held[: -len(end)]):
                del self._held[: len(ready)]
                yield ready
            await self._more()
        if last := bytes(self._held[:at]):
            yield last
        del self._held[: at + len(end)]

    async def _until_head_ends(self) -> bytes | None:
        while len(self._held) < 2:  # noqa: PLR2004 (the two characters after a boundary)
            await self._more()
        if self._held.startswith(b"--"):
            return None
        while (at := self._held.find(b"\r\n\r\n")) < 0:
            if len(self._held) > _MOST_HEAD:
                raise MultipartRefused
            await self._more()
        head = bytes(self._held[:at])
        del self._held[: at + 4]
        return head

    async def _more(self) -> None:
        piece = await anext(self.chunks, None)
        if piece is None:
            raise MultipartRefused
        self._held += piece

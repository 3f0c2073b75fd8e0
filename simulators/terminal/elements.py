"""Write XML as the 資格確認端末 does: CR LF, one tab a level, and a declaration that names the encoding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from xml.sax.saxutils import escape

__all__ = ["XmlElement", "Encoding", "document", "some"]


class Encoding(StrEnum):
    """The encodings of a file; the value is the one of ``--encoding``."""

    UTF_8 = "utf-8"
    SHIFT_JIS = "shift_jis"

    @property
    def declared(self) -> str:
        """The name in the XML declaration."""
        return {Encoding.UTF_8: "UTF-8", Encoding.SHIFT_JIS: "Shift_JIS"}[self]

    @property
    def code(self) -> str:
        """文字コード識別 (OQSCD005)."""
        return {Encoding.UTF_8: "0", Encoding.SHIFT_JIS: "1"}[self]

    @property
    def codec(self) -> str:
        """Python's codec. Windows means its code page 932 by Shift_JIS, which has 髙 and ①."""
        return {Encoding.UTF_8: "utf-8", Encoding.SHIFT_JIS: "cp932"}[self]


@dataclass(frozen=True, slots=True, repr=False)
class XmlElement:
    """One element with a text or with children. The children may be a generator: they are then written once."""

    name: str
    content: str | Iterable[XmlElement] = ""


def some(name: str, text: str | None) -> list[XmlElement]:
    """Return the element in a list, or an empty list if there is no text: an absent value has no element."""
    return [XmlElement(name, text)] if text else []


def document(root: XmlElement, encoding: Encoding) -> Iterator[bytes]:
    """Yield the file, a line at a time."""
    yield f'<?xml version="1.0" encoding="{encoding.declared}" standalone="no"?>\r\n'.encode("ascii")
    for line in _lines(root, 0):
        yield _encoded(f"{line}\r\n", encoding)


def _lines(element: XmlElement, depth: int) -> Iterator[str]:
    indent, name, content = "\t" * depth, element.name, element.content
    if isinstance(content, str):
        yield f"{indent}<{name}>{escape(content.translate(_NOT_XML))}</{name}>"
        return
    yield f"{indent}<{name}>"
    for child in content:
        yield from _lines(child, depth + 1)
    yield f"{indent}</{name}>"


def _encoded(text: str, encoding: Encoding) -> bytes:
    """Return the bytes of the text; a character that the encoding lacks is written as a black circle."""
    try:
        return text.encode(encoding.codec)
    except UnicodeEncodeError:
        return "".join(letter if _fits(letter, encoding) else LACKING for letter in text).encode(encoding.codec)


def _fits(letter: str, encoding: Encoding) -> bool:
    try:
        letter.encode(encoding.codec)
    except UnicodeEncodeError:
        return False
    return True


LACKING: Final = "●"
"""What stands for a character that the encoding of a file does not have."""

_NOT_XML: Final = dict.fromkeys(
    (*range(0x20), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)),
    "\N{REPLACEMENT CHARACTER}",
)
"""Characters that XML 1.0 forbids, and line breaks, which no text of an answer has."""

"""XML of other programs, read with lxml as elements and texts, and nothing else.

Entities, external files and huge documents are off; a document type is refused outright. An element is taken as soon as
it has ended, so that neither a deep nor a wide document costs more memory than the bounds below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

__all__ = ["LARGEST", "MarkupError", "Node", "decoded", "parsed", "streamed"]

LARGEST = 4 * 1024 * 1024
"""Bytes that a document may have."""

_MAX_DEPTH = 16
_MAX_ELEMENTS = 20_000
_CHUNK = 64 * 1024

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_ENCODINGS = {
    "utf-8": "utf-8",
    # 外字 of Windows, such as 髙 and ①, are in CP932 but not in what others call Shift_JIS.
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms932", "cp932"), "cp932"),
}
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]{0,200}\?>")
_DECLARED = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([\w.-]{1,40})["']""", re.ASCII)

_THREE_BYTES = re.compile(rb"[\xe3-\xe9\xef][\x80-\xbf]{2}")


class MarkupError(Exception):
    """A document is not the XML of a message. The text says why, and repeats nothing of the document."""


@dataclass(frozen=True, slots=True, repr=False)
class Node:
    """One element: its name without a namespace, its own text, its children. Attributes are not kept."""

    name: str
    text: str = ""
    children: tuple[Node, ...] = ()


def decoded(content: bytes, shift_jis: re.Pattern[bytes] | None = None) -> str:
    """Return the text of a document without its XML declaration.

    A byte order mark counts first, then the declared encoding; else it is UTF-8. What is no UTF-8 and declares nothing
    is Shift_JIS if the pattern ``shift_jis`` is found in it.

    Raises:
        MarkupError: The document is too large, in another encoding, or has a document type.

    """
    if len(content) > LARGEST:
        raise MarkupError(f"larger than {LARGEST} bytes")
    mark, encoding = next((one for one in _BOMS if content.startswith(one[0])), (b"", None))
    encoding = encoding or _encoding(content, shift_jis)
    try:
        text = content.removeprefix(mark).decode(encoding)
    except UnicodeDecodeError as error:
        raise MarkupError(f"not {error.encoding} text") from None
    if encoding == "cp932" and _is_japanese_in_utf_8(content):
        raise MarkupError("declared as Shift_JIS, but it is UTF-8")
    if "<!DOCTYPE" in text:
        raise MarkupError("has a document type")
    return _DECLARATION.sub("", text, count=1)


def _encoding(content: bytes, shift_jis: re.Pattern[bytes] | None) -> str:
    if declared := _DECLARED.match(content):
        name = declared[1].decode("ascii").lower()
        if name not in _ENCODINGS:
            raise MarkupError("in another encoding than UTF-8 and Shift_JIS")
        return _ENCODINGS[name]
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp932" if shift_jis and shift_jis.search(content) else "utf-8"
    return "utf-8"


def _is_japanese_in_utf_8(content: bytes) -> bool:
    """Return whether a text is UTF-8 with 漢字 or kana. Read as Shift_JIS it may be other 漢字, and no error."""
    if not _THREE_BYTES.search(content):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def parsed(content: bytes, shift_jis: re.Pattern[bytes] | None = None) -> Node:
    """Return the root element of a document; ``shift_jis`` as in `decoded`.

    Raises:
        MarkupError: The document is not the XML of a message, or beyond a bound.

    """
    root = None
    for node in streamed(content, "", shift_jis):
        root = node
    if root is None:
        raise MarkupError("has no element")
    return root


def streamed(content: bytes, unit: str, shift_jis: re.Pattern[bytes] | None = None) -> Iterator[Node]:
    """Yield each element named ``unit`` when it has ended, then the root without them.

    Memory is that of the content and of one unit, however many there are. What was yielded before an error must not
    be used: the document is then no message.

    Raises:
        MarkupError: The document is not the XML of a message, or beyond a bound.

    """
    text = decoded(content, shift_jis)
    builder = _Builder(unit)
    parser = etree.XMLParser(
        target=builder, encoding="utf-8", resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    try:
        for start in range(0, len(text), _CHUNK):
            parser.feed(text[start : start + _CHUNK].encode("utf-8"))
            yield from builder.taken()
        parser.close()
    except etree.XMLSyntaxError:
        raise MarkupError("not well-formed XML") from None
    yield from builder.taken()


@dataclass(slots=True)
class _Open:
    """An element whose end has not come yet."""

    name: str
    texts: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)


class _Builder:
    """The parser's target: makes elements as they end. lxml calls its four methods."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._open: list[_Open] = []
        self._ended: list[Node] = []
        self._count = 0

    def start(self, name: str, _attributes: object) -> None:
        """Begin an element."""
        self._count += 1
        if len(self._open) >= _MAX_DEPTH:
            raise MarkupError(f"nested deeper than {_MAX_DEPTH} elements")
        if self._count > _MAX_ELEMENTS:
            raise MarkupError(f"has more than {_MAX_ELEMENTS} elements")
        self._open.append(_Open(name.rpartition("}")[2]))

    def data(self, text: str) -> None:
        """Add text to the element that is open."""
        self._open[-1].texts.append(text)

    def end(self, _name: str) -> None:
        """End an element; hand it out if it is a unit or the root, else give it to its parent."""
        done = self._open.pop()
        text = "".join(done.texts)
        node = Node(done.name, "" if done.children and not text.strip() else text, tuple(done.children))
        if node.name == self._unit:
            self._ended.append(node)
            self._count = 0
        elif self._open:
            self._open[-1].children.append(node)
        else:
            self._ended.append(node)

    def close(self) -> None:
        """Return nothing: what was read is taken by ``taken``."""

    def taken(self) -> list[Node]:
        """Return what has ended since the last call."""
        ended, self._ended = self._ended, []
        return ended

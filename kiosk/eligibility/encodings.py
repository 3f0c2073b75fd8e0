"""The encoding of a member file: UTF-8, or CP932 as older host systems and spreadsheets write it.

A file names its encoding nowhere, so its bytes must show it. Japanese text in UTF-8 has sequences of three bytes or
more that are practically never good CP932 text by chance as a whole line; CP932 text is practically never good UTF-8.
Lines are held back, a bounded number of bytes, until one of them shows it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from kiosk.eligibility.errors import EncodingRefused

MOST_HELD = 262_144
"""How many bytes may be held back before the encoding must be known."""

MARK = "\uffff"
"""Takes the place of what is no text, where it is looked for; no text has this one."""

_UNDECODED = re.compile("[\udc80-\udcff]")
_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_JAPANESE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
"""What Japanese text has of the characters of three bytes and more in UTF-8."""


class FileEncoding(StrEnum):
    """What `kiosk registry import --encoding` takes."""

    AUTO = "auto"
    UTF_8 = "utf-8"
    CP932 = "cp932"


class Decoder:
    """Finds the encoding of the lines of one file, and decodes them.

    Attributes:
        found: the encoding; AUTO as long as all lines were ASCII, which reads the same in both.

    """

    def __init__(self, asked: FileEncoding = FileEncoding.AUTO) -> None:
        self.found = asked
        self._guessed = asked is FileEncoding.AUTO

    def lines(self, raw: Iterable[bytes], is_whole: Callable[[bytes], bool]) -> Iterator[bytes]:
        """Yield the lines without a byte order mark; from then on `decode` can read each of them.

        Args:
            raw: the lines of the file.
            is_whole: whether a line was read to its end. One that was cut shows nothing.

        Raises:
            EncodingRefused: the file is in UTF-16, or its bytes fit both encodings.

        """
        ahead = iter(raw)
        held: list[bytes] = []
        size = 0
        for line in self._without_mark(ahead):
            if self.found is not FileEncoding.AUTO or (line.isascii() and not held):
                yield line
                continue
            held.append(line)
            size += len(line)
            if size > MOST_HELD:
                yield from self._decided(held, is_whole)
                held, size = [], 0
        yield from self._decided(held, is_whole)

    def decode(self, line: bytes) -> str:
        """Return a line as text.

        Raises:
            ValueError: the line is in another encoding than the file. The text says so, and repeats nothing of it.

        """
        if line.isascii():
            return line.decode("ascii")
        if self.found is FileEncoding.CP932 and self._guessed and _looks_like_utf_8(line):
            raise ValueError("is UTF-8, where the file is CP932")
        try:
            return line.decode(self._codec)
        except UnicodeDecodeError:
            raise ValueError("is not CP932" if self.found is FileEncoding.CP932 else "is not UTF-8") from None

    def in_words(self) -> FileEncoding:
        """Return the encoding for a report: ASCII alone is UTF-8 too."""
        return FileEncoding.UTF_8 if self.found is FileEncoding.AUTO else self.found

    def readable(self, line: bytes) -> str:
        """Return a line as text, with an escape for each byte that cannot be decoded."""
        return line.decode(self._codec, errors="backslashreplace")

    def marked(self, line: bytes) -> str:
        """Return a line as text, with a MARK for each byte that cannot be decoded."""
        return _UNDECODED.sub(MARK, line.decode(self._codec, errors="surrogateescape"))

    @property
    def _codec(self) -> str:
        return "cp932" if self.found is FileEncoding.CP932 else "utf-8"

    def _without_mark(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        first = next(lines, b"")
        if first.startswith(_WIDE_BOMS):
            raise EncodingRefused("the file is in UTF-16; save it as CSV in UTF-8")
        if first.startswith(_BOM):
            if self.found is FileEncoding.CP932:
                raise EncodingRefused("the file begins with the mark of UTF-8; leave --encoding cp932 away")
            self.found, self._guessed = FileEncoding.UTF_8, False
        if first:
            yield first.removeprefix(_BOM)
        yield from lines

    def _decided(self, held: list[bytes], is_whole: Callable[[bytes], bool]) -> Iterator[bytes]:
        if self.found is FileEncoding.AUTO:
            self.found = _encoding_of([line for line in held if is_whole(line) and not line.isascii()])
        yield from held


def _encoding_of(lines: list[bytes]) -> FileEncoding:
    """Return the encoding of lines that are not ASCII; AUTO if there is none, UTF_8 if they are in neither.

    Raises:
        EncodingRefused: each line is good text in both.

    """
    if any(map(_looks_like_utf_8, lines)):
        return FileEncoding.UTF_8
    good = {(_is_good(line, "utf-8"), _is_good(line, "cp932")) for line in lines}
    if (False, True) in good:
        return FileEncoding.CP932
    if (True, True) in good and (True, False) not in good:
        raise EncodingRefused("the file can be read as UTF-8 and as CP932; say which with --encoding")
    return FileEncoding.UTF_8 if good else FileEncoding.AUTO


def _looks_like_utf_8(line: bytes) -> bool:
    """Return whether a line has Japanese text in UTF-8, and far more of it than faults.

    A line of CP932 has a few such sequences by chance, among many faults.
    """
    text = line.decode("utf-8", errors="replace")
    faults = text.count("\N{REPLACEMENT CHARACTER}")
    return len(_JAPANESE.findall(text)) > 2 * faults


def _is_good(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True

"""Changes to DER at the level of ASN.1: tags, lengths, nodes, integers, times, object identifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

__all__ = ["mutated", "tree"]

_CONSTRUCTED = 0x20
_INTEGER, _BIT_STRING, _OCTET_STRING, _OID, _SEQUENCE = 0x02, 0x03, 0x04, 0x06, 0x30
_TIMES = (0x17, 0x18)
_TAGS = (0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A, 0x0C, 0x13, 0x16, 0x17, 0x18, 0x1E, 0x30, 0x31, 0x80, 0xA0, 0xA3)
_MOST_LEVELS = 24
_ODD_TIMES = (
    b"", b"Z", b"491231235959Z", b"500101000000Z", b"991332256199Z", b"20500230000000Z", b"00000101000000Z",
    b"99991231235959Z", b"20261122030405.5Z", b"20261122030405+0900", b"2611220304Z", b"\xef\xbc\x92611220304Z",
)  # fmt: skip
_ODD_OIDS = (b"", b"\x80", b"\x80\x01", b"\xff" * 40 + b"\x7f", b"\x2a\x83", b"\x55\x1d\x1c", b"\x55\x1d\x1b", b"\x28")
_ODD_INTEGERS = (b"", b"\x00", b"\x80", b"\xff", b"\x00\x00\x01", b"\x7f" * 20, b"\x00" + b"\xff" * 20)
_ODD_TEXTS = (b"", b"\x00", b"\xff\xfe", b"A" * 900, b"=,+<>#;\\", "模擬".encode())


@dataclass
class Node:
    """One object: either what it holds, or its bytes. ``prefix`` stands before what it holds (a BIT STRING's)."""

    tag: int
    content: bytes = b""
    children: list[Node] | None = None
    prefix: bytes = b""
    length: Callable[[int], bytes] | None = None

    def encode(self) -> bytes:
        """Return the object's bytes, with the length it claims."""
        body = self.content if self.children is None else self.prefix + b"".join(c.encode() for c in self.children)
        return bytes([self.tag]) + (self.length or _length)(len(body)) + body

    def walk(self) -> Iterator[tuple[list[Node], int]]:
        """Return every object below this one as (its siblings, its place among them)."""
        for place, child in enumerate(self.children or ()):
            yield self.children or [], place
            yield from child.walk()


def tree(data: bytes, levels: int = _MOST_LEVELS) -> list[Node] | None:
    """Return the objects that ``data`` is, to the last byte; None if it is none."""
    nodes, position = [], 0
    while position < len(data):
        header = _header(data, position)
        if header is None:
            return None
        start, end = header
        nodes.append(_node(data[position], data[start:end], levels))
        position = end
    return nodes


def mutated(data: bytes, random: Random, most: int = 3) -> bytes:
    """Return ``data`` with one to ``most`` changes; what is no DER is changed byte by byte."""
    found = tree(data)
    if not found:
        return _flipped(data or b"\x30\x00", random)
    whole = Node(0, children=found)
    for _ in range(random.randint(1, most)):
        _change(whole, random)
    return b"".join(child.encode() for child in whole.children or ())


def _change(whole: Node, random: Random) -> None:
    places = list(whole.walk())
    if places:
        siblings, place = random.choice(places)
        random.choice(_CHANGES)(siblings, place, places, random)


Places = Sequence[tuple[list[Node], int]]


def _retag(siblings: list[Node], place: int, _places: Places, random: Random) -> None:
    node = siblings[place]
    node.tag = random.choice((node.tag ^ (1 << random.randrange(8)), *_TAGS))


def _lie(siblings: list[Node], place: int, _places: Places, random: Random) -> None:
    lies: tuple[Callable[[int], bytes], ...] = (
        lambda true: _length(true + 1),
        lambda true: _length(max(0, true - 1)),
        lambda true: b"\x80",
        lambda true: b"\x84\xff\xff\xff\xff",
        lambda true: b"\x84" + true.to_bytes(4, "big"),
        lambda true: b"\xff",
        lambda true: _length(true * 256),
    )
    siblings[place].length = random.choice(lies)


def _delete(siblings: list[Node], place: int, _places: Places, _random: Random) -> None:
    del siblings[place]


def _double(siblings: list[Node], place: int, _places: Places, random: Random) -> None:
    siblings[place:place] = [siblings[place]] * random.choice((1, 2, 30))


def _swap(siblings: list[Node], place: int, _places: Places, random: Random) -> None:
    other = random.randrange(len(siblings))
    siblings[place], siblings[other] = siblings[other], siblings[place]


def _graft(siblings: list[Node], place: int, places: Places, random: Random) -> None:
    """Put what one object says in the place of another; as bytes, so that no object can come to hold itself."""
    donors, donor = random.choice(places)
    copied = tree(donors[donor].encode()) if donor < len(donors) else None
    siblings[place : place + 1] = copied or []


def _nest(siblings: list[Node], place: int, _places: Places, random: Random) -> None:
    for _ in range(random.choice((1, 2, 17, 60))):
        siblings[place] = Node(_SEQUENCE, children=[siblings[place]])


def _refill(siblings: list[Node], place: int, _places: Places, random: Random) -> None:
    """Give the object a content that is odd for its kind."""
    node = siblings[place]
    node.children = None
    node.content = _odd_content(node.tag, random)


def _flip(siblings: list[Node], place: int, _places: Places, random: Random) -> None:
    node = siblings[place]
    if node.children is None:
        node.content = _flipped(node.content, random)


_CHANGES = (_retag, _lie, _delete, _double, _swap, _graft, _nest, _refill, _flip, _flip)


def _odd_content(tag: int, random: Random) -> bytes:
    if tag == _INTEGER:
        return random.choice((*_ODD_INTEGERS, b"\x7f" * random.randint(1, 2000)))
    if tag == _OID:
        return random.choice((*_ODD_OIDS, random.randbytes(random.randint(1, 12))))
    return random.choice(_ODD_TIMES if tag in _TIMES else _ODD_TEXTS)


def _flipped(data: bytes, random: Random) -> bytes:
    if not data:
        return random.randbytes(1)
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]


def _node(tag: int, content: bytes, levels: int) -> Node:
    prefix = content[:1] if tag == _BIT_STRING else b""
    holds = tag & _CONSTRUCTED or tag in (_OCTET_STRING, _BIT_STRING)
    children = tree(content[len(prefix) :], levels - 1) if holds and levels and content[len(prefix) :] else None
    return Node(tag, content, children, prefix)


def _header(data: bytes, position: int) -> tuple[int, int] | None:
    """Return where the content of the object at ``position`` begins and ends; None if it does not fit."""
    if position + 2 > len(data) or data[position] & 0x1F == 0x1F:
        return None
    count = data[position + 1] & 0x7F if data[position + 1] & 0x80 else 0
    start = position + 2 + count
    length = int.from_bytes(data[position + 2 : start], "big") if count else data[position + 1]
    fits = count <= 3 and start + length <= len(data) and (count or not data[position + 1] & 0x80)
    return (start, start + length) if fits else None


def _length(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    body = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(body)]) + body

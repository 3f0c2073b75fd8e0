"""Read and write xml2, the form of 日レセAPI: elements with a ``type`` of string, record or array."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

__all__ = ["Records", "WrongBody", "array", "document", "read_body", "record", "some"]

MOST_BYTES: Final = 64 * 1024
"""The most bytes that a call may have."""


class WrongBody(Exception):
    """The body of a call is no xml2 of the kind that is expected."""


Records = Sequence[str]
"""Elements, each written already."""


def some(**texts: str) -> list[str]:
    """Return an element for each text that is not empty, as ORCA leaves out what it does not know."""
    return [f'<{name} type="string">{escape(text)}</{name}>' for name, text in texts.items() if text]


def record(name: str, inside: Iterable[str]) -> str:
    """Return a record."""
    return f'<{name} type="record">{"".join(inside)}</{name}>'


def array(name: str, records: Sequence[Records]) -> list[str]:
    """Return the array of such records in a list; an empty list for none."""
    inside = "".join(record(f"{name}_child", one) for one in records)
    return [f'<{name} type="array">{inside}</{name}>'] if records else []


def document(name: str, inside: Iterable[str]) -> bytes:
    """Return the whole answer."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<xmlio2>{record(name, inside)}</xmlio2>\n'.encode()


def read_body(body: bytes, name: str) -> dict[str, str]:
    """Return the texts of all elements of a call, by name; each name may come once.

    Raises:
        WrongBody: It is not ``<data><NAME type="record">…``.

    """
    if b"<!" in body:
        raise WrongBody("a document type or a comment")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 (without a document type there are no entities)
    except ElementTree.ParseError:
        raise WrongBody("not XML") from None
    asked = root.find(name) if root.tag == "data" else None
    if asked is None or asked.get("type") != "record":
        raise WrongBody(f"not <data><{name} type=record>")
    return _texts(asked)


def _texts(asked: ElementTree.Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in asked.iter():
        if element.get("type") not in ("string", "record", "array"):
            raise WrongBody(f"{element.tag} has no type")
        if element.get("type") == "string":
            if element.tag in found:
                raise WrongBody(f"{element.tag} comes twice")
            found[element.tag] = (element.text or "").strip()
    return found

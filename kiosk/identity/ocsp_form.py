"""Take an OCSP answer apart (OCSPResponse, RFC 6960 4.2.1) into what was signed and what the library can read.

The library gets the answer without its extensions, which are read here, and without defaults that are written out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.x509 import ocsp

from kiosk.identity.der import (
    BIT_STRING,
    ENUMERATED,
    OCTET_STRING,
    OID,
    SEQUENCE,
    DerError,
    Element,
    Extension,
    context,
    element,
    encoded,
    extensions_of,
)

__all__ = ["NONCE", "AnswerError", "OcspAnswer", "Refused", "Single", "reading", "take_apart"]

NONCE: Final = bytes.fromhex("2b0601050507300102")  # id-pkix-ocsp-nonce
_BASIC: Final = bytes.fromhex("2b0601050507300101")  # id-pkix-ocsp-basic
_VERSION, _EXTENSIONS = context(0), context(1)


class AnswerError(ValueError):
    """The answer cannot be used. The text says why, in English, without a certificate's number."""


class Refused(AnswerError):
    """The responder declined to answer; ``unauthorized`` means that it knows nothing of this certificate (RFC 5019
    2.2.3).
    """

    def __init__(self, status: str) -> None:
        super().__init__(f"the responder refuses to answer: {status}")
        self.unauthorized = status == ocsp.OCSPResponseStatus.UNAUTHORIZED.name.lower()


@dataclass(frozen=True, slots=True)
class Single:
    """What the answer says of one certificate."""

    response: ocsp.OCSPSingleResponse
    extensions: tuple[Extension, ...]


@dataclass(frozen=True, slots=True)
class OcspAnswer:
    """A successful answer; ``signed`` are the bytes under its signature."""

    signed: bytes
    response: ocsp.OCSPResponse
    extensions: tuple[Extension, ...]
    singles: tuple[Single, ...]

    @property
    def certificates(self) -> list[x509.Certificate]:
        """Return the certificates that the answer carries."""
        return self.response.certificates


@contextmanager
def reading() -> Iterator[None]:
    """Turn anything that a parser raises in the block into AnswerError, since a parser's exceptions are not a closed
    list.
    """
    try:
        yield
    except AnswerError:
        raise
    except Exception:
        raise AnswerError("not an OCSP answer") from None


def take_apart(content: bytes) -> OcspAnswer:
    """Return the answer, whatever follows it. Call this within ``reading``, since parsers may raise anything.

    Raises:
        Refused: The responder declined to answer.

    """
    whole = element(content, 0, len(content))
    status, *rest = whole.inside()
    if whole.tag != SEQUENCE or status.tag != ENUMERATED or len(rest) > 1:
        raise DerError("not an OCSPResponse")
    if any(status.value):
        raise Refused(_status_name(whole.whole))
    data, *tail = _basic(rest[0]).inside()
    head, singles, extensions = _split(list(data.inside()))
    plain = encoded(SEQUENCE, *head, encoded(SEQUENCE, *(_without_extensions(single) for single in singles)))
    response = _load(encoded(SEQUENCE, plain, *(part.whole for part in tail)))
    read = zip(response.responses, singles, strict=True)
    return OcspAnswer(data.whole, response, extensions, tuple(Single(one, _extensions(single)) for one, single in read))


def _status_name(whole: bytes) -> str:
    return ocsp.load_der_ocsp_response(whole).response_status.name.lower()


def _basic(outer: Element) -> Element:
    """Return the BasicOCSPResponse inside ``[0] { SEQUENCE { OID, OCTET STRING } }``."""
    (bytes_of,) = outer.inside()
    kind, octets = bytes_of.inside()
    if (kind.tag, kind.value, octets.tag) != (OID, _BASIC, OCTET_STRING):
        raise DerError("not a basic answer")
    basic = element(octets.data, octets.content, octets.end)
    if [part.tag for part in basic.inside()][:3] != [SEQUENCE, SEQUENCE, BIT_STRING]:
        raise DerError("not a basic answer")
    return basic


def _split(parts: Sequence[Element]) -> tuple[list[bytes], list[Element], tuple[Extension, ...]]:
    """Return responder and time, the single answers and the extensions of a ResponseData; version 1 is the default."""
    version = parts[:1] if parts[0].tag == _VERSION else []
    if version and any(next(version[0].inside()).value):
        raise DerError("another version")
    responder, produced, singles, *rest = parts[len(version) :]
    return [responder.whole, produced.whole], list(singles.inside()), _found(rest)


def _without_extensions(single: Element) -> bytes:
    return encoded(SEQUENCE, *(part.whole for part in _parts(single)[0]))


def _extensions(single: Element) -> tuple[Extension, ...]:
    return _found(_parts(single)[1])


def _parts(single: Element) -> tuple[list[Element], list[Element]]:
    """Return what a SingleResponse says, and its extensions; its status may have the same tag as these."""
    parts = list(single.inside())
    extensions = [part for part in parts[3:] if part.tag == _EXTENSIONS]
    return [part for part in parts if part not in extensions], extensions


def _found(parts: Sequence[Element]) -> tuple[Extension, ...]:
    return tuple(item for part in parts for inner in part.inside() for item in extensions_of(inner))


def _load(basic: bytes) -> ocsp.OCSPResponse:
    body = encoded(SEQUENCE, encoded(OID, _BASIC), encoded(OCTET_STRING, basic))
    return ocsp.load_der_ocsp_response(encoded(SEQUENCE, encoded(ENUMERATED, b"\x00"), encoded(context(0), body)))

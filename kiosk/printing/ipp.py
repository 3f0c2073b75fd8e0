"""Questions to CUPS by IPP (RFC 8010): what a job and its printer do. `lpstat` does not say how a job ended."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import httpx

__all__ = ["Attributes", "IppError", "UnknownTarget", "ask"]

Attributes: TypeAlias = Mapping[str, Sequence[int | str]]

_OPERATION_ATTRIBUTES, _END = 0x01, 0x03
_LAST_DELIMITER = 0x0F
_INTEGERS = (0x21, 0x23)
_TEXTS = (0x41, 0x42, 0x44)
_KEYWORD, _URI, _CHARSET, _LANGUAGE, _NAME = 0x44, 0x45, 0x47, 0x48, 0x42

_MOST = 64 * 1024
"""Bytes of an answer; a real one has about 300."""
_SECONDS = 10
_FAILED, _NOT_FOUND = 0x0100, 0x0406
"""Status codes from the first one on are errors (RFC 8011, 4.1.6)."""


class IppError(Exception):
    """CUPS did not answer, or refused to."""


class UnknownTarget(IppError):
    """CUPS has no such job or printer, or none any more."""


def ask(server: str, operation: int, target: tuple[str, str], wanted: Sequence[str]) -> Attributes:
    """Return attributes of a job or a printer.

    Args:
        server: `host:port`, or the path of a socket.
        operation: the code of the operation (RFC 8011, 5.4.15).
        target: the attribute that names the job or printer, and its URI.
        wanted: the attributes; those that there are not are missing in the answer.

    Raises:
        UnknownTarget: CUPS does not know the target.
        IppError: CUPS cannot be reached, or answers with something else.

    """
    try:
        return _read(_answer(server, _request(operation, target, wanted)))
    except httpx.HTTPError as error:
        raise IppError(f"CUPS does not answer ({type(error).__name__})") from None
    except (struct.error, UnicodeDecodeError, IndexError):
        raise IppError("CUPS answered with something that is not IPP") from None


def _answer(server: str, request: bytes) -> bytes:
    if server.startswith("/") and not Path(server).is_socket():
        raise IppError("CUPS does not answer (its socket is not there)")
    socket = httpx.HTTPTransport(uds=server) if server.startswith("/") else None
    address = "http://localhost/" if socket else f"http://{server}/"
    headers = {"Content-Type": "application/ipp"}
    with (
        httpx.Client(transport=socket, timeout=_SECONDS, trust_env=False) as client,
        client.stream("POST", address, content=request, headers=headers) as response,
    ):
        if response.status_code != httpx.codes.OK:
            raise IppError(f"CUPS answered with status {response.status_code}")
        found = b""
        for part in response.iter_bytes(_MOST):
            found += part
            if len(found) > _MOST:
                raise IppError("CUPS answered with more than can be meant")
        return found


def _request(operation: int, target: tuple[str, str], wanted: Sequence[str]) -> bytes:
    attributes = [
        (_CHARSET, "attributes-charset", "utf-8"),
        (_LANGUAGE, "attributes-natural-language", "en"),
        (_URI, *target),
        (_NAME, "requesting-user-name", "kiosk"),
        *((_KEYWORD, "" if number else "requested-attributes", name) for number, name in enumerate(wanted)),
    ]
    head = struct.pack(">BBHI", 2, 0, operation, 1) + bytes([_OPERATION_ATTRIBUTES])
    return head + b"".join(_attribute(*one) for one in attributes) + bytes([_END])


def _attribute(tag: int, name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return struct.pack(f">BH{len(key)}sH{len(text)}s", tag, len(key), key, len(text), text)


def _read(answer: bytes) -> Attributes:
    _, status, _ = struct.unpack_from(">HHI", answer)
    if status == _NOT_FOUND:
        raise UnknownTarget("CUPS does not know it")
    if status >= _FAILED:
        raise IppError(f"CUPS refused (IPP status 0x{status:04x})")
    found: dict[str, list[int | str]] = {}
    name = ""
    for tag, key, value in _values(answer):
        name = key or name
        if tag in _INTEGERS:
            found.setdefault(name, []).append(int.from_bytes(value, "big", signed=True))
        elif tag in _TEXTS:
            found.setdefault(name, []).append(value.decode())
    return found


def _values(answer: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Yield tag, name (empty for a further value of the same attribute) and value."""
    at = 8
    while (tag := answer[at]) != _END:
        at += 1
        if tag <= _LAST_DELIMITER:
            continue
        parts = []
        for _ in range(2):
            (length,) = struct.unpack_from(">H", answer, at)
            (part,) = struct.unpack_from(f">{length}s", answer, at + 2)
            parts.append(part)
            at += 2 + length
        yield tag, parts[0].decode(), parts[1]

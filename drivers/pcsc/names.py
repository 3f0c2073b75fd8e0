"""The three calls of PC/SC that carry a reader's name, straight to libpcsclite: pyscard knows only ASCII names.

(pyscard 2.3.1: a name of UTF-8 ends SCardGetStatusChange and SCardConnect in a UnicodeEncodeError, and one name that is
not UTF-8 ends SCardListReaders in a SystemError for all of them.) Contexts and handles are pyscard's own, for it loads
the same library. In Python a name is UTF-8 with ``surrogateescape``, so that each name leads back to its very bytes.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Final

__all__ = ["NamedState", "connect", "is_text", "list_readers", "shown", "status_change"]

NamedState = tuple[str, int, bytes]
"""A reader's name, the bits of its state (SCARD_STATE_*), and the ATR of its card."""

_SUCCESS: Final = 0
_MAX_ATR: Final = 33
# pcscd knows 16 readers with names of at most 128 bytes; this is the longest list we would believe.
_LIST_BYTES: Final = 65_536

_library: Final = ctypes.CDLL("libpcsclite.so.1")


class _ReaderState(ctypes.Structure):
    """SCARD_READERSTATE (pcsclite.h)."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("user_data", ctypes.c_void_p),
        ("current", ctypes.c_ulong),
        ("event", ctypes.c_ulong),
        ("atr_length", ctypes.c_ulong),
        ("atr", ctypes.c_ubyte * _MAX_ATR),
    )


_list = ctypes.CFUNCTYPE(
    ctypes.c_long, ctypes.c_long, ctypes.c_char_p, ctypes.c_void_p, ctypes.POINTER(ctypes.c_ulong)
)(("SCardListReaders", _library))
_change = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_long, ctypes.c_ulong, ctypes.POINTER(_ReaderState), ctypes.c_ulong)(
    ("SCardGetStatusChange", _library)
)
_connect = ctypes.CFUNCTYPE(
    ctypes.c_long,
    ctypes.c_long,
    ctypes.c_char_p,
    ctypes.c_ulong,
    ctypes.c_ulong,
    ctypes.POINTER(ctypes.c_long),
    ctypes.POINTER(ctypes.c_ulong),
)(("SCardConnect", _library))


def list_readers(context: int) -> tuple[int, list[str]]:
    """Return the result of SCardListReaders and the names; no names if it failed."""
    size = ctypes.c_ulong(_LIST_BYTES)
    buffer = ctypes.create_string_buffer(_LIST_BYTES)
    result = int(_list(context, None, buffer, ctypes.byref(size)))
    names = buffer.raw[: size.value].split(b"\0") if result == _SUCCESS else []
    return result, [_decoded(name) for name in names if name]


def status_change(context: int, timeout: int, known: Sequence[tuple[str, int]]) -> tuple[int, list[NamedState]]:
    """Return the result of SCardGetStatusChange and each reader's state, after at most ``timeout`` milliseconds."""
    states = (_ReaderState * len(known))()
    for state, (name, bits) in zip(states, known, strict=True):
        state.name, state.current = _encoded(name), bits
    result = int(_change(context, timeout, states, len(known)))
    seen = zip(known, states, strict=True)
    return result, [(name, state.event, bytes(state.atr)[: state.atr_length]) for (name, _), state in seen]


def connect(context: int, reader: str, mode: int, protocols: int) -> tuple[int, int, int]:
    """Return the result of SCardConnect, the handle, and the protocol that was agreed on."""
    handle, protocol = ctypes.c_long(), ctypes.c_ulong()
    result = _connect(context, _encoded(reader), mode, protocols, ctypes.byref(handle), ctypes.byref(protocol))
    return int(result), handle.value, protocol.value


def is_text(name: str) -> bool:
    """Return whether a reader's name can be written down: it is UTF-8."""
    return not any("\udc80" <= letter <= "\udcff" for letter in name)


def shown(name: str) -> str:
    r"""Return a name that can be shown: a byte that is not UTF-8 becomes ``\x83``."""
    return _encoded(name).decode("utf-8", "backslashreplace")


def _decoded(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _encoded(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")

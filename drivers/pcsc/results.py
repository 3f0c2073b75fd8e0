"""The error for each result of PC/SC, in one table."""

from __future__ import annotations

from smartcard import scard

from drivers.errors import (
    CardBusy,
    CardRemoved,
    CommunicationFailed,
    DriverError,
    NoCard,
    NoReader,
    ReaderFailed,
    ServiceNotRunning,
    ServiceRefused,
)

__all__ = ["LINK_FAULTS", "error_for"]

_MEANINGS: dict[int, type[DriverError]] = {
    scard.SCARD_E_NO_SERVICE: ServiceNotRunning,
    scard.SCARD_E_SERVICE_STOPPED: ServiceNotRunning,
    scard.SCARD_E_SERVER_TOO_BUSY: ServiceNotRunning,
    scard.SCARD_P_SHUTDOWN: ServiceNotRunning,
    scard.SCARD_E_SYSTEM_CANCELLED: ServiceNotRunning,
    scard.SCARD_F_COMM_ERROR: ServiceNotRunning,
    scard.SCARD_W_SECURITY_VIOLATION: ServiceRefused,
    scard.SCARD_E_UNKNOWN_READER: NoReader,
    scard.SCARD_E_READER_UNAVAILABLE: NoReader,
    scard.SCARD_E_NO_READERS_AVAILABLE: NoReader,
    scard.SCARD_E_NO_SMARTCARD: NoCard,
    scard.SCARD_W_REMOVED_CARD: CardRemoved,
    scard.SCARD_E_SHARING_VIOLATION: CardBusy,
    scard.SCARD_W_RESET_CARD: CommunicationFailed,
    scard.SCARD_W_UNPOWERED_CARD: CommunicationFailed,
    scard.SCARD_W_UNRESPONSIVE_CARD: CommunicationFailed,
    scard.SCARD_W_UNSUPPORTED_CARD: CommunicationFailed,
    scard.SCARD_E_PROTO_MISMATCH: CommunicationFailed,
    scard.SCARD_E_NOT_TRANSACTED: CommunicationFailed,
    scard.SCARD_E_COMM_DATA_LOST: CommunicationFailed,
    scard.SCARD_E_TIMEOUT: CommunicationFailed,
    scard.SCARD_E_INSUFFICIENT_BUFFER: CommunicationFailed,
    scard.SCARD_E_INVALID_PARAMETER: CommunicationFailed,
    scard.SCARD_E_INVALID_VALUE: CommunicationFailed,
    scard.SCARD_E_INVALID_HANDLE: CommunicationFailed,
    scard.SCARD_E_CANCELLED: CommunicationFailed,
}

LINK_FAULTS = frozenset(
    {
        scard.SCARD_E_NOT_TRANSACTED,
        scard.SCARD_E_COMM_DATA_LOST,
        scard.SCARD_E_TIMEOUT,
        scard.SCARD_W_UNPOWERED_CARD,
        scard.SCARD_W_UNRESPONSIVE_CARD,
    }
)
"""Results that a removal can also have, before pcscd has noticed it."""


def error_for(result: int, during: str) -> DriverError:
    """Return the error that ``result`` of a PC/SC call means; one without an entry is a failed reader."""
    kind = _MEANINGS.get(result, ReaderFailed)
    return kind(f"{during}: PC/SC result 0x{result & 0xFFFFFFFF:08X}")

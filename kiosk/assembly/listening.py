"""The sockets to serve on: taken before anything starts, so that a port in use is known first."""

from __future__ import annotations

import socket

from kiosk.settings import SettingsError, address_of

__all__ = ["listen_on", "listener_for"]


def listener_for(key: str, listen: str) -> socket.socket:
    """Return the socket to serve on.

    Args:
        key: the setting that names the address, for the message.
        listen: loopback address and port, as in the settings.

    Raises:
        SettingsError: the port is taken, or the address cannot be used.

    """
    try:
        return listen_on(listen)
    except OSError as error:
        raise SettingsError(f"{key}: {listen}: {error.strerror}") from error


def listen_on(address: str) -> socket.socket:
    """Return a listening socket on a loopback address and port of the settings. Raises OSError if the port is taken.

    It listens already: a client that connects while the service starts waits instead of being refused.
    """
    host, port = address_of(address)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small answers at once (TCP_NODELAY) only on a socket that names its protocol.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener

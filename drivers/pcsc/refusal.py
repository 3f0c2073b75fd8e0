"""Find out whether pcscd turns this user away: if it is built with polkit, it hangs up on such a client at once.

libpcsclite reports this in one of two ways, by chance: SCARD_W_SECURITY_VIOLATION if it had asked before pcscd hung
up, else SCARD_E_NO_SERVICE, as if no pcscd ran (seen with Debian 13's 2.3.3). The socket itself shows the difference.
"""

from __future__ import annotations

import os
import socket
from typing import Final

__all__ = ["SOCKET", "is_turned_away", "socket_path"]

SOCKET: Final = "/run/pcscd/pcscd.comm"
"""Where pcscd listens, unless ``PCSCLITE_CSOCK_NAME`` says otherwise."""

_HANGS_UP_SECONDS: Final = 1.0


def socket_path() -> str:
    """Return the path of pcscd's socket."""
    return os.environ.get("PCSCLITE_CSOCK_NAME") or SOCKET


def is_turned_away() -> bool:
    """Return whether pcscd accepts a connection and ends it at once; otherwise it waits for the client's question."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as client:
        client.settimeout(_HANGS_UP_SECONDS)
        try:
            client.connect(socket_path())
            return client.recv(1) == b""
        except ConnectionResetError:
            return True
        except (OSError, ValueError):
            return False

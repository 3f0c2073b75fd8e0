"""``python -m drivers.worker MODULE:FUNCTION --socket FD``: one driver in a process of its own."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import pkgutil
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from drivers.connection import Driver
from drivers.json_lines import catch_unhandled, handler
from drivers.profiles import profiles_in
from drivers.worker.hardening import keep_no_core, prctl
from drivers.worker.server import serve

__all__ = ["main"]

_PR_SET_PDEATHSIG = 1


def main(arguments: Sequence[str]) -> None:
    """Serve the client on the inherited descriptor ``--socket`` until it hangs up."""
    options = _parse(arguments)
    sock = socket.socket(fileno=options.socket)
    _end_politely(sock)
    _harden()
    logging.basicConfig(level=logging.WARNING, handlers=[handler()])
    catch_unhandled()
    own = json.loads(options.options)
    profiles = profiles_in(own)
    serve(_create(options.driver)(own), sock, profiles=profiles)
    sys.stderr.flush()
    # A dialogue with a card that never answers may still block a thread: it must not keep the process.
    os._exit(0)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="drivers.worker", description=__doc__)
    parser.add_argument("driver", help="the function that makes a driver of its options, as MODULE:FUNCTION")
    parser.add_argument("--socket", type=int, required=True, help="file descriptor of the client's socket")
    parser.add_argument("--options", default="{}", help="the driver's own options, a JSON object")
    return parser.parse_args(arguments)


def _create(driver: str) -> Callable[[Mapping[str, object]], Driver]:
    create: Callable[[Mapping[str, object]], Driver] = pkgutil.resolve_name(driver)
    return create


def _harden() -> None:
    """Leave no core dump, for a PIN passes through here, and end with the service even if its socket lives on."""
    keep_no_core()
    prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end_politely(sock: socket.socket) -> None:
    """Take SIGTERM as the client's end, so that cards are powered off; leave ^C to the service."""

    def hang_up(_number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, hang_up)


if __name__ == "__main__":
    main(sys.argv[1:])

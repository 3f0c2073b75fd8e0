"""OpenSC's tools as peers: whole commands, with its default configuration and with its JPKI driver alone."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from simulators.card import JpkiCardSimulator
from simulators.issuing import DEFAULT_PIN
from tests.bench.figures import series

__all__ = ["PEERS", "peer"]

_MODULE = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
_READ = ("pkcs15-tool", "--read-certificate", "1")
_SIGN = ("pkcs11-tool", "--module", _MODULE, "--login", "--pin", DEFAULT_PIN, "--id", "01", "--sign")

PEERS = (
    ("pkcs15-tool --read-certificate", _READ, False),
    ("pkcs15-tool --read-certificate, card_drivers = jpki", _READ, True),
    ("pkcs11-tool --login --sign", _SIGN, False),
    ("pkcs11-tool --login --sign, card_drivers = jpki", _SIGN, True),
)
"""Name, command, and whether OpenSC is told that the card is a My Number card."""


def peer(
    card: JpkiCardSimulator, folder: Path, command: Sequence[str], *, only_jpki: bool, runs: int
) -> tuple[list[float], int]:
    """Return the wall times, in milliseconds, of a whole command and how many APDUs one of them sends."""
    environment = os.environ | ({"OPENSC_CONF": str(_jpki_only(folder))} if only_jpki else {})
    whole = [*command, *_message(folder)] if "--sign" in command else [*command]

    def run() -> None:
        subprocess.run(whole, check=True, capture_output=True, env=environment)  # noqa: S603 - a fixed command

    before = len(card.apdu_log)
    run()
    apdus = len(card.apdu_log) - before
    return series(run, runs, warm_up=0), apdus


def _jpki_only(folder: Path) -> Path:
    path = folder / "opensc.conf"
    path.write_text("app default {\n    card_drivers = jpki;\n}\n", "ascii")
    return path


def _message(folder: Path) -> list[str]:
    message = folder / "message"
    message.write_bytes(bytes(32))
    return ["--mechanism", "SHA256-RSA-PKCS", "-i", str(message), "-o", str(folder / "signature")]

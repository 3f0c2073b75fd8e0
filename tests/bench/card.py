"""The whole check of a card through a real pcscd, beside OpenSC and a bare loop of the same commands.

The bare loop sends the very bytes that our driver sent, with raw pyscard calls and nothing else: what our driver takes
above it is our own time.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from smartcard import scard

from drivers.connection import CardConnection, EventKind
from drivers.jpki import CardMemory, JpkiCard
from drivers.pcsc import plugin
from drivers.pcsc.driver import PcscDriver
from drivers.worker.client import WorkerClient
from simulators.card import JpkiCardSimulator
from simulators.issuing import DEFAULT_PIN, genuine_card
from simulators.pcscd import PrivatePcscd
from simulators.pki import user_authority
from tests.bench.figures import milliseconds, row, series, show

RUNS = 200
PEER_RUNS = 20
CHALLENGE = bytes(32)
MODULE = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"


class _Tape:
    """Notes what passes a connection."""

    def __init__(self, connection: CardConnection) -> None:
        self._connection = connection
        self.transport = connection.transport
        self.commands: list[bytes] = []

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        self.commands.append(bytes(apdu))
        return self._connection.send_and_receive(apdu)


def _check(connection: CardConnection, memory: CardMemory) -> None:
    card = JpkiCard(connection, memory)
    card.select()
    card.read_certificate()
    card.pin_tries_left()
    card.verify_pin(DEFAULT_PIN.encode())
    card.sign(CHALLENGE)


def _recorded(driver: PcscDriver, reader: str) -> list[bytes]:
    """Return the commands of one check, after the road to the card is learnt."""
    with driver.reader(reader).connect() as connection:
        tape = _Tape(connection)
        _check(tape, CardMemory())  # type: ignore[arg-type]
    return tape.commands


def _bare(reader: str, commands: list[bytes]) -> Callable[[], None]:
    lists = [list(command) for command in commands]
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    _, handle, protocol = scard.SCardConnect(context, reader, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T1)

    def transmit_all() -> None:
        scard.SCardBeginTransaction(handle)
        for command in lists:
            scard.SCardTransmit(handle, protocol, command)
        scard.SCardEndTransaction(handle, scard.SCARD_LEAVE_CARD)

    return transmit_all


def _ours(driver: PcscDriver, reader: str) -> Callable[[], None]:
    memory, place = CardMemory(), driver.reader(reader)

    def check() -> None:
        with place.connect() as connection:
            _check(connection, memory)

    return check


async def _through_worker(reader: str) -> tuple[list[float], list[float]]:
    """Return the wall time of read + prove as the service asks for them, and the card's part of it."""
    there = asyncio.Event()
    client = WorkerClient(plugin, on_event=lambda e: there.set() if e.kind is EventKind.CARD_INSERTED else None)
    await client.start()
    walls, cards = [], []
    try:
        await asyncio.wait_for(there.wait(), 10)
        for visit in range(RUNS):
            begun = asyncio.get_running_loop().time()
            read = await client.read(reader, visit, hold=True)
            proof = await client.prove(reader, visit, CHALLENGE, bytearray(DEFAULT_PIN, "ascii"))
            walls.append((asyncio.get_running_loop().time() - begun) * 1000)
            cards.append((read.card_seconds + proof.card_seconds) * 1000)
    finally:
        await client.stop()
    return walls, cards


def _peer(card: JpkiCardSimulator, *command: str) -> tuple[list[float], int]:
    """Return the wall times of a whole command and how many APDUs it sends."""

    def run() -> None:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603

    before = len(card.apdu_log)
    milliseconds(run)
    apdus = len(card.apdu_log) - before
    return series(run, PEER_RUNS, warm_up=0), apdus


def run() -> None:
    now = datetime.now(UTC)
    card = genuine_card(user_authority(now), now)
    with PrivatePcscd() as daemon, tempfile.TemporaryDirectory() as folder:
        os.environ |= daemon.environment
        daemon.put(card)
        driver = PcscDriver()
        driver.watch(None, 0.0)
        _wait_for_card(driver, daemon.reader)
        commands = _recorded(driver, daemon.reader)
        bare = series(_bare(daemon.reader, commands), RUNS)
        ours = series(_ours(driver, daemon.reader), RUNS)
        walls, cards = asyncio.run(_through_worker(daemon.reader))
        message = Path(folder) / "message"
        message.write_bytes(CHALLENGE)
        read, read_apdus = _peer(card, "pkcs15-tool", "--read-certificate", "1")
        sign, sign_apdus = _peer(card, *_sign_command(message))
    count = str(len(commands))
    show(
        f"card: whole check through pcscd (certificate of {_certificate_size(card)} bytes, no card latency), ms",
        ["", "median", "p99", "runs", "APDUs"],
        [
            row("bare transmit of the same APDUs", bare, count),
            row("our driver, in process", ours, count),
            row("through the worker (read + prove)", walls, count),
            row("  of which transmit", cards, count),
            row("pkcs15-tool --read-certificate", read, str(read_apdus)),
            row("pkcs11-tool --login --sign", sign, str(sign_apdus)),
        ],
    )
    above = statistics.median(ours) - statistics.median(bare)
    print(
        f"our time above the bare transmit: {above:.2f} ms in process; "
        f"{statistics.median(walls) - statistics.median(cards):.2f} ms with worker and socket"
    )


def _certificate_size(card: JpkiCardSimulator) -> int:
    return len(card.contents.auth_certificate)


def _sign_command(message: Path) -> tuple[str, ...]:
    login = ("pkcs11-tool", "--module", MODULE, "--login", "--pin", DEFAULT_PIN, "--id", "01")
    return (*login, "--sign", "--mechanism", "SHA256-RSA-PKCS", "-i", str(message), "-o", f"{message}.sig")


def _wait_for_card(driver: PcscDriver, reader: str) -> None:
    known = None
    while True:
        known = driver.watch(known, 5.0)
        if known.get(reader) and known[reader].card_present:
            return

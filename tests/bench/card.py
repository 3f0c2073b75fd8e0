"""The whole check of a card through a real pcscd, beside OpenSC and the least that anybody could send.

Whole check: certificate, tries left, 暗証番号, signature; every way begins and ends with a powered-off card. The
bare loop is raw pyscard calls with the theoretical minimum of commands (it knows the certificate's length beforehand):
what we take above it is our own time. All ways use the same pcscd and the same card, once as fast as it can and once
with the latency of the one real card whose log is published (43 ms a command, 0.68 ms a byte, 490 ms a signature).
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from smartcard import scard

from drivers.connection import CardConnection
from drivers.events import CardInserted
from drivers.jpki import CardMemory, JpkiCard
from drivers.pcsc import plugin
from drivers.pcsc.driver import PcscDriver
from drivers.worker.client import ReaderPlugin, ReaderWorker
from kiosk.identity import CheckAhead, CrlSource, TrustStore, Verifier, new_challenge, signature_is_valid
from simulators.card import JpkiCardSimulator
from simulators.cards import Card
from simulators.faults import Latency, SlowCard
from simulators.issuing import DEFAULT_PIN, genuine_card
from simulators.pcscd import PrivatePcscd
from simulators.pki import Authority, user_authority
from tests.bench.figures import row, series, show
from tests.bench.opensc import PEERS, peer

__all__ = [
    "HEADINGS",
    "LATENCY",
    "MINIMUM",
    "BenchCard",
    "bench_card",
    "check_with",
    "compare",
    "run",
    "through_worker",
]

RUNS, SLOW_RUNS = 200, 12
PEER_RUNS, SLOW_PEER_RUNS = 20, 3
HEADINGS = ["", "median", "p99", "runs", "APDUs"]
LATENCY = {False: "no card latency", True: "43 ms a command + 0.68 ms a byte, signature 490 ms"}

_CERTIFICATE_BYTES = 1574
_SERIAL = 10**5
_PADDING = x509.ObjectIdentifier("1.3.6.1.4.1.55555.1")
MINIMUM = (
    "00A4040C0AD392F000260100000001",
    "00B08A0000" + _CERTIFICATE_BYTES.to_bytes(2, "big").hex(),
    "00200098",
    "0020009804" + DEFAULT_PIN.encode().hex(),
    "802A009733" + "3031300d060960864801650304020105000420" + 32 * "00" + "00",
)


@dataclass(frozen=True, slots=True)
class BenchCard:
    """A card whose certificate has 1,574 bytes, as the one that was measured, and who can check it."""

    card: JpkiCardSimulator
    verifier: Verifier
    now: datetime


def bench_card() -> BenchCard:
    """Return a genuine card, and a verifier with its roots and a CRL of a thousand others."""
    now = datetime.now(UTC)
    authority = user_authority(now)
    card = genuine_card(authority, now, issued=authority.issue(serial=_SERIAL, instead=_padding(authority)))
    assert len(card.contents.auth_certificate) == _CERTIFICATE_BYTES
    with tempfile.TemporaryDirectory() as folder:
        root, crl = Path(folder) / "root.pem", Path(folder) / "list.crl"
        root.write_bytes(authority.pem)
        crl.write_bytes(authority.crl(revoked=range(10**6, 10**6 + 1000)))
        return BenchCard(card, Verifier(TrustStore.load([root]), CrlSource.load([crl])), now)


def _padding(authority: Authority) -> dict[type[x509.ExtensionType], tuple[x509.ExtensionType, bool]]:
    """Return an extension that makes the certificate as long as a real one."""

    def extension(size: int) -> dict[type[x509.ExtensionType], tuple[x509.ExtensionType, bool]]:
        return {x509.UnrecognizedExtension: (x509.UnrecognizedExtension(_PADDING, bytes(size)), False)}

    begun = 300
    length = len(authority.issue(serial=_SERIAL, instead=extension(begun)).der)
    return extension(begun + _CERTIFICATE_BYTES - length)


def _bare(reader: str) -> Callable[[], None]:
    commands = [list(bytes.fromhex(text)) for text in MINIMUM]
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)

    def check() -> None:
        _, handle, protocol = scard.SCardConnect(context, reader, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T1)
        scard.SCardBeginTransaction(handle)
        for command in commands:
            _, answer = scard.SCardTransmit(handle, protocol, command)
            assert answer[-2:] in ([0x90, 0x00], [0x63, 0xC3])
        scard.SCardEndTransaction(handle, scard.SCARD_LEAVE_CARD)
        scard.SCardDisconnect(handle, scard.SCARD_UNPOWER_CARD)

    return check


def check_with(connection: CardConnection, memory: CardMemory) -> None:
    """Make one whole check over an open connection."""
    card = JpkiCard(connection, memory)
    card.select()
    card.read_certificate()
    card.pin_tries_left()
    card.verify_pin(DEFAULT_PIN.encode())
    card.sign(bytes(32))


def _in_process(reader: str) -> Callable[[], None]:
    memory, place = CardMemory(), PcscDriver().reader(reader)

    def check() -> None:
        with place.connect() as connection:
            check_with(connection, memory)
        place.release()

    return check


async def _whole_checks(client: ReaderWorker, reader: str, bench: BenchCard, runs: int) -> tuple[list[float], int]:
    """Return the wall times of checks as the service makes them, and the APDUs of the last one."""
    walls = []
    for visit in range(runs + 2):
        begun = asyncio.get_running_loop().time()
        with CheckAhead(bench.verifier, lambda: bench.now) as ahead:
            read = await client.read(reader, visit, hold=True, on_certificate=ahead.begin)
            check = await ahead.result(read.certificate or b"")
        challenge = new_challenge()
        proof = await client.prove(reader, visit, challenge, bytearray(DEFAULT_PIN, "ascii"))
        valid = signature_is_valid(check.certificate, challenge, proof.signature or b"") if check.certificate else False
        walls.append((asyncio.get_running_loop().time() - begun) * 1000)
        assert check.may_ask_pin and valid
    return walls[2:], read.apdus + proof.apdus


async def through_worker(
    plugin: ReaderPlugin, options: dict[str, object], reader: str, bench: BenchCard, runs: int
) -> tuple[list[float], int]:
    """Return the wall times in milliseconds of ``runs`` checks through a worker, and the APDUs of one.

    Chain, CRL and signature are verified within the time.
    """
    there = asyncio.Event()
    client = ReaderWorker(
        plugin, options=options, on_event=lambda e: there.set() if isinstance(e, CardInserted) else None
    )
    await client.start()
    try:
        await asyncio.wait_for(there.wait(), 10)
        return await _whole_checks(client, reader, bench, runs)
    finally:
        await client.stop()


def compare(walls: list[float], bare: list[float]) -> None:
    """Print what the way through the worker takes above the bare loop."""
    above = statistics.median(walls) - statistics.median(bare)
    print(f"through the worker above the bare loop: {above:.2f} ms, {above / statistics.median(bare):.1%}\n")


def _table(daemon: PrivatePcscd, bench: BenchCard, card: Card, *, slow: bool) -> None:
    daemon.put(card)
    runs, peer_runs = (SLOW_RUNS, SLOW_PEER_RUNS) if slow else (RUNS, PEER_RUNS)
    bare = series(_bare(daemon.reader), runs)
    ours = series(_in_process(daemon.reader), runs)
    walls, apdus = asyncio.run(through_worker(plugin, {}, daemon.reader, bench, runs))
    rows = [
        row("bare loop, the minimum of APDUs", bare, str(len(MINIMUM))),
        row("our driver, in process", ours, str(apdus)),
        row("through the worker, chain and CRL and signature checked", walls, str(apdus)),
    ]
    with tempfile.TemporaryDirectory() as folder:
        for name, command, only_jpki in PEERS:
            times, sent = peer(bench.card, Path(folder), command, only_jpki=only_jpki, runs=peer_runs)
            rows.append(row(name, times, str(sent)))
    show(f"card: whole check through pcscd, {LATENCY[slow]}, ms", HEADINGS, rows)
    compare(walls, bare)
    daemon.take()


def run() -> None:
    """Print the tables without and with the latency of a real card."""
    bench = bench_card()
    with PrivatePcscd() as daemon:
        os.environ |= daemon.environment
        _table(daemon, bench, bench.card, slow=False)
        _table(daemon, bench, SlowCard(bench.card, Latency()), slow=True)

"""A private pcscd with simulated cards, seen through pyscard by clients that know nothing of it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulators.card import JpkiCardSimulator
from simulators.faults import Fault, FaultyCard
from simulators.pcscd import PORTS, PcscdError, PrivatePcscd
from simulators.vpcd import VpcdError, VpcdLink, VpcdSlot

MakeCard = Callable[..., JpkiCardSimulator]

# A process of its own: the PC/SC library keeps the first socket path it has seen.
CLIENT = """
import sys
from smartcard.CardRequest import CardRequest
service = CardRequest(timeout=10).waitforcard()
service.connection.connect()
for command in sys.argv[1:]:
    data, sw1, sw2 = service.connection.transmit(list(bytes.fromhex(command)))
    print(bytes(data).hex(), f"{sw1:02X}{sw2:02X}")
service.connection.disconnect()
"""
SELECT = "00A4040C0AD392F000260100000001"


def talk(pcscd: PrivatePcscd, *commands: str) -> list[list[str]]:
    """Send the commands as a PC/SC client; return [data, SW] of each (or the client's last line on failure)."""
    done = subprocess.run(
        [sys.executable, "-c", CLIENT, *commands], capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode:
        return [[done.stderr.strip().splitlines()[-1]]]
    return [line.split(" ") for line in done.stdout.splitlines()]


def test_card_behind_the_real_pcscd(pcscd: PrivatePcscd, card: MakeCard) -> None:
    tested = card()
    pcscd.put(tested)

    answers = talk(pcscd, SELECT, "00B08A00000640", "00200098")

    certificate = tested.contents.auth_certificate
    assert [sw for _, sw in answers] == ["9000", "9000", "63C3"]
    assert bytes.fromhex(answers[1][0]) == certificate.ljust(1600, b"\xff")


def test_power_off_between_two_clients_forgets_the_pin(pcscd: PrivatePcscd, card: MakeCard) -> None:
    pcscd.put(card())
    sign = "802A0097014100"

    first = talk(pcscd, SELECT, "0020009804" + b"1234".hex(), sign)
    second = talk(pcscd, SELECT, sign)

    assert [sw for _, sw in first] == ["9000", "9000", "9000"]
    assert [sw for _, sw in second] == ["9000", "6982"]


def test_card_that_leaves_during_a_command(pcscd: PrivatePcscd, card: MakeCard) -> None:
    tested = FaultyCard(card(), [Fault.leaves(2)])
    pcscd.put(tested)

    (error,) = talk(pcscd, SELECT, SELECT)

    assert "CardConnectionException" in error[0]
    assert len(tested.apdu_log) == 1


def test_silent_card_can_be_taken_away(pcscd: PrivatePcscd, silent_card: Any) -> None:
    pcscd.put(silent_card)
    with subprocess.Popen([sys.executable, "-c", CLIENT, SELECT], stderr=subprocess.PIPE, text=True) as client:
        assert silent_card.asked.wait(30)

        pcscd.take()

        assert "Exception" in client.communicate(timeout=30)[1]


def test_it_starts_again_on_the_same_socket(card: MakeCard, pcscd: PrivatePcscd) -> None:
    before = pcscd.pid

    pcscd.stop()
    with pytest.raises(PcscdError):
        pcscd.put(card())
    pcscd.start()
    pcscd.put(card())

    assert pcscd.pid != before
    assert talk(pcscd, SELECT) == [["", "9000"]]


def test_two_at_once(pcscd: PrivatePcscd, card: MakeCard, monkeypatch: pytest.MonkeyPatch) -> None:
    with PrivatePcscd() as other:
        other.put(card(pin_tries=1))
        pcscd.put(card(pin_tries=2))

        here = talk(pcscd, SELECT, "00200098")
        monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(other.socket_path))
        there = talk(other, SELECT, "00200098")

    assert (here[1][1], there[1][1]) == ("63C2", "63C1")
    assert not other.socket_path.parent.exists()


def test_port_that_is_taken_is_a_clear_error(pcscd: PrivatePcscd) -> None:
    tested = PrivatePcscd(port=pcscd.port)
    try:
        with pytest.raises(PcscdError, match="did not start"):
            tested.start()
    finally:
        tested.close()


def test_slot_without_a_reader_is_a_clear_error(card: MakeCard) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with VpcdSlot(unused.getsockname()[1]) as slot, pytest.raises(VpcdError, match="no vpcd on port"):
            slot.put(card())


def test_default_ports_are_pairs() -> None:
    assert PORTS.start % 2 == 0 and len(PORTS) % 2 == 0


def test_card_stays_until_the_reader_goes(card: MakeCard) -> None:
    tested = card()
    with socket.create_server(("127.0.0.1", 0)) as reader:
        link = VpcdLink(tested, reader.getsockname()[1])
        link.start()
        near, _ = reader.accept()
        with near:
            assert ask(near, b"\x04") == tested.atr
            near.sendall(b"\x00\x01\x01")
            assert ask(near, bytes.fromhex(SELECT)) == b"\x90\x00"
        assert link.wait(10)
    assert not tested.powered


def ask(near: socket.socket, message: bytes) -> bytes:
    near.sendall(len(message).to_bytes(2, "big") + message)
    return near.recv(int.from_bytes(near.recv(2), "big"))


@pytest.mark.parametrize(("usage", "passed"), [("  --disable-polkit", True), ("  -x, --auto-exit", False)])
def test_polkit_is_asked_by_no_private_daemon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, usage: str, passed: bool
) -> None:
    program, given = tmp_path / "pcscd", tmp_path / "given"
    program.write_text(f"""#!/bin/sh
        [ "$1" = --help ] && exec echo "{usage}"
        echo "$@" >{given}
        echo daemon ready
        exec sleep 60
    """)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with PrivatePcscd():
        pass
    assert ("--disable-polkit" in given.read_text()) == passed

"""Each recorded card generation, played strictly through the worker; and what a replay and a recording refuse."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pytest
from typer.testing import CliRunner

from drivers.connection import Transport
from drivers.errors import CardRemoved, UnsupportedCard
from drivers.events import CardInserted, ReaderEvent
from drivers.jpki import PinOutcome
from drivers.pcsc import plugin as pcsc_plugin
from drivers.recording import RecordedCommand, Recorder, to_lines, unpack, without_certificate
from drivers.worker.client import ReaderPlugin, ReaderWorker
from drivers.worker.dialogues import MAX_COMMANDS
from kiosk.cli import app
from kiosk.identity import stand_in_certificate
from kiosk.identity.profile import parse_certificate
from simulators.cards import ATRS
from simulators.issuing import genuine_card, next_card
from simulators.pcscd import PrivatePcscd
from simulators.pki import next_authority
from simulators.profiles import NEXT_CARD_FILE
from simulators.pytest_plugin import Authorities
from simulators.readers import SimulatorPlugin, plugin
from simulators.replay import RecordingError, ReplayCard, ReplayError, load_recording, parse_recording

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("cont*.jsonl"))
JUKI = FOLDER / "juki-card.jsonl"
ONE = FOLDER / "contactless-05.jsonl"
LINES = ONE.read_bytes().splitlines(keepends=True)
DIGEST_INFO = bytes.fromhex("3031300D060960864801650304020105000420")
FIRST = bytes.fromhex("00A4040C0AD392F000260100000001")


async def visit(driver: ReaderPlugin, pin: bytes = b"4321") -> tuple[int, PinOutcome, int]:
    """Read and prove with the card that lies on the first reader; the length of certificate and signature."""
    inserted: asyncio.Queue[ReaderEvent] = asyncio.Queue()
    client = ReaderWorker(driver, on_event=inserted.put_nowait)
    await client.start()
    try:
        async with asyncio.timeout(30):
            while not isinstance(event := await inserted.get(), CardInserted):
                pass
        read = await client.read(event.reader, 1, hold=True)
        proof = await client.prove(event.reader, 1, bytes(32), bytearray(pin))
        return len(read.certificate), proof.outcome, len(proof.signature or b"")
    finally:
        await client.stop()


def on_simulator(card: ReplayCard) -> SimulatorPlugin:
    driver = SimulatorPlugin()
    driver.readers.put(card)
    return driver


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_generation_is_read_and_proves_itself(path: Path) -> None:
    card = ReplayCard(load_recording(path))
    length, outcome, signature = asyncio.run(visit(on_simulator(card)))
    assert (length > 1000, outcome, signature) == (True, PinOutcome.RIGHT, 256)
    card.finish()


def test_every_known_answer_to_reset_has_its_dialogue() -> None:
    assert {load_recording(path).atr for path in FILES} == set(ATRS)
    assert all("not from a real one" in json.loads(path.read_text().splitlines()[0])["remark"] for path in FILES)


def test_a_juki_card_is_no_my_number_card() -> None:
    card = ReplayCard(load_recording(JUKI))
    with pytest.raises(UnsupportedCard):
        asyncio.run(visit(on_simulator(card)))
    card.finish()


def test_through_the_real_pcscd(pcscd: PrivatePcscd) -> None:
    card = ReplayCard(load_recording(FOLDER / "contact-3bc5.jsonl"))
    pcscd.put(card)
    assert asyncio.run(visit(pcsc_plugin))[1] is PinOutcome.RIGHT
    card.finish()


def test_a_wrong_command_is_named_without_its_data() -> None:
    recording = parse_recording(LINES[0].replace(b'"steps": 6', b'"steps": 5') + LINES[1] + b"".join(LINES[3:]))
    card = ReplayCard(recording)
    with pytest.raises(CardRemoved):
        asyncio.run(visit(on_simulator(card)))
    with pytest.raises(ReplayError, match=r"^step 2 \(READ BINARY, 698 bytes came\), 00B001FE .*: 00B08A00 of 7 bytes"):
        card.finish()


def test_a_missing_command_is_named() -> None:
    card = ReplayCard(load_recording(ONE))
    card.transmit(FIRST)
    with pytest.raises(ReplayError, match=r"^step 2 \(READ BINARY, 510 bytes came\).*never came"):
        card.finish()


def test_a_further_command_is_named() -> None:
    card = ReplayCard(load_recording(JUKI))
    card.transmit(FIRST)
    with pytest.raises(Exception, match="^$"):
        card.transmit(FIRST)
    with pytest.raises(ReplayError, match="^behind step 1, the last: 00A4040C came besides"):
        card.finish()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a header and up to"),
        (b"\xff\n{}\n", "line 1: not a JSON object"),
        (b"[]\n{}\n", "line 1: not a JSON object"),
        (LINES[0].replace(b'"recording": 1', b'"recording": 2') + LINES[1], "line 1: .* version 1"),
        (
            LINES[0].replace(b'"steps": 6', b'"steps": "' + b"9" * 9_000 + b'"') + LINES[1],
            "steps is not the number of exchanges, 1 to 2048$",
        ),
        (LINES[0].replace(b'"steps": 6', b'"steps": true') + LINES[1], "line 1: steps is not the number"),
        (LINES[0].replace(b'"recording": 1', b'"recording": true') + LINES[1], "line 1: .* version 1"),
        (b"".join(LINES[:-1]), "truncated: 5 exchanges, the header promises 6"),
        (b"".join(LINES)[:-1], "truncated"),
        (b"".join(LINES)[:-40], "line 7: not a JSON object"),
        (LINES[0].replace(b'"3B', b'"XX') + b"".join(LINES[1:]), "line 1: the ATR"),
        (LINES[0] + b'{"command": "00A4", "answer": "9000"}\n', "line 2: the command has"),
        (LINES[0] + b'{"command": "00A4040*", "answer": "9000"}\n', "line 2: the command is"),
        (LINES[0] + b'{"command": "**A4040C", "answer": "9000"}\n', "line 2: the command is"),
        (LINES[0] + b'{"command": "00A4040C", "answer": "90"}\n', "line 2: the answer"),
        (LINES[0] + b'{"command": "00A4040C", "answer": 9000}\n', "line 2: the answer"),
    ],
)
def test_what_is_no_recording(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "dialogue.jsonl"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=rf"^{path}: .*{message}"):
        load_recording(path)


def test_the_longest_dialogue_is_a_recording() -> None:
    steps = [RecordedCommand("00C00000FF", b"\x61\xff")] * (2 * MAX_COMMANDS)
    assert len(parse_recording(to_lines(steps, {"atr": "3B00"})).steps) == len(steps)
    with pytest.raises(RecordingError, match="a header and up to"):
        parse_recording(to_lines([*steps, steps[0]], {"atr": "3B00"}))


def test_a_recording_of_another_card_or_without_an_end(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="another card"):
        load_recording(ONE, atr=ATRS[1])
    (tmp_path / "long").write_bytes(bytes(300_000))
    with pytest.raises(RecordingError, match="larger than"):
        load_recording(tmp_path / "long")


# Recording


def record(path: Path, *options: str, pin: str = "1234") -> tuple[int, str]:
    words = ["card", "record", str(path), "--driver", "simulator", "--pin-stdin", "--wait", "0", *options]
    result = CliRunner().invoke(app, words, input=pin)
    return result.exit_code, result.stderr


@pytest.fixture
def genuine(authorities: Authorities, tmp_path: Path) -> list[str]:
    """A genuine card lies on the simulated reader; the options that trust it."""
    (tmp_path / "root.pem").write_bytes(authorities.user.pem)
    plugin.readers.put(genuine_card(authorities.user, authorities.now))
    return ["--trust", str(tmp_path / "root.pem")]


@pytest.mark.parametrize("pin", ["1234", "9999"])
def test_neither_pin_nor_certificate_is_written(genuine: list[str], tmp_path: Path, pin: str) -> None:
    path = tmp_path / "dialogue.jsonl"
    assert record(path, *genuine, pin=pin) == (0, "")
    text = path.read_text()
    verify = next(json.loads(line) for line in text.splitlines() if "VERIFY" in line)
    assert verify["command"] == "0020009804********"
    assert b"JPKI-SIMULATION".hex().upper() not in text
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert sorted(tmp_path.iterdir()) == [path, tmp_path / "root.pem"]


def test_a_kept_certificate_is_the_card_s(genuine: list[str], tmp_path: Path) -> None:
    assert record(tmp_path / "kept", "--keep-certificate", *genuine)[0] == 0
    assert b"JPKI-SIMULATION".hex().upper() in (tmp_path / "kept").read_text()


def test_a_recording_of_the_next_card_is_played_with_another_challenge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_CARD__PROFILES", str(NEXT_CARD_FILE))
    now = datetime.now(UTC)
    authority = next_authority(now)
    (tmp_path / "root.pem").write_bytes(authority.pem)
    plugin.readers.put(next_card(authority, now))
    assert record(tmp_path / "next", "--keep-certificate", "--trust", str(tmp_path / "root.pem")) == (0, "")
    card = ReplayCard(load_recording(tmp_path / "next"))
    plugin.readers.put(card)
    # The signature is over the recorded challenge, so that only it fails.
    assert record(tmp_path / "again", "--trust", str(tmp_path / "root.pem"))[0] == 0
    card.finish()


@pytest.mark.parametrize(
    ("data", "kept"),
    [(DIGEST_INFO + bytes(32), DIGEST_INFO), (bytes(32), b""), (bytes(48), b""), (b"\x30" + bytes(47), b"")],
    ids=["RSA", "P-256", "P-384", "P-384 that begins like a DigestInfo"],
)
def test_of_what_is_signed_no_byte_of_the_hash_is_kept(data: bytes, kept: bytes) -> None:
    steps: list[RecordedCommand] = []
    command = bytes([0x80, 0x2A, 0x00, 0x84, len(data)]) + data + b"\x00"
    Recorder(_Silent(), steps).send_and_receive(command)
    assert steps[0].command == f"802A0084{len(data):02X}{kept.hex().upper()}{'**' * (len(data) - len(kept))}00"


class _Silent:
    """A connection that answers 9000 to everything."""

    transport = Transport("double", "reader", b"")

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        return b"", 0x9000

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...


def test_an_existing_file_and_a_missing_folder_are_refused_before_the_card(
    authorities: Authorities, tmp_path: Path
) -> None:
    card = genuine_card(authorities.user, authorities.now)
    plugin.readers.put(card)
    (tmp_path / "there").write_text("mine")
    assert record(tmp_path / "there") == (2, f"{tmp_path}/there: exists already; a recording overwrites nothing\n")
    assert record(tmp_path / "none" / "x") == (2, f"{tmp_path}/none/x: No such file or directory\n")
    assert record(tmp_path / ("n" * 300)) == (2, f"{tmp_path}/{'n' * 300}: File name too long\n")
    assert record(Path("")) == (2, ".: is not the name of a file\n")
    assert record(tmp_path / "x", "--reader", " ")[0] == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there"]
    assert (tmp_path / "there").read_text() == "mine"
    assert card.apdu_log == []


def test_without_a_card_nothing_is_written(tmp_path: Path) -> None:
    plugin.readers.take()
    assert record(tmp_path / "dialogue")[0] == 12
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("length", [2, 129, 131, 258, 260, 700])
def test_a_stand_in_too_short_for_a_certificate_still_has_the_length(length: int) -> None:
    stand_in = stand_in_certificate(length)
    assert len(stand_in) == length and stand_in[0] == 0x30


@pytest.mark.parametrize("length", [1000, 1001, 1002, 1208, 1574, 4096])
def test_a_stand_in_is_a_certificate_of_just_that_length(length: int) -> None:
    stand_in = stand_in_certificate(length)
    assert len(stand_in) == length
    assert "STAND-IN" in parse_certificate(stand_in).subject.rfc4514_string()


def test_what_was_read_and_is_no_certificate_becomes_filler() -> None:
    steps = [RecordedCommand("00B08A0000", b"secret\x61\x04"), RecordedCommand("00C0000004", b"more\x90\x00")]
    replaced = without_certificate(steps, stand_in_certificate)
    assert [step.answer for step in replaced] == [b"\xff" * 6 + b"\x61\x04", b"\xff" * 4 + b"\x90\x00"]


def test_a_worker_that_sends_no_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="4 to 261 bytes"):
        unpack(b"nothing of the kind")

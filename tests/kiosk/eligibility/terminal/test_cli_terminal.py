"""`kiosk terminal ask|register|bulk|watch`, to the letter of the interface."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from kiosk import TOKYO
from kiosk.eligibility.terminal import Folders
from tests.kiosk.eligibility.terminal.other_side import (
    INSTITUTION,
    Answering,
    OtherSide,
    answer_name,
    golden,
    identified,
    put,
)
from tests.kiosk.eligibility.terminal.test_bulk import Centre
from tests.kiosk.eligibility.terminal.test_registering import answers

Run = Callable[..., Result]
ASK = (
    *("terminal", "ask", "--insurer", "133033", "--symbol", "71-0000", "--number", "000000", "--branch", "00"),
    *("--birth-date", "1960-04-05", "--on", "2026-11-22", "--limit-consent", "--config", "kiosk.toml", "--json"),
)
REGISTER = (
    *("terminal", "register", "--member", "133033:71-0000:000000:00", "--reference", "P-00042"),
    *("--config", "kiosk.toml", "--json"),
)
BULK = ("terminal", "bulk", "bookings.csv", "--on", "2026-11-22", "--json-lines", "answers.jsonl")
HEADER = "reference,insurer_number,symbol,number,branch,birth_date\n"


@pytest.fixture
def folders(alone: Path) -> Folders:
    """A clinic's settings, and the folders that they name."""
    made = Folders(alone / "req", alone / "res")
    for folder in ("req", "res", "face"):
        (alone / folder).mkdir()
    (alone / "kiosk.toml").write_text(
        f'[terminal]\nreq = "req"\nres = "res"\nface = "face"\ninstitution = "{INSTITUTION}"\ntimeout = 20\n'
    )
    return made


@pytest.fixture
def run(folders: Folders, kiosk_command: Run) -> Run:
    return kiosk_command


@pytest.fixture
def hasty(run: Run, alone: Path) -> Run:
    """The command where nobody answers, with little time for that."""
    settings = alone / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace("timeout = 20", "timeout = 0.3"), "utf-8")
    return run


@pytest.fixture
def other_side(folders: Folders) -> Iterator[Callable[[Answering], OtherSide]]:
    started: list[OtherSide] = []
    yield lambda answering: started.append(OtherSide(folders.req, folders.res, answering))
    for one in started:
        one.close()


def says(name: str) -> Answering:
    return lambda request, _: [(answer_name(request), identified(golden(name), request))]


@pytest.mark.parametrize(
    ("name", "status", "code", "exit_status"),
    [
        ("valid", "valid", None, 0),
        ("unregistered", "valid", None, 0),
        ("notice", "valid", "TEST-N01", 0),
        ("invalid", "invalid", None, 20),
        ("new_qualification", "new_qualification", None, 20),
        ("none", "none", None, 21),
        ("several", "several", None, 21),
        ("segment_9", "error", "TEST-E01", 22),
        ("status_2", "error", "TEST-E02", 22),
        ("unknown_validity", "error", "N-12", 22),
    ],
)
def test_ask_has_an_object_and_a_status(
    run: Run, other_side: Callable[..., None], name: str, status: str, code: str | None, exit_status: int
) -> None:
    other_side(says(name))
    ended = run(*ASK)
    said = json.loads(ended.stdout)
    assert list(said) == ["status", "validity", "message", "code", "as_of", "results", "unknown"]
    assert (said["status"], said["code"], ended.exit_code) == (status, code, exit_status)
    assert ended.stderr == ("QualificationValidity is none that is known\n" if code == "N-12" else "")


def test_ask_says_it_in_words_without_json(run: Run, other_side: Callable[..., None]) -> None:
    other_side(says("valid"))
    ended = run(*ASK[:-1])
    assert ended.exit_code == 0
    assert ended.stdout.startswith("valid 有効\n") and "氏名: 土木　花子" in ended.stdout


def test_ask_without_an_answer_is_a_time_out(hasty: Run) -> None:
    ended = hasty(*ASK)
    said = json.loads(ended.stdout)
    assert (said["status"], said["code"], said["validity"], said["as_of"], said["results"], ended.exit_code) == (
        *("timeout", "N-10", None, None, [], 23),
    )


def test_ask_says_to_a_technician_which_element_it_was(run: Run, other_side: Callable[..., None]) -> None:
    other_side(
        lambda request, _: [(answer_name(request), golden("valid").replace(b"Date>20190401", b"Date>20190431", 1))]
    )
    ended = run(*ASK)
    assert (json.loads(ended.stdout)["code"], ended.stderr) == ("N-12", "QualificationDate is no date\n")


def test_ask_where_a_folder_is_gone_is_an_error(run: Run, folders: Folders) -> None:
    folders.res.rmdir()
    ended = run(*ASK)
    assert (json.loads(ended.stdout)["code"], ended.exit_code) == ("N-11", 22)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("133033", "13303", "--insurer: must be 6 or 8 digits"),
        ("71-0000", "7" * 21, "--symbol: must be 0 to 20 characters"),
        ("000000", "", "--number: must be 1 to 20 characters"),
        ("000000", "983205673214", "--number: must not hold a マイナンバー"),
        ("00", "0", "--branch: must be two digits"),
        ("1960-04-05", "1960-04-31", "--birth-date: must be a date YYYY-MM-DD"),
        ("1960-04-05", "2026-11-23", "--birth-date: must not lie after the day asked about"),
        ("2026-11-22", "tomorrow", "--on: must be a date YYYY-MM-DD"),
        ("kiosk.toml", "none.toml", "none.toml"),
    ],
)
def test_wrong_usage_is_one_sentence_and_nothing_is_asked(
    run: Run, folders: Folders, before: str, after: str, told: str
) -> None:
    ended = run(*(after if word == before else word for word in ASK))
    assert (ended.exit_code, ended.stderr.count("\n")) == (2, 1)
    assert told in ended.stderr
    assert json.loads(ended.stdout)["error"]["message"] == ended.stderr.rstrip("\n")
    assert list(folders.req.iterdir()) == []


@pytest.mark.parametrize("words", [ASK, REGISTER], ids=["ask", "register"])
def test_without_a_terminal_in_the_settings_it_is_wrong_settings(run: Run, words: tuple[str, ...]) -> None:
    Path("kiosk.toml").write_text("")
    ended = run(*words)
    assert (ended.exit_code, "terminal.req" in ended.stderr) == (2, True)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('req = "req"', "req, res and institution are given together"),
        ('req = "req"\nres = "res"\ninstitution = "123"', "terminal.institution"),
        (f'req = "req"\nres = "res"\ninstitution = "{INSTITUTION}"\nencoding = "euc-jp"', "terminal.encoding"),
        (f'req = "req"\nres = "res"\ninstitution = "{INSTITUTION}"\ntimeout = 0', "terminal.timeout"),
        (f'req = "req"\nres = "res"\ninstitution = "{INSTITUTION}"\nbin = "x"', "terminal.bin"),
        ('req = "req"\nres = "res"\ninstitution = "１３１２３４５６７８"', "terminal.institution"),
    ],
)
def test_wrong_settings_name_the_key(run: Run, table: str, told: str) -> None:
    Path("kiosk.toml").write_text(f"[terminal]\n{table}\n")
    ended = run(*ASK)
    assert (ended.exit_code, told in ended.stderr) == (2, True)


@pytest.mark.parametrize("sources", ['["terminal", "registry"]', "[]", '["registry", "registry"]', '["terminal"]'])
def test_sources_are_one_of_three_and_need_their_terminal(run: Run, sources: str) -> None:
    Path("kiosk.toml").write_text(f"[eligibility]\nsources = {sources}\n")
    ended = run(*ASK)
    assert (ended.exit_code, "eligibility" in ended.stderr) == (2, True)


def test_a_request_in_shift_jis_is_what_the_settings_ask_for(hasty: Run, folders: Folders) -> None:
    with Path("kiosk.toml").open("a") as settings:
        settings.write('encoding = "shift_jis"\n')
    assert hasty(*("髙①" if word == "71-0000" else word for word in ASK)).exit_code == 23
    (request,) = folders.req.iterdir()
    assert "<InsuredCardSymbol>髙①<" in request.read_bytes().decode("cp932")
    ended = hasty(*("𠮷" if word == "71-0000" else word for word in ASK))
    assert (ended.exit_code, "terminal.encoding" in ended.stderr) == (2, True)


@pytest.mark.parametrize(
    ("name", "said", "exit_status"),
    [
        ("registered", {"status": "done", "code": None, "message": None}, 0),
        ("segment_9", {"status": "error", "code": "TEST-E01", "message": "処理できませんでした。"}, 22),
    ],
)
def test_register_has_an_object_and_a_status(
    run: Run, other_side: Callable[..., None], name: str, said: dict[str, Any], exit_status: int
) -> None:
    other_side(says(name))
    ended = run(*REGISTER)
    assert (json.loads(ended.stdout), ended.exit_code) == (said, exit_status)


def test_register_without_an_answer_is_a_time_out(hasty: Run) -> None:
    ended = hasty(*REGISTER)
    assert (json.loads(ended.stdout)["status"], ended.exit_code) == ("timeout", 23)
    assert hasty(*REGISTER[:-1]).stdout.startswith("timeout N-10 ")


@pytest.mark.parametrize("reference", ["", "x" * 51, " P", "983205673214"])
def test_register_refuses_what_is_no_reference(run: Run, folders: Folders, reference: str) -> None:
    ended = run(*(reference if word == "P-00042" else word for word in REGISTER))
    assert (ended.exit_code, ended.stderr.startswith("--reference: ")) == (2, True)
    assert list(folders.req.iterdir()) == []


MANY = ("terminal", "register", "--from", "numbers.csv", "--json-lines", "registered.jsonl", "--config", "kiosk.toml")


def numbers(*lines: str) -> None:
    Path("numbers.csv").write_text("\n".join(("reference,insurer_number,symbol,number,branch", *lines)) + "\n")


def test_many_are_registered_from_a_file(run: Run, other_side: Callable[..., None]) -> None:
    numbers("P-00042,133033,71-0000,000000,00", "P-00043,39131016,,01234567,")
    other_side(answers(golden("registrations_answer")))
    ended = run(*MANY, "--json")
    lines = [json.loads(line) for line in Path("registered.jsonl").read_text("utf-8").splitlines()]
    assert [(one["reference"], one["status"], one["code"]) for one in lines] == [
        ("P-00042", "done", None),
        ("P-00043", "error", "TEST-R04"),
    ]
    assert (json.loads(ended.stdout), ended.exit_code) == ({"done": 1, "error": 1, "timeout": 0}, 22)
    assert Path("registered.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_bad_line_among_many_registers_nobody(run: Run, folders: Folders) -> None:
    numbers("P-1,133033,71-0000,000000,00", "P-1,133033,71-0000,000001,00")
    ended = run(*MANY)
    assert (ended.exit_code, "line 3: reference: comes twice" in ended.stderr) == (1, True)
    assert list(folders.req.iterdir()) == [] and not Path("registered.jsonl").exists()


def test_many_without_an_answer_are_a_time_out(hasty: Run) -> None:
    numbers("P-1,133033,71-0000,000000,00")
    assert hasty(*MANY).exit_code == 23
    assert json.loads(Path("registered.jsonl").read_text("utf-8"))["status"] == "timeout"


@pytest.mark.parametrize(
    "words",
    [
        ("--from", "numbers.csv"),
        ("--from", "numbers.csv", "--json-lines", "-", "--reference", "P-1"),
        ("--member", "133033:71-0000:000000:00"),
        ("--reference", "P-1"),
        ("--member", "133033:71-0000:000000:00", "--reference", "P-1", "--json-lines", "-"),
        (),
    ],
)
def test_one_or_many_and_not_both(run: Run, folders: Folders, words: tuple[str, ...]) -> None:
    numbers("P-1,133033,71-0000,000000,00")
    ended = run("terminal", "register", *words, "--config", "kiosk.toml")
    assert (ended.exit_code, "--from" in ended.stderr) == (2, True)
    assert list(folders.req.iterdir()) == []


def bookings(*numbers: str) -> None:
    lines = (f"P-{number},133033,71-0000,{number},00,1960-04-05\n" for number in numbers)
    Path("bookings.csv").write_text(HEADER + "".join(lines))


def test_bulk_writes_a_line_a_booking_in_their_order(run: Run, other_side: Callable[..., None]) -> None:
    bookings("000001", "000002", "000004")
    other_side(Centre(processing=1))
    ended = run(*BULK, "--config", "kiosk.toml", "--json")
    lines = [json.loads(line) for line in Path("answers.jsonl").read_text("utf-8").splitlines()]
    assert [(one["reference"], one["status"], one["validity"], one["changed"]) for one in lines] == [
        ("P-000001", "valid", "1", False),
        ("P-000002", "invalid", "2", True),
        ("P-000004", "none", "4", True),
    ]
    counts = json.loads(ended.stdout)
    assert (counts["valid"], counts["invalid"], counts["none"], counts["changed"], ended.exit_code) == (1, 1, 1, 2, 0)
    assert Path("answers.jsonl").stat().st_mode & 0o777 == 0o600


def test_bulk_knows_the_next_morning_what_was_said(run: Run, other_side: Callable[..., None]) -> None:
    bookings("000001")
    centre = Centre()
    other_side(centre)
    before = centre.unit
    for acquired, changed in (("20190401", False), ("20190401", False), ("20261001", True)):
        centre.unit = lambda asked, acquired=acquired: before(asked).replace("20190401", acquired)
        assert run(*BULK, "--config", "kiosk.toml").exit_code == 0
        assert json.loads(Path("answers.jsonl").read_text("utf-8"))["changed"] is changed


def test_bulk_tells_a_change_again_when_its_answers_could_not_be_written(
    run: Run, other_side: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    bookings("000001")
    centre = Centre()
    other_side(centre)
    before = centre.unit
    assert run(*BULK, "--config", "kiosk.toml").exit_code == 0
    centre.unit = lambda asked: before(asked).replace("20190401", "20261001")
    with monkeypatch.context() as full:

        def no_space(*_: object) -> None:
            raise OSError(28, "No space left on device")

        full.setattr("kiosk.private_files.os.replace", no_space)
        assert run(*BULK, "--config", "kiosk.toml").exit_code == 4
    assert run(*BULK, "--config", "kiosk.toml").exit_code == 0
    assert json.loads(Path("answers.jsonl").read_text("utf-8"))["changed"] is True


def test_bulk_with_a_bad_booking_asks_nothing(run: Run, folders: Folders) -> None:
    bookings("000001", "", "000003")
    ended = run(*BULK, "--config", "kiosk.toml", "--json")
    assert (ended.exit_code, "line 3" in ended.stderr) == (1, True)
    assert list(folders.req.iterdir()) == [] and not Path("answers.jsonl").exists()


def test_bulk_with_a_character_that_no_request_has_says_where_and_asks_nothing(
    run: Run, folders: Folders, alone: Path
) -> None:
    settings = alone / "kiosk.toml"
    settings.write_text(settings.read_text() + 'encoding = "shift_jis"\n')
    lines = ["P-1,133033,71-0000,000000,00,1960-04-05", "P-2,133033,𠮷,000001,00,1960-04-05"]
    (alone / "bookings.csv").write_text(HEADER + "\n".join(lines), encoding="utf-8")
    ended = run(*BULK, "--config", "kiosk.toml")
    assert ended.exit_code == 1
    assert "line 3: symbol: a character has no form in Shift_JIS" in ended.stderr
    assert not [*folders.req.iterdir()]
    assert not (alone / "answers.jsonl").exists()


def test_bulk_without_an_answer_says_so_of_each(hasty: Run) -> None:
    bookings("000001", "000002")
    ended = hasty(*BULK, "--config", "kiosk.toml", "--json")
    lines = [json.loads(line) for line in Path("answers.jsonl").read_text("utf-8").splitlines()]
    assert [one["status"] for one in lines] == ["timeout", "timeout"]
    assert (json.loads(ended.stdout)["timeout"], ended.exit_code) == (2, 23)


def test_bulk_without_its_file_or_folder_is_a_file_error(run: Run) -> None:
    assert run(*BULK, "--config", "kiosk.toml").exit_code == 4
    bookings()
    assert run(*BULK[:-1], "nowhere/answers.jsonl", "--config", "kiosk.toml").exit_code == 4


def face_name(unique: str) -> str:
    return f"OQSsiquc01res_face_{INSTITUTION}{unique:0>20}_{datetime.now(TOKYO):%Y%m%d%H%M%S}.xml"


def test_watch_prints_a_line_a_face_file(folders: Folders, alone: Path) -> None:
    command = [sys.executable, "-c", "from kiosk.cli import main; main()", "terminal", "watch", "--json-lines"]
    environ = {**os.environ, "KIOSK_CONFIG": "kiosk.toml"}
    put(alone / "face", face_name("1").replace(f"_{datetime.now(TOKYO):%Y}", "_2020"), golden("face"))
    watching = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ)
    try:
        assert watching.stdout is not None
        for unique in ("1", "2"):
            name = face_name(unique)
            put(alone / "face", name, golden("face"))
            said = json.loads(watching.stdout.readline())
            assert (said["face_file"], said["status"], said["results"][0]["name"]) == (name, "valid", "土木　花子")
            assert said["consents"] == {
                "limit": True,
                "specific_disease": True,
                "checkup": True,
                "medicine": False,
                "treatment": None,
                "operation": True,
            }
    finally:
        watching.send_signal(signal.SIGTERM)
        _, errors = watching.communicate(timeout=20)
    assert (watching.returncode, errors) == (128 + signal.SIGTERM, b"")


def test_watch_needs_its_folder_in_the_settings(run: Run) -> None:
    Path("kiosk.toml").write_text("")
    ended = run("terminal", "watch", "--json-lines", "--config", "kiosk.toml")
    assert (ended.exit_code, "terminal.face" in ended.stderr) == (2, True)


def test_a_silent_terminal_is_waited_for_as_long_as_the_settings_say(hasty: Run) -> None:
    begun = time.monotonic()
    hasty(*ASK)
    assert 0.3 <= time.monotonic() - begun < 10

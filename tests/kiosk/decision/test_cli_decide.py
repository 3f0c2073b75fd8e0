"""``kiosk decide``: what it reads, writes and answers with as exit status."""

import json
import os
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from kiosk.cli.decide import LONGEST, decide_command

KIOSK = [sys.executable, "-c", "from kiosk.cli import main; main()", "decide"]
APP = typer.Typer()
APP.command()(decide_command)

NOT_ONE_OBJECT = {"error": {"field": None, "message": "the input must be one JSON object"}}


@pytest.fixture
def run():
    """Run the command in this process: (exit status, the JSON lines of standard output, standard error)."""

    def run_with(*arguments, data=b""):
        result = CliRunner().invoke(APP, [str(argument) for argument in arguments], input=data)
        return result.exit_code, [json.loads(line) for line in result.stdout_bytes.splitlines()], result.stderr

    return run_with


@pytest.fixture
def spawn():
    """Run the command in a process of its own."""
    return lambda *arguments, **options: subprocess.run([*KIOSK, *arguments], timeout=60, check=False, **options)


@pytest.fixture
def write(tmp_path):
    def write_file(name, data):
        file = tmp_path / name
        file.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
        return file

    return write_file


class TestOneObject:
    def test_its_decision_is_one_json_object(self, run, write, usual, decided):
        assert run(write("facts.json", usual)) == (0, [decided()], "")

    def test_it_may_come_from_standard_input_over_several_lines(self, run, usual, decided):
        assert run("-", data=json.dumps(usual, indent=2).encode()) == (0, [decided()], "")

    def test_a_bad_one_gives_the_error_object_and_status_1(self, run, usual):
        status, answers, _ = run("-", data=json.dumps(usual | {"card": "gone"}).encode())
        assert status == 1
        assert answers == [
            {"error": {"field": "card", "message": "must be one of: held, never_issued, returned, lost"}}
        ]

    def test_a_repeated_key_is_found(self, run, usual):
        status, answers, _ = run("-", data=json.dumps(usual).encode()[:-1] + b', "on": "2026-11-24"}')
        assert (status, answers) == (1, [{"error": {"field": "on", "message": "must not be given twice"}}])

    @pytest.mark.parametrize("data", [b"", b"\n", b"[]", b"{}{}", b"\xef\xbb\xbf[]", b"[" * 500_000])
    def test_what_is_not_one_object_names_no_field(self, run, data):
        assert run("-", data=data) == (1, [NOT_ONE_OBJECT], "")

    def test_what_is_not_utf_8_names_no_field(self, run):
        status, answers, _ = run("-", data=b'{"on": "\xff"}')
        assert (status, answers[0]["error"]["field"]) == (1, None)
        assert "UTF-8" in answers[0]["error"]["message"]

    def test_one_that_is_too_long_is_not_read_to_its_end(self, run):
        status, answers, _ = run("-", data=b" " * (LONGEST + 1))
        assert (status, answers[0]["error"]["field"]) == (1, None)
        assert str(LONGEST) in answers[0]["error"]["message"]

    def test_one_of_the_greatest_length_is_read(self, run, usual, decided):
        assert run("-", data=json.dumps(usual).encode().ljust(LONGEST)) == (0, [decided()], "")

    def test_half_a_surrogate_pair_in_a_key_stays_good_json(self, run):
        status, answers, _ = run("-", data=b'{"\\ud800": 1}')
        assert (status, answers[0]["error"]["field"]) == (1, "\ud800")

    def test_a_japanese_key_is_written_as_utf_8(self, spawn):
        result = spawn("-", input='{"誕生日": 1}'.encode(), capture_output=True, env={"LC_ALL": "C"})
        assert result.stdout.decode() == '{"error": {"field": "誕生日", "message": "is not a known field"}}\n'


class TestLines:
    def test_each_line_is_answered_in_order(self, run, write, usual, decided):
        lines = [usual, usual | {"card": "lost"}, usual | {"purpose": "benefit_claim"}]
        file = write("facts.jsonl", "\n".join(map(json.dumps, lines)).encode())
        answers = [decided(), decided(card="lost"), decided(purpose="benefit_claim")]
        assert run("--jsonl", file) == (0, answers, "")

    def test_a_bad_line_is_answered_in_its_place_and_the_rest_go_on(self, run, usual, decided):
        good = json.dumps(usual).encode()
        bad = [b'{"on": 1}', b"nonsense", b"\xff", b'"' + b"x" * (3 * LONGEST) + b'"', b" " * (2 * LONGEST) + b"1"]
        status, answers, _ = run("--jsonl", "-", data=b"\n".join([good, *bad, good]))
        assert status == 1
        assert answers[0] == answers[-1] == decided()
        assert [answer["error"]["field"] for answer in answers[1:-1]] == ["on", None, None, None, None]

    def test_blank_lines_are_skipped(self, run, usual, decided):
        good = json.dumps(usual).encode()
        data = b"\n  \t \n" + good + b"\r\n\r\n\n" + good + b"\n\n"
        assert run("--jsonl", "-", data=data) == (0, [decided(), decided()], "")

    def test_no_line_gives_no_answer(self, run):
        assert run("--jsonl", "-") == (0, [], "")

    def test_an_answer_comes_before_the_next_question(self, usual, decided):
        question = json.dumps(usual).encode() + b"\n"
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen([*KIOSK, "--jsonl", "-"], **pipes) as process:
            for _ in range(2):
                process.stdin.write(question)
                process.stdin.flush()
                assert json.loads(process.stdout.readline()) == decided()

    def test_a_reader_that_leaves_ends_it_quietly(self, write, usual, decided):
        file = write("facts.jsonl", json.dumps(usual).encode().join([b"", b"\n"]) * 5_000)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen([*KIOSK, "--jsonl", str(file)], **pipes) as process:
            assert json.loads(process.stdout.readline()) == decided()
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait(timeout=60) == os.EX_IOERR


class TestPolicy:
    def test_it_overrides_the_defaults(self, run, write, usual):
        policy = write("policy.toml", b"late_elderly_age = 40\n")
        status, answers, _ = run("--policy", policy, "-", data=json.dumps(usual).encode())
        assert (status, answers[0]["reasons"]) == (0, ["moved_to_late_elderly"])

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"linkage = 3", "linkage: no such policy value"),
            (b"linkage_slack_days = '3'", "linkage_slack_days: must be an integer"),
            (b"not toml", "not valid TOML"),
        ],
    )
    def test_a_bad_one_is_an_error_for_people_and_status_2(self, run, write, usual, data, message):
        policy = write("policy.toml", data)
        status, answers, complaint = run("--policy", policy, "-", data=json.dumps(usual).encode())
        assert (status, answers) == (2, [])
        assert complaint.startswith(f"{policy}: {message}")

    def test_a_missing_one_too(self, run, tmp_path, usual):
        status, answers, complaint = run("--policy", tmp_path / "none", "-", data=json.dumps(usual).encode())
        assert (status, answers) == (2, [])
        assert "No such file" in complaint


class TestExplain:
    def test_each_reason_gets_a_sentence_and_its_source(self, run, usual, decided):
        status, answers, _ = run("--explain", "-", data=json.dumps(usual).encode())
        explanation = {
            "reason": "card_works",
            "sentence": "このカードで、今日の診察を受けられます。",
            "source": "「マイナ保険証での受診方法」",
        }
        assert (status, answers) == (0, [decided() | {"explanations": [explanation]}])


class TestFiles:
    @pytest.mark.parametrize("arguments", [[], ["--jsonl"]])
    def test_a_missing_file_is_an_error_for_people_and_status_2(self, run, tmp_path, arguments):
        missing = tmp_path / "none.json"
        assert run(*arguments, missing) == (2, [], f"{missing}: No such file or directory\n")

    def test_a_folder_is_no_file(self, run, tmp_path):
        status, answers, complaint = run(tmp_path)
        assert (status, answers) == (2, [])
        assert "Is a directory" in complaint

    def test_a_closed_standard_input_is_no_file(self, spawn):
        result = spawn("-", stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=lambda: os.close(0))
        assert (result.returncode, result.stdout, result.stderr) == (2, b"", b"standard input is closed\n")

    def test_a_full_disk_is_an_error_for_people_and_status_2(self, spawn, write, usual):
        with open("/dev/full", "wb") as full:
            result = spawn(str(write("facts.json", usual)), stdout=full, stderr=subprocess.PIPE)
        assert result.returncode == 2
        assert result.stderr == b"No space left on device\n"


class TestProgress:
    """A person who watches sees a bar, and standard output stays clean."""

    @pytest.fixture
    def watched(self, tmp_path):
        """Run with a terminal as standard error: (exit status, standard output, what the person saw)."""

        def run_watched(*arguments, **options):
            ours, theirs = os.openpty()
            output = tmp_path / "out.jsonl"
            with output.open("wb") as stdout:
                command = [*KIOSK, "--jsonl", *arguments]
                env = os.environ | {"TERM": "xterm", "COLUMNS": "80"}
                process = subprocess.Popen(command, stdout=stdout, stderr=theirs, env=env, **options)
            os.close(theirs)
            seen = b"".join(iter(lambda: _read(ours), b""))
            os.close(ours)
            return process.wait(timeout=60), output.read_bytes(), seen

        return run_watched

    def test_for_a_file(self, watched, write, usual, decided):
        file = write("facts.jsonl", json.dumps(usual).encode())
        status, output, seen = watched(str(file))
        assert (status, json.loads(output)) == (0, decided())
        assert b"decide" in seen

    def test_not_for_a_pipe_whose_end_nobody_knows(self, watched):
        assert watched("-", stdin=subprocess.DEVNULL) == (0, b"", b"")


def _read(terminal):
    """What stands on a terminal, nothing once its other end is closed."""
    try:
        return os.read(terminal, 4_096)
    except OSError:
        return b""


def test_the_help_lists_the_exit_statuses(run):
    result = CliRunner().invoke(APP, ["--help"])
    assert "Exit status: 0 all decided; 1 an object was refused; 2" in " ".join(result.stdout.split())

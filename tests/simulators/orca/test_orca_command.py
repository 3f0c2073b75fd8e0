"""``simulate orca``: a process of its own, spoken to over real HTTP by the tests' own reading of the API's pages."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from lxml import etree
from typer.testing import CliRunner

from simulators.cli import app
from simulators.orca import OrcaScenario

ROOT = Path(__file__).parents[3]
MEMBERS = ROOT / "tests/simulators/terminal/golden/members.csv"
START = (sys.executable, "-m", "simulators", "orca", "--members", str(MEMBERS), "--port", "0", "--delay", "0")
BY_NAME = '<data><patientlst3req type="record"><WholeName type="string">{}</WholeName></patientlst3req></data>'


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(START, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    yield started
    started.kill()
    started.communicate()


def ready(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    told = json.loads(process.stdout.readline())
    assert told["ready"] is True and told["patients"] == 5
    return str(told["url"])


def call(url: str, path: str, body: str, password: str = "ormaster") -> tuple[int, bytes]:
    answer = httpx.post(url + path, content=body.encode(), auth=("ormaster", password), trust_env=False, timeout=20)
    return answer.status_code, answer.content


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_is_ready_answers_and_ends_well(process: subprocess.Popen[bytes], end: signal.Signals) -> None:
    url = ready(process)
    status, content = call(url, "/api01rv2/patientlst3v2?class=01", BY_NAME.format("髙橋"))
    assert status == 200
    root = etree.fromstring(content)
    assert root.tag == "xmlio2"
    assert root.findtext("patientlst2res/Api_Result") == "00"
    assert [one.text for one in root.iter("WholeName")] == ["髙橋　一郎", "髙橋　花"]
    assert root.findtext(".//HealthInsuredPerson_Symbol") == "７１－００００"
    process.send_signal(end)
    assert process.wait(20) == 0
    assert process.communicate() == (b"", b"")


def test_it_refuses_what_is_no_call(process: subprocess.Popen[bytes]) -> None:
    url = ready(process)
    path = "/api01rv2/patientlst3v2?class=01"
    assert call(url, path, BY_NAME.format("髙橋"), "wrong") == (401, b"")
    assert call(url, "/api01rv2/patientlst9v2", "") == (404, b"")
    assert call(url, path, "x" * 100_000)[0] == 413
    for body in ("", "<data/>", '<!DOCTYPE x><data><patientlst3req type="record"/></data>'):
        assert b">98<" in call(url, path, body)[1]
    assert b">17<" in call(url, path, BY_NAME.format(""))[1]
    assert b">10<" in call(url, path, BY_NAME.format("\U00020bb7"))[1]
    assert b">20<" in call(url, path, BY_NAME.format("だれも"))[1]


def reception(**changes: str) -> str:
    fields = {
        "Request_Number": "01",
        "Patient_ID": "1",
        "Department_Code": "01",
        "Physician_Code": "10001",
        "Medical_Information": "01",
    } | changes
    inside = "".join(f'<{name} type="string">{text}</{name}>' for name, text in fields.items())
    return f'<data><acceptreq type="record">{inside}</acceptreq></data>'


def test_a_reception_is_registered_once_and_listed(process: subprocess.Popen[bytes]) -> None:
    url = ready(process)
    department = '<Department_Code type="string">01</Department_Code>'
    listing = f'<data><acceptlstreq type="record">{department}</acceptlstreq></data>'
    assert b">21<" in call(url, "/api01rv2/acceptlstv2?class=03", listing)[1]
    results = {
        "10": {"Patient_ID": "99"},
        "13": {"Department_Code": "77"},
        "14": {"Physician_Code": "77"},
        "15": {"Medical_Information": "77"},
        "21": {"InsuranceProvider_Number": "138057"},
        "91": {"Request_Number": "07"},
        "11": {"Acceptance_Date": "2026-02-30"},
    }
    for result, changes in results.items():
        assert f">{result}<".encode() in call(url, "/orca11/acceptmodv2", reception(**changes))[1]
    told = etree.fromstring(call(url, "/orca11/acceptmodv2", reception(Medical_Information=""))[1])
    assert told.findtext("acceptres/Api_Result") == "K3"
    assert told.findtext("acceptres/Acceptance_Id") == "00001"
    assert told.findtext("acceptres/Patient_Information/Patient_ID") == "00001"
    assert b">16<" in call(url, "/orca11/acceptmodv2", reception())[1]
    listed = etree.fromstring(call(url, "/api01rv2/acceptlstv2?class=03", listing)[1])
    assert [one.text for one in listed.iter("Patient_ID")] == ["00001"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--members", "missing.csv"), "missing.csv: No such file"),
        (("--members", str(MEMBERS), "--scenario", "nonsense"), "nonsense"),
        (("--members", str(MEMBERS), "--password-file", "missing"), "missing: cannot be read"),
    ],
)
def test_a_wrong_call_is_one_sentence(arguments: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(app, ["orca", *arguments])
    assert result.exit_code == 2 and said in result.stderr


def test_a_port_that_is_taken_is_one_sentence(process: subprocess.Popen[bytes]) -> None:
    port = ready(process).rpartition(":")[2]
    result = CliRunner().invoke(app, ["orca", "--members", str(MEMBERS), "--port", port])
    assert result.exit_code == 1 and f"port {port}: Address already in use" in result.stderr


def test_every_scenario_has_its_line_in_the_documentation() -> None:
    page = (ROOT / "docs/simulators.md").read_text("utf-8")
    assert [name for name in OrcaScenario if f"| `{name}` |" not in page] == []

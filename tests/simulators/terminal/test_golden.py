"""Both directions, byte by byte: files that were written by hand from the reference, never by the code."""

from __future__ import annotations

from collections.abc import Callable

from simulators.terminal.answering import AnsweringService
from simulators.terminal.file_names import ExchangeFileName
from simulators.terminal.results import GivenConsents
from tests.simulators.terminal.reading import GOLDEN

ORDER = (
    *("siquc01req_ask", "siquc01req_lost", "siquc01req_wrong", "siimm01req_number"),
    *("muquc01req_night", "muquc02req_early", "muquc02req_done"),
    *("muimm01req_numbers", "muimm02req_early", "muimm02req_done"),
)
FACE = "OQSsiquc01res_face_131234567800000000000000000042_20261122101503.xml"


def test_each_golden_request_has_its_place_here() -> None:
    assert {path.stem.removeprefix("OQS") for path in GOLDEN.glob("*req_*.xml")} == set(ORDER)


def test_requests_are_answered_as_the_reference_says(service: Callable[[], AnsweringService]) -> None:
    terminal = service()
    for stem in ORDER:
        path = GOLDEN / f"OQS{stem}.xml"
        name = ExchangeFileName.parse(path.name)
        assert name is not None
        answer = terminal.answer(name, path.read_bytes())
        assert answer is not None
        assert answer.name == path.name.replace("req_", "res_")
        assert b"".join(answer.content) == (GOLDEN / answer.name).read_bytes(), stem


def test_a_face_file_is_windows_japanese(service: Callable[[], AnsweringService]) -> None:
    terminal = service()
    person = terminal.directory.member("133033:71-0000:000000:00")
    consents = GivenConsents(specific_disease=False, checkup=True, medicine=True, treatment=False)
    answer = terminal.face_file(person, consents, "00000000000000000042")

    assert answer.name == FACE
    content = b"".join(answer.content)
    assert content == (GOLDEN / FACE).read_bytes()
    assert "髙".encode("cp932") in content and "①".encode("cp932") in content and b"\r\n\t" in content

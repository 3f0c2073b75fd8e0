"""Questions by IPP: what is sent, and answers of every kind, hostile ones too."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from kiosk.printing.ipp import Attributes, IppError, UnknownTarget, ask

HEAD = b"\x02\x00\x00\x00\x00\x00\x00\x01\x01"


def attribute(tag: int, name: bytes, value: bytes) -> bytes:
    return struct.pack(">BH", tag, len(name)) + name + struct.pack(">H", len(value)) + value


@contextmanager
def answering(answer: bytes, status: int = 200) -> Iterator[tuple[str, list[bytes]]]:
    """Serve one answer to every question; yield the address and the questions."""
    questions: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            questions.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", questions
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def asked(server: str) -> Attributes:
    return ask(server, 0x0009, ("job-uri", "ipp://localhost/jobs/3"), ("job-state", "job-state-reasons"))


def test_an_answer_has_numbers_and_texts_with_all_their_values() -> None:
    state = attribute(0x23, b"job-state", struct.pack(">i", 9))
    reasons = attribute(0x44, b"job-state-reasons", b"one") + attribute(0x44, b"", b"two")
    skipped = attribute(0x31, b"date-time-at-completed", bytes(11))
    with answering(HEAD + b"\x02" + state + skipped + reasons + b"\x03") as (server, questions):
        assert asked(server) == {"job-state": [9], "job-state-reasons": ["one", "two"]}
    assert questions[0].startswith(b"\x02\x00\x00\x09")
    assert b"ipp://localhost/jobs/3" in questions[0] and questions[0].endswith(b"\x03")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"", "not IPP"),
        (b"<html>", "not IPP"),
        (HEAD, "not IPP"),
        (HEAD + b"\x23\xff\xff", "not IPP"),
        (HEAD + attribute(0x44, b"job-state", b"\xff") + b"\x03", "not IPP"),
        (b"\x02\x00\x04\x00\x00\x00\x00\x01\x03", "refused .IPP status 0x0400"),
        (bytes(70_000), "more than can be meant"),
    ],
)
def test_an_answer_of_another_kind_is_an_error(answer: bytes, says: str) -> None:
    with answering(answer) as (server, _), pytest.raises(IppError, match=says):
        asked(server)


def test_a_job_that_is_not_there_is_told_apart() -> None:
    with answering(b"\x02\x00\x04\x06\x00\x00\x00\x01\x03") as (server, _), pytest.raises(UnknownTarget):
        asked(server)


def test_a_status_of_http_is_an_error() -> None:
    with answering(b"", 403) as (server, _), pytest.raises(IppError, match="status 403"):
        asked(server)


@pytest.mark.parametrize("server", ["127.0.0.1:1", "/nonexistent/cups.sock"])
def test_no_server_is_an_error(server: str) -> None:
    with pytest.raises(IppError, match="CUPS does not answer"):
        asked(server)

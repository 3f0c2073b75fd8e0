"""The OCSP client against a real HTTP server on the loopback."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from kiosk.identity import Chain, OcspSource, Outlook, Revocation
from kiosk.identity.ocsp_source import MAX_RESPONSE
from simulators import pki

GOOD, REVOKED, NOT_CHECKED = Revocation.GOOD, Revocation.REVOKED, Revocation.NOT_CHECKED


class Responder(ThreadingHTTPServer):
    """Answers every POST with what ``answer`` makes of the request; ``released`` ends a silent one."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer: Callable[[bytes], bytes] = lambda request: b""
        self.status, self.headers_out, self.silent = 200, {}, False
        self.drip = False
        self.seen: list[tuple[str, str, bytes]] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/ocsp"


class _Handler(BaseHTTPRequestHandler):
    server: Responder

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, self.headers["Content-Type"], body))
        if self.server.silent:
            self.server.released.wait(30)
            return
        content = self.server.answer(body)
        self.send_response(self.server.status)
        for name, value in self.server.headers_out.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self._send(content)

    def _send(self, content: bytes) -> None:
        if not self.server.drip:
            self.wfile.write(content)
            return
        for octet in content:
            self.wfile.write(bytes([octet]))
            if self.server.released.wait(0.02):
                return

    def log_message(self, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def responder() -> Iterator[Responder]:
    server = Responder()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def ask(user, leaf, now):
    return lambda source: source.status(leaf.certificate, user.certificate, now)


def answering(user, leaf, status=ocsp.OCSPCertStatus.GOOD):
    """Answer as a proper responder does, with the nonce of the request."""

    def answer(request: bytes) -> bytes:
        asked = ocsp.load_der_ocsp_request(request)
        assert asked.serial_number == leaf.certificate.serial_number
        nonce = asked.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
        return user.ocsp(leaf.certificate, status=status, nonce=nonce, responder=user.responder())

    return answer


@pytest.mark.parametrize(
    ("status", "answer"), [(ocsp.OCSPCertStatus.GOOD, GOOD), (ocsp.OCSPCertStatus.REVOKED, REVOKED)]
)
def test_asks_and_believes_a_proper_answer(status, answer, responder, user, leaf, ask):
    responder.answer = answering(user, leaf, status)
    assert ask(OcspSource(responder.url)) is answer


def test_the_number_stands_in_the_body_never_in_the_address(responder, user, leaf, ask):
    responder.answer = answering(user, leaf)
    ask(OcspSource(responder.url))
    ((path, kind, body),) = responder.seen
    assert (path, kind) == ("/ocsp", "application/ocsp-request")
    assert leaf.certificate.serial_number.to_bytes(4, "big") in body


def test_every_question_has_a_nonce_of_its_own(responder, user, leaf, ask):
    responder.answer = answering(user, leaf)
    source = OcspSource(responder.url)
    assert [ask(source), ask(source)] == [GOOD, GOOD]
    assert responder.seen[0][2] != responder.seen[1][2]


def test_a_replayed_answer_is_refused(responder, user, leaf, ask):
    kept: list[bytes] = []
    proper = answering(user, leaf)
    responder.answer = lambda request: kept[0] if kept else kept.append(proper(request)) or kept[0]
    source = OcspSource(responder.url)
    assert [ask(source), ask(source)] == [GOOD, NOT_CHECKED]


def test_works_inside_a_verifier(responder, user, leaf, verifier_for, now):
    responder.answer = answering(user, leaf, ocsp.OCSPCertStatus.REVOKED)
    check = verifier_for(user, source=OcspSource(responder.url)).check(leaf.der, now)
    assert (check.chain, check.revocation, check.may_ask_pin) == (Chain.TRUSTED, REVOKED, False)


@pytest.mark.anyio
async def test_may_be_asked_from_a_thread_that_runs_a_loop(responder, user, leaf, now):
    responder.answer = answering(user, leaf)
    assert OcspSource(responder.url).status(leaf.certificate, user.certificate, now) is GOOD


@pytest.mark.parametrize("status", [204, 302, 404, 500, 503])
def test_any_other_http_status_is_not_checked(status, responder, user, leaf, ask):
    responder.answer = (lambda request: b"") if status == 204 else answering(user, leaf)
    responder.status = status
    assert ask(OcspSource(responder.url)) is NOT_CHECKED


def test_a_redirect_is_not_followed(responder, user, leaf, ask):
    responder.status, responder.headers_out = 307, {"Location": f"{responder.url}/elsewhere"}
    assert ask(OcspSource(responder.url)) is NOT_CHECKED
    assert len(responder.seen) == 1


@pytest.mark.parametrize(("filler", "answer"), [(MAX_RESPONSE // 2, GOOD), (MAX_RESPONSE, NOT_CHECKED)])
def test_an_answer_beyond_the_limit_is_dropped_though_it_is_genuine(filler, answer, responder, user, leaf, ask):
    large = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.392.200149.9999.1"), bytes(filler))
    signer = user.responder(instead={x509.UnrecognizedExtension: (large, False)})
    responder.answer = lambda request: user.ocsp(leaf.certificate, responder=signer)
    assert ask(OcspSource(responder.url)) is answer


def test_an_answer_that_is_packed_is_not_unpacked(responder, user, leaf, ask):
    proper = answering(user, leaf)
    responder.answer = lambda request: gzip.compress(proper(request))
    responder.headers_out = {"Content-Encoding": "gzip"}
    assert ask(OcspSource(responder.url)) is NOT_CHECKED


def test_rubbish_is_not_checked(responder, ask):
    responder.answer = lambda request: b"rubbish"
    assert ask(OcspSource(responder.url)) is NOT_CHECKED


def test_a_silent_responder_is_not_waited_for(responder, ask):
    responder.silent = True
    assert ask(OcspSource(responder.url, timeout=0.2)) is NOT_CHECKED
    assert not responder.released.is_set()


def test_a_responder_that_drips_is_not_waited_for(responder, user, leaf, ask):
    responder.answer, responder.drip = answering(user, leaf), True
    assert ask(OcspSource(responder.url, timeout=0.3)) is NOT_CHECKED
    assert not responder.released.is_set()


def test_nobody_there_is_not_checked(responder, ask):
    url = responder.url
    responder.server_close()
    assert ask(OcspSource(url)) is NOT_CHECKED


def test_a_peer_that_speaks_no_tls_is_not_checked(responder, ask):
    assert ask(OcspSource(responder.url.replace("http://", "https://"), timeout=1.0)) is NOT_CHECKED


def test_a_proxy_of_the_environment_is_not_used(responder, user, leaf, ask, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    responder.answer = answering(user, leaf)
    assert ask(OcspSource(responder.url)) is GOOD


@pytest.mark.parametrize(
    "url", ["", "ocsp.example.jp", "ftp://example.jp/", "file:///etc/hosts", "http://", "http://[::1"]
)
def test_a_wrong_address_is_an_error_at_once(url):
    with pytest.raises(ValueError, match="URL"):
        OcspSource(url)


def always(status: int) -> Callable[[Responder], None]:
    def set_up(responder: Responder) -> None:
        responder.status = status

    return set_up


def say(content: Callable[[pki.Authority, x509.Certificate], bytes]) -> Callable[[Responder], None]:
    def set_up(responder: Responder) -> None:
        responder.answer = lambda request: content(USER, LEAF.certificate)

    return set_up


USER = pki.user_authority(datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC))
LEAF = USER.issue(serial=0x5EC2E7A1)
REFUSED = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(Encoding.DER)

FAULTS: dict[str, tuple[Callable[[Responder], None], str]] = {
    "an error of the server": (always(500), "the responder answers with HTTP status 500"),
    "a page of the web": (say(lambda user, leaf: b"<html>"), "not an OCSP answer"),
    "nothing": (say(lambda user, leaf: b""), "not an OCSP answer"),
    "a refusal": (say(lambda user, leaf: REFUSED), "the responder refuses to answer: try_later"),
    "an answer of a forger": (
        say(lambda user, leaf: pki.lookalike(user).ocsp(leaf, answers_for=user.certificate)),
        "no key that may answer for the issuer signed the answer",
    ),
    "an answer about somebody else": (
        say(lambda user, leaf: user.ocsp(user.issue(serial=1234).certificate)),
        "the answer is about other certificates",
    ),
    "an answer that is out of date": (
        say(lambda user, leaf: user.ocsp(leaf, next_update=user.now - timedelta(seconds=1))),
        "the answer is out of date, or one to another question",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_responder_that_gives_nothing_usable_is_a_problem_until_it_does(name, responder, user, leaf, now, ask):
    set_up, fault = FAULTS[name]
    set_up(responder)
    source = OcspSource(responder.url)
    assert ask(source) is NOT_CHECKED
    assert source.outlook([user.certificate], now) == Outlook(usable=False, problems=(f"127.0.0.1: {fault}",))
    responder.status, responder.answer = 200, answering(user, leaf)
    assert ask(source) is GOOD
    assert source.outlook([user.certificate], now) == Outlook(usable=True)


def test_a_silent_responder_is_a_problem(responder, user, now, ask):
    responder.silent = True
    source = OcspSource(responder.url, timeout=0.2)
    assert ask(source) is NOT_CHECKED
    assert source.outlook([user.certificate], now).problems == ("127.0.0.1: no answer within 0.2 seconds",)


def test_a_name_that_no_server_looks_up_costs_no_more_than_the_limit(user, now, ask, monkeypatch):
    """A resolver without its network is silent for many seconds, and nothing can cancel that call."""
    released = threading.Event()

    def silent(*asked: object, **more: object) -> list[object]:
        released.wait(30)
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    source = OcspSource("http://ocsp.example.jp/", timeout=0.2)
    begun = time.monotonic()
    try:
        assert ask(source) is NOT_CHECKED
        assert time.monotonic() - begun < 5
        assert source.outlook([user.certificate], now).problems == ("ocsp.example.jp: no answer within 0.2 seconds",)
    finally:
        released.set()


def probed(source, issuers, now) -> Outlook:
    source.refresh(issuers, now)
    for thread in threading.enumerate():
        if thread.name == "ocsp":
            thread.join(10)
    return source.outlook(issuers, now)


def about_whom_it_is_asked(user):
    """Answer as a responder that knows all of its issuer's numbers and nobody else's."""
    return lambda request: user.ocsp(user.certificate, status=ocsp.OCSPCertStatus.UNKNOWN, responder=user.responder())


def test_a_responder_is_asked_without_a_card_whether_it_answers(responder, user, generations, now):
    source = OcspSource(responder.url)
    assert source.outlook([user.certificate], now) == Outlook(usable=False)
    responder.answer = about_whom_it_is_asked(user)
    issuers = [generations[1].certificate, user.certificate]
    assert probed(source, issuers, now) == Outlook(usable=True)
    asked = len(responder.seen)
    assert probed(source, issuers, now) == Outlook(usable=True)
    assert len(responder.seen) == asked, "one that answers is left in peace for a while"


def test_a_responder_that_comes_back_is_noticed_without_a_card(responder, user, now, ask):
    responder.status = 503
    source = OcspSource(responder.url)
    assert ask(source) is NOT_CHECKED
    assert not probed(source, [user.certificate], now).usable
    responder.status, responder.answer = 200, about_whom_it_is_asked(user)
    assert probed(source, [user.certificate], now) == Outlook(usable=True)


def test_a_responder_that_answers_for_the_root_alone_is_a_problem_until_it_answers_for_a_card(
    responder, user, leaf, now, ask
):
    source = OcspSource(responder.url)
    responder.answer = lambda request: b"<html>"
    assert ask(source) is NOT_CHECKED
    responder.answer = about_whom_it_is_asked(user)
    assert probed(source, [user.certificate], now) == Outlook(True, ("127.0.0.1: not an OCSP answer",))
    responder.answer = answering(user, leaf)
    assert ask(source) is GOOD
    assert source.outlook([user.certificate], now) == Outlook(usable=True)


def test_a_responder_that_has_nothing_on_a_root_may_answer_for_cards(responder, user, now, ask):
    """RFC 5019 2.2.3: unauthorized. What it said of a card is another matter."""
    refusal = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    responder.answer = lambda request: refusal.public_bytes(Encoding.DER)
    source = OcspSource(responder.url)
    assert probed(source, [user.certificate], now) == Outlook(usable=True)
    assert ask(source) is NOT_CHECKED
    assert not probed(source, [user.certificate], now).usable

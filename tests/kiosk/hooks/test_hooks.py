"""Webhooks against real daemons: signed, in order, at least once; each fault is one code and nothing is lost."""

from __future__ import annotations

import hmac
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event

import pytest
from structlog.testing import capture_logs

from kiosk.assembly.hooks import watcher_of
from kiosk.failures import Code
from kiosk.hooks import Hooked, Sender, signature
from kiosk.results import Backlog, FinishedVisit
from kiosk.secret_file import SecretError, read_secret
from tests.kiosk.hooks.conftest import NOW, SECRET, Site
from tests.kiosk.hooks.receivers import received, status
from tests.kiosk.servers import resolving, served_with, server_certificate


def named(*numbers: int) -> list[str]:
    return [f"v{number:04}" for number in numbers]


def faulty(site: Site, sender: Sender, code: Code, why: str) -> None:
    """Wait for the pause after a try, and say that the trouble is this one."""
    tried = Event()
    site.on_pause = lambda _: tried.set()
    assert tried.wait(20)
    site.now += timedelta(seconds=11)
    (trouble,) = sender.troubles()
    assert (trouble.code, why in trouble.reason) == (code, True), trouble.reason
    assert "take-visits" not in trouble.reason, "its path may be a secret"


def test_a_finished_visit_is_posted_as_it_is_kept_and_signed(site: Site) -> None:
    with received() as receiver:
        visits, _ = site.running(site.hook(receiver.url))
        site.add(visits, 1)
        receiver.until(lambda seen: len(seen.bodies) == 1)
    (body,), (headers,) = receiver.bodies, receiver.headers
    assert body == site.ended(1).body
    assert (headers["kiosk-event-id"], headers["kiosk-event"]) == ("v0001", "visit.finished")
    assert headers["content-type"] == "application/json"
    found = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", headers["kiosk-signature"])
    assert found is not None
    assert int(found[1]) == int(NOW.timestamp())
    assert found[2] == hmac.new(SECRET, f"{found[1]}.".encode() + body, sha256).hexdigest()


def test_the_signature_is_that_of_the_specification() -> None:
    # printf '1700000000.{}' | openssl dgst -sha256 -hmac key
    assert signature(b"key", 1700000000, b"{}") == f"t=1700000000,v1={BY_OPENSSL}"


BY_OPENSSL = "9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae"


def test_any_2xx_is_taken_and_its_body_is_not_read(site: Site) -> None:
    def huge(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(1 << 30))
        handler.end_headers()
        try:
            for _ in range(1 << 14):
                handler.wfile.write(bytes(1 << 16))
        except OSError:
            return

    with received(huge) as receiver:
        visits, sender = site.running(site.hook(receiver.url))
        begun = time.monotonic()
        site.add(visits, 1, 2, 3)
        receiver.until(lambda seen: len(seen.bodies) == 3)
        assert time.monotonic() - begun < 10
        sender.stop(10)
    assert (receiver.ids, site.pauses, sender.troubles()) == (named(1, 2, 3), [], ())


FAULTS: dict[str, tuple[int, Code, str]] = {
    "an error of the server": (500, Code.HOOK_SILENT, "HTTP status 500"),
    "too many": (429, Code.HOOK_SILENT, "HTTP status 429"),
    "a redirect": (302, Code.HOOK_REFUSED, "HTTP status 302"),
    "not found": (404, Code.HOOK_REFUSED, "HTTP status 404"),
    "a wrong signature": (401, Code.HOOK_REFUSED, "HTTP status 401"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_what_is_not_taken_is_one_code_and_comes_later_in_order(site: Site, fault: tuple[int, Code, str]) -> None:
    code, trouble, why = fault
    with received(taken=False, reply=status(code, Location="http://127.0.0.1:9/")) as refusing:
        visits, sender = site.running(site.hook(refusing.url))
        site.add(visits, 1, 2, 3)
        refusing.until(lambda seen: seen.asked >= 3)
        faulty(site, sender, trouble, why)
        port = refusing.server.server_port
    with received(port=port) as receiver:
        receiver.until(lambda seen: len(seen.bodies) == 3)
        assert receiver.ids == named(1, 2, 3)
        sender.stop(10)
    assert sender.troubles() == ()


def test_a_week_of_500_is_tried_ever_less_and_then_the_visit_is_given_up_and_said(site: Site) -> None:
    with received(status(500), taken=False) as refusing:
        visits, sender = site.sender(site.hook(refusing.url))
        site.add(visits, 1)

        def passes(seconds: float) -> None:
            site.now += timedelta(seconds=seconds)

        site.on_pause = passes
        sender.start()
        assert site.idle.wait(60)
        asked, port = refusing.asked, refusing.server.server_port
    assert site.pauses[:12] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]
    assert site.now - NOW > timedelta(hours=72)
    assert asked == len(site.pauses) == 441
    (trouble,) = sender.troubles()
    assert (trouble.code, "1 visits were given up" in trouble.reason) == (Code.HOOK_SILENT, True)
    with received(port=port) as receiver:
        site.add(visits, 2)
        receiver.until(lambda seen: seen.ids == named(2))


def test_a_host_that_hangs_is_given_up_after_its_limit_and_holds_up_no_other_hook(site: Site) -> None:
    left = Event()
    with received(lambda _: None if left.wait(20) else None, taken=False) as hanging, received() as receiver:
        hook, other = site.hook(hanging.url, timeout=0.3), site.hook(receiver.url, number=2)
        visits, (sender, second) = site.with_hooks(hook, other)
        sender.start()
        second.start()
        site.add(visits, 1, 2)
        receiver.until(lambda seen: len(seen.bodies) == 2)
        faulty(site, sender, Code.HOOK_SILENT, "no answer within 0.3 seconds")
        assert second.troubles() == ()
        left.set()


def test_nobody_there_is_silence_and_waiting_visits_have_an_age(site: Site) -> None:
    with received() as gone:
        url, port = gone.url, gone.server.server_port
    visits, sender = site.running(site.hook(url))
    assert sender.line() == f"webhook 1 (http://127.0.0.1:{port}): nothing waits"
    site.add(visits, 1, 2)
    faulty(site, sender, Code.HOOK_SILENT, "no answer: ConnectError")
    assert sender.line() == f"webhook 1 (http://127.0.0.1:{port}): 2 wait, the oldest for 11 s"
    with received(port=port) as back:
        back.until(lambda seen: len(seen.bodies) == 2)
        assert back.ids == named(1, 2)


def test_a_receiver_that_restarts_is_no_trouble_for_ten_seconds(site: Site) -> None:
    with received() as gone:
        url = gone.url
    tried = Event()
    site.on_pause = lambda _: tried.set()
    visits, sender = site.running(site.hook(url))
    site.add(visits, 1)
    assert tried.wait(20)
    assert sender.troubles() == ()
    site.now += timedelta(seconds=10)
    assert [trouble.code for trouble in sender.troubles()] == [Code.HOOK_SILENT]


def test_a_certificate_that_nobody_vouches_for_gets_nothing_until_it_is_named(site: Site) -> None:
    certificate = server_certificate(site.folder, "hook.example")
    with received(tls=served_with(certificate)) as receiver:
        url = receiver.url.replace("http:", "https:")
        visits, sender = site.running(site.hook(url))
        site.add(visits, 1)
        faulty(site, sender, Code.HOOK_REFUSED, "certificate is not trusted")
        assert receiver.asked == 0
        site.stop()
        site.running(site.hook(url, ca_file=certificate))
        receiver.until(lambda seen: seen.ids == named(1))


def test_a_certificate_of_another_name_gets_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = server_certificate(site.folder, "hook.example")
    monkeypatch.setattr(socket, "getaddrinfo", resolving("127.0.0.1"))
    with received(tls=served_with(certificate)) as receiver:
        port = receiver.server.server_port
        visits, sender = site.running(site.hook(f"https://other.example:{port}/", ca_file=certificate))
        site.add(visits, 1)
        faulty(site, sender, Code.HOOK_REFUSED, "certificate is not trusted")
        site.stop()
        visits, _ = site.running(site.hook(f"https://hook.example:{port}/", ca_file=certificate))
        site.add(visits, 2)
        receiver.until(lambda seen: seen.ids == named(2))


@pytest.mark.parametrize("addresses", [("203.0.113.7",), ("127.0.0.1", "203.0.113.7"), ("169.254.169.254",)])
def test_a_name_that_leads_outside_is_not_connected_to(
    site: Site, monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving(*addresses))
    with received() as receiver:
        url = receiver.url.replace("127.0.0.1", "hook.example")
        visits, sender = site.running(site.hook(url))
        site.add(visits, 1)
        faulty(site, sender, Code.HOOK_REFUSED, "name the host in webhook.hosts")
        assert receiver.asked == 0


def test_the_connection_is_made_to_the_address_that_was_looked_at(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int, *more: object, **named: object) -> object:
        asked.append(host)
        return resolving("127.0.0.1" if len(asked) == 1 else "203.0.113.7")(host, port)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with received() as receiver:
        url = receiver.url.replace("127.0.0.1", "hook.example")
        visits, _ = site.running(site.hook(url))
        site.add(visits, 1)
        receiver.until(lambda seen: len(seen.bodies) == 1)
    assert asked[0] == "hook.example"
    assert receiver.headers[0]["host"].startswith("hook.example:")


SECRETS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda file: file.unlink(), "No such file or directory"),
    "empty": (lambda file: file.write_bytes(b"\n"), "needs a secret of 1 to 4096 bytes"),
    "huge": (lambda file: file.write_bytes(b"x" * 5000), "needs a secret of 1 to 4096 bytes"),
    "a folder": (lambda file: (file.unlink(), file.mkdir()), "not a regular file"),
    "another user's, and open": (lambda file: file.chmod(0o644), "must have mode 0600"),
}


@pytest.mark.parametrize("spoiled", SECRETS.values(), ids=SECRETS.keys())
def test_a_secret_that_cannot_be_used_is_a_trouble_that_heals(
    site: Site, monkeypatch: pytest.MonkeyPatch, spoiled: tuple[Callable[[Path], object], str]
) -> None:
    spoil, why = spoiled
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    with received() as receiver:
        spoil(site.secret_file)
        visits, sender = site.running(site.hook(receiver.url))
        site.add(visits, 1)
        faulty(site, sender, Code.HOOK_REFUSED, why)
        assert receiver.asked == 0
        whole = site.folder / "whole"
        whole.write_bytes(SECRET)
        whole.chmod(0o600)
        if site.secret_file.is_dir():
            site.secret_file.rmdir()
        whole.replace(site.secret_file)
        receiver.until(lambda seen: len(seen.bodies) == 1)
        sender.stop(10)
    assert sender.troubles() == ()


@pytest.mark.parametrize(("mode", "taken"), [(0o640, True), (0o600, True), (0o660, False), (0o644, False)])
def test_what_root_has_put_there_may_be_read_by_our_group(
    site: Site, monkeypatch: pytest.MonkeyPatch, mode: int, taken: bool
) -> None:
    of_root = os.stat_result((0o100000 | mode, 1, 1, 1, 0, 1, len(SECRET), 0, 0, 0))
    monkeypatch.setattr(os, "fstat", lambda _: of_root)
    monkeypatch.setattr(os, "geteuid", lambda: 1)
    with nullcontext() if taken else pytest.raises(SecretError, match="must have mode 0600"):
        assert read_secret(site.secret_file) == SECRET


def test_a_secret_of_our_own_that_is_open_is_closed_with_a_warning(site: Site) -> None:
    site.secret_file.chmod(0o644)
    with capture_logs() as logs, received() as receiver:
        visits, _ = site.running(site.hook(receiver.url))
        site.add(visits, 1)
        receiver.until(lambda seen: len(seen.bodies) == 1)
        site.stop()
    assert site.secret_file.stat().st_mode & 0o077 == 0
    (warning,) = [line for line in logs if line["log_level"] == "warning"]
    assert "consider a new secret" in warning["problem"]
    assert SECRET.decode() not in str(logs)


def test_a_restart_in_the_middle_goes_on_where_it_was(site: Site) -> None:
    with received() as receiver:
        hook = site.hook(receiver.url)
        visits, _ = site.running(hook)
        site.add(visits, *range(50))
        receiver.until(lambda seen: len(seen.bodies) >= 10)
        site.stop()
        site.running(hook)
        receiver.until(lambda seen: seen.ids[-1] == "v0049")
    assert list(dict.fromkeys(receiver.ids)) == named(*range(50))
    assert len(receiver.ids) <= 51


def test_a_file_of_visits_that_cannot_be_used_costs_none(site: Site) -> None:
    with received() as receiver:
        visits, sender = site.sender(site.hook(receiver.url))
        put_away = site.folder / "results.sqlite"
        for file in site.folder.glob("results.sqlite*"):
            file.unlink()
        put_away.mkdir()
        visits.add(site.ended(1))
        sender.start()
        put_away.rmdir()
        receiver.until(lambda seen: seen.ids == named(1))


_KILLED = """
import sys
from pathlib import Path
from tests.kiosk.hooks.conftest import Site

site = Site(Path(sys.argv[1]))
visits, sender = site.running(site.hook(sys.argv[2]))
site.add(visits, *range(300))
sys.stdin.read()
"""


def test_after_kills_every_visit_has_come_in_order(site: Site) -> None:
    with received() as receiver:
        for least in (20, 60, 110, 300):
            command = [sys.executable, "-c", _KILLED, str(site.folder), receiver.url]
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as kiosk:
                receiver.until(lambda seen, least=least: len(set(seen.ids)) >= least)
                kiosk.kill()
    found = receiver.ids
    assert found == sorted(found)
    assert sorted(set(found)) == named(*range(300))
    assert len(found) <= 303, "a kill costs one delivery twice at most"


class Stuck:
    """A cursor on a disk that does not answer until it is freed. ``asked`` is set once it waits for it."""

    lost = 0

    def __init__(self) -> None:
        self.asked, self.freed = Event(), Event()

    def waiting(self, limit: int) -> tuple[FinishedVisit, ...]:
        self.asked.set()
        assert self.freed.wait(20)
        return ()

    def backlog(self) -> Backlog:
        assert self.freed.wait(20)
        return Backlog()

    def done(self, visit: FinishedVisit) -> None:
        raise AssertionError


def test_looking_at_a_webhook_waits_for_no_disk(site: Site) -> None:
    """Each visit looks twice; a look that asked the file would wait while that takes the visit before."""
    cursor, hook = Stuck(), site.hook("http://127.0.0.1:9/")
    sender = Sender(hook, Hooked(hook, lambda: site.now), cursor, lambda: site.now)
    look = watcher_of([sender])
    assert look().troubles == ()
    assert cursor.asked.wait(20)
    begun = time.monotonic()
    assert look().troubles == ()
    assert time.monotonic() - begun < 5
    cursor.freed.set()
    sender.stop(20)

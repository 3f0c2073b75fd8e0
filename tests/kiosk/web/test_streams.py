"""The two event streams, over a real server on a loopback port."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest

from kiosk.reception import Screen, StateName
from kiosk.staff import ApiTokens, Scope, api_tokens_path
from kiosk.web.streams import MOST_READERS


@contextmanager
def stream(kiosk: Any, path: str, **options: Any) -> Iterator[Iterator[dict[str, str]]]:
    with httpx.stream("GET", kiosk.url + path, timeout=10, **options) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events(answer.iter_lines())


def events(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    """Yield each event as its fields; lines of data are joined as the standard says. Comments are left out."""
    fields: dict[str, str] = {}
    for line in lines:
        if not line and fields:
            yield fields
            fields = {}
        name, _, value = line.partition(": ")
        if name:
            fields[name] = f"{fields[name]}\n{value}" if name in fields else value


def page_cookie(kiosk: Any) -> dict[str, str]:
    return dict(httpx.get(kiosk.url).cookies)


def until(condition: Any) -> bool:
    """Wait for what another thread does; the deadline only ends a test that has failed."""
    return any(condition() or threading.Event().wait(0.02) for _ in range(500)) or condition()


def test_the_api_streams_the_present_visit_first_and_then_every_change(served: Any, a_view: Any) -> None:
    with stream(served, "/api/v1/events", headers=served.bearer) as received:
        first = next(received)
        assert set(first) == {"data", "id"}
        assert first["id"] == "1"
        assert json.loads(first["data"])["screen"] == "idle"
        served.reception.publish(a_view(Screen.READING, StateName.READING))
        second = next(received)
        assert second["id"] == "2"
        assert json.loads(second["data"])["screen"] == "reading"


def test_the_stream_sends_the_same_object_as_the_visit(served: Any, result_view: Any, working: Any) -> None:
    served.reception.publish(result_view(working))
    visit = httpx.get(served.url + "/api/v1/visit", headers=served.bearer).json()
    with stream(served, "/api/v1/events", headers=served.bearer) as received:
        assert json.loads(next(received)["data"]) == visit


def test_the_api_leaves_out_no_change_however_fast_they_come(served: Any, a_view: Any) -> None:
    with stream(served, "/api/v1/events", headers=served.bearer) as received:
        next(received)
        for number in range(50):
            served.reception.publish(a_view(Screen.READING if number % 2 else Screen.IDLE))
        assert [next(received)["id"] for _ in range(50)] == [str(number) for number in range(2, 52)]


def test_the_stream_ends_for_a_reader_that_fell_behind(served: Any) -> None:
    with stream(served, "/api/v1/events", headers=served.bearer) as received:
        next(received)
        served.reception.tell(None)
        assert list(received) == []


def test_the_stream_of_a_token_that_is_revoked_ends(served: Any) -> None:
    reads = served.program(Scope.VISIT_READ)
    with stream(served, "/api/v1/events", headers=reads) as received:
        next(received)
        ApiTokens(api_tokens_path(served.settings.data_dir)).revoke("visit.read")
        assert list(received) == []
    assert httpx.get(served.url + "/api/v1/events", headers=reads).status_code == 401


@pytest.mark.parametrize("path", ["/api/v1/visit", "/api/v1/events"])
def test_a_token_that_may_only_act_sees_nothing(served: Any, path: str) -> None:
    for scope in (Scope.VISIT_ACT, Scope.STAFF_CONFIRM):
        assert httpx.get(served.url + path, headers=served.program(scope)).status_code == 403
    assert httpx.get(served.url + "/api/v1/visit", headers=served.program(Scope.MEMBER_READ)).status_code == 200


def test_the_page_is_sent_whole_screens(served: Any, a_view: Any) -> None:
    with stream(served, "/screens/events", cookies=page_cookie(served)) as received:
        assert 'data-screen="idle"' in next(received)["data"]
        view = served.reception.publish(a_view(Screen.PIN, StateName.PIN))
        event = next(received)
        assert (event["event"], event["id"]) == ("screen", str(view.sequence))
        assert event["data"].strip().startswith("<main")
        assert event["data"].strip().endswith("</main>")


def test_a_page_that_comes_back_is_sent_the_present_screen_whatever_it_saw_last(served: Any, a_view: Any) -> None:
    cookies = page_cookie(served)
    for _ in range(2):
        with stream(served, "/screens/events", cookies=cookies, headers={"Last-Event-ID": "99"}) as received:
            assert next(received)["id"] == "1"


def test_a_quiet_kiosk_gives_signs_of_life(served: Any) -> None:
    with stream(served, "/screens/events", cookies=page_cookie(served)) as received:
        assert [next(received)["event"] for _ in range(2)] == ["screen", "alive"]


def test_the_newest_page_takes_the_seat_and_the_older_one_is_told(served: Any) -> None:
    cookies = page_cookie(served)
    with stream(served, "/screens/events", cookies=cookies) as older:
        next(older)
        with stream(served, "/screens/events", cookies=cookies) as newer:
            assert next(newer)["event"] == "screen"
            assert [event["event"] for event in older] == ["elsewhere"]


def test_api_clients_do_not_take_the_seat(served: Any, a_view: Any) -> None:
    with stream(served, "/screens/events", cookies=page_cookie(served)) as page:
        next(page)
        with stream(served, "/api/v1/events", headers=served.bearer) as one:
            next(one)
            with stream(served, "/api/v1/events", headers=served.bearer) as other:
                next(other)
                served.reception.publish(a_view(Screen.READING, StateName.READING))
                assert [next(received)["id"] for received in (page, one, other)] == ["2", "2", "2"]


def test_the_oldest_of_too_many_streams_gives_way_so_that_the_page_is_never_shut_out(served: Any) -> None:
    with ExitStack() as open_streams:
        oldest, second, *_ = (
            open_streams.enter_context(stream(served, "/api/v1/events", headers=served.bearer))
            for _ in range(MOST_READERS + 1)
        )
        assert next(oldest)["id"] == next(second)["id"] == "1"
        assert list(oldest) == []
        served.reception.publish(served.reception.view)
        assert next(second)["id"] == "2"


@pytest.mark.parametrize("path", ["/screens/events", "/api/v1/events"])
def test_a_reader_that_leaves_is_let_go(served: Any, path: str, a_view: Any) -> None:
    with stream(served, path, cookies=page_cookie(served)) as received:
        next(received)
        assert served.reception.readers == 1
    assert until(lambda: served.reception.readers == 0)


def test_the_server_does_not_name_itself(served: Any) -> None:
    assert "server" not in httpx.get(served.url + "/healthz").headers


def test_the_server_ends_though_a_stream_is_open(served: Any) -> None:
    with stream(served, "/api/v1/events", headers=served.bearer) as received:
        next(received)
        served.server.should_exit = True
        assert list(received) == []
    served.thread.join(10)
    assert not served.thread.is_alive()

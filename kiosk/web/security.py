"""Shield every route: pure ASGI, so that every answer, including an error, passes through it.

It stops DNS rebinding (Host), requests that another site makes a browser send (Sec-Fetch-Site, Origin), bodies without
end in size or time, and the framing, injection and caching of pages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.failures import Code, code_of, place_of
from kiosk.web.assets import STATIC
from kiosk.web.errors import ApiRefusal, ErrorCode, refusal

__all__ = [
    "BODY_SECONDS",
    "MAX_BODY",
    "BodyLimit",
    "Failsafe",
    "OwnOriginOnly",
    "Refuse",
    "SecurityHeaders",
    "own_hosts",
    "refuse_in_json",
]

MAX_BODY = 16 * 1024
"""Most bytes of a body that any route accepts."""

BODY_SECONDS = 10.0
"""Seconds from the request's head to the end of its body."""

Refuse: TypeAlias = Callable[[str, ErrorCode, Code | None], Response]
"""What answers a request that was refused: by its path, the refusal, and the failure behind it if there is one."""

_log = structlog.get_logger(__name__)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types kiosk"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "screen-wake-lock=(self), camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), "
        "payment=(), publickey-credentials-get=()"
    ),
}


def refuse_in_json(path: str, code: ErrorCode, _failure: Code | None) -> Response:
    """Return the envelope, as programs read it."""
    return refusal(path, code)


def own_hosts(listen: str) -> frozenset[str]:
    """Return the Host values of this kiosk: its own and loopback names, with the port of ``listen`` or without one."""
    own, _, port = listen.lower().rpartition(":")
    names = {"127.0.0.1", "localhost", "[::1]", own}
    return frozenset(host for name in names for host in (name, f"{name}:{port}"))


_DELIVERED = frozenset({200, 206, 304})


class SecurityHeaders:
    """Puts the headers on every answer.

    Only pages below ``panel`` may be framed, and only by our own. Pages below ``forms`` send forms without a script: a
    browser tells the Origin of those to the page's own site alone, if the policy is not ``no-referrer``.
    """

    def __init__(self, app: ASGIApp, *, panel: str | None = None, forms: str | None = None) -> None:
        self._app, self._panel, self._forms = app, panel, forms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""

        async def send_shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers(scope["path"], message["status"]))
            await send(message)

        await self._app(scope, receive, send_shielded)

    def _headers(self, path: str, status: int) -> dict[str, str]:
        framed = self._panel is not None and path.startswith(self._panel)
        ancestors = "frame-ancestors 'self'" if framed else "frame-ancestors 'none'"
        frames = "; frame-src 'self'" if self._panel is not None else ""
        # Drawings from the cache appear with the first frame of the next screen; nothing else is ever cached.
        drawn = path.startswith(f"{STATIC}/") and status in _DELIVERED
        kept = "max-age=31536000, immutable" if drawn else "no-store"
        referrer = {"Referrer-Policy": "same-origin"} if self._forms and path.startswith(self._forms) else {}
        return {
            **_HEADERS,
            **referrer,
            "Cache-Control": kept,
            "Content-Security-Policy": f"{_POLICY}; {ancestors}{frames}",
        }


class Failsafe:
    """Turns an unexpected exception into a refusal, and logs where it arose but never its text."""

    def __init__(self, app: ASGIApp, *, refuse: Refuse = refuse_in_json) -> None:
        self._app, self._refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; the start and the end of the service are not requests."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_watched)
        except ClientDisconnect:
            return  # a client that left in mid-body, or did not send HTTP, gets no answer
        except Exception as error:
            cause = _innermost(error)
            failure = code_of(cause)
            _log.error("request failed", code=failure.value, place=place_of(cause))
            if not started:
                await self._refuse(scope["path"], ErrorCode.INTERNAL, failure)(scope, receive, send)


def _innermost(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


class OwnOriginOnly:
    """Refuses requests that are not addressed to this kiosk and those that another site sent, whatever their method.

    Host is checked first: in DNS rebinding both Host and Origin are the attacker's name. ``same-site`` is refused too,
    because another port of this machine is the same site. A client that is not a browser sends neither Sec-Fetch-Site
    nor
    Origin.
    """

    def __init__(
        self, app: ASGIApp, *, hosts: Iterable[str], proxied: Iterable[str] = (), refuse: Refuse = refuse_in_json
    ) -> None:
        """Keep the hosts; ``proxied`` are further ones, which a reverse proxy serves over TLS."""
        schemes = dict.fromkeys(hosts, "http") | dict.fromkeys(proxied, "https")
        self._app, self._refuse = app, refuse
        self._origins = {host: f"{scheme}://{host}" for host, scheme in schemes.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        code = self._problem(Headers(scope=scope)) if scope["type"] == "http" else None
        if code:
            await self._refuse(scope["path"], code, None)(scope, receive, send)
        elif scope["type"] != "websocket":
            await self._app(scope, receive, send)

    def _problem(self, headers: Headers) -> ErrorCode | None:
        own = {self._origins[host.lower()] for host in headers.getlist("host") if host.lower() in self._origins}
        if not own:
            return ErrorCode.UNKNOWN_HOST
        sites, origins = headers.getlist("sec-fetch-site"), headers.getlist("origin")
        if any(site not in {"same-origin", "none"} for site in sites):
            return ErrorCode.CROSS_SITE
        return ErrorCode.CROSS_SITE if any(origin.lower() not in own for origin in origins) else None


class BodyLimit:
    """Ends a request whose body is larger than MAX_BODY, announced or chunked, or takes longer than BODY_SECONDS.

    ``larger`` are paths with limits of their own, in bytes and seconds.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        larger: Mapping[str, tuple[int, float]] | None = None,
        refuse: Refuse = refuse_in_json,
    ) -> None:
        self._app, self._larger, self._refuse = app, larger or {}, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        is_http = scope["type"] == "http"
        announced = Headers(scope=scope).get("content-length", "0") if is_http else "0"
        most, seconds = self._larger.get(scope["path"] if is_http else "", (MAX_BODY, BODY_SECONDS))
        if not announced.isascii() or not announced.isdigit() or int(announced[:12]) > most:
            await self._refuse(scope["path"], ErrorCode.TOO_LARGE, None)(scope, receive, send)
            return
        await self._app(scope, _bounded(receive, most, seconds), send)


def _bounded(receive: Receive, most: int, seconds: float) -> Receive:
    """Return ``receive`` with both limits on the body. What comes after the body (a disconnect) has no limit."""
    taken, end = 0, asyncio.get_running_loop().time() + seconds
    until: float | None = end

    async def receive_bounded() -> Message:
        nonlocal taken, until
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise ApiRefusal(ErrorCode.TOO_SLOW) from None
        taken += len(message.get("body", b""))
        if taken > most:
            raise ApiRefusal(ErrorCode.TOO_LARGE)
        until = end if message.get("more_body") else None
        return message

    return receive_bounded

"""Posting to a program of the site over HTTP, within bounds of time, size and place.

Only this machine and private networks are connected to, unless the settings name the host. A certificate is always
checked; no redirect is followed, and no proxy of the environment is used. What is posted or answered is in no error.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Collection, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # imported where there is somebody to post to: no other kiosk pays for it at its start
    import httpx

__all__ = ["AnswerTooLarge", "NotAnswered", "NotAllowed", "PostFailed", "Posted", "Poster", "Untrusted", "is_near"]

_GRACE: Final = 1.0
"""Seconds beyond the limit after which an exchange that does not even end by itself is given up."""

_NEAR: Final = tuple(
    map(ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"))
)
"""RFC 1122 (loopback), RFC 1918, RFC 4193."""


class PostFailed(Exception):
    """There is no answer that can be used. The text says why."""


class NotAnswered(PostFailed):
    """Nobody answers in time; to try again may help."""


class NotAllowed(PostFailed):
    """The host has an address elsewhere, and the settings do not name it."""


class Untrusted(PostFailed):
    """The server's certificate is not trusted, or what is trusted cannot be read."""


class AnswerTooLarge(PostFailed):
    """The answer has more bytes than are taken."""


@dataclass(frozen=True, slots=True, repr=False)
class Posted:
    """An answer: its HTTP status, whatever that is, and its body."""

    status: int
    content: bytes


class Poster:
    """Posts to one host. It may be used from any thread."""

    def __init__(
        self, url: str, *, timeout: float, largest: int, ca_file: Path | None = None, hosts: Collection[str] = ()
    ) -> None:
        """Take where to post.

        Args:
            url: the http or https address below which everything is posted; no user and no query.
            timeout: seconds that one exchange may take in all.
            largest: bytes that an answer may have; 0: its body is not read, since the status says enough.
            ca_file: PEM file of who signed the server's certificate; None: those of the system.
            hosts: names of hosts that may lie elsewhere.

        """
        import httpx

        self._url, self._timeout, self._largest = httpx.URL(url), timeout, largest
        self._ca_file, self._hosts = ca_file, hosts

    def post(
        self, path: str, content: bytes, headers: Mapping[str, str], auth: tuple[str, str] | None = None
    ) -> Posted:
        """Return the answer to what is posted to a path below the address. Blocks for the time limit at most.

        Args:
            path: begins with a slash; it may have a query.
            content: the body.
            headers: beside those of HTTP itself.
            auth: user and password for Basic authentication.

        Raises:
            PostFailed: There is no answer that can be used.

        """
        # This runs in an event loop of its own in a thread of its own. Only cancelling bounds the whole exchange (a
        # peer may send one byte before each read's own limit), and the look-up of a name cannot even be cancelled.
        answer: Future[Posted] = Future()
        request = _Request(path, content, headers, auth)
        Thread(target=self._settle, args=(answer, request), name="post", daemon=True).start()
        try:
            return answer.result(self._timeout + _GRACE)
        except TimeoutError:
            raise self._late() from None

    def _settle(self, answer: Future[Posted], request: _Request) -> None:
        with asyncio.Runner() as runner:
            try:
                answer.set_result(runner.run(self._within_limit(request)))
            except BaseException as error:  # whatever it is, it is the asker's
                answer.set_exception(error)

    def _late(self) -> NotAnswered:
        return NotAnswered(f"no answer within {self._timeout:g} seconds")

    async def _within_limit(self, request: _Request) -> Posted:
        import httpx

        try:
            async with asyncio.timeout(self._timeout):
                return await self._posted(request)
        except TimeoutError:
            raise self._late() from None
        except PostFailed:
            raise
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise _failure(error) from None

    async def _posted(self, request: _Request) -> Posted:
        """Post to the first of the host's addresses that takes the connection."""
        import httpx

        addresses = await self._addresses()
        tls = _trusted(self._ca_file) if self._url.scheme == "https" else False
        async with httpx.AsyncClient(verify=tls, trust_env=False, timeout=self._timeout, auth=request.auth) as client:
            for one in addresses[:-1]:
                try:
                    return await self._exchange(client, one, request)
                except httpx.ConnectError as error:
                    if _is_untrusted(error):
                        raise
            return await self._exchange(client, addresses[-1], request)

    async def _addresses(self) -> list[str]:
        """Return the addresses of the host, each of which may be connected to. Raises NotAllowed, NotAnswered."""
        port = self._url.port or (443 if self._url.scheme == "https" else 80)
        try:
            found = await asyncio.get_running_loop().getaddrinfo(self._url.host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise NotAnswered("the name of the host has no address") from None
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
        if self._url.host not in self._hosts and not all(map(is_near, addresses)):
            raise NotAllowed("the address is of no private network")
        return addresses

    async def _exchange(self, client: httpx.AsyncClient, address: str, request: _Request) -> Posted:
        """Post to the address that was looked at, under the name that its certificate must have."""
        path = self._url.path.rstrip("/") + request.path
        url = self._url.copy_with(host=address, raw_path=path.encode("ascii"))
        named = {"sni_hostname": self._url.host}
        # No small answer that unpacks to a large one.
        headers = {**request.headers, "Host": self._url.netloc.decode("ascii"), "Accept-Encoding": "identity"}
        async with client.stream("POST", url, content=request.content, headers=headers, extensions=named) as response:
            content = bytearray()
            if not self._largest:
                return Posted(response.status_code, b"")
            async for chunk in response.aiter_raw():
                content += chunk
                if len(content) > self._largest:
                    raise AnswerTooLarge(f"an answer of more than {self._largest} bytes")
            return Posted(response.status_code, bytes(content))


@dataclass(frozen=True, slots=True, repr=False)
class _Request:
    path: str
    content: bytes
    headers: Mapping[str, str]
    auth: tuple[str, str] | None


def is_near(address: str) -> bool:
    """Return whether an IP address is of this machine or of a private network."""
    try:
        plain = ip_address(address)
    except ValueError:  # one of a link, with its zone
        return False
    if isinstance(plain, IPv6Address) and plain.ipv4_mapped:
        plain = plain.ipv4_mapped
    return any(plain in network for network in _NEAR)


def _failure(error: Exception) -> PostFailed:
    if _is_untrusted(error):
        return Untrusted("the server's certificate is not trusted")
    return NotAnswered(f"no answer: {type(error).__name__}")


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _trusted(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError:
        raise Untrusted("the file of trusted certificates cannot be used") from None

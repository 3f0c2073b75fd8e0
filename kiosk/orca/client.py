"""Posting to ORCA over HTTP, within bounds of time and size. What is posted or answered is in no error."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Collection
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Final

import httpx

from kiosk.files import FileError, read_bounded
from kiosk.markup import LARGEST
from kiosk.orca.addresses import addresses_of
from kiosk.orca.errors import OrcaError, OrcaRefused, OrcaSilent, OrcaUnusable
from kiosk.orca.requests import OrcaCall

__all__ = ["OrcaAddress", "OrcaClient"]

_GRACE: Final = 1.0
"""Seconds beyond the limit after which an exchange that does not even end by itself is given up."""

_LONGEST_PASSWORD: Final = 1024
_HEADERS: Final = {
    "Content-Type": "application/xml; charset=UTF-8",
    "Accept": "application/xml",
    "Accept-Encoding": "identity",  # no small answer that unpacks to a large one
}


@dataclass(frozen=True, slots=True)
class OrcaAddress:
    """Where ORCA is and who asks.

    Attributes:
        url: the address below which the API lies; no user, no query.
        user: for Basic authentication.
        password_file: its first line is the password. It is read for each call.
        timeout: seconds that one call may take.
        ca_file: PEM file of who signed the server's certificate; None: those of the system.
        hosts: names that may lie outside of private networks.

    """

    url: str
    user: str
    password_file: Path
    timeout: float = 10.0
    ca_file: Path | None = None
    hosts: Collection[str] = ()


class OrcaClient:
    """Posts to one ORCA. It follows no redirect, and uses no proxy of the environment."""

    def __init__(self, address: OrcaAddress) -> None:
        self._address, self._url = address, httpx.URL(address.url)

    def post(self, call: OrcaCall) -> bytes:
        """Return the body of the answer. Blocks for the time limit at most.

        Raises:
            OrcaError: There is no answer that can be used.

        """
        # This runs in an event loop of its own in a thread of its own. Only cancelling bounds the whole exchange (a
        # peer may send one byte before each read's own limit), and the look-up of a name cannot even be cancelled.
        answer: Future[bytes] = Future()
        Thread(target=self._settle, args=(answer, call), name="orca exchange", daemon=True).start()
        try:
            return answer.result(self._address.timeout + _GRACE)
        except TimeoutError:
            raise self._late() from None

    def _settle(self, answer: Future[bytes], call: OrcaCall) -> None:
        with asyncio.Runner() as runner:
            try:
                answer.set_result(runner.run(self._within_limit(call)))
            except BaseException as error:  # whatever it is, it is the asker's
                answer.set_exception(error)

    def _late(self) -> OrcaSilent:
        return OrcaSilent(f"no answer within {self._address.timeout:g} seconds")

    async def _within_limit(self, call: OrcaCall) -> bytes:
        try:
            async with asyncio.timeout(self._address.timeout):
                return await self._posted(call)
        except TimeoutError:
            raise self._late() from None
        except OrcaError:
            raise
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise _failure(error) from None

    async def _posted(self, call: OrcaCall) -> bytes:
        """Post to the first of the host's addresses that takes the connection."""
        address = self._address
        port = self._url.port or (443 if self._url.scheme == "https" else 80)
        addresses = await addresses_of(self._url.host, port, address.hosts)
        tls = _trusted(address.ca_file) if self._url.scheme == "https" else False
        auth = httpx.BasicAuth(address.user, _password(address.password_file))
        async with httpx.AsyncClient(verify=tls, trust_env=False, timeout=address.timeout, auth=auth) as client:
            for one in addresses[:-1]:
                try:
                    return await self._exchange(client, one, call)
                except httpx.ConnectError as error:
                    if _is_untrusted(error):
                        raise
            return await self._exchange(client, addresses[-1], call)

    async def _exchange(self, client: httpx.AsyncClient, address: str, call: OrcaCall) -> bytes:
        """Post to the address that was looked at, under the name that its certificate must have."""
        url = httpx.URL(f"{str(self._url).rstrip('/')}{call.path}").copy_with(host=address)
        headers = {**_HEADERS, "Host": self._url.netloc.decode("ascii")}
        named = {"sni_hostname": self._url.host}
        async with client.stream("POST", url, content=call.body, headers=headers, extensions=named) as response:
            _require_ok(response.status_code)
            content = bytearray()
            async for chunk in response.aiter_raw():
                content += chunk
                if len(content) > LARGEST:
                    raise OrcaUnusable(f"an answer of more than {LARGEST} bytes")
            return bytes(content)


def _require_ok(status: int) -> None:
    if status == httpx.codes.OK:
        return
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise OrcaRefused(f"HTTP status {status}: see orca.user and the password")
    if status < httpx.codes.INTERNAL_SERVER_ERROR and status != httpx.codes.TOO_MANY_REQUESTS:
        raise OrcaRefused(f"HTTP status {status}: see orca.url")
    raise OrcaSilent(f"HTTP status {status}")


def _failure(error: Exception) -> OrcaError:
    if _is_untrusted(error):
        return OrcaRefused("the server's certificate is not trusted: see orca.ca_file")
    return OrcaSilent(f"no answer: {type(error).__name__}")


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _trusted(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError:
        raise OrcaRefused("orca.ca_file cannot be used") from None


def _password(path: Path) -> str:
    try:
        return read_bounded(path, _LONGEST_PASSWORD).decode("utf-8").partition("\n")[0].rstrip("\r")
    except (FileError, UnicodeDecodeError):
        raise OrcaRefused("orca.password_file cannot be read") from None

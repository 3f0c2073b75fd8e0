"""An OCSP responder asked over HTTP (RFC 6960 appendix A), within bounds of time and size."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Final

from cryptography import x509

from kiosk.identity.ocsp import build_request, judge_response
from kiosk.identity.revocation import Revocation

if TYPE_CHECKING:  # imported where a responder is named: no other kiosk pays for it at its start
    import httpx

__all__ = ["MAX_RESPONSE", "OcspSource"]

MAX_RESPONSE: Final = 64 * 1024
"""Bytes."""

_HEADERS = {
    "Content-Type": "application/ocsp-request",
    "Accept": "application/ocsp-response",
    "Accept-Encoding": "identity",  # no small answer that unpacks to a large one
}


class OcspSource:
    """The responder at one address. No answer, a wrong one or a late one is ``not_checked``.

    It asks by POST, so that the certificate's number stands in no URL and no proxy's log, follows no redirect and
    takes no proxy from the environment.
    """

    def __init__(self, url: str, *, timeout: float = 3.0) -> None:
        """Keep the address and the seconds that a whole exchange may take. Raises ValueError for a wrong URL."""
        self._url = _parsed(url)
        if self._url.scheme not in {"http", "https"} or not self._url.host:
            raise ValueError("not an http or https URL")
        self._timeout = timeout
        self._tls = ssl.create_default_context()

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
        """Ask about the certificate; return within the time limit what the answer proves at ``now`` (aware)."""
        nonce = secrets.token_bytes(32)
        content = self._exchange(build_request(certificate, issuer, nonce))
        if content is None:
            return Revocation.NOT_CHECKED
        return judge_response(content, certificate, issuer, nonce, now)

    def _exchange(self, request: bytes) -> bytes | None:
        # A loop of its own in a thread of its own: only cancelling bounds the whole exchange (a peer may send one
        # byte before each read's own limit), and the caller's thread may have a running loop.
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ocsp") as pool:
            return pool.submit(asyncio.run, self._within_limit(request)).result()

    async def _within_limit(self, request: bytes) -> bytes | None:
        import httpx

        try:
            async with asyncio.timeout(self._timeout):
                return await self._post(request)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
            return None

    async def _post(self, request: bytes) -> bytes | None:
        import httpx

        client = httpx.AsyncClient(verify=self._tls, trust_env=False, timeout=self._timeout)
        async with client, client.stream("POST", self._url, content=request, headers=_HEADERS) as response:
            if response.status_code != httpx.codes.OK:
                return None
            content = bytearray()
            async for chunk in response.aiter_raw():
                content += chunk
                if len(content) > MAX_RESPONSE:
                    return None
            return bytes(content)


def _parsed(url: str) -> httpx.URL:
    import httpx

    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        raise ValueError("not a URL") from None
